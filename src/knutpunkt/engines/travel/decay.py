"""How often people go by how far they have: visits per resident and year, in bands of minutes.

An office counts its visits, but nobody asks a visitor where he lives. What can be known are the
residents of its catchment in each band. Of several offices the counts together tell the rates::

    visits of an office = sum over the bands of  residents there × rate of the band

The rates that come nearest are found under one condition: who has further goes no more often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import DecayUnmeasured, VisitsInvalid

Floats = NDArray[np.float64]

#: Fewer bands than this tell nothing of distance.
LEAST_BANDS = 2
#: What is smaller than this share of the largest is rounding.
ROUNDING = 1e-10
#: How often a column may come in before a fit is ended.
TURNS = 10


@dataclass(frozen=True, eq=False)
class Decay:
    """Visits per resident and year by band of minutes.

    Parameters
    ----------
    ends
        Upper ends of all bands but the last, shape ``(bands - 1,)``; an end belongs to its band.
    rates
        Shape ``(bands,)``, never rising.
    offices
        How many offices they were measured at.
    error
        Mean distance between counted and fitted visits, as a share of the counted ones.
    """

    ends: Floats
    rates: Floats
    offices: int
    error: float

    def of(self, minutes: ArrayLike) -> Floats:
        """Visits per resident and year of people who have so many minutes, same shape."""
        return self.rates[np.searchsorted(self.ends, minutes, side="left")]


def offices_needed(bands: int) -> int:
    """How many offices with counts it takes to tell the rates of so many bands."""
    return bands + 1


def visiting_decay(visits: ArrayLike, residents: ArrayLike, ends: ArrayLike) -> Decay:
    """Fit how often people go by band of minutes.

    Bands where no measured office has residents take the rate of the next nearer band that has.

    Parameters
    ----------
    visits
        Counted visits of each office in a year, shape ``(offices,)``.
    residents
        Of its catchment by band, shape ``(offices, bands)``.
    ends
        Upper ends of all bands but the last, ascending, shape ``(bands - 1,)``.

    Returns
    -------
    Decay
        The rates of least squares, each office weighted by the inverse of its visits (the variance
        of a count grows with it).

    Raises
    ------
    VisitsInvalid
        When a number is negative or missing, or the shapes do not belong together.
    DecayUnmeasured
        When the offices are too few, or too much alike, to tell the rates.

    References
    ----------
    Lawson and Hanson (1995), Solving Least Squares Problems, chapter 23,
    doi:10.1137/1.9781611971217.
    """
    counted, people, upper = _checked(visits, residents, ends)
    inhabited = people.sum(axis=0) > 0
    bands = int(inhabited.sum())
    needed = offices_needed(max(bands, LEAST_BANDS))
    if bands < LEAST_BANDS or len(counted) < needed:
        raise DecayUnmeasured(offices=len(counted), needed=needed)
    seen = people[:, inhabited]
    if np.linalg.matrix_rank(seen) < bands:
        raise DecayUnmeasured(offices=len(counted), needed=needed)
    weight = 1 / np.sqrt(np.maximum(counted, 1.0))
    # Rates that never rise are sums of falls that are never negative.
    falls = np.triu(np.ones((bands, bands)))
    rates = falls @ nonnegative_least_squares(weight[:, None] * (seen @ falls), weight * counted)
    error = float(np.abs(seen @ rates - counted).sum() / max(counted.sum(), 1.0))
    # Number of the measured band whose rate each band takes.
    takes = np.maximum(np.cumsum(inhabited) - 1, 0)
    return Decay(upper, rates[takes], len(counted), error)


def nonnegative_least_squares(table: Floats, wanted: Floats) -> Floats:
    """Find the numbers, none below 0, whose combination of the columns comes nearest.

    Parameters
    ----------
    table
        Shape ``(rows, columns)``, of full column rank.
    wanted
        Shape ``(rows,)``.

    References
    ----------
    Lawson and Hanson (1995), chapter 23, algorithm NNLS.
    """
    columns = table.shape[1]
    found, free = np.zeros(columns), np.zeros(columns, dtype=np.bool_)
    small = ROUNDING * float(np.abs(table.T @ wanted).max(initial=0.0))
    # Each column comes in some times at most; the limit ends what rounding would keep going.
    for _turn in range(TURNS * columns):
        gain = np.where(free, -np.inf, table.T @ (wanted - table @ found))
        if gain.max() <= small:
            break
        free[gain.argmax()] = True
        found, free = _held_above(table, wanted, found, free)
    return found


def _held_above(
    table: Floats, wanted: Floats, found: Floats, free: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Go to the least squares of the free columns, holding at 0 what would fall below."""
    while True:
        tried = np.zeros(len(found))
        tried[free] = np.linalg.lstsq(table[:, free], wanted, rcond=None)[0]
        below = free & (tried <= 0)
        if not below.any():
            return tried, free
        share = np.full(len(found), np.inf)
        share[below] = found[below] / (found[below] - tried[below])
        free = free & (share > share.min())
        found = np.where(free, found + share.min() * (tried - found), 0.0)


def _checked(
    visits: ArrayLike, residents: ArrayLike, ends: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    counted, people, upper = (
        np.asarray(values, dtype=np.float64) for values in (visits, residents, ends)
    )
    for name, values in (("visits", counted), ("residents", people), ("ends", upper)):
        if not np.isfinite(values).all() or (values < 0).any():
            raise VisitsInvalid(what=name, why="holds a number below 0 or none at all")
    if people.shape != (len(counted), len(upper) + 1):
        raise VisitsInvalid(what="residents", why="has not a row per office and a column per band")
    if (np.diff(upper) <= 0).any():
        raise VisitsInvalid(what="ends", why="does not rise")
    return counted, people, upper
