"""The hub: a thread that reads the database, and an event loop that tells the lines."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception import ledger
from knutpunkt.reception.live_board import MOST_REPLAYED
from knutpunkt.reception.live_words import Holder
from knutpunkt.web.live.leaves import Leaves
from knutpunkt.web.live.lines import Door, Line
from knutpunkt.web.live.offices import Offices
from knutpunkt.web.live.sources import LOST, Ear, Source

log = logging.getLogger(__name__)

LOOK_EVERY = 0.1
#: Notifications that come closer together are answered by one look.
COALESCED_SECONDS = 0.03
#: Asked of the thread: the board of an office (its key), a look at one (its number), at all (0),
#: or whether somebody still works at theirs.
Asked = str | int | Holder
EVERY_OFFICE = 0


class Hub:
    """Watches the database in a thread and hands changes to the lines."""

    def __init__(self, open_source: Callable[[], Source], door: Door | None = None) -> None:
        self.door = door or Door()
        self._asked: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self.offices = Offices(self._asked.put)
        self.leaves = Leaves(self.door, self._asked.put)
        self._open_source = open_source
        self._runs: dict[str, set[Line]] = defaultdict(set)
        self._last: dict[str, str] = {}
        self._fresh = threading.Event()
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beating: asyncio.Task[None] | None = None
        self._looked_at = self._read_at = 0.0

    def start(self) -> None:
        """Begin to watch; called in the event loop that serves."""
        self._loop = asyncio.get_running_loop()
        self._beating = self._loop.create_task(self._beat())
        self._begin(self._watch, "live hub")
        ledger.tell_also(self._hear)

    def say_goodbye(self) -> None:
        """End every stream, so that a server that stops waits for none."""
        for line in self.door:
            line.end()

    def stop(self) -> None:
        """Stop watching."""
        with suppress(ValueError):
            ledger.tell_no_longer(self._hear)
        self._stop.set()
        self._asked.put(EVERY_OFFICE)
        if self._beating is not None:
            self._beating.cancel()
        for thread in self._threads:
            thread.join(timeout=2)

    # --- in the event loop ---

    def subscribe(self, run: str, line: Line) -> None:
        """Let a line follow a run; it first gets the state as it is."""
        self._runs[run].add(line)
        if run in self._last:
            line.push(_run_frame(self._last[run]))
        self._fresh.set()

    def unsubscribe(self, run: str, line: Line) -> None:
        """Forget a line, and the run with its last one."""
        self._runs[run].discard(line)
        if not self._runs[run]:
            del self._runs[run]
            self._last.pop(run, None)

    def _tell_runs(self, found: dict[str, str]) -> None:
        for run, event in found.items():
            if run in self._runs and self._last.get(run) != event:
                self._last[run] = event
                for line in list(self._runs[run]):
                    line.push(_run_frame(event))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.leaves.check_again(to_ms(clock.now()))

    # --- in the thread of whoever changed something in this process ---

    def _hear(self, office: int, events: list[dict[str, Any]]) -> None:
        if self.offices.watches(office):
            self._in_loop(self.offices.told, office, events)

    def _in_loop(self, function: Callable[..., object], *values: Any) -> None:
        assert self._loop is not None
        # The loop is closed when the server has gone before its last request.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *values)

    # --- in the hub's own threads ---

    def _begin(self, function: Callable[..., None], name: str, *values: Any) -> None:
        thread = threading.Thread(target=function, args=values, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(self) -> None:
        source: Source | None = None
        while not self._stop.is_set():
            asked = self._gather()
            try:
                source = source or self._opened()
                self._look(source, asked)
            except LOST:
                log.warning("The live hub lost its database connection and opens a new one.")
                _close(source)
                source = None
                for thing in asked | {EVERY_OFFICE}:
                    self._asked.put(thing)
                self._stop.wait(LOOK_EVERY)
        _close(source)

    def _opened(self) -> Source:
        source = self._open_source()
        ear = source.ear()
        if ear is not None and len(self._threads) == 1:
            self._begin(self._listen, "live ear", ear, source.ear)
        elif ear is not None:
            ear.close()
        return source

    def _listen(self, ear: Ear | None, open_ear: Callable[[], Ear | None]) -> None:
        while not self._stop.is_set():
            try:
                if ear is None:
                    ear = open_ear()
                    self._asked.put(EVERY_OFFICE)  # nobody listened meanwhile
                assert ear is not None
                for office in filter(self.offices.watches, ear.heard(1.0)):
                    self._asked.put(office)
            except LOST:
                _close(ear)
                ear = None
                self._stop.wait(LOOK_EVERY)
        _close(ear)

    def _gather(self) -> set[Asked]:
        """Wait for something to do, and take what comes shortly after it along."""
        asked: set[Asked] = set()
        with suppress(queue.Empty):
            asked.add(self._asked.get(timeout=LOOK_EVERY))
            self._stop.wait(max(0.0, self._read_at + COALESCED_SECONDS - time.monotonic()))
            while True:
                asked.add(self._asked.get_nowait())
        return asked

    def _look(self, source: Source, asked: set[Asked]) -> None:
        changed = self._is_time() and source.changed()
        for thing in asked:
            if isinstance(thing, str):
                self._in_loop(self.offices.read, thing, source.board(thing))
            elif isinstance(thing, Holder):
                self._in_loop(self.leaves.answered, thing, source.holds(thing))
        offices = [office for office in asked if isinstance(office, int)]
        if changed or offices:
            self._read_at = time.monotonic()
            self._look_at_offices(source, None if changed or EVERY_OFFICE in offices else offices)
        wanted = list(self._runs)
        if wanted and (changed or self._fresh.is_set()):
            self._fresh.clear()
            self._in_loop(self._tell_runs, source.runs(wanted))

    def _is_time(self) -> bool:
        now = time.monotonic()
        due = now - self._looked_at >= LOOK_EVERY
        self._looked_at = now if due else self._looked_at
        return due

    def _look_at_offices(self, source: Source, offices: list[int] | None) -> None:
        """Read what was written beyond what was told; told first, so nothing told is missed."""
        told = self.offices.positions()
        if not told:
            return
        last = source.sequences(offices)
        for office in told if offices is None else set(offices) & set(told):
            key, seq = told[office]
            ahead = last.get(office, 0) - seq
            if ahead < 0 or ahead > MOST_REPLAYED:
                self._in_loop(self.offices.read, key, source.board(key))
            elif ahead:
                events = source.events(office, after=seq, through=seq + ahead)
                self._in_loop(self.offices.told, office, events)


def _run_frame(event: str) -> bytes:
    return f"event: run\ndata: {event}\n\n".encode()


def _close(connection: Source | Ear | None) -> None:
    if connection is not None:
        with suppress(*LOST):
            connection.close()
