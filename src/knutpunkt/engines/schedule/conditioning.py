"""Runs of a project that is known not to have opened yet.

Its own draws are drawn again, given what its run shares with other projects, until it opens late
enough. A run in which that fails `ATTEMPTS` times borrows the draws of the accepted run with the
nearest shared factor: so many misses mean that hardly any draw agrees, and among those that do
the own draws matter more than a small difference in what is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.blocks import blocks
from knutpunkt.engines.schedule.forward import DrawnWork, ForwardPass, Streams, Truths, Work
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Stack

ATTEMPTS = 32

Indices = NDArray[np.intp]
#: Told which runs were placed and in which of them the project opens late enough.
Accept = Callable[[ForwardPass, Indices, Truths], None]
Wrap = Callable[[Work, int], Work]


@dataclass(frozen=True, eq=False)
class Settled:
    """Runs that no attempt could settle, and for each the run that lends to it (or none)."""

    left: Indices
    lenders: Indices


def settle(
    stack: Stack,
    shared: Shared,
    seed: int,
    *,
    today: float,
    tile: int,
    accept: Accept,
    wrap: Wrap = lambda work, _runs: work,
) -> Settled:
    """Draw the runs of a single project until it opens after it is known to have been closed.

    ``accept`` is told every run placed; ``wrap`` may listen to the working days.
    """
    left = np.arange(shared.runs)
    for attempt in range(ATTEMPTS):
        streams = Streams(stack, seed, *([f"again {attempt}"] if attempt else []))
        missed = []
        for block in blocks(len(left), tile):
            runs = left[block]
            drawn = DrawnWork(stack, shared.of(runs), streams)
            forward = ForwardPass(stack, wrap(drawn, len(runs)), today)
            # A project that never opens is not open now.
            holds = np.broadcast_to(forward.run()[0] > stack.beyond, runs.shape)
            accept(forward, runs, holds)
            missed.append(runs[~holds])
        left = np.concatenate(missed)
        if not len(left):
            break
    return Settled(left, _like_runs(stack, shared, left))


def _like_runs(stack: Stack, shared: Shared, left: Indices) -> Indices:
    """For each run left, the accepted run with the nearest shared factor; none if all are left."""
    accepted = np.setdiff1d(np.arange(shared.runs), left)
    if not len(accepted) or not len(left):
        return accepted[:0]
    factor = shared.log_factor(stack.reference_class)
    if factor is None or len(factor) == 1:
        # Nothing is shared: any accepted run is as good as any other.
        return accepted[np.arange(len(left)) * len(accepted) // len(left) % len(accepted)]
    accepted = accepted[np.argsort(factor[accepted], kind="stable")]
    known, wanted = factor[accepted], factor[left]
    above = np.searchsorted(known, wanted).clip(0, len(known) - 1)
    below = (above - 1).clip(0)
    nearer = np.where(wanted - known[below] < known[above] - wanted, below, above)
    return accepted[nearer]
