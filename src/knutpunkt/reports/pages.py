"""Reports ready to show: plain values for the templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.reports.errors import ReportUnknown
from knutpunkt.reports.facts import Fact, FactTable
from knutpunkt.reports.models import Build, Report, Section
from knutpunkt.reports.selectors import reports_all, reports_due
from knutpunkt.reports.services import FILES, report_draft
from knutpunkt.reports.storing import kept_file
from knutpunkt.reports.writing import wording
from knutpunkt.reports.writing.composing import label_of

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "application/zip",
}
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class DueLine:
    """A report a commission asks for."""

    commission: str
    slug: str
    asked: str
    due: date
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class ReportsPage:
    due: tuple[DueLine, ...]
    reports: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in the list, with its latest build."""

    report: Report
    title: str
    kind: str
    latest: Build | None


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section and who wrote it last; nobody where the standing text is kept."""

    key: str
    title: str
    written_by: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with its letter, sections and builds."""

    report: Report
    title: str
    kind: str
    letter: tuple[tuple[str, str], ...]
    missing: int
    sections: tuple[SectionLine, ...]
    builds: tuple[Build, ...]
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionPage:
    """The editor of a section: its text, the newer one where there is a conflict, its problems."""

    report: Report
    key: str
    title: str
    text: str
    version: int
    written_by: str
    newer: str
    refusal: str
    problems: tuple[str, ...]
    facts: tuple[Fact, ...]
    standing: bool


@dataclass(frozen=True, slots=True)
class FactsPage:
    """The facts that match what was asked."""

    report: Report
    words: str
    facts: tuple[Fact, ...]
    matching: int
    total: int
    built: bool


def reports_page(language: str) -> ReportsPage:
    """Put together the list of reports and of those that are due."""
    due = tuple(
        DueLine(
            commission=getattr(row.clause.mandate, f"title_{language}"),
            slug=row.clause.mandate.slug,
            asked=getattr(row.clause, f"paraphrase_{language}"),
            due=row.clause.window_to,
            reports=row.reports,
        )
        for row in reports_due()
    )
    return ReportsPage(due, tuple(_line(report, language) for report in reports_all()))


def report_page(report: Report, language: str) -> ReportPage:
    """Put together the page of a report: three queries."""
    line = _line(report, language)
    written = {section.key: section for section in report.sections.all()}
    words = wording(report.language)
    return ReportPage(
        report=report,
        title=line.title,
        kind=line.kind,
        letter=_letter(report),
        missing=sum(not value for _, value in _letter(report)),
        sections=tuple(
            SectionLine(
                key,
                f"{label_of(words, section)}: {section.title}"
                if section.place != "front"
                else section.title,
                written[key].written_by if key in written and written[key].text else "",
            )
            for key, section in words.sections.items()
        ),
        builds=tuple(report.builds.all()),
        formats=tuple(FILES),
    )


def section_page(report: Report, key: str, *, mine: str = "", refusal: str = "") -> SectionPage:
    """Put together the editor of a section; after a conflict the writer's own text stays."""
    draft = report_draft(report)
    kept = Section.objects.filter(report=report, key=key).first()
    text = draft.texts[key]
    return SectionPage(
        report=report,
        key=key,
        title=wording(report.language).sections[key].title,
        text=mine or text,
        version=kept.version if kept else 0,
        written_by=kept.written_by if kept else "",
        newer=text if refusal else "",
        refusal=refusal,
        problems=tuple(p.sentence for p in draft.problems if p.section in (key, "")),
        facts=tuple(fact for fact in draft.facts if fact.id.count(".") == 1),
        standing=kept is None or not kept.text,
    )


def facts_page(report: Report, words: str) -> FactsPage:
    """Search the facts of the latest build; of a draft where nothing is built yet."""
    latest = report.builds.first()
    table = _built_facts(latest) or report_draft(report).facts
    wanted = words.casefold()
    matching = [
        fact
        for fact in table
        if wanted in f"{fact.id} {fact.said} {fact.query} {' '.join(fact.events)}".casefold()
    ]
    return FactsPage(
        report=report,
        words=words,
        facts=tuple(matching[:MOST_SHOWN]),
        matching=len(matching),
        total=len(table.facts),
        built=latest is not None,
    )


def file_name(report: Report, number: int, file: str) -> str:
    """A name that says what the file is: ``2021-05-interim-2022-01-31-1.pdf``."""
    suffix = file.rpartition(".")[2]
    return f"{report.mandate.slug}-{report.kind}-{report.as_of}-{number}.{suffix}"


def _built_facts(build: Build | None) -> FactTable | None:
    if build is None:
        return None
    try:
        kept = json.loads(kept_file(build.fingerprint, "snapshot.json"))
    except ReportUnknown:
        return None
    return FactTable.from_dict(kept["facts"])


def _line(report: Report, language: str) -> ReportLine:
    builds = list(report.builds.all())
    title = str(getattr(report.mandate, f"title_{language}"))
    return ReportLine(report, title, report.get_kind_display(), builds[0] if builds else None)


def _letter(report: Report) -> tuple[tuple[str, str], ...]:
    """Fields of the letter by their names on the page."""
    names = [
        ("agency", _("agency")),
        ("addressee", _("addressee")),
        ("dnr", _("our diary number")),
        ("their_reference", _("their reference")),
        ("decided_by", _("decided by")),
        ("rapporteur", _("presented by")),
        ("others", _("others who took part")),
    ]
    return tuple((said, getattr(report, name)) for name, said in names)
