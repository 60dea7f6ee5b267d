"""What a set of open sites means to the residents."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.errors import NoSiteOpen
from knutpunkt.engines.location.problem import Problem


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Travel to the nearest open site.

    Parameters
    ----------
    person_minutes
        The p-median objective: persons times minutes to the nearest open site, summed.
    mean_minutes, worst_minutes
        Per resident, and of the resident furthest away (0 when nobody lives anywhere).
    minutes
        To the nearest open site, shape ``(points,)``.
    assignment
        Number of that site, the lower on a tie, shape ``(points,)``.
    """

    person_minutes: float
    mean_minutes: float
    worst_minutes: float
    minutes: NDArray[np.float64]
    assignment: NDArray[np.intp]


def evaluate(problem: Problem, open_: ArrayLike) -> Evaluation:
    """Recompute a plan from the problem's own arrays, independently of any solver.

    Parameters
    ----------
    problem
        Gives costs and persons; its fixed sites and quotas are not consulted.
    open_
        Every open site (also the fixed ones), boolean mask of shape ``(sites,)``.

    Raises
    ------
    NoSiteOpen
        When no site is open.
    """
    minutes, assignment = _nearest(problem.cost, np.asarray(open_, dtype=np.bool_))
    person_minutes = float(problem.persons @ minutes)
    inhabited = minutes[problem.persons > 0]
    return Evaluation(
        person_minutes=person_minutes,
        mean_minutes=person_minutes / max(float(problem.persons.sum()), np.finfo(float).tiny),
        worst_minutes=float(inhabited.max(initial=0.0)),
        minutes=minutes,
        assignment=assignment,
    )


def mean_travel_time(minutes: ArrayLike, persons: ArrayLike, open_: ArrayLike) -> float:
    """Population-weighted mean travel time to the nearest open site.

    Parameters
    ----------
    minutes
        Travel time from demand point to site, one way, shape ``(points, sites)``.
    persons
        Residents per demand point, shape ``(points,)``, not all 0.
    open_
        Which sites are open, shape ``(sites,)``, boolean.

    Returns
    -------
    float
        Minutes per resident: the p-median objective divided by the population.

    Raises
    ------
    NoSiteOpen
        When no site is open.

    References
    ----------
    Hakimi (1964), Operations Research 12(3): 450-459, doi:10.1287/opre.12.3.450.
    """
    nearest, _ = _nearest(np.asarray(minutes, dtype=np.float64), np.asarray(open_, dtype=np.bool_))
    return float(np.average(nearest, weights=np.asarray(persons, dtype=np.float64)))


def gain_per_point(
    cost: ArrayLike, persons: ArrayLike, before_open: ArrayLike, after_open: ArrayLike
) -> NDArray[np.float64]:
    """Person-minutes each demand point saves when the open sites change.

    Parameters
    ----------
    cost
        Minutes, shape ``(points, sites)``.
    persons
        Residents, shape ``(points,)``.
    before_open, after_open
        Open sites before and after, boolean, shape ``(sites,)``.

    Returns
    -------
    ndarray
        Shape ``(points,)``; below 0 where travel gets longer.

    Raises
    ------
    NoSiteOpen
        When no site is open before or after.
    """
    minutes = np.asarray(cost, dtype=np.float64)
    before, _ = _nearest(minutes, np.asarray(before_open, dtype=np.bool_))
    after, _ = _nearest(minutes, np.asarray(after_open, dtype=np.bool_))
    return np.asarray(persons, dtype=np.float64) * (before - after)


def _nearest(
    cost: NDArray[np.float64], open_: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    numbers = np.flatnonzero(open_)
    if numbers.size == 0:
        raise NoSiteOpen
    assignment = numbers[cost[:, numbers].argmin(axis=1)]
    return cost[np.arange(len(cost)), assignment], assignment
