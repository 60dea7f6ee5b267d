"""Where the results of tiles are gathered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.driving import lapses, longest_paths
from knutpunkt.engines.schedule.errors import NameUnknown
from knutpunkt.engines.schedule.forward import ForwardPass, Truths
from knutpunkt.engines.schedule.model import Programme
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.engines.schedule.stacks import Stack
from knutpunkt.engines.schedule.streams import Single


class Record:
    """Openings and activities asked for, run by run, and counts of what else is asked for."""

    def __init__(
        self,
        programme: Programme,
        *,
        origin: int,
        runs: int,
        keep: Collection[tuple[str, str]] = (),
        criticality: bool = False,
    ) -> None:
        self.programme, self.origin, self.runs = programme, origin, runs
        self.finish = np.empty((len(programme.projects), runs))
        self.kept = {key: np.empty(runs) for key in _known(programme, keep)}
        self.contradicted: dict[str, float] = {}
        self._wants_paths = criticality
        self._critical: Counter[tuple[str, str]] = Counter()
        self._lapsed: Counter[tuple[str, str, str]] = Counter()
        self._opened: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()

    def write(self, forward: ForwardPass, runs: slice) -> None:
        """Take over the runs of a tile."""
        opening = forward.opening()
        size = len(range(self.runs)[runs])
        opening = np.broadcast_to(opening, (len(opening), size))
        for at, row in enumerate(forward.stack.rows):
            self._assign(self.finish[row], runs, opening[at])
        self._keep(forward, runs, size)
        self._count(forward, opening)

    def not_before_known(self, stack: Stack) -> None:
        """Let projects open no earlier than the first moment after they are known to be closed."""
        if stack.beyond is None:
            return
        for row, beyond in zip(stack.rows, stack.beyond[:, 0].tolist(), strict=True):
            finish = self.finish[row]
            np.maximum(finish, np.nextafter(beyond + self.origin, np.inf), out=finish)

    def simulation(self, seed: int) -> Simulation:
        """Everything gathered."""
        return Simulation(
            projects=tuple(project.key for project in self.programme.projects),
            finish=self.finish,
            runs=self.runs,
            seed=seed,
            data_date=self.programme.data_date,
            criticality={
                key: count / max(1, self._opened[key[0]]) for key, count in self._critical.items()
            },
            lapses={
                key: count / max(1, self._counted[key[0]]) for key, count in self._lapsed.items()
            },
            activity_finish=self.kept,
            contradicted=self.contradicted,
        )

    def _assign(self, row: NDArray[np.float64], runs: slice, moments: Single) -> None:
        row[runs] = moments
        row[runs] += self.origin

    def _keep(self, forward: ForwardPass, runs: slice, size: int) -> None:
        if not self.kept:
            return
        for at, node in enumerate(forward.stack.nodes):
            for place, key in enumerate(
                zip((project.key for project in forward.stack.projects), node.keys, strict=True)
            ):
                if key in self.kept:
                    moments = row_of(forward.finish[at], place, size)
                    if (ended := forward.ended[at]) is not None:
                        moments = np.where(ended[place], np.float32(np.inf), moments)
                    self._assign(self.kept[key], runs, moments)

    def _count(self, forward: ForwardPass, opening: Single) -> None:
        projects = [project.key for project in forward.stack.projects]
        shape = opening.shape
        if self._wants_paths:
            self._opened.update(_counts(projects, np.isfinite(opening)))
            for node, path in zip(forward.stack.nodes, longest_paths(forward), strict=True):
                if node.finished is None:
                    keys = list(zip(projects, node.keys, strict=True))
                    self._critical.update(_counts(keys, _filled(path, shape)))
        lapsed = list(lapses(forward))
        if lapsed:
            self._counted.update(_counts(projects, np.broadcast_to(np.True_, shape)))
        for at, arc, late in lapsed:
            links = zip(projects, arc.befores, forward.stack.nodes[at].keys, strict=True)
            self._lapsed.update(_counts(list(links), _filled(late, shape)))


def row_of(moments: Single, place: int, size: int) -> Single:
    """One project's row of an array that may be a single column or row."""
    row: Single = np.broadcast_to(moments, (max(place + 1, len(moments)), size))[place]
    return row


def _filled(truths: Truths | None, shape: tuple[int, ...]) -> Truths:
    return np.broadcast_to(np.False_ if truths is None else truths, shape)


def _counts(keys: list[Any], truths: Truths) -> dict[Any, int]:
    counts: defaultdict[Any, int] = defaultdict(int)
    for key, count in zip(keys, np.count_nonzero(truths, axis=1).tolist(), strict=True):
        counts[key] += count
    return counts


def _known(programme: Programme, keep: Collection[tuple[str, str]]) -> Collection[tuple[str, str]]:
    if not keep:
        return ()
    known = {
        (project.key, activity.key)
        for project in programme.projects
        for activity in project.activities
    }
    for project, activity in keep:
        if (project, activity) not in known:
            raise NameUnknown(
                where="What is to be kept",
                what="activity",
                name=f"{project}: {activity}",
                known=[f"{of}: {key}" for of, key in sorted(known) if of == project],
            )
    return keep
