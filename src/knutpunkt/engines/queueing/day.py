"""What makes up a day at an office: counters and their shifts, what visitors come for, habits.

All of it is data. The figures in :class:`Habits` are assumptions, to be replaced by what an office
has measured. Instants and durations are in milliseconds.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Generic, NamedTuple, TypeVar

from knutpunkt.engines.queueing.arrivals import Shape, arrivals, shape
from knutpunkt.engines.queueing.errors import DayContradicts
from knutpunkt.engines.queueing.figures import not_negative, positive, share
from knutpunkt.engines.queueing.order import MINUTE, Rule
from knutpunkt.engines.queueing.waiting import Pace

Thing = TypeVar("Thing")

SECOND = 1000
ORDINARY, BOOKED = "ordinary", "booked"


class Outcome(NamedTuple):
    """How an errand ends; the rest is empty unless somebody was referred or lacked a level."""

    code: str
    next_authority: str = ""
    next_channel: str = ""
    missing_level: str = ""


@dataclass(frozen=True)
class Chances(Generic[Thing]):
    """Things to draw from, each with its weight."""

    things: tuple[Thing, ...]
    until: tuple[float, ...]

    def draw(self, rng: Random) -> Thing:
        """Draw one."""
        reached = rng.random() * self.until[-1]
        return self.things[bisect(self.until, reached, hi=len(self.things) - 1)]


def chances(weighted: Sequence[tuple[Thing, float]]) -> Chances[Thing]:
    """Make chances from things and their weights.

    Raises
    ------
    FigureUnusable
        When a weight is below zero or all are zero.
    """
    for _thing, weight in weighted:
        not_negative("weight", weight)
    until = tuple(accumulate(weight for _thing, weight in weighted))
    positive("sum of weights", until[-1] if until else 0)
    return Chances(tuple(thing for thing, _weight in weighted), until)


@dataclass(frozen=True)
class Kind:
    """What somebody comes for: a service, how long it takes and how it ends."""

    service: str
    pace: Pace
    outcomes: Chances[Outcome]
    level: str = ""


@dataclass(frozen=True)
class Habits:
    """How visitors and staff behave, on average. Shares are of all visitors or errands."""

    patience_minutes: float = 80.0
    #: Of those who give up, how many say so; the others are missed when they are called.
    says_goodbye: float = 0.5
    comes_back: float = 0.3
    asks_more: float = 0.14
    transferred: float = 0.03
    parked: float = 0.03
    finished_by_mistake: float = 0.004
    #: Takes a ticket without saying what it is about.
    says_nothing: float = 0.08
    booked: float = 0.08
    frail: float = 0.03
    recalls: int = 1

    def __post_init__(self) -> None:
        positive("patience", self.patience_minutes)
        for name in self.__dataclass_fields__:
            if name not in ("patience_minutes", "recalls"):
                share(name.replace("_", " "), getattr(self, name))


class Shift(NamedTuple):
    """A counter staffed from one instant to another."""

    counter: str
    begins: int
    ends: int


@dataclass(frozen=True)
class Day:
    """A day at an office, to be simulated.

    ``expected`` is the mean number of visits, ``overtime`` how long counters stay after closing
    while somebody waits. ``accrual_grace`` of booked visitors lies in the rule.
    """

    opens: int
    closes: int
    shifts: tuple[Shift, ...]
    kinds: Chances[Kind]
    expected: float
    languages: Chances[str]
    rule: Rule
    habits: Habits = field(default_factory=Habits)
    of_day: Shape = field(default_factory=shape)
    overtime: int = 30 * MINUTE
    slot: int = 30 * MINUTE

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise DayContradicts(fact="it closes before it opens", hint="Exchange the two.")
        if not self.shifts:
            raise DayContradicts(fact="nobody works", hint="Give at least one shift.")
        for one in self.shifts:
            if one.ends <= one.begins:
                fact = f"a shift at counter {one.counter} ends before it begins"
                raise DayContradicts(fact=fact, hint="Exchange the two.")
        not_negative("expected number of visitors", self.expected)


class Visitor(NamedTuple):
    """Somebody who comes. ``due_at`` is the booked slot; ``stays`` how long they would wait."""

    at: int
    kind: Kind
    prio_class: str
    language: str
    people: int
    due_at: int | None
    stays: int
    says_goodbye: bool
    says_what: bool


class Action(NamedTuple):
    """What somebody does, by the name of its event.

    ``errand`` is numbered within the day; 0 on ``called`` asks for whoever is next, and is
    answered with the number or nothing. ``parent`` is the errand a new one comes from; ``counter``
    stands on ``added`` where the counter goes on with it itself. Any action
    may be answered with False: it was refused, and the errand is given up.
    """

    at: int
    kind: str
    errand: int = 0
    counter: str = ""
    visitor: Visitor | None = None
    service: Kind | None = None
    outcome: Outcome | None = None
    parent: int = 0


#: What comes of an action: the errand called, or whether it could be done.
Answer = int | bool | None

PEOPLE = chances([(1, 0.8), (2, 0.14), (3, 0.04), (4, 0.02)])
EARLY = 9 * MINUTE


def visitors(day: Day, rng: Random) -> Iterator[Visitor]:
    """Everybody who comes on the day; booked ones shortly before their slot."""
    habits, span = day.habits, day.closes - day.opens
    for part in arrivals(rng, day.expected, day.of_day):
        at, due_at, prio_class = day.opens + int(part * span), None, ORDINARY
        chance = rng.random()
        if chance < habits.booked:
            due_at = day.opens + int(part * span) // day.slot * day.slot
            at = max(day.opens, due_at - int(rng.random() * EARLY))
            prio_class = BOOKED
        elif chance < habits.booked + habits.frail:
            prio_class = "frail"
        yield Visitor(
            at,
            day.kinds.draw(rng),
            prio_class,
            day.languages.draw(rng),
            PEOPLE.draw(rng),
            due_at,
            int(rng.expovariate(1 / (habits.patience_minutes * MINUTE))),
            rng.random() < habits.says_goodbye,
            rng.random() >= habits.says_nothing,
        )
