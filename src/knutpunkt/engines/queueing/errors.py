"""What the queueing engine refuses, one class per thing a caller can put right."""

from __future__ import annotations

from knutpunkt.errors import KnutpunktError


class QueueingRefused(KnutpunktError, ValueError):
    """Something about a queue cannot be reckoned with as it is."""

    code = "queueing-refused"


class FigureUnusable(QueueingRefused):
    """A rate, a duration or a share is missing, not a number, or outside what it can be."""

    code = "figure-unusable"

    def __init__(self, *, what: str, found: object, wanted: str) -> None:
        self.hint = f"Give {wanted}."
        super().__init__(f"The {what} is {found}, which is not {wanted}.")


class Overloaded(QueueingRefused):
    """More visitors arrive than the counters can serve, and nobody gives up."""

    code = "overloaded"
    hint = "Open more counters, shorten the visits, or say how patient visitors are."

    def __init__(self, *, arrivals: float, capacity: float) -> None:
        self.arrivals, self.capacity = arrivals, capacity
        super().__init__(f"{arrivals:g} visitors/h arrive, {capacity:g}/h can be served.")


class QueueTooLong(QueueingRefused):
    """The queue that would build up has more states than can be reckoned with."""

    code = "queue-too-long"
    hint = "Open more counters, or reckon with visitors who are less patient."

    def __init__(self, *, states: float, most: int) -> None:
        super().__init__(f"About {states:.0f} people would wait; at most {most} can be reckoned.")


class DayContradicts(QueueingRefused):
    """A day to be simulated contradicts itself."""

    code = "day-contradicts"

    def __init__(self, *, fact: str, hint: str) -> None:
        self.hint = hint
        super().__init__(f"This day cannot be simulated: {fact}.")
