"""An office as its events leave it: visits, errands, sessions and numbers given. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.reception import transitions

SECOND = 1000
HOUR = 3_600_000


class Told(NamedTuple):
    """An event as a file, a node or the log tells it.

    ``visit``, ``errand`` and ``parent`` are keys (``office * 2**36 + office_seq``), ``session`` is
    any name or number the teller uses for it, ``at`` milliseconds. What is empty was not said.
    """

    seq: int
    kind: str
    at: int
    visit: int = 0
    errand: int = 0
    session: Any = None
    counter: str = ""
    ticket: str = ""
    service: int | None = None
    authority: str = ""
    level: str = ""
    language: str = ""
    prio_class: str = ""
    arrival: str = ""
    people: int = 0
    outcome: str = ""
    next_authority: str = ""
    next_channel: str = ""
    missing_level: str = ""
    state: str = ""
    more: dict[str, Any] | None = None


@dataclass(slots=True)
class VisitNow:
    """A visit as it stands."""

    id: int
    day: date
    arrival: str
    series: str
    number: int
    language: str
    people: int
    opened_at: int
    more: dict[str, Any] | None
    closed_at: int | None = None
    open: int = 0
    errands: list[ErrandNow] = field(default_factory=list)

    @property
    def ticket(self) -> str:
        """Series and number."""
        return f"{self.series}{self.number}"


@dataclass(slots=True)
class ErrandNow:
    """An errand as it stands."""

    id: int
    visit: VisitNow
    ordinal: int
    service: int | None
    authority: str
    level: str
    prio_class: str
    accrues_from: int
    due_at: int | None
    state: str
    since: int
    parent: int | None = None
    session: Any = None
    version: int = 1
    calls: int = 0
    outcome: str = ""
    next_authority: str = ""
    next_channel: str = ""
    missing_level: str = ""
    #: What the last action changed, its kind, its instant and its session.
    before: tuple[Any, ...] | None = None

    def changeable(self) -> tuple[Any, ...]:
        """What an action may change and an undo brings back."""
        return (
            self.state, self.since, self.session, self.calls, self.outcome, self.next_authority,
            self.next_channel, self.missing_level, self.service, self.authority, self.level,
        )  # fmt: skip

    def bring_back(self, kept: tuple[Any, ...]) -> None:
        """Be as before an action."""
        (
            self.state, self.since, self.session, self.calls, self.outcome, self.next_authority,
            self.next_channel, self.missing_level, self.service, self.authority, self.level,
        ) = kept  # fmt: skip

    @property
    def is_open(self) -> bool:
        """Whether something can still happen to it."""
        return self.state in transitions.OPEN


@dataclass(slots=True)
class SessionNow:
    """A counter session as it stands; ``busy`` is the errand it calls or serves."""

    id: int
    counter: str
    staff: str
    opened_at: int
    more: dict[str, Any]
    closed_at: int | None = None
    busy: ErrandNow | None = None


@dataclass(slots=True)
class DayNow:
    """Counts of the day, and the last number of each series."""

    day: date
    visits: int = 0
    errands: int = 0
    people: int = 0
    last_number: dict[str, int] = field(default_factory=dict)
    ended_at: int | None = None


@dataclass(slots=True)
class OfficeNow:
    """An office between two events.

    With ``whole`` false the log is read from somewhere in the middle: errands and sessions from
    before are unknown, and what happens to them is passed over. ``clock_may_step`` forgives a log
    whose clock was put right meanwhile.
    """

    office: int
    seq: int = 0
    at: int = 0
    whole: bool = True
    clock_may_step: bool = False
    visits: dict[int, VisitNow] = field(default_factory=dict)
    errands: dict[int, ErrandNow] = field(default_factory=dict)
    sessions: dict[Any, SessionNow] = field(default_factory=dict)
    counters: dict[str, SessionNow] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    today: DayNow | None = None
    days: list[DayNow] = field(default_factory=list)
    _day_begins: int = 0
    _day_ends: int = 0

    def day_of(self, at: int) -> DayNow:
        """The local day of an instant; a new one empties what belongs to a day."""
        if self.today is None or not self._day_begins <= at < self._day_ends:
            self._turn_day(at)
        assert self.today is not None
        return self.today

    def _turn_day(self, at: int) -> None:
        day = datetime.fromtimestamp(at // SECOND, NETWORK_ZONE).date()
        # Clocks change on the hour: this hour is surely of one day, the rest is asked again.
        self._day_begins = at - at % HOUR
        self._day_ends = self._day_begins + HOUR
        if self.today is None or self.today.day != day:
            self.today = DayNow(day)
            self.days.append(self.today)
            self.numbers.clear()

    def settled(self) -> list[VisitNow]:
        """Visits of former days to which nothing can happen any more; the office forgets them."""
        over = [
            visit
            for visit in self.visits.values()
            if not visit.open and self.today is not None and visit.day != self.today.day
        ]
        self.forget(over)
        return over

    def forget(self, visits: list[VisitNow]) -> None:
        """Let go of visits and their errands."""
        for visit in visits:
            del self.visits[visit.id]
            for errand in visit.errands:
                del self.errands[errand.id]
