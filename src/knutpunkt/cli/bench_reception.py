"""The command that measures the reception on real servers, on databases of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.measuring.demands import judged
from knutpunkt.reception.measuring.document import document_written

DATABASE = "KNUTPUNKT_BENCH_DATABASE"
DATABASE_PID = "KNUTPUNKT_BENCH_DATABASE_PID"


class MeasurementFailed(KnutpunktError):
    """A measurement ended before it was done."""

    code = "measurement-failed"
    hint = "The lines above say why."

    def __init__(self, *, database: str) -> None:
        super().__init__(f"The reception could not be measured on {database}.")


def reception(chosen: Namespace) -> int:
    """Measure the reception on SQLite, and on PostgreSQL where an empty database is named.

    ``KNUTPUNKT_BENCH_DATABASE`` is the address of that database, ``KNUTPUNKT_BENCH_DATABASE_PID``
    the number of its first process, whose work and that of its children is the database's.
    """
    print("Measuring; this takes some minutes.", file=sys.stderr)
    found = [_measured("SQLite", quick=chosen.quick)]
    if url := os.environ.get(DATABASE, ""):
        found.append(_measured("PostgreSQL", quick=chosen.quick, url=url))
    demands = judged(found)
    if folder := getattr(chosen, "write", ""):
        document_written(Path(folder), found, demands)
    if chosen.json:
        print_json({"measured": found, "demands": demands})
    else:
        _print(found, demands)
    return 0


def _measured(name: str, *, quick: bool, url: str = "") -> dict[str, Any]:
    command = [sys.executable, "-m", "knutpunkt.reception.measuring"]
    pid = os.environ.get(DATABASE_PID, "")
    command += ["--quick"] * quick + (["--database-pid", pid] if url and pid else [])
    with tempfile.TemporaryDirectory(prefix="knutpunkt-bench-") as home:
        unwanted = ("DATABASE_URL", "KNUTPUNKT_NOW", "KNUTPUNKT_HOME")
        around = {key: value for key, value in os.environ.items() if key not in unwanted}
        around |= {"KNUTPUNKT_HOME": home} | ({"DATABASE_URL": url} if url else {})
        done = subprocess.run(  # noqa: S603  # our own program
            command, env=around, stdout=subprocess.PIPE, text=True, check=False
        )
    if done.returncode:
        raise MeasurementFailed(database=name)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _print(found: list[dict[str, Any]], demands: list[dict[str, Any]]) -> None:
    print_table(
        ("work", "measured on", "unit", "demand", "measured", "met"),
        [
            (one["work"], one["on"], one["unit"], one["demand"], one["measured"],
             {True: "yes", False: "no", None: "not known"}[one["met"]])
            for one in demands
        ],
    )  # fmt: skip
    for one in found:
        print(f"\n{one['mode']}; a bare loop of 100,000 rounds took {one['bare_loop_ms']} ms CPU")
        for name, column in (("by_queue", "waiting"), ("by_offices", "offices")):
            print()
            print_table(
                (column, "app ms CPU/visit", "database ms", "call p50 ms", "call p99 ms"),
                [(row[column], row["app_cpu_ms"], row["database_cpu_ms"], row["call"]["p50_ms"],
                  row["call"]["p99_ms"]) for row in one[name]],
            )  # fmt: skip
