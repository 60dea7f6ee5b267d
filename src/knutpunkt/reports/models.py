"""Reports: the covering letter, the texts people wrote, and every build that succeeded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from knutpunkt.core import clock
from knutpunkt.core.models import Immutable
from knutpunkt.mandates.models import Clause, Mandate


class ReportKind(models.TextChoices):
    INTERIM = "interim", _("interim report")
    FINAL = "final", _("final report")


class ReportLanguage(models.TextChoices):
    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")


class Report(models.Model):
    """A report on a commission as of a day, with its covering letter.

    ``version`` grows with every change of the letter, so that of two writers one is told.
    """

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=7, choices=ReportKind)
    as_of = models.DateField(_("as of"))
    language = models.CharField(
        _("language"), max_length=2, choices=ReportLanguage, default=ReportLanguage.SWEDISH
    )
    clause = models.ForeignKey(
        Clause, on_delete=models.PROTECT, null=True, blank=True, related_name="reports",
        verbose_name=_("the clause that asks for it"),
    )  # fmt: skip
    agency = models.CharField(_("agency"), max_length=150, blank=True)
    addressee = models.CharField(_("addressee"), max_length=150, blank=True)
    dnr = models.CharField(_("our diary number"), max_length=100, blank=True)
    their_reference = models.CharField(_("their reference"), max_length=100, blank=True)
    dated_on = models.DateField(_("date of the letter"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    rapporteur = models.CharField(_("presented by"), max_length=150, blank=True)
    others = models.CharField(_("others who took part"), max_length=300, blank=True)
    lodged_on = models.DateField(_("lodged on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField(_("opened at"), default=clock.now, editable=False)
    opened_by = models.CharField(_("opened by"), max_length=150, editable=False)
    letter_by = models.CharField(_("letter written by"), max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ("-as_of", "mandate", "kind", "language")
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = (
            models.UniqueConstraint(
                name="report_of_a_day_stands_once",
                fields=("mandate", "kind", "as_of", "language"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.kind} {self.as_of}"


class Section(models.Model):
    """A text somebody wrote in place of the one that comes with the report."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="sections")
    key = models.SlugField(_("section"), max_length=40)
    text = models.TextField(_("text"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    written_at = models.DateTimeField(_("written at"), default=clock.now, editable=False)
    written_by = models.CharField(_("written by"), max_length=150, editable=False)

    class Meta:
        ordering = ("report", "key")
        verbose_name = _("section of a report")
        verbose_name_plural = _("sections of reports")
        constraints = (
            models.UniqueConstraint(
                name="section_of_a_report_stands_once", fields=("report", "key")
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.key}"


class Build(Immutable):
    """A report as it was built: its files lie under their fingerprint, facts and texts frozen."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="builds")
    number = models.PositiveIntegerField(_("number"))
    fingerprint = models.CharField(_("SHA-256 of facts and texts"), max_length=64)
    previous = models.ForeignKey(
        "reports.Build", on_delete=models.PROTECT, null=True, blank=True, related_name="following"
    )
    files = models.JSONField(_("files"), default=dict)
    differences = models.JSONField(_("differences from the previous report"), default=dict)
    facts = models.PositiveIntegerField(_("number of facts"))
    built_at = models.DateTimeField(_("built at"), default=clock.now, editable=False)
    built_by = models.CharField(_("built by"), max_length=150, editable=False)

    class Meta:
        ordering = ("report", "-number")
        verbose_name = _("build of a report")
        verbose_name_plural = _("builds of reports")
        constraints = (
            models.UniqueConstraint(
                name="build_of_a_report_is_numbered_once", fields=("report", "number")
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.number} {self.fingerprint[:12]}"
