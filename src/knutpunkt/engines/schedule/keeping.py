"""What must be true: dates such that a clause is likely to hold if every one of them is kept.

Both answers are counted on the runs of the simulation: what remains after a gate is taken run by
run as it was drawn, so that what the projects share stays shared, and only the gate is moved.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.clauses import (
    Clause,
    Floats,
    Openings,
    Truths,
    holds,
    require_probability,
)

#: Levels tried, in percent.
_LEVELS: Final = 100


@dataclass(frozen=True, slots=True)
class DateToKeep:
    """Latest moment (whole days) for a project or its gate, and how likely it is kept today."""

    project: str
    moment: float
    kept: float


@dataclass(frozen=True, slots=True)
class MustBeTrue:
    """Dates such that the clause reaches the target when all of them are kept.

    ``level`` is the common level they were chosen at, None when no level reaches the target: then
    ``probability`` and ``dates`` are those of the strictest level.
    """

    clause: str
    target: float
    probability: float
    level: float | None
    dates: tuple[DateToKeep, ...]


def latest_dates(
    clause: Clause,
    openings: Openings,
    passed: Mapping[str, NDArray[np.floating]],
    *,
    target: float = 0.8,
) -> MustBeTrue:
    """Latest dates of a gate per project for which a clause reaches a probability.

    What remains after the gate (opening minus passing, run by run) is kept; the gate is moved. A
    date at level s is the end of the window minus the remainder's quantile s: passed on that day,
    the project opens in time with probability s. The least common s is taken for which the
    clause holds in a share ``target`` of the runs when *every* gate is passed exactly on its
    date; passed earlier, a window without a first day holds at least as often.

    Parameters
    ----------
    clause
        The clause; projects without a gate keep their simulated openings.
    openings
        A simulation.
    passed
        Moment at which each project passes the gate, shape ``(runs,)`` each (inf: never). Gates
        passed before the data date are left as they are.
    target
        Probability asked for.

    Returns
    -------
    MustBeTrue
        Whole days, none before the data date. ``level`` None: not even at the strictest level.
    """
    gates = _gates_ahead(clause, openings, passed)
    return _sought(
        _Question(clause, openings, gates, target),
        range(1, _LEVELS + 1),
        lambda gate, level: _latest(clause, openings, gate, level),
        lambda gate, date: date + gate.remainder,
    )


def dates_to_keep(
    clause: Clause,
    openings: Openings,
    passed: Mapping[str, NDArray[np.floating]] | None = None,
    *,
    target: float = 0.8,
) -> MustBeTrue:
    """The forecast's own dates, equally ambitious for all, that suffice if they are kept.

    A date at level q is the forecast's quantile q of the project's opening (or of its gate). Runs
    that are later are brought to the date, the others are left, what remains after the gate is
    kept. The greatest common q is taken for which the clause reaches the target.

    Parameters
    ----------
    clause, openings, target
        As for :func:`latest_dates`.
    passed
        Passing of a gate per project; None for the openings themselves.

    Returns
    -------
    MustBeTrue
        ``level`` 1.0 reads: the forecast as it is. None: not even at the strictest level.
    """
    if passed is None:
        passed = dict(zip(openings.projects, openings.finish, strict=True))
    return _sought(
        _Question(clause, openings, _gates_ahead(clause, openings, passed), target),
        range(_LEVELS, 0, -1),
        lambda gate, level: _quantile(gate.by_passing, level),
        lambda gate, date: np.minimum(gate.passed, date) + gate.remainder,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Gate:
    """Passing of a gate and what remains after it, in the order of runs and in order of size."""

    passed: Floats
    remainder: Floats
    by_passing: Floats
    by_remainder: Floats


@dataclass(frozen=True, slots=True)
class _Question:
    clause: Clause
    openings: Openings
    gates: Mapping[str, _Gate]
    target: float


def _sought(
    asked: _Question,
    levels: Iterable[int],
    date_at: Callable[[_Gate, float], float],
    moved_to: Callable[[_Gate, float], Floats],
) -> MustBeTrue:
    """Go through the levels, mildest first, until the clause reaches the target."""
    require_probability(asked.target, where=f"The target of clause {asked.clause.key!r}")
    share, dates = 0.0, dict[str, float]()
    for level in levels:
        dates = {key: date_at(gate, level / _LEVELS) for key, gate in asked.gates.items()}
        moved = {key: moved_to(gate, dates[key]) for key, gate in asked.gates.items()}
        share = _share_moved(asked.clause, asked.openings, moved)
        if share >= asked.target:
            return _answer(asked, share, level / _LEVELS, dates)
    return _answer(asked, share, None, dates)


def _gates_ahead(
    clause: Clause, openings: Openings, passed: Mapping[str, NDArray[np.floating]]
) -> dict[str, _Gate]:
    """Gates that are still to be passed, with what remains after each."""
    row = {key: place for place, key in enumerate(openings.projects)}
    named = {project for group in clause.groups for project in group.projects}
    gates = {}
    for project in sorted(named & passed.keys()):
        moments = np.asarray(passed[project], dtype=np.float64)
        ever = np.isfinite(moments)
        if not ever.any() or bool(np.all(moments <= openings.data_date)):
            continue
        finish = np.asarray(openings.finish[row[project]], dtype=np.float64)
        remainder = _remainders(moments, finish, ever)
        gates[project] = _Gate(moments, remainder, np.sort(moments), np.sort(remainder))
    return gates


def _remainders(moments: Floats, finish: Floats, ever: Truths) -> Floats:
    """What remains after the gate; runs that never get there borrow in turn from those that do."""
    known = finish[ever] - moments[ever]
    remainder = np.empty(moments.size)
    remainder[ever] = known
    remainder[~ever] = np.resize(known, int((~ever).sum()))
    return remainder


def _latest(clause: Clause, openings: Openings, gate: _Gate, level: float) -> float:
    """Whole day before the end of the window by the remainder's quantile, not in the past."""
    remainder = _quantile(gate.by_remainder, level)
    latest = math.floor(clause.window_until - remainder) if math.isfinite(remainder) else -math.inf
    return max(latest, math.ceil(openings.data_date))


def _quantile(ordered: Floats, level: float) -> float:
    """One of the values themselves, so that inf needs no arithmetic."""
    return float(ordered[max(math.ceil(level * ordered.size - 1e-9), 1) - 1])


def _share_moved(clause: Clause, openings: Openings, moved: Mapping[str, Floats]) -> float:
    """Share of runs in which the clause holds with the openings of some projects moved."""
    finish = np.array(openings.finish, dtype=np.float64)
    for place, project in enumerate(openings.projects):
        if project in moved:
            finish[place] = moved[project]
    return float(holds(clause, _Moved(openings.projects, finish, openings.seed)).mean())


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    projects: tuple[str, ...]
    finish: Floats
    seed: int
    data_date: float = 0.0


def _answer(
    asked: _Question, share: float, level: float | None, dates: Mapping[str, float]
) -> MustBeTrue:
    return MustBeTrue(
        asked.clause.key,
        asked.target,
        share,
        level,
        tuple(
            DateToKeep(key, dates[key], float((gate.passed <= dates[key]).mean()))
            for key, gate in asked.gates.items()
        ),
    )
