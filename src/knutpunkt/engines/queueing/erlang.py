"""Queues in the long run: how many must wait, how long, how many leave, how many counters it takes.

Arrivals are a Poisson stream and services exponential: Erlang C when everybody stays (M/M/n),
Erlang A when each visitor leaves after an exponential patience (M/M/n+M). All rates are per hour.

Mandelbaum & Zeltyn (2007), "Service engineering in action: the Palm/Erlang-A queue", in Advances
in Services Innovations, 17-45, doi:10.1007/978-3-540-29860-1_2. Square-root staffing: Halfin &
Whitt (1981), Operations Research 29(3): 567-588, doi:10.1287/opre.29.3.567.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from knutpunkt.engines.queueing.errors import Overloaded, QueueTooLong
from knutpunkt.engines.queueing.figures import not_negative, positive, share, whole

MOST_STATES = 5_000_000
MOST_COUNTERS = 1_000_000
NEGLIGIBLE = 1e-18
LARGE = 1e200


@dataclass(frozen=True, slots=True)
class LongRun:
    """A queue in the long run. Times are in hours and count everybody, also who leaves."""

    wait_probability: float
    mean_wait: float
    mean_queue: float
    abandon_probability: float
    occupancy: float


def wait_probability(*, arrivals: float, service_rate: float, counters: int) -> float:
    """Share of visitors who must wait when everybody stays: Erlang C.

    Parameters
    ----------
    arrivals, service_rate
        Visitors who come, and whom one counter serves, per hour.
    counters
        Counters open.

    Raises
    ------
    FigureUnusable
        When a figure is no number or below what it can be.
    Overloaded
        When more arrive than can be served.
    """
    load = not_negative("arrival rate", arrivals) / positive("service rate", service_rate)
    whole("number of counters", counters, least=1)
    if load >= counters:
        raise Overloaded(arrivals=arrivals, capacity=counters * service_rate)
    if load == 0:
        return 0.0
    blocked = 1 / _inverse_blocking(load, counters)
    return blocked / (1 - load / counters * (1 - blocked))


def long_run(
    *, arrivals: float, service_rate: float, counters: int, patience_rate: float = 0.0
) -> LongRun:
    """Describe the queue in the long run: Erlang C, or Erlang A where visitors leave.

    Parameters
    ----------
    arrivals, service_rate
        Visitors who come, and whom one counter serves, per hour.
    counters
        Counters open.
    patience_rate
        How fast who waits gives up, per hour: 1 / mean patience. 0 means that everybody stays.

    Returns
    -------
    LongRun
        Shares, hours and people.

    Raises
    ------
    FigureUnusable
        When a figure is no number or below what it can be.
    Overloaded
        When more arrive than can be served and nobody leaves.
    QueueTooLong
        When some leave, but so late that millions would wait.
    """
    if not_negative("rate of giving up", patience_rate) == 0:
        return _everybody_stays(arrivals, service_rate, counters)
    positive("service rate", service_rate)
    whole("number of counters", counters, least=1)
    if not_negative("arrival rate", arrivals) == 0:
        return LongRun(0.0, 0.0, 0.0, 0.0, 0.0)
    below = _inverse_blocking(arrivals / service_rate, counters) - 1
    here, people = _waiting_states(arrivals, counters * service_rate, patience_rate, below)
    waits, queue = here, people
    leaving = patience_rate * queue / arrivals
    busy = arrivals * (1 - leaving) / (counters * service_rate)
    return LongRun(waits, queue / arrivals, queue, leaving, busy)


def served_within(hours: float, *, arrivals: float, service_rate: float, counters: int) -> float:
    """Share of visitors called within a time when everybody stays: the service level.

    Raises
    ------
    FigureUnusable, Overloaded
        As for :func:`wait_probability`.
    """
    must_wait = wait_probability(arrivals=arrivals, service_rate=service_rate, counters=counters)
    spare = counters * service_rate - arrivals
    return 1 - must_wait * math.exp(-spare * not_negative("time", hours))


def counters_needed(
    *,
    arrivals: float,
    service_rate: float,
    patience_rate: float = 0.0,
    must_wait: float = 1.0,
    mean_wait: float = math.inf,
    leaving: float = 1.0,
) -> int:
    """Fewest counters with which a queue keeps what is promised.

    Parameters
    ----------
    arrivals, service_rate, patience_rate
        Per hour, as for :func:`long_run`.
    must_wait, leaving
        Largest share who must wait, and who leave.
    mean_wait
        Longest mean wait in hours.

    Returns
    -------
    int
        Counters, at least 1.

    Raises
    ------
    FigureUnusable
        When a figure cannot be reckoned with, or a promise cannot be kept with any number.
    """
    share("share who must wait", positive("share who must wait", must_wait))
    share("share who leave", positive("share who leave", leaving))
    if mean_wait != math.inf:
        positive("mean wait", mean_wait)

    def kept(counters: int) -> bool:
        try:
            found = long_run(
                arrivals=arrivals,
                service_rate=service_rate,
                counters=counters,
                patience_rate=patience_rate,
            )
        except (Overloaded, QueueTooLong):
            return False
        shares = found.wait_probability <= must_wait and found.abandon_probability <= leaving
        return shares and found.mean_wait <= mean_wait

    return _fewest(kept)


def square_root_staffing(*, arrivals: float, service_rate: float, must_wait: float) -> float:
    """Counters by the square-root rule, load + beta * sqrt(load): a line to check others against.

    ``beta`` solves Halfin and Whitt's limit of the share who must wait. Not rounded.

    Raises
    ------
    FigureUnusable
        When a figure cannot be reckoned with.
    """
    share("share who must wait", positive("share who must wait", must_wait))
    load = not_negative("arrival rate", arrivals) / positive("service rate", service_rate)
    return load + _beta(must_wait) * math.sqrt(load)


def _fewest(kept: Callable[[int], bool]) -> int:
    """Double until it is enough, then halve: one more counter never makes it worse."""
    too_few, enough = 0, 1
    while not kept(enough):
        too_few, enough = enough, whole("number of counters needed", enough * 2, most=MOST_COUNTERS)
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        too_few, enough = (too_few, middle) if kept(middle) else (middle, enough)
    return enough


def _everybody_stays(arrivals: float, service_rate: float, counters: int) -> LongRun:
    must_wait = wait_probability(arrivals=arrivals, service_rate=service_rate, counters=counters)
    spare = counters * service_rate - arrivals
    wait = must_wait / spare
    return LongRun(must_wait, wait, arrivals * wait, 0.0, arrivals / (counters * service_rate))


def _inverse_blocking(load: float, counters: int) -> float:
    """1 / Erlang B, by the recursion that only ever adds: 1/B(n) = 1 + n/a * 1/B(n-1)."""
    inverse = 1.0
    for n in range(1, counters + 1):
        inverse = 1 + inverse * n / load
    return inverse


def _waiting_states(
    arrivals: float, capacity: float, patience_rate: float, below: float
) -> tuple[float, float]:
    """Probability that all counters are taken, and the mean number who wait.

    The chain is walked upwards from "all taken, nobody waits", whose weight is 1; ``below`` is
    the weight of all states with a free counter.
    """
    _few_enough((arrivals - capacity) / patience_rate)
    weight, states, people, length = 1.0, 1.0, 0.0, 0
    while True:
        length += 1
        ratio = arrivals / (capacity + length * patience_rate)
        weight *= ratio
        states += weight
        people += weight * length
        if ratio < 1 and weight * length < NEGLIGIBLE * (1 - ratio) * (people + states):
            break
        if length > MOST_STATES:
            raise QueueTooLong(states=length, most=MOST_STATES)
        if weight > LARGE:
            weight, states, people, below = (x / LARGE for x in (weight, states, people, below))
    return states / (states + below), people / (states + below)


def _few_enough(peak: float) -> None:
    if peak > MOST_STATES / 2:
        raise QueueTooLong(states=peak, most=MOST_STATES)


def _beta(must_wait: float) -> float:
    """Solve 1 / (1 + beta * Phi(beta) / phi(beta)) = must_wait by halving; it falls with beta."""
    low, high = 0.0, 10.0
    for _halving in range(60):
        beta = (low + high) / 2
        above = math.erfc(-beta / math.sqrt(2)) / 2 * math.sqrt(2 * math.pi)
        limit = 1 / (1 + beta * above * math.exp(beta * beta / 2))
        low, high = (beta, high) if limit > must_wait else (low, beta)
    return low
