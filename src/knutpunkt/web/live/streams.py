"""Raw ASGI: ``/live/*`` from the hub, everything else from the pages."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from knutpunkt.reception.live_words import PUBLIC, Pass, pass_read
from knutpunkt.web.live.bodies import Message, Receive, Scope, Send, answer, gone, pages
from knutpunkt.web.live.hub import Hub
from knutpunkt.web.live.lines import Line, TooManyStreams, open_files_made_enough

RUN = re.compile(r"/live/runs/([0-9a-f-]{36})/?")
OFFICE = re.compile(r"/live/offices/([-a-zA-Z0-9_]{1,80})/?")
NUMBER = re.compile(r"[0-9]{1,18}")
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
GOODBYE_WITHIN = 0.5
NO_LEAVE = "The pass is not valid here, or no longer."
NO_DATABASE = "The database does not answer; ask again later."
AGAIN = (b"retry-after", b"10")


class LiveApplication:
    """The live hub, and the given application for all other addresses; or nothing besides it."""

    def __init__(self, hub: Hub, other: Any = None) -> None:
        self.hub = hub
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/live/"):
            await self._live(scope, receive, send)
        elif scope["type"] == "http" and self._other is not None:
            await pages(self._other, scope, receive, send)
        elif scope["type"] == "http":
            await answer(send, 404, "Only live streams are served here.")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                open_files_made_enough(self.hub.door.most)
                self.hub.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                self.hub.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        run, office = RUN.fullmatch(scope["path"]), OFFICE.fullmatch(scope["path"])
        if office is None and (run is None or not _is_key(run[1])):
            await answer(send, 404, "There is no such stream.")
        elif scope["method"] != "GET":
            await answer(send, 405, "A stream can only be read.", (b"allow", b"GET"))
        elif office is not None:
            await self._office(office[1], scope, receive, send)
        elif run is not None:
            await self._run(run[1], scope, receive, send)

    async def _run(self, run: str, scope: Scope, receive: Receive, send: Send) -> None:
        line = Line(_address(scope))
        if not await self._entered(line, send):
            return
        self.hub.subscribe(run, line)
        try:
            await _stream(line, receive, send)
        finally:
            self.hub.unsubscribe(run, line)
            self.hub.door.leave(line)

    async def _office(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        leave = pass_read(asked["pass"][0], key) if "pass" in asked else Pass(key, PUBLIC, 0)
        if leave is None:
            await answer(send, 403, NO_LEAVE)
            return
        line = Line(_address(scope), leave.stream_ends or None, leave.holder)
        if not await self._entered(line, send):
            return
        try:
            await self._follow(key, line, leave.audience, _last_seen(scope, asked), receive, send)
        finally:
            self.hub.door.leave(line)

    async def _follow(
        self, key: str, line: Line, audience: str, last: int | None, receive: Receive, send: Send
    ) -> None:
        try:
            may = line.holder is None or await self.hub.leaves.holds(line.holder)
            watched = await self.hub.offices.find(key) if may else None
        except TimeoutError:
            await answer(send, 503, NO_DATABASE, AGAIN)
            return
        if not may:
            await answer(send, 403, NO_LEAVE)
            return
        if watched is None:
            await answer(send, 404, "There is no such office.")
            return
        self.hub.offices.join(watched, line, audience, last)
        try:
            await _stream(line, receive, send)
        finally:
            self.hub.offices.leave(watched, line, audience)

    async def _entered(self, line: Line, send: Send) -> bool:
        try:
            self.hub.door.enter(line)
        except TooManyStreams as refusal:
            await answer(send, refusal.status, str(refusal), AGAIN)
            return False
        return True


async def _stream(line: Line, receive: Receive, send: Send) -> None:
    """Send what the line has until it ends, or the browser leaves."""
    line.sender = asyncio.current_task()
    watching = asyncio.create_task(_ended_when_gone(line, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        while part := await line.parts():
            await send(_body(part, more=True))
        await send(_body(b"", more=False))
    except OSError:
        pass  # the browser has left
    except asyncio.CancelledError:
        # The server stops, or the line was let go: nothing above this needs to know.
        await _goodbye(line, send)
    finally:
        line.sender = None
        watching.cancel()


async def _goodbye(line: Line, send: Send) -> None:
    if not line.ended:
        line.end()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(send(_body(b"", more=False)), GOODBYE_WITHIN)


async def _ended_when_gone(line: Line, receive: Receive) -> None:
    await gone(receive)
    line.end()


def _body(content: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


def _last_seen(scope: Scope, asked: dict[str, list[str]]) -> int | None:
    """Number of the last event the listener has: as browsers say it, else in the address."""
    headers = dict(scope["headers"])
    text = headers.get(b"last-event-id", b"").decode("latin-1") or asked.get("from", [""])[0]
    return int(text) if NUMBER.fullmatch(text) else None


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
