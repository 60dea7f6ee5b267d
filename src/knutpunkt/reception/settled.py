"""What a reception is set to unless somebody has changed it."""

from __future__ import annotations

import os

from knutpunkt.network.models import Office
from knutpunkt.reception.models import QueueRule, Room

USUAL_RULE = "usual"
#: Booked people have a time to keep and the frail cannot stand long; an acute case cannot wait.
USUAL_WEIGHTS = {"ordinary": 1.0, "booked": 1.5, "frail": 2.0, "acute": 4.0}
SERIES = {"default": "A", "booked": "B", "practice": "Ö"}


def room_of(office: Office) -> Room:
    """The settings of an office; made with usual values when first asked for."""
    found = Room.objects.select_related("rule").filter(office=office).first()
    return found or room_made(office.pk)


def room_made(office: int) -> Room:
    """Make usual settings for an office. Of two who do so at once, one does it."""
    rule, _made = QueueRule.objects.get_or_create(
        key=USUAL_RULE, version=1, defaults={"weights": USUAL_WEIGHTS, "recorded_by": "usual"}
    )
    simulated = os.environ.get("KNUTPUNKT_SIMULATION") == "1"
    room, _made = Room.objects.get_or_create(
        office_id=office, defaults={"rule": rule, "simulated": simulated}
    )
    return room
