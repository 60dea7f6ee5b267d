"""An office closes in the middle of things, and opens again.

In one turn: the closing, the event that displays, kiosks and phones hear, the hours in the
register that the finder shows, the visitors who wait, and the bookings that cannot be kept.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.booking_errors import SlotNotFree
from knutpunkt.reception.errors import ValueNotAllowed
from knutpunkt.reception.happening_errors import ClosedAlready, EndsBeforeNow, NotClosed
from knutpunkt.reception.held import change, errand_event, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models import Booking, Closure
from knutpunkt.reception.selectors.bookings import bookings_during
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.selectors.slots import Slot, slots_free
from knutpunkt.reception.services.booking_changes import cancelled, hold_dropped, moved
from knutpunkt.reception.services.booking_told import Told, office_told
from knutpunkt.reception.services.closing_hours import hours_close, hours_reopen
from knutpunkt.reception.services.rows import visit_closed_if_over
from knutpunkt.reception.transitions import MISSED, SWEPT, WAITING

BOOKINGS = ("cancel", "move")
WAITING_VISITORS = ("keep", "sweep")
LONGEST = timedelta(days=366)
#: Moved bookings are given a time within so many days after the closing, else cancelled.
MOVED_WITHIN = timedelta(days=14)


def office_close_suddenly(
    *,
    by: Actor,
    reason: str,
    until: datetime | None = None,
    bookings: str = "cancel",
    waiting: str = "keep",
) -> Closure:
    """Close an office now, for everybody at once.

    Parameters
    ----------
    until
        When it opens again; none when nobody knows. Bookings are then cancelled or moved up to
        the end of the next day, and day by day as long as it lasts.
    bookings
        ``cancel`` them, or ``move`` each to the next free time within two weeks after the closing
        (and cancel those for which there is none).
    waiting
        ``keep`` waiting visitors for staff to serve, or ``sweep`` them.

    Raises
    ------
    ClosedAlready, EndsBeforeNow, ValueNotAllowed, NotAllowed, OwnedByNode
        When it cannot be closed like this.
    """
    by.need("closing")
    now = clock.now()
    _refuse_nonsense(reason, bookings, waiting, now, until)
    with office_turn(by.office) as turn:
        if closure_now(by.office, at=now) is not None:
            raise ClosedAlready
        closure = Closure.objects.create(
            office=Office.objects.get(pk=by.office),
            begins_at=now,
            ends_at=until,
            reason=reason,
            decided_by=by.name,
        )
        closure.hours_rule = hours_close(closure)[0].pk
        closure.save(update_fields=["hours_rule"])
        ends = to_ms(until) if until else None
        turn.event("closed", data={"closing": closure.pk, "reason": reason, "until": ends})
        for booking in list(_overtaken(closure)):
            hold_dropped(booking)
        if waiting == "sweep":
            _sweep_waiting(turn, by.name)
        _bookings_settled(turn, closure, how=bookings)
    return closure


def office_reopen(*, by: Actor) -> Closure:
    """Open an office again before the closing ends by itself.

    Bookings that were cancelled or moved stay so.

    Raises
    ------
    NotClosed, NotAllowed, OwnedByNode
        When there is nothing to open again.
    """
    by.need("closing")
    now = clock.now()
    with office_turn(by.office) as turn:
        closure = closure_now(by.office, at=now)
        if closure is None:
            raise NotClosed
        closure.ends_at = now
        closure.save(update_fields=["ends_at"])
        hours_reopen(closure, now, by=by.name)
        turn.event("reopened", data={"closing": closure.pk})
    return closure


def closings_followed_up() -> int:
    """Cancel bookings that a closing overtakes: it goes on, or they were made in that minute."""
    now = clock.now()
    begun = Closure.objects.select_related("office").filter(begins_at__lte=now)
    settled = 0
    for closure in begun.filter(Q(ends_at=None) | Q(ends_at__gt=now)):
        settled += sum(hold_dropped(booking) for booking in list(_overtaken(closure)))
        if _overtaken(closure).exists():
            with office_told(closure.office_id) as told:
                settled += _bookings_settled(told, closure, how="cancel")
    return settled


def _refuse_nonsense(
    reason: str, bookings: str, waiting: str, now: datetime, until: datetime | None
) -> None:
    for field, value, allowed in (
        ("reason", reason, tuple(Closure.Reason.values)),
        ("bookings", bookings, BOOKINGS),
        ("waiting", waiting, WAITING_VISITORS),
    ):
        if value not in allowed:
            raise ValueNotAllowed(field=field, value=value, allowed=allowed)
    if until is not None and until <= now:
        raise EndsBeforeNow
    if until is not None and until > now + LONGEST:
        raise ValueNotAllowed(field="until", value=until.isoformat(), allowed=_("within a year"))


# --- visitors who wait ----------------------------------------------------------------------------

_WAITING = """
SELECT id FROM reception_errand WHERE office_id = %s AND state IN (%s, %s) AND local_day = %s
ORDER BY id
"""


def _sweep_waiting(turn: Turn, who: str) -> None:
    """Close what waits, with the reason; whoever is at a counter is served to the end."""
    for (errand,) in turn.rows(_WAITING, turn.office, WAITING, MISSED, turn.day):
        held = errand_held(turn, errand)
        if held is None or held.practice:
            continue
        outcome = "no_show" if held.state == MISSED else "left_before_call"
        swept = change(
            turn, held, kind="swept", who=who, forget=True, state=SWEPT, session_id=None,
            outcome=outcome,
        )  # fmt: skip
        errand_event(turn, swept, "swept", data={"reason": "closed", "was": held.state})
        visit_closed_if_over(turn, held.visit_id)


# --- bookings -------------------------------------------------------------------------------------


def _reach(closure: Closure) -> tuple[datetime, datetime]:
    """From when to when bookings cannot be kept; without an end, up to the end of tomorrow."""
    begins, ends = closure.begins_at, closure.ends_at
    assert begins is not None
    after_tomorrow = datetime.combine(clock.today() + timedelta(days=2), time.min, NETWORK_ZONE)
    return begins, ends or after_tomorrow


def _overtaken(closure: Closure) -> QuerySet[Booking]:
    """Bookings the closing does not let be kept: each is held or confirmed."""
    return bookings_during(closure.office_id, *_reach(closure))


def _bookings_settled(told: Told, closure: Closure, *, how: str) -> int:
    settled, ends = 0, closure.ends_at
    for booking in list(_overtaken(closure)):
        if how == "move" and ends and _moved_on(told, booking, after=ends):
            settled += 1
        else:
            settled += cancelled(told, booking, why="closed")
    return settled


def _moved_on(told: Told, booking: Booking, *, after: datetime) -> bool:
    """Give a booking the first free time after the closing; false when there is none."""
    day = after.date()
    found = slots_free(booking.office, booking.service, day, day + MOVED_WITHIN)
    later = (slot for slot in found if slot.key >= to_ms(after))
    return any(_moved_to(told, booking, slot) for slot in later)


def _moved_to(told: Told, booking: Booking, slot: Slot) -> bool:
    try:
        with transaction.atomic():
            return moved(told, booking, [slot], why="closed") is not None
    except SlotNotFree:
        return False
