"""Things that happen in an office: it closes, something breaks, somebody is threatened."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField
from knutpunkt.network.models import Equipment, Office
from knutpunkt.reception.models.visits import Errand


class Closure(models.Model):
    """An office closed in the middle of things, from one instant on."""

    class Reason(models.TextChoices):
        STAFF = "staff", _("too few staff")
        SAFETY = "safety", _("safety")
        PREMISES = "premises", _("something wrong with the premises")
        SYSTEMS = "systems", _("systems out of order")
        OTHER = "other", _("another reason")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="closures")
    begins_at = InstantField(_("from"))
    ends_at = InstantField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    decided_by = models.CharField(_("decided by"), max_length=150)
    hours_rule = models.BigIntegerField(_("opening hours recorded"), null=True, blank=True)

    class Meta:
        ordering = ("-begins_at",)
        verbose_name = _("sudden closing")
        verbose_name_plural = _("sudden closings")
        constraints = (
            models.CheckConstraint(
                name="sudden_closing_ends_after_it_begins",
                condition=Q(ends_at=None) | Q(ends_at__gte=F("begins_at")),
            ),
            models.UniqueConstraint(
                name="office_has_one_open_ended_closing",
                fields=("office",),
                condition=Q(ends_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} {self.begins_at}"


class EquipmentFault(models.Model):
    """Equipment that does not work: services that need it are not offered meanwhile."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="equipment_faults")
    equipment = models.ForeignKey(Equipment, on_delete=models.PROTECT, related_name="faults")
    broken_at = InstantField(_("broken since"))
    mended_at = InstantField(_("mended at"), null=True, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=150)

    class Meta:
        ordering = ("-broken_at",)
        verbose_name = _("broken equipment")
        verbose_name_plural = _("broken equipment")
        constraints = (
            models.UniqueConstraint(
                name="equipment_is_broken_once_at_a_time",
                fields=("office", "equipment"),
                condition=Q(mended_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} {self.equipment_id}"


class Incident(models.Model):
    """A report by staff: a threat, violence, insults, an observation; or a silent alarm."""

    class Kind(models.TextChoices):
        THREAT = "threat", _("threat")
        VIOLENCE = "violence", _("violence")
        INSULT = "insult", _("insult or harassment")
        OBSERVATION = "observation", _("observation")
        ALARM = "alarm", _("silent alarm")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    happened_at = InstantField(_("happened at"))
    counter = models.CharField(_("counter"), max_length=8, blank=True)
    reported_by = models.CharField(_("reported by"), max_length=150)
    account = models.TextField(_("what happened"), max_length=2000, blank=True)
    purge_after = InstantField(_("account purged after"), null=True, blank=True)
    acknowledged_at = InstantField(_("seen at"), null=True, blank=True)
    acknowledged_by = models.CharField(_("seen by"), max_length=150, blank=True)

    class Meta:
        ordering = ("-happened_at",)
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = (
            models.CheckConstraint(
                name="incident_account_has_an_end",
                condition=Q(account="") | Q(purge_after__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at}"


class InterpreterOrder(models.Model):
    """An interpreter ordered to an errand."""

    class Way(models.TextChoices):
        PHONE = "phone", _("by telephone")
        VIDEO = "video", _("by video")
        PLACE = "place", _("at the office")

    class State(models.TextChoices):
        ORDERED = "ordered", _("ordered")
        THERE = "there", _("in place")
        FAILED = "failed", _("none to be had")

    errand = models.OneToOneField(
        Errand, on_delete=models.PROTECT, related_name="interpreter_order"
    )
    language = models.CharField(_("language"), max_length=8)
    way = models.CharField(_("how"), max_length=5, choices=Way)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.ORDERED)
    ordered_at = InstantField(_("ordered at"))
    ordered_by = models.CharField(_("ordered by"), max_length=150)

    class Meta:
        ordering = ("-ordered_at",)
        verbose_name = _("interpreter ordered")
        verbose_name_plural = _("interpreters ordered")

    def __str__(self) -> str:
        return f"{self.errand_id} {self.language}"
