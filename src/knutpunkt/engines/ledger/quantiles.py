"""Percentiles of durations, exact, by counting how often each second occurs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.ledger.facts import UNKNOWN

#: Cells of a table of groups by seconds that is still quicker than sorting (32 megabytes).
MOST_CELLS = 1 << 22
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
    return _of_counts(np.bincount(seconds - UNKNOWN)[1:], shares)


def durations_by_group(
    seconds: NDArray[np.integer],
    groups: NDArray[np.integer],
    count: int,
    shares: Sequence[Fraction] = SHARES,
) -> list[tuple[int, tuple[int | None, ...]]]:
    """The same for every group.

    Parameters
    ----------
    seconds, groups
        Duration and group of each errand, groups from 0; shape ``(errands,)``.
    count
        How many groups there are.

    Returns
    -------
    list
        For each group what :func:`durations` says of it.
    """
    longest = int(seconds.max(initial=UNKNOWN)) + 2
    if count * longest <= MOST_CELLS:
        table = np.bincount(
            groups.astype(np.int64) * longest + (seconds - UNKNOWN), minlength=count * longest
        )
        return [_of_counts(row[1:], shares) for row in table.reshape(count, longest)]
    order = np.argsort(groups, kind="stable")
    bounds = np.append(0, np.cumsum(np.bincount(groups, minlength=count)))
    return [durations(seconds[order[begin:end]], shares) for begin, end in pairwise(bounds)]


def _of_counts(
    counts: NDArray[np.int64], shares: Sequence[Fraction]
) -> tuple[int, tuple[int | None, ...]]:
    known = int(counts.sum())
    if not known:
        return 0, (None,) * len(shares)
    return known, tuple(percentile(counts, share) for share in shares)
