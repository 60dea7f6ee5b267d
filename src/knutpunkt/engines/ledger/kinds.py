"""What can happen to an errand, as the small numbers the columns of a log hold."""

from __future__ import annotations

from enum import IntEnum


class Kind(IntEnum):
    """One event of an errand. ``ADDED_SERVING`` is an errand added and begun in one go."""

    ISSUED = 1
    CHECKED_IN = 2
    ADDED = 3
    ADDED_SERVING = 4
    CALLED = 5
    RECALLED = 6
    BEGUN = 7
    FINISHED = 8
    MISSED = 9
    REACTIVATED = 10
    PARKED = 11
    RESUMED = 12
    RELEASED = 13
    TRANSFERRED = 14
    LEFT = 15
    SWEPT = 16
    WITHDRAWN = 17
    UNDONE = 18


#: After these somebody is being served.
SERVES = (Kind.ADDED_SERVING, Kind.BEGUN, Kind.RESUMED)
#: A visitor who was called and of whom this is told next has come to the counter.
ANSWERS = (Kind.BEGUN, Kind.FINISHED)
#: After these nothing more happens to the errand, unless it is taken back.
ENDS = (Kind.FINISHED, Kind.TRANSFERRED, Kind.LEFT, Kind.SWEPT, Kind.WITHDRAWN)
#: Ends at which the counter said that the service was over.
SERVED = (Kind.FINISHED, Kind.TRANSFERRED)


def kind_named(name: str, *, serving: bool = False) -> Kind:
    """Read the name an event carries, such as ``checked-in``.

    Raises
    ------
    KeyError
        When the event is not about an errand.
    """
    word = name.upper().replace("-", "_")
    return Kind.ADDED_SERVING if serving and word == "ADDED" else Kind[word]
