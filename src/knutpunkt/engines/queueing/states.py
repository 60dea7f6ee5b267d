"""Who is where during a day: errands and counters as the course of the day keeps them."""

from __future__ import annotations

from dataclasses import dataclass, field

from knutpunkt.engines.queueing.day import Kind, Visitor

WAITING, CALLED, SERVING, PARKED = "waiting", "called", "serving", "parked"
MISSED, OVER = "missed", "over"


@dataclass(slots=True)
class Errand:
    """An errand; ``gone`` left without a word, ``left_to_do`` is what a parked one still takes."""

    number: int
    visitor: Visitor
    kind: Kind
    state: str = WAITING
    counter: str = ""
    gone: bool = False
    calls: int = 0
    said: bool = True
    left_to_do: int = 0


@dataclass(slots=True)
class Counter:
    """A staffed counter: whom it has now, and whom it has put aside or could go on with."""

    name: str
    ends: int
    now: int = 0
    idle: bool = False
    aside: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
