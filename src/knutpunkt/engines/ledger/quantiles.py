"""Percentiles and distinct counts by group, exact and without sorting."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.ledger.facts import UNKNOWN

SHARES = (Fraction(1, 2), Fraction(4, 5), Fraction(19, 20))


def percentile(counts: NDArray[np.int64], share: Fraction) -> int:
    """Nearest rank: the smallest value that at least this share of all values do not exceed.

    Parameters
    ----------
    counts
        How often each value 0, 1, 2 … occurs; at least one does.
    share
        Between 0 (excluded) and 1.

    Returns
    -------
    int
        A value that occurs. With n values it is the one at rank ⌈share · n⌉.

    References
    ----------
    Hyndman & Fan (1996), The American Statistician 50(4): 361-365, definition 1
    (doi:10.1080/00031305.1996.10473566).
    """
    rising = np.cumsum(counts)
    wanted = share * int(rising[-1])
    rank = max(1, -(-wanted.numerator // wanted.denominator))
    return int(np.searchsorted(rising, rank))


def durations(
    seconds: NDArray[np.integer], shares: Sequence[Fraction] = SHARES
) -> tuple[int, tuple[int | None, ...]]:
    """How many durations are known, and their percentiles.

    Parameters
    ----------
    seconds
        Whole seconds, or ``UNKNOWN``; shape ``(errands,)``.

    Returns
    -------
    int, tuple
        The number known; for each share its percentile, or nothing when none is known.
    """
    counts = np.bincount(seconds - UNKNOWN)[1:]
    known = int(counts.sum())
    if not known:
        return 0, (None,) * len(shares)
    return known, tuple(percentile(counts, share) for share in shares)


def groups_of(keys: NDArray[np.integer], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Order in which equal keys lie together, and where each key's run begins and ends.

    Returns
    -------
    order, bounds
        Key ``k`` has ``order[bounds[k]:bounds[k + 1]]``, in the order in which it stood.
    """
    # Keys of 16 bits are sorted by radix, which takes a tenth of the time.
    narrow = keys.astype(np.uint16) if count <= 1 << 16 else keys
    order = np.argsort(narrow, kind="stable")
    sizes = np.bincount(narrow, minlength=count)
    return order, np.append(0, np.cumsum(sizes)).astype(np.intp)


def distinct(rising: NDArray[np.integer]) -> int:
    """How many different values a column holds whose equal values lie together."""
    return int(np.count_nonzero(np.diff(rising))) + 1 if len(rising) else 0
