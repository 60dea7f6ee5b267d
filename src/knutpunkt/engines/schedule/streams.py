"""Streams of uniform random numbers, one for everything that is uncertain.

Each is derived from the seed and from what is drawn. Two programmes that share a project therefore
share its draws, whatever else differs (common random numbers).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import DTypeLike, NDArray

Single = NDArray[np.float32]


class _Digest(ISeedSequence):
    """The state of a stream, straight from a hash: several times faster than SeedSequence."""

    def __init__(self, digest: bytes) -> None:
        self.digest = digest

    def generate_state(self, n_words: int, dtype: DTypeLike = np.uint32) -> NDArray[Any]:
        return np.frombuffer(self.digest, dtype=dtype)[:n_words]


class Stream:
    """Uniform numbers between 0 and 1 that depend on the seed and the names only.

    Parameters
    ----------
    seed
        Seed of the simulation.
    names
        What is drawn: kind, project, activity...
    """

    __slots__ = ("_bits",)

    def __init__(self, seed: int, *names: str) -> None:
        said = "\0".join((str(seed), *names)).encode()
        digest = hashlib.blake2b(said, digest_size=24).digest()
        self._bits = np.random.SFC64(_Digest(digest))  # type: ignore[arg-type]  # stub: ints only

    def fill(self, out: Single) -> None:
        """Fill a row with uniform numbers, never 0 and never 1.

        Two come from each 64 random bits. A row of odd length leaves one half unused; only the
        last row drawn may be odd if the numbers are not to depend on the lengths.
        """
        count = len(out)
        bits = self._bits.random_raw((count + 1) // 2).view(np.int32)[:count]
        # 23 bits and a half: the middle of each cell is exact in float32.
        np.right_shift(bits, 9, out=bits)
        np.multiply(bits, np.float32(2.0**-23), out=out, casting="unsafe", dtype=np.float32)
        np.add(out, np.float32(0.5 + 2.0**-24), out=out)


def uniforms(streams: Sequence[Stream], runs: int) -> Single:
    """One row of uniform numbers per stream, shape ``(len(streams), runs)``."""
    drawn = np.empty((len(streams), runs), np.float32)
    for row, stream in zip(drawn, streams, strict=True):
        stream.fill(row)
    return drawn
