"""What drives the openings of a forward pass, and where a maximum lag is exceeded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from knutpunkt.engines.schedule.forward import ForwardPass, Truths
from knutpunkt.engines.schedule.stacks import Arc

#: Moments closer than this many days (a minute and a half) are the same: float32 rounds.
NEAR = np.float32(1e-3)


def longest_paths(forward: ForwardPass) -> list[Truths | None]:
    """Runs in which each unfinished node lies on the longest path to the opening of its project.

    Returns
    -------
    list
        Per node booleans ``(projects, runs)``, or None where it never does. A wait for a crew
        ends the path: what drives the opening there is another project.
    """
    nodes = forward.stack.nodes
    shape = np.broadcast_shapes(*(finish.shape for finish in forward.finish))
    on_path: list[Truths | None] = [None] * len(nodes)
    opens = np.ones(shape, np.bool_)
    on_path[forward.stack.opens] = opens if forward.stopped is None else opens & ~forward.stopped
    for at in reversed(range(len(nodes))):
        path = on_path[at]
        if nodes[at].finished is not None:
            on_path[at] = None
        elif path is not None:
            for arc in nodes[at].arcs:
                if (drives := _drives(forward, at, arc)) is not None:
                    earlier = on_path[arc.source]
                    here = path & drives
                    on_path[arc.source] = here if earlier is None else earlier | here
    return on_path


def _drives(forward: ForwardPass, at: int, arc: Arc) -> Truths | None:
    """Whether a node could have begun or ended earlier but for this link."""
    if arc.type in {"FF", "SF"}:
        return forward.bound(arc) >= forward.due[at] - NEAR
    if forward.stack.nodes[at].started is not None:
        return None
    return forward.bound(arc) >= forward.start[at] - NEAR


def lapses(forward: ForwardPass) -> Iterator[tuple[int, Arc, Truths]]:
    """Links with a maximum lag, and the runs in which more time passes than it allows."""
    for at, node in enumerate(forward.stack.nodes):
        for arc in node.arcs:
            if arc.max_lag is None:
                continue
            since = forward.finish if arc.type in {"FS", "FF"} else forward.start
            until = forward.finish[at] if arc.type in {"FF", "SF"} else forward.begun(at)
            passed = (
                until - since[arc.source]
                if arc.calendar is None
                else arc.calendar.between(since[arc.source], until)
            )
            late, ended = passed > arc.max_lag + NEAR, forward.ended[at]
            yield at, arc, late if ended is None else late & ~ended
