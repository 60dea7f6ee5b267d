"""Simulations of a programme: seconds on one core, limit, and ratio to numpy's bare sampling.

    python bench/schedule.py [--json] [--only plain,many] [--repeat 3]

Each row runs in a process of its own with one thread. It counts the processor time of the fastest
repetition (what a free core takes, whatever else the machine does),
checking of the programme included. The ratio divides by the time `numpy.random.Generator` takes to
draw as many triangular or lognormal (for PERT: beta) numbers, in blocks of the same size, in that
process just before.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date

import numpy as np

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.model import (
    Activity,
    Cause,
    Duration,
    Gate,
    Link,
    Programme,
    Project,
    ReferenceClass,
    Shape,
)
from knutpunkt.engines.schedule.overlays import drop, what_if
from knutpunkt.engines.schedule.simulate import simulate

TODAY = date(2021, 9, 1).toordinal()
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
BLOCK = 32_768


@dataclass(frozen=True)
class Case:
    """What is measured, and what it may cost."""

    name: str
    projects: int
    activities: int
    runs: int
    limit: float
    shape: Shape = "triangular"
    calendars: bool = False
    gates: bool = False
    crews: bool = False
    arms: int = 1

    @property
    def samples(self) -> int:
        """Durations drawn."""
        return self.arms * self.projects * self.activities * self.runs


CASES = (
    Case("plain-triangular", 28, 12, 100_000, 0.5),
    Case("plain-lognormal", 28, 12, 100_000, 0.5, "lognormal"),
    Case("plain-pert", 28, 12, 100_000, 0.5, "pert"),
    Case("calendars-gates", 28, 12, 100_000, 10, "pert", calendars=True, gates=True),
    Case("calendars-gates-crews", 28, 12, 100_000, 10, "pert", True, True, crews=True),
    Case("many-triangular", 1000, 20, 10_000, 3),
    Case("many-lognormal", 1000, 20, 10_000, 3, "lognormal"),
    Case("many-pert", 1000, 20, 10_000, 3, "pert"),
    Case("what-if", 28, 12, 4_000, 0.3, "pert", calendars=True, gates=True, arms=2),
    Case("what-if-crews", 28, 12, 4_000, 0.3, "pert", True, True, crews=True, arms=2),
)


@dataclass(frozen=True)
class Row:
    """One case and what it took."""

    case: str
    projects: int
    activities: int
    runs: int
    seconds: float
    limit: float
    bare_seconds: float
    ratio: float
    peak_mb: float
    within: bool


def main() -> int:
    """Measure the cases and print a table or JSON; 1 when one is over its limit."""
    arguments = parsed_arguments()
    if arguments.measure:
        case = next(case for case in CASES if case.name == arguments.measure)
        print(json.dumps(asdict(measured(case, arguments.repeat))))
        return 0
    if not arguments.json:
        print(f"{'case':22} projects × activities × runs  seconds  limit  numpy  ratio  peak MB")
    wanted = arguments.only.split(",")
    rows = []
    for case in CASES:
        if any(case.name.startswith(word) for word in wanted):
            rows.append(apart(case, arguments.repeat))
            if not arguments.json:
                print(line(rows[-1]), flush=True)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    return 0 if all(row.within for row in rows) else 1


def parsed_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a table")
    parser.add_argument("--only", default="", help="beginnings of cases, with commas between")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions; the fastest counts")
    parser.add_argument("--measure", default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def apart(case: Case, repeat: int) -> Row:
    """Measure a case in a process of its own, so that its peak of memory is its own."""
    command = [sys.executable, __file__, "--measure", case.name, "--repeat", str(repeat)]
    done = subprocess.run(  # noqa: S603  # this very file
        command, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True, check=True
    )
    return Row(**json.loads(done.stdout))


def measured(case: Case, repeat: int) -> Row:
    """Measure a case in this process."""
    plan = programme(case)
    bare = fastest(lambda: bare_sampling(case), 1)
    seconds = fastest(lambda: answer(case, plan), repeat)
    return Row(
        case=case.name,
        projects=case.projects,
        activities=case.activities,
        runs=case.runs,
        seconds=round(seconds, 3),
        limit=case.limit,
        bare_seconds=round(bare, 3),
        ratio=round(seconds / bare, 2),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        within=seconds <= case.limit,
    )


def answer(case: Case, plan: Programme) -> None:
    """Simulate, in two arms where the case says so."""
    if case.arms == 1:
        simulate(plan, runs=case.runs, seed=1)
    else:
        what_if(plan, drop(plan, "p1"), runs=case.runs, seed=1)


def fastest(task: Callable[[], None], repeat: int) -> float:
    """Seconds of the fastest repetition."""
    found = []
    for _ in range(repeat):
        began = time.process_time()
        task()
        found.append(time.process_time() - began)
    return min(found)


def bare_sampling(case: Case) -> None:
    """Draw as many numbers of the same shape with numpy, and do nothing with them."""
    generator = np.random.default_rng(1)
    draw = {
        "triangular": lambda: generator.triangular(10, 20, 50, BLOCK),
        "lognormal": lambda: generator.lognormal(3, 0.3, BLOCK),
        "pert": lambda: generator.beta(2, 4, BLOCK),
    }[case.shape]
    for _ in range(case.samples // BLOCK):
        draw()


def programme(case: Case) -> Programme:
    """Make a programme of projects with one template and durations of their own."""
    return Programme(
        tuple(project(case, number) for number in range(case.projects)),
        data_date=TODAY,
        calendars={"week": working_week()} if case.calendars else {},
        classes=(ReferenceClass("town", 0.1, 0.1, 0.2), ReferenceClass("city", 0.2, 0.1, 0.3)),
        causes=(Cause("permits", 0.2),),
        common_sd=0.1,
        crews={"fit-out": 4} if case.crews else {},
    )


def project(case: Case, number: int) -> Project:
    """Chain the activities, with a second way around every other one, and two gates."""
    last = case.activities - 1
    activities = tuple(activity(case, number, at) for at in range(case.activities))
    links = [Link(f"a{at}", f"a{at + 1}") for at in range(last)]
    links += [Link(f"a{at}", f"a{at + 2}", "SS", 5.0) for at in range(0, last - 1, 2)]
    return Project(
        f"p{number}", activities, tuple(links), f"a{last}", "city" if number % 3 == 0 else "town"
    )


def activity(case: Case, number: int, at: int) -> Activity:
    """One activity; lengths differ a little from project to project."""
    days = 5.0 + (7 * at + 3 * number) % 20
    gate = Gate(recycle=0.2, delay=Duration(20, 40, 90), stop=0.01) if at in {3, 7} else None
    return Activity(
        f"a{at}",
        Duration(days, days * 1.5, days * 3, case.shape),
        calendar="week" if case.calendars else "",
        causes=("permits",) if at == 4 else (),
        crew="fit-out" if case.crews and at == 8 else "",
        gate=gate if case.gates else None,
    )


def working_week() -> Calendar:
    """Monday to Friday without July."""
    july = [date(year, 7, day) for year in range(2021, 2026) for day in range(1, 32)]
    return Calendar.of(date(2021, 1, 1), date(2025, 12, 31), off=july)


def line(row: Row) -> str:
    """One row of the table."""
    size = f"{row.projects} × {row.activities} × {row.runs}"
    over = "" if row.within else "  over its limit"
    return (
        f"{row.case:22} {size:>28} {row.seconds:8.3f} {row.limit:6g} {row.bare_seconds:6.2f}"
        f" {row.ratio:6.2f} {row.peak_mb:8.0f}{over}"
    )


if __name__ == "__main__":
    sys.exit(main())
