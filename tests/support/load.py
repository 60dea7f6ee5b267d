"""Visitors and clerks without a pause, who send everything until it is answered.

Every action carries a key. A request whose answer is lost is sent again with the same key, as a
kiosk or a counter does. What was acknowledged is kept, to be compared with the log afterwards.
"""

from __future__ import annotations

import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.reception import OFFICE, Asked, Line, Reply, log_of, office_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.servers import Installation

TRY_AGAIN_AFTER = 0.05
GIVE_UP_AFTER = 120.0
BROKEN = 500


@dataclass
class Heard:
    """What everybody heard, over all of them."""

    #: By key: event, errand and number as they were answered.
    acknowledged: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    #: Answers nobody should get, whatever happens to the server.
    wrong: list[str] = field(default_factory=list)
    sent_again: int = 0
    #: Every key that was ever sent.
    sent: set[str] = field(default_factory=set)

    def misses(self, at: Installation, office: str = OFFICE) -> list[str]:
        """Acknowledged actions that the log does not have, has otherwise, or has beside others."""
        kept = {
            event.request_key.partition(":")[2]: (event.office_seq, event.errand, event.ticket)
            for event in log_of(at.read, office_number(at, office))
            if event.request_key
        }
        lost = [
            f"{key} was answered {said}, the log has {kept.get(key)}"
            for key, said in self.acknowledged.items()
            if kept.get(key) != said
        ]
        unheard = (kept.keys() & self.sent) - self.acknowledged.keys()
        return lost + [f"{key} was done and never answered" for key in unheard]


class Clerk(threading.Thread):
    """Gives out a ticket, calls the next, begins and finishes, again and again."""

    def __init__(
        self, line: Line, token: str, name: str, heard: Heard, stop: threading.Event
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._line, self._token = line, token
        self._heard, self._stopping, self._keys = heard, stop, 0

    def run(self) -> None:
        """Work until told to stop, and finish what was begun."""
        while not self._stopping.is_set():
            self._act(f"/api/reception/{OFFICE}/visits", {})
            called = self._act(f"/api/reception/{OFFICE}/calls", {})
            if called is not None and called["errand"] is not None:
                errand = f"/api/reception/errands/{called['errand']}"
                self._act(f"{errand}/begin", {})
                self._act(f"{errand}/finish", {"outcome": "solved_here"})
        self._line.close()

    def _act(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        self._keys += 1
        key = f"{self.name}-{self._keys}"
        self._heard.sent.add(key)
        reply = self._until_answered(Asked("POST", path, body, self._token, key))
        if reply is None or not reply.done:
            self._heard.wrong.append(f"{key} {path}: {reply}")
            return None
        said: dict[str, Any] = reply.said
        if said["errand"] is not None:
            self._heard.acknowledged[key] = (said["office_seq"], said["errand"], said["number"])
        return said

    def _until_answered(self, asked: Asked) -> Reply | None:
        until = time.monotonic() + GIVE_UP_AFTER
        while time.monotonic() < until:
            try:
                reply = self._line.ask(asked)
            except (OSError, http.client.HTTPException):
                self._line.close()
            else:
                if reply.status == BROKEN:
                    self._heard.wrong.append(f"{asked.key}: {reply.text}")
                if reply.status < BROKEN:
                    return reply
            self._heard.sent_again += 1
            time.sleep(TRY_AGAIN_AFTER)
        return None


def under_load(
    ports: Sequence[int],
    tokens: Sequence[str],
    meanwhile: Callable[[Heard], None],
    name: str = "c",
    *,
    patience: float = 15.0,
) -> Heard:
    """Let a clerk work for each token while something happens; what they heard.

    ``patience`` is how many seconds they wait for an answer before they send again.
    """
    heard, stop = Heard(), threading.Event()
    clerks = [
        Clerk(Line(ports[n % len(ports)], patience=patience), token, f"{name}{n}", heard, stop)
        for n, token in enumerate(tokens)
    ]
    for clerk in clerks:
        clerk.start()
    try:
        meanwhile(heard)
    finally:
        stop.set()
        for clerk in clerks:
            clerk.join(timeout=GIVE_UP_AFTER + 30)
    if any(clerk.is_alive() for clerk in clerks):
        heard.wrong.append("somebody still waits for an answer")
    return heard


def until_more(heard: Heard, actions: int, *, seconds: float = 60) -> None:
    """Wait until so many more actions were acknowledged."""
    wanted, until = len(heard.acknowledged) + actions, time.monotonic() + seconds
    while len(heard.acknowledged) < wanted and time.monotonic() < until:
        time.sleep(0.005)
    if len(heard.acknowledged) < wanted:
        heard.wrong.append(f"nothing was answered for {seconds} s")
