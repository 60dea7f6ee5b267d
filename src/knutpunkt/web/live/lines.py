"""Open streams: what each is still to be sent, how many there are, and from where."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import os
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from knutpunkt.reception.live_words import Holder

log = logging.getLogger(__name__)

#: A line with so much unsent is let go; its browser asks again and gets what it missed.
QUEUE_LENGTH = 64
KEEP_ALIVE_SECONDS = 20
STILL_HERE = b": still here\n\n"
#: Files and sockets a server needs besides its streams.
OTHER_FILES = 200


class Line:
    """One open stream. Whatever is pushed is sent in order, by whoever awaits ``parts``."""

    __slots__ = ("_ended", "_parts", "_waiter", "address", "expires", "holder", "sender")

    def __init__(
        self, address: str = "", expires: int | None = None, holder: Holder | None = None
    ) -> None:
        self.address = address
        self.expires = expires
        self.holder = holder
        self.sender: asyncio.Task[Any] | None = None
        self._parts: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will be sent."""
        return self._ended

    def push(self, part: bytes) -> None:
        """Send a part as soon as the line is free; a line too slow to follow is let go."""
        if len(self._parts) >= QUEUE_LENGTH:
            self.let_go()
        elif not self._ended:
            self._parts.append(part)
            self._wake()

    def end(self) -> None:
        """Send what is there and no more."""
        self._ended = True
        self._wake()

    def let_go(self) -> None:
        """End at once, even when the other side takes nothing."""
        self._parts.clear()
        self.end()
        if self.sender is not None:
            self.sender.cancel()

    async def parts(self) -> bytes:
        """Wait for something to send; empty when the line has ended."""
        while not self._parts and not self._ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        together = b"".join(self._parts)
        self._parts.clear()
        return together

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class TooManyStreams(Exception):
    """No more streams can be opened, in all or from one address."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


class Door:
    """Counts the streams, and beats for them: each hears something at least every 20 seconds.

    Each second has its twentieth of the lines, so that no beat holds up an event.
    """

    def __init__(self, most: int | None = None, per_address: int | None = None) -> None:
        self.most = most or _wanted("KNUTPUNKT_STREAMS", 5_000)
        self.per_address = per_address or _wanted("KNUTPUNKT_STREAMS_PER_ADDRESS", 500)
        self._by_address: Counter[str] = Counter()
        self._beats: list[set[Line]] = [set() for _ in range(KEEP_ALIVE_SECONDS)]
        self._second = 0

    def __len__(self) -> int:
        return sum(map(len, self._beats))

    def __iter__(self) -> Iterator[Line]:
        return (line for beat in self._beats for line in list(beat))

    def enter(self, line: Line) -> None:
        """Let a line in.

        Raises
        ------
        TooManyStreams
            When there are too many, in all or from its address. Streams from this machine itself
            (a proxy that names nobody) only count in all.
        """
        if len(self) >= self.most:
            raise TooManyStreams(503, "Too many streams are open; ask again later.")
        if self._by_address[line.address] >= self.per_address and not _own(line.address):
            raise TooManyStreams(429, "Your address has too many streams open.")
        self._by_address[line.address] += 1
        min(self._beats, key=len).add(line)

    def leave(self, line: Line) -> None:
        """Count a line no longer."""
        for beat in self._beats:
            if line in beat:
                beat.remove(line)
                self._by_address[line.address] -= 1
        if not self._by_address[line.address]:
            del self._by_address[line.address]

    def beat(self, now: int) -> set[Holder]:
        """Say something on this second's lines; end those that have lasted long enough (ms).

        Returns
        -------
        set of Holder
            Whose leave to hear the others is to be checked again.
        """
        self._second = (self._second + 1) % KEEP_ALIVE_SECONDS
        going_on: set[Holder] = set()
        for line in list(self._beats[self._second]):
            if line.expires is not None and line.expires <= now:
                line.end()
            else:
                line.push(STILL_HERE)
                if line.holder is not None:
                    going_on.add(line.holder)
        return going_on

    def end_those_of(self, holder: Holder) -> None:
        """End every line of somebody who may hear no more."""
        for line in self:
            if line.holder == holder:
                line.end()


def frame(kind: str, words: dict[str, Any], number: int | None = None) -> bytes:
    """Write a server-sent event."""
    content = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    name = "" if number is None else f"id: {number}\n"
    return f"{name}event: {kind}\ndata: {content}\n\n".encode()


def open_files_made_enough(streams: int) -> None:
    """Ask the system for a file per stream, and say so when it does not allow them."""
    try:
        import resource
    except ImportError:  # not a Unix: there is no such limit
        return
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = streams + OTHER_FILES
    if allowed == resource.RLIM_INFINITY or allowed >= wanted:
        return
    raised = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (raised, most))
    if raised < wanted:
        log.warning(
            "%d files can be open at once, so about %d live streams instead of %d: "
            "raise the limit (ulimit -n %d) before starting.",
            raised, max(0, raised - OTHER_FILES), streams, wanted,
        )  # fmt: skip


def _wanted(name: str, usual: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() and int(text) else usual


def _own(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return not address
