"""What kernels take; numba infers the types, people read the names."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Where lists begin, positions: int64.
Starts = NDArray[np.int64]
#: Numbers of sites or rows in long lists: int32.
Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]

#: Numbers that are compiled like any other: bare ones get versions of their own of what they are
#: given to.
ZERO = cast(int, np.int64(0))
NOBODY = cast(int, np.int64(-1))


class Lists(NamedTuple):
    """Lists of the clients, their caps and weights."""

    start: Starts
    site: Numbers
    cost: Floats
    cap: Floats
    weight: Floats


class Counts(NamedTuple):
    """Free sites, their chains of groups, depths and bounds of these, and how many are open."""

    free: Starts
    begins: Starts
    chain: Numbers
    depth: Starts
    low: Starts
    high: Starts
    before: Starts
