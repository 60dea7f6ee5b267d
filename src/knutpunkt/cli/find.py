"""The command that finds the nearest office."""

from __future__ import annotations

from argparse import Namespace

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
        authority=chosen.authority or None,
        service=chosen.service or None,
        level=chosen.level or None,
        open_only=chosen.open,
        limit=chosen.limit,
    )
    if chosen.json:
        print_json(answer.as_dict())
    return 0
