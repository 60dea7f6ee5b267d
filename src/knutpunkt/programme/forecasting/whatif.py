"""What a change does: both arms in the same runs, so that their difference is free of noise."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, Final

import numpy as np

from knutpunkt.engines.schedule.clauses import every, holds
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.programme.forecasting.answers import plain
from knutpunkt.programme.forecasting.case import SEED, Case, prepare, simulated
from knutpunkt.programme.forecasting.changes import Change, changed
from knutpunkt.programme.forecasting.clauses import counted_clauses
from knutpunkt.programme.forecasting.curves import day_of
from knutpunkt.programme.forecasting.errors import NothingChanged
from knutpunkt.programme.forecasting.problem import end_of

#: The standard error of a chance is then 1 percentage point at most, sqrt(0.25 / 2500), that of a
#: difference usually less, because both arms share their runs; and the answer comes at once.
RUNS: Final = 2_500
#: First arms kept in memory.
KEPT: Final = 8


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause before and after; the standard error is that of the difference."""

    key: str
    before: float
    after: float
    difference: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class SlotChange:
    """A slot before and after; days None where it is not open within the horizon."""

    key: str
    name: str
    p50_before: date | None
    p50_after: date | None
    p80_before: date | None
    p80_after: date | None
    on_time_before: float
    on_time_after: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What changes do to every clause, to all of them together, and to the slots they move."""

    mandate: str
    programme: str
    as_of: date
    runs: int
    seed: int
    clauses: tuple[ClauseChange, ...]
    together: ClauseChange | None
    slots: tuple[SlotChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as values that JSON knows."""
        found: dict[str, Any] = plain(asdict(self))
        return found


def what_if(
    mandate: str = "",
    *,
    changes: Sequence[Change],
    programme: str = "",
    as_of: date,
    known_on: date | None = None,
    runs: int = RUNS,
    seed: int = SEED,
) -> WhatIf:
    """Compare a forecast with what it would be after some changes.

    Parameters
    ----------
    mandate, programme, as_of, known_on
        As for a forecast; its case is kept, so that a second question is answered at once.
    changes
        Applied one after the other, at least one.
    runs, seed
        Of both arms. The answer carries the standard error of each difference.

    Raises
    ------
    NothingChanged, SlotUnknown, MunicipalityUnknown, CrewUnknown, ChangeSenseless
        When there is nothing to compare, or a change names what is not there.
    """
    case = prepare(mandate, programme=programme, as_of=as_of, known_on=known_on)
    return compared(case, changes, runs=runs, seed=seed)


def compared(
    case: Case, changes: Sequence[Change], *, runs: int = RUNS, seed: int = SEED
) -> WhatIf:
    """Compare a prepared case with itself after some changes."""
    if not changes:
        raise NothingChanged
    other = case
    for change in changes:
        other = changed(other, change)
    before = first_arm(case, runs=runs, seed=seed)
    after = _second_arm(case, other, before)
    clauses = _clause_changes(case, other, before, after)
    return WhatIf(
        mandate=case.material.mandate,
        programme=case.material.programme,
        as_of=case.material.as_of,
        runs=runs,
        seed=seed,
        clauses=clauses[0],
        together=clauses[1],
        slots=_slot_changes(case, other, before, after),
    )


def first_arm(case: Case, *, runs: int, seed: int) -> Simulation:
    """Simulate a case, or return the simulation kept from an earlier question."""
    key = (id(case), runs, seed)
    with _LOCK:
        if key in _ARMS:
            _ARMS.move_to_end(key)
            return _ARMS[key][1]
    found = simulated(case, runs=runs, seed=seed)
    with _LOCK:
        # The case is kept beside its runs, so that its id is not given to another one.
        _ARMS[key] = (case, found)
        while len(_ARMS) > KEPT:
            _ARMS.popitem(last=False)
    return found


_ARMS: OrderedDict[Any, tuple[Case, Simulation]] = OrderedDict()
_LOCK = Lock()


def _second_arm(case: Case, other: Case, before: Simulation) -> Simulation:
    """Simulate the changed case; where nobody waits for a crew, only the projects that differ."""
    if case.material.crews:
        return simulated(other, runs=before.runs, seed=before.seed)
    known = {slot.project: slot for slot in case.projects}
    put_off = {*other.late, *other.interim}
    differing = [
        slot
        for slot in other.projects
        if slot != known.get(slot.project) or slot.project in put_off
    ]
    anew = [slot for slot in differing if slot.gone_on is None]
    interim = [room for room in other.interim.values() if room not in anew]
    found = (
        simulated(other, runs=before.runs, seed=before.seed, slots=[*anew, *interim])
        if anew or interim
        else None
    )
    return _joined(other, before, found)


def _joined(other: Case, before: Simulation, found: Simulation | None) -> Simulation:
    """Put together what was simulated anew and what stays as it was."""
    rows = dict(zip(before.projects, before.finish, strict=True))
    if found is not None:
        rows.update(zip(found.projects, found.finish, strict=True))
    keys = tuple(slot.project for slot in other.projects if slot.gone_on is None)
    return replace(before, projects=keys, finish=np.array([rows[key] for key in keys]))


def _clause_changes(
    case: Case, other: Case, before: Simulation, after: Simulation
) -> tuple[tuple[ClauseChange, ...], ClauseChange | None]:
    first = counted_clauses(case.material.clauses, case.material.slots)
    second = counted_clauses(other.material.clauses, other.material.slots)
    held = {key: (holds(first[key], before), holds(second[key], after)) for key in first}
    if not held:
        return (), None
    together = [every(np.array(arm)) for arm in zip(*held.values(), strict=True)]
    return (
        tuple(_change(key, *arms) for key, arms in held.items()),
        _change("all", together[0], together[1]),
    )


def _change(key: str, before: np.ndarray, after: np.ndarray) -> ClauseChange:
    gain = after.astype(np.int8) - before.astype(np.int8)
    return ClauseChange(
        key=key,
        before=float(before.mean()),
        after=float(after.mean()),
        difference=float(gain.mean()),
        standard_error=float(gain.std() / np.sqrt(gain.size)),
    )


def _slot_changes(
    case: Case, other: Case, before: Simulation, after: Simulation
) -> tuple[SlotChange, ...]:
    """Only the slots whose days move."""
    found = []
    for slot in other.material.slots:
        p50 = _days(slot.project, 0.5, case, before, after)
        p80 = _days(slot.project, 0.8, case, before, after)
        change = SlotChange(
            key=slot.key,
            name=slot.name,
            p50_before=p50[0],
            p50_after=p50[1],
            p80_before=p80[0],
            p80_after=p80[1],
            on_time_before=_on_time(slot.project, slot.deadline, before),
            on_time_after=_on_time(slot.project, slot.deadline, after),
        )
        same = (change.p50_before, change.p80_before) == (change.p50_after, change.p80_after)
        if not same or change.on_time_before != change.on_time_after:
            found.append(change)
    return tuple(found)


def _days(project: str, share: float, case: Case, *arms: Simulation) -> tuple[date | None, ...]:
    return tuple(
        day_of(arm.quantiles(project, (share,))[0], as_of=case.material.as_of)
        if project in arm.projects
        else None
        for arm in arms
    )


def _on_time(project: str, deadline: date, arm: Simulation) -> float:
    return arm.chance(project, by=end_of(deadline)) if project in arm.projects else 0.0
