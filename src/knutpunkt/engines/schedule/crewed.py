"""Simulation of projects that wait for the same crews, all of them run by run together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from knutpunkt.engines.schedule.blocks import blocks
from knutpunkt.engines.schedule.conditioning import workings
from knutpunkt.engines.schedule.crews import Crews, alike_in_time, in_order, planned_starts
from knutpunkt.engines.schedule.forward import ForwardPass, Ready
from knutpunkt.engines.schedule.network import Network
from knutpunkt.engines.schedule.progress import Progress
from knutpunkt.engines.schedule.recording import Record
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Frame, stacks
from knutpunkt.engines.schedule.streams import Single


def run_together(
    frame: Frame,
    networks: Sequence[Network],
    sizes: Mapping[str, int],
    shared: Shared,
    seed: int,
    record: Record,
    progress: Progress,
    tile: int,
) -> None:
    """Place all projects in each run, one activity after the other, with crew limits.

    A project known to have been closed until some moment gets working days with which it opens
    later even if it waits for no crew; waiting only adds.
    """
    today = frame.data_date
    planned = planned_starts(stacks(frame, networks, height=tile), today)
    apart = alike_in_time(networks, planned)
    alike = stacks(frame, networks, height=max(1, tile // shared.runs), apart=apart)
    ordered, turns = in_order(list(alike), planned)
    works = [workings(stack, shared, seed, today=today, tile=tile) for stack in ordered]
    # Timetables of crews fill the rest of the cache.
    for runs in blocks(shared.runs, tile // 2):
        crews = Crews(sizes, len(range(shared.runs)[runs]))
        passes = [
            _Applicants(ForwardPass(stack, work.of(runs), today), crews)
            for stack, work in zip(ordered, works, strict=True)
        ]
        for turn in turns:
            passes[turn.stack].start(turn.project, turn.node)
        for stack, applicants in zip(ordered, passes, strict=True):
            applicants.forward.run()
            record.write(applicants.forward, runs)
            progress.done(crews.runs * len(stack.projects))
    for stack, work in zip(ordered, works, strict=True):
        record.contradicted.update(work.contradicted)
        record.not_before_known(stack)


class _Applicants:
    """Projects of a stack that ask for crews, each when it is its turn."""

    def __init__(self, forward: ForwardPass, crews: Crews) -> None:
        self.forward, self._crews = forward, crews
        self._ready: Ready | None = None
        self._started: list[Single] = []

    def start(self, project: int, at: int) -> None:
        """Give one project a crew for a node; when all have theirs, the node is placed."""
        if self._ready is None:
            self.forward.place(at)
            self._ready = self.forward.ready()
        self._started.append(self._start(self._ready, project, at))
        if len(self._started) == len(self.forward.stack.projects):
            # Turns of a stack come in the order of its rows.
            self.forward.go_on(self._ready, np.concatenate(self._started))
            self._ready, self._started = None, []

    def _start(self, ready: Ready, project: int, at: int) -> Single:
        shape = (len(self.forward.stack.projects), self._crews.runs)
        row = slice(project, project + 1)
        earliest = np.broadcast_to(ready.earliest, shape)[row]
        if ready.work is None:
            return earliest
        work = np.broadcast_to(ready.work, shape)[row]
        ended = None if ready.ended is None else np.broadcast_to(ready.ended, shape)[row]
        return self._crews.start(self.forward.stack.nodes[at], earliest, work, ended)
