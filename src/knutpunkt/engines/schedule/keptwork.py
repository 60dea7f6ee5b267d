"""Working days of a single project, remembered so that it can be placed again with others."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.forward import Truths, Work
from knutpunkt.engines.schedule.streams import Single

Runs = slice | NDArray[np.intp]


class KeptWork:
    """Working days and decisions of ``runs`` runs, by node, each ``(1, runs)``.

    Passes on what ``drawn`` yields and remembers it, or, without ``drawn``, yields what it knows.
    """

    def __init__(self, runs: int, drawn: Work | None = None) -> None:
        self.runs, self._drawn = runs, drawn
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

    def of(self, runs: Runs) -> KeptWork:
        """What is known of some of the runs."""
        part = KeptWork(len(np.arange(self.runs)[runs]))
        part._known = {key: array[:, runs] for key, array in self._known.items()}
        return part

    def take(self, other: KeptWork, runs: NDArray[np.intp]) -> None:
        """Learn ``runs`` from another, which knows as many."""
        for key, array in other._known.items():
            mine = self._known.setdefault(key, np.zeros((1, self.runs), array.dtype))
            mine[:, runs] = array

    def _yielded(self, what: str, at: int) -> Any:
        if self._drawn is None:
            return self._known.get((what, at))
        found = getattr(self._drawn, what)(at)
        if found is not None:
            self._known[what, at] = np.broadcast_to(found, (1, self.runs))
        return found
