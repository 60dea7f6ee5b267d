"""The forward pass: when each activity of a stack starts and finishes in each run.

A node takes a handful of array operations on ``(projects, runs)``, the moments of a tile of runs
of projects that are built alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.sampling import draw_beyond, standard_score
from knutpunkt.engines.schedule.shared import Shared
from knutpunkt.engines.schedule.stacks import Arc, Node, Stack
from knutpunkt.engines.schedule.streams import Single, Stream, uniforms

Truths = NDArray[np.bool_]
#: What is drawn: the place of a node (None: the project itself) and the kind of draw.
Asked = tuple[int | None, str]


class Draws(Protocol):
    """Where uniform numbers come from."""

    def draw(self, node: int | None, kind: str, runs: int) -> Single:
        """Uniform numbers ``(projects, runs)``, which may be overwritten."""
        ...


class Streams:
    """Streams of a stack, opened when first drawn from and kept from block to block."""

    def __init__(self, stack: Stack, seed: int, *attempt: str) -> None:
        self.stack, self.seed, self.attempt = stack, seed, attempt
        self._open: dict[Asked, list[Stream]] = {}

    @property
    def asked(self) -> list[Asked]:
        """What has been drawn so far, in the order in which it was first asked for."""
        return list(self._open)

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

    def __init__(self, stack: Stack, shared: Shared, streams: Draws) -> None:
        self.stack, self.shared, self.streams = stack, shared, streams
        self.log_factor = self._log_factor()
        self._factor = None if self.log_factor is None else np.exp(self.log_factor)

    def _log_factor(self) -> Single | None:
        together = self._together()
        spread = [0.0 if known is None else known.sd for known in self.stack.classes]
        # Projects of a stack all have a spread of their own, or none has.
        if not any(spread):
            return together
        own = standard_score(self.streams.draw(None, "factor", self.shared.runs))
        own *= np.array(spread, np.float32)[self.stack.in_class]
        return own if together is None else np.add(own, together, out=own)

    def _together(self) -> Single | None:
        """Log factor of the programme and of the class of each project."""
        factors = [self.shared.log_factor(known) for known in self.stack.classes]
        if all(factor is None for factor in factors):
            return None
        first, *others = (np.zeros(1, np.float32) if each is None else each for each in factors)
        for place, factor in enumerate(others, start=1):
            first = np.where(self.stack.in_class == place, factor, first)
        return first

    def duration(self, at: int) -> Single | None:
        """Working days, stretched by factors and lengthened by risks."""
        node = self.stack.nodes[at]
        if node.finished is not None:
            return None
        work = None if node.law is None else self._stretched(at, node)
        for risk in node.risks:
            impact = np.atleast_2d(self.shared.risks[risk])
            work = impact if work is None else work + impact
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


@dataclass(frozen=True, slots=True)
class Ready:
    """A node about to be placed: its earliest start and what else is known of it.

    ``end`` is its earliest finish, ``work`` its working days (None: none) and ``ended`` the runs
    in which the project has ended before it (None: none).
    """

    earliest: Single
    end: Single | None
    work: Single | None
    ended: Truths | None


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
        self.place(len(self.stack.nodes))
        return self.opening()

    def opening(self) -> Single:
        """When each project is complete."""
        done = self.finish[self.stack.opens]
        return done if self.stopped is None else np.where(self.stopped, np.float32(np.inf), done)

    def place(self, until: int) -> None:
        """Place the nodes before ``until`` as early as their links and their calendars allow."""
        for node in self.stack.nodes[len(self.finish) : until]:
            if node.finished is None:
                ready = self.ready()
                self.go_on(ready, ready.earliest)
                continue
            self.start.append(node.finished if node.started is None else node.started)
            self.due.append(node.finished)
            self.finish.append(node.finished)
            self.ended.append(None)

    def ready(self) -> Ready:
        """Find when the next node, which is unfinished, may start."""
        at = len(self.finish)
        node = self.stack.nodes[at]
        work = self.work.duration(at)
        earliest, end = self.bounds(node)
        if end is not None:
            earliest = np.maximum(
                earliest, end if work is None else taken(node.calendar, end, work)
            )
        ended = _either(*(self.ended[arc.source] for arc in node.arcs))
        return Ready(earliest, end, work, ended)

    def go_on(self, ready: Ready, start: Single) -> None:
        """Place the next node with the start it gets."""
        at = len(self.finish)
        node, end = self.stack.nodes[at], ready.end
        finish = start if ready.work is None else later(node.calendar, start, ready.work)
        self.start.append(start if node.started is None else node.started)
        self.due.append(finish if end is None else np.maximum(finish, end))
        self._decide(at, node, ready.ended)

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
