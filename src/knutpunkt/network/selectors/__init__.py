"""Reads of the register. Every function states how many queries it takes."""

from knutpunkt.network.selectors.areas import area_test, editions_on, metres_between
from knutpunkt.network.selectors.counting import (
    Comparison,
    Count,
    compare_published,
    count_on,
)
from knutpunkt.network.selectors.hours import schedules
from knutpunkt.network.selectors.register import Register, network_on, office_on
from knutpunkt.network.selectors.service import Offer, offers_on
from knutpunkt.network.selectors.views import (
    AddressOnDay,
    Balance,
    EventOnRecord,
    NetworkOnDay,
    OfficeOnDay,
)

__all__ = [
    "AddressOnDay",
    "Balance",
    "Comparison",
    "Count",
    "EventOnRecord",
    "NetworkOnDay",
    "Offer",
    "OfficeOnDay",
    "Register",
    "area_test",
    "compare_published",
    "count_on",
    "editions_on",
    "metres_between",
    "network_on",
    "offers_on",
    "office_on",
    "schedules",
]
