"""Compiled listing of every set of clients a site may serve in a better plan."""

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def listed_sets(
    gain: Floats, size: Integers, table: Floats, worth: float, room: int, members: Integers,
    ends: Integers,
) -> int:  # fmt: skip
    """List the sets of clients with a value of at most ``worth`` and a load in its range.

    ``gain`` is what each client adds to the value, ``table`` the completions that go with it.

    The sets are written one after the other to ``members``, set ``k`` ending before ``ends[k]``.
    Returns their number, or -1 as soon as there are more than ``room`` or than the arrays hold. The
    table leads the depth-first walk, so that every branch ends in a set.
    """
    clients, most = len(gain), table.shape[1] - 1
    if not table[0, 0] <= worth:
        return 0
    # A client is first tried within the set, then without; 2 is done.
    tried = np.zeros(clients, dtype=np.int64)
    within = np.zeros(clients, dtype=np.int64)
    place, load, value, number, written = 0, 0, 0.0, 0, 0
    while place >= 0:
        if place == clients:
            written = _written(within, members, written)
            if written < 0 or number >= room:
                return -1
            ends[number] = written
            number += 1
            place -= 1
            continue
        load -= within[place] * size[place]
        value -= within[place] * gain[place]
        within[place] = 0
        if tried[place] == 2:  # noqa: PLR2004  # both ways
            tried[place] = 0
            place -= 1
            continue
        took = 1 - tried[place]
        tried[place] += 1
        heavier, dearer = load + took * size[place], value + took * gain[place]
        if heavier <= most and dearer + table[place + 1, heavier] <= worth:
            within[place], load, value = took, heavier, dearer
            place += 1
    return number


@numba.njit(cache=True, nogil=True)
def _written(within: Integers, members: Integers, written: int) -> int:
    """Write a set behind the others; return where it ends, or -1 when it does not fit."""
    for client in np.flatnonzero(within):
        if written >= len(members):
            return -1
        members[written] = client
        written += 1
    return written
