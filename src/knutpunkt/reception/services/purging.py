"""What is past its time goes: contacts, notes, accounts, links to staff, and leavings of days.

Each step can be repeated and run in two processes at once; together they carry out
``knutpunkt.reception.retention``.
"""

from __future__ import annotations

from django.db import transaction

from knutpunkt.core import clock
from knutpunkt.reception.models import (
    Booking,
    BookingContact,
    CounterSession,
    ErrandNote,
    Incident,
    NodeRequest,
    OutboxMessage,
    PrintJob,
    TicketCounter,
)
from knutpunkt.reception.retention import CONTACT_AFTER, HOLDER_AFTER, OPERATIONAL_AFTER
from knutpunkt.reception.services.outbox_ways import files_removed

AT_ONCE = 500
_FORGOTTEN = "forgotten "


def purge() -> dict[str, int]:
    """Carry out every step; how much each of them found."""
    return {name: step() for name, step in STEPS.items()}


@transaction.atomic
def contacts() -> int:
    """Delete how to reach somebody, and the letters that lie in the folder."""
    over = BookingContact.objects.filter(purge_after__lte=clock.now())
    of_bookings = list(over.values_list("booking_id", flat=True)[:AT_ONCE])
    letters = OutboxMessage.objects.filter(booking__in=of_bookings)
    letters.filter(state=OutboxMessage.State.DUE).update(state=OutboxMessage.State.DROPPED)
    files_removed(letters.values_list("pk", flat=True))
    return BookingContact.objects.filter(booking__in=of_bookings).delete()[0]


def codes() -> int:
    """Forget codes of bookings a week after their time: they open nothing from then on."""
    long_over = clock.now() - CONTACT_AFTER
    kept = Booking.objects.filter(slot__ends_at__lte=long_over).exclude(
        code_hash__startswith=_FORGOTTEN
    )
    some = list(kept.values_list("pk", flat=True)[:AT_ONCE])
    return sum(
        kept.filter(pk=pk).update(code_hash=f"{_FORGOTTEN}{pk.hex}", request_key=None)
        for pk in some
    )


def notes() -> int:
    """Delete notes on errands when their day is over."""
    return ErrandNote.objects.filter(purge_after__lte=clock.now()).delete()[0]


def accounts() -> int:
    """Empty what was told of incidents; that there was one stays."""
    over = Incident.objects.filter(purge_after__lte=clock.now()).exclude(account="")
    return over.update(account="")


def holders() -> int:
    """Unlink the account behind the pseudonym of a session."""
    over = CounterSession.objects.filter(closed_at__lte=clock.now() - HOLDER_AFTER)
    return over.exclude(holder=None).update(holder=None)


def links() -> int:
    """Empty the links of meetings that are over."""
    over = CounterSession.objects.filter(closed_at__lte=clock.now() - OPERATIONAL_AFTER)
    return over.exclude(meeting_link="").update(meeting_link="")


def leavings() -> int:
    """Delete what only its day needed: printed tickets, last numbers, answered requests."""
    moment = clock.now() - OPERATIONAL_AFTER
    answered = NodeRequest.objects.exclude(state=NodeRequest.State.WAITING)
    return (
        PrintJob.objects.filter(changed_at__lte=moment).delete()[0]
        + TicketCounter.objects.filter(local_day__lt=moment.date()).delete()[0]
        + answered.filter(asked_at__lte=moment).delete()[0]
    )


#: Each step by the name it has in the report.
STEPS = {
    "contacts": contacts,
    "codes": codes,
    "notes": notes,
    "accounts": accounts,
    "holders": holders,
    "links": links,
    "leavings": leavings,
}
