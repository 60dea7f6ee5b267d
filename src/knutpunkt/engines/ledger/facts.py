"""From the events of errands to what became of each: one pass over sorted columns, no loop.

An action that was taken back is as if it had not been: the event before an ``UNDONE`` of the same
errand is left out together with it. All durations are whole seconds, rounded down; ``UNKNOWN``
stands where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.ledger.errors import LogOutOfOrder
from knutpunkt.engines.ledger.kinds import ANSWERS, SERVED, SERVES, Kind

UNKNOWN = -1
SECOND = 1000  # milliseconds

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class ErrandEvents:
    """Events about errands, in the order of the log; all columns have shape ``(events,)``.

    ``at`` and ``accrues`` are milliseconds of one clock; ``accrues`` is the instant from which a
    new errand's waiting counts where that is not the event's own, else 0. ``visit`` is needed on
    the first event of an errand only. ``what`` is any number the caller knows the event's other
    facts by.
    """

    number: Ints
    at: Ints
    kind: Ints
    visit: Ints
    errand: Ints
    accrues: Ints
    what: Ints


@dataclass(frozen=True)
class ErrandFacts:
    """What became of each errand, by visit and then by errand; shape ``(errands,)``.

    ``waited``, ``way`` and ``served`` are seconds or ``UNKNOWN``. ``end`` is the kind of the last
    event that was not taken back. ``what`` belongs to the last event of all (how the errand
    stands), which is ``last``, and ``what_at_end`` to that of ``end``.
    """

    visit: Ints
    errand: Ints
    made_at: Ints
    waited: Ints
    way: Ints
    served: Ints
    calls: Ints
    end: Ints
    last: Ints
    what: Ints
    what_at_end: Ints


def errand_facts(events: ErrandEvents) -> ErrandFacts:
    """Say of every errand of a log how long it took and how it ended.

    Parameters
    ----------
    events
        A log, or a piece of it; events of different errands may be mixed. Errands whose first
        event is not in the piece are left out.

    Returns
    -------
    ErrandFacts
        ``waited`` runs from the instant the errand began to wait to the first call that was
        answered, ``way`` from that call to the beginning of the service, ``served`` over all
        times the errand was at the counter, without those it was parked.

    Raises
    ------
    LogOutOfOrder
        When the numbers do not rise.
    """
    _refuse_disorder(events)
    order = np.argsort(events.errand, kind="stable")
    kind, errand = events.kind[order], events.errand[order]
    stands = _not_taken_back(kind, errand)
    last_of_all = order[_lasts(errand)]
    kept = order[stands & (kind != Kind.RECALLED)]
    complete = np.isin(events.kind[kept[_firsts(events.errand[kept])]], _BEGINNINGS)
    return _facts(events, kept, last_of_all, complete)


_BEGINNINGS = (Kind.ISSUED, Kind.CHECKED_IN, Kind.ADDED, Kind.ADDED_SERVING)


def _facts(
    events: ErrandEvents, kept: NDArray[np.intp], last_of_all: NDArray[np.intp], complete: Bools
) -> ErrandFacts:
    kind, at, errand = events.kind[kept], events.at[kept], events.errand[kept]
    first = _firsts(errand)
    last = _lasts(errand)
    made = kept[first]
    follows = np.append(kind[1:], 0)
    follows[last] = 0
    until = np.append(at[1:], 0)
    called = kind == Kind.CALLED
    answered = called & np.isin(follows, ANSWERS)
    call = _first_true(answered, first)
    accrues = np.where(events.accrues[made] > 0, events.accrues[made], events.at[made])
    seconds = np.where(np.isin(kind, SERVES) & (follows > 0), until - at, 0)
    at_counter = np.isin(kind, SERVES)
    served = np.add.reduceat(seconds, first) if len(first) else seconds
    was_served = np.logical_or.reduceat(at_counter, first) if len(first) else at_counter
    newest = _of_same(events.errand[last_of_all], errand[first], last_of_all)
    facts = ErrandFacts(
        visit=events.visit[made],
        errand=errand[first],
        made_at=events.at[made],
        waited=_from_to(accrues, at, call),
        way=_way(at, follows, until, call),
        served=np.where(was_served & np.isin(kind[last], SERVED), served // SECOND, UNKNOWN),
        calls=np.add.reduceat(called.astype(np.int64), first) if len(first) else first,
        end=kind[last],
        last=events.number[newest],
        what=events.what[newest],
        what_at_end=events.what[kept[last]],
    )
    return _sorted_by_visit(facts, complete)


def _from_to(accrues: Ints, at: Ints, call: Ints) -> Ints:
    """Seconds waited; a visitor called before their time has not waited."""
    waited = np.maximum(at[call] - accrues, 0) // SECOND if len(at) else accrues
    return np.where(call >= 0, waited, UNKNOWN)


def _way(at: Ints, follows: Ints, until: Ints, call: Ints) -> Ints:
    if not len(at):
        return call
    known = (call >= 0) & (follows[call] == Kind.BEGUN)
    return np.where(known, (until[call] - at[call]) // SECOND, UNKNOWN)


def _of_same(errands: Ints, wanted: Ints, values: NDArray[np.intp]) -> NDArray[np.intp]:
    """Values of the errands wanted; both lists rise."""
    return values[np.searchsorted(errands, wanted)]


def _sorted_by_visit(facts: ErrandFacts, complete: Bools) -> ErrandFacts:
    order = np.lexsort((facts.errand, facts.visit))
    order = order[complete[order]]
    return ErrandFacts(**{name: column[order] for name, column in vars(facts).items()})


def _refuse_disorder(events: ErrandEvents) -> None:
    falls = np.flatnonzero(np.diff(events.number) <= 0)
    if len(falls):
        raise LogOutOfOrder(number=int(events.number[falls[0] + 1]))


def _not_taken_back(kind: Ints, errand: Ints) -> Bools:
    """Leave out what was taken back; there is so little of it that a loop is quick enough."""
    stands = np.ones(len(kind), dtype=np.bool_)
    for place in np.flatnonzero(kind == Kind.UNDONE):
        stands[place] = False
        before = place - 1
        while before >= 0 and not stands[before]:
            before -= 1
        if before >= 0 and errand[before] == errand[place]:
            stands[before] = False
    return stands


def _firsts(errand: Ints) -> NDArray[np.intp]:
    """Where each errand's events begin."""
    if not len(errand):
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(np.append(True, errand[1:] != errand[:-1]))


def _lasts(errand: Ints) -> NDArray[np.intp]:
    """Where each errand's events end."""
    return np.append(_firsts(errand)[1:], len(errand)) - 1 if len(errand) else _firsts(errand)


def _first_true(mask: Bools, first: NDArray[np.intp]) -> Ints:
    """Place of the first true of each group, or -1."""
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    far = len(mask)
    places = np.where(mask, np.arange(far), far)
    found = np.minimum.reduceat(places, first)
    return np.where(found < far, found, -1)
