"""The normal distribution on whole arrays, accurate far out in its tails, without SciPy.

ln Phi(-x) + x²/2 is smooth for x >= 0: it is interpolated once, on import, in Chebyshev points
from ``math.erfc``. The error of ln Phi is below 1e-8 everywhere, so that of Phi is too, relatively.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import ArrayLike, NDArray

# erfc is above the smallest double up to here; further out its asymptotic series takes over.
_FAR: Final = 37.0
_HALFWAY: Final = 7.0
_DEGREE: Final = 26
_T_FAR: Final = (_FAR - _HALFWAY) / (_FAR + _HALFWAY)


def _smooth_part(points: NDArray[np.float64]) -> NDArray[np.float64]:
    t = -1 + (points + 1) / 2 * (_T_FAR + 1)
    x = _HALFWAY * (1 + t) / (1 - t)
    values = [math.log(math.erfc(v / math.sqrt(2)) / 2) + v * v / 2 for v in x.tolist()]
    return np.array(values)


_POINTS: Final = chebyshev.chebpts1(_DEGREE + 1)
_COEFFICIENTS: Final = chebyshev.chebfit(_POINTS, _smooth_part(_POINTS), _DEGREE)


def log_cdf(z: ArrayLike) -> NDArray[np.float64]:
    """Natural logarithm of the standard normal distribution function.

    Parameters
    ----------
    z
        Standard scores of any shape; -inf and inf are allowed.

    Returns
    -------
    numpy.ndarray
        ln Phi(z), same shape; absolute error below 1e-8.

    References
    ----------
    The tail series is 26.2.12 of Abramowitz and Stegun (1964),
    https://personal.math.ubc.ca/~cbm/aands/page_932.htm.
    """
    z = np.asarray(z, dtype=np.float64)
    below = _log_lower_tail(np.abs(z))
    return np.where(z <= 0, below, np.log1p(-np.exp(below)))


def log_between(low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """Natural logarithm of the chance that a standard normal lies between two scores.

    Parameters
    ----------
    low, high
        Standard scores, ``low < high``, shapes that broadcast.

    Returns
    -------
    numpy.ndarray
        ln (Phi(high) - Phi(low)), without cancellation in either tail.
    """
    low, high = np.broadcast_arrays(
        np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    )
    mirrored = low > 0
    nearer = log_cdf(np.where(mirrored, -low, high))
    further = log_cdf(np.where(mirrored, -high, low))
    return nearer + np.log(-np.expm1(np.minimum(further - nearer, -1e-300)))


def quantile(level: float) -> float:
    """Standard score below which a share ``level`` of the normal distribution lies.

    Parameters
    ----------
    level
        Share, strictly between 0 and 1.

    Returns
    -------
    float
        The standard score.
    """
    return NormalDist().inv_cdf(level)


def _log_lower_tail(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ln Phi(-x) for x >= 0."""
    near = np.minimum(x, _FAR)
    t = (near - _HALFWAY) / (near + _HALFWAY)
    smooth = chebyshev.chebval(2 * (t + 1) / (_T_FAR + 1) - 1, _COEFFICIENTS)
    beyond = np.maximum(x, _FAR)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.log1p(-1 / beyond**2) - np.log(beyond * math.sqrt(2 * math.pi))
        return np.where(x <= _FAR, smooth, far) - x * x / 2
