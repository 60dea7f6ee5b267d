"""The facts as open data: comma-separated tables (CC0), and the fact table as JSON."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from knutpunkt.reports.facts import FactTable

#: File, group and columns; a column is the last part of a fact's name.
TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "clauses.csv",
        "clause",
        ("paraphrase", "verdict_key", "deadline", "counted", "short_by", "probability"),
    ),
    (
        "openings.csv",
        "slot",
        ("name", "clause", "wave", "deadline", "state", "office", "opened", "closed"),
    ),
    ("forecasts.csv", "slot", ("name", "deadline", "p10", "p50", "p80", "p90", "on_time", "never")),
    (
        "costs_by_year.csv",
        "cost",
        ("year", "item", "appropriation", "plan", "commitment", "outcome", "forecast"),
    ),
    (
        "changes.csv",
        "change",
        ("kind", "slot", "reason", "cause", "asked_on", "decision", "decided_on"),
    ),
)
MANDATE = ("key", "title", "decided_on", "decided_by", "dnr")
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)


def open_data_of(facts: FactTable) -> dict[str, bytes]:
    """Write the facts as files.

    Returns
    -------
    dict of str to bytes
        By name of the file. Values are those for programs: ISO days, dots for decimals; an empty
        cell says that nothing is known.
    """
    files = {"mandates.csv": _csv([*MANDATE, "as_of", "sources"], [_mandate(facts)])}
    for name, group, columns in TABLES:
        rows = [_row(facts, group, key, columns) for key in facts.groups.get(group, [])]
        files[name] = _csv(["key", *columns, "as_of", "sources"], rows)
    header = ["id", "value", "unit", "as_of", "query", "sources", "events"]
    files["facts.csv"] = _csv(header, [_fact_row(fact) for fact in facts])
    files["facts.json"] = facts.canonical()
    return files


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Put files into one archive whose bytes depend on nothing but them."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in files:
            entry = zipfile.ZipInfo(name, ZIPPED_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return held.getvalue()


def _mandate(facts: FactTable) -> list[Any]:
    row = [facts.value(f"mandate.{column}") for column in MANDATE]
    title = facts.facts.get("mandate.title")
    return [*row, facts.as_of, " ".join(title.sources) if title else ""]


def _row(facts: FactTable, group: str, key: str, columns: Sequence[str]) -> list[Any]:
    found = [facts.facts.get(f"{group}.{key}.{column}") for column in columns]
    sources = dict.fromkeys(source for fact in found if fact for source in fact.sources)
    values = [fact.value if fact else "" for fact in found]
    return [key, *values, facts.as_of, " ".join(sources)]


def _fact_row(fact: Any) -> list[Any]:
    sources, events = " ".join(fact.sources), "; ".join(fact.events)
    return [fact.id, fact.value, fact.unit, fact.as_of, fact.query, sources, events]


def _csv(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return held.getvalue().encode()


def _guarded(cell: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{cell}"
    return "" if cell is None else cell
