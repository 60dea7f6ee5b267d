"""The dual climbed, on one thread in one go or block by block on many."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.instance import Instance
from knutpunkt.engines.location.kernels import dual

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pace:
    """How the dual is climbed.

    Parameters
    ----------
    rounds
        At most.
    factor
        Polyak's factor at first.
    deflection
        How much of the old direction stays in the new one.
    decay, patience
        By what the factor shrinks after so many rounds without a better bound.
    least
        The factor at which the climb ends.
    """

    rounds: int = 120
    factor: float = 1.5
    deflection: float = 0.85
    decay: float = 0.87
    patience: int = 12
    least: float = 1e-3


@dataclass(frozen=True, eq=False)
class Climb:
    """Where a climb came to.

    Parameters
    ----------
    bound
        Best bound; infinite when no choice obeys the counts.
    paid
        What each client pays there, shape ``(clients,)``.
    price
        What each site costs there, shape ``(sites,)``.
    often
        In what share of the rounds each site was among the cheapest, shape ``(sites,)``.
    rounds, work
        How far it was, and how many entries were looked at.
    """

    bound: float
    paid: Floats
    price: Floats
    often: Floats
    rounds: int
    work: int


def climbed(
    at: Instance, paid: Floats, scale: Floats, *, target: float, enough: float, pace: Pace,
    stop: Callable[[], bool] | None = None,
) -> Climb:  # fmt: skip
    """Climb the dual from some payments.

    Parameters
    ----------
    paid, scale
        Where to begin, and the local scale of costs, shape ``(clients,)``.
    target, enough
        Objective of the best plan, and the bound at which nothing better can be found.
    stop
        Asked between rounds where these are long.
    """
    first = np.clip(paid, at.low, at.cap)
    if len(at.blocks.spans) > 1:
        return _climbed_in_blocks(at, first, scale, target, enough, pace, stop)
    often = np.zeros(at.sites)
    pacing = dual.Pacing(
        float(target), float(enough), pace.rounds, pace.factor, pace.deflection, pace.decay,
        pace.patience, pace.least,
    )  # fmt: skip
    bound, best, price, rounds = dual.ascended(
        at.as_lists, at.low, scale, at.priced, at.counts, at.constant, first, pacing, often
    )
    work = (int(rounds) + 1) * len(at.lists.site)
    return Climb(float(bound), best, price, often / max(1, rounds), int(rounds), work)


class _Slope:
    """Direction and payments of a climb whose rounds are shared by threads."""

    def __init__(self, at: Instance, scale: Floats) -> None:
        self.at, self.scale = at, scale
        self.direction = np.zeros(at.clients)
        self._prices = np.empty((len(at.blocks.spans), at.sites))

    def moved(self, base: Floats, step: float) -> tuple[float, Floats, Floats, NDArray[np.bool_]]:
        """Bound, payments, prices and cheapest sites after a step."""
        at, paid = self.at, np.empty(self.at.clients)
        self._prices[:] = 0.0

        def one(block: int, begin: int, end: int) -> float:
            return float(dual.moved(
                at.as_lists, at.low, self.scale, base, self.direction, step, paid,
                self._prices[block], begin, end,
            ))  # fmt: skip

        total = sum(at.blocks.run(one))
        price = at.priced + self._prices.sum(axis=0)
        chosen, worth = at.cheapest(price)
        return at.constant + total + worth, paid, price, chosen

    def turned(self, paid: Floats, deflection: float, chosen: NDArray[np.bool_]) -> float:
        """Turn towards the new subgradient; its scaled length squared."""
        at = self.at
        chosen = chosen & ~at.forced
        return sum(at.blocks.run(lambda _, begin, end: float(dual.turned_towards(
            at.as_lists, at.low, self.scale, paid, self.direction, deflection, chosen, begin, end
        ))))  # fmt: skip


def _climbed_in_blocks(
    at: Instance, first: Floats, scale: Floats, target: float, enough: float, pace: Pace,
    stop: Callable[[], bool] | None,
) -> Climb:  # fmt: skip
    slope, often = _Slope(at, scale), np.zeros(at.sites)
    now, paid, price, chosen = slope.moved(first, 0.0)
    best, best_at = now, (paid, price, chosen)
    factor, idle, rounds = pace.factor, 0, 0
    while rounds < pace.rounds and now < np.inf and best <= enough and not (stop and stop()):
        length = slope.turned(paid, pace.deflection, chosen)
        if length == 0:
            break
        now, paid, price, chosen = slope.moved(paid, factor * (target - now) / length)
        rounds += 1
        often += chosen
        idle = 0 if now > best + 1e-7 * abs(best) else idle + 1
        if now > best:
            best, best_at = now, (paid, price, chosen)
        if idle >= pace.patience:
            factor, idle = factor * pace.decay, 0
            now, (paid, price, chosen) = best, best_at
            slope.direction[:] = 0
            if factor < pace.least:
                break
    work = (rounds + 1) * len(at.lists.site)
    return Climb(best, best_at[0], best_at[1], often / max(1, rounds), rounds, work)
