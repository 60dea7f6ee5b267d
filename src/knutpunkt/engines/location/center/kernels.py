"""Compiled loops of set covering: coverage as bits, and what is implied by something else."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Mask, Numbers, Starts

#: Which rows a column covers, one bit each: uint64, shape ``(columns, words)``.
Bits = NDArray[np.uint64]


@kernel
def packed(
    start: Starts, site: Numbers, cost: Floats, active: Numbers, limit: float, allowed: Mask
) -> Bits:
    """Set the bit of row k in each allowed site that serves client ``active[k]`` within a limit."""
    bits = np.zeros((len(allowed), (len(active) + 63) // 64), np.uint64)
    for k in range(len(active)):
        bit = np.uint64(1) << np.uint64(k & 63)
        for entry in range(start[active[k]], start[active[k] + 1]):
            if cost[entry] <= limit and allowed[site[entry]]:
                bits[site[entry], k >> 6] |= bit
    return bits


@kernel
def _size(words: Any) -> int:
    """How many bits are set."""
    many = 0
    for word in words:
        left = word
        while left:
            left &= left - np.uint64(1)
            many += 1
    return many


@kernel
def members(bits: Bits) -> tuple[Starts, Numbers]:
    """Turn bits into lists: where each begins, and the positions of the bits that are set."""
    start = np.zeros(len(bits) + 1, np.int64)
    for j in range(len(bits)):
        start[j + 1] = start[j] + _size(bits[j])
    index = np.empty(start[-1], np.int32)
    at = 0
    for j in range(len(bits)):
        for w in range(bits.shape[1]):
            left, place = bits[j, w], 64 * w
            while left:
                while not left & np.uint64(255):
                    left >>= np.uint64(8)
                    place += 8
                if left & np.uint64(1):
                    index[at] = place
                    at += 1
                left >>= np.uint64(1)
                place += 1
    return start, index


@kernel
def transposed(start: Starts, index: Numbers, many: int) -> tuple[Starts, Numbers]:
    """Lists by member instead of by owner, in ascending order of the owners."""
    begin = np.zeros(many + 1, np.int64)
    for member in index:
        begin[member + 1] += 1
    for member in range(many):
        begin[member + 1] += begin[member]
    at, owner = begin[:-1].copy(), np.empty(len(index), np.int32)
    for j in range(len(start) - 1):
        for entry in range(start[j], start[j + 1]):
            owner[at[index[entry]]] = j
            at[index[entry]] += 1
    return begin, owner


@kernel
def _inside(bits: Bits, small: int, large: int) -> bool:
    """Whether one set lies within another."""
    for w in range(bits.shape[1]):  # noqa: SIM110  # a loop is what compiles
        if bits[small, w] & ~bits[large, w]:
            return False
    return True


@kernel
def _rarest(members: Numbers, begin: Starts, end: Starts) -> int:
    """The member that is in the fewest kept sets so far."""
    rarest = members[0]
    for member in members:
        if end[member] - begin[member] < end[rarest] - begin[rarest]:
            rarest = member
    return int(rarest)


@kernel
def dominators(bits: Bits, start: Starts, index: Numbers, order: Numbers, kind: Numbers) -> Numbers:
    """For each set the set kept in its stead, which contains it; itself when it is kept.

    ``order`` names the sets from the largest down. A set stands in only for sets of its own kind.
    Empty sets get -1.
    """
    begin, _ = transposed(start, index, 64 * bits.shape[1])
    end, kept_in = begin[:-1].copy(), np.empty(len(index), np.int32)
    instead = np.full(len(bits), -1, np.int32)
    for j in order:
        if start[j] == start[j + 1]:
            continue
        rarest = _rarest(index[start[j] : start[j + 1]], begin, end)
        for entry in range(begin[rarest], end[rarest]):
            if kind[kept_in[entry]] == kind[j] and _inside(bits, j, kept_in[entry]):
                instead[j] = kept_in[entry]
                break
        if instead[j] < 0:
            instead[j] = j
            for entry in range(start[j], start[j + 1]):
                kept_in[end[index[entry]]] = j
                end[index[entry]] += 1
    return instead


@kernel
def implied(bits: Bits, start: Starts, index: Numbers, order: Numbers, columns: int) -> Mask:
    """Which rows are covered whenever another one is; ``order`` goes from the shortest row up."""
    begin, _ = transposed(start, index, columns)
    end, kept_in = begin[:-1].copy(), np.empty(len(index), np.int32)
    dropped = np.zeros(len(bits), np.bool_)
    for i in order:
        for entry in range(start[i], start[i + 1]):
            column = index[entry]
            for other in range(begin[column], end[column]):
                if _inside(bits, kept_in[other], i):
                    dropped[i] = True
                    break
            if dropped[i]:
                break
        if not dropped[i] and start[i] < start[i + 1]:
            # Any one column will do as its address; the first in the list is as good as any.
            column = index[start[i]]
            kept_in[end[column]] = i
            end[column] += 1
    return dropped
