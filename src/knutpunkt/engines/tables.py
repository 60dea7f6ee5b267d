"""Tables in CSV files, read strictly: what is wrong is named with file and line.

Text is UTF-8, with or without a byte order mark. Cells are separated by commas, semicolons or
tabs, whichever the first line uses; with semicolons or tabs a number may have a decimal comma.
Empty lines are passed over. A line is never guessed at: too many or too few cells are refused.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from knutpunkt.errors import KnutpunktError

SEPARATORS = (",", ";", "\t")
#: A line that is longer than this is no line of a table.
LONGEST_LINE = 1_000_000
SHOWN = 40
SPREADSHEET = b"PK\x03\x04"
#: What an empty line may hold.
EMPTY = ',;\t \r\n"'
#: What Python says of a table, and what that means.
SAID = (
    ("end of data", "a quotation mark is opened here or before and never closed"),
    ("expected after", "a quotation mark closes within a cell; one that is text is doubled"),
    ("field limit", "a cell is longer than a hundred thousand characters; this is no table"),
    ("new-line", "lines end in a way that is not known; save the table with LF or CRLF"),
)
TRUE = frozenset({"1", "yes", "true", "ja", "sant"})
FALSE = frozenset({"", "0", "no", "false", "nej", "falskt"})


class TableUnfit(KnutpunktError, ValueError):
    """A file cannot be read as a table, or a cell of it says something that cannot be."""

    code = "table_unfit"
    hint = "Correct the file; docs/siting.md shows what each may hold."

    def __init__(self, *, file: str, line: int, why: str) -> None:
        where = f"{file}, line {line}" if line else file
        super().__init__(f"{where}: {why}.")
        self.file, self.line, self.why = file, line, why


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table.

    Parameters
    ----------
    cells
        Text by column, without white space around it.
    file, line
        Name of the file, and the line of it on which the row ends, from 1.
    comma
        Whether a comma within a number is its decimal mark.
    """

    cells: Mapping[str, str]
    file: str
    line: int
    comma: bool = False

    def refused(self, why: str) -> TableUnfit:
        """The error that names this row."""
        return TableUnfit(file=self.file, line=self.line, why=why)

    def text(self, column: str) -> str:
        """Text that has to be there."""
        found = self.cells[column]
        if not found:
            raise self.refused(f"{column} is empty")
        return found

    def flag(self, column: str) -> bool:
        """Yes or no; nothing is no.

        Raises
        ------
        TableUnfit
            When it is neither.
        """
        said = self.cells.get(column, "").lower()
        if said not in TRUE | FALSE:
            raise self.refused(f"{column} is {_short(said)}; write 1 for yes, 0 or nothing for no")
        return said in TRUE

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """Read a finite number from ``low`` to ``high``.

        Raises
        ------
        TableUnfit
            When it is none, not finite, or outside.
        """
        said = self.cells[column]
        written = said.replace(",", ".") if self.comma and said.count(",") == 1 else said
        try:
            # Python reads 1_000 as a thousand; in a table that is a slip.
            found = float(written.replace("_", "?"))
        except ValueError:
            raise self.refused(f"{column} is {_short(said)}, not a number") from None
        if not math.isfinite(found):
            raise self.refused(f"{column} is {_short(said)}, not a finite number")
        if found < low:
            raise self.refused(f"{column} is {_short(said)}, below {low:g}")
        if found > high:
            raise self.refused(f"{column} is {_short(said)}, above {high:g}")
        return found


def table_rows(file: Path, needed: Sequence[str]) -> Iterator[Row]:
    """Rows of a table, one at a time, so that a large file needs little memory.

    Parameters
    ----------
    file
        The CSV file.
    needed
        Columns that have to be there; others are read too.

    Raises
    ------
    TableUnfit
        When the file cannot be read, a column is missing, or there is no row.
    """
    with _opened(file) as stream:
        lines = _lines(file, stream)
        first = _first(lines)
        separator = max(SEPARATORS, key=(first or [""])[-1].count)
        reader = csv.reader(chain(first, lines), delimiter=separator, strict=True)
        columns: list[str] = []
        found = False
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                if not columns:
                    columns = _columns(file, reader.line_num, cells, needed)
                else:
                    found = True
                    yield _row(file, reader.line_num, columns, cells, separator)
        except csv.Error as problem:
            why = next((ours for word, ours in SAID if word in str(problem)), str(problem))
            raise TableUnfit(file=file.name, line=reader.line_num, why=why) from problem
    if not columns:
        raise TableUnfit(file=file.name, line=0, why="the file is empty")
    if not found:
        raise TableUnfit(file=file.name, line=2, why="there is no row")


def _row(file: Path, line: int, columns: list[str], cells: list[str], separator: str) -> Row:
    if len(cells) != len(columns):
        why = (
            f"{len(cells)} cells stand under {len(columns)} columns; text that holds a "
            f"{'tab' if separator == chr(9) else separator!r} is put in quotes"
        )
        raise TableUnfit(file=file.name, line=line, why=why)
    texts = [cell.strip() for cell in cells]
    return Row(dict(zip(columns, texts, strict=True)), file.name, line, separator != ",")


def _columns(file: Path, line: int, head: list[str], needed: Sequence[str]) -> list[str]:
    names = [name.strip() for name in head]
    while names and not names[-1]:
        names.pop()
    for name in needed:
        if name not in names:
            there = ", ".join(name for name in names if name) or "nothing"
            why = f"column {name!r} is missing; there is {_shortened(there)}"
            raise TableUnfit(file=file.name, line=line, why=why)
    for place, name in enumerate(names):
        if name in names[:place]:
            why = f"column {_short(name)} stands there twice"
            raise TableUnfit(file=file.name, line=line, why=why)
    return names + [f"column {place}" for place in range(len(names) + 1, len(head) + 1)]


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    try:
        with file.open("rb") as stream:
            yield stream
    except OSError as problem:
        said = problem.strerror or str(problem)
        why = "it is a folder, not a file" if file.is_dir() else f"it cannot be read ({said})"
        raise TableUnfit(file=file.name or str(file), line=0, why=why) from problem


def _lines(file: Path, stream: IO[bytes]) -> Iterator[str]:
    """Lines as text; a file that is none is refused before much of it is read."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if number == 1:
            _refuse_other_kinds(file, line)
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            why = f"the line is longer than {LONGEST_LINE:,} characters; this is no table"
            raise TableUnfit(file=file.name, line=number, why=why)
        yield _text(file, number, line)


def _text(file: Path, number: int, line: bytes) -> str:
    if b"\0" in line:
        why = "it holds a byte that no text has; save the table as CSV in UTF-8"
        raise TableUnfit(file=file.name, line=number, why=why)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as problem:
        byte = line[problem.start]
        why = f"byte {byte:#04x} is not UTF-8 (perhaps Latin-1); save the table as CSV in UTF-8"
        raise TableUnfit(file=file.name, line=number, why=why) from problem


def _refuse_other_kinds(file: Path, line: bytes) -> None:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        why = "it is UTF-16; save the table as CSV in UTF-8"
        raise TableUnfit(file=file.name, line=0, why=why)
    if line.startswith(SPREADSHEET):
        why = "it is a spreadsheet or an archive; save the table as CSV in UTF-8"
        raise TableUnfit(file=file.name, line=0, why=why)


def _first(lines: Iterator[str]) -> list[str]:
    """The lines up to the first that says something."""
    found = []
    for line in lines:
        found.append(line)
        if line.strip(EMPTY):
            break
    return found


def _short(text: str) -> str:
    return repr(_shortened(text))


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
