"""How likely the clauses of a commission are to be met, counted over the runs of a simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from knutpunkt.engines.schedule.clauses import (
    Clause,
    Counts,
    Floats,
    Group,
    Openings,
    Truths,
    every,
    group_counts,
    holds,
    inside,
    places,
    require_probability,
)

Rating = Literal["likely", "at_risk", "unlikely"]

#: Published with every rating; a change of the bands is a new version.
RATINGS_VERSION: Final = 1
RATINGS: Final[tuple[tuple[float, Rating], ...]] = (
    (0.80, "likely"),
    (0.50, "at_risk"),
    (0.00, "unlikely"),
)


@dataclass(frozen=True, slots=True)
class Chance:
    """Probability of a clause, with what the count of runs leaves open.

    ``margins`` are shares of runs by margin: openings above the least asked for (of the tightest
    group), or minus the number missing. ``independent`` is what the same projects would give if
    they did not depend on each other: exact, None where groups overlap.
    """

    key: str
    probability: float
    standard_error: float
    rating: Rating
    margins: tuple[tuple[int, float], ...]
    independent: float | None


@dataclass(frozen=True, slots=True)
class Chances:
    """Every clause, all of them jointly, and by which clause alone it would fail.

    ``fails_alone`` gives per clause the share of all runs in which it is the only one to fail.
    """

    clauses: tuple[Chance, ...]
    all_hold: float
    standard_error: float
    rating: Rating
    fails_alone: tuple[tuple[str, float], ...]


def chances(clauses: Sequence[Clause], openings: Openings) -> Chances:
    """Probability of every clause and of all at once, from one joint simulation.

    Parameters
    ----------
    clauses
        What is demanded, at least one clause.
    openings
        A simulation.

    Returns
    -------
    Chances
        In the order of ``clauses``.

    Raises
    ------
    ClauseProjectUnknown
        When a clause counts a project that was not simulated.
    """
    held = np.array([holds(clause, openings) for clause in clauses])
    together = every(held)
    alone = ~held & ((~held).sum(axis=0) == 1)
    share = float(together.mean())
    return Chances(
        tuple(_chance(clause, openings, row) for clause, row in zip(clauses, held, strict=True)),
        share,
        standard_error(share, together.size),
        rating(share),
        tuple((clause.key, float(row.mean())) for clause, row in zip(clauses, alone, strict=True)),
    )


def rating(probability: float) -> Rating:
    """Word for a probability: likely from 0.80, at risk from 0.50, else unlikely."""
    require_probability(probability, where="A forecast")
    return next(word for least, word in RATINGS if probability >= least)


def standard_error(probability: float, runs: int) -> float:
    """Binomial standard error of a share of runs; never 0, since no number of runs is certain.

    Half a run is added on either side (Jeffreys), so that 0 of n and n of n keep an error.
    """
    share = (probability * runs + 0.5) / (runs + 1)
    return math.sqrt(share * (1 - share) / runs)


def poisson_binomial(probabilities: Sequence[float]) -> Floats:
    """Exact distribution of how many of independent events happen.

    Parameters
    ----------
    probabilities
        One per event, each between 0 and 1.

    Returns
    -------
    numpy.ndarray
        Probability of 0, 1, ... events, shape ``(events + 1,)``.

    Raises
    ------
    OutOfRange
        When one lies outside 0 to 1.

    References
    ----------
    By convolution; Hong (2013), https://doi.org/10.1016/j.csda.2012.10.006.
    """
    distribution = np.ones(1)
    for probability in probabilities:
        require_probability(probability, where="An event")
        distribution = np.convolve(distribution, (1 - probability, probability))
    return distribution


def chance_if_independent(clause: Clause, openings: Openings) -> float | None:
    """Probability of a clause if its projects opened in time independently of each other.

    Exact for the simulated chance of each project; None where two groups share an opening.
    """
    named = [key for group in clause.groups for key in _members(group)]
    if len(set(named)) < len(named):
        return None
    opened = inside(clause, openings.finish).mean(axis=1)
    product = 1.0
    for group in clause.groups:
        single = [float(opened[place]) for place in places(clause, group, openings)]
        counted = poisson_binomial([*single, *(chance for _key, chance in group.perhaps)])
        least = max(group.at_least - group.already, 0)
        most = None if group.at_most is None else max(group.at_most - group.already + 1, 0)
        product *= float(counted[least:most].sum())
    return product


def _chance(clause: Clause, openings: Openings, held: Truths) -> Chance:
    share = float(held.mean())
    return Chance(
        clause.key,
        share,
        standard_error(share, held.size),
        rating(share),
        _margins(clause, group_counts(clause, openings)),
        chance_if_independent(clause, openings),
    )


def _margins(clause: Clause, counts: Counts) -> tuple[tuple[int, float], ...]:
    spare = counts - np.array([group.at_least for group in clause.groups])[:, None]
    missing = np.minimum(spare, 0).sum(axis=0)
    margin, runs = np.unique(np.where(missing < 0, missing, spare.min(axis=0)), return_counts=True)
    return tuple(zip(margin.tolist(), (runs / counts.shape[1]).tolist(), strict=True))


def _members(group: Group) -> list[tuple[str, str]]:
    return [("project", key) for key in group.projects] + [
        ("perhaps", k) for k, _p in group.perhaps
    ]
