"""Gates: at the end of an activity a decision lets it pass, sends it back or stops the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.model import Gate
from knutpunkt.engines.schedule.sampling import Distribution, distribution
from knutpunkt.engines.schedule.streams import Single

#: Draws uniform numbers ``(projects, runs)`` from the stream of a name.
Draw = Callable[[str], Single]


@dataclass(frozen=True, eq=False)
class Decision:
    """The gates of one activity in each project of a stack; chances are columns.

    Sent back k times in a row has the chance ``recycle`` ** k, up to ``rounds`` times. Stopping
    has the chance ``stop``, however often the project was sent back before.
    """

    recycle: Single
    stop: Single
    rounds: int
    delay: Distribution

    @classmethod
    def of(cls, gates: Sequence[Gate | None]) -> Decision | None:
        """Gather gates of one kind; None where there are none, or none that decides anything."""
        known = [gate for gate in gates if gate is not None]
        if len(known) < len(gates) or not any(gate.recycle or gate.stop for gate in known):
            return None
        return cls(
            np.array([[gate.recycle] for gate in known], np.float32),
            np.array([[gate.stop] for gate in known], np.float32),
            known[0].rounds,
            distribution([gate.delay for gate in known]),
        )

    def changed(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Self:
        """Return the same decision with other columns."""
        return replace(
            self,
            recycle=change(self.recycle),
            stop=change(self.stop),
            delay=self.delay.changed(change),
        )

    def delays(self, draw: Draw) -> Single | None:
        """Working days lost by going back, before any factor; None where nothing goes back."""
        if not self.recycle.any() or self.rounds == 0:
            return None
        chance = draw("recycle")
        lost = np.zeros_like(chance)
        for again in range(1, self.rounds + 1):
            sent_back = chance < self.recycle**again
            # Drawn whether needed or not: the next block of runs must find its own numbers.
            lost += sent_back * self.delay.draw(draw(f"delay {again}"))
        return lost

    def stops(self, draw: Draw) -> NDArray[np.bool_] | None:
        """Whether the project ends here for good; None where it never does."""
        return draw("stop") < self.stop if self.stop.any() else None
