"""What the reception is made of."""

from knutpunkt.reception.models.bookings import (
    TAKES_A_PLACE,
    Booking,
    BookingContact,
    BookingPool,
    OutboxMessage,
    SlotCapacity,
)
from knutpunkt.reception.models.days import (
    ErrandNote,
    OfficeDay,
    PrintJob,
    TicketCounter,
)
from knutpunkt.reception.models.events import (
    Event,
)
from knutpunkt.reception.models.figures import (
    Audit,
    MonthSheet,
    NetworkSheet,
)
from knutpunkt.reception.models.happenings import (
    Closure,
    EquipmentFault,
    Incident,
    InterpreterOrder,
)
from knutpunkt.reception.models.nodes import (
    Node,
    NodeRequest,
)
from knutpunkt.reception.models.rooms import (
    AccessToken,
    Counter,
    CounterSession,
    OfficeSequence,
    QueueRule,
    Room,
)
from knutpunkt.reception.models.visits import (
    PER_OFFICE,
    Arrival,
    Errand,
    Place,
    PriorityClass,
    Visit,
    key_of,
    office_of,
)

__all__ = [
    "PER_OFFICE",
    "TAKES_A_PLACE",
    "AccessToken",
    "Arrival",
    "Audit",
    "Booking",
    "BookingContact",
    "BookingPool",
    "Closure",
    "Counter",
    "CounterSession",
    "EquipmentFault",
    "Errand",
    "ErrandNote",
    "Event",
    "Incident",
    "InterpreterOrder",
    "MonthSheet",
    "NetworkSheet",
    "Node",
    "NodeRequest",
    "OfficeDay",
    "OfficeSequence",
    "OutboxMessage",
    "Place",
    "PrintJob",
    "PriorityClass",
    "QueueRule",
    "Room",
    "SlotCapacity",
    "TicketCounter",
    "Visit",
    "key_of",
    "office_of",
]
