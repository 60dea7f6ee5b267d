"""The plan of a day at an office: how many are expected, and who works when."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from random import Random

from knutpunkt.engines.queueing import erlang
from knutpunkt.engines.queueing.arrivals import weight_of
from knutpunkt.engines.queueing.day import Chances, Day, Kind, Shift
from knutpunkt.engines.queueing.order import MINUTE, Rule
from knutpunkt.engines.queueing.waiting import mixed
from knutpunkt.reception.settled import USUAL_RULE, USUAL_WEIGHTS
from knutpunkt.reception.simulating.mixes import HABITS, LANGUAGES
from knutpunkt.reception.simulating.places import Span

HOUR = 60 * MINUTE
#: Spread of the sizes of offices (standard deviation of the logarithm), assumed.
SIZES = 0.55
#: Assumed: the morning brings this much more than the mean hour, and lasts this part of the day.
MORNING, MORNING_LASTS = 1.35, 0.45
#: What a plan aims at: a mean wait of a quarter of an hour in the busiest hours.
WAIT_AIMED_AT = 0.25
#: An office is never staffed by one alone.
FEWEST_COUNTERS = 2
WALK_AND_BREATH = 1.0
LUNCH, LONG_SHIFT = 40 * MINUTE, 4 * HOUR
RULE = Rule(USUAL_RULE, 1, USUAL_WEIGHTS)


def stream(*words: object) -> Random:
    """A stream of random numbers of its own for whatever the words name; no secret."""
    return Random("/".join(map(str, words)))  # noqa: S311  # a simulation has no secrets


def size_of(office: str, seed: int) -> float:
    """How large an office is against the mean one."""
    return math.exp(stream(seed, office, "size").gauss(-SIZES * SIZES / 2, SIZES))


def day_of(
    office: str, day: date, span: Span, kinds: Chances[Kind], *, seed: int, visits: float
) -> Day:
    """Plan a day at an office.

    Parameters
    ----------
    span
        Opening and closing, in milliseconds.
    kinds
        What visitors come for there.
    visits
        Expected on a usual day at an office of mean size.
    """
    usual = visits * size_of(office, seed)
    opens, closes = span
    counters = _counters(round(usual, 1), closes - opens, _pace_in_hours(kinds))
    return Day(
        opens=opens,
        closes=closes,
        shifts=tuple(_shifts(opens, closes, *counters)),
        kinds=kinds,
        expected=usual * weight_of(day),
        languages=LANGUAGES,
        rule=RULE,
        habits=HABITS,
    )


def _pace_in_hours(kinds: Chances[Kind]) -> float:
    shares = [b - a for a, b in zip((0.0, *kinds.until), kinds.until, strict=False)]
    pace = mixed([(share, kind.pace) for share, kind in zip(shares, kinds.things, strict=True)])
    return round((pace.mean + WALK_AND_BREATH) / 60, 3)


@lru_cache(maxsize=4096)
def _counters(visits: float, lasts: int, service_hours: float) -> tuple[int, int]:
    """Counters in the morning and afterwards, by Erlang A."""
    per_hour = visits * (1 + HABITS.asks_more) / (lasts / HOUR)
    patience_rate = 60 / HABITS.patience_minutes
    needed = [
        erlang.counters_needed(
            arrivals=per_hour * weight,
            service_rate=1 / service_hours,
            patience_rate=patience_rate,
            mean_wait=WAIT_AIMED_AT,
        )
        for weight in (MORNING, 1.0)
    ]
    return max(FEWEST_COUNTERS, needed[0]), max(FEWEST_COUNTERS, needed[1])


def _shifts(opens: int, closes: int, morning: int, after: int) -> Sequence[Shift]:
    shifts = []
    for number in range(1, max(morning, after) + 1):
        ends = closes if number <= after else opens + int((closes - opens) * MORNING_LASTS)
        shifts += _with_lunch(str(number), opens, ends, number)
    return shifts


def _with_lunch(counter: str, begins: int, ends: int, number: int) -> list[Shift]:
    """A long shift has a break in its middle, one counter after the other."""
    if ends - begins < LONG_SHIFT:
        return [Shift(counter, begins, ends)]
    leaves = begins + (ends - begins) // 3 + (number - 1) % 3 * LUNCH
    return [Shift(counter, begins, leaves), Shift(counter, leaves + LUNCH, ends)]
