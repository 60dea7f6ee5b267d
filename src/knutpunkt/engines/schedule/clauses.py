"""Clauses of a commission as groups of openings, counted over the runs of a simulation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.errors import OutOfRange, ScheduleRefused
from knutpunkt.engines.schedule.streams import Stream, uniforms

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Counts = NDArray[np.int64]


class ClauseUnusable(ScheduleRefused):
    """A clause asks for something that cannot be counted."""

    code = "clause_unusable"
    hint = "Name projects once, at least 0 and not above at most, and a window that lasts."

    def __init__(self, *, clause: str, reason: str) -> None:
        super().__init__(f"Clause {clause!r} cannot be counted: {reason}.")
        self.clause = clause


class ClauseProjectUnknown(ScheduleRefused):
    """A clause counts a project that was not simulated."""

    code = "clause_project_unknown"
    hint = "Simulate every project the clause counts, or leave it out of the clause."

    def __init__(self, *, clause: str, project: str) -> None:
        super().__init__(f"Clause {clause!r} counts project {project!r}, which was not simulated.")
        self.clause, self.project = clause, project


class Openings(Protocol):
    """What is asked of a simulation: when each project opens in each run (inf: never)."""

    @property
    def projects(self) -> tuple[str, ...]:
        """Keys of the projects."""

    @property
    def finish(self) -> NDArray[np.floating]:
        """Moments, shape ``(projects, runs)``."""

    @property
    def seed(self) -> int:
        """What the runs were drawn from."""

    @property
    def data_date(self) -> float:
        """The day the forecast was made."""


@dataclass(frozen=True, slots=True)
class Group:
    """Openings that count together: at least so many, at most so many (None: any number).

    ``already`` have opened for sure and are not among ``projects``; ``perhaps`` are others that
    count with a probability, as ``(key, probability)``. The same key is the same opening in
    every clause.
    """

    projects: tuple[str, ...]
    at_least: int = 1
    at_most: int | None = None
    already: int = 0
    perhaps: tuple[tuple[str, float], ...] = ()

    @property
    def most(self) -> int:
        """How many could count if everything opened in time."""
        return self.already + len(self.perhaps) + len(self.projects)


@dataclass(frozen=True, slots=True)
class Clause:
    """Holds when every group has its number open in the window.

    A count ("13 of these in 2022") is one group; named municipalities are one group each. What
    opens at moment t counts when ``window_from < t <= window_until``; with whole days that is
    from the start of the first day to the end (ordinal + 1) of the last.
    """

    key: str
    groups: tuple[Group, ...]
    window_until: float
    window_from: float = -math.inf

    def __post_init__(self) -> None:
        """Refuse what cannot be counted."""
        if not self.window_from < self.window_until:
            raise ClauseUnusable(clause=self.key, reason="its window ends before it begins")
        for group in self.groups:
            if len(set(group.projects)) < len(group.projects):
                raise ClauseUnusable(clause=self.key, reason="it counts a project twice")
            if group.at_least < 0 or (group.at_most or group.at_least) < group.at_least:
                raise ClauseUnusable(
                    clause=self.key,
                    reason=f"it asks for {group.at_least} to {group.at_most} openings",
                )
            for _key, probability in group.perhaps:
                require_probability(probability, where=f"Clause {self.key!r}")

    @property
    def impossible(self) -> bool:
        """Whether it fails even if everything opens in time."""
        return any(group.most < group.at_least for group in self.groups)


def holds(clause: Clause, openings: Openings) -> Truths:
    """Whether a clause holds in each run, shape ``(runs,)``."""
    return every(groups_hold(clause, group_counts(clause, openings)))


def inside(clause: Clause, finish: NDArray[np.floating]) -> Truths:
    """Whether each moment lies in the clause's window, same shape as ``finish``."""
    return (finish > clause.window_from) & (finish <= clause.window_until)


def group_counts(clause: Clause, openings: Openings) -> Counts:
    """How many count for each group in each run, shape ``(groups, runs)``."""
    opened = inside(clause, openings.finish)
    counts = np.zeros((len(clause.groups), opened.shape[1]), dtype=np.int64)
    for row, group in enumerate(clause.groups):
        counts[row] = group.already + opened[places(clause, group, openings)].sum(axis=0)
        for key, probability in group.perhaps:
            counts[row] += _perhaps(openings.seed, key, opened.shape[1]) < probability
    return counts


def groups_hold(clause: Clause, counts: Counts) -> Truths:
    """Whether each group has its number in each run, shape ``(groups, runs)``."""
    least = np.array([group.at_least for group in clause.groups])[:, None]
    most = np.array(
        [math.inf if group.at_most is None else group.at_most for group in clause.groups]
    )[:, None]
    return (counts >= least) & (counts <= most)


def every(rows: NDArray[np.bool_]) -> Truths:
    """Whether all rows are true, column by column: ``(rows, runs)`` to ``(runs,)``."""
    together: Truths = np.logical_and.reduce(rows, axis=0)
    return together


def places(clause: Clause, group: Group, openings: Openings) -> list[int]:
    """Rows of a group's projects in the simulation."""
    row = {key: place for place, key in enumerate(openings.projects)}
    for project in group.projects:
        if project not in row:
            raise ClauseProjectUnknown(clause=clause.key, project=project)
    return [row[project] for project in group.projects]


def require_probability(probability: float, *, where: str) -> None:
    """Refuse what is not a probability."""
    if not 0 <= probability <= 1:
        raise OutOfRange(
            where=where, what="probability", found=probability, wanted="a share between 0 and 1"
        )


def _perhaps(seed: int, key: str, runs: int) -> NDArray[np.float32]:
    """Uniform draws that belong to one opening, whatever clause asks."""
    drawn: NDArray[np.float32] = uniforms([Stream(seed, "perhaps", key)], runs)[0]
    return drawn
