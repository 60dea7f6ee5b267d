"""What was measured as a document with its drawings, every drawing with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from knutpunkt.reception.measuring.drawing import growth_drawn

MET = {True: "yes", False: "**no**", None: "not known"}
GROWTHS = (
    ("by_queue", "waiting", "CPU per visit while so many wait"),
    ("by_offices", "offices", "CPU per visit over so many offices"),
)
HEAD = """\
# How fast the reception is

Written by `python bench/reception.py --write docs`, which starts real servers and reads from the
kernel what they and the database worked. A visit is four requests over HTTP: issue, call, begin,
finish with an outcome. CPU is what counts; times on the wall also tell what else the machine did.

"""


FLOOR = """\
## What bounds it

A visit is four turns at its office, each a commit of its own that the database keeps before anybody
is answered, and some thirty questions, each of which waits for its answer before the next is asked.
So the database's own work for one question and for one kept change, through the same driver on the
same machine, is the floor under every figure above:

"""


def document_written(
    folder: Path, found: Sequence[Mapping[str, Any]], demands: Sequence[Mapping[str, Any]]
) -> None:
    """Write ``reception-speed.md`` and its drawings into a folder."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    parts = [HEAD, _machine(found), _demands(demands), FLOOR, _floors(found)]
    for series, column, title in GROWTHS:
        name = f"reception-{series.replace('_', '-')}.svg"
        (images / name).write_text(growth_drawn(found, series, column, title), encoding="utf-8")
        parts.append(f"## {title}\n\n![{title}](images/{name})\n\n")
        parts += [_growth(one, series, column) for one in found]
    text = "".join(parts).rstrip() + "\n"
    (folder / "reception-speed.md").write_text(text, encoding="utf-8")


def _machine(found: Sequence[Mapping[str, Any]]) -> str:
    lines = [
        f"- {one['mode']}. A bare loop of 100,000 rounds took {one['bare_loop_ms']} ms CPU.\n"
        for one in found
    ]
    return "".join(lines) + "\n"


def _demands(demands: Sequence[Mapping[str, Any]]) -> str:
    names = ("work", "on", "unit", "demand", "measured")
    rows = [[str(one[name]) for name in names] + [MET[one["met"]]] for one in demands]
    return _table((*names, "met"), rows)


def _floors(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        [one["mode"], work, str(cost["app_us"]), str(cost["database_us"])]
        for one in found
        for work, cost in one["floor"].items()
    ]
    return _table(("on", "work", "app µs CPU", "database µs CPU"), rows)


def _growth(one: Mapping[str, Any], series: str, column: str) -> str:
    rows = [
        [str(row[column]), str(row["app_cpu_ms"]), str(row["database_cpu_ms"]),
         str(row["call"]["p50_ms"]), str(row["call"]["p99_ms"])]
        for row in one[series]
    ]  # fmt: skip
    names = (column, "app ms CPU", "database ms CPU", "call p50 ms", "call p99 ms")
    return f"{one['mode']}:\n\n" + _table(names, rows)


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n"
