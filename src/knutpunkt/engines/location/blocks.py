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
THREADS = max(1, min(8, os.cpu_count() or 1))


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
