"""How long the reception keeps what: every column has a class, and every class an end.

No column holds a name or a number of a visitor, save how to reach whoever booked. What a class
says is carried out by ``services.purging``; a test fails when a column has no class.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Kept(StrEnum):
    """Why a column is kept, and with that how long."""

    PERMANENT = "permanent"  #: what happened at the office; no person in it
    STATISTICS = "statistics"  #: counted from the log, can be counted again
    SETTING = "setting"  #: as long as it is in force, and as a record of what was
    OPERATIONAL = "operational-day"  #: needed on the day, useless soon after
    CONTACT = "contact"  #: personal: how to reach whoever booked
    FREE_TEXT = "free-text"  #: may be personal: words of staff
    STAFF = "staff"  #: who of the staff; a pseudonym without the account behind it
    HASH = "secret-hash"  #: opens something, of which only a hash is kept


CONTACT_AFTER: Final = timedelta(days=7)
ACCOUNT_AFTER: Final = timedelta(days=30)
HOLDER_AFTER: Final = timedelta(days=90)
OPERATIONAL_AFTER: Final = timedelta(days=30)

#: What ends each class.
ENDS = MappingProxyType(
    {
        Kept.PERMANENT: "kept",
        Kept.STATISTICS: "replaced when counted again",
        Kept.SETTING: "kept as a record of what was in force",
        Kept.OPERATIONAL: "deleted or emptied 30 days after the day; numbers start at 1 each day",
        Kept.CONTACT: "deleted 7 days after the booked time, 1 day after a cancelling",
        Kept.FREE_TEXT: "notes deleted when the day ends, accounts emptied after 30 days",
        Kept.STAFF: "the account behind a pseudonym is unlinked 90 days after the session",
        Kept.HASH: "forgotten with the contact, or when revoked",
    }
)

P, S, T, O = Kept.PERMANENT, Kept.STATISTICS, Kept.SETTING, Kept.OPERATIONAL  # noqa: E741  # a table
C, F, W, H = Kept.CONTACT, Kept.FREE_TEXT, Kept.STAFF, Kept.HASH

_TABLES: dict[str, dict[Kept, str]] = {
    "Event": {
        P: "id office office_seq kind at at_device local_day visit errand session state version "
        "ticket counter service level language prio_class arrival people outcome next_authority "
        "next_channel missing_level practice simulated request_key data",
    },
    "Visit": {
        P: "id office local_day arrival series number language interpreter access_needs "
        "party_size place opened_at invited_at closed_at practice simulated",
    },
    "Errand": {
        P: "id office local_day visit ordinal service authority level parent booking prio_class "
        "accrues_from due_at not_before only_counter speaks state state_since session version "
        "calls outcome next_authority next_channel missing_level practice before",
    },
    "Booking": {
        P: "id office slot service status version acute language interpreter party_size "
        "hold_expires_at request_key made_at moved_to visit simulated",
        H: "code_hash",
    },
    "BookingContact": {C: "id booking email phone purge_after"},
    "OutboxMessage": {P: "id booking kind state due_at sent_at attempts problem"},
    "BookingPool": {
        T: "id office key slot_minutes staff equipment acute_per_day days_ahead valid_from "
        "valid_to",
    },
    "BookingPool_services": {T: "id bookingpool service"},
    "SlotCapacity": {P: "id pool starts_at ends_at cap taken acute"},
    "TicketCounter": {O: "id office local_day series last"},
    "PrintJob": {O: "id visit state attempts problem changed_at"},
    "OfficeDay": {P: "id office local_day without_ticket ended_at report"},
    "ErrandNote": {F: "id errand text purge_after"},
    "MonthSheet": {S: "id office month columns rows digest through_seq made_at"},
    "NetworkSheet": {S: "id month columns rows digest made_at"},
    "Audit": {
        P: "id made_at first_day last_day offices events differences seconds version",
    },
    "Closure": {P: "id office begins_at ends_at reason hours_rule", W: "decided_by"},
    "EquipmentFault": {P: "id office equipment broken_at mended_at", W: "reported_by"},
    "Incident": {
        P: "id office kind happened_at counter purge_after acknowledged_at",
        F: "account",
        W: "reported_by acknowledged_by",
    },
    "InterpreterOrder": {P: "id errand language way state ordered_at", W: "ordered_by"},
    "Node": {T: "id office name lease attached_at seen_at merged_through detached_at"},
    "NodeRequest": {O: "id office request_key action body asked_at state answer"},
    "QueueRule": {
        T: "id key version weights strict booked_grace_minutes recorded_at",
        W: "recorded_by",
    },
    "Room": {
        T: "office people_limit rule series recall_limit missed_grace_minutes counters_expected "
        "prints_tickets notes_allowed simulated",
    },
    "OfficeSequence": {P: "office last last_at owner"},
    "Counter": {T: "id office name in_use"},
    "Counter_equipment": {T: "id counter equipment"},
    "CounterSession": {
        P: "id office counter mode sits_at skills practice opened_at closed_at",
        O: "meeting_link",
        W: "staff holder",
    },
    "AccessToken": {
        T: "id office role authority name issued_at expires_at revoked_at",
        W: "issued_by",
        H: "token_hash",
    },
}

#: ``Model.column`` and the class it belongs to.
RETENTION: Mapping[str, Kept] = MappingProxyType(
    {
        f"{table}.{column}": kept
        for table, classes in _TABLES.items()
        for kept, columns in classes.items()
        for column in columns.split()
    }
)
