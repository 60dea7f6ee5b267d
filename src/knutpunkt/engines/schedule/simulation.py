"""What a simulation found: when each project opens in each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.schedule.errors import NameUnknown

ENGINE_VERSION: Final = "schedule/1 (joint Monte Carlo)"


@dataclass(frozen=True, eq=False)
class Simulation:
    """Openings of projects in runs drawn together.

    Parameters
    ----------
    projects
        Keys, in the order of the programme.
    finish
        Moments at which each project is complete, float64, shape ``(projects, runs)``; ``inf``
        where it never is.
    runs, seed, data_date, engine
        What the runs were drawn from, and by which version of the engine.
    criticality
        Share of runs in which an activity lies on the longest path, by project and activity.
        Empty unless asked for.
    lapses
        Share of runs in which a maximum lag is exceeded, by project, before and after.
    activity_finish
        Moments ``(runs,)`` at which the activities asked for finish.
    contradicted
        Share of runs in which no draw agreed with a project being unopened, so that its opening
        was lent by a like run or, where there was none, put on the first moment that is possible.
        Projects without such runs are left out.
    """

    projects: tuple[str, ...]
    finish: NDArray[np.float64]
    runs: int
    seed: int
    data_date: float
    engine: str = ENGINE_VERSION
    criticality: Mapping[tuple[str, str], float] = field(default_factory=dict)
    lapses: Mapping[tuple[str, str, str], float] = field(default_factory=dict)
    activity_finish: Mapping[tuple[str, str], NDArray[np.float64]] = field(default_factory=dict)
    contradicted: Mapping[str, float] = field(default_factory=dict)

    def of(self, project: str) -> NDArray[np.float64]:
        """Openings of one project, shape ``(runs,)``.

        Raises
        ------
        NameUnknown
            When it was not simulated.
        """
        if project not in self.projects:
            raise NameUnknown(
                where="The simulation", what="project", name=project, known=self.projects
            )
        found: NDArray[np.float64] = self.finish[self.projects.index(project)]
        return found

    def quantiles(
        self, project: str, shares: Sequence[float] = (0.1, 0.5, 0.8, 0.9)
    ) -> tuple[float, ...]:
        """Moments by which the project has opened in these shares of the runs.

        The smallest moment with at least that share of the runs up to it; ``inf`` where the
        project stays closed too often.
        """
        found = np.quantile(self.of(project), shares, method="inverted_cdf")
        return tuple(np.atleast_1d(found).tolist())

    def open_by(self, days: ArrayLike) -> NDArray[np.int64]:
        """How many projects have opened by each moment in each run, ``(len(days), runs)``."""
        moments = np.atleast_1d(np.asarray(days, dtype=np.float64))
        counts = np.empty((len(moments), self.runs), np.int64)
        for row, moment in zip(counts, moments, strict=True):
            row[:] = np.count_nonzero(self.finish <= moment, axis=0)
        return counts

    def chance(self, project: str, by: float) -> float:
        """Share of runs in which the project has opened by a moment."""
        return float(np.mean(self.of(project) <= by))

    def standard_error(self, share: float) -> float:
        """Standard error of a share of the runs, sqrt(p (1 - p) / runs)."""
        return float(np.sqrt(share * (1 - share) / self.runs))
