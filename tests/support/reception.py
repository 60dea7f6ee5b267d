"""A reception met over HTTP: single requests, crowds that collide, and what the log then says.

``Line`` is one connection. ``Crowd`` sends all but the last byte of many requests and then all
last bytes in a row, so that the requests truly meet in the server. ``contradictions`` reads the
rows and the event log of an office afterwards and names everything that should not be; it knows
the state machine only by its table and nothing of the services.
"""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from knutpunkt.reception.transitions import (
    ABOUT_THE_HOUSE,
    AT_THE_COUNTER,
    BEGINNINGS,
    HELD,
    TRANSITIONS,
    UNDONE,
)

if TYPE_CHECKING:
    from support.servers import Installation

#: Reads rows; ``?`` stands for a value.
Read = Callable[..., Iterable[tuple[Any, ...]]]
#: An office of the embedded network with published hours, guidance of several authorities.
OFFICE = "boras"
PATIENCE = 60.0


@dataclass(frozen=True)
class Asked:
    """A request; ``key`` goes along as its Idempotency-Key."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    token: str = ""
    key: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    def written(self) -> bytes:
        """The request as bytes."""
        content = b"" if self.method == "GET" else json.dumps(self.body or {}).encode()
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: localhost"]
        if self.token:
            lines.append(f"Authorization: Bearer {self.token}")
        if self.key:
            lines.append(f"Idempotency-Key: {self.key}")
        if self.method != "GET":
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join([*lines, "", ""]).encode() + content


@dataclass(frozen=True)
class Reply:
    """What the server said."""

    status: int
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> Any:
        """The answer as JSON; nothing where there is none."""
        return json.loads(self.text) if self.text.strip() else None

    @property
    def done(self) -> bool:
        """Whether the server did it."""
        return 200 <= self.status < 300


#: Seconds after which a connection that was not used is opened anew.
IDLE_AT_MOST = 2.0


class Line:
    """One connection to a server, opened anew when it was closed."""

    def __init__(self, port: int, *, patience: float = PATIENCE) -> None:
        self.port, self.patience = port, patience
        self._link: socket.socket | None = None
        self._used = time.monotonic()

    def ask(self, asked: Asked) -> Reply:
        """Send a request and wait for its answer.

        Raises
        ------
        OSError, http.client.HTTPException
            When the line is dead; nobody then knows whether it was done.
        """
        self.begin(asked)
        self.end()
        return self.answer()

    def begin(self, asked: Asked) -> None:
        """Send all of a request but its last byte."""
        written = asked.written()
        if time.monotonic() - self._used > IDLE_AT_MOST:
            self.close()  # servers hang up on whoever says nothing for some seconds
        self._used = time.monotonic()
        if self._link is None:
            self._link = socket.create_connection(("127.0.0.1", self.port), self.patience)
            self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link.sendall(written[:-1])
        self._last = written[-1:]

    def end(self) -> None:
        """Send the last byte."""
        assert self._link is not None
        self._link.sendall(self._last)

    def answer(self) -> Reply:
        """Wait for the answer to what was sent."""
        assert self._link is not None
        try:
            found = http.client.HTTPResponse(self._link)
            found.begin()
            text = found.read().decode()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        if found.will_close:
            self.close()
        return Reply(found.status, text, {k.lower(): v for k, v in found.getheaders()})

    def close(self) -> None:
        """Hang up."""
        if self._link is not None:
            self._link.close()
            self._link = None


class Crowd:
    """Many connections to one server or several, whose requests set off together."""

    def __init__(self, *ports: int) -> None:
        self._ports = ports
        self._lines: list[Line] = []

    def at_once(self, asked: Sequence[Asked]) -> list[Reply]:
        """Let the requests collide; the answers in the order of the requests.

        Request *i* goes to server *i* modulo the number of servers.
        """
        while len(self._lines) < len(asked):
            self._lines.append(Line(self._ports[len(self._lines) % len(self._ports)]))
        lines = self._lines[: len(asked)]
        for line, one in zip(lines, asked, strict=True):
            line.begin(one)
        for line in lines:
            line.end()
        return [line.answer() for line in lines]

    def ask(self, asked: Asked) -> Reply:
        """Send one request alone."""
        return self.at_once([asked])[0]

    def close(self) -> None:
        """Hang up everywhere."""
        for line in self._lines:
            line.close()


# --- what the log says ---------------------------------------------------------------------------

_EVENTS = """
SELECT office_seq, id, kind, at, local_day, visit, errand, session, state, version, ticket,
  request_key FROM reception_event WHERE office_id = ? ORDER BY office_seq
"""
_ERRANDS = (
    "SELECT id, visit_id, state, version, session_id FROM reception_errand WHERE office_id = ?"
)
_VISITS = "SELECT id, local_day, series, number FROM reception_visit WHERE office_id = ?"
_SLOTS = """
SELECT s.id, s.cap, s.taken, (SELECT COUNT(*) FROM reception_booking b WHERE b.slot_id = s.id
  AND b.status IN ('held', 'confirmed', 'checked_in', 'no_show'))
FROM reception_slotcapacity s JOIN reception_bookingpool p ON p.id = s.pool_id WHERE p.office_id = ?
"""


@dataclass
class Told:
    """An event as the log has it."""

    office_seq: int
    id: int
    kind: str
    at: int
    local_day: str
    visit: int | None
    errand: int | None
    session: int | None
    state: str
    version: int
    ticket: str
    request_key: str | None


@dataclass
class _Life:
    """An errand as the events so far make it."""

    state: str
    version: int
    session: int | None


def office_number(at: Installation, office: str = OFFICE) -> int:
    """The number of an office in the database."""
    return int(at.read("SELECT id FROM network_office WHERE key = ?", office)[0][0])


def log_of(read: Read, number: int) -> list[Told]:
    """Every event of an office in order."""
    return [Told(*row) for row in read(_EVENTS, number)]


def contradictions(at: Installation, office: str = OFFICE) -> list[str]:
    """Everything in the rows and the log of an office that should not be; empty is as it should."""
    return contradictions_read(at.read, office_number(at, office))


def contradictions_read(read: Read, number: int) -> list[str]:
    """The same of any database that can be read, by the number of the office."""
    events = log_of(read, number)
    last = read("SELECT last FROM reception_officesequence WHERE office_id = ?", number)
    series = "SELECT local_day, series, last FROM reception_ticketcounter WHERE office_id = ?"
    return [
        *gaps(events, last[0][0] if last else 0),
        *impossible_lives(events, read(_ERRANDS, number)),
        *odd_numbers(events, read(_VISITS, number), read(series, number)),
        *(
            f"slot {slot}: {taken} of {cap} taken, {booked} booked"
            for slot, cap, taken, booked in read(_SLOTS, number)
            if not booked == taken <= cap
        ),
    ]


def gaps(events: Sequence[Told], last: int) -> list[str]:
    """Numbers missing or doubled, time running backwards, and requests carried out twice."""
    numbers = [event.office_seq for event in events]
    found = []
    if [event.at for event in events] != sorted(event.at for event in events):
        found.append("time runs backwards in the log")
    if numbers != list(range(1, last + 1)):
        found.append(f"the sequence says {last}, the log has {len(numbers)} events up to "
                     f"{numbers[-1] if numbers else 0}")  # fmt: skip
    keys = Counter(event.request_key for event in events if event.request_key)
    return found + [f"request {key} was carried out {n} times" for key, n in keys.items() if n > 1]


def impossible_lives(events: Iterable[Told], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Errands that were called twice, held twice, or are not where their events left them."""
    lives: dict[int, _Life] = {}
    at_counter: dict[int, set[int]] = defaultdict(set)
    found: list[str] = []
    for event in events:
        if event.errand is None or event.kind in ABOUT_THE_HOUSE:
            continue
        life = lives.get(event.errand)
        found += [f"{event.office_seq}: {why}" for why in _out_of_order(event, life)]
        if life is not None and life.session is not None:
            at_counter[life.session].discard(event.errand)
        # Of an errand nobody holds the event says who let it go.
        holder = event.session if event.state in HELD else None
        lives[event.errand] = _Life(event.state, event.version, holder)
        if holder is not None and event.state in AT_THE_COUNTER:
            at_counter[holder].add(event.errand)
            if len(at_counter[holder]) > 1:
                found.append(f"{event.office_seq}: session {holder} has two errands")
    return found + _not_as_told(lives, rows)


def _out_of_order(event: Told, life: _Life | None) -> Iterable[str]:
    if event.state in HELD and event.session is None:
        yield f"{event.ticket} is {event.state} by nobody"
    if life is None:
        if event.state not in BEGINNINGS.get(event.kind, ()):
            yield f"{event.ticket} begins by being {event.kind}, {event.state}"
        return
    if event.version != life.version + 1:
        yield f"{event.ticket} goes from version {life.version} to {event.version}"
    if event.kind == UNDONE:
        return
    way = TRANSITIONS.get(event.kind)
    if way is None or life.state not in way.before or event.state != way.after:
        yield f"{event.ticket} is {event.kind} from {life.state} to {event.state}"


def _not_as_told(lives: dict[int, _Life], rows: Iterable[tuple[Any, ...]]) -> list[str]:
    found, seen = [], set()
    for errand, _visit, state, version, session in rows:
        seen.add(errand)
        life = lives.get(errand)
        if life is None or (life.state, life.version, life.session) != (state, version, session):
            found.append(f"errand {errand} is {state}/{version}/{session}, its events say {life}")
    return found + [f"errand {errand} has events and no row" for errand in lives.keys() - seen]


def odd_numbers(
    events: Iterable[Told], visits: Iterable[tuple[Any, ...]], series: Iterable[tuple[Any, ...]]
) -> list[str]:
    """Ticket numbers given twice, left out, or on paper only."""
    given: dict[tuple[str, str], list[int]] = defaultdict(list)
    tickets = {}
    for visit, day, letter, number in visits:
        given[day, letter].append(number)
        tickets[visit] = f"{letter}{number}"
    lasts = {(day, letter): last for day, letter, last in series}
    found = [
        f"{day} series {letter}: {sorted(numbers)[:3]}… {len(numbers)} given, counter at "
        f"{lasts.get((day, letter))}"
        for (day, letter), numbers in given.items()
        if sorted(numbers) != list(range(1, lasts.get((day, letter), 0) + 1))
    ]
    begun = {e.visit: e.ticket for e in events if e.kind in ("issued", "checked-in")}
    return found + [
        f"visit {visit}: {tickets.get(visit)} in its row, {begun.get(visit)} in its event"
        for visit in tickets.keys() | begun.keys()
        if tickets.get(visit) != begun.get(visit)
    ]
