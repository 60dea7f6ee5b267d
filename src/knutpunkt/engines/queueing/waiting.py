"""How long somebody who comes now will wait: read from the state, told with its uncertainty.

Nobody waits while a suitable counter is free. Otherwise the wait ends with the departure after
those of everybody ahead, so it is the time in which the open counters complete ``ahead + 1``
services. The counters' present services are past their beginning, which says how much is left of
them: a service that has lasted long will, where services vary much, last longer still. This is
the queue-length predictor QL of Ibrahim & Whitt (2009), Manufacturing & Service Operations
Management 11(3): 397-415, doi:10.1287/msom.1080.0223, with the remaining services known and with
a spread beside its mean; who gives up on the way enters as in Whitt (1999), Management Science
45(6): 870-888, doi:10.1287/mnsc.45.6.870.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from knutpunkt.engines.queueing.figures import not_negative, positive

Z90 = 1.2815515655446004
ROOT_TWO = math.sqrt(2)
NEVER_LONGER = 1e-12
TOKEN = 0.05
NO_TIME = 1e-9


@dataclass(frozen=True, slots=True)
class Pace:
    """How long services take: mean in minutes, and coefficient of variation."""

    mean: float
    cv: float

    def __post_init__(self) -> None:
        positive("mean service time", self.mean)
        not_negative("coefficient of variation", self.cv)


@dataclass(frozen=True, slots=True)
class Busy:
    """A counter with somebody at it: for how many minutes, and how long that usually takes."""

    minutes: float
    pace: Pace

    def __post_init__(self) -> None:
        not_negative("time at the counter", self.minutes)


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes until being called: exceeded by nine in ten, by half, and by one in ten."""

    low: float
    mid: float
    high: float


NO_WAIT = Wait(0.0, 0.0, 0.0)


def wait(
    *,
    ahead: float,
    pace: Pace,
    busy: Sequence[Busy],
    free: int = 0,
    giving_up: float = 0.0,
) -> Wait | None:
    """Predict the wait of somebody who joins the queue now.

    Parameters
    ----------
    ahead
        People who will be called before; a fraction where some of them will be called by counters
        that do not serve this visitor.
    pace
        Service times of those ahead, mixed as they wait (see :func:`mixed`).
    busy
        The suitable counters that have somebody now.
    free
        Suitable counters that have nobody.
    giving_up
        How fast each who waits gives up, per minute: 1 / mean patience.

    Returns
    -------
    Wait or None
        Quantiles in minutes; nothing when no suitable counter is open.

    Raises
    ------
    FigureUnusable
        When a figure is no number or below zero.
    """
    not_negative("number of people ahead", ahead)
    not_negative("rate of giving up", giving_up)
    counters = len(busy) + free
    if not counters:
        return None
    if ahead < free:
        return NO_WAIT
    behind = ahead - free
    scatter = _scatter(behind, counters, pace.cv)
    services = _who_stays(behind + (1 + scatter) / 2, giving_up * pace.mean / counters)
    first = [Busy(0.0, pace)] * free + list(busy)
    mean = _time_to_complete(services, [_first_service(one) for one in first], pace.mean)
    return _quantiles(mean, mean * mean * scatter / (behind + 1))


def mixed(paces: Sequence[tuple[float, Pace]]) -> Pace:
    """Pace of services of several kinds, each with its weight.

    Raises
    ------
    FigureUnusable
        When the weights do not sum to something above zero.
    """
    total = positive("sum of weights", sum(weight for weight, _pace in paces))
    mean = sum(weight * pace.mean for weight, pace in paces) / total
    square = sum(weight * pace.mean**2 * (1 + pace.cv**2) for weight, pace in paces) / total
    return Pace(mean, math.sqrt(max(0.0, square / mean**2 - 1)))


def remaining(one: Busy) -> float:
    """Mean minutes left of a service that has lasted a while: lognormal of the given pace.

    With no variation it is what is missing to the mean, and a token once that has passed.
    """
    if one.minutes <= one.pace.mean * NO_TIME:
        return one.pace.mean
    spread = math.log1p(one.pace.cv**2)
    if spread < NEVER_LONGER:
        return max(one.pace.mean - one.minutes, one.pace.mean * TOKEN)
    root = math.sqrt(spread)
    beyond = (math.log(one.minutes / one.pace.mean) + spread / 2) / root
    still = math.erfc(beyond / ROOT_TWO)
    if still < NEVER_LONGER:
        return one.pace.mean
    left = one.pace.mean * math.erfc((beyond - root) / ROOT_TWO) / still - one.minutes
    return max(left, one.pace.mean * NO_TIME)


def _who_stays(departures: float, leaving: float) -> float:
    """Services until the wait ends, of ``departures`` when some of those ahead give up.

    Sum of 1 / (1 + i * leaving) for each i below ``departures``, as an integral.
    """
    if leaving <= 0 or departures <= 1:
        return departures
    return 1 + math.log((1 + (departures - 0.5) * leaving) / (1 + leaving / 2)) / leaving


def _scatter(behind: float, counters: int, cv: float) -> float:
    """Variance per mean of the services completed: of many counters at first as if at random.

    Later, and at a single counter, it is that of the services themselves: a renewal process
    counts with cv squared (Cox 1962, Renewal Theory, section 4.5).
    """
    at_random = (counters - 1) / (counters + behind)
    return at_random + (1 - at_random) * cv * cv


def _first_service(one: Busy) -> tuple[float, float]:
    """Minutes left at a counter, and how much the service in progress counts for.

    A renewal process that begins afresh runs (1 + cv squared) / 2 behind or ahead of its pace, so
    that the counters together keep the usual pace whenever one looks (Cox 1962, section 4.2).
    """
    return remaining(one), (1 + one.pace.cv**2) / 2


def _time_to_complete(services: float, firsts: Sequence[tuple[float, float]], mean: float) -> float:
    """Minutes in which counters complete services: the ones in progress, then at the mean."""
    rate = sum(counts / minutes for minutes, counts in firsts)
    done = at = 0.0
    for minutes, counts in sorted(firsts):
        reached = done + rate * (minutes - at)
        if reached >= services:
            break
        done, at = reached, minutes
        rate += 1 / mean - counts / minutes
    return at + (services - done) / rate


def _quantiles(mean: float, variance: float) -> Wait:
    """Tell a gamma distribution's quantiles by Wilson & Hilferty's cube (1931)."""
    if variance <= NEVER_LONGER * mean * mean:
        return Wait(mean, mean, mean)
    shape = mean * mean / variance
    middle, step = 1 - 1 / (9 * shape), Z90 / (3 * math.sqrt(shape))
    low, mid, high = (max(0.0, middle + z * step) ** 3 * mean for z in (-1, 0, 1))
    return Wait(low, mid, high)
