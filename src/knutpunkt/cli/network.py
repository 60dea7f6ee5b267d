"""Commands of the register."""

from __future__ import annotations

import getpass
from argparse import Namespace
from pathlib import Path
from typing import Any

from knutpunkt.cli.printing import day_of, known_day, print_json, print_table
from knutpunkt.cli.ready import ready

WORDS = {
    "open": "open",
    "closing": "open, closing",
    "paused": "paused",
    "perhaps-open": "perhaps open",
    "planned": "planned",
    "announced": "announced",
    "closed": "closed",
    "unknown": "unknown",
}


def count(chosen: Namespace) -> int:
    """Print how many offices are open on a day, and what makes it a range."""
    day, known_on = day_of(chosen.on), known_day(chosen.known_on)
    ready()
    from knutpunkt.mandates.counting import count_with_reasons

    counted = count_with_reasons(day, known_on=known_on)
    if chosen.json:
        print_json(counted)
        return 0
    whole = counted["count"]
    shown = whole if whole is not None else f"{counted['at_least']} to {counted['at_most'] or '?'}"
    print(f"{shown} offices open on {day}")
    print_table(
        ("part", "offices"),
        [
            ("named", counted["named"]),
            ("counted but not named by any source", counted["unnamed"]),
            ("perhaps open", len(counted["perhaps"])),
            ("ordered before that day and not open", _range(counted["under_way_range"])),
        ],
    )
    for reason in counted["because"]:
        print(reason)
    return 0


def offices(chosen: Namespace) -> int:
    """Print the offices on a day."""
    day, known_on = day_of(chosen.on), known_day(chosen.known_on)
    ready()
    from knutpunkt.network.selectors import network_on

    network = network_on(day, known_on=known_on)
    shown = [o for o in network.offices if chosen.all or o.open != "no"]
    rows = [_office_row(office) for office in shown]
    if chosen.json:
        print_json(rows)
    else:
        print_table(
            ("office", "name", "municipality", "state", "kind"),
            [(r["key"], r["name"], r["municipality"], WORDS[r["state"]], r["kind"]) for r in rows],
        )
    return 0


def office(chosen: Namespace) -> int:
    """Print one office and what happened to it."""
    day, known_on = day_of(chosen.on), known_day(chosen.known_on)
    ready()
    from knutpunkt.core.errors import NotFound
    from knutpunkt.network.selectors import network_on

    found = network_on(day, known_on=known_on).office(chosen.key)
    if found is None:
        missing = NotFound(f"There is no office with the key “{chosen.key}”.")
        missing.hint = "Keys are listed by: knutpunkt network offices --all"
        raise missing
    if chosen.json:
        events = [_event_row(event) for event in found.events]
        print_json({**_office_row(found), "events": events, "source": found.source})
        return 0
    print(f"{found.name}, {found.address.municipality}: {WORDS[found.state]} on {day}")
    print_table(
        ("what", "day", "basis", "confidence", "decided by", "source"),
        [
            (e.kind, e.happened_on, e.basis, e.confidence, e.decided_by, e.source)
            for e in found.events
        ],
    )
    return 0


def compare(chosen: Namespace) -> int:
    """Print published counts beside our own."""
    known_on = known_day(chosen.known_on)
    ready()
    from knutpunkt.network.selectors import compare_published

    rows = compare_published(known_on=known_on)
    if chosen.json:
        print_json(
            [
                {
                    **_fields(row),
                    "difference": row.difference if row.anchored else None,
                    "because": _why_different(row),
                }
                for row in rows
            ]
        )
        return 0
    print_table(
        ("day", "published", "kind", "ours", "difference", "because", "source"),
        [
            (
                row.counted_on,
                row.published,
                row.kind,
                f"{row.at_least}–{row.at_most}" if row.anchored else "not counted",
                row.difference if row.anchored else None,
                _why_different(row),
                row.source,
            )
            for row in rows
        ],
    )
    return 0


def _why_different(row: Any) -> str:
    """Say what a published figure is worth beside ours, with the note on it."""
    if not row.anchored:
        said = "Before the opening balance nothing bounds our count."
    elif row.kind != "actual":
        said = f"A {row.kind}, not a count."
    elif row.difference == 0:
        said = "Within what the dated events allow."
    else:
        more = "more" if row.difference > 0 else "fewer"
        said = f"{abs(row.difference)} {more} than the dated events allow."
    return f"{said} {row.note_en}".strip()


def closings(chosen: Namespace) -> int:
    """Print closings with the finding whether the closing rule was kept."""
    known_on = known_day(chosen.known_on)
    ready()
    from knutpunkt.network.closing import closings as read

    rows = read(known_on=known_on)
    if chosen.json:
        print_json(rows)
        return 0
    print_table(
        ("office", "last day", "decided by", "decided on", "finding", "because"),
        [(r.office, r.last_day, r.decided_by, r.decided_on, r.finding, r.because_en) for r in rows],
    )
    return 0


def bring_in(chosen: Namespace) -> int:
    """Import a network, all of it or nothing."""
    ready(load=False)
    from knutpunkt.core.exchange import ImportRefused
    from knutpunkt.planning.loading import network_import

    by = chosen.by or getpass.getuser()
    try:
        report = network_import(Path(chosen.path), by=by, dry_run=chosen.dry_run)
    except ImportRefused as refused:
        if not chosen.json:
            raise
        print_json({"stored": False, "errors": [_fields(p) for p in refused.problems]})
        return 1
    tables = sorted({*report.added, *report.corrected, *report.unchanged})
    rows = [(t, report.added[t], report.corrected[t], report.unchanged[t]) for t in tables]
    if chosen.json:
        names = ("table", "added", "corrected", "unchanged")
        print_json(
            {
                "stored": not report.dry_run,
                "errors": [],
                "tables": [dict(zip(names, row, strict=True)) for row in rows],
            }
        )
        return 0
    print_table(("table", "added", "corrected", "unchanged"), rows)
    if report.dry_run:
        print("Only tried; nothing was stored.")
    return 0


def export(chosen: Namespace) -> int:
    """Write the network to files."""
    ready()
    from knutpunkt.planning.loading import network_export

    written = network_export(Path(chosen.path))
    if chosen.json:
        print_json(written)
    else:
        print_table(("table", "rows"), list(written.items()))
    return 0


def _range(bounds: dict[str, int]) -> int | str:
    low, high = bounds["at_least"], bounds["at_most"]
    return low if low == high else f"{low} to {high}"


def _office_row(office: Any) -> dict[str, Any]:
    address = office.address
    return {
        "key": office.key,
        "name": office.name,
        "municipality": address.municipality,
        "municipality_code": address.municipality_code,
        "county": address.county,
        "kind": office.kind,
        "state": office.state,
        "open": {"yes": True, "no": False}.get(office.open),
        "street": address.street,
        "lat": address.lat,
        "lon": address.lon,
        "position_basis": address.position_basis,
        "confidence": office.confidence,
    }


def _event_row(event: Any) -> dict[str, Any]:
    kept = ("kind", "happened_on", "basis", "confidence", "decided_by", "decided_on", "decision")
    row = {name: getattr(event, name) for name in kept}
    return {**row, "published_on": event.published_on, "source": event.source}


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__dataclass_fields__}
