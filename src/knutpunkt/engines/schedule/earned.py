"""Earned schedule: how far along the plan the work is, in time instead of in points.

References
----------
Lipke (2003), Schedule is different, The Measurable News, summer 2003;
https://hksmnow.com/definitions/project-management/earned_schedule_es.php
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knutpunkt.engines.schedule.errors import EarnedValueRefused


@dataclass(frozen=True, slots=True)
class EarnedSchedule:
    """Where the work is on the time axis of the plan.

    ``earned`` (ES) is the time by which the plan wanted as much as has been earned, in the
    periods of the plan; ``elapsed`` (AT) the time that has passed.
    """

    earned: float
    elapsed: float
    planned_length: float

    @property
    def variance(self) -> float:
        """SV(t) = ES - AT in periods: negative when late."""
        return self.earned - self.elapsed

    @property
    def index(self) -> float:
        """SPI(t) = ES / AT: periods of planned work done per period that passed."""
        return self.earned / self.elapsed

    @property
    def length(self) -> float:
        """Length of the whole at this pace, planned length / SPI(t); inf when nothing is done."""
        return self.planned_length / self.index if self.index > 0 else math.inf


def earned_schedule(planned: Sequence[float], earned: float, elapsed: float) -> EarnedSchedule:
    """Reckon ES = N + (EV - PV_N) / (PV_N+1 - PV_N).

    Parameters
    ----------
    planned
        Cumulative planned value PV_1, PV_2, … at the end of each period; weights are what the
        plan counts progress in, such as points of gates passed.
    earned
        Earned value EV in the same weights.
    elapsed
        Actual time AT in periods.

    Returns
    -------
    EarnedSchedule
        With the last N whose planned value is earned in full; straight on within a period.

    Raises
    ------
    EarnedValueRefused
        When planned values fall, are not finite or end at 0, when more is earned than planned in
        all, or when no time has passed.
    """
    values = [0.0, *planned]
    _check(values, earned, elapsed)
    if earned >= values[-1]:
        # Work done early earns the whole plan, which ended where its last value was reached.
        reached: float = values.index(values[-1])
    else:
        whole = max(k for k, value in enumerate(values) if value <= earned)
        reached = whole + (earned - values[whole]) / (values[whole + 1] - values[whole])
    return EarnedSchedule(reached, elapsed, values.index(values[-1]))


def planned_values(
    moments: Sequence[float], points: Sequence[float], ends: Sequence[float]
) -> list[float]:
    """Cumulative points planned by the end of each period.

    Parameters
    ----------
    moments
        When each gate is planned, shape ``(gates,)``.
    points
        What each gate counts, shape ``(gates,)``.
    ends
        Moments at which periods end, shape ``(periods,)``.

    Returns
    -------
    list of float
        Shape ``(periods,)``.
    """
    gates = list(zip(moments, points, strict=True))
    return [sum(weight for moment, weight in gates if moment <= end) for end in ends]


def _check(values: Sequence[float], earned: float, elapsed: float) -> None:
    if not all(map(math.isfinite, (*values, earned, elapsed))):
        raise EarnedValueRefused(fact="a value is not a finite number")
    if any(later < value for value, later in pairwise(values)):
        raise EarnedValueRefused(fact="the cumulative planned values fall or begin below 0")
    if values[-1] <= 0:
        raise EarnedValueRefused(fact="nothing is planned")
    if not 0 <= earned <= values[-1]:
        raise EarnedValueRefused(
            fact=f"{earned:g} is earned, but the plan goes from 0 to {values[-1]:g}"
        )
    if elapsed <= 0:
        raise EarnedValueRefused(fact=f"the time that has passed is {elapsed:g}")
