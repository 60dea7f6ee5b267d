"""The linear program of a cover: fewest columns, fractions allowed, with rows of branching."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from highspy import cb
from numpy.typing import NDArray

from knutpunkt.engines.location.center.core import Core
from knutpunkt.engines.location.meter import Meter

Floats = NDArray[np.float64]

# The class has no type hints of its own, and its stub lacks some of what it can do.
_new_solver: Callable[[], Any] = highspy.Highs
_PATIENCE = 0.05  # seconds between two questions whether to stop
_INTERRUPTS = (
    cb.HighsCallbackType.kCallbackSimplexInterrupt,
    cb.HighsCallbackType.kCallbackIpmInterrupt,
)
_INNER_TOLERANCE = 1e-5  # what remains is lost to the bound, never to its validity
_VERTICES_PER_READING, _READINGS_PER_INNER = 8, 20  # what iterations cost, about
_CUT_OFF = (highspy.HighsModelStatus.kTimeLimit, highspy.HighsModelStatus.kInterrupt)
_INNER_FROM = 8_000  # entries from which an interior point is found sooner than a vertex


@dataclass(frozen=True, eq=False)
class Fractions:
    """An optimum of the program.

    Parameters
    ----------
    many
        Columns taken, with fractions.
    taken
        Share of each column, shape ``(columns,)``.
    prices
        Price of each row, of each rule, and of each row of branching, 0 or more for covering rows
        and rows of at least, 0 or less for rows of at most.
    """

    many: float
    taken: Floats
    prices: Floats


class CoverProgram:
    """Fewest columns that cover all rows, as a linear program that grows and shrinks by rows."""

    def __init__(self, core: Core, meter: Meter) -> None:
        self.core, self._meter = core, meter
        self._solver = _new_solver()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        columns, rows = core.columns, core.rows
        ones = np.ones(columns)
        most = (
            np.full(columns, highspy.kHighsInf) if core.rules is None else core.size.astype(float)
        )
        self._solver.passModel(
            columns, rows, len(core.column_of),
            int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            ones, np.zeros(columns), most, np.ones(rows), np.full(rows, highspy.kHighsInf),
            core.row_start.astype(np.int32), core.column_of, np.ones(len(core.column_of)),
            np.zeros(columns, np.int32),
        )  # fmt: skip
        if core.rules is not None:
            for part, low, high in zip(core.parts, core.rules.least, core.rules.most, strict=True):
                self._add(np.flatnonzero(part), part[part != 0], float(low), float(high))
        if meter.cancel is not None:
            self._solver.setCallback(_interrupting(meter), None)
            for kind in _INTERRUPTS:
                self._solver.startCallback(kind)

    def push(self, columns: NDArray[np.integer], low: float, high: float) -> None:
        """Take at least ``low`` and at most ``high`` of some columns."""
        self._add(columns, np.ones(len(columns)), low, high)

    def _add(self, columns: NDArray[np.integer], factors: Floats, low: float, high: float) -> None:
        self._solver.addRow(low, high, len(columns), columns.astype(np.int32), factors)

    def pop(self, many: int) -> None:
        """Take the last rows of branching back."""
        rows = self._solver.getNumRow()
        self._solver.deleteRows(many, np.arange(rows - many, rows, dtype=np.int32))

    def relax(self) -> Fractions | None:
        """Solve for the bound alone, which need not be at a vertex; ``None`` when stopped."""
        if len(self.core.column_of) < _INNER_FROM:
            return self.solve()
        self._solver.setOptionValue("solver", "ipm")
        self._solver.setOptionValue("run_crossover", "off")
        self._solver.setOptionValue("ipm_optimality_tolerance", _INNER_TOLERANCE)
        return self.solve()

    def solve(self) -> Fractions | None:
        """Solve to a vertex, from the last one; ``None`` when stopped."""
        if self._meter.over():
            return None
        left = self._meter.left
        until = highspy.kHighsInf if left is None else self._solver.getRunTime() + left
        self._solver.setOptionValue("time_limit", until)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status in _CUT_OFF:  # it counts as not begun, so that the same work leads here again
            self._meter.stopped = True
            return None
        info = self._solver.getInfo()
        entries = len(self.core.column_of) + self.core.rows + self.core.columns
        self._meter.add(
            int(entries * (1 + max(info.simplex_iteration_count, 0) / _VERTICES_PER_READING
                + max(info.ipm_iteration_count, 0) * _READINGS_PER_INNER))
        )  # fmt: skip
        if status == highspy.HighsModelStatus.kInfeasible:
            return self._ray()
        if status != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        return Fractions(
            self._solver.getInfo().objective_function_value,
            np.array(solution.col_value),
            np.array(solution.row_dual),
        )

    def _ray(self) -> Fractions | None:
        """Prices that show that no fractions cover all rows: any number of columns is too few."""
        _, found, ray = self._solver.getDualRay()
        if not found:
            return None
        prices = np.array(ray)
        covering = float(prices[: self.core.rows].sum())
        sign = 1.0 if covering >= 0 else -1.0
        scale = sign / max(float(np.abs(prices).max()), 1e-30)
        return Fractions(np.inf, np.zeros(self.core.columns), prices * scale)


def _interrupting(meter: Meter) -> Callable[..., None]:
    """A callback that interrupts the solver when the caller cancels."""
    asked = time.perf_counter()

    def heard(
        _kind: cb.HighsCallbackType,
        _message: str,
        _out: cb.HighsCallbackOutput,
        into: cb.HighsCallbackInput,
        _own: object,
    ) -> None:
        nonlocal asked
        if time.perf_counter() - asked > _PATIENCE:
            asked = time.perf_counter()
            into.user_interrupt = meter.over()

    return heard
