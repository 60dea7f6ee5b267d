"""Simulation of projects that wait for the same crews, all of them run by run together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knutpunkt.engines.schedule.blocks import blocks
from knutpunkt.engines.schedule.conditioning import Indices, settle
from knutpunkt.engines.schedule.crews import Crews, in_order
from knutpunkt.engines.schedule.forward import DrawnWork, ForwardPass, Streams, Truths, Work
from knutpunkt.engines.schedule.keptwork import KeptWork
from knutpunkt.engines.schedule.progress import Progress
from knutpunkt.engines.schedule.recording import Record
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Stack


def run_together(
    stacks: Sequence[Stack],
    planned: Mapping[int, Sequence[float]],
    sizes: Mapping[str, int],
    shared: Shared,
    seed: int,
    today: float,
    record: Record,
    progress: Progress,
    tile: int,
) -> None:
    """Place all projects in each run, one activity after the other, with crew limits.

    Stacks hold one project each. A project known to have been closed until some moment gets
    working days with which it opens later even if it waits for no crew; waiting only adds.
    """
    ordered, turns = in_order(stacks, planned)
    streams = [Streams(stack, seed) for stack in ordered]
    kept = {
        place: _agreeing_work(stack, shared, seed, today, record, tile)
        for place, stack in enumerate(ordered)
        if stack.beyond is not None
    }
    # A step handles one project; timetables of crews fill the rest of the cache.
    for runs in blocks(shared.runs, tile // 2):
        part = shared.of(runs)
        crews = Crews(sizes, part.runs)
        passes = [
            ForwardPass(
                stack,
                kept[place].of(runs) if place in kept else DrawnWork(stack, part, streams[place]),
                today,
            )
            for place, stack in enumerate(ordered)
        ]
        for turn in turns:
            passes[turn].place(crews.start)
        for forward in passes:
            record.write(forward, runs)
            progress.done(part.runs)
    for stack in stacks:
        record.not_before_known(stack)


def _agreeing_work(
    stack: Stack, shared: Shared, seed: int, today: float, record: Record, tile: int
) -> KeptWork:
    """Working days of a project with which it opens after it is known to have been closed."""
    kept = KeptWork(shared.runs)

    def listen(work: Work, runs: int) -> Work:
        return KeptWork(runs, work)

    def accept(forward: ForwardPass, runs: Indices, _holds: Truths) -> None:
        assert isinstance(forward.work, KeptWork)
        # Runs that do not agree come again; of those that never do, the last attempt stays.
        kept.take(forward.work, runs)

    settled = settle(stack, shared, seed, today=today, tile=tile, accept=accept, wrap=listen)
    if len(settled.left):
        record.contradicted[stack.projects[0].key] = len(settled.left) / shared.runs
    if len(settled.lenders):
        kept.take(kept.of(settled.lenders), settled.left)
    return kept
