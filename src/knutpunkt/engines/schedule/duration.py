"""One number for an uncertain duration: its most likely value or its mean."""

from __future__ import annotations

import math
from typing import Literal

from knutpunkt.engines.schedule.model import Duration

Statistic = Literal["mode", "mean"]

#: Standard normal quantile of 0.9, by which P10 and P90 lie from the median.
Z90 = 1.2815515655446004


def typical(duration: Duration, of: Statistic = "mode") -> float:
    """Mode or mean of a duration.

    Parameters
    ----------
    duration
        Lowest, most likely and highest; of ``lognormal`` P10 and P90.
    of
        ``mode``: the most likely value. ``mean``: (low + 4 mode + high)/6 of ``pert``,
        (low + mode + high)/3 of ``triangular``.

    Returns
    -------
    float
        Working days.

    References
    ----------
    Malcolm, Roseboom, Clark and Fazar (1959), https://doi.org/10.1287/opre.7.5.646
    """
    low, mode, high = duration.low, duration.mode, duration.high
    if duration.shape == "lognormal":
        return _lognormal(low, high, of)
    if of == "mode" or duration.shape == "fixed":
        return mode
    return (low + 4 * mode + high) / 6 if duration.shape == "pert" else (low + mode + high) / 3


def _lognormal(p10: float, p90: float, of: Statistic) -> float:
    mu = (math.log(p10) + math.log(p90)) / 2
    variance = ((math.log(p90) - math.log(p10)) / (2 * Z90)) ** 2
    return math.exp(mu - variance if of == "mode" else mu + variance / 2)
