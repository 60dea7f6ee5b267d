"""The life of an office as a chain of rough moments, and what follows for a day.

Events of an office alternate: opened, closed (the last visiting day), opened again. Each moment
has bounds; the order narrows them: an office that closed had opened before, and reopens only
after its last day. What is left of the bounds says on which days the office is surely open, and on
which it may be. For a chain of such differences narrowing once in each direction is exact
(Dechter, Meiri and Pearl 1991, Artificial Intelligence 49: 61-95,
doi:10.1016/0004-3702(91)90006-6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise, zip_longest
from typing import Literal

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.errors import KnutpunktError

Certainty = Literal["yes", "no", "perhaps"]

_DAY = timedelta(days=1)


class ImpossibleHistory(KnutpunktError):
    """The events of an office cannot all have happened in any order of days."""

    code = "impossible-history"
    hint = "Correct or withdraw the event that does not fit, then record this one."
    status = 409


@dataclass(frozen=True, slots=True)
class Moment:
    """An event with its bounds.

    ``awaited`` marks what is planned and not confirmed: it may come late, or never.
    """

    kind: str
    earliest: date
    latest: date
    awaited: bool = False
    pk: int | None = None

    @property
    def window(self) -> tuple[date, date]:
        """Bounds for reasoning: what is only awaited has no last day."""
        return self.earliest, DUSK if self.awaited else self.latest


@dataclass(frozen=True, slots=True)
class Stay:
    """One time an office is open: between which days it began, and its last day."""

    opened: Moment
    closed: Moment | None = None

    def open_on(self, day: date) -> Certainty:
        """Whether the office is open on a day in this stay."""
        ends_earliest, ends_latest = self.closed.window if self.closed else (DUSK, DUSK)
        begins_earliest, begins_latest = self.opened.window
        if begins_latest <= day <= ends_earliest and begins_latest != DUSK:
            return "yes"
        return "perhaps" if begins_earliest <= day <= ends_latest else "no"


def stays(moments: Iterable[Moment]) -> tuple[Stay, ...]:
    """Fold openings and closings into stays with bounds narrowed by their order.

    Parameters
    ----------
    moments
        Events of one office; kinds other than opened and closed are passed over.

    Returns
    -------
    tuple of Stay
        In order of time.

    Raises
    ------
    ImpossibleHistory
        When no choice of days within the bounds keeps the order.
    """
    return _pair(_narrow(_alternating(in_order(moments))))


def in_order(moments: Iterable[Moment]) -> list[Moment]:
    """Openings and closings in the order of time.

    An office opens before it closes, so rough days are first read that way (opened in June, closed
    some day of the same year); only where that cannot be does the first possible day decide.
    """
    counted = [moment for moment in moments if moment.kind in ("opened", "closed")]
    counted.sort(key=lambda m: (m.earliest, m.latest, m.kind == "closed"))
    opened = [moment for moment in counted if moment.kind == "opened"]
    closed = [moment for moment in counted if moment.kind == "closed"]
    if len(closed) <= len(opened) <= len(closed) + 1:
        taken = [m for pair in zip_longest(opened, closed) for m in pair if m is not None]
        if all(low <= high for low, high in zip(*_bounds(taken), strict=True)):
            return taken
    return counted


def repeated(moments: Iterable[Moment]) -> str | None:
    """Name the kind that follows itself (opened, opened), if any does."""
    chain = in_order(moments)
    for before, after in pairwise(chain):
        if before.kind == after.kind:
            return after.kind
    return None


def anchor(found: Sequence[Stay], day: date, *, member: bool) -> tuple[Stay, ...]:
    """Add what an opening balance says: a named member was open on its day, others were not.

    Parameters
    ----------
    found
        Stays of one office.
    day
        Day of the balance.
    member
        Whether the office is one of the balance.

    Returns
    -------
    tuple of Stay
        Stays that reach the day or begin after it, with bounds narrowed by the balance.
    """
    later = [stay for stay in found if (stay.closed is None or stay.closed.window[1] >= day)]
    if member and not later:
        return (Stay(Moment("opened", DAWN, day)),)
    if member:
        return tuple(_open_at(stay, day) if k == 0 else stay for k, stay in enumerate(later))
    return tuple(_begun_after(stay, day) for stay in later if stay.opened.window[1] > day)


def open_on(found: Iterable[Stay], day: date) -> Certainty:
    """Whether an office is open on a day, over all its stays."""
    answers = {stay.open_on(day) for stay in found}
    if "yes" in answers:
        return "yes"
    return "perhaps" if "perhaps" in answers else "no"


def _open_at(stay: Stay, day: date) -> Stay:
    opened = replace(stay.opened, earliest=min(stay.opened.earliest, day), awaited=False)
    opened = replace(opened, latest=min(opened.latest, day))
    closed = stay.closed
    if closed is not None:
        closed = replace(closed, earliest=max(closed.earliest, day))
    return Stay(opened, closed)


def _begun_after(stay: Stay, day: date) -> Stay:
    return Stay(replace(stay.opened, earliest=max(stay.opened.earliest, day + _DAY)), stay.closed)


def _alternating(chain: Sequence[Moment]) -> list[Moment]:
    """Make opened and closed alternate.

    What is known on an early day may lack an event in between: a closing without an opening began
    at an unknown day, and of two openings in a row the office simply was open.
    """
    result: list[Moment] = []
    for moment in chain:
        if moment.kind == "closed" and (not result or result[-1].kind == "closed"):
            if result:
                continue
            result.append(Moment("opened", DAWN, DUSK))
        elif result and moment.kind == "opened" == result[-1].kind:
            continue
        result.append(moment)
    return result


def _narrow(chain: Sequence[Moment]) -> list[Moment]:
    """Propagate the order forwards through the first days and backwards through the last."""
    first, last = _bounds(chain)
    for moment, low, high in zip(chain, first, last, strict=True):
        if low > high:
            raise ImpossibleHistory(
                f"The event “{moment.kind}” would lie between {low} and {high}: impossible."
            )
    return [
        replace(m, earliest=low, latest=high, awaited=m.awaited and high == DUSK)
        for m, low, high in zip(chain, first, last, strict=True)
    ]


def _bounds(chain: Sequence[Moment]) -> tuple[list[date], list[date]]:
    """First and last possible day of each event of a chain."""
    first: list[date] = []
    for k, moment in enumerate(chain):
        floor = moment.earliest if k == 0 else max(moment.earliest, _after(chain[k - 1], first[-1]))
        first.append(floor)
    last: list[date] = [DUSK] * len(chain)
    for k in range(len(chain) - 1, -1, -1):
        ceiling = chain[k].window[1]
        if k + 1 < len(chain):
            ceiling = min(ceiling, _before(chain[k], last[k + 1]))
        last[k] = ceiling
    return first, last


def _after(moment: Moment, day: date) -> date:
    """First day for what follows: visitors come on the opening day, but not after the last."""
    return day + _DAY if moment.kind == "closed" and DAWN < day < DUSK else day


def _before(moment: Moment, day: date) -> date:
    """Last day for what precedes: the last visiting day lies before a reopening."""
    return day - _DAY if moment.kind == "closed" and DAWN < day < DUSK else day


def _pair(chain: Sequence[Moment]) -> tuple[Stay, ...]:
    found: list[Stay] = []
    for moment in chain:
        if moment.kind == "opened":
            found.append(Stay(moment))
        else:
            found[-1] = Stay(found[-1].opened, moment)
    return tuple(found)
