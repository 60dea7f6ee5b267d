"""A published instance solved under one of the models of the literature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.costs import CoverCosts
from knutpunkt.engines.location.errors import ModelUnfit
from knutpunkt.engines.location.instances import Published
from knutpunkt.engines.location.question import Question

T = TypeVar("T")

MODELS = ("p-median", "p-center", "worst-share", "max-cover", "ufl", "cpmp")


@dataclass(frozen=True, slots=True)
class Row:
    """One instance under one model.

    Parameters
    ----------
    instance, n, p, model
        Name of the instance, how many clients it has, sites to open (none: as many as pay).
    objective, bound, gap
        Cost of the plan (covered demand with ``max-cover``), what no plan passes, and how far
        they lie apart as a share of the objective; none without a plan.
    seconds, prepare_seconds
        From costs in memory to the proof; shortest paths before that.
    status
        ``proved``, ``gap``, ``infeasible`` or ``unknown``.
    sites
        Numbers of the open sites, from 0 in the order of the file.
    """

    instance: str
    n: int
    p: int | None
    model: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    status: Status
    sites: tuple[int, ...]
    prepare_seconds: float


def solved(
    one: Published, model: str, *, p: int | None = None, radius: float | None = None,
    time_limit: float | None = None, seed: int = 0, share: float | None = None,
) -> Row:  # fmt: skip
    """Solve a published instance.

    Parameters
    ----------
    model
        One of ``MODELS``.
    p, radius
        Sites to open, where the file does not say so or another number is asked for; how far a
        site covers, with ``max-cover``.
    time_limit, seed
        Seconds (none: no limit), and the seed of random choices.
    share
        Which share of the persons is the worst-off, with ``worst-share``.

    Raises
    ------
    ModelUnfit
        When the instance lacks what the model needs.
    LocationRefused
        When the question cannot be put.
    """
    ways: dict[str, Callable[..., Row]] = {
        "p-median": _median, "p-center": _center, "max-cover": _cover, "ufl": _ufl, "cpmp": _cpmp,
    }  # fmt: skip
    if model == "worst-share":
        return _worst(one, p or one.p, share, time_limit, seed)
    return ways[model](one, p or one.p, radius, time_limit, seed)


def _median(
    one: Published, p: int | None, _radius: float | None, limit: float | None, seed: int
) -> Row:
    p = _needed(p, "p-median", one, "number of sites (--p)")
    question = Question(one.costs, one.weight, p, p)
    return _answered(one, "p-median", p, question, limit, seed)


def _ufl(
    one: Published, _p: int | None, _radius: float | None, limit: float | None, seed: int
) -> Row:
    opening = _needed(one.opening, "ufl", one, "opening cost")
    question = Question(one.costs, one.weight, 1, one.costs.sites, opening)
    return _answered(one, "ufl", None, question, limit, seed)


def _cover(
    one: Published, p: int | None, radius: float | None, limit: float | None, seed: int
) -> Row:
    p = _needed(p, "max-cover", one, "number of sites (--p)")
    radius = _needed(radius, "max-cover", one, "radius (--radius)")
    costs = CoverCosts(one.costs, radius)
    question = Question(costs, one.weight, p, p, ceiling=np.ones(costs.clients))
    row = _answered(one, "max-cover", p, question, limit, seed)
    total = float(one.weight.sum())
    assert row.objective is not None
    assert row.bound is not None
    covered, most = total - row.objective, total - row.bound
    gap = 0.0 if row.status == "proved" else (most - covered) / max(covered, 1e-300)
    return Row(row.instance, row.n, p, "max-cover", covered, most, gap, row.seconds, row.status,
               row.sites, row.prepare_seconds)  # fmt: skip


def _center(
    one: Published, p: int | None, _radius: float | None, limit: float | None, seed: int
) -> Row:
    from knutpunkt.engines.location.center import solve_center

    p = _needed(p, "p-center", one, "number of sites (--p)")
    found = solve_center(one.costs, p, time_limit=limit, seed=seed)
    return _row(one, "p-center", p, found)


def _worst(
    one: Published, p: int | None, share: float | None, limit: float | None, seed: int
) -> Row:
    from knutpunkt.engines.location.worst import solve_worst

    p = _needed(p, "worst-share", one, "number of sites (--p)")
    share = _needed(share, "worst-share", one, "share of the worst-off (--share)")
    question = Question(one.costs, one.weight, p, p)
    found = solve_worst(question, share, time_limit=limit, seed=seed)
    return _row(one, "worst-share", p, found.answer)


def _cpmp(
    one: Published, p: int | None, _radius: float | None, limit: float | None, seed: int
) -> Row:
    from knutpunkt.engines.location.capacity import CapacitatedQuestion, solve_capacitated

    capacity = _needed(one.capacity, "cpmp", one, "capacity")
    demand = _needed(one.demand, "cpmp", one, "demand")
    cost = one.costs.of(np.arange(one.costs.sites))
    question = CapacitatedQuestion(
        cost=cost, demand=demand, capacity=capacity, opening_cost=one.opening, count=p, single=True
    )
    return _row(one, "cpmp", p, solve_capacitated(question, time_limit=limit, seed=seed))


def _needed(value: T | None, model: str, one: Published, missing: str) -> T:
    if value is None:
        raise ModelUnfit(model=model, instance=one.name, missing=missing)
    return value


def _answered(
    one: Published, model: str, p: int | None, question: Question, limit: float | None, seed: int
) -> Row:
    from knutpunkt.engines.location.answering import answered

    return _row(one, model, p, answered(question, time_limit=limit, seed=seed))


def _row(one: Published, model: str, p: int | None, found: Any) -> Row:
    return Row(
        one.name, one.costs.clients, p, model, found.objective, found.bound, found.gap,
        found.seconds, found.status, tuple(int(site) for site in found.sites),
        one.prepare_seconds,
    )  # fmt: skip
