"""A thin, typed hand on HiGHS: columns, rows, a start, limits; values, bound and status out."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np
from highspy import cb
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Called with (primal bound, dual bound); True asks the solver to stop.
Listener = Callable[[float, float], bool]

# The class has no type hints of its own; this name gives its constructor one.
_new_solver: Callable[[], highspy.Highs] = highspy.Highs
_WATCHED = (
    cb.HighsCallbackType.kCallbackMipInterrupt,
    cb.HighsCallbackType.kCallbackSimplexInterrupt,
    cb.HighsCallbackType.kCallbackMipLogging,
)


# Every column has bounds, so nothing is ever unbounded.
_INFEASIBLE = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True, eq=False)
class MilpAnswer:
    """What HiGHS reports.

    Parameters
    ----------
    values
        Best point found, or ``None``.
    bound
        Lower bound on the objective, ``-inf`` when none is known.
    row_prices
        Change of the optimum per unit of each row's active bound; only without integer columns.
    optimal, infeasible
        Whether HiGHS finished, and how. Neither: it was stopped.
    iterations
        Steps of the simplex method, the same on every machine.
    """

    values: Floats | None
    bound: float
    row_prices: Floats
    optimal: bool
    infeasible: bool
    iterations: int = 0


def is_one(values: Floats) -> NDArray[np.bool_]:
    """Read 0-1 columns, which are whole only within the solver's tolerance."""
    return np.rint(values).astype(np.bool_)


class Milp:
    """Minimise ``cost @ x`` with ``lower <= x <= upper``; the first columns are integer."""

    def __init__(self, *, cost: Floats, lower: Floats, upper: Floats, integers: int) -> None:
        self._cost, self._lower, self._upper, self._integers = cost, lower, upper, integers
        self._index: list[NDArray[np.intp]] = []
        self._value: list[Floats] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def add_row(self, columns: NDArray[np.intp], values: Floats, low: float, high: float) -> None:
        """Require ``low <= values @ x[columns] <= high``."""
        self._index.append(columns)
        self._value.append(values)
        self._low.append(low)
        self._high.append(high)

    def minimise(
        self,
        *,
        start: Floats | None = None,
        seconds: float | None = None,
        seed: int = 0,
        absolute_gap: float = 1e-6,
        cutoff: float | None = None,
        listener: Listener | None = None,
        presolve: bool = True,
        nodes: int | None = None,
    ) -> MilpAnswer:
        """Solve on one thread, so that the same seed gives the same answer.

        With a ``cutoff``, points that cost more are not looked for. Without ``presolve`` the model
        is solved as it stands. With ``nodes`` it stops after so many of its search.
        """
        solver = _solver(seconds, seed, absolute_gap)
        if cutoff is not None:
            solver.setOptionValue("objective_bound", cutoff)
        if nodes is not None:
            solver.setOptionValue("mip_max_nodes", nodes)
        if not presolve:
            solver.setOptionValue("presolve", "off")
        self._load(solver)
        if start is not None:
            columns = np.arange(len(start), dtype=np.int32)
            solver.setSolution(len(start), columns, start)
        if listener is not None:
            _listen(solver, listener)
        solver.run()
        return _answer(solver)

    def _load(self, solver: highspy.Highs) -> None:
        kinds = np.zeros(len(self._cost), dtype=np.int32)
        kinds[: self._integers] = 1
        lengths = np.array([len(columns) for columns in self._index], dtype=np.int32)
        starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
        solver.passModel(
            len(self._cost), len(self._low), int(starts[-1]),
            int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
            np.asarray(self._cost, dtype=np.float64), self._lower, self._upper,
            np.array(self._low, dtype=np.float64), np.array(self._high, dtype=np.float64),
            starts, np.concatenate([*self._index, []]).astype(np.int32),
            np.concatenate([*self._value, []]).astype(np.float64), kinds,
        )  # fmt: skip


def _solver(seconds: float | None, seed: int, absolute_gap: float) -> highspy.Highs:
    solver = _new_solver()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", seed)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", absolute_gap)
    if seconds is not None:
        solver.setOptionValue("time_limit", max(seconds, 0.0))
    return solver


def _listen(solver: highspy.Highs, listener: Listener) -> None:
    def heard(
        kind: cb.HighsCallbackType,
        _message: str,
        out: cb.HighsCallbackOutput,
        into: cb.HighsCallbackInput,
        _own: object,
    ) -> None:
        stop = listener(out.mip_primal_bound, out.mip_dual_bound)
        if stop and kind != cb.HighsCallbackType.kCallbackMipLogging:
            into.user_interrupt = True

    solver.setCallback(heard, None)
    for kind in _WATCHED:
        solver.startCallback(kind)


def _answer(solver: highspy.Highs) -> MilpAnswer:
    status, info = solver.getModelStatus(), solver.getInfo()
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    return MilpAnswer(
        values=np.array(solver.getSolution().col_value) if found else None,
        bound=float(info.mip_dual_bound),
        row_prices=np.array(solver.getSolution().row_dual),
        optimal=status == highspy.HighsModelStatus.kOptimal,
        infeasible=status in _INFEASIBLE,
        iterations=max(0, int(info.simplex_iteration_count)),
    )
