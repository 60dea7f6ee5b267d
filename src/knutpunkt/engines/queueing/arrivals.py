"""When visitors come: an inhomogeneous Poisson stream over the day and the calendar.

The shape of a day and the weights of days are assumptions, stated here and to be replaced by what
offices have measured. They lean on this: declarations are handed in until the first days of May
(http://www.ostrasmaland.se/kalmar/en-dags-respit-med-deklarationen/), and benefits are paid late
in the month.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from random import Random

from knutpunkt.engines.queueing.errors import FigureUnusable
from knutpunkt.engines.queueing.figures import not_negative, positive

#: Assumed weight of each point of an opening day, evenly spaced from opening to closing: a queue
#: at the door, a hump in the morning, a smaller one after lunch, few before closing.
USUAL_DAY = (1.1, 1.5, 1.35, 1.0, 0.85, 1.0, 1.05, 0.8, 0.45)
#: Assumed weight of each weekday, from Monday.
USUAL_WEEK = (1.28, 1.06, 0.97, 0.93, 0.76, 0.5, 0.3)
DECLARATION_FROM, DECLARATION_TO = (4, 20), (5, 4)
DECLARATION = 1.35
LATE_IN_MONTH_FROM, LATE_IN_MONTH_TO = 18, 26
LATE_IN_MONTH = 1.1
SUMMER_MONTH, SUMMER = 7, 0.78
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Shape:
    """Weights at evenly spaced points, straight lines between; mean 1 over the day."""

    weights: tuple[float, ...]
    until: tuple[float, ...]

    def place(self, reached: float) -> float:
        """Where in the day, 0 to 1, a share of all arrivals has come."""
        k = bisect_left(self.until, min(reached, 1.0))
        before = self.until[k - 1] if k else 0.0
        low, high = self.weights[k], self.weights[k + 1]
        part = _within(max(0.0, reached - before) * len(self.until), low, high)
        return (k + min(1.0, part)) / len(self.until)


def shape(weights: Sequence[float] = USUAL_DAY) -> Shape:
    """Make the shape of a day from weights at evenly spaced points, first and last included.

    Raises
    ------
    FigureUnusable
        When there are fewer than two points, one is below zero, or all are zero.
    """
    if len(weights) < 2:  # noqa: PLR2004  # a line has two ends
        raise FigureUnusable(
            what="shape of a day", found=list(weights), wanted="two points or more"
        )
    for weight in weights:
        not_negative("weight in the shape of a day", weight)
    pieces = [(a + b) / 2 for a, b in pairwise(weights)]
    mean = positive("sum of the shape of a day", sum(pieces)) / len(pieces)
    until, total = [], 0.0
    for piece in pieces:
        total += piece / mean / len(pieces)
        until.append(total)
    until[-1] = 1.0
    return Shape(tuple(weight / mean for weight in weights), tuple(until))


def weight_of(day: date) -> float:
    """How many come on a day against a usual one: weekday, declarations, benefits, July."""
    weight = USUAL_WEEK[day.weekday()]
    if DECLARATION_FROM <= (day.month, day.day) <= DECLARATION_TO:
        weight *= DECLARATION
    if LATE_IN_MONTH_FROM <= day.day <= LATE_IN_MONTH_TO:
        weight *= LATE_IN_MONTH
    if day.month == SUMMER_MONTH:
        weight *= SUMMER
    return weight


def arrivals(rng: Random, expected: float, of_day: Shape) -> Iterator[float]:
    """Yield the moments at which visitors come, 0 at opening to 1 at closing, in order.

    Unit exponential steps of the cumulative intensity: an exact Poisson stream.

    Raises
    ------
    FigureUnusable
        When the expected number is no number or below zero.
    """
    not_negative("expected number of visitors", expected)
    reached = rng.expovariate(1.0)
    while reached < expected:
        yield of_day.place(reached / expected)
        reached += rng.expovariate(1.0)


def _within(area: float, low: float, high: float) -> float:
    """Where, 0 to 1, a straight line from low to high has covered an area."""
    reached = low + math.sqrt(max(0.0, low * low + 2 * (high - low) * area))
    return 2 * area / reached if reached else 0.0
