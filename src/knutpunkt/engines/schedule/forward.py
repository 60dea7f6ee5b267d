"""The forward pass: when each activity of a stack starts and finishes in each run.

A node takes a handful of array operations on ``(projects, runs)``, the moments of a tile of runs
of projects that are built alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.sampling import draw_beyond, standard_score
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Arc, Node, Stack
from knutpunkt.engines.schedule.streams import Single, Stream, uniforms

Truths = NDArray[np.bool_]
#: Waits for a crew: node, earliest start, working days, runs that have ended -> start.
Crewed = Callable[[Node, Single, Single, Truths | None], Single]


class Streams:
    """Streams of a stack, opened when first drawn from and kept from block to block."""

    def __init__(self, stack: Stack, seed: int, *attempt: str) -> None:
        self.stack, self.seed, self.attempt = stack, seed, attempt
        self._open: dict[tuple[int | None, str], list[Stream]] = {}

    def draw(self, node: int | None, kind: str, runs: int) -> Single:
        """Uniform numbers ``(projects, runs)``."""
        if (node, kind) not in self._open:
            names = self.stack.stream_names(node, *self.attempt, kind)
            self._open[node, kind] = [Stream(self.seed, *name) for name in names]
        return uniforms(self._open[node, kind], runs)


class Work(Protocol):
    """Working days of each node, and what its gate decides; None where there is nothing."""

    def duration(self, at: int) -> Single | None:
        """Working days a node takes; of a started one those that remain."""
        ...

    def delay(self, at: int) -> Single | None:
        """Working days lost by going back at its gate."""
        ...

    def stops(self, at: int) -> Truths | None:
        """Whether the project ends at its gate."""
        ...


class DrawnWork:
    """Working days drawn when asked for, in the order of the nodes.

    ``log_factor`` is the own log factor of the projects plus that of their class and programme.
    """

    def __init__(self, stack: Stack, shared: Shared, streams: Streams) -> None:
        self.stack, self.shared, self.streams = stack, shared, streams
        self.log_factor = self._log_factor()
        self._factor = None if self.log_factor is None else np.exp(self.log_factor)

    def _log_factor(self) -> Single | None:
        known = self.stack.reference_class
        together = self.shared.log_factor(known)
        if known is None or known.sd == 0:
            return together
        own = standard_score(self.streams.draw(None, "factor", self.shared.runs))
        own *= np.float32(known.sd)
        return own if together is None else np.add(own, together, out=own)

    def duration(self, at: int) -> Single | None:
        """Working days, stretched by factors and lengthened by risks."""
        node = self.stack.nodes[at]
        if node.finished is not None:
            return None
        work = None if node.law is None else self._stretched(at, node)
        for risk in node.risks:
            impact = self.shared.risks[risk]
            work = impact[None, :] if work is None else work + impact
        return work

    def _stretched(self, at: int, node: Node) -> Single:
        assert node.law is not None
        share = self.streams.draw(at, "work", self.shared.runs)
        if node.elapsed is None:
            return self._scaled(node, node.law.draw(share))
        factor = self._scaled(node, np.ones_like(share))
        base = draw_beyond(node.law, share, node.elapsed / factor)
        left: Single = np.maximum(base * factor - node.elapsed, 0)
        return left

    def _scaled(self, node: Node, work: Single) -> Single:
        if self._factor is not None and not node.activity.not_scaled:
            work *= self._factor
        if node.activity.causes:
            work *= self.shared.stretch[node.activity.causes]
        return work

    def delay(self, at: int) -> Single | None:
        """Working days lost by going back, stretched like the activity itself."""
        node = self.stack.nodes[at]
        if node.decision is None or node.finished is not None:
            return None
        lost = node.decision.delays(self._draw_at(at))
        return None if lost is None else self._scaled(node, lost)

    def stops(self, at: int) -> Truths | None:
        """Whether the project ends here."""
        node = self.stack.nodes[at]
        if node.decision is None or node.finished is not None:
            return None
        return node.decision.stops(self._draw_at(at))

    def _draw_at(self, at: int) -> Callable[[str], Single]:
        return lambda kind: self.streams.draw(at, kind, self.shared.runs)


class ForwardPass:
    """Start and finish of the nodes of a stack, one after the other.

    ``due`` is the finish before the gate decides; ``ended`` tells in which runs the project has
    ended at the node or at one it follows, ``stopped`` in which it has ended at all (None: none).
    """

    def __init__(self, stack: Stack, work: Work, today: float) -> None:
        self.stack, self.work, self.today = stack, work, np.float32(today)
        self.start: list[Single] = []
        self.due: list[Single] = []
        self.finish: list[Single] = []
        self.ended: list[Truths | None] = []
        self.stopped: Truths | None = None

    def run(self) -> Single:
        """Place all nodes; return when each project is complete, ``inf`` where it never is."""
        for _ in self.stack.nodes:
            self.place()
        return self.opening()

    def opening(self) -> Single:
        """When each project is complete."""
        done = self.finish[self.stack.opens]
        return done if self.stopped is None else np.where(self.stopped, np.float32(np.inf), done)

    def place(self, crewed: Crewed | None = None) -> None:
        """Place the next node as early as its links, its calendar and a crew allow."""
        at = len(self.finish)
        node = self.stack.nodes[at]
        if node.finished is not None:
            self.start.append(node.finished if node.started is None else node.started)
            self.due.append(node.finished)
            self.finish.append(node.finished)
            self.ended.append(None)
            return
        work = self.work.duration(at)
        earliest, end = self.bounds(node)
        if end is not None:
            earliest = np.maximum(
                earliest, end if work is None else taken(node.calendar, end, work)
            )
        ended = _either(*(self.ended[arc.source] for arc in node.arcs))
        if crewed is not None and node.activity.crew and work is not None:
            earliest = crewed(node, earliest, work, ended)
        finish = earliest if work is None else later(node.calendar, earliest, work)
        self.start.append(earliest if node.started is None else node.started)
        self.due.append(finish if end is None else np.maximum(finish, end))
        self._decide(at, node, ended)

    def bounds(self, node: Node) -> tuple[Single, Single | None]:
        """Earliest start and earliest finish that the floor and the links allow.

        Links to its start no longer bind a started activity; what remains of it goes on today.
        """
        begun = node.started is not None
        start = np.full_like(node.floor, self.today) if begun else node.floor
        end: Single | None = None
        for arc in node.arcs:
            if arc.type in {"FF", "SF"}:
                moment = self.bound(arc)
                end = moment if end is None else np.maximum(end, moment)
            elif not begun:
                start = np.maximum(start, self.bound(arc))
        return start, end

    def bound(self, arc: Arc) -> Single:
        """Earliest start (FS, SS) or finish (FF, SF) that a link allows."""
        source = arc.source
        moment = self.finish[source] if arc.type in {"FS", "FF"} else self.begun(source)
        return moment if arc.lag is None else later(arc.calendar, moment, arc.lag)

    def begun(self, at: int) -> Single:
        """When work on a node begins: on a working day, unless it is a milestone."""
        node = self.stack.nodes[at]
        if node.calendar is None or node.law is None or node.started is not None:
            return self.start[at]
        return node.calendar.next_start(self.start[at])

    def _decide(self, at: int, node: Node, ended: Truths | None) -> None:
        delay, stops = self.work.delay(at), self.work.stops(at)
        due = self.due[at]
        self.finish.append(due if delay is None else later(node.calendar, due, delay))
        self.ended.append(_either(stops, ended))
        self.stopped = _either(stops, self.stopped)


def _either(*truths: Truths | None) -> Truths | None:
    known = [truth for truth in truths if truth is not None]
    return functools.reduce(np.logical_or, known) if known else None


def later(calendar: Calendar | None, moment: Single, work: Single) -> Single:
    """Moment by which some working days have passed."""
    return moment + work if calendar is None else calendar.add(moment, work)


def taken(calendar: Calendar | None, moment: Single, work: Single) -> Single:
    """Latest moment from which some working days remain."""
    return moment - work if calendar is None else calendar.subtract(moment, work)
