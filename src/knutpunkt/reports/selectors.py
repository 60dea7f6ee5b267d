"""Reads of reports: which there are, which are due, and what a report was built from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from knutpunkt.mandates.models import Clause
from knutpunkt.reports.building import Letter, Question
from knutpunkt.reports.comparing import Earlier
from knutpunkt.reports.errors import ReportUnknown
from knutpunkt.reports.models import Build, Report
from knutpunkt.reports.storing import kept_file

LETTER = (
    "agency", "addressee", "dnr", "their_reference", "dated_on", "decided_by", "rapporteur",
    "others",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A report that a commission asks for, when, and the reports made for it."""

    clause: Clause
    reports: tuple[Report, ...]


def reports_due() -> list[Due]:
    """Every report the commissions ask for, the latest first: three queries."""
    rows = Clause.objects.filter(type="report_due").select_related("mandate")
    made = Prefetch("reports", queryset=Report.objects.prefetch_related("builds"))
    return [
        Due(clause, tuple(clause.reports.all()))
        for clause in rows.prefetch_related(made).order_by("-window_to", "key")
    ]


def reports_all() -> QuerySet[Report]:
    """All reports with their builds."""
    return Report.objects.select_related("mandate", "clause").prefetch_related("builds")


def report_get(pk: int) -> Report:
    """Read a report with its mandate: one query.

    Raises
    ------
    ReportUnknown
        When there is none with this number.
    """
    found = Report.objects.select_related("mandate", "clause").filter(pk=pk).first()
    if found is None:
        raise ReportUnknown(f"There is no report {pk}.")
    return found


def build_get(report: Report, number: int) -> Build:
    """Read a build of a report: one query.

    Raises
    ------
    ReportUnknown
        When it was not built that often.
    """
    found = report.builds.filter(number=number).first()
    if found is None:
        raise ReportUnknown(f"Report {report.pk} has no build {number}.")
    return found


def question_of(report: Report) -> Question:
    """What the report tells, with its covering letter."""
    letter = Letter(**{name: getattr(report, name) for name in LETTER})
    clause = report.clause
    return Question(
        report.mandate.slug, report.as_of, report.kind, report.language, letter,
        due=clause.window_to if clause else None,
        due_clause=clause.key if clause and _answers(report, clause) else "",
    )  # fmt: skip


def _answers(report: Report, clause: Clause) -> bool:
    """Whether a report is the one its clause asks for: an interim one is never the last due."""
    if report.as_of > clause.window_to or report.as_of < (clause.window_from or report.as_of):
        return False
    if report.kind == "final":
        return True
    due = report.mandate.clauses.filter(type="report_due")
    return due.filter(window_to__gt=clause.window_to).exists()


def written_texts(report: Report) -> dict[str, str]:
    """Texts people wrote, by section: one query."""
    return {section.key: section.text for section in report.sections.all()}


def previous_build(report: Report) -> Build | None:
    """The last build of the report on the same commission as of the nearest earlier day."""
    earlier = Build.objects.filter(
        report__mandate=report.mandate,
        report__language=report.language,
        report__as_of__lt=report.as_of,
    )
    return earlier.order_by("-report__as_of", "-number").first()


def earlier_of(build: Build | None) -> Earlier | None:
    """What a build has frozen; nothing where its files have been taken away."""
    if build is None:
        return None
    try:
        kept = json.loads(kept_file(build.fingerprint, "snapshot.json"))
    except ReportUnknown:
        return None
    return Earlier.from_snapshot(build.fingerprint, kept)


def clause_for(clauses: Sequence[Clause], *, kind: str, as_of: date) -> Clause | None:
    """The clause that asks for a report: the next one due, for a final report the last one."""
    due = sorted(clauses, key=lambda clause: clause.window_to)
    if not due or kind == "final":
        return due[-1] if due else None
    return next((clause for clause in due if clause.window_to >= as_of), due[-1])


def lodged_build(report: Report) -> int | None:
    """Number of the build that was lodged: the newest there was by that day; two queries.

    Where all were built later, the first: what was changed after it was never lodged.
    """
    if report.lodged_on is None:
        return None
    numbers = report.builds.order_by("number").values_list("number", flat=True)
    by_then: int | None = numbers.filter(built_at__date__lte=report.lodged_on).last()
    return by_then or numbers.first()
