"""The live hub: tells browsers what changed, as server-sent events, without touching the ORM.

One process has one hub, one hub has one database connection in one thread. SQLite says through
``PRAGMA data_version`` that another connection has written; PostgreSQL is asked once a second.
Every subscriber first gets the state as it is, so a lost event heals itself on reconnecting.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

RUN = re.compile(r"/live/runs/([0-9a-f-]{36})/?")
LOOK_EVERY = 0.2
KEEP_ALIVE = 20.0
QUEUE_LENGTH = 64
MOST_STREAMS = 5_000
BODY_WITHIN = 20.0
LARGEST_BODY = 10 * 2**20
RUNS = "SELECT id, state, progress FROM core_run WHERE id IN ({marks})"


class Source(Protocol):
    """Where the hub reads runs, with a connection of its own."""

    def changed(self) -> bool:
        """Whether somebody may have written since the last look."""

    def runs(self, keys: list[str]) -> dict[str, str]:
        """State and progress of runs as JSON text, by key."""

    def close(self) -> None:
        """Give the connection back."""


class SqliteSource:
    """Reads an SQLite file."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        self._version = -1

    def changed(self) -> bool:
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        before, self._version = self._version, version
        return version != before

    def runs(self, keys: list[str]) -> dict[str, str]:
        plain = {UUID(key).hex: key for key in keys}
        marks = ", ".join("?" * len(plain))
        rows = self._connection.execute(RUNS.format(marks=marks), list(plain))
        return {plain[key]: _event(state, progress) for key, state, progress in rows}

    def close(self) -> None:
        self._connection.close()


class PostgresSource:
    """Reads a PostgreSQL database, looking once a second."""

    def __init__(self, settings: dict[str, Any]) -> None:
        address = {
            "host": settings["HOST"],
            "port": settings["PORT"],
            "user": settings["USER"],
            "password": settings["PASSWORD"],
            "dbname": settings["NAME"],
            **settings["OPTIONS"],
        }
        text = make_conninfo(**{name: value for name, value in address.items() if value})
        self._connection = psycopg.connect(text, autocommit=True)
        self._looks = 0

    def changed(self) -> bool:
        self._looks += 1
        return self._looks % 5 == 1

    def runs(self, keys: list[str]) -> dict[str, str]:
        marks = ", ".join(["%s"] * len(keys))
        rows = self._connection.execute(RUNS.format(marks=marks).encode(), keys).fetchall()
        return {str(key): _event(state, progress) for key, state, progress in rows}

    def close(self) -> None:
        self._connection.close()


def _event(state: str, progress: Any) -> str:
    content = json.loads(progress) if isinstance(progress, str) else progress
    return json.dumps({"state": state, "progress": content}, separators=(",", ":"))


class Hub:
    """Watches the database in a thread and hands changes to the subscribers of a run."""

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open_source = open_source
        self._subscribers: dict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._last: dict[str, str] = {}
        self._fresh = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to watch; called in the event loop that serves."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._watch, name="live hub", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    @property
    def streams(self) -> int:
        """How many subscribers there are."""
        return sum(map(len, self._subscribers.values()))

    def subscribe(self, run: str) -> asyncio.Queue[str]:
        """Return the queue of a new subscriber, which first gets the state as it is."""
        queue: asyncio.Queue[str] = asyncio.Queue(QUEUE_LENGTH)
        self._subscribers[run].add(queue)
        if run in self._last:
            queue.put_nowait(self._last[run])
        self._fresh.set()
        return queue

    def unsubscribe(self, run: str, queue: asyncio.Queue[str]) -> None:
        """Forget a subscriber, and the run with its last one."""
        self._subscribers[run].discard(queue)
        if not self._subscribers[run]:
            del self._subscribers[run]
            self._last.pop(run, None)

    def _watch(self) -> None:
        source: Source | None = None
        while not self._stop.wait(LOOK_EVERY):
            try:
                source = source or self._open_source()
                self._look(source)
            except (sqlite3.Error, psycopg.Error):
                log.warning("The live hub lost its database connection and opens a new one.")
                source = None
        if source is not None:
            source.close()

    def _look(self, source: Source) -> None:
        changed = source.changed()
        wanted = list(self._subscribers)
        if not wanted or not (changed or self._fresh.is_set()):
            return
        self._fresh.clear()
        found = source.runs(wanted)
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._tell, found)

    def _tell(self, found: dict[str, str]) -> None:
        for run, event in found.items():
            if run in self._subscribers and self._last.get(run) != event:
                self._last[run] = event
                for queue in self._subscribers[run]:
                    # A subscriber too slow to follow misses events; the newest still reaches it.
                    if queue.full():
                        queue.get_nowait()
                    queue.put_nowait(event)


class LiveApplication:
    """Raw ASGI: ``/live/*`` from the hub, everything else from the given application."""

    def __init__(self, hub: Hub, other: Any) -> None:
        self._hub = hub
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/live/"):
            await self._live(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)

    async def _pages(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the pages once it is here whole: a slow sender holds no thread."""
        try:
            body = await asyncio.wait_for(_whole_body(receive), BODY_WITHIN)
        except TimeoutError:
            await _answer(send, 408, b"The request took too long.")
            return
        if body is None:
            await _answer(send, 413, b"The request is too large.")
            return
        await self._other(scope, _told_once(body, receive), send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self._hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        match = RUN.fullmatch(scope["path"])
        if match is None or not _is_key(match[1]):
            await _answer(send, 404, b"There is no such stream.")
        elif scope["method"] != "GET":
            await _answer(send, 405, b"A stream can only be read.")
        elif self._hub.streams >= MOST_STREAMS:
            await _answer(send, 503, b"Too many streams are open; ask again later.")
        else:
            await self._stream(match[1], receive, send)

    async def _stream(self, run: str, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        queue = self._hub.subscribe(run)
        gone = asyncio.create_task(_gone(receive))
        try:
            while not gone.done():
                await send(_body(await _next(queue, gone)))
        except OSError:
            pass  # the browser has left
        finally:
            gone.cancel()
            self._hub.unsubscribe(run, queue)


async def _whole_body(receive: Receive) -> bytes | None:
    """Gather the body of a request; None when it is larger than any of our forms."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def _told_once(body: bytes, receive: Receive) -> Receive:
    """Give the body first, and then whatever else happens."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def tell() -> Message:
        return waiting.pop() if waiting else await receive()

    return tell


async def _next(queue: asyncio.Queue[str], gone: asyncio.Task[None]) -> bytes:
    """Wait for the next event; say something from time to time so that a dead line is noticed."""
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait({waiting, gone}, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        return f"event: run\ndata: {waiting.result()}\n\n".encode()
    waiting.cancel()
    return b": still here\n\n"


async def _gone(receive: Receive) -> None:
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass


def _body(content: bytes) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": True}


async def _answer(send: Send, status: int, sentence: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence})


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
