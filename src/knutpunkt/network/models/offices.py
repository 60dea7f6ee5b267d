"""Offices: known by what happened to them, and by dated names, kinds and addresses."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core.fields import (
    LATITUDE,
    LONGITUDE,
    EarliestField,
    FoldedField,
    LatestField,
    RoughDateField,
)
from knutpunkt.core.models import Claim, Correctable, DatedFact
from knutpunkt.network.models.areas import Municipality, on_earth


class EventKind(models.TextChoices):
    """What can happen to an office. ``closed`` is dated by the last visiting day, inclusive."""

    ANNOUNCED = "announced", _("announced")
    PLANNED = "planned", _("planned")
    OPENED = "opened", _("opened to visitors")
    INAUGURATED = "inaugurated", _("inaugurated")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("resumed")
    CLOSED = "closed", _("closed; last visiting day")


class KindOfOffice(models.TextChoices):
    FIXED = "fixed", _("fixed office")
    MOBILE = "mobile", _("mobile office")
    VISITING_DAYS = "visiting-days", _("visiting days in somebody else's room")
    CO_LOCATED = "co-located", _("co-located with a municipality")


class YesNoUnknown(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown")


class Office(Claim):
    """An office as such: only its key, and the claim that it exists."""

    key = models.SlugField(_("key"), max_length=80, unique=True)

    class Meta:
        ordering = ("key",)
        verbose_name = _("office")
        verbose_name_plural = _("offices")

    def __str__(self) -> str:
        return self.key


class OfficeEvent(Correctable):
    """One thing that happened, or is planned to happen, to an office."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=EventKind)
    happened_on = RoughDateField(_("day"))
    earliest = EarliestField("happened_on")
    latest = LatestField("happened_on")
    decided_by = models.CharField(_("decided by"), max_length=100, blank=True)
    decided_on = RoughDateField(_("decided on"), blank=True)
    decision = models.CharField(_("diary number"), max_length=100, blank=True)
    consulted = models.CharField(
        _("consultation held first"),
        max_length=7,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
    )
    leaves_municipality = models.CharField(
        _("leaves the municipality, as the source says"),
        max_length=7,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
    )

    class Meta(Correctable.Meta):
        ordering = ("office", F("earliest").asc(nulls_first=True), "pk")
        indexes = (models.Index(fields=("office", "kind"), name="event_by_office_and_kind"),)
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = (
            *Correctable.Meta.constraints,
            models.CheckConstraint(
                name="event_day_is_not_before_itself",
                condition=Q(earliest=None) | Q(latest=None) | Q(latest__gte=F("earliest")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.office.key} {self.kind} {self.happened_on}"


class OfficeName(DatedFact):
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(_("name"), max_length=150)
    folded = FoldedField("name")

    class Meta(DatedFact.Meta):
        verbose_name = _("name of an office")
        verbose_name_plural = _("names of offices")

    def __str__(self) -> str:
        return self.name


class OfficeKind(DatedFact):
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="kinds")
    kind = models.CharField(_("kind"), max_length=15, choices=KindOfOffice)

    class Meta(DatedFact.Meta):
        verbose_name = _("kind of an office")
        verbose_name_plural = _("kinds of offices")

    def __str__(self) -> str:
        return self.kind


class OfficeAddress(DatedFact):
    """Where an office stands from a day on. A relocation is a new address of the same office."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="addresses")
    street = models.CharField(_("street"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    locality = models.CharField(_("town"), max_length=100, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="addresses"
    )
    lat = models.FloatField(_("latitude"), null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(_("longitude"), null=True, blank=True, validators=LONGITUDE)
    position_basis = models.CharField(_("basis of the position"), max_length=200, blank=True)

    class Meta(DatedFact.Meta):
        verbose_name = _("address of an office")
        verbose_name_plural = _("addresses of offices")
        constraints = (*DatedFact.Meta.constraints, on_earth("address"))

    def __str__(self) -> str:
        return self.street or self.locality
