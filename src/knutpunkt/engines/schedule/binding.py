"""What holds a clause back, and what insurance against it buys per unit of cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.chances import standard_error
from knutpunkt.engines.schedule.clauses import (
    Clause,
    Counts,
    Openings,
    Truths,
    every,
    group_counts,
    groups_hold,
    holds,
    inside,
)
from knutpunkt.engines.schedule.errors import ScheduleRefused


class RunsDiffer(ScheduleRefused):
    """Two simulations to be compared do not have the same runs."""

    code = "runs_differ"
    hint = "Simulate both with the same seed and number of runs."

    def __init__(self, *, insurance: str) -> None:
        super().__init__(f"The runs of insurance {insurance!r} are not those of the forecast.")


@dataclass(frozen=True, slots=True)
class Binding:
    """How much a clause would gain if one project were open in time for sure.

    ``in_time`` is the project's own chance to open in the window.
    """

    project: str
    gain: float
    standard_error: float
    in_time: float


@dataclass(frozen=True, slots=True)
class Insurance:
    """Something that can be bought: a simulation with it, what it costs, and changed clauses.

    ``clauses`` replace those of the forecast by key, for a spare slot that counts as well.
    """

    key: str
    cost: float
    openings: Openings
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Insured:
    """What an insurance does for the probability that all clauses hold, and per unit of cost."""

    key: str
    cost: float
    probability: float
    gain: float
    standard_error: float
    gain_per_cost: float


def what_binds(clause: Clause, openings: Openings) -> tuple[Binding, ...]:
    """Projects of a clause by how much the clause gains if they are open in time for sure.

    Parameters
    ----------
    clause
        The clause.
    openings
        A simulation.

    Returns
    -------
    tuple of Binding
        Greatest gain first; below 0 where one more opening is one too many.
    """
    opened = inside(clause, openings.finish)
    counts = group_counts(clause, openings)
    before = every(groups_hold(clause, counts))
    row = {key: place for place, key in enumerate(openings.projects)}
    counted = dict.fromkeys(project for group in clause.groups for project in group.projects)
    found = []
    for project in counted:
        late = ~opened[row[project]]
        after = _holds_if_forced(clause, counts, project, late)
        change = after.astype(np.int8) - before
        found.append(Binding(project, float(change.mean()), _error(change), float(1 - late.mean())))
    return tuple(sorted(found, key=lambda one: (-one.gain, one.project)))


def insurances_ranked(
    clauses: Sequence[Clause], openings: Openings, offers: Sequence[Insurance]
) -> tuple[Insured, ...]:
    """Insurances by how much probability a unit of cost buys.

    Parameters
    ----------
    clauses
        All must hold at once; give one to insure it alone.
    openings
        The forecast without insurance.
    offers
        Simulations of the same runs (common random numbers), each with one insurance.

    Returns
    -------
    tuple of Insured
        Cheapest probability first; what costs nothing and helps comes before all.

    Raises
    ------
    RunsDiffer
        When an offer was simulated with another seed or number of runs.
    """
    before = _all_hold(clauses, openings)
    ranked = [_insured(clauses, before, openings, offer) for offer in offers]
    return tuple(sorted(ranked, key=lambda one: (-one.gain_per_cost, one.cost, one.key)))


def _holds_if_forced(clause: Clause, counts: Counts, project: str, late: Truths) -> Truths:
    forced = np.array([project in group.projects for group in clause.groups])
    return every(groups_hold(clause, counts + forced[:, None] * late))


def _all_hold(clauses: Sequence[Clause], openings: Openings) -> Truths:
    return every(np.array([holds(clause, openings) for clause in clauses]))


def _insured(
    clauses: Sequence[Clause], before: Truths, openings: Openings, offer: Insurance
) -> Insured:
    if (offer.openings.seed, offer.openings.finish.shape[1]) != (openings.seed, before.size):
        raise RunsDiffer(insurance=offer.key)
    changed = {clause.key: clause for clause in offer.clauses}
    after = _all_hold([changed.get(clause.key, clause) for clause in clauses], offer.openings)
    change = after.astype(np.int8) - before
    gain = float(change.mean())
    free = math.copysign(math.inf, gain) if gain else 0.0
    per_cost = gain / offer.cost if offer.cost > 0 else free
    return Insured(offer.key, offer.cost, float(after.mean()), gain, _error(change), per_cost)


def _error(change: NDArray[np.int8]) -> float:
    """Standard error of a mean change over paired runs, never below that of one run in two."""
    paired = float(change.std()) / math.sqrt(change.size)
    return max(paired, standard_error(0.0, change.size))
