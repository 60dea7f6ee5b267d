"""What-if: changes to a prepared case, each one a small value.

Draws belong to the keys of slots and work, so that everything a change does not touch stays the
same run by run, and the difference of two arms is free of noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from knutpunkt.network.models import Municipality
from knutpunkt.programme.forecasting.case import Case
from knutpunkt.programme.forecasting.errors import (
    ChangeSenseless,
    CrewUnknown,
    MunicipalityUnknown,
    SlotUnknown,
)
from knutpunkt.programme.forecasting.rows import PlanOfWork, SlotRow, WorkRow

#: How long money that is missing this year puts an office off.
A_YEAR: Final = 365
#: How much of the work an interim room takes, by kind; the rest is as for any other office.
INTERIM: Final[Mapping[str, float]] = {
    "needs": 0.0,
    "lease": 0.5,
    "permit": 0.5,
    "procurement": 0.5,
    "works": 0.3,
}
MOST_DAYS, MOST_CREWS, MOST_SPARES = 3650.0, 20.0, 10.0


@dataclass(frozen=True, slots=True)
class Drop:
    """Give up a slot."""

    slot: str


@dataclass(frozen=True, slots=True)
class Substitute:
    """Open in another municipality, or in other premises of the same one: work begins anew."""

    slot: str
    municipality_code: str


@dataclass(frozen=True, slots=True)
class Delay:
    """Open so many days later; without a slot, all that have not opened."""

    days: int
    slot: str = ""


@dataclass(frozen=True, slots=True)
class CutBudget:
    """Take away a share of the money: so many of the offices not begun are put off by a year.

    Those with the latest deadline are put off first.
    """

    share: float


@dataclass(frozen=True, slots=True)
class AddCrew:
    """Have more of a crew the work waits for."""

    crew: str
    more: int = 1


@dataclass(frozen=True, slots=True)
class AddSpare:
    """Begin further offices now, which count for the totals and, if named, for a quota."""

    number: int = 1
    clause: str = ""


@dataclass(frozen=True, slots=True)
class InterimRoom:
    """Begin to fit out a temporary room: the office opens in it or in its own, the earlier."""

    slot: str


Change = Drop | Substitute | Delay | CutBudget | AddCrew | AddSpare | InterimRoom


def changed(case: Case, change: Change) -> Case:
    """Apply one change.

    Raises
    ------
    SlotUnknown, MunicipalityUnknown, CrewUnknown, ChangeSenseless
        When it names what is not there, or has a size that means nothing.
    """
    apply: Mapping[type, Callable[[Case, Any], Case]] = {
        Drop: _drop,
        Substitute: _substitute,
        Delay: _delay,
        CutBudget: _cut,
        AddCrew: _crew,
        AddSpare: _spare,
        InterimRoom: _interim,
    }
    return apply[type(change)](case, change)


def _drop(case: Case, change: Drop) -> Case:
    slot = _slot(case, change.slot)
    return _with(case, replace(slot, state="dropped", gone_on=case.material.as_of))


def _substitute(case: Case, change: Substitute) -> Case:
    slot = _slot(case, change.slot)
    place = Municipality.objects.filter(code=change.municipality_code).first()
    if place is None:
        raise MunicipalityUnknown(code=change.municipality_code)
    anew = replace(_begun_today(case, slot), municipality_code=place.code, municipality=place.name)
    return _with(case, anew)


def _delay(case: Case, change: Delay) -> Case:
    _require("delay", change.days, least=1, most=MOST_DAYS)
    slots = [_slot(case, change.slot)] if change.slot else list(case.material.slots)
    return _put_off(case, slots, change.days)


def _cut(case: Case, change: CutBudget) -> Case:
    _require("cut of the budget", change.share, least=0.01, most=1)
    ahead = [slot for slot in case.material.slots if _is_ahead(slot) and not slot.work.reported]
    ahead.sort(key=lambda slot: (slot.deadline, slot.key), reverse=True)
    return _put_off(case, ahead[: math.ceil(change.share * len(ahead))], A_YEAR)


def _crew(case: Case, change: AddCrew) -> Case:
    _require("further crews", change.more, least=1, most=MOST_CREWS)
    crews = case.material.crews
    if change.crew not in crews:
        raise CrewUnknown(crew=change.crew, known=sorted(crews))
    more = {**crews, change.crew: crews[change.crew] + change.more}
    return replace(case, material=replace(case.material, crews=more))


def _spare(case: Case, change: AddSpare) -> Case:
    _require("spare slots", change.number, least=1, most=MOST_SPARES)
    like = case.material.slots[-1]
    spares = tuple(
        replace(
            _begun_today(case, like),
            key=f"spare-{number}",
            name=f"spare {number}",
            municipality_code=None,
            municipality="",
            clause=change.clause,
        )
        for number in range(1, change.number + 1)
    )
    material = replace(case.material, slots=(*case.material.slots, *spares))
    return replace(case, material=material)


def _interim(case: Case, change: InterimRoom) -> Case:
    slot = _slot(case, change.slot)
    if not _is_ahead(slot):
        return case
    room = replace(_begun_today(case, slot), key=f"{slot.key}-interim")
    room = replace(room, work=_shortened(room.work))
    return replace(case, interim={**case.interim, slot.project: room})


def _shortened(work: PlanOfWork) -> PlanOfWork:
    return replace(work, works=tuple(_shorter(row) for row in work.works))


def _shorter(row: WorkRow) -> WorkRow:
    share = INTERIM.get(row.kind, 1.0)
    return replace(row, low=share * row.low, mode=share * row.mode, high=share * row.high)


def _begun_today(case: Case, slot: SlotRow) -> SlotRow:
    """Take the slot with all its work before it, beginning the day after the forecast."""
    work = replace(
        slot.work,
        works=tuple(
            replace(row, started_on=None, finished_on=None, not_before=None)
            for row in slot.work.works
        ),
        gates=tuple(replace(gate, passed_on=None) for gate in slot.work.gates),
    )
    return replace(
        slot,
        work=work,
        state="under way",
        starts_on=case.material.as_of + timedelta(days=1),
        opened=None,
        shut_until=None,
        gone_on=None,
    )


def _put_off(case: Case, slots: list[SlotRow], days: int) -> Case:
    late = dict(case.late)
    for slot in slots:
        if _is_ahead(slot):
            late[slot.project] = late.get(slot.project, 0) + days
    return replace(case, late=late)


def _is_ahead(slot: SlotRow) -> bool:
    return slot.opened is None and slot.gone_on is None


def _slot(case: Case, key: str) -> SlotRow:
    found = case.material.slot(key)
    if found is None:
        raise SlotUnknown(slot=key, known=[slot.key for slot in case.material.slots])
    return found


def _with(case: Case, slot: SlotRow) -> Case:
    slots = tuple(slot if one.key == slot.key else one for one in case.material.slots)
    return replace(case, material=replace(case.material, slots=slots))


def _require(change: str, value: float, *, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ChangeSenseless(change=change, value=value, least=least, most=most)
