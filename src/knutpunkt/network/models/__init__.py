"""Models of the register, by subject."""

from knutpunkt.network.models.areas import (
    Area,
    AreaEdition,
    County,
    Municipality,
    Place,
    PlaceAlias,
)
from knutpunkt.network.models.counting import BalanceMember, OpeningBalance, PublishedCount
from knutpunkt.network.models.hours import CalendarDay, HoursLayer, HoursRule
from knutpunkt.network.models.offices import (
    EventKind,
    KindOfOffice,
    Office,
    OfficeAddress,
    OfficeEvent,
    OfficeKind,
    OfficeName,
)
from knutpunkt.network.models.service import (
    AgreementTask,
    Authority,
    Equipment,
    Level,
    OfficeEquipment,
    Service,
    ServiceAgreement,
    ServiceLevel,
)

__all__ = [
    "AgreementTask",
    "Area",
    "AreaEdition",
    "Authority",
    "BalanceMember",
    "CalendarDay",
    "County",
    "Equipment",
    "EventKind",
    "HoursLayer",
    "HoursRule",
    "KindOfOffice",
    "Level",
    "Municipality",
    "Office",
    "OfficeAddress",
    "OfficeEquipment",
    "OfficeEvent",
    "OfficeKind",
    "OfficeName",
    "OpeningBalance",
    "Place",
    "PlaceAlias",
    "PublishedCount",
    "Service",
    "ServiceAgreement",
    "ServiceLevel",
]
