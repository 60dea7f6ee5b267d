"""Commissions as clauses, the plans made for them, and which opening counts for which."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import EarliestField, LatestField, RoughDateField
from knutpunkt.core.models import Claim, Correctable
from knutpunkt.network.models import AreaEdition, Municipality, Office


class ClauseType(models.TextChoices):
    AT_LEAST = "at_least", _("at least so many opened in a window")
    NAMED = "named", _("each of these municipalities")
    QUOTA = "quota", _("so many in these areas")
    ADJACENT_AREA = "adjacent_area", _("in or next to an area")
    REPORT_DUE = "report_due", _("report due")


class Mandate(Claim):
    """A decision by a government that an agency carries out."""

    slug = models.SlugField(_("key"), unique=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=250)
    title_en = models.CharField(_("title in English"), max_length=250)
    decided_on = RoughDateField(_("decided on"))
    decided_earliest = EarliestField("decided_on")
    decided_latest = LatestField("decided_on")
    decided_by = models.CharField(_("decided by"), max_length=100, blank=True)
    dnr = models.CharField(_("diary number"), max_length=100, blank=True)
    amends = models.ForeignKey(
        "mandates.Mandate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("adds to"),
    )

    class Meta:
        ordering = ("decided_earliest", "slug")
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")

    def __str__(self) -> str:
        return self.slug


class Clause(models.Model):
    """One thing a mandate demands, with its numbers and its window (both days inclusive)."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="clauses")
    key = models.SlugField(_("key"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    type = models.CharField(_("type"), max_length=15, choices=ClauseType)
    at_least = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    at_most = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    window_from = models.DateField(_("from"), null=True, blank=True)
    window_to = models.DateField(_("no later than"))
    members = models.ManyToManyField(Municipality, blank=True, related_name="clauses")
    on_top_of = models.CharField(_("on top of clause"), max_length=50, blank=True)
    distance_m = models.PositiveIntegerField(_("distance in metres"), null=True, blank=True)
    edition = models.ForeignKey(
        AreaEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="clauses"
    )
    facts_held = models.BooleanField(
        _("the facts to judge it are held"),
        default=True,
        help_text=_("No: nothing on record says whether it was done, so it stays undecided."),
    )
    paraphrase_sv = models.TextField(_("in our words, Swedish"))
    paraphrase_en = models.TextField(_("in our words, English"))
    quotation = models.TextField(_("quotation from the decision"), blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    note_sv = models.TextField(_("note in Swedish"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    class Meta:
        ordering = ("mandate", "position", "pk")
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints = (
            models.UniqueConstraint(name="clause_key_stands_once", fields=("mandate", "key")),
            models.CheckConstraint(
                name="clause_asks_for_no_more_than_it_allows",
                condition=Q(at_most=None) | Q(at_least=None) | Q(at_most__gte=F("at_least")),
            ),
            models.CheckConstraint(
                name="clause_window_ends_after_it_begins",
                condition=Q(window_from=None) | Q(window_to__gte=F("window_from")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.key}"


class PlanVersion(Claim):
    """One phase of one version of the plan an agency made for a mandate."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="plans")
    plan = models.SlugField(_("plan"))
    phase = models.CharField(_("phase"), max_length=20)
    adopted_on = RoughDateField(_("adopted on"))
    at_least = models.PositiveIntegerField(_("at least"))
    at_most = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    window_from = models.DateField(_("from"))
    window_to = models.DateField(_("to"))
    members = models.ManyToManyField(Municipality, blank=True, related_name="plans")
    paraphrase_sv = models.TextField(_("in our words, Swedish"))
    paraphrase_en = models.TextField(_("in our words, English"))

    class Meta:
        ordering = ("mandate", "plan", "phase")
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        constraints = (
            models.UniqueConstraint(
                name="plan_phase_stands_once", fields=("mandate", "plan", "phase")
            ),
        )

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.plan} {self.phase}"


class ReportLodging(Claim):
    """That a report a clause asks for was lodged."""

    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="lodgings")
    lodged_on = RoughDateField(_("lodged on"))
    earliest = EarliestField("lodged_on")
    latest = LatestField("lodged_on")

    class Meta:
        ordering = ("clause", "earliest")
        verbose_name = _("report lodged")
        verbose_name_plural = _("reports lodged")

    def __str__(self) -> str:
        return f"{self.clause_id} {self.lodged_on}"


class Attribution(Correctable):
    """Which mandate, and which quota of it, an opening counts for: at most one of each.

    An office may open more than once in its life; ``opening`` says which time is meant.
    ``withdrawn`` mirrors whether a later record replaces this one, so that the database itself
    can refuse a second attribution that stands.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="attributions")
    opening = models.PositiveSmallIntegerField(_("which opening"), default=1)
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="attributions")
    withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)

    class Meta(Correctable.Meta):
        ordering = ("office", "opening")
        verbose_name = _("attribution")
        verbose_name_plural = _("attributions")
        constraints = (
            *Correctable.Meta.constraints,
            models.UniqueConstraint(
                name="opening_counts_for_one_quota_of_one_mandate",
                fields=("office", "opening"),
                condition=Q(withdrawn=False, retracts=False),
            ),
            models.CheckConstraint(
                name="attribution_names_an_opening_from_one_on", condition=Q(opening__gte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} ({self.opening}) {self.clause_id}"

    def give_way(self) -> None:
        """Leave its place in the constraint to the record that replaces it."""
        self.withdrawn = True
        type(self).objects.filter(pk=self.pk).update(withdrawn=True)
