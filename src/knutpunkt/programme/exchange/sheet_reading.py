"""From a filled-in status sheet to texts by row and field, with all that is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl.utils import get_column_letter

from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.exchange.comparing import FIELDS, Found
from knutpunkt.programme.exchange.diff import Remark
from knutpunkt.programme.exchange.errors import (
    FileOfAnotherProgramme,
    NotAStatusSheet,
)
from knutpunkt.programme.exchange.sheet_writing import FORMAT, ORIGIN_SHEET
from knutpunkt.programme.exchange.standing import Standing, plain
from knutpunkt.programme.exchange.words import DAYS, HEADINGS, light_of
from knutpunkt.programme.exchange.workbook_reading import Rows, workbook_rows

NEEDED = ("key", "started", "finished", "as_of", "light", "note", "next_step")


@dataclass
class Filled:
    """What a status sheet says: rows whose keys are known, problems, notes."""

    found: list[Found] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)


def read_sheet(content: bytes, standing: Standing) -> Filled:
    """Read a filled-in sheet of a programme.

    Raises
    ------
    NotAWorkbook, NotAStatusSheet, FileOfAnotherProgramme, FileTooLarge, FileTooDeep
        When it cannot be a status sheet of this programme.
    DeclarationsRefused
        When it holds what no spreadsheet program writes.
    """
    book = workbook_rows(content)
    base = _origin(book, standing.programme.key)
    name, columns = _status_sheet(book)
    filled = Filled()
    seen: dict[str, int] = {}
    for number, cells in enumerate(book[name][1:], start=2):
        _Line(name, number, cells, columns, standing, base, seen).read(filled)
    _missing(standing, seen, filled)
    return filled


@dataclass(frozen=True)
class _Line:
    """One row of the sheet."""

    sheet: str
    number: int
    cells: Sequence[Any]
    columns: Mapping[str, int]
    standing: Standing
    base: Mapping[str, Mapping[str, str]]
    seen: dict[str, int]

    def read(self, filled: Filled) -> None:
        key = self._text("key")
        if not key:
            if any(_value(cell) not in (None, "") for cell in self.cells):
                filled.problems.append(self._say("key", NO_KEY))
            return
        row = self.standing.rows.get(key)
        if row is None:
            filled.problems += self._unknown(key)
            return
        if key in self.seen:
            filled.problems.append(self._say("key", DOUBLE_KEY, key=key, row=self.seen[key]))
            return
        self.seen[key] = self.number
        texts = dict(self._texts(FIELDS[row.kind], filled.problems))
        filled.problems += self._strays(FIELDS[row.kind])
        places = {name: self._place(name) for name in texts}
        base = self.base.get(key, {})
        filled.found.append(Found(key, self._place("key"), texts, base, places))

    def _unknown(self, key: str) -> list[Remark]:
        """Complain of a key that is not known; of one that has left, only if it was filled in."""
        gone = self.base.get(key)
        if (
            gone is not None
            and dict(self._texts([x for x in gone if x in self.columns], [])) == gone
        ):
            return []
        return [self._say("key", UNKNOWN_KEY, key=key)]

    def _texts(self, names: Sequence[str], problems: list[Remark]) -> Iterator[tuple[str, str]]:
        for name in names:
            cell = self._cell(name)
            if getattr(cell, "data_type", "") in ("f", "e"):
                problems.append(self._say(name, FORMULA))
            elif name in DAYS:
                day = _day(_value(cell))
                if day is None:
                    problems.append(self._say(name, NO_DAY, found=_value(cell)))
                else:
                    yield name, day
            elif name == "light":
                text = self._text(name)
                light = light_of(text) if text else ""
                if light is None:
                    problems.append(self._say(name, NO_LIGHT, found=text))
                else:
                    yield name, light
            else:
                yield name, self._text(name)

    def _strays(self, own: Sequence[str]) -> Iterator[Remark]:
        """Texts in cells this kind of row has no use for."""
        for name in NEEDED[1:]:
            if name not in own and _value(self._cell(name)) not in (None, ""):
                yield self._say(name, STRAY)

    def _cell(self, name: str) -> Any:
        column = self.columns[name]
        return self.cells[column] if column < len(self.cells) else None

    def _text(self, name: str) -> str:
        return _text_of(self._cell(name))

    def _place(self, name: str) -> str:
        return f"{self.sheet}!{get_column_letter(self.columns[name] + 1)}{self.number}"

    def _say(self, name: str, sentence: Both, **facts: object) -> Remark:
        sv, en = HEADINGS[name]
        told = [text.format(heading=h, **facts) for text, h in zip(sentence, (sv, en), strict=True)]
        return Remark(self._place(name), *told)


NO_KEY: Both = (
    "Raden har uppgifter men ingen nyckel; kopiera nyckeln från exporten.",
    "The row says something but has no key; copy the key from the export.",
)
UNKNOWN_KEY: Both = (
    "Nyckeln “{key}” finns inte bland programmets pågående projekt.",
    "The key “{key}” is not among the programme's projects under way.",
)
DOUBLE_KEY: Both = (
    "Nyckeln “{key}” står redan på rad {row}.",
    "The key “{key}” stands in row {row} already.",
)
FORMULA: Both = (
    "“{heading}” är en formel eller ett fel; skriv värdet.",
    "“{heading}” is a formula or an error; write the value.",
)
NO_DAY: Both = (
    "“{heading}” {found} är inget datum; skriv till exempel 2022-05-31.",
    "“{heading}” {found} is no date; write for example 2022-05-31.",
)
NO_LIGHT: Both = (
    "“{found}” är inget läge; skriv grön, gul eller röd.",
    "“{found}” is no status; write green, amber or red.",
)
STRAY: Both = (
    "“{heading}” hör inte till denna rad; ta bort texten.",
    "“{heading}” does not belong to this row; take the text away.",
)


def _missing(standing: Standing, seen: Mapping[str, int], filled: Filled) -> None:
    gone = len(standing.rows) - len(seen)
    if gone:
        filled.notes.append(
            Remark(
                "",
                f"{gone} av programmets rader finns inte i filen; där ändras ingenting.",
                f"{gone} rows of the programme are not in the file; nothing is changed there.",
            )
        )


def _origin(book: Mapping[str, Rows], programme: str) -> dict[str, dict[str, str]]:
    """Read what every cell held at the export, from the hidden sheet."""
    if ORIGIN_SHEET not in book:
        raise NotAStatusSheet(reason=f"its hidden sheet “{ORIGIN_SHEET}” is missing")
    rows = [[_text_of(cell) for cell in cells] for cells in book[ORIGIN_SHEET]]
    if not rows or rows[0][0] != FORMAT:
        raise NotAStatusSheet(reason=f"it does not say that it is in the format “{FORMAT}”")
    if rows[0][1:2] != [programme]:
        raise FileOfAnotherProgramme(found="".join(rows[0][1:2]), programme=programme)
    base: dict[str, dict[str, str]] = {}
    for key, name, text, *_ in rows[1:]:
        base.setdefault(key, {})[name] = text
    return base


def _status_sheet(book: Mapping[str, Rows]) -> tuple[str, dict[str, int]]:
    """Find the sheet and its columns by their headings, in whatever order they stand."""
    by_heading = {text: name for name, texts in HEADINGS.items() for text in texts}
    for name, rows in book.items():
        headings = [by_heading.get(_text_of(cell)) for cells in rows[:1] for cell in cells]
        columns = {known: at for at, known in enumerate(headings) if known}
        if name != ORIGIN_SHEET and "key" in columns:
            if lost := [HEADINGS[known][1] for known in NEEDED if known not in columns]:
                raise NotAStatusSheet(reason=f"its columns {', '.join(lost)} are missing")
            return name, columns
    raise NotAStatusSheet(reason="no sheet has a column of keys in its first row")


def _text_of(cell: Any) -> str:
    value = _value(cell)
    return "" if value is None else plain(str(value))


def _value(cell: Any) -> Any:
    return getattr(cell, "value", None)


def _day(value: Any) -> str | None:
    """ISO date of a cell, empty of an empty one, None of what is no date."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    try:
        return date.fromisoformat(str(value).strip()).isoformat() if str(value).strip() else ""
    except ValueError:
        return None
