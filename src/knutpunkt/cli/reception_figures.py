"""Commands about the figures of the reception: recount, import, figures, open data."""

from __future__ import annotations

import sys
from argparse import Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from knutpunkt.cli.printing import day_of, print_json, print_table
from knutpunkt.cli.ready import ready

if TYPE_CHECKING:
    from knutpunkt.reception.counting.figure import Group


def audit(chosen: Namespace) -> int:
    """Recount days from the log; 1 when something differs."""
    first, last = _period(chosen)
    ready()
    from knutpunkt.reception.counting.audit import audit as recount
    from knutpunkt.reception.counting.differences import sentence

    made = recount(first, last)
    told = [{**one, "sentence": sentence(one)} for one in made.differences]
    if chosen.json:
        print_json(
            {
                "first": first, "last": last, "offices": made.offices, "events": made.events,
                "seconds": round(made.seconds, 3), "rules": made.version, "differences": told,
            }
        )  # fmt: skip
        return int(bool(told))
    print(f"{made.events} events of {made.offices} offices recounted, {first} to {last}.")
    for one in told:
        print(f"differs: {one['sentence']}")
    print("Nothing differs." if not told else f"{len(told)} differences are recorded.")
    return int(bool(told))


def bring_in(chosen: Namespace) -> int:
    """Take over a file of events, all of it or nothing."""
    ready()
    from knutpunkt.reception.counting.importing import events_import
    from knutpunkt.reception.simulating.places import office_made

    told = _progress if sys.stderr.isatty() else None
    found = events_import(Path(chosen.path), progress=told, make_office=office_made)
    if chosen.json:
        print_json(found)
        return 0
    kind = "simulated events" if found.simulated else "events"
    print(
        f"{found.events} {kind} of {found.offices} offices: {found.visits} visits, "
        f"{found.errands} errands, {found.still_open} still open."
    )
    return 0


def _progress(rows: int) -> None:
    print(f"{rows} events read", end="\r", file=sys.stderr, flush=True)


def export(chosen: Namespace) -> int:
    """Write the open data of a period into a folder."""
    first, last = _period(chosen)
    ready()
    from knutpunkt.reception.counting.exporting import export as write
    from knutpunkt.reception.counting.exporting import whole_months

    if not (chosen.first or chosen.last):
        first = last = last.replace(day=1) - timedelta(days=1)
    first, last = whole_months(first, last)
    written = write(first, last, Path(chosen.path))
    if chosen.json:
        print_json({"first": first, "last": last, "files": written})
    else:
        print(f"{first} to {last}, in whole months that are over:")
        print_table(("file", "rows"), list(written.items()))
    return 0


def figures(chosen: Namespace) -> int:
    """Print visits, waits and outcomes of a period."""
    first, last = _period(chosen)
    ready()
    from knutpunkt.reception.selectors.figures import figures as count

    offices = [chosen.office] if chosen.office else None
    found = count(first, last, offices=offices, group_by=chosen.by)
    if chosen.json:
        print_json(found.as_dict())
        return 0
    if found.simulated:
        print(f"{found.simulated} of these errands are simulated.")
    header = (chosen.by or "period", "visits", "errands", "people", "wait: median", "80 %",
              "95 %", "left", "no-show", "sent on")  # fmt: skip
    rows = [_row(group, group.key or "(not said)") for group in found.groups]
    print_table(header, [*rows, _row(found.total, f"{first} to {last}")])
    for one in found.solvable:
        at = one.authority or "(not said)"
        print(f"{at} at level {one.level}: {one.errands.value} errands would have been solved.")
    return 0


def _row(group: Group, name: str) -> tuple[str | int | None, ...]:
    waits = (group.figures[key].minutes for key in ("waited_median", "waited_p80", "waited_p95"))
    counts = (group.figures[key].value for key in ("visits", "errands", "people"))
    rest = (group.figures[key].value for key in ("left_before_call", "no_show", "sent_on"))
    return (name, *counts, *("" if m is None else f"{m:.1f} min" for m in waits), *rest)


def _period(chosen: Namespace) -> tuple[date, date]:
    from knutpunkt.core import clock

    yesterday = clock.today() - timedelta(days=1)
    first = day_of(chosen.first, otherwise=yesterday)
    return first, day_of(chosen.last, otherwise=max(first, yesterday))
