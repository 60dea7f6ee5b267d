"""The line to the centre: three questions over HTTP, each of which may fail."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from knutpunkt.reception.nodes.errors import CentreAway, CentreRefuses

WITHIN = 20.0
OK = 300


@dataclass(frozen=True, slots=True)
class Line:
    """Where the centre is, and the token that opens it to this node."""

    address: str
    office: str
    token: str

    def attach(self, name: str) -> dict[str, Any]:
        """Ask for the office; the answer holds the bundle."""
        return self._ask("node/attach", {"name": name})

    def exchange(self, said: dict[str, Any]) -> dict[str, Any]:
        """Bring what has happened, and hear what the centre wants."""
        return self._ask("node/exchange", said)

    def detach(self, name: str) -> dict[str, Any]:
        """Hand the office back."""
        return self._ask("node/detach", {"name": name})

    def _ask(self, what: str, said: dict[str, Any]) -> dict[str, Any]:
        """Ask, and wait no longer than twenty seconds.

        Raises
        ------
        CentreAway, CentreRefuses
            When there is no line, or the centre refuses.
        """
        parts = urlsplit(self.address)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        line = kind(parts.netloc, timeout=WITHIN)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        path = f"{parts.path.rstrip('/')}/api/reception/{self.office}/{what}"
        try:
            line.request("POST", path, json.dumps(said), headers)
            answer = line.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException, UnicodeDecodeError) as error:
            raise CentreAway(reason=str(error) or type(error).__name__) from None
        finally:
            line.close()
        return _read(answer.status, text)


def _read(status: int, text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise CentreRefuses(said=f"{status}: {text[:80]}") from None
    if status >= OK or not isinstance(found, dict):
        said = found.get("message", text[:200]) if isinstance(found, dict) else text[:200]
        raise CentreRefuses(said=str(said))
    return found
