"""A cover by so many columns, found or excluded by HiGHS, of which no proof is kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.core import Core
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.milp import Milp

_ITERATIONS_PER_READING = 4  # what a step of the simplex method costs, about


class Settled(NamedTuple):
    """How many of each column are taken (none: not found), and whether there is no cover."""

    taken: NDArray[np.int32] | None
    impossible: bool


def settled(core: Core, many: int, meter: Meter, *, nodes: int, seed: int) -> Settled:
    """Let HiGHS look for ``many`` columns that cover all rows and obey all rules.

    Parameters
    ----------
    nodes
        Give up after so many nodes of its search.
    """
    if meter.over():
        return Settled(None, impossible=False)
    columns = core.columns
    size = np.ones(columns) if core.rules is None else core.size.astype(np.float64)
    program = Milp(
        cost=np.zeros(columns), lower=np.zeros(columns), upper=size, integers=columns
    )  # fmt: skip
    for row in range(core.rows):
        own = core.column_of[core.row_start[row] : core.row_start[row + 1]].astype(np.intp)
        program.add_row(own, np.ones(len(own)), 1.0, np.inf)
    program.add_row(np.arange(columns), np.ones(columns), 0.0, float(many))
    if core.rules is not None:
        for part, low, high in zip(core.parts, core.rules.least, core.rules.most, strict=True):
            own = np.flatnonzero(part)
            program.add_row(own, part[own], float(low), float(high))
    found = program.minimise(
        seconds=meter.left, seed=seed % 2**31, nodes=nodes,
        listener=None if meter.cancel is None else lambda _found, _bound: meter.over(),
    )  # fmt: skip
    if meter.over():  # cut off: it counts as not begun, so that the same work leads here again
        return Settled(None, impossible=False)
    meter.add(len(core.row_of) * (1 + found.iterations // _ITERATIONS_PER_READING) + columns)
    if found.values is not None:
        return Settled(np.rint(found.values).astype(np.int32), impossible=False)
    return Settled(None, impossible=found.infeasible)
