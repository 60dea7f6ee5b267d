"""A client that costs little: one kept connection, plain sockets."""

from __future__ import annotations

import json
import socket
from typing import Any

from knutpunkt.errors import KnutpunktError

HEAD_ENDS = b"\r\n\r\n"
LENGTH = b"content-length:"
REFUSED = 400


class AnswerUnexpected(KnutpunktError):
    """The server refused what a measurement needs."""

    code = "answer-unexpected"
    exit_code = 2

    def __init__(self, *, asked: str, status: int, said: Any) -> None:
        super().__init__(f"{asked} was answered with {status}: {said}")


class Caller:
    """Asks one server over one connection, with one token."""

    def __init__(self, port: int, token: str) -> None:
        self._address = ("127.0.0.1", port)
        self._authorization = token
        self._socket = self._connect()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=60)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def post(self, path: str, **said: Any) -> dict[str, Any]:
        """Ask for an action.

        Raises
        ------
        AnswerUnexpected
            When it is refused.
        """
        return self.ask("POST", path, json.dumps(said).encode() if said else b"")

    def ask(self, method: str, path: str, body: bytes = b"") -> dict[str, Any]:
        """Ask, and read the answer as JSON."""
        head = (
            f"{method} /api/reception/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Authorization: Bearer {self._authorization}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._socket.sendall(head.encode() + body)
        status, content = self._answer()
        said: dict[str, Any] = json.loads(content)
        if status >= REFUSED:
            raise AnswerUnexpected(asked=f"{method} {path}", status=status, said=said)
        return said

    def _answer(self) -> tuple[int, bytes]:
        got = self._socket.recv(65_536)
        while HEAD_ENDS not in got:
            got += self._more()
        head, _, content = got.partition(HEAD_ENDS)
        length = _length(head)
        while len(content) < length:
            content += self._more()
        return int(head[9:12]), content

    def _more(self) -> bytes:
        more = self._socket.recv(65_536)
        if not more:
            raise ConnectionResetError
        return more


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(LENGTH):
            return int(line[len(LENGTH) :])
    return 0
