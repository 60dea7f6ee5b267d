"""Rows in blocks, worked on by threads; the blocks follow from the size alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")

#: Below this many entries one block is faster than sharing the work.
SHARED_FROM = 400_000
BLOCKS = 8
MOST_THREADS = 8


def _threads() -> int:
    """How many threads work at once: as ``KNUTPUNKT_THREADS`` says, else one per core."""
    given = os.environ.get("KNUTPUNKT_THREADS", "")
    return max(1, min(MOST_THREADS, int(given) if given.isdecimal() else os.cpu_count() or 1))


THREADS = _threads()


class Blocks:
    """Fixed blocks of rows, so that sums are added in the same order on every machine.

    Parameters
    ----------
    rows
        How many rows there are.
    work
        How many entries they have in all.
    threads
        How many work at once; changes no result.
    """

    def __init__(self, rows: int, work: int, threads: int = THREADS) -> None:
        many = BLOCKS if work >= SHARED_FROM and rows >= BLOCKS else 1
        self.spans = [(rows * k // many, rows * (k + 1) // many) for k in range(many)]
        self._pool = ThreadPoolExecutor(threads) if many > 1 and threads > 1 else None

    def run(self, work: Callable[[int, int, int], Result]) -> list[Result]:
        """Call ``work(block, begin, end)`` for every block; the results in order."""
        asked = [(k, *span) for k, span in enumerate(self.spans)]
        if self._pool is None:
            return [work(*one) for one in asked]
        return list(self._pool.map(lambda one: work(*one), asked))
