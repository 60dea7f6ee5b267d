"""A file of events, row by row.

The first line names the format and whether the events are simulated or recorded, the second the
columns. Numbers of visits, errands and parents are the office's own and become keys here.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from knutpunkt.core import clock
from knutpunkt.core.errors import InstantUnreadable
from knutpunkt.core.fields import to_ms
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Office
from knutpunkt.reception.counting.desks import COUNTER
from knutpunkt.reception.counting.event_data import (
    INSTANT_DIGITS,
    LANGUAGE,
    LAST_INSTANT,
    data_read,
    number_read,
)
from knutpunkt.reception.counting.outcomes import LEVELS
from knutpunkt.reception.counting.standing import Told
from knutpunkt.reception.errors import OfficeUnknown
from knutpunkt.reception.models.visits import PER_OFFICE

HEAD = "#knutpunkt-events"
FORMAT = "1"
ORIGINS = ("simulated", "recorded")
COLUMNS = (
    "office", "seq", "kind", "at", "visit", "errand", "session", "counter", "ticket", "service",
    "level", "language", "class", "arrival", "people", "outcome", "next_authority",
    "next_channel", "missing_level", "state", "data",
)  # fmt: skip
LONGEST_SESSION = 20
#: What goes wrong with a file that is broken, or is none.
_UNREADABLE = (ValueError, OverflowError, csv.Error, EOFError, OSError, zlib.error)
_GZIP = b"\x1f\x8b"


class EventsRefused(KnutpunktError):
    """A file of events cannot be taken over. Nothing of it has been."""

    code = "events-refused"
    hint = "Correct the line and import the whole file again; nothing of it has been kept."

    def __init__(self, *, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}, line {line}: {reason}.")


@dataclass(frozen=True, slots=True)
class Register:
    """What a file may name: offices, services and authorities on record."""

    offices: dict[str, int]
    services: Mapping[str, tuple[int, str]]
    authorities: frozenset[str]


class EventFile:
    """An open file. ``line`` is the last one read."""

    def __init__(self, path: Path, stream: TextIO) -> None:
        self.name, self.line = path.name, 2
        head = next(csv.reader([stream.readline()]), [])
        if head[:2] != [HEAD, FORMAT] or len(head) < len((HEAD, FORMAT, "origin")):
            raise self.refused(f"it should begin with {HEAD},{FORMAT},simulated or …,recorded", 1)
        if head[2] not in ORIGINS:
            raise self.refused(f"events are simulated or recorded, not “{head[2][:20]}”", 1)
        self.simulated = head[2] == "simulated"
        #: Simulated days may lie ahead; what is recorded has happened.
        self._latest = LAST_INSTANT if self.simulated else to_ms(clock.now())
        self._languages = {""}
        self._rows = csv.reader(stream)
        if tuple(next(self._rows, ())) != COLUMNS:
            raise self.refused(f"the columns should be {','.join(COLUMNS)}")

    def refused(self, reason: str, line: int | None = None) -> EventsRefused:
        """The refusal of the line that was read last."""
        return EventsRefused(file=self.name, line=line or self.line, reason=reason)

    def told(
        self, register: Register, make: Callable[[str], Office] | None = None
    ) -> Iterator[tuple[int, Told]]:
        """Every row as an office and an event.

        Parameters
        ----------
        make
            Puts an office on record that a simulation made up.

        Raises
        ------
        EventsRefused
            When a row cannot be read or names what is not on record.
        """
        first_line = 2
        try:
            for row in self._rows:
                self.line = self._rows.line_num + first_line - 1
                if "\0" in "".join(row):
                    raise self.refused("it has a character that is none (NUL)")
                if row and make is not None and row[0] not in register.offices:
                    self._made(row[0], register, make)
                if row:
                    yield self._told(row, register)
        except _UNREADABLE as error:
            raise self.refused(f"it cannot be read: {error}") from None

    def _made(self, key: str, register: Register, make: Callable[[str], Office]) -> None:
        try:
            register.offices[key] = make(key).pk
        except OfficeUnknown:
            raise self.refused(f"there is no office “{key[:40]}”") from None

    def _told(self, row: list[str], register: Register) -> tuple[int, Told]:
        if len(row) != len(COLUMNS):
            raise self.refused(f"it has {len(row)} columns, not {len(COLUMNS)}")
        (
            office, seq, kind, at, visit, errand, session, counter, ticket, service, level,
            language, prio_class, arrival, people, outcome, next_authority, next_channel,
            missing_level, state, data,
        ) = row  # fmt: skip
        number = register.offices.get(office)
        if number is None:
            raise self.refused(f"there is no office “{office[:40]}”")
        service_id, authority = self._service(service, register)
        if next_authority and next_authority not in register.authorities:
            raise self.refused(f"there is no authority “{next_authority[:40]}”")
        if language or level or counter:
            self._refuse_odd_words(language, level, counter)
        if len(session) > LONGEST_SESSION:
            raise self.refused("the name of its session is too long a word")
        base = number * PER_OFFICE
        instant = self._instant(at)
        more = data_read(data, kind, instant, register.authorities) if data else None
        if more is not None and "parent" in more:
            more["parent"] += base
        told = Told(
            number_read(seq), kind, instant,
            base + number_read(visit) if visit else 0,
            base + number_read(errand) if errand else 0,
            session or None, counter, ticket, service_id, authority, level, language, prio_class,
            arrival, number_read(people) if people else 0, outcome, next_authority, next_channel,
            missing_level, state, more,
        )  # fmt: skip
        return number, told

    def _instant(self, text: str) -> int:
        at = number_read(text, digits=INSTANT_DIGITS) if text.isdigit() else _iso(text)
        if at > self._latest:
            raise self.refused("it lies in the future")
        if at < 0:
            raise self.refused("it lies before 1970")
        return at

    def _refuse_odd_words(self, language: str, level: str, counter: str) -> None:
        if language not in self._languages:
            if not LANGUAGE.fullmatch(language):
                raise self.refused(f"{language[:20]!a} is no code of a language such as sv")
            self._languages.add(language)
        if level and level not in LEVELS:
            raise self.refused(f"there is no level {level[:20]!a}")
        if counter and not COUNTER.fullmatch(counter):
            raise self.refused(f"a counter cannot be called {counter[:20]!a}")

    def _service(self, named: str, register: Register) -> tuple[int | None, str]:
        if not named:
            return None, ""
        found = register.services.get(named)
        if found is None:
            raise self.refused(f"there is no service “{named[:60]}”")
        return found


def _iso(text: str) -> int:
    try:
        return to_ms(clock.instant(text))
    except InstantUnreadable as error:
        raise ValueError(str(error)) from None


@contextmanager
def event_file(path: Path) -> Iterator[EventFile]:
    """Open a file of events, plain or compressed by gzip.

    Raises
    ------
    EventsRefused
        When it cannot be opened or does not begin as it should.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
            plain: Any = gzip.GzipFile(fileobj=raw) if packed else raw
            with io.TextIOWrapper(plain, encoding="utf-8", newline="") as stream:
                yield EventFile(path, stream)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise EventsRefused(file=path.name, line=1, reason=f"it cannot be read: {reason}") from None
