"""The command that finds the nearest office."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.ready import ready
from knutpunkt.core import clock
from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError

POLE, DATE_LINE = 90, 180


def find(chosen: Namespace) -> int:
    """Print the nearest offices to a place at a time."""
    at = clock.instant(chosen.at) if chosen.at else clock.now()
    position = _position(chosen)
    ready()
    _refuse_unknown(chosen)
    from knutpunkt.public.selectors import find as search

    answer = search(
        chosen.where,
        position=position,
        at=at,
        authority=chosen.authority,
        service=chosen.service,
        level=chosen.level,
        open_only=chosen.open,
        limit=chosen.limit,
        language="en",
    )
    if chosen.json:
        print_json(answer.as_dict())
    if chosen.where and answer.where is None:
        meant = f"Did you mean {', '.join(answer.suggestions)}?" if answer.suggestions else ""
        raise NothingByThatName(
            f"No place, municipality or office is called “{chosen.where}”.", meant
        )
    if not chosen.json:
        _print(answer)
    return 0


class NothingByThatName(NotFound):
    """The register has no such name."""

    code = "nothing-by-that-name"

    def __init__(self, sentence: str, meant: str) -> None:
        super().__init__(sentence)
        self.hint = meant or "Try the municipality, or --lat and --lon."


class PositionUnreadable(KnutpunktError):
    """A position needs both of its numbers, on the globe."""

    code = "position-unreadable"
    hint = "Give both, in degrees: --lat 63.35 --lon 13.45"
    exit_code = 2


def _position(chosen: Namespace) -> tuple[float, float] | None:
    if chosen.lat is None and chosen.lon is None:
        return None
    if chosen.lat is None or chosen.lon is None:
        raise PositionUnreadable("A position needs a latitude and a longitude.")
    if abs(chosen.lat) > POLE or abs(chosen.lon) > DATE_LINE:
        raise PositionUnreadable(f"There is no position {chosen.lat:g}, {chosen.lon:g} on earth.")
    return chosen.lat, chosen.lon


def _refuse_unknown(chosen: Namespace) -> None:
    """Refuse authorities, services and levels that the register does not know."""
    from knutpunkt.network.models import Authority, Level, Service

    known = {
        "authority": Authority.objects.values_list("slug", flat=True),
        "service": Service.objects.values_list("slug", flat=True),
        "level": Level.values,
    }
    for name, keys in known.items():
        wanted = getattr(chosen, name)
        if wanted and wanted not in keys:
            listed = ", ".join(sorted(set(keys)))
            raise NotFound(f"There is no {name} “{wanted}”. Known are: {listed}.")


def _print(answer: Any) -> None:
    order = f"nearest first to {answer.where.label}" if answer.where else "by name"
    print(f"{answer.number} offices, {order}, at {answer.at:%Y-%m-%d %H:%M}")
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
