"""The only place that asks what time it is, so that a test or a demo can set it.

``KNUTPUNKT_NOW=2022-06-28T11:00`` freezes the product at that minute.
"""

from __future__ import annotations

import os
from datetime import date, datetime
from zoneinfo import ZoneInfo

from knutpunkt.core.errors import InstantUnreadable

FIRST_YEAR, LAST_YEAR = 1900, 2999
NETWORK_ZONE = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """Return the present instant, aware, in the network's time zone."""
    frozen = os.environ.get("KNUTPUNKT_NOW", "")
    return instant(frozen).astimezone(NETWORK_ZONE) if frozen else datetime.now(NETWORK_ZONE)


def today() -> date:
    """Return the present day in the network's time zone."""
    return now().date()


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
