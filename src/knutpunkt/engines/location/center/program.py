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
from knutpunkt.engines.location.watch import Watch

Floats = NDArray[np.float64]

# The class has no type hints of its own, and its stub lacks some of what it can do.
_new_solver: Callable[[], Any] = highspy.Highs
_PATIENCE = 0.05  # seconds between two questions whether to stop
_INTERRUPTS = (
    cb.HighsCallbackType.kCallbackSimplexInterrupt,
    cb.HighsCallbackType.kCallbackIpmInterrupt,
)
_INNER_TOLERANCE = 1e-5  # what remains is lost to the bound, never to its validity
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
        Price of each row and then of each row of branching, 0 or more for covering rows and
        rows of at least, 0 or less for rows of at most.
    """

    many: float
    taken: Floats
    prices: Floats


class CoverProgram:
    """Fewest columns that cover all rows, as a linear program that grows and shrinks by rows."""

    def __init__(self, core: Core, watch: Watch) -> None:
        self.core, self._watch = core, watch
        self._solver = _new_solver()
        self._solver.setOptionValue("output_flag", False)
        self._solver.setOptionValue("threads", 1)
        columns, rows = core.columns, core.rows
        ones = np.ones(columns)
        infinite = np.full(columns, highspy.kHighsInf)
        self._solver.passModel(
            columns, rows, len(core.column_of),
            int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            ones, np.zeros(columns), infinite, np.ones(rows), np.full(rows, highspy.kHighsInf),
            core.row_start.astype(np.int32), core.column_of, np.ones(len(core.column_of)),
            np.zeros(columns, np.int32),
        )  # fmt: skip
        if watch.cancel is not None:
            self._solver.setCallback(_interrupting(watch), None)
            for kind in _INTERRUPTS:
                self._solver.startCallback(kind)

    def push(self, columns: NDArray[np.integer], low: float, high: float) -> None:
        """Take at least ``low`` and at most ``high`` of some columns."""
        self._solver.addRow(
            low, high, len(columns), columns.astype(np.int32), np.ones(len(columns))
        )

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
        left = self._watch.remaining
        until = highspy.kHighsInf if left is None else self._solver.getRunTime() + left
        self._solver.setOptionValue("time_limit", until)
        self._solver.run()
        status = self._solver.getModelStatus()
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
        sign = 1.0 if prices[: self.core.rows].sum() > 0 else -1.0
        scale = sign / max(float(np.abs(prices).max()), 1e-30)
        return Fractions(np.inf, np.zeros(self.core.columns), prices * scale)


def _interrupting(watch: Watch) -> Callable[..., None]:
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
            into.user_interrupt = watch.stop()

    return heard
