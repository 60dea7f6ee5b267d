"""Visitors are called."""

from __future__ import annotations

from typing import Any

from django.db import connection

from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.schemas import CallIn
from knutpunkt.reception.api.ways import Way
from knutpunkt.reception.services.calls import errand_call, errand_call_next

NOBODY = "empty"


def call(wish: Wish) -> dict[str, Any]:
    """Call whoever is next, or one errand out of its order; nobody is no refusal."""
    body: CallIn = wish.body
    at = body.at
    if body.errand is not None:
        return errand_call(by=wish.by, errand=body.errand, **at, **wish.once).as_dict()
    called = errand_call_next(by=wish.by, counter=at["counter"], **wish.once)
    return nobody(wish.by.office, at["counter"]) if called is None else called.as_dict()


def nobody(office: int, counter: str) -> dict[str, Any]:
    """Say that nobody waits whom the counter could serve."""
    return {
        "number": None, "state": NOBODY, "version": 0, "office_seq": last_seq(office),
        "errand": None, "visit": None, "counter": counter,
    }  # fmt: skip


def last_seq(office: int) -> int:
    """Number of the last event of an office; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM reception_officesequence WHERE office_id = %s", [office])
        found = cursor.fetchone()
    return int(found[0]) if found else 0


WAYS = (
    Way(
        "POST", "{office}/calls", call, "Call the next visitor.",
        needs="serve", takes=CallIn, refusals=(409,),
    ),
)  # fmt: skip
