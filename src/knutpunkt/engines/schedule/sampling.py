"""Random durations by inversion: one uniform number each, so that runs can be compared.

Reckoning is in float32 and in arrays of the shape ``(projects, runs)``; the parameters are
columns ``(projects, 1)``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule import normal
from knutpunkt.engines.schedule.model import Duration
from knutpunkt.engines.schedule.streams import Single

#: Standard score of P90.
Z90: Final = normal.quantile(0.9)
#: Cells of the quantile table of a PERT-beta: 8 KiB, so that those of a stack stay in the first
#: cache. The mean is off by less than 0.0001 of the range.
CELLS: Final = 1024
#: Chances below this are none: a float32 score beyond it says nothing.
NEVER: Final = 1e-9
BELOW_1: Final = np.float32(1 - 2.0**-24)

#: Turns columns ``(projects, 1)`` into others.
Change = Callable[[NDArray[Any]], NDArray[Any]]


# Coefficients of the two polynomials of Giles, highest power first. The first is in w - 2.5 with
# w = -ln (1 - x²); here it is taken in 2.5 - w, which changes the sign of every other one.
_CENTRE: Final = (
    2.81022636e-08, -3.43273939e-07, -3.5233877e-06, 4.39150654e-06, 0.00021858087,
    0.00125372503, -0.00417768164, -0.246640727, 1.50140941,
)  # fmt: skip
_TAIL: Final = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip
_TAIL_FROM: Final = 5.0
_LN4: Final = math.log(4)


def standard_score(share: Single) -> Single:
    """Standard normal quantile, in place.

    Parameters
    ----------
    share
        Shares between 0 and 1, float32; overwritten.

    Returns
    -------
    numpy.ndarray
        Scores; relative error below 1e-5 above a share of 1e-7.

    References
    ----------
    Giles (2011), Approximating the erfinv function, GPU Computing Gems Jade Edition: 109-116,
    https://people.maths.ox.ac.uk/gilesm/files/gems_erfinv.pdf.
    """
    centred = share - np.float32(0.5)
    # With x = 2 share - 1: ln (1 - x²) = ln 4 + ln (share (1 - share)) = -w.
    share *= np.float32(1) - share
    np.log(share, out=share)
    far = np.flatnonzero(share < np.float32(-_TAIL_FROM - _LN4))
    root = np.sqrt(np.float32(-_LN4) - share.take(far)) - np.float32(3)
    share += np.float32(2.5 + _LN4)
    score = _polynomial(_CENTRE, share)
    score.put(far, _polynomial(_TAIL, root))
    centred *= np.float32(2 * math.sqrt(2))
    score *= centred
    return score


def _polynomial(coefficients: Sequence[float], at: Single) -> Single:
    value = at * np.float32(coefficients[0])
    for coefficient in coefficients[1:-1]:
        value += np.float32(coefficient)
        value *= at
    value += np.float32(coefficients[-1])
    return value


class Distribution(Protocol):
    """Durations of one activity in each project of a stack."""

    def draw(self, share: Single) -> Single:
        """Quantile at ``share``, which may be overwritten."""
        ...

    def survival(self, work: Single) -> Single:
        """Chance that more than ``work`` is needed."""
        ...

    def changed(self, change: Change) -> Self:
        """Return the same law with other columns."""
        ...


def distribution(durations: Sequence[Duration]) -> Distribution:
    """Turn durations of one shape, one per project, into a distribution.

    Where all are the same, its columns have one line.
    """
    same = all(duration == durations[0] for duration in durations)
    return _law(tuple(durations[:1] if same else durations))


@lru_cache(maxsize=4096)
def _law(durations: tuple[Duration, ...]) -> Distribution:
    shapes: dict[str, type[Fixed | Triangular | Pert | Lognormal]] = {
        "fixed": Fixed,
        "triangular": Triangular,
        "pert": Pert,
        "lognormal": Lognormal,
    }
    ends = np.array([(each.low, each.mode, each.high) for each in durations], np.float32)
    return shapes[durations[0].shape](ends[:, :1], ends[:, 1:2], ends[:, 2:])


def draw_beyond(law: Distribution, share: Single, elapsed: Single) -> Single:
    """Draw D given that D exceeds what has elapsed: the quantile at 1 - (1 - share) S(elapsed).

    Where that is impossible (the highest estimate is outlived) the answer is ``elapsed``.
    """
    left = np.clip((1 - share) * law.survival(elapsed), NEVER, BELOW_1).astype(np.float32)
    if isinstance(law, Lognormal):
        drawn = law.draw_upper(left)
    else:
        # These end at ``high``, so what rounding takes from a tiny ``left`` does not matter.
        drawn = law.draw(np.minimum(1 - left, BELOW_1))
    return np.maximum(drawn, elapsed)


@dataclass(frozen=True, eq=False)
class Fixed:
    """Takes ``mode`` for certain."""

    low: Single
    mode: Single
    high: Single

    def draw(self, share: Single) -> Single:
        """Quantile: always ``mode``."""
        share[...] = self.mode
        return share

    def survival(self, work: Single) -> Single:
        """1 below ``mode``, 0 from there."""
        return (work < self.mode).astype(np.float32)

    def changed(self, change: Change) -> Self:
        """Return the same law with other columns."""
        return type(self)(change(self.low), change(self.mode), change(self.high))


@dataclass(frozen=True, eq=False)
class Triangular:
    """Density rises linearly from ``low`` to ``mode`` and falls linearly to ``high``."""

    low: Single
    mode: Single
    high: Single

    def draw(self, share: Single) -> Single:
        """Quantile without branches.

        Below the mode it is sqrt(u s c), with the range s and c = mode - low; above, it is
        s - sqrt((1 - u) s (s - c)). The first is at most c exactly where the second is.
        """
        range_, rise = self.high - self.low, self.mode - self.low
        falling = np.subtract(np.float32(1), share)
        falling *= range_ * (range_ - rise)
        np.sqrt(falling, out=falling)
        np.subtract(range_, falling, out=falling)
        np.maximum(falling, rise, out=falling)
        share *= range_ * rise
        np.sqrt(share, out=share)
        np.minimum(share, rise, out=share)
        share += falling
        share += self.low - rise
        return share

    def survival(self, work: Single) -> Single:
        """Chance that more than ``work`` is needed."""
        range_, rise = self.high - self.low, self.mode - self.low
        x = np.clip(work - self.low, 0, range_)
        with np.errstate(divide="ignore", invalid="ignore"):
            above = (range_ - x) ** 2 / (range_ * (range_ - rise))
            below = 1 - x**2 / (range_ * rise)
        chance = np.where(x >= rise, above, below)
        return np.where(work >= self.high, 0, np.where(work < self.low, 1, chance)).astype(
            np.float32
        )

    def changed(self, change: Change) -> Self:
        """Return the same law with other columns."""
        return type(self)(change(self.low), change(self.mode), change(self.high))


class Pert:
    """PERT-beta: Beta(1 + 4 c, 5 - 4 c) stretched over the range, c = (mode - low) / range.

    References
    ----------
    Malcolm, Roseboom, Clark, Fazar (1959), doi:10.1287/opre.7.5.646; the weight 4 is theirs.
    """

    def __init__(self, low: Single, mode: Single, high: Single) -> None:
        self.low, self.range = low, high - low
        with np.errstate(divide="ignore", invalid="ignore"):
            peaks = np.where(self.range > 0, (mode - low) / self.range, 0.5)
        distinct, which = np.unique(peaks.astype(np.float64).round(6), return_inverse=True)
        tables = [_pert_table(peak) for peak in distinct.tolist()]
        # One line per cell, those of the tables back to back.
        self.table: NDArray[np.int32] = which.reshape(peaks.shape).astype(np.int32)
        self.quantiles = [quantiles for quantiles, _, _ in tables]
        self.base: Single = np.concatenate([base for _, base, _ in tables])
        self.slope: Single = np.concatenate([slope for _, _, slope in tables])

    def draw(self, share: Single) -> Single:
        """Quantile by linear interpolation in a table."""
        share *= np.float32(CELLS)
        cell = share.astype(np.int32)
        if len(self.quantiles) > 1:
            cell += self.table * CELLS
        # Numpy looks up places of its own width without further conversion.
        place = cell.astype(np.intp)
        found = self.slope.take(place, mode="clip")
        share *= found
        self.base.take(place, out=found, mode="clip")
        share += found
        share *= self.range
        share += self.low
        return share

    def survival(self, work: Single) -> Single:
        """Chance that more than ``work`` is needed."""
        with np.errstate(divide="ignore", invalid="ignore"):
            x = np.where(self.range > 0, (work - self.low) / self.range, np.sign(work - self.low))
        levels = np.linspace(0, 1, CELLS + 1)
        chance = np.empty(x.shape, np.float32)
        for table, quantiles in enumerate(self.quantiles):
            mine = np.broadcast_to(self.table == table, x.shape)
            chance[mine] = 1 - np.interp(x[mine], quantiles, levels)
        return chance

    def changed(self, change: Change) -> Self:
        """Return the same law with other columns."""
        other = copy(self)
        other.low, other.range = change(self.low), change(self.range)
        other.table = change(self.table)
        return other


@lru_cache(maxsize=4096)
def _pert_table(peak: float) -> tuple[NDArray[np.float64], Single, Single]:
    """Quantiles of Beta(1 + 4 peak, 5 - 4 peak) at equal steps, and the line through each cell.

    The lines are given by their base and slope: base + slope · cells from the left.
    """
    x = (1 - np.cos(np.linspace(0, np.pi, 8 * CELLS + 1))) / 2  # dense at both ends
    density = x ** (4 * peak) * (1 - x) ** (4 - 4 * peak)
    until = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
    quantiles = np.interp(np.linspace(0, 1, CELLS + 1), until / until[-1], x)
    slope = np.diff(quantiles)
    base = quantiles[:-1] - np.arange(CELLS) * slope
    return quantiles, base.astype(np.float32), slope.astype(np.float32)


class Lognormal:
    """ln D is normal; ``low`` and ``high`` are P10 and P90."""

    def __init__(self, low: Single, _mode: Single, high: Single) -> None:
        logs = np.log(low.astype(np.float64)), np.log(high.astype(np.float64))
        self.mean = ((logs[0] + logs[1]) / 2).astype(np.float32)
        self.sd = ((logs[1] - logs[0]) / (2 * Z90)).astype(np.float32)

    def draw(self, share: Single) -> Single:
        """Quantile exp(mean + sd z)."""
        score = standard_score(share)
        score *= self.sd
        score += self.mean
        return np.exp(score, out=score)

    def draw_upper(self, left: Single) -> Single:
        """Duration that is exceeded with the chance ``left``, exact where that is tiny."""
        return np.exp(self.mean - self.sd * standard_score(left.copy()))

    def survival(self, work: Single) -> Single:
        """Chance that more than ``work`` is needed."""
        with np.errstate(divide="ignore"):
            score = (np.log(work.astype(np.float64)) - self.mean) / np.maximum(self.sd, 1e-9)
        return np.exp(normal.log_cdf(-score)).astype(np.float32)

    def changed(self, change: Change) -> Self:
        """Return the same law with other columns."""
        other = copy(self)
        other.mean, other.sd = change(self.mean), change(self.sd)
        return other
