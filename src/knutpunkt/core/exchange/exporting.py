"""From the database to tables of text."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from knutpunkt.core.exchange.reading import FORMAT
from knutpunkt.core.exchange.tables import Table


def export_rows(table: Table) -> list[dict[str, str]]:
    """Rows of a table that stand now, sorted, as text."""
    rows = [table.row_of(instance) for instance in table.standing()]
    return sorted(rows, key=lambda row: [row[column] for column in table.columns])


def write_csv_folder(folder: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Write one CSV file per table and return how many rows each has."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for table in tables:
        rows = export_rows(table)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, table.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        written[table.name] = len(rows)
    return written


def write_json(path: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Write all tables into one JSON file and return how many rows each has."""
    content = {table.name: export_rows(table) for table in tables}
    whole = {"format": FORMAT, "tables": content}
    text = json.dumps(whole, ensure_ascii=False, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    return {name: len(rows) for name, rows in content.items()}
