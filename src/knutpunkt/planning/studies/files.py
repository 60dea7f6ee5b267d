"""A study as a file: GeoJSON, CSV, XLSX and PDF."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from knutpunkt.planning.models import StudyAnswer, StudyPrices, StudyVersion
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies import selectors
from knutpunkt.planning.studies.objectives import OBJECTIVES
from knutpunkt.planning.studies.pages import status_sentence
from knutpunkt.planning.studies.printing import study_pdf
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.views import language, readable
from knutpunkt.planning.studies.visits import tables_of
from knutpunkt.planning.studies.wording import Rules

#: Columns of the CSV, as they stand in an answer.
SITE_COLUMNS = (
    "key", "name", "municipality", "code", "state", "basis", "lat", "lon", "persons", "minutes",
    "person_minutes", "load_before", "load_after", "saving", "cost",
)  # fmt: skip
#: Fields of an answer that prove it, and that it takes to repeat it.
PROOF = ("status", "objective", "bound", "gap", "seconds", "seed", "engine", "inputs_hash")
#: What a spreadsheet takes for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_SHEET_NAME = 31

Writer = Callable[[StudyVersion, StudyAnswer, StudyPrices | None], bytes]


@require_GET
def study_file(request: HttpRequest, study: uuid.UUID, number: int, kind: str) -> HttpResponse:
    """Give a version with a plan as a file."""
    version = readable(request, study, number)
    answer, prices = selectors.answer_of(version)
    if kind not in KINDS or answer is None or answer.objective is None:
        raise Http404
    media_type, write = KINDS[kind]
    response = HttpResponse(write(version, answer, prices), content_type=media_type)
    name = f"study-{str(version.study_id)[:8]}-{version.number}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def geojson_of(
    version: StudyVersion, answer: StudyAnswer, _prices: StudyPrices | None = None
) -> bytes:
    """Write every site as a point.

    References
    ----------
    RFC 7946, https://www.rfc-editor.org/rfc/rfc7946 (longitude first).
    """
    collection = {
        "type": "FeatureCollection",
        "study": {
            "id": str(version.study_id),
            "version": version.number,
            **proof_of(answer, question_of(version.question)),
        },
        "question": version.question,
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [site["lon"], site["lat"]]},
                "properties": {
                    name: site.get(name) for name in SITE_COLUMNS if name not in ("lat", "lon")
                },
            }
            for site in answer.effects["sites"]
        ],
    }
    return json.dumps(collection, ensure_ascii=False).encode()


def csv_of(
    _version: StudyVersion, answer: StudyAnswer, _prices: StudyPrices | None = None
) -> bytes:
    """Write every site as a row, in UTF-8 with a mark that spreadsheets read."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(SITE_COLUMNS)
    for site in answer.effects["sites"]:
        rows.writerow([_harmless(site.get(name)) for name in SITE_COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(version: StudyVersion, answer: StudyAnswer, prices: StudyPrices | None = None) -> bytes:
    """Write every table of the page as a sheet, with numbers as numbers."""
    file = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"in_memory": True, **safe})
    created = answer.answered_at.replace(tzinfo=None)
    book.set_properties({"title": version.study.title, "created": created})
    head = book.add_format({"bold": True, "text_wrap": True})
    rules = _rules(version)
    first = book.add_worksheet("Knutpunkt")
    first.write_string(0, 0, str(version), head)
    first.write_string(1, 0, status_sentence(answer, None, rules, rules.reader))
    for row, (name, value) in enumerate(proof_of(answer, rules.question).items(), start=3):
        first.write_string(row, 0, name)
        _write(first, row, 1, value)
    for sheet in tables_of(answer, prices, rules):
        page = book.add_worksheet(sheet.title[:LONGEST_SHEET_NAME])
        for column, heading in enumerate(sheet.columns):
            page.write_string(0, column, heading.label, head)
            page.set_column(column, column, 30 if heading.decimals is None else 14)
        for number, cells in enumerate(sheet.rows, start=1):
            for column, value in enumerate(cells):
                _write(page, number, column, value)
    book.close()
    return file.getvalue()


def pdf_of(version: StudyVersion, answer: StudyAnswer, prices: StudyPrices | None = None) -> bytes:
    """Print the study on two pages."""
    return study_pdf(version, answer, prices, _rules(version), language())


def proof_of(answer: StudyAnswer, question: Question) -> dict[str, Any]:
    """Return what is made least, what proves an answer, and what it takes to repeat it."""
    aim = {"aim": question.objective, "aim_counts": OBJECTIVES[question.objective].counts}
    return {**aim, **{name: getattr(answer, name) for name in PROOF}}


def _rules(version: StudyVersion) -> Rules:
    question = question_of(version.question)
    reader = Reader(language())
    said = selectors.paraphrases_of(question.mandate, reader.language)
    return Rules(question, said, language())


def _write(page: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | float):
        page.write_number(row, column, value)
    elif value:
        page.write_string(row, column, str(value))


def _harmless(value: Any) -> Any:
    """Keep a spreadsheet from taking a name for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value


KINDS: dict[str, tuple[str, Writer]] = {
    "geojson": ("application/geo+json", geojson_of),
    "csv": ("text/csv; charset=utf-8", csv_of),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of),
    "pdf": ("application/pdf", pdf_of),
}
