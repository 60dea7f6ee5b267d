"""The one door from here to the location engine: a question in arrays, an answer in plain values.

Nothing else in this package knows how the engine is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.core.runs import Stopped
from knutpunkt.engines import location
from knutpunkt.engines.location import LocationRefused, Problem, Quota
from knutpunkt.planning.errors import NoPlanPossible, QuestionRefused
from knutpunkt.planning.solving import Watcher

Floats = NDArray[np.float64]
Limit = tuple[str, tuple[int, ...], int, int | None]
"""Name, sites, at least and at most: how many of some sites are chosen."""


@dataclass(frozen=True, eq=False)
class Question:
    """Which ``count`` of the candidates to have open beside those that stay.

    Parameters
    ----------
    cost
        What a resident of a point pays at a site (minutes one way), shape ``(points, sites)``.
    persons
        Residents per point, shape ``(points,)``.
    stays, candidates
        Numbers of the sites that stay open, and of those that may be chosen. A site in neither
        is closed.
    count
        How many candidates to choose, exactly.
    limits
        How many of some candidates must or may be among the chosen.
    """

    cost: Floats
    persons: Floats
    stays: tuple[int, ...]
    candidates: tuple[int, ...]
    count: int
    limits: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The best choice and its proof; ``sites`` are numbers, ``total`` is persons × cost."""

    sites: tuple[int, ...]
    total: float
    bound: float
    gap: float
    status: str
    engine: str
    inputs_hash: str


def best(question: Question, watcher: Watcher | None = None) -> Chosen:
    """Choose the sites with the least cost to all residents, with the proof.

    Raises
    ------
    QuestionRefused
        When the question makes no sense to the engine.
    NoPlanPossible
        When no choice keeps all limits, with their names.
    Stopped
        When it was broken off before the proof.
    """
    cancel = watcher.cancel if watcher else None
    found = location.solve(_problem(question), cancel=cancel)
    if found.status == "infeasible":
        names = ", ".join(found.conflicts)
        said = (
            f"Dessa regler kan inte gälla samtidigt: {names}.",
            f"These rules cannot hold together: {names}.",
        )
        raise NoPlanPossible(conflicts=found.conflicts, said=said)
    if found.objective is None or found.bound is None or found.gap is None:
        raise Stopped
    return Chosen(
        sites=tuple(int(site) for site in found.sites),
        total=found.objective,
        bound=found.bound,
        gap=found.gap,
        status=found.status,
        engine=found.engine,
        inputs_hash=found.inputs_hash,
    )


def nearest(question: Question, open_: Iterable[int]) -> tuple[Floats, NDArray[np.intp]]:
    """Cost of each point to its nearest open site, and that site; shapes ``(points,)``."""
    mask = np.zeros(question.cost.shape[1], dtype=np.bool_)
    mask[list(open_)] = True
    evaluation = location.evaluate(_problem(question), mask)
    return evaluation.minutes, evaluation.assignment


def with_limits(question: Question, dropped: Collection[str]) -> tuple[Limit, ...]:
    """The limits that are left when some are dropped by name."""
    return tuple(limit for limit in question.limits if limit[0] not in dropped)


def _problem(question: Question) -> Problem:
    sites = question.cost.shape[1]
    stays = np.isin(np.arange(sites), question.stays)
    chooseable = np.isin(np.arange(sites), question.candidates)
    try:
        return Problem(
            cost=question.cost,
            persons=question.persons,
            fixed_open=stays,
            excluded=~(stays | chooseable),
            new_sites=question.count,
            quotas=tuple(
                Quota(name, np.array(members, dtype=np.intp), at_least, at_most)
                for name, members, at_least, at_most in question.limits
            ),
        )
    except LocationRefused as refusal:
        raise QuestionRefused(reason=str(refusal), hint=refusal.hint) from None
