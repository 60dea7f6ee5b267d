"""How far a simulation has come, and whether the caller wants it to go on."""

from __future__ import annotations

from collections.abc import Callable

from knutpunkt.engines.schedule.errors import SimulationStopped

#: Called with what is done and of how much; true: stop.
Watch = Callable[[int, int], bool]


class Progress:
    """Counts runs of projects."""

    def __init__(self, watch: Watch | None, of: int) -> None:
        self._watch, self._of, self._done = watch, of, 0

    def done(self, more: int) -> None:
        """Add to what is done.

        Raises
        ------
        SimulationStopped
            When the caller wants no more.
        """
        self._done += more
        if self._watch is not None and self._watch(self._done, self._of):
            raise SimulationStopped(done=self._done, of=self._of)
