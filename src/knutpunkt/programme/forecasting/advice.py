"""What must be true for a clause to be likely, and what insurance does for it.

Costs are nobody's guess: no source gives what an office costs to open. Without costs insurance is
ranked by what it adds to the probability, with them by what a million kronor adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.clauses import Clause
from knutpunkt.engines.schedule.keeping import MustBeTrue, latest_dates
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.programme.forecasting.answers import ClauseChance, plain
from knutpunkt.programme.forecasting.case import SEED, Case, prepare, simulated
from knutpunkt.programme.forecasting.changes import AddCrew, AddSpare, Change, InterimRoom
from knutpunkt.programme.forecasting.clauses import counted_clauses, judge
from knutpunkt.programme.forecasting.curves import day_of
from knutpunkt.programme.forecasting.problem import end_of, until_opening
from knutpunkt.programme.forecasting.rows import GateRow, Material, SlotRow
from knutpunkt.programme.forecasting.whatif import RUNS, WhatIf, compared

TARGET: Final = 0.8


@dataclass(frozen=True, slots=True)
class GateDate:
    """Latest day for a slot to pass a gate, and how likely it is to keep it as things stand."""

    slot: str
    gate: str
    name_sv: str
    name_en: str
    day: date
    kept: float


@dataclass(frozen=True, slots=True)
class Keeping:
    """Days by gate such that a clause is as likely as wished for if all of one gate are kept.

    ``reached`` is the probability then; below ``target`` no day suffices, and the days are those
    of the strictest choice.
    """

    clause: str
    target: float
    gate: str
    reached: float
    dates: tuple[GateDate, ...]


@dataclass(frozen=True, slots=True)
class Insurance:
    """A measure and what it adds to the probability of a clause and of all clauses."""

    key: str
    name_sv: str
    name_en: str
    clause_gain: float
    clause_error: float
    all_gain: float
    all_error: float
    cost: float | None
    gain_per_million: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    """What binds a clause, what must be true, and what would insure it."""

    clause: str
    probability: float
    slack: int
    binds: tuple[str, ...]
    keeping: tuple[Keeping, ...]
    insurances: tuple[Insurance, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the advice as values that JSON knows."""
        found: dict[str, Any] = plain(asdict(self))
        return found


def advice(
    mandate: str = "",
    *,
    programme: str = "",
    as_of: date,
    known_on: date | None = None,
    clause: str = "",
    target: float = TARGET,
    costs: Mapping[str, float] | None = None,
    runs: int = RUNS,
    seed: int = SEED,
) -> Advice | None:
    """Advise on one clause: the one named, else the least likely that can still be kept.

    Parameters
    ----------
    mandate, programme, as_of, known_on
        As for a forecast.
    clause
        Key of a clause that can be counted.
    target
        Probability to reach.
    costs
        SEK by key of insurance (``spare``, ``interim``, ``crew``), where they are known.
    runs, seed
        Of the simulations, in common.

    Returns
    -------
    Advice or None
        None where no clause can be counted.
    """
    case = prepare(mandate, programme=programme, as_of=as_of, known_on=known_on)
    counted = counted_clauses(case.material.clauses, case.material.slots)
    gates = _gates(case.material)
    keep = sorted({(p, key) for p, gate in gates for key in (gate.activity, *gate.also)})
    found = simulated(case, runs=runs, seed=seed, keep=keep)
    chance = _chosen(judge(case.material.clauses, case.material.slots, found).clauses, clause)
    if chance is None or chance.probability is None or chance.slack is None:
        return None
    return Advice(
        clause=chance.key,
        probability=chance.probability,
        slack=chance.slack,
        binds=chance.binds,
        keeping=keeping_of(case, counted[chance.key], found, target=target),
        insurances=insurances_of(case, chance, costs=costs or {}, runs=runs, seed=seed),
    )


def _chosen(clauses: Sequence[ClauseChance], key: str) -> ClauseChance | None:
    """Choose the clause asked for, else the least likely one that is not lost."""
    counted = [one for one in clauses if one.probability is not None and one.slack is not None]
    if key:
        return next((one for one in counted if one.key == key), None)
    alive = [one for one in counted if one.probability]
    return min(alive or counted, key=lambda one: one.probability or 0.0, default=None)


def keeping_of(
    case: Case, clause: Clause, simulation: Simulation, *, target: float = TARGET
) -> tuple[Keeping, ...]:
    """Latest days by gate, for the slots that have not passed it."""
    slots = {slot.project: slot for slot in case.material.slots}
    gates: dict[str, dict[str, GateRow]] = {}
    for project, gate in _gates(case.material):
        gates.setdefault(gate.key, {})[project] = gate
    kept = []
    for key, by_project in gates.items():
        passed = {p: _passed(p, gate, simulation) for p, gate in by_project.items()}
        found = latest_dates(clause, simulation, passed, target=target)
        if found.dates:
            kept.append(_keeping(key, found, by_project, slots, case.material.as_of))
    return tuple(kept)


def _gates(material: Material) -> list[tuple[str, GateRow]]:
    """Gates ahead of every project, in the order of the template."""
    return [
        (slot.project, gate)
        for slot in material.slots
        if slot.gone_on is None and slot.opened is None
        for gate in until_opening(slot.work).gates
        if gate.passed_on is None
    ]


def _passed(project: str, gate: GateRow, simulation: Simulation) -> NDArray[np.float64]:
    """Moment at which a project passes a gate: when all that it waits for is finished."""
    keys = [(project, key) for key in (gate.activity, *gate.also)]
    finished: NDArray[np.float64] = np.max(
        [simulation.activity_finish[key] for key in keys], axis=0
    )
    return finished


def _keeping(
    gate: str,
    found: MustBeTrue,
    rows: Mapping[str, GateRow],
    slots: Mapping[str, SlotRow],
    as_of: date,
) -> Keeping:
    return Keeping(
        clause=found.clause,
        target=found.target,
        gate=gate,
        reached=found.probability,
        dates=tuple(
            GateDate(
                slot=slots[one.project].key,
                gate=gate,
                name_sv=rows[one.project].name_sv,
                name_en=rows[one.project].name_en,
                day=day_of(max(one.moment, end_of(as_of)), as_of=as_of) or as_of,
                kept=one.kept,
            )
            for one in found.dates
        ),
    )


def insurances_of(
    case: Case,
    chance: ClauseChance,
    *,
    costs: Mapping[str, float],
    runs: int = RUNS,
    seed: int = SEED,
) -> tuple[Insurance, ...]:
    """Measures by what they add, per million kronor where costs are given."""
    offers: list[tuple[str, str, str, Change]] = [
        ("spare", "Ett reservkontor påbörjas nu", "One spare office is begun now", _spare(chance))
    ]
    if chance.binds:
        slot = chance.binds[0]
        name = next(one.name for one in case.material.slots if one.key == slot)
        offers.append(
            (
                "interim",
                f"En tillfällig lokal i {name}",
                f"An interim room in {name}",
                InterimRoom(slot),
            )
        )
    offers += [
        ("crew", f"Ett lag till: {crew}", f"One more crew: {crew}", AddCrew(crew))
        for crew in case.material.crews
    ]
    found = [
        _insurance(key, sv, en, compared(case, [change], runs=runs, seed=seed), chance, costs)
        for key, sv, en, change in offers
    ]
    return tuple(sorted(found, key=_rank))


def _spare(chance: ClauseChance) -> AddSpare:
    """Make the spare count for the clause too, where that is a quota."""
    return AddSpare(clause=chance.key if chance.type == "quota" else "")


def _insurance(
    key: str, sv: str, en: str, found: WhatIf, chance: ClauseChance, costs: Mapping[str, float]
) -> Insurance:
    clause = next(one for one in found.clauses if one.key == chance.key)
    together = found.together
    cost = costs.get(key)
    return Insurance(
        key=key,
        name_sv=sv,
        name_en=en,
        clause_gain=clause.difference,
        clause_error=clause.standard_error,
        all_gain=together.difference if together else 0.0,
        all_error=together.standard_error if together else 0.0,
        cost=cost,
        gain_per_million=clause.difference / (cost / 1e6) if cost else None,
    )


def _rank(one: Insurance) -> tuple[float, float, str]:
    worth = one.clause_gain if one.gain_per_million is None else one.gain_per_million
    return -worth, -one.all_gain, one.key
