"""Tables of a study written out in the reader's language, and what of them is shown at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.sheets import Cell, Column, Sheet

#: Rows of a long table that are shown at once; the others can be opened.
SHOWN_ROWS = 8
#: Every place that opens and every office that closes is what a study is about.
SHOWN = {
    "rounds": 40, "opened": 40, "closed": 40, "rules": 20, "consultation": 40, "course": 12,
}  # fmt: skip
#: More columns than this do not fit beside each other on a small screen.
NARROW_COLUMNS = 3
NOTHING = "–"
MINUS = "\N{MINUS SIGN}"

Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: its first cell is its heading."""

    head: str
    cells: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table written out; each cell is text, the heading of its column, whether a number."""

    key: str
    title: str
    note: str
    columns: tuple[tuple[str, bool], ...]
    lines: tuple[Line, ...]
    further: tuple[Line, ...]

    @property
    def narrow(self) -> bool:
        """Whether it fits on a small screen as it is: few columns, numbers but for the first."""
        numbers = all(number for _label, number in self.columns[1:])
        return numbers and len(self.columns) <= NARROW_COLUMNS


def table_of(
    sheet: Sheet, reader: Reader, *, shown: int | None = None, whole: bool = False
) -> Table:
    """Write out a table.

    Rows about what does not change come after ``shown`` rows of what does, among those that can
    be opened. Columns without a single entry are left out, unless the ``whole`` table is asked for.
    """
    columns = tuple(range(len(sheet.columns)) if whole else _used(sheet))
    changing, calm = _parted(sheet)
    rows = [_line(row, sheet.columns, columns, reader) for row in (*changing, *calm)]
    most = SHOWN.get(sheet.key, SHOWN_ROWS) if shown is None else shown
    first = min(most, len(rows) if whole else len(changing))
    heads = tuple((sheet.columns[n].label, sheet.columns[n].decimals is not None) for n in columns)
    return Table(sheet.key, sheet.title, sheet.note, heads, tuple(rows[:first]),
                 tuple(rows[first:]))  # fmt: skip


def _line(row: Row, heads: Sequence[Column], columns: Sequence[int], reader: Reader) -> Line:
    head, *texts = [_text(row[number], heads[number], reader) for number in columns]
    labels = [heads[number] for number in columns[1:]]
    return Line(
        head,
        tuple(
            (text, column.label, column.decimals is not None)
            for text, column in zip(texts, labels, strict=True)
        ),
    )


def _used(sheet: Sheet) -> list[int]:
    """Number the columns that say something; the first always does."""
    return [
        number
        for number in range(len(sheet.columns))
        if not number or any(row[number] not in (None, "") for row in sheet.rows)
    ]


def _parted(sheet: Sheet) -> tuple[list[Row], list[Row]]:
    """Part the rows about what changes from the others."""
    is_calm = CALM.get(sheet.key)
    if is_calm is None:
        return list(sheet.rows), []
    changing = [row for row in sheet.rows if not is_calm(row)]
    return changing, [row for row in sheet.rows if is_calm(row)]


def _nobody_nearer(row: Row) -> bool:
    """Whether nobody gets nearer; the parts that lose have a table of their own."""
    return not row[4]


def _nobody_moves(row: Row) -> bool:
    """Whether nobody gets nearer or travels further."""
    return not row[4] and not row[5]


def _same_way(row: Row) -> bool:
    """Whether the minutes before and after are the same when they are written."""
    return round(float(row[2] or 0), 1) == round(float(row[3] or 0), 1)


def _same_load(row: Row) -> bool:
    """Whether an office keeps its load and gets no new visits (columns 4 and 5)."""
    return not round(float(row[4] or 0)) and not (isinstance(row[5], float) and round(row[5]))


#: By table, which rows are about what stays as it is.
CALM: dict[str, Callable[[Row], bool]] = {
    "municipalities": _nobody_nearer,
    "counties": _nobody_moves,
    "areas": _same_way,
    "load": _same_load,
}


def _text(value: Any, column: Column, reader: Reader) -> str:
    if value is None or value == "":
        return NOTHING
    if column.decimals is None:
        return str(value)
    return reader.number(value, column.decimals).replace("-", MINUS)
