"""Simulated days as an event file, to be brought in by ``knutpunkt reception import``.

The format is described in ``counting/exchange_format.md``. Rows of one office stand together, and
a year of the network is written as it is made, so memory does not grow with it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

from knutpunkt.engines.queueing.day import Action, Day
from knutpunkt.engines.queueing.order import accrual_start
from knutpunkt.engines.queueing.simulation import simulated
from knutpunkt.reception.simulating.plans import stream

HEAD = "#knutpunkt-events,1,simulated\n"
COLUMNS = (
    "office", "seq", "kind", "at", "visit", "errand", "session", "counter", "ticket", "service",
    "level", "language", "class", "arrival", "people", "outcome", "next_authority",
    "next_channel", "missing_level", "state", "data",
)  # fmt: skip
#: As many commas as columns are left empty to the end of a row.
AFTER_ERRAND, AFTER_SESSION, AFTER_LEVEL = "," * 15, "," * 14, "," * 10


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open an event file to be written, compressed where its name ends in .gz, head included."""
    with ExitStack() as stack:
        raw: Any = stack.enter_context(path.open("wb"))
        if path.suffix == ".gz":
            raw = stack.enter_context(gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1))
        out = stack.enter_context(TextIOWrapper(raw, encoding="utf-8", newline=""))
        out.write(HEAD + ",".join(COLUMNS) + "\n")
        yield out


@dataclass
class OfficeRows:
    """Rows of one office: its gapless numbers and the labels of its sessions go through."""

    office: str
    seq: int = 0
    sessions: int = 0
    visits: int = 0
    _at_counter: dict[str, str] = field(default_factory=dict)
    _errands: dict[int, int] = field(default_factory=dict)
    _visits: dict[int, int] = field(default_factory=dict)
    _tickets: dict[str, int] = field(default_factory=dict)

    def day(self, day: Day, seed: int, name: str) -> Iterator[str]:
        """Rows of a simulated day."""
        for kept in (self._at_counter, self._errands, self._visits, self._tickets):
            kept.clear()
        for action in simulated(day, stream(seed, self.office, name)):
            self.seq += 1
            yield self._row(action, day)

    def _row(self, action: Action, day: Day) -> str:
        tell = _TOLD.get(action.kind)
        rest = self._acted(action) if tell is None else tell(self, action, day)
        return f"{self.office},{self.seq},{action.kind},{action.at},{rest}\n"

    def _acted(self, action: Action) -> str:
        errand = self._errands[action.errand]
        session = self._at_counter.get(action.counter, "")
        return f",{errand},{session}{AFTER_SESSION}"

    def opened_row(self, action: Action, _day: Day) -> str:
        self.sessions += 1
        label = self._at_counter[action.counter] = f"s{self.sessions}"
        staff = f'"{{""staff"": ""K{action.counter}""}}"'
        return f",,{label},{action.counter}{',' * 13}{staff}"

    def closed_row(self, action: Action, _day: Day) -> str:
        return f",,{self._at_counter.pop(action.counter)}{AFTER_SESSION}"

    def came_row(self, action: Action, day: Day) -> str:
        visitor = action.visitor
        assert visitor is not None
        self.visits += 1
        self._errands[action.errand] = self._visits[action.errand] = self.seq
        letter = "A" if visitor.due_at is None else "B"
        number = self._tickets[letter] = self._tickets.get(letter, 0) + 1
        service = f"{action.service.service},{action.service.level}" if action.service else ","
        arrival = "walk_in" if visitor.due_at is None else "booked"
        data = ""
        if visitor.due_at is not None:
            starts = accrual_start(action.at, visitor.due_at, day.rule)
            data = _quoted({"due_at": visitor.due_at, "accrues_from": starts})
        return (
            f"{self.seq},{self.seq},,,{letter}{number},{service},{visitor.language},"
            f"{visitor.prio_class},{arrival},{visitor.people},,,,,,{data}"
        )

    def added_row(self, action: Action, _day: Day) -> str:
        visit = self._visits[action.errand] = self._visits[action.parent]
        self._errands[action.errand] = self.seq
        assert action.service is not None
        passed_on = action.counter == ""
        data = _quoted({"parent": self._errands[action.parent]}) if passed_on else ""
        service = f"{action.service.service},{action.service.level}"
        return f"{visit},{self.seq},,,,{service},,,,,,,,,waiting,{data}"

    def begun_row(self, action: Action, _day: Day) -> str:
        if action.service is None:
            return self._acted(action)
        service = f"{action.service.service},{action.service.level}"
        session = self._at_counter[action.counter]
        return f",{self._errands[action.errand]},{session},,,{service}{',' * 10}"

    def finished_row(self, action: Action, _day: Day) -> str:
        assert action.outcome is not None
        ended = ",".join(action.outcome)
        session = self._at_counter[action.counter]
        return f",{self._errands[action.errand]},{session},,,,,,,,,{ended},,"

    def alone_row(self, action: Action, _day: Day) -> str:
        return f",{self._errands[action.errand]}{AFTER_ERRAND}"

    def ended_row(self, _action: Action, _day: Day) -> str:
        return "," * 16


Telling = Callable[[OfficeRows, Action, Day], str]
_TOLD: dict[str, Telling] = {
    "session-opened": OfficeRows.opened_row,
    "session-closed": OfficeRows.closed_row,
    "issued": OfficeRows.came_row,
    "checked-in": OfficeRows.came_row,
    "added": OfficeRows.added_row,
    "begun": OfficeRows.begun_row,
    "finished": OfficeRows.finished_row,
    "left": OfficeRows.alone_row,
    "swept": OfficeRows.alone_row,
    "reactivated": OfficeRows.alone_row,
    "day-ended": OfficeRows.ended_row,
}


def _quoted(facts: dict[str, int]) -> str:
    text = json.dumps(facts).replace('"', '""')
    return f'"{text}"'
