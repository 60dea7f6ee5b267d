"""From a file, a folder or an archive to rows of text."""

from __future__ import annotations

import csv
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knutpunkt.core.exchange.tables import Table
from knutpunkt.errors import KnutpunktError

FORMAT = "knutpunkt-network/1"
LARGEST_FILE = 100 * 1024 * 1024
MOST_LINES = 1_000_000


class FileUnreadable(KnutpunktError):
    """The file is not in a form that can be imported at all."""

    code = "file-unreadable"
    hint = (
        "Give a folder or .zip with CSV files, one CSV file, or a JSON file, as written by "
        "“knutpunkt network export”."
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file: where, in which field, and why."""

    table: str
    row: int | None
    field: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.table}, row {self.row}" if self.row is not None else self.table
        return f"{where}, {self.field}: {self.reason}" if self.field else f"{where}: {self.reason}"


@dataclass(frozen=True)
class RawTable:
    """Rows of one table as text, each with its number in the file."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_path(path: Path, tables: Sequence[Table]) -> list[RawTable]:
    """Read what can be imported from a path.

    Parameters
    ----------
    path
        A folder with CSV files, a ``.zip`` of them, one ``.csv`` or a ``.json``.
    tables
        The tables of the format. A single CSV file is recognised by its name or its columns.

    Raises
    ------
    FileUnreadable
        When nothing in it is in the format.
    """
    try:
        return _read(path, tables)
    except (OSError, UnicodeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it is nested too deeply"
        raise FileUnreadable(f"“{path}” cannot be read: {reason}.") from None


def _read(path: Path, tables: Sequence[Table]) -> list[RawTable]:
    if path.is_dir():
        files = [(f.stem, f.read_bytes()) for f in sorted(path.glob("*.csv"))]
        return _from_csv_files(files, tables, whole=path)
    if not path.is_file():
        raise FileUnreadable(f"There is no file “{path}”.")
    if path.stat().st_size > LARGEST_FILE:
        raise FileUnreadable(f"“{path}” is larger than {LARGEST_FILE // 2**20} MiB.")
    if path.suffix.lower() == ".zip":
        return _from_csv_files(_unzipped(path), tables, whole=path)
    if path.suffix.lower() == ".json":
        return _from_json(path, tables)
    return _from_csv_files([(path.stem, path.read_bytes())], tables, whole=path)


def _unzipped(path: Path) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if m.filename.lower().endswith(".csv")]
            if sum(member.file_size for member in members) > LARGEST_FILE:
                raise FileUnreadable(f"“{path}” holds more than {LARGEST_FILE // 2**20} MiB.")
            return [(Path(m.filename).stem, archive.read(m)) for m in members]
    except zipfile.BadZipFile:
        raise FileUnreadable(f"“{path}” is not a zip archive.") from None
    except (zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError) as error:
        # Damaged, encrypted, or packed in a way that cannot be unpacked here.
        raise FileUnreadable(f"“{path}” cannot be unpacked: {error}.") from None


def _from_csv_files(
    files: Iterable[tuple[str, bytes]], tables: Sequence[Table], *, whole: Path
) -> list[RawTable]:
    by_name = {table.name: table for table in tables}
    found: list[RawTable] = []
    for stem, content in files:
        raw = _csv(stem, content, whole)
        table = by_name.get(stem) or _by_columns(raw.header, tables)
        if table is None:
            known = ", ".join(sorted(by_name))
            raise FileUnreadable(f"“{stem}” in “{whole}” is no table of the format ({known}).")
        if any(other.name == table.name for other in found):
            raise FileUnreadable(f"“{whole}” holds the table “{table.name}” twice.")
        found.append(RawTable(table.name, raw.header, raw.rows))
    if not found:
        raise FileUnreadable(f"“{whole}” holds no CSV file.")
    return found


def _by_columns(header: tuple[str, ...], tables: Sequence[Table]) -> Table | None:
    """Recognise a table by its columns: the one that has most of them, and all it requires."""
    fitting = [t for t in tables if set(t.required or t.columns) <= set(header)]
    best = max(fitting, key=lambda t: len(set(t.columns) & set(header)), default=None)
    if best is None or len(set(best.columns) & set(header)) < len(best.columns) / 2:
        return None
    return best


def _csv(stem: str, content: bytes, whole: Path) -> RawTable:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileUnreadable(f"“{stem}” in “{whole}” is not UTF-8 (byte {error.start}).") from None
    if "\0" in text:
        raise FileUnreadable(f"“{stem}” in “{whole}” holds a NUL character; it is not a text file.")
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    try:
        lines = _lines(text, delimiter)
    except csv.Error as error:
        raise FileUnreadable(f"“{stem}” in “{whole}” is not a CSV table: {error}.") from None
    header = tuple(cell.strip() for cell in lines[0][1]) if lines else ()
    rows = [(number, _cells(header, line)) for number, line in lines[1:]]
    return RawTable(stem, header, tuple(rows))


def _lines(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Lines that say something, each with its number; blank ones take no memory."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: list[tuple[int, list[str]]] = []
    for number, line in enumerate(reader, start=1):
        if number == 1 or any(cell.strip() for cell in line):
            found.append((number, line))
        if len(found) > MOST_LINES:
            raise csv.Error(f"it has more than {MOST_LINES} lines")
    return found


SURPLUS = "(surplus cells)"


def _cells(header: tuple[str, ...], line: list[str]) -> dict[str, str]:
    row = {name: cell.strip() for name, cell in zip(header, line, strict=False)}
    if len(line) > len(header):
        row[SURPLUS] = ", ".join(line[len(header) :])
    return row


def _from_json(path: Path, tables: Sequence[Table]) -> list[RawTable]:
    try:
        whole = json.loads(path.read_bytes())
    except ValueError as error:
        raise FileUnreadable(f"“{path}” is not JSON: {error}.") from None
    content = whole.get("tables") if isinstance(whole, dict) else None
    if not isinstance(content, dict) or whole.get("format") != FORMAT:
        raise FileUnreadable(f"“{path}” does not say it is in the format “{FORMAT}”.")
    names = {table.name for table in tables}
    unknown = sorted(set(content) - names)
    if unknown:
        raise FileUnreadable(f"“{path}” holds tables that are not known: {', '.join(unknown)}.")
    return [_json_table(path, name, rows) for name, rows in content.items()]


def _json_table(path: Path, name: str, rows: Any) -> RawTable:
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FileUnreadable(f"In “{path}” the table “{name}” is not a list of objects.")
    texts = [{str(k): _json_text(v) for k, v in row.items()} for row in rows]
    header = tuple(dict.fromkeys(column for row in texts for column in row))
    return RawTable(name, header, tuple(enumerate(texts, start=1)))


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(_json_text(part) for part in value)
    text = str(value).replace("\0", "").strip()
    text.encode()  # half a surrogate pair is no text
    return text
