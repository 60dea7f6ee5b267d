"""Demand points: where people live, by edition. Studies: questions, versions and answers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.fields import LATITUDE, LONGITUDE
from knutpunkt.core.models import Immutable
from knutpunkt.network.models import Municipality, Place


class DemandPoint(models.Model):
    """Residents gathered at a point. Points of a municipality sum to its official population."""

    key = models.CharField(_("key"), max_length=40, primary_key=True)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="demand"
    )
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="demand")
    name = models.CharField(_("name"), max_length=150)
    lat = models.FloatField(_("latitude"), validators=LATITUDE)
    lon = models.FloatField(_("longitude"), validators=LONGITUDE)
    persons = models.PositiveIntegerField(_("residents"))
    population_on = models.DateField(_("population on"))
    source = models.CharField(_("source"), max_length=500, blank=True)

    class Meta:
        ordering = ("key",)
        verbose_name = _("demand point")
        verbose_name_plural = _("demand points")
        constraints = (
            models.CheckConstraint(
                name="demand_point_lies_on_earth",
                condition=Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
            ),
        )

    def __str__(self) -> str:
        return self.name


class StudySeries(models.Model):
    """The same question for many numbers of offices, or budgets, from a first to a last."""

    class Vary(models.TextChoices):
        OPEN = "open", _("offices to open")
        CLOSE = "close", _("offices to close")
        BUDGET = "budget", _("budget")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=150)
    vary = models.CharField(_("what varies"), max_length=6, choices=Vary)
    first = models.PositiveBigIntegerField(_("from"))
    last = models.PositiveBigIntegerField(_("to"))
    step = models.PositiveBigIntegerField(_("in steps of"), default=1)
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        ordering = ("-made_at", "pk")
        verbose_name = _("series of studies")
        verbose_name_plural = _("series of studies")
        constraints = (
            models.CheckConstraint(
                name="series_ends_no_earlier_than_it_begins", condition=Q(last__gte=F("first"))
            ),
            models.CheckConstraint(name="series_goes_forward_in_steps", condition=Q(step__gte=1)),
        )

    def __str__(self) -> str:
        return self.title


class Study(models.Model):
    """A question about the network that is worked on in versions until one is approved.

    Once approved, the study stays with the approved version.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=150)
    series = models.ForeignKey(
        StudySeries, on_delete=models.PROTECT, null=True, blank=True, related_name="studies"
    )
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"), default=clock.now)
    current = models.ForeignKey(
        "StudyVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    approved = models.OneToOneField(
        "StudyVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="approval"
    )
    approved_by = models.CharField(_("approved by"), max_length=150, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    reason = models.TextField(_("reason of the approval"), blank=True)

    class Meta:
        ordering = ("-made_at", "pk")
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        constraints = (
            models.CheckConstraint(
                name="approved_study_stays_with_its_version",
                condition=Q(approved=None) | Q(current=F("approved")),
            ),
            models.CheckConstraint(
                name="approval_says_who_when_and_why",
                condition=Q(approved=None, approved_by="", approved_at=None, reason="")
                | (
                    Q(approved__isnull=False, approved_at__isnull=False)
                    & ~Q(approved_by="")
                    & ~Q(reason="")
                ),
            ),
        )

    def __str__(self) -> str:
        return self.title


class StudyVersion(Immutable):
    """A question as it was put once. ``change`` says what made it differ from its parent."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    question = models.JSONField(_("question"))
    change = models.JSONField(_("change"), default=dict)
    made_by = models.CharField(_("made by"), max_length=150)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        ordering = ("study", "number")
        verbose_name = _("version of a study")
        verbose_name_plural = _("versions of studies")
        constraints = (
            models.UniqueConstraint(
                name="study_numbers_each_version_once", fields=("study", "number")
            ),
            models.CheckConstraint(
                name="study_version_numbers_begin_at_one", condition=Q(number__gte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.study} ({self.number})"


class StudyAnswer(Immutable):
    """What the engine answered to a version, how sure it is, and what it means to whom."""

    class Status(models.TextChoices):
        PROVED = "proved", _("proved")
        GAP = "gap", _("not proved")
        INFEASIBLE = "infeasible", _("no plan is possible")
        UNKNOWN = "unknown", _("stopped before any plan")

    version = models.OneToOneField(StudyVersion, on_delete=models.PROTECT, related_name="answer")
    status = models.CharField(_("status"), max_length=10, choices=Status)
    objective = models.FloatField(_("value of the objective"), null=True)
    bound = models.FloatField(_("bound"), null=True)
    gap = models.FloatField(_("gap"), null=True)
    seconds = models.FloatField(_("seconds"))
    seed = models.PositiveIntegerField(_("seed"), default=0)
    engine = models.CharField(_("engine"), max_length=100)
    inputs_hash = models.CharField(_("hash of the inputs"), max_length=64)
    called_off = models.BooleanField(_("called off"), default=False)
    course = models.JSONField(_("course of the search"), default=list)
    effects = models.JSONField(_("effects"), default=dict)
    answered_at = models.DateTimeField(_("answered at"), default=clock.now)

    class Meta:
        ordering = ("-answered_at", "pk")
        verbose_name = _("answer of a study")
        verbose_name_plural = _("answers of studies")
        constraints = (
            models.CheckConstraint(
                name="answer_with_a_plan_has_its_objective_and_bound",
                condition=Q(
                    status__in=["proved", "gap"],
                    objective__isnull=False,
                    bound__isnull=False,
                    gap__isnull=False,
                )
                | Q(status__in=["infeasible", "unknown"], objective=None, gap=None),
            ),
            models.CheckConstraint(
                name="answer_is_proved_only_without_a_gap", condition=~Q(status="proved") | Q(gap=0)
            ),
            models.CheckConstraint(
                name="answer_is_no_better_than_its_bound",
                condition=Q(objective=None) | Q(bound__lte=F("objective")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.version}: {self.status}"


class StudyPrices(Immutable):
    """What the places and rules of an answer cost, each from a solution without it.

    They are kept as they are solved. ``complete`` is false until all of them are; from then on
    they are as good as written once.
    """

    answer = models.OneToOneField(StudyAnswer, on_delete=models.PROTECT, related_name="prices")
    alternatives = models.JSONField(_("next-best alternatives"), default=list)
    rules = models.JSONField(_("prices of the rules"), default=list)
    free = models.JSONField(_("free optimum"), null=True)
    complete = models.BooleanField(_("complete"))
    priced_at = models.DateTimeField(_("priced at"), default=clock.now)

    class Meta:
        ordering = ("-priced_at", "pk")
        verbose_name = _("prices of a study")
        verbose_name_plural = _("prices of studies")

    def __str__(self) -> str:
        return f"{self.answer}"
