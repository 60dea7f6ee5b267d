"""Projects: one for each office to open, move or close, with activities, links and gates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.programme.models.programmes import Slot
from knutpunkt.programme.models.templates import Deciding, Named, Template, Work
from knutpunkt.programme.models.words import (
    ActivityKind,
    GateOutcome,
    Light,
    LinkType,
    ProjectKind,
)


class Project(models.Model):
    """How one slot gets its office, or how an office moves or closes.

    ``version`` grows with every change, so that of two people who change it at once one is told.
    """

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="projects")
    kind = models.CharField(_("kind"), max_length=5, choices=ProjectKind)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="projects")
    office = models.ForeignKey(
        Office, on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    owner = models.CharField(_("project leader"), max_length=150, blank=True)
    reference_class = models.SlugField(_("reference class"), max_length=40, blank=True)
    opened_to_public = models.DateField(_("opened to the public"), null=True, blank=True)
    inaugurated = models.DateField(_("inaugurated"), null=True, blank=True)
    completed_on = models.DateField(_("last gate passed on"), null=True, blank=True)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ("slot", "pk")
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = (
            models.UniqueConstraint(
                name="slot_has_one_project_under_way",
                fields=("slot",),
                condition=Q(completed_on=None, stopped_on=None),
            ),
            models.CheckConstraint(
                name="project_ends_in_one_way",
                condition=Q(completed_on=None) | Q(stopped_on=None),
            ),
            models.CheckConstraint(
                name="moving_and_closing_name_the_office",
                condition=Q(kind="open") | Q(office__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.slot}"


class Activity(Work):
    """A piece of work of a project. Days are actual ones; planned ones follow from the links."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="activities")
    not_before = models.DateField(_("not before"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)

    class Meta(Work.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = (
            *Work.Meta.constraints,
            models.UniqueConstraint(name="activity_stands_once", fields=("project", "key")),
            models.CheckConstraint(
                name="activity_finishes_after_it_starts",
                condition=Q(finished_on=None)
                | Q(started_on__isnull=False, finished_on__gte=F("started_on")),
            ),
        )


class Link(models.Model):
    """What an activity waits for; ``max_lag_days`` is how long at most may pass."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="links")
    before = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="links_out")
    after = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="links_in")
    type = models.CharField(_("type"), max_length=2, choices=LinkType, default=LinkType.FS)
    kind = models.CharField(_("kind"), max_length=15, choices=ActivityKind, blank=True)
    lag_days = models.FloatField(_("lag, working days"), default=0)
    max_lag_days = models.FloatField(_("longest lag, working days"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = (
            models.UniqueConstraint(name="link_stands_once", fields=("before", "after", "type")),
            models.CheckConstraint(
                name="link_joins_two_activities", condition=~Q(before=F("after"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.before_id} {self.type} {self.after_id}"


class Gate(Deciding):
    """A decision a project passes; ``decisions`` counts those made, to tell two deciders apart."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="gates")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="gates")
    decisions_made = models.PositiveSmallIntegerField(default=0, editable=False)
    passed_on = models.DateField(_("passed on"), null=True, blank=True)

    class Meta(Deciding.Meta):
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        constraints = (
            *Deciding.Meta.constraints,
            models.UniqueConstraint(name="gate_stands_once", fields=("project", "key")),
        )


class Requirement(Named):
    """A document a gate of a project asks for."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="requirements")
    secret = models.BooleanField(_("usually secret"), default=False)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = _("evidence asked for")
        verbose_name_plural = _("evidence asked for")
        constraints = (
            models.UniqueConstraint(name="requirement_stands_once", fields=("gate", "key")),
        )


class Evidence(models.Model):
    """A document filed for a gate: where it is registered, what it is, whether it is secret.

    The file lies outside the web root under its checksum; without a file the diary number says
    where the document is.
    """

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="evidence")
    title = models.CharField(_("title"), max_length=200)
    dnr = models.CharField(_("diary number"), max_length=100)
    dated_on = models.DateField(_("dated"))
    secret = models.BooleanField(_("secret"), default=False)
    file_name = models.CharField(_("file name"), max_length=200, blank=True)
    media_type = models.CharField(_("media type"), max_length=100, blank=True)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    filed_at = models.DateTimeField(_("filed at"), default=clock.now, editable=False)
    filed_by = models.CharField(_("filed by"), max_length=150, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=150, blank=True)
    withdrawn_why = models.CharField(_("why withdrawn"), max_length=300, blank=True)

    class Meta:
        ordering = ("requirement", "filed_at", "pk")
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = (
            models.CheckConstraint(name="evidence_has_a_diary_number", condition=~Q(dnr="")),
            models.CheckConstraint(
                name="filed_evidence_has_a_checksum",
                condition=Q(file_name="") | ~Q(sha256=""),
            ),
            models.CheckConstraint(
                name="evidence_is_withdrawn_with_a_reason",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_why=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.dnr} {self.title}"


class GateDecision(models.Model):
    """What was decided at a gate, by whom and by which delegation. Never changed."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(_("number"))
    outcome = models.CharField(_("decision"), max_length=7, choices=GateOutcome)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("decided by"), max_length=150)
    delegation = models.CharField(_("by which delegation"), max_length=150)
    conditions = models.TextField(_("conditions"), blank=True)
    dnr = models.CharField(_("diary number"), max_length=100, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("gate", "number")
        verbose_name = _("gate decision")
        verbose_name_plural = _("gate decisions")
        constraints = (
            models.UniqueConstraint(
                name="gate_decisions_are_numbered_once", fields=("gate", "number")
            ),
            models.CheckConstraint(
                name="gate_decision_names_who_and_by_which_delegation",
                condition=~Q(decided_by="") & ~Q(delegation=""),
            ),
        )

    def __str__(self) -> str:
        return f"{self.gate_id} {self.number} {self.outcome}"


class StatusReport(models.Model):
    """What the project leader says on a day; a judgement beside the figures, never one of them."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    as_of = models.DateField(_("as of"))
    light = models.CharField(_("judgement"), max_length=5, choices=Light)
    note = models.TextField(_("note"), blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=clock.now, editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=150, editable=False)

    class Meta:
        ordering = ("project", "-as_of", "-pk")
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")

    def __str__(self) -> str:
        return f"{self.project_id} {self.as_of} {self.light}"
