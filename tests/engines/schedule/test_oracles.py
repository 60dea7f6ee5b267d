"""Our dates against TaskJuggler 3, an independent scheduler (https://taskjuggler.org).

It works at any hour of a working day, so a day of work is 24 hours there, as it is here.
"""

import csv
import random
import shutil
import subprocess
from datetime import date, datetime, timedelta

import pytest

from engines.schedule.network_vectors import days
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.engines.schedule.model import Activity, Link, Programme, Project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tj3") is None, reason="TaskJuggler (tj3) is not installed"),
]

FIRST, LAST = date(2022, 3, 1), date(2024, 12, 31)
OFF = (date(2022, 4, 15), date(2022, 4, 18), date(2022, 5, 26), date(2022, 6, 6))
JULY = (date(2022, 7, 4), date(2022, 7, 29))
HOLIDAYS = (*OFF, *(JULY[0] + timedelta(k) for k in range((JULY[1] - JULY[0]).days + 1)))
WORK = Calendar.of(FIRST, LAST, off=HOLIDAYS)
DUE = date(2024, 6, 3).toordinal()
HEAD = f"""\
project own "Own" {FIRST} - {LAST} {{
  timezone "UTC"
  timingresolution 60 min
  dailyworkinghours 24
  workinghours mon - fri 0:00 - 24:00
  workinghours sat, sun off
  scenario plan "Plan"
}}
{"".join(f'leaves holiday "Off" {day}' + chr(10) for day in OFF)}
leaves holiday "July" {JULY[0]} - {JULY[1] + timedelta(1)}
"""
REPORT = """
taskreport out "out" {
  formats csv
  columns id, start, end
  timeformat "%Y-%m-%dT%H:%M"
}
"""


def plan(seed, types):
    """Make a project of random working days with random links."""
    chance = random.Random(seed)
    count = chance.randint(5, 12)
    keys = [f"a{k}" for k in range(count)]
    activities = tuple(
        Activity(key, days(chance.choice([0, 1, 2, 3.5, 5, 12, 20])), calendar="work")
        for key in keys
    )
    links = [
        Link(
            before,
            after,
            chance.choice(types),
            chance.choice([0, 0, 0, 1, 2.5, 7]),
            calendar=chance.choice(["", "work"]),
        )
        for k, after in enumerate(keys)
        for before in chance.sample(keys[:k], min(k, chance.randint(0, 2)))
    ]
    ends = [key for key in keys if key not in {link.before for link in links}]
    links += [Link(key, "end") for key in ends]
    return Project(f"p{seed}", (*activities, Activity("end", calendar="work")), tuple(links), "end")


def gap(link):
    """The lag of a link in hours, of working time or of all time."""
    if link.lag == 0:
        return ""
    hours = f"{link.lag * 24:g}h"
    return f"gaplength {hours}" if link.calendar else f"gapduration {hours}"


def forward_tasks(made):
    """Describe a project from its start: activities depend on what comes before."""
    lines = []
    for activity in made.activities:
        lines.append(f'task {made.key}_{activity.key} "{activity.key}" {{')
        if all(link.after != activity.key for link in made.links):
            lines.append(f"  start {FIRST}")
        for link in made.links:
            if link.after == activity.key:
                end = "onstart" if link.type == "SS" else "onend"
                lines.append(f"  depends {made.key}_{link.before} {{ {end} {gap(link)} }}")
        lines.append(_length(activity))
    return "\n".join(lines)


def backward_tasks(made):
    """Describe a project from its end: activities precede what comes after, as late as possible."""
    due = date.fromordinal(DUE)
    lines = []
    for activity in made.activities:
        lines.append(f'task {made.key}_{activity.key} "{activity.key}" {{')
        lines.append("  scheduling alap")
        if all(link.before != activity.key for link in made.links):
            lines.append(f"  end {due}")
        for link in made.links:
            if link.before == activity.key:
                end = "onend" if link.type == "FF" else "onstart"
                lines.append(f"  precedes {made.key}_{link.after} {{ {end} {gap(link)} }}")
        lines.append(_length(activity))
    return "\n".join(lines)


def _length(activity):
    hours = activity.duration.mode * 24
    return "  milestone\n}" if hours == 0 else f"  length {hours:g}h\n}}"


def scheduled(tasks, folder):
    """Let TaskJuggler schedule and read the moments it reports."""
    (folder / "plan.tjp").write_text(HEAD + "\n".join(tasks) + REPORT)
    done = subprocess.run(
        ["tj3", "--silent", "--no-color", "-o", str(folder), str(folder / "plan.tjp")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with (folder / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        tuple(row["Id"].split("_")): (_moment(row["Start"]), _moment(row["End"])) for row in rows
    }


def _moment(text):
    at = datetime.fromisoformat(text)
    return at.toordinal() + at.hour / 24 + at.minute / 1440


def test_early_dates_are_those_of_taskjuggler(tmp_path):
    plans = [plan(seed, ["FS", "FS", "SS"]) for seed in range(12)]
    told = scheduled([forward_tasks(made) for made in plans], tmp_path)
    found = critical_path(
        Programme(tuple(plans), float(FIRST.toordinal()), calendars={"work": WORK})
    ).dates
    assert set(told) == set(found)
    for key, (start, end) in told.items():
        # TaskJuggler leaves the start of work on the day off on which what it waits for ends.
        assert WORK.between(start, found[key].early_start) == pytest.approx(0, abs=1e-6), key
        assert found[key].early_finish == pytest.approx(end, abs=1e-6), key


def test_late_dates_are_those_of_taskjuggler(tmp_path):
    plans = [plan(seed, ["FS", "FS", "FF"]) for seed in range(100, 112)]
    told = scheduled([backward_tasks(made) for made in plans], tmp_path)
    found = critical_path(
        Programme(tuple(plans), float(FIRST.toordinal()), calendars={"work": WORK}),
        due={made.key: float(DUE) for made in plans},
    ).dates
    assert set(told) == set(found)
    for key, (start, end) in told.items():
        # It says that work ends on Monday at midnight where we say on Friday evening.
        assert WORK.between(found[key].late_start, start) == pytest.approx(0, abs=1e-6), key
        assert WORK.between(found[key].late_finish, end) == pytest.approx(0, abs=1e-6), key
