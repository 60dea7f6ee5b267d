"""What a booking goes through: written into its place, given back, cancelled, or moved.

``cancelled`` and ``moved`` are parts of a turn at the office, so that a closing can settle many
bookings in one step; each changes a booking only while it still is as it was.
"""

from __future__ import annotations

import uuid
from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import F

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.reception.booking_codes import code_hash, code_of
from knutpunkt.reception.models import Booking, Room, SlotCapacity
from knutpunkt.reception.selectors.slots import Slot
from knutpunkt.reception.services import outbox
from knutpunkt.reception.services.booking_contact import contact_pass_on, contact_soon_gone
from knutpunkt.reception.services.booking_places import place_release, place_take
from knutpunkt.reception.services.booking_told import Told, facts_of

HELD_FOR = timedelta(minutes=10)
Status = Booking.Status


def cancelled(told: Told, booking: Booking, *, why: str) -> bool:
    """Cancel a confirmed booking in a turn; false when it is not confirmed any more."""
    changed = Booking.objects.filter(pk=booking.pk, status=Status.CONFIRMED).update(
        status=Status.CANCELLED, version=F("version") + 1
    )
    if not changed:
        return False
    booking.refresh_from_db()
    place_release(booking.slot_id)
    outbox.cancelled(booking)
    contact_soon_gone(booking)
    told.event("booking-cancelled", **facts_of(booking, why=why))
    return True


@transaction.atomic
def hold_dropped(booking: Booking) -> bool:
    """Give back a place that was only held; nobody was told of it, so nobody is told now."""
    changed = Booking.objects.filter(pk=booking.pk, status=Status.HELD).update(
        status=Status.CANCELLED, version=F("version") + 1
    )
    if changed:
        place_release(booking.slot_id)
        booking.refresh_from_db()
    return bool(changed)


def moved(told: Told, booking: Booking, slots: list[Slot], *, why: str) -> Booking | None:
    """Move in a turn; nothing when the booking is not confirmed any more."""
    new = Booking(
        id=uuid.uuid4(), office_id=booking.office_id, service_id=booking.service_id,
        acute=booking.acute, language=booking.language, interpreter=booking.interpreter,
        party_size=booking.party_size, status=Status.CONFIRMED,
    )  # fmt: skip
    with transaction.atomic():
        placed(new, place_take(slots, acute=booking.acute))
        changed = Booking.objects.filter(pk=booking.pk, status=Status.CONFIRMED).update(
            status=Status.MOVED, moved_to=new, version=F("version") + 1
        )
        if not changed:
            transaction.set_rollback(True)
            return None
    booking.refresh_from_db()
    place_release(booking.slot_id)
    contact_pass_on(booking, new)
    outbox.moved(booking, new)
    told.event("booking-moved", **facts_of(new, why=why, moved_from=booking.pk.hex))
    return new


def placed(booking: Booking, slot: SlotCapacity) -> None:
    """Write a booking into its place."""
    now = clock.now()
    booking.slot = slot
    booking.made_at = now
    if booking.status == Status.HELD:
        booking.hold_expires_at = (now.astimezone(UTC) + HELD_FOR).astimezone(NETWORK_ZONE)
    booking.code_hash = code_hash(code_of(booking.pk))
    simulated = Room.objects.filter(office=booking.office_id).values_list("simulated", flat=True)
    booking.simulated = bool(simulated.first())
    booking.save(force_insert=True)
