"""One call in a full office, and what it costs to tell every screen of the office about it.

The screens are the streams that the pages hold open: one for the staff at each counter, one for
the display of the room. What is counted is what came over the wire, chunk marks and all, and what
the server worked for the call and the telling.
"""

from __future__ import annotations

import select
import socket
from dataclasses import dataclass

from knutpunkt.reception.measuring.asking import Caller
from knutpunkt.reception.measuring.homes import Desk
from knutpunkt.reception.measuring.loads import OUTCOME, issued
from knutpunkt.reception.measuring.processes import worked
from knutpunkt.reception.measuring.servers import Server

WAITING = 120
COUNTERS = 6
SETTLED_AFTER = 1.0
QUIET_AFTER = 0.05
HEARD_WITHIN = 10.0


class Screen:
    """A stream that is held open, and counts what it gets."""

    def __init__(self, port: int, office: str, leave: str = "") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=HEARD_WITHIN)
        asked = f"/live/offices/{office}" + (f"?pass={leave}" if leave else "")
        head = f"GET {asked} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
        self._socket.sendall(head.encode())

    def settled(self, after: float) -> None:
        """Read and forget whatever there is, until nothing comes for a while."""
        while select.select([self._socket], [], [], after)[0]:
            self._more()

    def heard(self, office_seq: int) -> int:
        """Wait for an event; the bytes that came with it and before it."""
        got, wanted = b"", b"id: %d\n" % office_seq
        while wanted not in got or not got.endswith(b"\n\n\r\n"):
            got += self._more()
        return len(got)

    def _more(self) -> bytes:
        more = self._socket.recv(1 << 16)
        if not more:
            raise ConnectionResetError
        return more

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def call_with_screens(server: Server, desks: list[Desk], rounds: int) -> dict[str, float]:
    """Let all counters call, round by round, while so many wait that the queue stays full.

    Only the calls are counted; finishing and the new tickets between rounds are not.
    """
    from knutpunkt.reception.live_words import staff_pass

    desks = desks[:COUNTERS]
    office = desks[0].office
    callers = [Caller(server.port, desk.token) for desk in desks]
    issued(server.port, desks[0], WAITING)
    screens = [Screen(server.port, office, staff_pass(office, "officer")) for _ in desks]
    screens.append(Screen(server.port, office))
    for screen in screens:
        screen.settled(SETTLED_AFTER)
    _round(server, callers, desks, screens)  # opens the counters
    spent = sent = 0.0
    for _ in range(rounds):
        one = _round(server, callers, desks, screens)
        spent, sent = spent + one.spent, sent + one.sent
    for caller in callers:
        caller.close()
    for screen in screens:
        screen.close()
    calls = rounds * len(desks)
    return {
        "waiting": WAITING,
        "screens": len(screens),
        "calls": calls,
        "cpu_ms_per_call": round(1000 * spent / calls, 2),
        "bytes_per_call": round(sent / calls),
    }


@dataclass(frozen=True, slots=True)
class Round:
    """A call at every counter: what the server worked, and what the screens got."""

    spent: float
    sent: int


def _round(
    server: Server, callers: list[Caller], desks: list[Desk], screens: list[Screen]
) -> Round:
    before = worked(server.pid)
    called = [
        caller.post(f"{desk.office}/calls", counter=desk.counter)
        for caller, desk in zip(callers, desks, strict=True)
    ]
    sent = sum(screen.heard(called[-1]["office_seq"]) for screen in screens)
    done = Round(worked(server.pid) - before, sent)
    for caller, desk, one in zip(callers, desks, called, strict=True):
        _served(caller, desk, one["errand"])
    for screen in screens:
        screen.settled(QUIET_AFTER)
    return done


def _served(caller: Caller, desk: Desk, errand: int) -> None:
    caller.post(f"errands/{errand}/finish", counter=desk.counter, outcome=OUTCOME)
    caller.post(f"{desk.office}/visits")
