"""From the database to tables of text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from knutpunkt.core.exchange.reading import FORMAT
from knutpunkt.core.exchange.tables import Table
from knutpunkt.errors import KnutpunktError


class FileUnwritable(KnutpunktError):
    """The files cannot be written where they should be."""

    code = "file-unwritable"
    hint = "Give a folder you may write to, or a file ending in .json in such a folder."
    exit_code = 2

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"“{path}” cannot be written: {reason}.")


def export_rows(table: Table) -> list[dict[str, str]]:
    """Rows of a table that stand now, sorted, as text."""
    rows = [table.row_of(instance) for instance in table.standing()]
    return sorted(rows, key=lambda row: [row[column] for column in table.columns])


def write_csv_folder(folder: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Write one CSV file per table and return how many rows each has.

    Raises
    ------
    FileUnwritable
        When the folder cannot be made or written.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        return {table.name: _write_csv(folder / f"{table.name}.csv", table) for table in tables}


def write_json(path: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Write all tables into one JSON file and return how many rows each has.

    Raises
    ------
    FileUnwritable
        When the file cannot be written.
    """
    content = {table.name: export_rows(table) for table in tables}
    whole = {"format": FORMAT, "tables": content}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return {name: len(rows) for name, rows in content.items()}


def _write_csv(path: Path, table: Table) -> int:
    rows = export_rows(table)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, table.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FileUnwritable(path=path, reason=error.strerror or str(error)) from None
