"""Tell an office what became of a booking: by its turn, or by post where a node has the turn.

Bookings are kept at the centre, whoever owns the office's sequence. Where a node does, what
happened is put into its post box in the same transaction, and the node writes the event.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Protocol

from django.db import transaction

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.errors import OwnedByNode
from knutpunkt.reception.ledger import office_turn
from knutpunkt.reception.models import Booking, NodeRequest


class Told(Protocol):
    """Somebody who takes down what happened."""

    def event(self, kind: str, **facts: Any) -> int:
        """Take down one thing."""


class PostBox:
    """What a node is to write into the log of its office when it next asks."""

    def __init__(self, office: int) -> None:
        self.office = office

    def event(self, kind: str, **facts: Any) -> int:
        """Put one thing into the post box; returns 0, because the node gives the number."""
        NodeRequest.objects.create(
            office_id=self.office,
            request_key=uuid.uuid4().hex,
            action=kind,
            body=facts,
            asked_at=clock.now(),
        )
        return 0


@contextmanager
def office_told(office: int) -> Iterator[Told]:
    """Let changes of bookings and the event that tells of them be committed together.

    The block must tell at least one thing: a turn without an event is undone.
    """
    with transaction.atomic(), ExitStack() as stack:
        try:
            told: Told = stack.enter_context(office_turn(office))
        except OwnedByNode:
            told = PostBox(office)
        yield told


def facts_of(booking: Booking, **more: Any) -> dict[str, Any]:
    """Facts of an event about a booking. They name no person, and no code."""
    return {
        "service_id": booking.service_id,
        "language": booking.language,
        "people": booking.party_size,
        "prio_class": "acute" if booking.acute else "booked",
        "simulated": booking.simulated,
        "data": {"booking": booking.pk.hex, "starts_at": to_ms(booking.slot.begins), **more},
    }
