"""What changes reports: opening one, writing its letter and texts, building it, lodging it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from knutpunkt.core import clock
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.programme.templates_loading import templates_load
from knutpunkt.reports.drafts import Draft, drafted
from knutpunkt.reports.errors import (
    ChangedMeanwhile,
    DayNotReached,
    LetterIncomplete,
    ReportNotBuilt,
    ReportUnknown,
    SectionUnknown,
)
from knutpunkt.reports.models import Build, Report, Section
from knutpunkt.reports.rendering import (
    docx_of,
    fragment_of,
    open_data_of,
    page_of,
    pdf_of,
    zipped,
)
from knutpunkt.reports.selectors import (
    LETTER,
    clause_for,
    earlier_of,
    previous_build,
    question_of,
    written_texts,
)
from knutpunkt.reports.storing import kept
from knutpunkt.reports.writing import wording
from knutpunkt.reports.writing.letters import refuse_unprintable

#: Name of the file of each format.
FILES = {
    "pdf": "report.pdf",
    "html": "report.html",
    "docx": "report.docx",
    "csv": "open-data.zip",
}


@transaction.atomic
def report_open(*, mandate: str, kind: str, as_of: date, language: str = "sv", by: str) -> Report:
    """Open a report, or find the one that is open already.

    Raises
    ------
    NotFound
        When there is no such commission, or it was not known on the day.
    DayNotReached
        When the day lies ahead.
    """
    if as_of > clock.today():
        raise DayNotReached(day=as_of)
    found = mandate_get(mandate)
    if found.known_from > as_of:
        raise ReportUnknown(f"Commission “{mandate}” was not known on {as_of}.")
    templates_load()
    clauses = list(found.clauses.filter(type="report_due"))
    report, _ = Report.objects.get_or_create(
        mandate=found,
        kind=kind,
        as_of=as_of,
        language=language,
        defaults={
            "opened_by": by,
            "clause": clause_for(clauses, kind=kind, as_of=as_of),
        },
    )
    return report


@transaction.atomic
def letter_write(*, report: Report, expected: int, by: str, **fields: Any) -> Report:
    """Write the covering letter.

    Parameters
    ----------
    report
        The report.
    expected
        ``version`` of the report that the writer saw.
    by
        Who writes.
    **fields
        Fields of the letter.

    Raises
    ------
    ChangedMeanwhile
        When somebody else wrote it since.
    """
    given = {name: value for name, value in fields.items() if name in LETTER}
    for name, value in given.items():
        if isinstance(value, str):
            refuse_unprintable(value, where=name)
    changed = Report.objects.filter(pk=report.pk, version=expected).update(
        version=F("version") + 1, letter_by=by, **given
    )
    report.refresh_from_db()
    if not changed:
        raise ChangedMeanwhile(part="letter", by=report.letter_by)
    return report


@transaction.atomic
def section_write(*, report: Report, key: str, text: str, expected: int, by: str) -> Section:
    """Write the text of a section; an empty text brings back the one that comes with it.

    Parameters
    ----------
    report, key
        Which section.
    text
        The text with its references.
    expected
        ``version`` of the section that the writer saw; 0 where nobody had written yet.
    by
        Who writes.

    Raises
    ------
    SectionUnknown
        When there is no such section.
    ChangedMeanwhile
        When somebody else wrote it since. Nothing is changed.
    """
    known = wording(report.language).sections
    if key not in known:
        raise SectionUnknown(key=key, known=tuple(known))
    text = text.replace("\r\n", "\n").strip()
    refuse_unprintable(text, where=key)
    if expected == 0 and not _section(report, key):
        return _first(report, key, text, by)
    changed = Section.objects.filter(report=report, key=key, version=expected).update(
        text=text, version=F("version") + 1, written_by=by, written_at=clock.now()
    )
    found = _section(report, key)
    if not changed or found is None:
        raise ChangedMeanwhile(part=known[key].title, by=found.written_by if found else "")
    return found


def _section(report: Report, key: str) -> Section | None:
    return Section.objects.filter(report=report, key=key).first()


def _first(report: Report, key: str, text: str, by: str) -> Section:
    try:
        with transaction.atomic():
            return Section.objects.create(report=report, key=key, text=text, written_by=by)
    except IntegrityError:
        found = _section(report, key)
        title = wording(report.language).sections[key].title
        raise ChangedMeanwhile(part=title, by=found.written_by if found else "") from None


def report_draft(report: Report) -> Draft:
    """Draft a report as it stands, with the problems that keep it from being built."""
    earlier = earlier_of(previous_build(report))
    return drafted(question_of(report), written_texts(report), earlier)


def report_build(*, report: Report, by: str) -> Build:
    """Build a report in every format and keep it. A build that fails changes nothing.

    Raises
    ------
    LetterIncomplete
        When a final report's covering letter has blanks.
    ReportNotBuilt
        When text and facts do not agree, with every place named.
    """
    draft = report_draft(report)
    refuse_incomplete(draft)
    files = kept(draft.fingerprint, files_of(draft))
    return _record(report, draft, files, by)


def refuse_incomplete(draft: Draft) -> None:
    """Refuse a draft that may not become a report.

    Raises
    ------
    LetterIncomplete, ReportNotBuilt
        With what is missing or wrong.
    """
    missing = draft.question.letter.missing
    if draft.question.kind == "final" and missing:
        names = {field.name: str(field.verbose_name) for field in Report._meta.fields}
        raise LetterIncomplete(missing=missing, labels=[names[name] for name in missing])
    if draft.problems:
        raise ReportNotBuilt(problems=[problem.sentence for problem in draft.problems])


def files_of(draft: Draft) -> dict[str, bytes]:
    """Write a draft in every format, with the snapshot it was built from."""
    document = draft.document
    return {
        FILES["pdf"]: pdf_of(document),
        FILES["html"]: page_of(document),
        FILES["docx"]: docx_of(document),
        FILES["csv"]: zipped(open_data_of(draft.facts)),
        "fragment.html": fragment_of(document).encode(),
        "snapshot.json": draft.snapshot,
    }


@transaction.atomic
def _record(report: Report, draft: Draft, files: dict[str, Any], by: str) -> Build:
    """Write the row of a build. Building the same once more gives the row there is."""
    Report.objects.select_for_update().get(pk=report.pk)
    last = report.builds.order_by("-number").first()
    if last is not None and last.fingerprint == draft.fingerprint:
        return last
    return Build.objects.create(
        report=report,
        number=(last.number if last else 0) + 1,
        fingerprint=draft.fingerprint,
        previous=previous_build(report),
        files=files,
        differences=draft.differences.as_dict() if draft.differences else {},
        facts=len(draft.facts.facts),
        built_by=by,
    )


@transaction.atomic
def report_lodge(*, report: Report, lodged_on: date, by: str) -> Report:
    """Say that a report was handed over; from then on anyone may read it.

    Raises
    ------
    ReportNotBuilt
        When it has never been built.
    """
    if not report.builds.exists():
        raise ReportNotBuilt(problems=["It has never been built, so there is nothing to lodge."])
    Report.objects.filter(pk=report.pk).update(
        lodged_on=lodged_on, version=F("version") + 1, letter_by=by
    )
    report.refresh_from_db()
    return report
