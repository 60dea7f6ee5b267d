"""Time, cancelling and progress of one search."""

import time
from dataclasses import dataclass, field

import numpy as np

from knutpunkt.engines.location.errors import TimeLimitInvalid
from knutpunkt.engines.location.solution import CancelCallback, Progress, ProgressCallback


@dataclass
class Watch:
    """Knows when to stop, and tells the caller how far the search has come.

    Parameters
    ----------
    time_limit
        Seconds, or ``None``.
    progress, cancel
        The caller's callbacks, or ``None``.
    """

    time_limit: float | None = None
    progress: ProgressCallback | None = None
    cancel: CancelCallback | None = None
    incumbent: float | None = None
    bound: float | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        if self.time_limit is not None and not self.time_limit >= 0:
            raise TimeLimitInvalid(time_limit=self.time_limit)

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    @property
    def remaining(self) -> float | None:
        """Seconds left, or ``None`` without a limit."""
        return None if self.time_limit is None else max(0.0, self.time_limit - self.seconds)

    def stop(self) -> bool:
        """Tell whether time is up or the caller has cancelled."""
        return self.remaining == 0.0 or (self.cancel is not None and self.cancel())

    def report(self, incumbent: float, bound: float) -> None:
        """Keep the better of old and new values, and tell the caller when one is better."""
        before = (self.incumbent, self.bound)
        if np.isfinite(incumbent):
            self.incumbent = min(incumbent, self.incumbent or np.inf)
        if np.isfinite(bound):
            self.bound = max(bound, self.bound or 0.0)
        if self.progress is not None and before != (self.incumbent, self.bound):
            self.progress(Progress(self.incumbent, self.bound, self.seconds))
