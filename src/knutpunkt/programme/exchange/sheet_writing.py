"""A status sheet as an XLSX workbook: protected but for the cells people fill in.

Beside the sheet people see stands a hidden one with what each cell held at the export, so that
the import can tell what was filled in from what somebody else changed meanwhile.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from knutpunkt.core import clock
from knutpunkt.programme.exchange.comparing import FIELDS, FIRST_DAY
from knutpunkt.programme.exchange.plan import Plan
from knutpunkt.programme.exchange.standing import Row, Standing
from knutpunkt.programme.exchange.words import (
    DAYS,
    HEADINGS,
    KINDS,
    LIGHTS,
    README,
    README_NAMES,
    SHEET_NAMES,
    Language,
    said,
)

FORMAT = "knutpunkt-status/1"
ORIGIN_SHEET = "knutpunkt"
COLUMNS = tuple(HEADINGS)
WIDTHS = (26, 20, 11, 40, 14, 14, 12, 12, 14, 9, 50, 40)
#: Fields a person may fill in, by kind of row. A gate is passed by a decision.
OPEN_FIELDS = {"slot": FIELDS["slot"], "work": FIELDS["work"], "gate": ()}
#: What a spreadsheet takes for the beginning of a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
HEAD_COLOUR, OPEN_COLOUR, SLOT_COLOUR = "#1b4a6b", "#fff8dc", "#e8eef3"


def write_sheet(standing: Standing, plan: Plan, *, language: Language) -> bytes:
    """Write the workbook; the same rows on the same minute give the same bytes."""
    file = io.BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, {"in_memory": True, **safe})
    title = standing.programme.title_sv if language == "sv" else standing.programme.title_en
    book.set_properties({"title": title, "created": clock.now().replace(tzinfo=None)})
    _Status(book, standing, plan, language).write()
    _readme(book, title, language)
    _origin(book, standing, language)
    book.close()
    return file.getvalue()


@dataclass
class _Status:
    """The sheet people fill in."""

    book: Workbook
    standing: Standing
    plan: Plan
    language: Language

    def write(self) -> None:
        sheet = self.book.add_worksheet(said(SHEET_NAMES, self.language))
        head = self.book.add_format(
            {"bold": True, "font_color": "white", "bg_color": HEAD_COLOUR, "text_wrap": True}
        )
        for column, name in enumerate(COLUMNS):
            sheet.set_column(column, column, WIDTHS[column])
            sheet.write_string(0, column, said(HEADINGS[name], self.language), head)
        for number, row in enumerate(self.standing.rows.values(), start=1):
            self._row(sheet, number, row)
        self._frame(sheet, len(self.standing.rows))

    def _row(self, sheet: Worksheet, number: int, row: Row) -> None:
        known = self._known(row)
        for column, name in enumerate(COLUMNS):
            style = self._style(row, name, known.get(name, ""))
            _cell(sheet, number, column, known.get(name, ""), style, day=name in DAYS)

    def _known(self, row: Row) -> dict[str, str]:
        own = {
            "key": row.key,
            "slot": self.standing.projects[row.project].slot.name,
            "kind": said(KINDS[row.kind], self.language),
            "name": said(row.names, self.language),
        }
        if row.kind != "slot":
            own["planned_start"] = self.plan.start(row.key).isoformat()
            own["planned_finish"] = self.plan.finish(row.key).isoformat()
        light = row.values.get("light", "")
        return {**own, **row.values, "light": said(LIGHTS[light], self.language) if light else ""}

    def _style(self, row: Row, name: str, text: str) -> Format:
        open_cell = name in OPEN_FIELDS[row.kind]
        style: dict[str, object] = {"valign": "top", "locked": not open_cell}
        if open_cell:
            style |= {"bg_color": OPEN_COLOUR, "border": 1, "border_color": "#c9b458"}
        elif row.kind == "slot":
            style |= {"bg_color": SLOT_COLOUR, "bold": True}
        if name in DAYS:
            style["num_format"] = "yyyy-mm-dd"
        elif name in {"note", "next_step", "name"}:
            style["text_wrap"] = True
        # Keeps such a text a text when somebody edits the cell.
        style["quote_prefix"] = text.startswith(FORMULA_SIGNS) and name not in DAYS
        return self._formats(style)

    def _formats(self, style: dict[str, object]) -> Format:
        known: dict[str, Format] = self.__dict__.setdefault("_known_formats", {})
        key = repr(sorted(style.items()))
        if key not in known:
            known[key] = self.book.add_format(style)
        return known[key]

    def _frame(self, sheet: Worksheet, last: int) -> None:
        sheet.freeze_panes(1, COLUMNS.index("planned_start"))
        sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
        sheet.protect("", {"sort": True, "autofilter": True, "format_columns": True})
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for name in ("started", "finished", "as_of"):
            column = COLUMNS.index(name)
            sheet.data_validation(1, column, max(last, 1), column, _days(self.language))
        column = COLUMNS.index("light")
        sheet.data_validation(1, column, max(last, 1), column, _lights(self.language))


def _cell(sheet: Worksheet, row: int, column: int, text: str, style: Format, *, day: bool) -> None:
    if not text:
        sheet.write_blank(row, column, None, style)
    elif day:
        sheet.write_datetime(row, column, date.fromisoformat(text), style)
    else:
        sheet.write_string(row, column, text, style)


def _days(language: Language) -> dict[str, object]:
    title, text = (
        ("Datum", f"Skriv ett datum från {FIRST_DAY}; det som inte har hänt rapporteras inte.")
        if language == "sv"
        else ("Date", f"Write a date from {FIRST_DAY}; what has not happened is not reported.")
    )
    return {
        "validate": "date",
        "criteria": ">=",
        "value": FIRST_DAY,
        "error_title": title,
        "error_message": text,
    }


def _lights(language: Language) -> dict[str, object]:
    return {"validate": "list", "source": [said(words, language) for words in LIGHTS.values()]}


def _readme(book: Workbook, title: str, language: Language) -> None:
    sheet = book.add_worksheet(said(README_NAMES, language))
    sheet.set_column(0, 0, 100)
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{clock.now():%Y-%m-%d %H:%M}")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, line in enumerate(said(README, language).splitlines(), start=3):
        sheet.write_string(number, 0, line, wrapped)
    sheet.protect()


def _origin(book: Workbook, standing: Standing, language: Language) -> None:
    """Keep what every cell held: row, field, text."""
    sheet = book.add_worksheet(ORIGIN_SHEET)
    sheet.very_hidden()
    sheet.protect()
    head = [FORMAT, standing.programme.key, language, clock.now().isoformat()]
    for column, text in enumerate(head):
        sheet.write_string(0, column, text)
    cells = [
        (row.key, name, row.values[name])
        for row in standing.rows.values()
        for name in FIELDS[row.kind]
    ]
    for number, cell in enumerate(cells, start=1):
        for column, text in enumerate(cell):
            sheet.write_string(number, column, text)
