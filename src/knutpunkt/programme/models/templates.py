"""Templates: what opening, moving or closing an office takes, by version."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.programme.models.words import (
    ActivityKind,
    GateRecords,
    LinkType,
    ParameterBasis,
    ProjectKind,
    Shape,
)


class Named(models.Model):
    """Something with a key and a name in both languages, in an order."""

    key = models.SlugField(_("key"), max_length=40)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name_sv = models.CharField(_("name in Swedish"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key} {self.name_en}"

    @property
    def name(self) -> str:
        """Its name in the language of the reader."""
        swedish = (get_language() or "sv").startswith("sv")
        return self.name_sv if swedish else self.name_en


class Work(Named):
    """How long a piece of work takes, and what it shares with others.

    Working days: lowest, most likely, highest (lognormal: P10 and P90). ``causes`` are keys of
    shared causes, separated by spaces.
    """

    kind = models.CharField(_("kind"), max_length=15, choices=ActivityKind)
    low = models.FloatField(_("lowest, working days"), default=0)
    mode = models.FloatField(_("most likely, working days"), default=0)
    high = models.FloatField(_("highest, working days"), default=0)
    shape = models.CharField(_("distribution"), max_length=10, choices=Shape, default=Shape.PERT)
    basis = models.CharField(
        _("basis"), max_length=10, choices=ParameterBasis, default=ParameterBasis.ASSUMED
    )
    basis_note = models.CharField(_("what the basis is"), max_length=300, blank=True)
    causes = models.CharField(_("shared causes"), max_length=200, blank=True)
    crew = models.SlugField(_("crew"), blank=True)
    not_scaled = models.BooleanField(_("not stretched by the reference class"), default=False)

    class Meta:
        abstract = True
        ordering = ("position", "pk")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_lasts_from_low_to_high",
                condition=Q(low__gte=0, mode__gte=F("low"), high__gte=F("mode")),
            ),
        )


class Deciding(Named):
    """A gate: what may come out of its decision besides go, and how often.

    It closes one activity, and those whose keys ``also`` names, separated by spaces. What follows
    any of them waits for the gate.
    """

    also = models.CharField(_("and after these activities"), max_length=200, blank=True)
    recycle = models.FloatField(_("probability of doing it again"), default=0)
    recycle_low = models.FloatField(_("delay then, lowest"), default=0)
    recycle_mode = models.FloatField(_("delay then, most likely"), default=0)
    recycle_high = models.FloatField(_("delay then, highest"), default=0)
    stop = models.FloatField(_("probability of stopping for good"), default=0)
    records = models.CharField(
        _("writes into the register"), max_length=6, choices=GateRecords, blank=True
    )
    basis = models.CharField(
        _("basis"), max_length=10, choices=ParameterBasis, default=ParameterBasis.ASSUMED
    )
    basis_note = models.CharField(_("what the basis is"), max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ("position", "pk")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_chances_lie_between_zero_and_one",
                condition=Q(recycle__gte=0, recycle__lt=1, stop__gte=0, stop__lt=1),
            ),
        )


class Template(models.Model):
    """One version of how an office is opened, moved or closed. A change is a new version."""

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=5, choices=ProjectKind)
    title_sv = models.CharField(_("title in Swedish"), max_length=150)
    title_en = models.CharField(_("title in English"), max_length=150)
    source = models.CharField(_("source"), max_length=500, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)

    class Meta:
        ordering = ("key", "-version")
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = (
            models.UniqueConstraint(name="template_version_stands_once", fields=("key", "version")),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class TemplateActivity(Work):
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="activities")

    class Meta(Work.Meta):
        verbose_name = _("activity of a template")
        verbose_name_plural = _("activities of templates")
        constraints = (
            *Work.Meta.constraints,
            models.UniqueConstraint(
                name="template_activity_stands_once", fields=("template", "key")
            ),
        )


class TemplateLink(models.Model):
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="links")
    before = models.SlugField(_("before"), max_length=40)
    after = models.SlugField(_("after"), max_length=40)
    type = models.CharField(_("type"), max_length=2, choices=LinkType, default=LinkType.FS)
    kind = models.CharField(_("kind"), max_length=15, choices=ActivityKind, blank=True)
    lag_days = models.FloatField(_("lag, working days"), default=0)
    max_lag_days = models.FloatField(_("longest lag, working days"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("link of a template")
        verbose_name_plural = _("links of templates")

    def __str__(self) -> str:
        return f"{self.before} {self.type} {self.after}"


class TemplateGate(Deciding):
    """A gate of a template; ``activity`` is the piece of work it closes."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="gates")
    activity = models.SlugField(_("after activity"), max_length=40)

    class Meta(Deciding.Meta):
        verbose_name = _("gate of a template")
        verbose_name_plural = _("gates of templates")
        constraints = (
            *Deciding.Meta.constraints,
            models.UniqueConstraint(name="template_gate_stands_once", fields=("template", "key")),
        )


class TemplateRequirement(Named):
    """A document a gate asks for."""

    gate = models.ForeignKey(TemplateGate, on_delete=models.CASCADE, related_name="requirements")
    secret = models.BooleanField(_("usually secret"), default=False)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("evidence a template asks for")
        verbose_name_plural = _("evidence templates ask for")
        constraints = (
            models.UniqueConstraint(
                name="template_requirement_stands_once", fields=("gate", "key")
            ),
        )
