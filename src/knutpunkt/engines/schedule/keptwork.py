"""Working days remembered, so that projects can be placed again, alone or with others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.forward import Truths, Work
from knutpunkt.engines.schedule.streams import Single


class KeptWork:
    """Working days and decisions by node, each of the shape ``(projects, runs)``.

    Passes on what ``drawn`` yields and remembers it, or, without ``drawn``, yields what it knows.
    """

    def __init__(self, shape: tuple[int, int], drawn: Work | None = None) -> None:
        self.shape, self._drawn = shape, drawn
        self._known: dict[tuple[str, int], NDArray[Any]] = {}

    def duration(self, at: int) -> Single | None:
        """Working days a node takes."""
        days: Single | None = self._yielded("duration", at)
        return days

    def delay(self, at: int) -> Single | None:
        """Working days lost by going back at its gate."""
        days: Single | None = self._yielded("delay", at)
        return days

    def stops(self, at: int) -> Truths | None:
        """Whether the project ends at its gate."""
        ends: Truths | None = self._yielded("stops", at)
        return ends

    def of(self, runs: slice) -> KeptWork:
        """What is known of some of the runs."""
        part = KeptWork((self.shape[0], len(range(self.shape[1])[runs])))
        part._known = {key: array[:, runs] for key, array in self._known.items()}
        return part

    def take(self, other: KeptWork, here: Any, there: Any) -> None:
        """Learn what another knows ``there``; indices of projects and runs in either."""
        for key, array in other._known.items():
            mine = self._known.get(key)
            if mine is None:
                mine = self._known[key] = np.empty(self.shape, array.dtype)
            mine[here] = np.broadcast_to(array, other.shape)[there]

    def _yielded(self, what: str, at: int) -> Any:
        if self._drawn is None:
            return self._known.get((what, at))
        found = getattr(self._drawn, what)(at)
        if found is not None:
            self._known[what, at] = found
        return found
