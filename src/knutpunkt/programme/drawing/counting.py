"""A scale of numbers from the bottom up, with round numbers marked."""

from __future__ import annotations

from dataclasses import dataclass

ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Countscale:
    """Numbers 0 to ``most`` between ``bottom`` and ``top``."""

    most: float
    bottom: float
    top: float

    def y(self, number: float) -> float:
        """Place a number; what is larger than the most is moved to the edge."""
        share = min(max(number, 0.0), self.most) / self.most if self.most else 0.0
        return self.bottom - share * (self.bottom - self.top)

    def marks(self, at_most: int) -> tuple[int, ...]:
        """Round numbers from 0, so many at most."""
        step = 1
        while self.most / step > at_most:
            step = _following(step)
        return tuple(range(0, int(self.most) + 1, step))


def _following(step: int) -> int:
    """Round up to the next of 1, 2, 5, 10, 20, 50 and so on."""
    power = int("1" + "0" * (len(str(step)) - 1))
    found = next((first for first in ROUND if first * power > step), 10)
    return found * power
