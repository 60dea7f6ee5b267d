"""The reception's HTTP interface as the simulator speaks it: one kept connection per speaker."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from knutpunkt.reception.simulating.errors import ServerRefuses, SimulationAskedWrongly

TIMEOUT = 60.0
CONFLICT = 409
FIRST_REFUSAL = 400


class Refused:
    """What the server answered when it would not do something because of the state of things."""


REFUSED = Refused()


class Speaker:
    """Asks one server over one connection that is kept and made anew when it breaks."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise SimulationAskedWrongly(
                fact=f"“{url}” is no address of a server.", hint="Write http://127.0.0.1:PORT."
            )
        self._host, self._port = parts.hostname, parts.port or 80
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, token: str, body: Mapping[str, Any] | None = None, *,
        at: int | None = None, key: str = "",
    ) -> dict[str, Any] | Refused:  # fmt: skip
        """Ask; a conflict comes back as :class:`Refused`.

        Parameters
        ----------
        path
            Below ``/api/reception/``.
        at
            The instant it is said to be, in milliseconds.
        key
            Of the request; the same one sent again is carried out once.

        Raises
        ------
        ServerRefuses
            When it does not answer, or refuses for any other reason.
        """
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if at is not None:
            said = datetime.fromtimestamp(at / 1000, UTC)
            headers["X-Simulated-At"] = said.isoformat(timespec="milliseconds")
        if key:
            headers["Idempotency-Key"] = key
        content = json.dumps(body).encode() if body is not None else None
        status, answer = self._exchange(method, f"/api/reception/{path}", content, headers)
        if status == CONFLICT:
            return REFUSED
        if status >= FIRST_REFUSAL:
            text = answer.decode("utf-8", "replace")
            raise ServerRefuses(asked=f"{method} {path}", said=f"{status} {text}")
        found: dict[str, Any] = json.loads(answer)
        return found

    def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _exchange(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        try:
            return self._once(method, path, content, headers)
        except (http.client.HTTPException, OSError):
            # A kept connection may have been closed meanwhile; the key makes asking again safe.
            self.close()
        try:
            return self._once(method, path, content, headers)
        except (http.client.HTTPException, OSError) as error:
            self.close()
            raise ServerRefuses(asked=f"{method} {path}", said=str(error)) from None

    def _once(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        if self._line is None:
            self._line = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
        self._line.request(method, path, content, dict(headers))
        answer = self._line.getresponse()
        return answer.status, answer.read()
