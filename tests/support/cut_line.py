"""A line that can be cut: a proxy between a client and a server, on a port of its own.

While the line is ``open`` everything goes through. ``swallowing`` lets requests through and
answers fall into the void: the server has done it and nobody hears. ``silent`` takes connections
and passes nothing on, as a hung firewall does. ``cut`` ends everything and refuses whatever comes.
"""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from support.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

STATES = ("open", "swallowing", "silent", "cut")
LOOK_EVERY = 0.02
MOST = 65_536


class CutLine:
    """The proxy. Set ``state`` to one of the words of the module."""

    def __init__(self, server: int) -> None:
        self.port, self._server = free_port(), server
        self._state = "open"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening: socket.socket | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="line", daemon=True)
        self.carried = 0

    @property
    def state(self) -> str:
        """How the line is."""
        return self._state

    @state.setter
    def state(self, word: str) -> None:
        assert word in STATES, word
        self._state = word

    def start(self) -> None:
        """Begin to carry."""
        self._thread.start()

    def stop(self) -> None:
        """End every connection."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        with selectors.DefaultSelector() as watched:
            while not self._stopped.is_set():
                self._hold_the_state(watched)
                for key, _ in watched.select(LOOK_EVERY):
                    if key.fileobj is self._listening:
                        self._take(watched)
                    else:
                        self._carry(watched, key.fileobj, key.data)
            self._end_all(watched)
            self._listen_no_more(watched)

    def _hold_the_state(self, watched: selectors.BaseSelector) -> None:
        if self._state == "cut":
            self._end_all(watched)
            self._listen_no_more(watched)
        elif self._listening is None:
            self._listening = socket.create_server(("127.0.0.1", self.port), backlog=2048)
            watched.register(self._listening, selectors.EVENT_READ)

    def _take(self, watched: selectors.BaseSelector) -> None:
        assert self._listening is not None
        client, _ = self._listening.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._server), 5)
        except OSError:
            client.close()
            return
        self._pairs.append((client, server))
        for side in (client, server):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watched.register(client, selectors.EVENT_READ, (client, server))
        watched.register(server, selectors.EVENT_READ, (client, server))

    def _carry(
        self, watched: selectors.BaseSelector, side: object, pair: tuple[socket.socket, ...]
    ) -> None:
        assert isinstance(side, socket.socket)
        client, server = pair
        if self._state == "silent":
            self._stopped.wait(LOOK_EVERY)
            return
        try:
            said = side.recv(MOST)
            if said and side is server and self._state == "swallowing":
                return
            (server if side is client else client).sendall(said)
            self.carried += len(said)
        except OSError:
            said = b""
        if not said:
            self._end(watched, pair)

    def _end(self, watched: selectors.BaseSelector, pair: tuple[socket.socket, ...]) -> None:
        for side in pair:
            with suppress(KeyError, ValueError):
                watched.unregister(side)
            side.close()
        self._pairs = [kept for kept in self._pairs if kept[0] is not pair[0]]

    def _end_all(self, watched: selectors.BaseSelector) -> None:
        for pair in list(self._pairs):
            self._end(watched, pair)

    def _listen_no_more(self, watched: selectors.BaseSelector) -> None:
        if self._listening is not None:
            watched.unregister(self._listening)
            self._listening.close()
            self._listening = None


@contextmanager
def cut_line(server: int) -> Iterator[CutLine]:
    """Run a line to a server for the length of the block."""
    line = CutLine(server)
    line.start()
    try:
        yield line
    finally:
        line.stop()
