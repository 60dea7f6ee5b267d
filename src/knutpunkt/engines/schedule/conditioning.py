"""Working days of projects that are known not to have opened yet.

A project's own draws are drawn again, given what its run shares with other projects, until it
opens late enough. Most runs need a few draws and few need many, so that each round draws more
candidates for the runs that are left and takes the first that agrees; all projects that are built
alike go through a round together. A run in which `ATTEMPTS` draws fail borrows those of the
accepted run with the nearest shared factor: so many misses mean that hardly any draw agrees, and
among those that do the own draws matter more than a small difference in what is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.blocks import blocks
from knutpunkt.engines.schedule.forward import DrawnWork, ForwardPass, Streams, Truths, Work
from knutpunkt.engines.schedule.keptwork import KeptWork
from knutpunkt.engines.schedule.model import ReferenceClass
from knutpunkt.engines.schedule.pairs import PairDraws, narrowed, paired
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Stack

#: Candidates of each round after the first draw.
WIDTHS: Final = (1, 2, 4, 8, 16)
ATTEMPTS: Final = 1 + sum(WIDTHS)

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Settled:
    """Working days with which each project opens late enough when it waits for nobody.

    ``contradicted`` is the share of runs, by project, in which no draw agreed; projects without
    such runs are left out.
    """

    work: KeptWork
    contradicted: Mapping[str, float]

    def of(self, runs: slice) -> Work:
        """Working days of some of the runs."""
        return self.work.of(runs)


@dataclass(frozen=True, eq=False)
class Unsettled:
    """Working days of projects nothing but their reports conditions, drawn block by block."""

    stack: Stack
    shared: Shared
    streams: Streams
    contradicted: Mapping[str, float] = field(default_factory=dict)

    def of(self, runs: slice) -> Work:
        """Working days of the runs that come next."""
        return DrawnWork(self.stack, self.shared.of(runs), self.streams)


def workings(
    stack: Stack, shared: Shared, seed: int, *, today: float, tile: int
) -> Settled | Unsettled:
    """Working days of a stack, given what is known of its projects."""
    if stack.beyond is None:
        return Unsettled(stack, shared, Streams(stack, seed))
    return settle(stack, shared, seed, today=today, tile=tile)


def settle(stack: Stack, shared: Shared, seed: int, *, today: float, tile: int) -> Settled:
    """Draw the runs of projects until each opens after it is known to have been closed."""
    trial = _Trial(stack, narrowed(stack), shared, seed, today, tile)
    kept = KeptWork((len(stack.projects), shared.runs))
    streams = Streams(stack, seed)
    left = trial.first(kept, streams)
    for attempt, width in enumerate(WIDTHS, start=1):
        if not streams.asked or not left.any():
            break
        draws = PairDraws(stack, seed, f"again {attempt}", streams.asked, width)
        trial.again(kept, left, draws, width)
    for row in np.flatnonzero(left.any(axis=1)).tolist():
        missed = np.flatnonzero(left[row])
        if len(lenders := _like_runs(stack.class_of(row), shared, missed)):
            kept.take(kept, (row, missed), (row, lenders))
    shares = zip(stack.projects, left.mean(axis=1).tolist(), strict=True)
    return Settled(kept, {project.key: share for project, share in shares if share})


@dataclass(frozen=True, eq=False)
class _Trial:
    """Projects drawn and placed to see whether they open late enough."""

    stack: Stack
    narrow: Stack
    shared: Shared
    seed: int
    today: float
    tile: int

    def first(self, kept: KeptWork, streams: Streams) -> Truths:
        """Draw every run once; return those that do not agree, ``(projects, runs)``."""
        left = np.empty(kept.shape, np.bool_)
        for runs in blocks(self.shared.runs, self.tile // len(left)):
            part = self.shared.of(runs)
            drawn = DrawnWork(self.stack, part, streams)
            work = KeptWork((len(left), part.runs), drawn)
            left[:, runs] = ~self._holds(self.stack, work)
            kept.take(work, (slice(None), runs), ...)
        return left

    def again(self, kept: KeptWork, left: Truths, draws: PairDraws, width: int) -> None:
        """Draw ``width`` candidates for each run that is left, and take the first that agrees."""
        rows, runs = np.nonzero(left)
        for block in blocks(len(rows), self.tile // width):
            row, run = rows[block], runs[block]
            draws.next(row)
            pairs = paired(self.narrow, np.repeat(row, width))
            part = self.shared.of(np.repeat(run, width)[:, None])
            work = KeptWork((len(row) * width, 1), DrawnWork(pairs, part, draws))
            holds = self._holds(pairs, work).reshape(-1, width)
            some = np.flatnonzero(holds.any(axis=1))
            here = row[some], run[some]
            kept.take(work, here, (some * width + holds[some].argmax(axis=1), 0))
            left[here] = False

    def _holds(self, stack: Stack, work: KeptWork) -> Truths:
        """Whether each project opens late enough; one that never opens is not open now."""
        opening = ForwardPass(stack, work, self.today).run()
        assert stack.beyond is not None
        return np.broadcast_to(opening > stack.beyond, work.shape)


def _like_runs(known: ReferenceClass | None, shared: Shared, left: Indices) -> Indices:
    """For each run left, the accepted run with the nearest shared factor; none if all are left."""
    accepted = np.setdiff1d(np.arange(shared.runs), left)
    if not len(accepted):
        return accepted
    factor = shared.log_factor(known)
    if factor is None or len(factor) == 1:
        # Nothing is shared: any accepted run is as good as any other.
        return accepted[np.arange(len(left)) * len(accepted) // len(left) % len(accepted)]
    accepted = accepted[np.argsort(factor[accepted], kind="stable")]
    lent, wanted = factor[accepted], factor[left]
    above = np.searchsorted(lent, wanted).clip(0, len(lent) - 1)
    below = (above - 1).clip(0)
    nearer = np.where(wanted - lent[below] < lent[above] - wanted, below, above)
    return accepted[nearer]
