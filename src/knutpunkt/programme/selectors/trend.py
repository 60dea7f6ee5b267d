"""How stored forecasts of a slot have moved: later than before, or no nearer than before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_noop

from knutpunkt.programme.models import Programme, StoredForecast
from knutpunkt.programme.selectors.items import InboxItem, Target

LATER_DAYS = 30
#: The time left is compared with a forecast at least so old, and at most so old.
SHRINKS_WITHIN = timedelta(days=60)
LOOKS_BACK = timedelta(days=240)


@dataclass(frozen=True, slots=True)
class Median:
    """Of a stored forecast of a slot: an even chance by ``p50``, 80 % by ``p80``; none if never."""

    as_of: date
    p50: date | None
    p80: date | None = None
    name: str = ""

    @property
    def to_go(self) -> int | None:
        """Days from the forecast to its middle."""
        return (self.p50 - self.as_of).days if self.p50 else None


def medians(programmes: Iterable[Programme], on: date) -> dict[int, dict[str, tuple[Median, ...]]]:
    """Middles of the stored forecasts by programme and slot, oldest first: two queries.

    Of several made as of the same day the last counts. Slots that have opened are left out.
    """
    wanted = list(programmes)
    chosen = _chosen(wanted, on)
    results = StoredForecast.objects.in_bulk({pk for pks in chosen.values() for pk in pks})
    found: dict[int, dict[str, tuple[Median, ...]]] = {}
    for programme, pks in chosen.items():
        by_slot: dict[str, tuple[Median, ...]] = {}
        for row in sorted((results[pk] for pk in pks), key=lambda one: one.as_of):
            for slot in _waiting(row.result):
                by_slot[slot["key"]] = (
                    *by_slot.get(slot["key"], ()),
                    _median(row.as_of, slot),
                )
        found[programme] = by_slot
    return found


def moved_items(programmes: Sequence[Programme], on: date) -> Iterator[InboxItem]:
    """Forecasts that moved later by more than thirty days, or do not come nearer: two queries."""
    found = medians(programmes, on)
    for programme in programmes:
        for slot, history in found.get(programme.pk, {}).items():
            item = _later(programme, slot, history) or _no_nearer(programme, slot, history)
            if item is not None:
                yield item


def later_by(history: Sequence[Median]) -> int | None:
    """Days by which the newest middle lies later than the one before; ``None`` without two."""
    if len(history) < 2 or history[-1].p50 is None or history[-2].p50 is None:  # noqa: PLR2004  # two to compare
        return None
    return (history[-1].p50 - history[-2].p50).days


def stands_still_since(history: Sequence[Median]) -> Median | None:
    """Return an earlier forecast after which the time left has not shrunk, if there is one."""
    if not history:
        return None
    newest = history[-1]
    for earlier in reversed(history[:-1]):
        if newest.as_of - earlier.as_of >= SHRINKS_WITHIN:
            shrunk = (
                newest.to_go is not None
                and earlier.to_go is not None
                and newest.to_go < earlier.to_go
            )
            return None if shrunk or earlier.to_go is None else earlier
    return None


def _later(programme: Programme, slot: str, history: Sequence[Median]) -> InboxItem | None:
    days = later_by(history)
    if days is None or days <= LATER_DAYS:
        return None
    message = gettext_noop(
        "The forecast for “%(slot)s” has moved %(days)d days later: an even chance by %(p50)s."
    )
    values = {"slot": history[-1].name, "days": days, "p50": history[-1].p50}
    since = history[-1].as_of
    return InboxItem(
        "forecast-later", message, values, since, _slot(programme, slot), "note", programme.key
    )


def _no_nearer(programme: Programme, slot: str, history: Sequence[Median]) -> InboxItem | None:
    earlier = stands_still_since(history)
    if earlier is None:
        return None
    now = history[-1].to_go
    if now is None:
        message = gettext_noop(
            "As of %(day)s “%(slot)s” had an even chance in %(before)d days; now it has none in "
            "sight."
        )
    else:
        message = gettext_noop(
            "“%(slot)s” comes no nearer: %(before)d days to go as of %(day)s, %(now)d days now."
        )
    values = {"slot": history[-1].name, "day": earlier.as_of, "before": earlier.to_go, "now": now}
    since = history[-1].as_of
    return InboxItem(
        "no-nearer", message, values, since, _slot(programme, slot), "note", programme.key
    )


def _slot(programme: Programme, slot: str) -> Target:
    return Target("slot", f"{programme.key}/{slot}")


def _chosen(programmes: Sequence[Programme], on: date) -> dict[int, list[int]]:
    """Numbers of the forecasts to compare: of the programme, or of its commission."""
    mandates = [programme.mandate_id for programme in programmes if programme.mandate_id]
    rows = (
        StoredForecast.objects.filter(
            Q(programme__in=programmes) | Q(programme=None, mandate__in=mandates),
            as_of__lte=on,
            as_of__gte=on - LOOKS_BACK,
        )
        .order_by("pk")
        .values_list("pk", "as_of", "programme_id", "mandate_id")
    )
    found: dict[int, list[int]] = {}
    for programme in programmes:
        by_day = {
            as_of: pk
            for pk, as_of, of, mandate in rows
            if of == programme.pk
            or (of is None and mandate is not None and mandate == programme.mandate_id)
        }
        found[programme.pk] = _few([by_day[day] for day in sorted(by_day)])
    return found


def _few(pks: list[int], at_most: int = 12) -> list[int]:
    """Keep the newest two and evenly some of the others, so that many forecasts cost no more."""
    older, newest = pks[:-2], pks[-2:]
    step = max(1, -(-len(older) // (at_most - 2)))
    return [*older[::step], *newest]


def _waiting(result: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for slot in result.get("slots", ()):
        if slot.get("state", "under way") == "under way":
            yield slot


def _median(as_of: date, slot: Mapping[str, Any]) -> Median:
    name = str(slot.get("name", slot["key"]))
    return Median(as_of, _day(slot.get("p50")), _day(slot.get("p80")), name)


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
