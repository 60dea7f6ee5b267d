"""Blocks of runs, small enough for the cache of a processor, and memory that stays at hand."""

from __future__ import annotations

from typing import Final

import numpy as np

#: Elements (projects × runs) reckoned together: 256 KiB in float32, so that what a node works on
#: stays in the second cache while a call into numpy costs little beside its work.
TILE: Final = 65_536
#: Bytes of a block large enough to be remembered and below the 32 MiB the GNU library admits.
LARGE: Final = 30 << 20


def blocks(runs: int, length: int) -> list[slice]:
    """Slices of an even length, so that streams are used up in whole words of 64 bits."""
    step = max(2, length // 2 * 2)
    return [slice(at, min(at + step, runs)) for at in range(0, runs, step)]


def keep_memory() -> None:
    """Let freed arrays of a tile serve the next one instead of going back to the system.

    The GNU C library returns blocks above a threshold when they are freed and takes them anew page
    by page, which here costs as much time as the reckoning. It raises the threshold to the size of
    the largest block freed so far (mallopt(3), ``M_MMAP_THRESHOLD``); this frees a large one,
    untouched. Elsewhere it does nothing.
    """
    np.empty(LARGE, np.uint8)
