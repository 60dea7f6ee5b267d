"""The dual of covering by a primal-dual method: payments and shares of sites kept in balance.

Source: Applegate et al. (2021), Practical Large-Scale Linear Programming using Primal-Dual Hybrid
Gradient,
https://proceedings.neurips.cc/paper/2021/hash/a8fbbd3b11424ce032ba813493d95ad7-Abstract.html.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.covering import Cover
from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats

#: Trials for the price at which the shares add up.
TRIALS = 100


class Scales(NamedTuple):
    """Length of a step of each site and of each client."""

    site: Floats
    client: Floats


class Balance(NamedTuple):
    """Shares of the sites, what clients pay, what sites take, how far clients are covered.

    Then the sums of shares and payments over the rounds, of which the mean is a point by itself.
    """

    share: Floats
    paid: Floats
    taken: Floats
    covered: Floats
    shares: Floats
    payments: Floats


@kernel
def gathered(cover: Cover, paid: Floats, taken: Floats) -> None:
    """What each site takes of its clients' payments."""
    for j in range(len(taken)):
        total = 0.0
        for e in range(cover.begins[j], cover.begins[j + 1]):
            total += paid[cover.client[e]]
        taken[j] = total


@kernel
def spread(cover: Cover, share: Floats, covered: Floats) -> None:
    """How far each client is covered by shares of sites."""
    for i in range(len(covered)):
        total = 0.0
        for f in range(cover.start[i], cover.start[i + 1]):
            total += share[cover.site[f]]
        covered[i] = total


@kernel
def _counted(share: Floats, step: Floats, many: float) -> None:
    """Lower all shares by their step times one price so that, cut to 0 and 1, they add up."""
    low, high = np.inf, -np.inf
    for j in range(len(share)):
        low = min(low, (share[j] - 1.0) / step[j])
        high = max(high, share[j] / step[j])
    price = min(max(0.0, low), high)
    for _ in range(TRIALS):
        total = slope = 0.0
        for j in range(len(share)):
            value = share[j] - step[j] * price
            if value >= 1.0:
                total += 1.0
            elif value > 0.0:
                total += value
                slope += step[j]
        if abs(total - many) <= 1e-10 * many:
            break
        if total > many:
            low = price
        else:
            high = price
        price = price + (total - many) / slope if slope > 0 else low
        if not low < price < high:
            price = (low + high) / 2
    for j in range(len(share)):
        share[j] = min(1.0, max(0.0, share[j] - step[j] * price))


@kernel
def balanced(
    cover: Cover, scales: Scales, many: float, weight: float, rounds: int, now: Balance
) -> None:
    """Some rounds; ``weight`` says how long steps of sites are beside those of clients."""
    before = np.empty(len(now.covered))
    step = weight * scales.site
    for _ in range(rounds):
        before[:] = now.covered
        for j in range(len(step)):
            now.share[j] += step[j] * now.taken[j]
        _counted(now.share, step, many)
        spread(cover, now.share, now.covered)
        for i in range(len(before)):
            excess = 2.0 * now.covered[i] - before[i] - 1.0
            value = now.paid[i] - scales.client[i] / weight * excess
            now.paid[i] = min(cover.worth[i], max(0.0, value))
        gathered(cover, now.paid, now.taken)
        now.shares[:] += now.share
        now.payments[:] += now.paid
