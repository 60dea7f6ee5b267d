"""The state of an office on a day, from its stays and its events."""

from __future__ import annotations

from datetime import date

from knutpunkt.network import life
from knutpunkt.network.selectors.views import EventOnRecord


def state_on(day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]) -> str:
    """Name the state of an office on a day.

    Returns
    -------
    str
        ``open``, ``closing`` (open, the last day is known), ``paused``, ``perhaps-open``,
        ``planned``, ``announced``, ``closed`` or ``unknown``.
    """
    certainty = life.open_on(counted, day)
    if certainty == "yes":
        return _state_of_open(day, counted, events)
    if certainty == "perhaps":
        awaited = all(stay.opened.awaited for stay in counted if stay.open_on(day) == "perhaps")
        return "planned" if awaited and not _ever_open(day, counted) else "perhaps-open"
    if any(stay.closed and stay.closed.latest < day for stay in counted):
        return "closed"
    return _state_before_opening(day, counted, events)


def _ever_open(day: date, counted: tuple[life.Stay, ...]) -> bool:
    return any(stay.opened.latest <= day for stay in counted if not stay.opened.awaited)


def _state_of_open(
    day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]
) -> str:
    if _paused(day, events):
        return "paused"
    stay = next(stay for stay in counted if stay.open_on(day) == "yes")
    return "closing" if stay.closed is not None and not stay.closed.awaited else "open"


def _paused(day: date, events: tuple[EventOnRecord, ...]) -> bool:
    """Paused from the day of the pause until visitors are let in again, or the stay ends."""
    ends = ("resumed", "opened", "closed")
    turns = [event for event in events if event.kind == "paused" or event.kind in ends]
    past = [event for event in turns if event.latest <= day]
    return bool(past) and past[-1].kind == "paused"


def _state_before_opening(
    day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]
) -> str:
    said = [e.kind for e in events if e.kind in ("announced", "planned") and e.latest <= day]
    if said:
        return said[-1]
    return "planned" if any(stay.opened.earliest > day for stay in counted) else "unknown"
