"""How much work a search has done, and when it has to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.errors import TimeLimitInvalid, WorkLimitInvalid


class Now(NamedTuple):
    """Where a search stands: the best objective and bound so far (none: not known), seconds.

    ``sites`` are those of the best plan, ascending numbers; none where the search does not tell.
    """

    objective: float | None
    bound: float | None
    seconds: float
    sites: NDArray[np.intp] | None = None


@dataclass
class Meter:
    """Counts work and watches the clock.

    Work is counted in entries of demand lists looked at, so it is the same on every machine. A
    time limit stops at the next point where work is counted; asked again with that work as the
    limit, the search stops at the same point with the same answer.

    Parameters
    ----------
    time_limit
        Seconds; none is no limit.
    work_limit
        Entries; none is no limit.
    progress, cancel
        Told of every better objective or bound; asked whether to stop.
    """

    time_limit: float | None = None
    work_limit: int | None = None
    progress: Callable[[Now], object] | None = None
    cancel: Callable[[], bool] | None = None
    spent: int = 0
    stopped: bool = False
    objective: float | None = None
    bound: float | None = None
    sites: NDArray[np.intp] | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        if self.time_limit is not None and not self.time_limit >= 0:
            raise TimeLimitInvalid(time_limit=self.time_limit)
        if self.work_limit is not None and self.work_limit < 0:
            raise WorkLimitInvalid(work_limit=self.work_limit)

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float | None:
        """Seconds left; none without a limit."""
        return None if self.time_limit is None else max(0.0, self.time_limit - self.seconds)

    def add(self, work: int) -> None:
        """Count some work."""
        self.spent += work

    def over(self) -> bool:
        """Whether the search has to stop here."""
        if self.work_limit is not None:
            self.stopped = self.stopped or self.spent >= self.work_limit
        self.stopped = self.stopped or self.left == 0 or bool(self.cancel and self.cancel())
        return self.stopped

    def tell(self, objective: float, bound: float, chosen: NDArray[np.bool_] | None = None) -> None:
        """Tell the caller what is better than before; ``chosen`` are the sites of the plan."""
        before = self.objective, self.bound
        if np.isfinite(objective) and (self.objective is None or objective < self.objective):
            self.objective = objective
            self.sites = None if chosen is None else np.flatnonzero(chosen)
        if np.isfinite(bound) and (self.bound is None or bound > self.bound):
            self.bound = bound if self.objective is None else min(bound, self.objective)
        if self.progress is not None and before != (self.objective, self.bound):
            self.progress(Now(self.objective, self.bound, self.seconds, self.sites))
