"""The command that finds the nearest office."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.ready import ready
from knutpunkt.core import clock


def find(chosen: Namespace) -> int:
    """Print the nearest offices to a place at a time."""
    at = clock.instant(chosen.at) if chosen.at else clock.now()
    ready()
    from knutpunkt.public.selectors import find as search

    position = (chosen.lat, chosen.lon) if chosen.lat is not None else None
    answer = search(
        chosen.where,
        position=position,
        at=at,
        authority=chosen.authority,
        service=chosen.service,
        level=chosen.level,
        open_only=chosen.open,
        limit=chosen.limit,
    )
    if chosen.json:
        print_json(answer.as_dict())
        return 0
    _print(answer)
    return 0


def _print(answer: Any) -> None:
    if answer.where is None and answer.suggestions:
        print(f"Nothing by that name. Did you mean: {', '.join(answer.suggestions)}?")
        return
    place = answer.where.label if answer.where else "anywhere"
    print(f"{answer.number} offices, nearest first to {place}, at {answer.at:%Y-%m-%d %H:%M}")
    print_table(
        ("office", "municipality", "km as the crow flies", "open", "until", "next opening"),
        [_row(found) for found in answer.offices],
    )
    if answer.unnamed:
        print(f"{answer.unnamed} offices that no source names are not in the list.")


def _row(found: Any) -> tuple[Any, ...]:
    kilometres = None if found.metres is None else round(found.metres / 1000, 1)
    return (
        found.office.name,
        found.office.address.municipality,
        kilometres,
        {True: "open", False: "closed", None: "unknown"}[found.open],
        f"{found.until:%Y-%m-%d %H:%M}" if found.until else "",
        f"{found.next_opening:%Y-%m-%d %H:%M}" if found.next_opening else "",
    )
