"""The Lagrangian dual of assignment: what everybody would pay, and which sites that makes cheap.

With a price ``paid[i]`` per person for being served at all, a site is worth what its clients would
pay above their cost: its price is ``opening[j] - sum of weight[i] * (paid[i] - cost[i, j])+``.
The sum of all payments and of the prices of the cheapest permitted sites is below the objective
of every plan.
Payments move along a deflected subgradient whose components are scaled by the local cost
(nearest and second nearest chosen site), with Polyak's step towards the best plan known.

Sources: Fisher (1981), Management Science 27(1): 1-18; Camerini, Fratta
and Maffioli (1975), Mathematical Programming Study 3: 26-34.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.choice import chosen_of
from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import ZERO, Counts, Floats, Lists, Mask


class Pacing(NamedTuple):
    """How the dual is climbed.

    ``target`` is the objective of the best plan, ``enough`` the bound that proves it; then how
    many rounds, Polyak's factor, how much of the old direction stays, by what the factor shrinks
    after so many rounds without a better bound, and at which factor that ends.
    """

    target: float
    enough: float
    rounds: int
    factor: float
    deflection: float
    decay: float
    patience: int
    least: float


class Climbing(NamedTuple):
    """Payments, direction, prices and cheapest sites now, and at the best bound."""

    paid: Floats
    direction: Floats
    price: Floats
    chosen: Mask
    best_paid: Floats
    best_price: Floats
    best_chosen: Mask


@kernel
def moved(
    lists: Lists, low: Floats, scale: Floats, base: Floats, direction: Floats, step: float,
    paid: Floats, price: Floats, begin: int, end: int,
) -> float:  # fmt: skip
    """Move the payments of some rows and gather what sites are worth; the sum of payments."""
    total = 0.0
    for i in range(begin, end):
        value = min(lists.cap[i], base[i] + step * scale[i] * direction[i])
        value = max(low[i], value)
        paid[i] = value
        people = lists.weight[i]
        total += people * value
        for e in range(lists.start[i], lists.start[i + 1]):
            if lists.cost[e] >= value:
                break
            price[lists.site[e]] -= people * (value - lists.cost[e])
    return total


@kernel
def turned_towards(
    lists: Lists, low: Floats, scale: Floats, paid: Floats, direction: Floats, deflection: float,
    chosen: Mask, begin: int, end: int,
) -> float:  # fmt: skip
    """Turn the direction of some rows by the new subgradient; the scaled square of its length."""
    length = 0.0
    for i in range(begin, end):
        value = paid[i]
        served = 0
        for e in range(lists.start[i], lists.start[i + 1]):
            if lists.cost[e] >= value:
                break
            if chosen[lists.site[e]]:
                served += 1
        slope = 1.0 - served
        if (slope > 0 and value >= lists.cap[i]) or (slope < 0 and value <= low[i]):
            slope = 0.0
        turn = slope + deflection * direction[i]
        direction[i] = turn
        length += lists.weight[i] * scale[i] * turn * turn
    return length


@kernel
def _bound(
    lists: Lists, low: Floats, scale: Floats, opening: Floats, counts: Counts, constant: float,
    step: float, now: Climbing,
) -> float:  # fmt: skip
    """The bound after a step; payments, prices and cheapest sites are those of the step."""
    for j in range(len(opening)):
        now.price[j] = opening[j]
    total = moved(
        lists, low, scale, now.paid, now.direction, step, now.paid, now.price, ZERO, len(now.paid)
    )
    return constant + total + chosen_of(now.price, counts, now.chosen)


# Element by element: assigning a slice compiles numpy's words for arrays that do not fit.
@kernel
def _kept(now: Climbing) -> None:
    for i in range(len(now.paid)):
        now.best_paid[i] = now.paid[i]
    for j in range(len(now.price)):
        now.best_price[j], now.best_chosen[j] = now.price[j], now.chosen[j]


@kernel
def _back_at_best(now: Climbing) -> None:
    for i in range(len(now.paid)):
        now.paid[i], now.direction[i] = now.best_paid[i], 0.0
    for j in range(len(now.price)):
        now.price[j], now.chosen[j] = now.best_price[j], now.best_chosen[j]


@kernel
def ascended(
    lists: Lists, low: Floats, scale: Floats, opening: Floats, counts: Counts, constant: float,
    first: Floats, pace: Pacing, often: Floats,
) -> tuple[float, Floats, Floats, int]:  # fmt: skip
    """Climb from some payments; the best bound, its payments and prices, and the rounds.

    ``constant`` is what fixed sites cost. ``often`` counts how many rounds had each site among
    the cheapest, shape ``(sites,)``. The bound is infinite when no choice obeys the counts.
    """
    sites = len(opening)
    now = Climbing(
        first.copy(), np.zeros(len(first)), opening.copy(), np.zeros(sites, np.bool_),
        first.copy(), opening.copy(), np.zeros(sites, np.bool_),
    )  # fmt: skip
    value = best = _bound(lists, low, scale, opening, counts, constant, 0.0, now)
    _kept(now)
    factor, idle, rounds = pace.factor, 0, 0
    while best <= pace.enough and rounds < pace.rounds and factor >= pace.least:
        length = turned_towards(
            lists, low, scale, now.paid, now.direction, pace.deflection, now.chosen, ZERO, len(low)
        )
        if length == 0.0:
            break
        step = factor * (pace.target - value) / length
        value = _bound(lists, low, scale, opening, counts, constant, step, now)
        rounds += 1
        for k in range(len(counts.free)):
            often[counts.free[k]] += now.chosen[counts.free[k]]
        idle = 0 if value > best + 1e-7 * abs(best) else idle + 1
        if value > best:
            best = value
            _kept(now)
        if idle >= pace.patience:
            factor, idle = factor * pace.decay, 0
            _back_at_best(now)
            value = best
    return best, now.best_paid, now.best_price, rounds
