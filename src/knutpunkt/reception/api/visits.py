"""Tickets are given out."""

from __future__ import annotations

import os
from typing import Any

from knutpunkt.reception.actors import Actor
from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.problems import TooManyRequests
from knutpunkt.reception.api.schemas import VisitIn
from knutpunkt.reception.api.ways import CREATED, Way
from knutpunkt.reception.models import AccessToken
from knutpunkt.reception.rate import allowed
from knutpunkt.reception.services.visits import visit_open

#: A kiosk has one pair of hands before it; whoever works at the office may be quicker.
KIOSK_PER_MINUTE = int(os.environ.get("KNUTPUNKT_KIOSK_PER_MINUTE") or 120)


def visit_issue(wish: Wish) -> dict[str, Any]:
    """Give out a ticket."""
    _refuse_a_flood(wish.by)
    body: VisitIn = wish.body
    given = visit_open(
        by=wish.by,
        authority=body.authority or "",
        service=body.service or "",
        language=body.language,
        interpreter=body.interpreter,
        access_needs=body.access_needs,
        party_size=body.party_size,
        prio_class=body.prio_class.value,
        speaks=body.speaks,
        arrival=body.arrival.value,
        practice=body.practice,
        **wish.once,
    )
    return given.as_dict()


def _refuse_a_flood(by: Actor) -> None:
    if by.role != AccessToken.Role.KIOSK:
        return
    if not allowed(f"tickets {by.office} {by.name}", per_minute=KIOSK_PER_MINUTE):
        raise TooManyRequests(per_minute=KIOSK_PER_MINUTE)


WAYS = (
    Way(
        "POST", "{office}/visits", visit_issue, "Give out a ticket.",
        needs="issue", takes=VisitIn, status=CREATED, answers="Ticket", refusals=(409, 429),
    ),
)  # fmt: skip
