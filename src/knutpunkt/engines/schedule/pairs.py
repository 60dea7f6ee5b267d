"""Single runs of single projects, side by side.

A stack reckons all its projects in the same runs. Where each project needs other runs, every pair
of a project and a run becomes a line of its own: ``(pairs, 1)`` in place of ``(projects, runs)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.forward import Asked
from knutpunkt.engines.schedule.stacks import Arc, Node, Stack
from knutpunkt.engines.schedule.streams import Single, Stream

Indices = NDArray[np.intp]
#: Turns figures ``(projects, 1)`` into others.
Change = Callable[[NDArray[Any]], NDArray[Any]]


def narrowed(stack: Stack) -> Stack:
    """Give figures that all projects have in common one line instead of one per project."""
    return _changed(stack, lambda figures: figures[:1] if _alike(figures) else figures)


def paired(stack: Stack, rows: Indices) -> Stack:
    """Give each of ``rows``, places in a narrowed stack, a line of its own."""
    return _changed(stack, lambda figures: figures if len(figures) == 1 else figures[rows])


class PairDraws:
    """Uniform numbers for pairs, all that one needs from one place of its project's stream.

    Parameters
    ----------
    stack
        Projects.
    seed, attempt
        A stream is named after the attempt and the project.
    asked
        What a pair draws, in this order.
    width
        So many candidates of a pair stand next to one another.
    """

    def __init__(
        self, stack: Stack, seed: int, attempt: str, asked: Sequence[Asked], width: int
    ) -> None:
        self._streams = [Stream(seed, attempt, project.key) for project in stack.projects]
        self._place = {what: at for at, what in enumerate(asked)}
        # A pair takes an even number, because two come from a word of 64 bits.
        self._each, self._width = len(asked) + len(asked) % 2, width
        self._drawn = np.empty((0, 0), np.float32)

    def next(self, rows: Indices) -> None:
        """Draw for further pairs; the places of their projects ascend."""
        numbers = np.empty((len(rows), self._width * self._each), np.float32)
        ends = np.searchsorted(rows, np.arange(len(self._streams) + 1))
        for row in np.unique(rows).tolist():
            self._streams[row].fill(numbers[ends[row] : ends[row + 1]].reshape(-1))
        self._drawn = numbers.reshape(-1, self._each).T.copy()

    def draw(self, node: int | None, kind: str, _runs: int) -> Single:
        """Numbers of one kind, ``(pairs x width, 1)``."""
        numbers: Single = self._drawn[self._place[node, kind]][:, None]
        return numbers


def _alike(figures: NDArray[Any]) -> bool:
    return bool((figures == figures[0]).all())


def _changed(stack: Stack, change: Change) -> Stack:
    return replace(
        stack,
        nodes=tuple(_node(node, change) for node in stack.nodes),
        in_class=change(stack.in_class),
        beyond=None if stack.beyond is None else change(stack.beyond),
    )


def _node(node: Node, change: Change) -> Node:
    return replace(
        node,
        law=None if node.law is None else node.law.changed(change),
        arcs=tuple(_arc(arc, change) for arc in node.arcs),
        floor=change(node.floor),
        started=None if node.started is None else change(node.started),
        finished=None if node.finished is None else change(node.finished),
        elapsed=None if node.elapsed is None else change(node.elapsed),
        decision=None if node.decision is None else node.decision.changed(change),
    )


def _arc(arc: Arc, change: Change) -> Arc:
    # A maximum lag moves nothing: where it is exceeded is counted afterwards.
    return arc if arc.lag is None else replace(arc, lag=change(arc.lag))
