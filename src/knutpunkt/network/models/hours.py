"""When offices are open: dated rules in layers, and one national calendar."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.errors import KnutpunktError
from knutpunkt.core.models import DatedFact
from knutpunkt.engines import hours
from knutpunkt.network.models.offices import Office
from knutpunkt.network.models.service import Authority


def validate_week(text: str) -> None:
    """Refuse in a form what the hours engine cannot read."""
    try:
        hours.parse_week(text)
    except (KnutpunktError, ValueError) as error:
        raise ValidationError(str(error)) from None


class HoursLayer(models.TextChoices):
    WEEKLY = "weekly", _("weekly pattern")
    SEASON = "season", _("season")
    EXCEPTION = "exception", _("exception")


class HoursRule(DatedFact):
    """A week of opening hours with its validity, for an office or one authority inside it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="hours")
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, null=True, blank=True, related_name="hours"
    )
    layer = models.CharField(_("layer"), max_length=10, choices=HoursLayer)
    week = models.CharField(_("week"), max_length=300, validators=[validate_week])
    reason_sv = models.CharField(_("reason in Swedish"), max_length=250, blank=True)
    reason_en = models.CharField(_("reason in English"), max_length=250, blank=True)

    class Meta(DatedFact.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return f"{self.layer}: {self.week}"


class CalendarDay(models.Model):
    """A day of the national calendar and what the network does on it."""

    class Policy(models.TextChoices):
        OPEN = "open", _("as usual")
        HALF = "half", _("closes early")
        CLOSED = "closed", _("closed")

    on = models.DateField(_("day"), primary_key=True)
    name_sv = models.CharField(_("name in Swedish"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    policy = models.CharField(_("policy"), max_length=6, choices=Policy)
    until = models.TimeField(_("closes at"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=10, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("on",)
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        constraints = (
            models.CheckConstraint(
                name="calendar_half_day_says_when_it_ends",
                condition=Q(policy="half", until__isnull=False)
                | (~Q(policy="half") & Q(until=None)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.name_sv}"
