"""Reads of the register. Every function states how many queries it takes."""

from knutpunkt.network.selectors.areas import area_test, editions_on, metres_between
from knutpunkt.network.selectors.counting import (
    Comparison,
    Count,
    compare_published,
    count_on,
)
from knutpunkt.network.selectors.hours import schedules
from knutpunkt.network.selectors.register import (
    AddressOnDay,
    EventOnRecord,
    NetworkOnDay,
    OfficeOnDay,
    network_on,
)
from knutpunkt.network.selectors.service import Offer, offers_on

__all__ = [
    "AddressOnDay",
    "Comparison",
    "Count",
    "EventOnRecord",
    "NetworkOnDay",
    "Offer",
    "OfficeOnDay",
    "area_test",
    "compare_published",
    "count_on",
    "editions_on",
    "metres_between",
    "network_on",
    "offers_on",
    "schedules",
]
