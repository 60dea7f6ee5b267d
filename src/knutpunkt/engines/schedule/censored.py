"""How long things take when some have not happened yet: the Kaplan-Meier curve.

A mean over what has opened leaves out the slow ones, which are still to come. The curve counts
everyone who was waiting at each moment and so does not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.schedule.errors import OutOfRange, ScheduleRefused
from knutpunkt.engines.schedule.normal import quantile as normal_quantile


class DurationsUnusable(ScheduleRefused):
    """Durations are missing, negative or not one per mark of what happened."""

    code = "durations_unusable"
    hint = "Give one duration of 0 or more and one mark (happened or not yet) per case."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"The durations cannot be used: {reason}.")


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """Share still waiting after each moment at which something happened.

    All arrays have shape ``(moments,)``. ``variance`` is Greenwood's of ``waiting``; ``until`` is
    the longest duration watched, happened or not: beyond it nothing is known.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]
    waiting: NDArray[np.float64]
    variance: NDArray[np.float64]
    until: float

    def at(self, time: float) -> float:
        """Share still waiting after ``time``."""
        before = int(np.searchsorted(self.times, time, side="right"))
        return float(self.waiting[before - 1]) if before else 1.0

    def quantile(self, level: float = 0.5) -> float:
        """Duration within which a share ``level`` is done; inf when the curve never says.

        Raises
        ------
        OutOfRange
            When ``level`` is not strictly between 0 and 1.
        """
        _require_level(level)
        # A curve that lies on the level for a while is done when it first touches it.
        reached = np.flatnonzero(self.waiting <= 1 - level + 1e-12)
        return float(self.times[reached[0]]) if reached.size else math.inf

    def restricted_quantile(self, level: float = 0.5) -> tuple[float, bool]:
        """Duration for a share ``level``, or the longest watched, and whether it was reached.

        ``(400.0, False)`` reads: longer than 400 days, how much longer nobody can say yet.
        """
        duration = self.quantile(level)
        return (duration, True) if math.isfinite(duration) else (self.until, False)

    def restricted_mean(self, until: float) -> float:
        """Mean of min(duration, until): the area under the curve up to ``until``."""
        corners = np.concatenate(([0.0], self.times[self.times < until], [until]))
        heights = np.concatenate(([1.0], self.waiting[self.times < until]))
        return float(np.sum(np.diff(corners) * heights))

    def interval(self, time: float, confidence: float = 0.95) -> tuple[float, float]:
        """Where the share waiting after ``time`` lies, on the log(-log) scale.

        References
        ----------
        Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 1.4.
        """
        _require_level(confidence)
        before = int(np.searchsorted(self.times, time, side="right"))
        share = self.at(time)
        if not 0 < share < 1:
            return (1.0, 1.0) if share else (0.0, 0.0)
        spread = math.sqrt(self.variance[before - 1]) / (share * abs(math.log(share)))
        factor = math.exp(normal_quantile((1 + confidence) / 2) * spread)
        return share**factor, share ** (1 / factor)


def kaplan_meier(durations: ArrayLike, happened: ArrayLike) -> Survival:
    """Product-limit estimate of the share still waiting, with Greenwood's variance.

    Parameters
    ----------
    durations
        How long each case was watched, in any one unit, shape ``(cases,)``.
    happened
        True where the duration ended by the event, False where it still runs, ``(cases,)``.

    Returns
    -------
    Survival
        The curve at the moments at which something happened.

    Raises
    ------
    DurationsUnusable
        When the two do not fit together, or a duration is negative or not a number.

    References
    ----------
    Kaplan and Meier (1958), https://doi.org/10.1080/01621459.1958.10501452.
    """
    lengths = np.asarray(durations, dtype=np.float64)
    marks = np.asarray(happened, dtype=bool)
    _require_durations(lengths, marks)
    times, events = np.unique(lengths[marks], return_counts=True)
    at_risk = lengths.size - np.searchsorted(np.sort(lengths), times, side="left")
    left = at_risk - events
    waiting: NDArray[np.float64] = np.cumprod(left / at_risk, dtype=np.float64)
    # Where the last one is done the curve is 0 and so is its variance.
    steps = np.divide(events, at_risk * left, out=np.zeros(times.size), where=left > 0)
    until = float(lengths.max()) if lengths.size else 0.0
    return Survival(times, at_risk, events, waiting, np.square(waiting) * np.cumsum(steps), until)


def _require_durations(lengths: NDArray[np.float64], marks: NDArray[np.bool_]) -> None:
    if lengths.ndim != 1 or lengths.shape != marks.shape:
        raise DurationsUnusable(reason=f"{lengths.shape} durations, {marks.shape} marks")
    for case, length in enumerate(lengths.tolist()):
        if not 0 <= length < math.inf:
            raise DurationsUnusable(reason=f"case {case} lasted {length:g}")


def _require_level(level: float) -> None:
    if not 0 < level < 1:
        raise OutOfRange(
            where="The curve", what="level", found=level, wanted="a share strictly between 0 and 1"
        )
