"""The only place that asks what time it is, so that a test or a demo can set it.

``KNUTPUNKT_NOW=2022-06-28T11:00`` freezes the product at that minute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knutpunkt.core.errors import InstantUnreadable

FIRST_YEAR, LAST_YEAR = 1900, 2999
NETWORK_ZONE = ZoneInfo("Europe/Stockholm")

_told: ContextVar[datetime | None] = ContextVar("the time it is said to be", default=None)


def now() -> datetime:
    """Return the present instant, aware, in the network's time zone."""
    told = _told.get()
    if told is not None:
        return told
    frozen = os.environ.get("KNUTPUNKT_NOW", "")
    return instant(frozen).astimezone(NETWORK_ZONE) if frozen else datetime.now(NETWORK_ZONE)


def today() -> date:
    """Return the present day in the network's time zone."""
    return now().date()


@contextmanager
def said_to_be(moment: datetime) -> Iterator[None]:
    """Let it be another time inside the block: a simulated day, or an event of a former one."""
    before = _told.set(moment.astimezone(NETWORK_ZONE))
    try:
        yield
    finally:
        _told.reset(before)


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant; without an offset it is local time of the network.

    Raises
    ------
    InstantUnreadable
        When the text is not ISO 8601.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise InstantUnreadable(text=text)
    except ValueError:
        raise InstantUnreadable(text=text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=NETWORK_ZONE)
