"""Programmes, their rounds and slots, and the premises considered for each slot."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.fields import LATITUDE, LONGITUDE
from knutpunkt.mandates.models import Clause, Mandate
from knutpunkt.network.models import Municipality, Office
from knutpunkt.programme.models.words import PremisesState

MOST_POINTS = 5


class Programme(models.Model):
    """Offices that are opened, moved or closed together, usually under one commission."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    title_sv = models.CharField(_("title in Swedish"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200)
    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="programmes"
    )
    study = models.CharField(_("plan it follows"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts on"))
    manager = models.CharField(_("programme manager"), max_length=150, blank=True)
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    opened_by = models.CharField(_("opened by"), max_length=150, editable=False)
    crews = models.JSONField(_("crews"), default=dict, blank=True)
    log_length = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("-starts_on", "key")
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.key


class Wave(models.Model):
    """A round of a programme, with the window the commission or the plan gives it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveSmallIntegerField(_("round"))
    starts_on = models.DateField(_("work starts on"))
    window_from = models.DateField(_("opens from"), null=True, blank=True)
    window_to = models.DateField(_("open no later than"))

    class Meta:
        ordering = ("programme", "number")
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        constraints = (
            models.UniqueConstraint(name="round_stands_once", fields=("programme", "number")),
            models.CheckConstraint(
                name="round_starts_before_its_deadline",
                condition=Q(window_to__gte=F("starts_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme_id} {self.number}"


class Slot(models.Model):
    """“An office in Tingsryd”: what the commission counts, whatever premises it ends up in."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="slots")
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=150)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="slots"
    )
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="slots")
    place = models.CharField(_("place the plan proposes"), max_length=150, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(_("longitude"), null=True, blank=True, validators=LONGITUDE)
    dropped_on = models.DateField(_("dropped on"), null=True, blank=True)
    dropped_why = models.CharField(_("why dropped"), max_length=300, blank=True)

    class Meta:
        ordering = ("programme", "wave__number", "name", "pk")
        verbose_name = _("slot")
        verbose_name_plural = _("slots")
        constraints = (
            models.UniqueConstraint(name="slot_stands_once", fields=("programme", "key")),
            models.CheckConstraint(
                name="slot_is_dropped_with_a_reason",
                condition=Q(dropped_on=None) | ~Q(dropped_why=""),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """What premises are scored on, and how much it weighs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="criteria")
    key = models.SlugField(_("key"), max_length=40)
    name_sv = models.CharField(_("name in Swedish"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)

    class Meta:
        ordering = ("programme", "-weight", "key")
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = (
            models.UniqueConstraint(name="criterion_stands_once", fields=("programme", "key")),
        )

    def __str__(self) -> str:
        return self.key


class Premises(models.Model):
    """Rooms an office could have. Several per slot; at most one is chosen."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="premises")
    name = models.CharField(_("name"), max_length=150)
    street = models.CharField(_("street"), max_length=200, blank=True)
    locality = models.CharField(_("town"), max_length=100, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True, validators=LATITUDE)
    lon = models.FloatField(_("longitude"), null=True, blank=True, validators=LONGITUDE)
    landlord = models.CharField(_("landlord"), max_length=150, blank=True)
    square_metres = models.PositiveIntegerField(_("square metres"), null=True, blank=True)
    people_limit = models.PositiveSmallIntegerField(
        _("people the fire limit allows"), null=True, blank=True
    )
    rent_per_year = models.PositiveIntegerField(_("rent per year, SEK"), null=True, blank=True)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    offer_until = models.DateField(_("offer stands until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=PremisesState, default=PremisesState.PROPOSED
    )
    rejected_why = models.CharField(_("why rejected"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("slot", "pk")
        verbose_name = _("premises")
        verbose_name_plural = _("premises")
        constraints = (
            models.UniqueConstraint(
                name="slot_has_one_chosen_premises",
                fields=("slot",),
                condition=Q(state="chosen"),
            ),
            models.CheckConstraint(
                name="premises_are_rejected_with_a_reason",
                condition=~Q(state="rejected") | ~Q(rejected_why=""),
            ),
        )

    def __str__(self) -> str:
        return self.name


class PremisesScore(models.Model):
    premises = models.ForeignKey(Premises, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(
        _("points, 0 to 5"), validators=[MaxValueValidator(MOST_POINTS)]
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ("premises", "criterion")
        verbose_name = _("score of premises")
        verbose_name_plural = _("scores of premises")
        constraints = (
            models.UniqueConstraint(
                name="premises_are_scored_once_on_a_criterion", fields=("premises", "criterion")
            ),
            models.CheckConstraint(
                name="score_lies_between_zero_and_five", condition=Q(points__lte=MOST_POINTS)
            ),
        )

    def __str__(self) -> str:
        return f"{self.premises_id} {self.criterion_id}: {self.points}"


class Lease(models.Model):
    """What a lease binds to, and what leaving early costs."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="leases"
    )
    premises = models.ForeignKey(
        Premises, on_delete=models.PROTECT, null=True, blank=True, related_name="leases"
    )
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="leases"
    )
    rent_per_month = models.PositiveIntegerField(_("rent per month, SEK"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("runs out on"), null=True, blank=True)
    earliest_exit = models.DateField(_("earliest exit"))
    notice_months = models.PositiveSmallIntegerField(_("notice, months"), default=9)
    restoration_cost = models.PositiveIntegerField(_("cost of restoring, SEK"), default=0)
    reuse_value = models.PositiveIntegerField(_("value of what can be reused, SEK"), default=0)
    dnr = models.CharField(_("diary number"), max_length=100, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("starts_on", "pk")
        verbose_name = _("lease")
        verbose_name_plural = _("leases")
        constraints = (
            models.CheckConstraint(
                name="lease_is_of_premises_or_an_office",
                condition=Q(premises__isnull=False) | Q(office__isnull=False),
            ),
            models.CheckConstraint(
                name="lease_exit_is_not_before_its_start",
                condition=Q(earliest_exit__gte=F("starts_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_on} {self.rent_per_month}"
