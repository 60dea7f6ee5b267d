"""The ascent of the bound where sites have loads: knapsacks, then the cheapest permitted sites.

Sources: Held, Wolfe and Crowder (1974), Mathematical Programming 6: 62-88, doi:10.1007/BF01580223;
Camerini, Fratta and Maffioli (1975), Mathematical Programming Study 3: 26-34 (the deflection).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.choice import chosen_of
from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.knapsacks import broken_knapsacks, whole_knapsacks
from knutpunkt.engines.location.kernels.types import Counts, Floats, Mask, Starts

DEFLECTION = 0.7
PATIENCE = 15
STEP_DECAY = 0.75
FIRST_STEP = 1.2
SMALLEST_STEP = 2e-3
# Share of the old in the running means.
MEMORY = 0.95
# Without a plan the steps aim at this share above the bound.
HOPE = 0.05

# Places in the state that one stretch of steps hands to the next.
STEP, WAITED, BEST_BOUND = range(3)


class Terms(NamedTuple):
    """A case as plain arrays.

    ``cost`` is ``(sites, clients)``; ``opening`` counts the prices of the rules in, and ``owed``
    is what these add to every bound; ``sizes`` and ``ranges`` (most, least) are the whole loads,
    empty when there are none.
    """

    cost: Floats
    opening: Floats
    owed: float
    demand: Floats
    capacity: Floats
    least: Floats
    sizes: Starts
    ranges: Starts
    forced: Mask
    counts: Counts


class Climber(NamedTuple):
    """Where an ascent stands; every array changes in place, ``state`` as its constants say.

    ``mean`` is the running mean of the relaxed plans, empty where nobody asks for it; ``often``
    that of the open sites.
    """

    served: Floats
    best_served: Floats
    direction: Floats
    mean: Floats
    often: Floats
    state: Floats


@kernel
def valued(now: Terms, served: Floats) -> tuple[Floats, Floats]:
    """Value and members of every site's cheapest load at given prices."""
    if len(now.sizes) > 0:
        return whole_knapsacks(now.cost, served, now.sizes, now.ranges[0], now.ranges[1])
    return broken_knapsacks(now.cost, served, now.demand, now.capacity, now.least)


@kernel
def cheapest_sites(reduced: Floats, forced: Mask, counts: Counts, chosen: Mask) -> float:
    """Choose the cheapest sites that obey the counts; the sum, infinite if none do."""
    chosen[:] = forced
    total = chosen_of(reduced, counts, chosen)
    for site in range(len(forced)):
        if forced[site]:
            total += reduced[site]
    return total


@kernel
def climb(
    now: Terms, climber: Climber, upper: float, target: float, steps: int
) -> tuple[int, bool]:
    """Take steps, changing the climber; how many, and whether more may help."""
    for step in range(steps):
        bound = _relaxed(now, climber)
        climber.state[WAITED] += 1
        if bound > climber.state[BEST_BOUND]:
            climber.state[BEST_BOUND], climber.state[WAITED] = bound, 0
            climber.best_served[:] = climber.served
        if climber.state[BEST_BOUND] > target or not _stepped(climber, bound, upper):
            return step + 1, False
    return steps, True


@kernel
def _relaxed(now: Terms, climber: Climber) -> float:
    """Evaluate the bound at the climber's prices and turn its direction and means."""
    value, taken = valued(now, climber.served)
    reduced = value + now.opening
    chosen = np.zeros(len(reduced), np.bool_)
    bound = cheapest_sites(reduced, now.forced, now.counts, chosen)
    bound += climber.served.sum() + now.owed
    if not np.isfinite(bound):
        return np.inf
    climber.direction[:] *= DEFLECTION
    climber.direction[:] += 1.0
    climber.often[:] *= MEMORY
    climber.mean[:] *= MEMORY
    for site in range(len(chosen)):
        if chosen[site]:
            climber.direction[:] -= taken[site]
            climber.often[site] += 1 - MEMORY
            if len(climber.mean) > 0:
                climber.mean[site] += (1 - MEMORY) * taken[site]
    return float(bound)


@kernel
def _stepped(climber: Climber, bound: float, upper: float) -> bool:
    """Move the prices along the direction, back from the best ones after waiting long."""
    state, direction = climber.state, climber.direction
    norm = (direction**2).sum()
    if state[WAITED] >= PATIENCE or norm == 0.0:
        state[STEP] *= STEP_DECAY
        state[WAITED] = 0
        climber.served[:] = climber.best_served
        direction[:] = 0.0
        return bool(state[STEP] >= SMALLEST_STEP)
    aim = upper if np.isfinite(upper) else bound + HOPE * abs(bound) + 1.0
    length = state[STEP] * max(aim - bound, 0.0) / norm
    climber.served[:] += length * direction
    return True
