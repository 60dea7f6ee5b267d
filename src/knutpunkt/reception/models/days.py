"""What belongs to one day at an office: numbers, tickets on paper, people without tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import InstantField
from knutpunkt.network.models import Office
from knutpunkt.reception.models.visits import Errand, Visit


class TicketCounter(models.Model):
    """The last number given in a series on a day; the next day starts at 1."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="ticket_counters")
    local_day = models.DateField()
    series = models.CharField(max_length=3)
    last = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("ticket counter")
        verbose_name_plural = _("ticket counters")
        constraints = (
            models.UniqueConstraint(
                name="series_is_counted_once_a_day", fields=("office", "local_day", "series")
            ),
        )

    def __str__(self) -> str:
        return f"{self.series}{self.last}"


class PrintJob(models.Model):
    """A ticket on its way to paper: one that never came out is visible."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waits for the printer")
        PRINTING = "printing", _("being printed")
        PRINTED = "printed", _("printed")
        FAILED = "failed", _("did not print")
        REPRINTED = "reprinted", _("printed again")

    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="print_job")
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    problem = models.CharField(_("problem"), max_length=120, blank=True)
    changed_at = InstantField(_("changed at"))

    class Meta:
        ordering = ("-changed_at",)
        verbose_name = _("ticket to print")
        verbose_name_plural = _("tickets to print")

    def __str__(self) -> str:
        return f"{self.visit_id} {self.state}"


class OfficeDay(models.Model):
    """A day at an office: people without tickets now, and how the day ended."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="days")
    local_day = models.DateField(_("day"))
    without_ticket = models.IntegerField(_("people inside without a ticket"), default=0)
    ended_at = InstantField(_("ended at"), null=True, blank=True)
    report = models.JSONField(_("day report"), null=True, blank=True)

    class Meta:
        ordering = ("-local_day", "office")
        verbose_name = _("day at an office")
        verbose_name_plural = _("days at offices")
        constraints = (
            models.UniqueConstraint(
                name="office_has_each_day_once", fields=("office", "local_day")
            ),
            models.CheckConstraint(
                name="people_without_ticket_are_not_negative", condition=Q(without_ticket__gte=0)
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} {self.local_day}"


class ErrandNote(models.Model):
    """A note on an errand, where the office allows notes; gone when the day ends."""

    errand = models.OneToOneField(Errand, on_delete=models.CASCADE, related_name="note")
    text = models.CharField(_("note"), max_length=300)
    purge_after = InstantField(_("purged after"))

    class Meta:
        verbose_name = _("note on an errand")
        verbose_name_plural = _("notes on errands")

    def __str__(self) -> str:
        return str(self.errand_id)
