"""The command that measures the engines against published benchmarks."""

from __future__ import annotations

import time
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.engines.schedule.errors import NoInstances, ScheduleRefused
from knutpunkt.engines.schedule.psplib import SUFFIXES, read_instance

MOST_SHOWN = 20
#: Makespans of benchmarks are whole numbers, so anything nearer is equal.
NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Row:
    """One instance: the makespan reckoned, the one its header states, or why there is none."""

    instance: str
    file: str
    makespan: float | None
    expected: float | None
    ok: bool | None
    refusal: str | None = None


def schedule(chosen: Namespace) -> int:
    """Print the critical path length of every instance below a folder.

    ``ok`` says whether it equals what the file states, and is empty where the file states none.
    Unreadable files become rows with the reason; the command then ends with 1, as it does when a
    makespan differs.
    """
    begun = time.perf_counter()
    root = Path(chosen.data)
    rows = [_row(path, root) for path in _instances(root)]
    totals = {
        "instances": len(rows),
        "stated": sum(row.ok is not None for row in rows),
        "equal": sum(row.ok is True for row in rows),
        "different": sum(row.ok is False for row in rows),
        "refused": sum(row.refusal is not None for row in rows),
        "seconds": round(time.perf_counter() - begun, 3),
    }
    if chosen.json:
        print_json({"rows": rows, "totals": totals})
    else:
        _print(rows, totals)
    return 1 if totals["different"] or totals["refused"] else 0


def _instances(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    if not root.is_dir():
        raise NoInstances(path=str(root), fact="there is no such folder")
    found = (path for path in root.rglob("*") if path.suffix.lower() in SUFFIXES)
    if paths := sorted(path for path in found if path.is_file()):
        return paths
    raise NoInstances(path=str(root), fact="no instance lies in this folder or below it")


def _row(path: Path, root: Path) -> Row:
    file = path.name if path == root else path.relative_to(root).as_posix()
    try:
        instance = read_instance(path)
        makespan = _plain(critical_path(instance.project).finish[instance.project.key])
    except ScheduleRefused as refusal:
        return Row(path.stem, file, None, None, None, f"{refusal} {refusal.hint}")
    if instance.expected is None:
        return Row(path.stem, file, makespan, None, None)
    met = abs(makespan - instance.expected) <= NEAR
    return Row(path.stem, file, makespan, instance.expected, met)


def _plain(days: float) -> float:
    return int(days) if days == int(days) else days


def _print(rows: list[Row], totals: dict[str, float]) -> None:
    telling = [row for row in rows if row.refusal or row.ok is False] or rows
    print_table(
        ("file", "makespan", "stated", "because"),
        [(row.file, row.makespan, row.expected, row.refusal) for row in telling[:MOST_SHOWN]],
    )
    if len(telling) > MOST_SHOWN:
        print(f"… and {len(telling) - MOST_SHOWN} more; --json lists all.")
    print()
    print(
        f"{totals['instances']} instances in {totals['seconds']:.2f} s: {totals['equal']} of "
        f"{totals['stated']} stated makespans met, {totals['different']} differ, "
        f"{totals['refused']} files refused."
    )
