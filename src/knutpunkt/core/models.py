"""Claims and dated facts: what every statement in the register carries; and background runs."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.fields import EarliestField, KnownFromField, LatestField, RoughDateField
from knutpunkt.errors import KnutpunktError


class Basis(models.TextChoices):
    STATED = "stated", _("stated")
    INFERRED = "inferred", _("inferred")
    PLANNED = "planned", _("planned")


class Confidence(models.TextChoices):
    HIGH = "high", _("high")
    MEDIUM = "medium", _("medium")
    LOW = "low", _("low")
    DOUBTFUL = "doubtful", _("doubtful")


class Claim(models.Model):
    """A statement with its source: who said it, when it became known, how sure we are."""

    source = models.CharField(_("source"), max_length=500, blank=True)
    published_on = RoughDateField(_("published on"), blank=True)
    known_from = KnownFromField(_("known from"), editable=False)
    confidence = models.CharField(
        _("confidence"), max_length=10, choices=Confidence, default=Confidence.HIGH
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, default=Basis.STATED)
    note_sv = models.TextField(_("note in Swedish"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        abstract = True


class CorrectableQuerySet(models.QuerySet[Any]):
    """Reads that respect corrections."""

    def known_on(self, day: date | None) -> Self:
        """Records that stood on a day: known by then, and not yet corrected or withdrawn.

        ``None`` asks for what stands now.
        """
        known = {} if day is None else {"known_from__lte": day}
        later = self.model._default_manager.filter(
            chain=Coalesce(models.OuterRef("chain"), models.OuterRef("pk")),
            generation__gt=models.OuterRef("generation"),
            **known,
        )
        return self.filter(~models.Exists(later), retracts=False, **known)


class Correctable(Claim):
    """A claim that is never overwritten: a correction or withdrawal is a new record.

    ``chain`` is the first record of a chain of corrections (empty on that one itself) and
    ``generation`` the place in it: of those known on a day the last one stands, in whatever order
    they were published.
    """

    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    retracts = models.BooleanField(_("only withdraws"), default=False)
    chain = models.BigIntegerField(null=True, editable=False, db_index=True)
    generation = models.PositiveIntegerField(default=0, editable=False)

    objects = CorrectableQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_withdrawal_names_what_it_withdraws",
                condition=Q(retracts=False) | Q(replaces__isnull=False),
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Take the place in the chain of corrections that follows the replaced record."""
        if self.replaces is not None:
            self.chain = self.replaces.chain or self.replaces.pk
            self.generation = self.replaces.generation + 1
        super().save(*args, **kwargs)

    def give_way(self) -> None:
        """Do what a record must when another takes its place; called before that is saved."""


class WrittenForGood(KnutpunktError):
    """A record that is kept for good was to be changed or deleted."""

    code = "written-for-good"
    hint = "Write a new record instead."
    status = 409

    def __init__(self, *, record: models.Model) -> None:
        super().__init__(f"“{record}” is kept for good: it is neither changed nor deleted.")


class Immutable(models.Model):
    """A record that is written once."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it, the first time."""
        if not self._state.adding:
            raise WrittenForGood(record=self)
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise WrittenForGood(record=self)


class Spanned(models.Model):
    """Something true for a while. Both ends may be rough; the last day is inclusive."""

    valid_from = RoughDateField(_("from"), blank=True)
    valid_from_earliest = EarliestField("valid_from")
    valid_from_latest = LatestField("valid_from")
    valid_to = RoughDateField(_("last day"), blank=True)
    valid_to_earliest = EarliestField("valid_to")
    valid_to_latest = LatestField("valid_to")
    decided_by = models.CharField(_("decided by"), max_length=100, blank=True)
    decision = models.CharField(_("diary number"), max_length=100, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(valid_from_earliest=None)
                | Q(valid_to_latest=None)
                | Q(valid_to_latest__gte=F("valid_from_earliest")),
            ),
        )

    def may_hold_on(self, day: date) -> bool:
        """Whether the fact can be true on the day."""
        begun = self.valid_from_earliest is None or self.valid_from_earliest <= day
        return begun and (self.valid_to_latest is None or day <= self.valid_to_latest)

    def must_hold_on(self, day: date) -> bool:
        """Whether the fact is true on the day whatever the rough dates mean.

        An empty beginning or end says "no such day is known to us" and is read as always.
        """
        begun = not self.valid_from or (
            self.valid_from_latest is not None and self.valid_from_latest <= day
        )
        lasts = not self.valid_to or (
            self.valid_to_earliest is not None and day <= self.valid_to_earliest
        )
        return begun and lasts


class SpannedClaim(Claim, Spanned):
    """A dated thing with a key of its own, which other rows refer to.

    It is completed in place; what is decided anew gets a key of its own.
    """

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (*Spanned.Meta.constraints,)


class DatedFact(Correctable, Spanned):
    """A correctable fact that is true for a while."""

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *Correctable.Meta.constraints,
            *Spanned.Meta.constraints,
        )


class RunState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Run(models.Model):
    """A piece of long work: what was asked, how far it is, what came out.

    It survives a kill: a run whose heartbeat stops is found by the sweep and queued again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=50)
    question = models.JSONField(default=dict)
    inputs_hash = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    progress = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    problem = models.TextField(blank=True)
    cancel_asked = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    requested_by = models.CharField(max_length=150, blank=True)
    requested_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-requested_at",)
        verbose_name = _("background run")
        verbose_name_plural = _("background runs")
        constraints = (
            models.CheckConstraint(
                name="run_ends_only_when_it_is_over",
                condition=Q(state__in=["queued", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="run_is_done_only_with_a_result",
                condition=~Q(state="done") | Q(result__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
