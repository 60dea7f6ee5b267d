"""Control: baselines, changes, the log, money, risks, forecasts, promises and shared windows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.models import Immutable
from knutpunkt.mandates.models import Mandate
from knutpunkt.programme.models.programmes import Programme, Slot
from knutpunkt.programme.models.projects import Project
from knutpunkt.programme.models.words import (
    ChangeDecision,
    ChangeKind,
    CostKind,
    ParameterBasis,
)


class Baseline(Immutable):
    """A plan as it was adopted: many may follow each other, none is ever changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="baselines")
    number = models.PositiveSmallIntegerField(_("number"))
    name = models.CharField(_("name"), max_length=100)
    cause = models.CharField(_("cause"), max_length=300)
    adopted_on = models.DateField(_("adopted on"))
    fingerprint = models.CharField(_("SHA-256 of its lines"), max_length=64)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("programme", "number")
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = (
            models.UniqueConstraint(
                name="baseline_number_stands_once", fields=("programme", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class BaselineLine(Immutable):
    """When a slot was to pass a gate (``gate`` “open”: to receive visitors)."""

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="lines")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="baseline_lines")
    gate = models.SlugField(_("gate"), max_length=40)
    day = models.DateField(_("day"))

    class Meta:
        ordering = ("baseline", "slot", "day")
        verbose_name = _("line of a baseline")
        verbose_name_plural = _("lines of baselines")
        constraints = (
            models.UniqueConstraint(
                name="baseline_line_stands_once", fields=("baseline", "slot", "gate")
            ),
        )

    def __str__(self) -> str:
        return f"{self.slot_id} {self.gate} {self.day}"


class ChangeRequest(models.Model):
    """A change of the plan that somebody asks for, what it would do, and the decision."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="changes")
    slot = models.ForeignKey(
        Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    kind = models.CharField(_("change"), max_length=10, choices=ChangeKind)
    details = models.JSONField(_("details"), default=dict, blank=True)
    reason = models.TextField(_("reason"))
    cause_code = models.SlugField(_("cause"), max_length=40, blank=True)
    effect = models.JSONField(_("effect"), default=dict, blank=True)
    asked_on = models.DateField(_("asked on"))
    asked_by = models.CharField(_("asked by"), max_length=150)
    decision = models.CharField(_("decision"), max_length=8, choices=ChangeDecision, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    delegation = models.CharField(_("by which delegation"), max_length=150, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    class Meta:
        ordering = ("programme", "-asked_on", "-pk")
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        constraints = (
            models.CheckConstraint(
                name="change_is_decided_by_somebody_on_a_day",
                condition=Q(decision="")
                | (Q(decided_on__isnull=False) & ~Q(decided_by="") & ~Q(delegation="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.slot_id or ''} {self.asked_on}"


class LogEntry(Immutable):
    """What happened in a programme: numbered without gaps, each chained to the one before."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="log")
    number = models.PositiveIntegerField(_("number"))
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="log"
    )
    kind = models.SlugField(_("what"), max_length=40)
    details = models.JSONField(_("details"), default=dict)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=150)
    previous = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ("programme", "-number")
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        constraints = (
            models.UniqueConstraint(name="log_number_stands_once", fields=("programme", "number")),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"


class CostLine(Immutable):
    """An amount by year and appropriation item. A correction is a further line."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="costs")
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="costs"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    item = models.CharField(_("appropriation item"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=CostKind)
    amount = models.BigIntegerField(_("amount, SEK"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("programme", "year", "item", "kind", "pk")
        verbose_name = _("cost line")
        verbose_name_plural = _("cost lines")
        constraints = (
            models.CheckConstraint(
                name="cost_year_is_a_year", condition=Q(year__gte=1990, year__lte=2099)
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.item} {self.kind} {self.amount}"


class Appropriation(models.Model):
    """What the budget gives a programme in a year under an item."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="appropriations"
    )
    year = models.PositiveSmallIntegerField(_("year"))
    item = models.CharField(_("appropriation item"), max_length=60)
    amount = models.BigIntegerField(_("amount, SEK"))
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("programme", "year", "item")
        verbose_name = _("appropriation")
        verbose_name_plural = _("appropriations")
        constraints = (
            models.UniqueConstraint(
                name="appropriation_stands_once", fields=("programme", "year", "item")
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.item} {self.amount}"


class Risk(models.Model):
    """Something that may happen and then delays several slots together.

    ``cause`` is the shared cause it belongs to. Impact in working days.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="risks")
    key = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("what may happen"), max_length=200)
    cause = models.SlugField(_("shared cause"), max_length=40)
    activity = models.SlugField(_("activity it delays"), max_length=40, blank=True)
    probability = models.FloatField(_("probability"))
    low = models.FloatField(_("impact, lowest"))
    mode = models.FloatField(_("impact, most likely"))
    high = models.FloatField(_("impact, highest"))
    slots = models.ManyToManyField(Slot, blank=True, related_name="risks")
    basis = models.CharField(
        _("basis"), max_length=10, choices=ParameterBasis, default=ParameterBasis.EXPERT
    )
    owner = models.CharField(_("owner"), max_length=150, blank=True)
    action = models.CharField(_("what is done about it"), max_length=300, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        ordering = ("programme", "key")
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        constraints = (
            models.UniqueConstraint(name="risk_stands_once", fields=("programme", "key")),
            models.CheckConstraint(
                name="risk_probability_lies_between_zero_and_one",
                condition=Q(probability__gte=0, probability__lte=1),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StoredForecast(Immutable):
    """A forecast as it was made, so that it can be scored when the doors open."""

    mandate = models.ForeignKey(
        Mandate, on_delete=models.PROTECT, null=True, blank=True, related_name="forecasts"
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="forecasts"
    )
    as_of = models.DateField(_("as of"))
    runs = models.PositiveIntegerField(_("runs"))
    seed = models.BigIntegerField(_("seed"))
    engine = models.CharField(_("engine"), max_length=60)
    inputs_hash = models.CharField(_("inputs"), max_length=64)
    result = models.JSONField(_("result"))
    made_at = models.DateTimeField(_("made at"), default=clock.now, editable=False)
    made_by = models.CharField(_("made by"), max_length=150, editable=False)

    class Meta:
        ordering = ("-as_of", "-pk")
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")

    def __str__(self) -> str:
        return f"{self.as_of} {self.inputs_hash[:12]}"


class ForecastScore(Immutable):
    """How a forecast of one slot fared: written when the opening is on record."""

    forecast = models.ForeignKey(StoredForecast, on_delete=models.PROTECT, related_name="scores")
    slot_key = models.SlugField(_("slot"), max_length=60, blank=True)
    clause_key = models.SlugField(_("clause"), max_length=60, blank=True)
    happened_earliest = models.DateField(_("happened, earliest"), null=True, blank=True)
    happened_latest = models.DateField(_("happened, latest"), null=True, blank=True)
    pit = models.FloatField(_("probability integral transform"), null=True, blank=True)
    pinball = models.FloatField(_("pinball loss, days"), null=True, blank=True)
    brier = models.FloatField(_("Brier score"), null=True, blank=True)
    inside = models.BooleanField(_("inside P10 to P90"), null=True, blank=True)
    before_p80 = models.BooleanField(_("no later than P80"), null=True, blank=True)
    scored_at = models.DateTimeField(_("scored at"), default=clock.now, editable=False)

    class Meta:
        ordering = ("forecast", "slot_key", "clause_key")
        verbose_name = _("score of a forecast")
        verbose_name_plural = _("scores of forecasts")
        constraints = (
            models.UniqueConstraint(
                name="forecast_is_scored_once",
                fields=("forecast", "slot_key", "clause_key"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.forecast_id} {self.slot_key or self.clause_key}"


class Promise(Immutable):
    """What the plan claimed about an office, to be held against what happens."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="promises")
    measure = models.SlugField(_("measure"), max_length=40)
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=30)
    source = models.CharField(_("source"), max_length=300, blank=True)
    made_on = models.DateField(_("made on"))
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    class Meta:
        ordering = ("project", "measure", "pk")
        verbose_name = _("promise")
        verbose_name_plural = _("promises")

    def __str__(self) -> str:
        return f"{self.measure} {self.value} {self.unit}"


class SharedWindow(models.Model):
    """A link by which a municipality reads its own slot. Only a hash of the token is kept."""

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="windows")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    issued_to = models.CharField(_("issued to"), max_length=150)
    issued_at = models.DateTimeField(_("issued at"), default=clock.now, editable=False)
    issued_by = models.CharField(_("issued by"), max_length=150, editable=False)
    expires_on = models.DateField(_("expires on"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        ordering = ("slot", "-issued_at")
        verbose_name = _("municipality window")
        verbose_name_plural = _("municipality windows")

    def __str__(self) -> str:
        return f"{self.slot_id} {self.issued_to}"
