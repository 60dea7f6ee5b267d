"""What is one's own at the desk: whom one's counter can call, and what one can take back."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.db import connection

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.desk.names import ACTIONS, OUTCOMES
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.models import Errand, Event, Incident
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.services.choosing import who_suits
from knutpunkt.reception.services.sessions import sittings

#: More happens at no office within the minute in which something can be taken back.
RECENT = 400
SECOND = 1000
MOST_ALARMS = 5
#: The outcome after which the next errand of the visit is asked for at once.
LEADS_ON = "next_errand_here"


@dataclass(frozen=True, slots=True)
class Undo:
    """The last action of somebody, while it can be taken back."""

    errand: int
    visit: int
    ticket: str
    version: int
    what: str
    outcome: str
    seconds: int
    until_ms: int
    finished: bool
    leads_on: bool


def suiting(by: Actor, counter: str) -> set[int]:
    """Errands that the counter would call, by the very rule that calls: two to four queries."""
    with connection.cursor() as cursor:
        turn = Turn(by.office, 0, "", to_ms(clock.now()), clock.today(), cursor)
        here = [one for one in sittings(turn) if one.counter == counter and one.staff == by.name]
        return {one.key for sitting in here for one in who_suits(turn, by, sitting)}


def alarms_for(by: Actor) -> tuple[Incident, ...]:
    """Silent alarms of others that nobody has seen; one's own shows nothing where it was raised."""
    unseen = Incident.objects.filter(
        office=by.office, kind=Incident.Kind.ALARM, acknowledged_at=None
    )
    return tuple(unseen.exclude(reported_by=by.name)[:MOST_ALARMS])


def undo_of(by: Actor, office_seq: int, own: Container[int], *, practice: bool) -> Undo | None:
    """Find the last thing somebody did that can still be taken back: two queries.

    Parameters
    ----------
    own
        Sessions somebody acts in now: what was done at a counter since closed stays done.
    practice
        Whether practice is taken back, or what was done with real visitors.
    """
    now = to_ms(clock.now())
    recent = Event.objects.filter(
        pk__gt=key_of(by.office, max(0, office_seq - RECENT)),
        pk__lte=key_of(by.office, office_seq),
        at__gte=now - transitions.UNDO_WITHIN_MS,
        kind__in=transitions.CAN_BE_UNDONE,
        practice=practice,
    )
    touched = [one.errand for one in recent.order_by("-pk")[:20] if one.errand is not None]
    rows = Errand.objects.filter(pk__in=touched).select_related("visit").in_bulk()
    mine = [errand for key in touched if (errand := rows.get(key)) and _did(errand.before, by)]
    if not mine or not _leads_back(mine[0], own):
        return None
    return _undo(mine[0], mine[0].before, now)


def _did(kept: Any, by: Actor) -> bool:
    return bool(kept) and kept["who"] == by.name and kept["kind"] in transitions.CAN_BE_UNDONE


def _leads_back(errand: Errand, own: Container[int]) -> bool:
    """Whether the counter it was at before is still open, or it was at none."""
    kept: Any = errand.before
    session = kept["was"].get("session_id", errand.session_id)
    return session is None or session in own


def _undo(errand: Errand, kept: Any, now: int) -> Undo | None:
    until = kept["at"] + transitions.UNDO_WITHIN_MS
    if until <= now:
        return None
    return Undo(
        errand=errand.pk,
        visit=errand.visit_id,
        ticket=errand.visit.ticket,
        version=errand.version,
        what=str(ACTIONS[kept["kind"]]),
        outcome=str(OUTCOMES.get(errand.outcome, "")),
        seconds=(until - now) // SECOND,
        until_ms=until,
        finished=kept["kind"] == "finished",
        leads_on=kept["kind"] == "finished" and errand.outcome == LEADS_ON,
    )
