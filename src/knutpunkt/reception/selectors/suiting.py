"""Which open counters can serve what, as the prediction of waits needs to know it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from knutpunkt.reception.selectors.menu import is_municipal

EVERY_STATE_AUTHORITY = "*"


@dataclass(frozen=True, slots=True)
class Session:
    """An open counter: its session and what it can do; no services means all."""

    id: int
    authorities: tuple[str, ...]
    services: tuple[int, ...]


def session_of(number: int, kept: Any) -> Session:
    """Read a session from its row."""
    skills = json.loads(kept) if isinstance(kept, str) else kept
    authorities = tuple(skills.get("authorities") or (EVERY_STATE_AUTHORITY,))
    return Session(number, authorities, tuple(skills.get("services") or ()))


def suits(session: Session, authority: str, service: int | None) -> bool:
    """Whether a counter can serve an errand; one nobody has named yet suits every counter."""
    if session.services and service is not None and service not in session.services:
        return False
    if not authority or authority in session.authorities:
        return True
    return EVERY_STATE_AUTHORITY in session.authorities and not is_municipal(authority)


_whose: dict[int, str] = {}


def authority_of(service: int | None) -> str:
    """Authority of a service; services keep theirs, so it is read once."""
    if service is None:
        return ""
    if service not in _whose:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, authority_id FROM network_service")
            _whose.update(cursor.fetchall())
    return _whose.get(service, "")
