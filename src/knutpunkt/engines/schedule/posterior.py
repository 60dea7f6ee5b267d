"""Posterior of the means of classes, summed over a grid: the arithmetic behind ``reference``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.errors import NotANumber, OutOfRange
from knutpunkt.engines.schedule.normal import log_between, log_cdf, quantile

Floats = NDArray[np.float64]

# Points per axis: a coarse look for where the mass lies, then a fine one there.
_COARSE: Final = (81, 5, 9)
_FINE: Final = (161, 7, 9)
_NIL: Final = -300.0
_WIDTH: Final = 7.0  # deviations on either side that the fine grid covers


@dataclass(frozen=True, slots=True)
class Prior:
    """What is held about log(actual / planned) before any observation of our own.

    The common mean is N(``mean``, ``common_sd``²), the deviation between classes half-normal with
    scale ``between_sd``, the deviation within a class lognormal around ``sd`` with ``sd_log_sd``.
    The defaults forecast a plan nobody has experience of at P50 +10 % and P80 +57 %: between the
    two readings of the United Kingdom's major projects 2014-2023 (all projects: P50 0, P80 +43 %;
    those watched for three years or more: +21 %, +66 %), which is wide enough to be moved by some
    ten observations.

    References
    ----------
    https://www.gov.uk/government/collections/major-projects-data
    """

    mean: float = 0.10
    common_sd: float = 0.25
    between_sd: float = 0.15
    sd: float = 0.27
    sd_log_sd: float = 0.30

    def __post_init__(self) -> None:
        """Refuse spreads that are not above 0."""
        if not math.isfinite(self.mean):
            raise NotANumber(where="The prior", what="mean", found=self.mean)
        for name in ("common_sd", "between_sd", "sd", "sd_log_sd"):
            if not 0 < (value := getattr(self, name)) < math.inf:
                raise OutOfRange(where="The prior", what=name, found=value, wanted="above 0")


@dataclass(frozen=True, slots=True, eq=False)
class Ratios:
    """Log ratios of one class: exact ones, and intervals (-inf and inf allowed)."""

    exact: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Means ``(classes,)`` and covariance ``(classes, classes)`` of the classes' means, and sd."""

    mean: Floats
    covariance: Floats
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    """Axes: means of class and the common mean ``at`` (evenly spaced), between, log of sd."""

    at: Floats
    between: Floats
    log_sd: Floats

    def kernel(self) -> Floats:
        """Chance of each class mean given between and common mean, ``(between, at, at)``."""
        points = self.at.size
        steps = np.arange(1 - points, points) * (self.at[1] - self.at[0])
        # Normalised over the steps: a deviation finer than the grid becomes "equal to the mean".
        chance = _exp(-(steps**2) / (2 * self.between[:, None] ** 2))
        chance /= chance.sum(axis=1, keepdims=True)
        place = np.arange(points)
        table: Floats = chance[:, place[:, None] - place[None, :] + points - 1]
        return table


def posterior(ratios: Sequence[Ratios], prior: Prior) -> Posterior:
    """Sum the posterior over a grid fine enough for what is known.

    Parameters
    ----------
    ratios
        Log ratios per class, at least one class.
    prior
        What is held beforehand.

    Returns
    -------
    Posterior
        Moments of the means of classes; ``sd`` is the root of the mean of sd².
    """
    first = _first_grid(ratios, prior)
    coarse, log_sd = _summed(ratios, prior, first)
    step = first.at[1] - first.at[0]  # the mass may lie between two points of the coarse grid
    spread = _WIDTH * np.sqrt(np.diag(coarse.covariance)) + step
    low, high = float((coarse.mean - spread).min()), float((coarse.mean + spread).max())
    centre, deviation = log_sd
    points, betweens, sds = _FINE
    fine = _Grid(
        np.linspace(low, high, points),
        _half_normal(prior.between_sd, betweens),
        np.linspace(centre - 3.5 * deviation, centre + 3.5 * deviation, sds),
    )
    return _summed(ratios, prior, fine)[0]


def _first_grid(ratios: Sequence[Ratios], prior: Prior) -> _Grid:
    reach = 6 * math.hypot(prior.common_sd, 2 * prior.between_sd)
    known = np.concatenate([np.concatenate((one.exact, one.low, one.high)) for one in ratios])
    known = known[np.isfinite(known)]
    low = min(prior.mean - reach, *known) if known.size else prior.mean - reach
    high = max(prior.mean + reach, *(known + 2 * prior.sd)) if known.size else prior.mean + reach
    points, betweens, sds = _COARSE
    return _Grid(
        np.linspace(low, high, points),
        _half_normal(prior.between_sd, betweens),
        math.log(prior.sd) + prior.sd_log_sd * np.linspace(-3, 3, sds),
    )


def _half_normal(scale: float, points: int) -> Floats:
    """Equally likely values of a half-normal deviation: of each part, the root mean square."""
    ends = [quantile(0.5 + k / (2 * points)) for k in range(points)]
    edge = np.array([z * math.exp(-z * z / 2) for z in ends] + [0.0])
    density = edge / math.sqrt(2 * math.pi)
    values: Floats = scale * np.sqrt(1 - np.diff(density) * 2 * points)
    return values


def _summed(
    ratios: Sequence[Ratios], prior: Prior, grid: _Grid
) -> tuple[Posterior, tuple[float, float]]:
    """Posterior on a grid, and mean and deviation of the logarithm of sd."""
    # One product of small matrices per between: BLAS then keeps to one thread, which is faster.
    kernel = grid.kernel()
    by_sd = -(((grid.log_sd - math.log(prior.sd)) / prior.sd_log_sd) ** 2) / 2
    by_common = -(((grid.at - prior.mean) / prior.common_sd) ** 2) / 2
    weight = by_sd[None, :, None] + by_common
    first, second = [], []
    for one in ratios:
        table = log_likelihood(one, grid.at, np.exp(grid.log_sd))
        likelihood = _exp(table - table.max())
        seen = np.maximum(likelihood @ kernel, np.finfo(np.float64).tiny)
        first.append((likelihood * grid.at) @ kernel / seen)
        second.append((likelihood * grid.at**2) @ kernel / seen)
        weight = weight + np.log(seen)
    weight = _exp(weight - weight.max())
    weight /= weight.sum()
    of_sd = weight.sum(axis=(0, 2))
    log_sd = _moments(of_sd, grid.log_sd)
    spacing = grid.log_sd[1] - grid.log_sd[0]
    found = Posterior(*_means(weight, np.array(first), np.array(second)), _root_mean(of_sd, grid))
    return found, (log_sd[0], max(log_sd[1], spacing / 2))


def _exp(exponent: Floats) -> Floats:
    """Exponential without the denormal numbers that make processors slow: what is so small is 0."""
    found: Floats = np.where(exponent > _NIL, np.exp(np.maximum(exponent, _NIL)), 0.0)
    return found


def _means(weight: Floats, first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance of class means, which are independent given all else."""
    mean = np.einsum("bsg,cbsg->c", weight, first)
    centred = first - mean[:, None, None, None]
    covariance = np.einsum("bsg,cbsg,dbsg->cd", weight, centred, centred)
    own = np.einsum("bsg,cbsg->c", weight, second - first**2)
    return mean, covariance + np.diag(np.maximum(own, 0.0))


def _root_mean(weight: Floats, grid: _Grid) -> float:
    return math.sqrt(float(weight @ np.exp(2 * grid.log_sd)))


def _moments(weight: Floats, values: Floats) -> tuple[float, float]:
    mean = float(weight @ values)
    return mean, math.sqrt(float(weight @ (values - mean) ** 2))


def log_likelihood(ratios: Ratios, mean: Floats, sd: Floats) -> Floats:
    """Log likelihood of a class's ratios.

    Parameters
    ----------
    ratios
        Exact log ratios and intervals of them.
    mean, sd
        Candidates for the mean, shape ``(means,)``, and the deviation, ``(sds,)``.

    Returns
    -------
    numpy.ndarray
        Up to a constant, shape ``(sds, means)``.
    """
    sigma = sd[:, None]
    exact = ratios.exact
    squares = ((exact[:, None] - mean) ** 2).sum(axis=0)
    table: Floats = -exact.size * np.log(sigma) - squares / (2 * sigma**2)
    beyond = np.isinf(ratios.high)
    for low in ratios.low[beyond].tolist():
        table = table + log_cdf((mean - low) / sigma)
    for low, high in zip(ratios.low[~beyond], ratios.high[~beyond], strict=True):
        table = table + log_between((low - mean) / sigma, (high - mean) / sigma)
    return table
