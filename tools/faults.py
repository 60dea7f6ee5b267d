"""Provoke every fault as often as promised, print what came of it, and write it into the docs.

    python tools/faults.py [--rounds N] [--kills N] [--database sqlite|postgres]
                           [--together] [--keep] [--results FOLDER] [--only NAMES]

Races run 1,000 rounds each, the server and PostgreSQL are killed 50 times, the line is cut for
30 seconds and 1,500 displays come back at once, on one database after the other or ``--together``.
``KNUTPUNKT_FAULT_ROUNDS`` and ``KNUTPUNKT_FAULT_KILLS`` change that, too. The table goes into
``docs/faults.md`` between its markers when everything ran, unless ``--keep`` leaves the document
alone. With ``--results`` what came of the cases stays in a folder, and a later run with ``--only``
does some of them again: the table then holds the last run of each. Exit 1 when a fault was found
or a case did not run to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "faults.md"
BEGIN, END = "<!-- faults -->", "<!-- /faults -->"
DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
USUAL = {"ROUNDS": 1000, "KILLS": 50, "CUT": 30, "DISPLAYS": 1500}

Row = dict[str, Any]


def main() -> int:
    """Run all, print the table, keep it; 1 when anything was found."""
    asked = _asked()
    begun = time.monotonic()
    with ThreadPoolExecutor(len(DATABASES) if asked.together else 1) as databases:
        ended = list(databases.map(lambda one: run(one, asked), asked.database or DATABASES))
    passed = all(whole for whole, _rows in ended)
    rows = [row for _whole, found in ended for row in found]
    table = table_of(rows)
    print(f"\n{table}\n")
    if not asked.keep:
        keep(table, about(asked, time.monotonic() - begun))
    found = sum(row["found"] for row in rows)
    print(
        f"{len(rows)} cases, {sum(row['actions'] for row in rows)} actions, {found} faults found."
    )
    return 0 if passed and rows and not found else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("rounds", "kills"):
        usual = int(os.environ.get(f"KNUTPUNKT_FAULT_{name.upper()}", USUAL[name.upper()]))
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--results", default="", help="folder that keeps what the cases came to")
    parser.add_argument("--only", default="", help="cases to run, as pytest -k takes them")
    parser.add_argument("--together", action="store_true", help="both databases at once")
    parser.add_argument("--keep", action="store_true", help="leave the document as it is")
    return parser.parse_args()


def run(database: str, asked: argparse.Namespace) -> tuple[bool, list[Row]]:
    """Run tests/faults on a database; whether all of it passed, and what every case has kept."""
    print(f"\nFaults on {DATABASES[database]}:", flush=True)
    with tempfile.TemporaryDirectory() as passing:
        folder = Path(asked.results or passing).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        results = folder / f"{database}.jsonl"
        return _whole(database, results, asked), read(results)


def _whole(database: str, results: Path, asked: argparse.Namespace) -> bool:
    numbers = USUAL | {"ROUNDS": asked.rounds, "KILLS": asked.kills}
    around = {f"KNUTPUNKT_FAULT_{name}": str(number) for name, number in numbers.items()}
    around |= {"KNUTPUNKT_TEST_DB": database, "KNUTPUNKT_FAULT_RESULTS": str(results)}
    command = [
        sys.executable, "-m", "pytest", "tests/faults", "-q", "-o", "pythonpath=tests",
        "-o", "timeout=7200", *(["-k", asked.only] if asked.only else []),
    ]  # fmt: skip
    return subprocess.run(command, cwd=ROOT, env=os.environ | around, check=False).returncode == 0


def read(results: Path) -> list[Row]:
    """What every case has kept when it ran last."""
    if not results.exists():
        return []
    kept = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return list({row["case"]: row for row in kept}.values())


def table_of(rows: list[Row]) -> str:
    """The cases as a table in Markdown, which also reads well on a terminal."""
    heads = ("case", "database", "rounds", "actions", "faults", "note")
    cells = [heads, *(_cells(row) for row in sorted(rows, key=lambda row: row["case"]))]
    widths = [max(len(line[n]) for line in cells) for n in range(len(heads))]
    lines = [_line(line, widths) for line in cells]
    rule = "|".join("-" * (w + 1) + (":" if n in (2, 3, 4) else "-") for n, w in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (f"{row[name]:,}" for name in ("rounds", "actions", "found"))
    return (row["case"], DATABASES[row["database"]], *numbers, row["note"])


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    padded = (
        cell.rjust(width) if n in (2, 3, 4) else cell.ljust(width)
        for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"


def about(asked: argparse.Namespace, seconds: float) -> str:
    """How the table came about."""
    day = time.strftime("%Y-%m-%d")
    return (
        f"Run on {day} on {os.cpu_count()} processors ({platform.machine()}, Python "
        f"{platform.python_version()}): {asked.rounds:,} rounds of each race, {asked.kills} kills, "
        f"{USUAL['CUT']} s of cut line, {USUAL['DISPLAYS']:,} displays"
        + ("" if asked.only else f"; {seconds / 60:.0f} minutes")
        + (", both databases at once." if asked.together else ".")
    )


def keep(table: str, how: str) -> None:
    """Write the table between the markers of the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{how}\n\n{table}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
