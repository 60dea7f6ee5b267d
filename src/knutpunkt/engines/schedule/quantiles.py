"""A stored forecast as moments at levels, and what became of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.schedule.errors import NotANumber, OutOfRange, ScheduleRefused


class QuantilesUnusable(ScheduleRefused):
    """Quantiles are not one rising moment per rising level."""

    code = "quantiles_unusable"
    hint = "Give rising levels between 0 and 1, and per level a moment not before the last."

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"These quantiles make no forecast: {reason}.")


@dataclass(frozen=True, slots=True)
class Quantiles:
    """A stored forecast: moments (inf: not at all) at levels, such as 0.01 to 0.99."""

    levels: tuple[float, ...]
    moments: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what makes no forecast."""
        if not self.levels or len(self.levels) != len(self.moments):
            reason = f"{len(self.levels)} levels, {len(self.moments)} moments"
            raise QuantilesUnusable(reason=reason)
        if any(math.isnan(moment) or moment == -math.inf for moment in self.moments):
            raise QuantilesUnusable(reason="a moment is not a number")
        steps = zip(self.levels, self.levels[1:], strict=False)
        if self.levels[0] <= 0 or self.levels[-1] >= 1 or any(a >= b for a, b in steps):
            raise QuantilesUnusable(reason="its levels do not rise between 0 and 1")
        if any(a > b for a, b in zip(self.moments, self.moments[1:], strict=False)):
            raise QuantilesUnusable(reason="a moment lies before that of a lower level")

    def at(self, level: float) -> float:
        """Moment at a level: stored, or on the line between its neighbours.

        Raises
        ------
        OutOfRange
            When the level lies outside those stored.
        """
        if not self.levels[0] <= level <= self.levels[-1]:
            stored = f"between {self.levels[0]:g} and {self.levels[-1]:g}"
            raise OutOfRange(where="A forecast", what="level", found=level, wanted=stored)
        above = int(np.searchsorted(self.levels, level))
        if self.levels[above] == level:
            return self.moments[above]
        low, high = self.moments[above - 1], self.moments[above]
        if math.isinf(high):
            return high
        share = (level - self.levels[above - 1]) / (self.levels[above] - self.levels[above - 1])
        return low + share * (high - low)

    def share_by(self, moment: float) -> tuple[float, float]:
        """Lowest and highest share of the forecast that lies before a moment.

        The two differ at a jump of the forecast and beyond its first and last stored level.
        """
        first, last = self.levels[0], self.levels[-1]
        if moment < self.moments[0]:
            return 0.0, first
        if moment > self.moments[-1] or math.isinf(moment):
            return last, 1.0
        below = int(np.searchsorted(self.moments, moment, side="left"))
        above = int(np.searchsorted(self.moments, moment, side="right"))
        if above == below + 1:
            return self.levels[below], self.levels[below]
        if below < above:
            low = self.levels[below] if below else 0.0
            return low, self.levels[above - 1] if above < len(self.levels) else 1.0
        line = self._line(below, moment)
        return line, line

    def _line(self, above: int, moment: float) -> float:
        low, high = self.moments[above - 1], self.moments[above]
        gained = self.levels[above] - self.levels[above - 1]
        share = 0.0 if math.isinf(high) else (moment - low) / (high - low)
        return self.levels[above - 1] + share * gained


@dataclass(frozen=True, slots=True)
class Outcome:
    """When it happened, as far as is known: exact when both are equal, ``latest`` inf: not yet.

    For what has not happened ``earliest`` is the day it was last known not to have.
    """

    earliest: float
    latest: float

    def __post_init__(self) -> None:
        """Refuse an outcome that lies nowhere."""
        if not (math.isfinite(self.earliest) and self.earliest <= self.latest):
            raise NotANumber(where="An outcome", what="moments", found=(self.earliest, self.latest))
