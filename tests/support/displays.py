"""Displays that follow offices over server-sent events, and come back when their line was cut.

All of them live in one event loop in a thread of their own, so that thousands are cheap.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMES_BACK_AFTER = 0.2
DEAD_AFTER = 45.0  # the server says something at least every 20 seconds


class Hung(Exception):
    """The server did not stream."""


@dataclass
class Display:
    """A screen: what it heard, and the number it comes back with."""

    office: str
    port: int
    last: int | None = None
    connected: bool = False
    came: int = 0
    refused: int = 0
    #: Kind, number and words of every event, and when it was heard.
    heard: list[tuple[str, int, dict[str, Any], float]] = field(default_factory=list)

    async def follow(self) -> None:
        """Follow for ever."""
        while True:
            with suppress(OSError, EOFError, TimeoutError, ValueError, Hung):
                await self._listen()
            self.connected = False
            await asyncio.sleep(COMES_BACK_AFTER)

    async def _listen(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            resume = "" if self.last is None else f"Last-Event-ID: {self.last}\r\n"
            asked = f"GET /live/offices/{self.office} HTTP/1.1\r\nHost: localhost\r\n{resume}\r\n"
            writer.write(asked.encode())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), DEAD_AFTER)
            if b" 200 " not in head.split(b"\r\n")[0]:
                self.refused += 1
                raise Hung
            self.connected, self.came = True, self.came + 1
            said = b""
            while True:
                said += await asyncio.wait_for(_chunk(reader), DEAD_AFTER)
                *frames, said = said.split(b"\n\n")
                for frame in frames:
                    self._hear(frame.decode())
        finally:
            writer.close()

    def _hear(self, frame: str) -> None:
        said = dict(line.partition(": ")[::2] for line in frame.splitlines())
        if "data" in said and "id" in said:
            self.last = int(said["id"])
            words = json.loads(said["data"])
            self.heard.append((said["event"], self.last, words, time.monotonic()))

    def gaps(self) -> list[str]:
        """Where what was heard does not follow on what was heard before."""
        found = []
        for (_, before, _, _), (kind, seq, words, _) in zip(
            self.heard, self.heard[1:], strict=False
        ):
            # A snapshot may show once more what was shown before, never what was before that.
            if seq < before or (seq == before and kind == "office"):
                found.append(f"{self.office}: {seq} was heard after {before}")
            # A snapshot shows the office as it is and needs nothing before it.
            if kind == "office" and words["after"] > before:
                found.append(f"{self.office}: {seq} follows {words['after']}, heard was {before}")
        return found


async def _chunk(reader: asyncio.StreamReader) -> bytes:
    size = int((await reader.readuntil(b"\r\n")).strip(), 16)
    if size == 0:
        raise EOFError
    return (await reader.readexactly(size + 2))[:-2]


@contextmanager
def following(displays: list[Display]) -> Iterator[None]:
    """Let the displays follow for the length of the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="displays", daemon=True)
    thread.start()

    async def begin() -> list[asyncio.Task[None]]:
        return [asyncio.create_task(display.follow()) for display in displays]

    async def end(tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    tasks = asyncio.run_coroutine_threadsafe(begin(), loop).result(30)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(end(tasks), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


def until(true: Callable[[], bool], *, seconds: float) -> float:
    """Wait until something is true; how long it took. It fails when it does not come true."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() < begun + seconds, "it did not come true"
        time.sleep(0.005)
    return time.monotonic() - begun
