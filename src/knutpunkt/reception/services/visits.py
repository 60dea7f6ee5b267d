"""Somebody comes: a visit with a number, and errands that may become more on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.core.fields import to_ms
from knutpunkt.engines.queueing.order import accrual_start
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import (
    ErrandUnknown,
    OfficeClosedNow,
    ServiceNotOffered,
    ValueNotAllowed,
)
from knutpunkt.reception.follow import follow_token
from knutpunkt.reception.held import Held, errand_held
from knutpunkt.reception.ledger import CENTRE, Turn, office_turn
from knutpunkt.reception.models.visits import Arrival, Place, PriorityClass, key_of
from knutpunkt.reception.selectors import waits
from knutpunkt.reception.selectors.menu import Offered, offered
from knutpunkt.reception.services import rows
from knutpunkt.reception.services.answers import Answer, answer
from knutpunkt.reception.services.asking import (
    MOST_OF_A_KEY,
    answered_before,
    concerns,
    refuse_after_the_end,
    refuse_elsewhere,
)
from knutpunkt.reception.services.crowd import place_for
from knutpunkt.reception.services.leases import refuse_beyond_lease
from knutpunkt.reception.services.sessions import Sitting, refuse_busy, sitting_of
from knutpunkt.reception.services.setting import Setting, setting_of
from knutpunkt.reception.transitions import SERVING, WAITING

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
ACCESS_NEEDS = ("wheelchair", "hearing", "sight", "reading", "standing", "companion", "quiet")
LARGEST_PARTY = 30
NUMBERS_A_DAY = 99_999


@dataclass(frozen=True, slots=True)
class Wish:
    """What a visitor says on arriving; nothing about who they are."""

    language: str = "sv"
    interpreter: str = ""
    access_needs: str = ""
    party_size: int = 1
    prio_class: str = PriorityClass.ORDINARY
    speaks: str = ""
    arrival: str = Arrival.WALK_IN
    booking: str = ""
    due_at: int | None = None
    practice: bool = False

    def refuse_nonsense(self) -> None:
        """Refuse values that are none.

        Raises
        ------
        ValueNotAllowed
            Naming the first.
        """
        for name in ("language", "interpreter", "speaks"):
            said = getattr(self, name)
            if said and not LANGUAGE.fullmatch(said):
                raise ValueNotAllowed(field=name, value=said, allowed=_("a code such as sv"))
        for need in filter(None, self.access_needs.split(",")):
            if need not in ACCESS_NEEDS:
                raise ValueNotAllowed(field="access_needs", value=need, allowed=ACCESS_NEEDS)
        if not 1 <= self.party_size <= LARGEST_PARTY:
            allowed = _("1 to %(most)d") % {"most": LARGEST_PARTY}
            raise ValueNotAllowed(field="party_size", value=self.party_size, allowed=allowed)
        for name, known in (("prio_class", PriorityClass), ("arrival", Arrival)):
            if getattr(self, name) not in known.values:
                allowed_values = tuple(known.values)
                raise ValueNotAllowed(field=name, value=getattr(self, name), allowed=allowed_values)


def visit_open(  # noqa: PLR0913  # what can be said on arriving, each by its name
    *,
    by: Actor,
    authority: str = "",
    service: str = "",
    language: str = "sv",
    interpreter: str = "",
    access_needs: str = "",
    party_size: int = 1,
    prio_class: str = PriorityClass.ORDINARY,
    speaks: str = "",
    arrival: str = Arrival.WALK_IN,
    booking: str = "",
    due_at: datetime | None = None,
    practice: bool = False,
    request_key: str = "",
    at_device: datetime | None = None,
) -> Answer:
    """Give a number to somebody who has come.

    Parameters
    ----------
    authority, service
        What it is about; empty when nobody has said.
    due_at
        Start of the booked slot.
    request_key
        The same request sent again gets the same number.

    Returns
    -------
    Answer
        With ``follow`` (token of the visitor's own page), ``place`` (where to wait), ``ahead``
        and ``wait`` (minutes: low, mid, high; or nothing).

    Raises
    ------
    OfficeClosedNow, ServiceNotOffered, ValueNotAllowed, NotAllowed, OwnedByNode
        When no number can be given.
    """
    by.need("check-in" if arrival == Arrival.BOOKED else "issue")
    wish = Wish(
        language, interpreter, access_needs, party_size, prio_class, speaks, arrival, booking,
        to_ms(due_at) if due_at else None, practice,
    )  # fmt: skip
    wish.refuse_nonsense()
    if by.role == "kiosk" and prio_class == PriorityClass.ACUTE:
        allowed = (PriorityClass.ORDINARY, PriorityClass.FRAIL)
        raise ValueNotAllowed(field="prio_class", value=prio_class, allowed=allowed)
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return _with_link(again)
        what = offered(by.office_key, authority, service, day=turn.day)
        return _issue(turn, wish, what, request_key)


def _issue(turn: Turn, wish: Wish, what: Offered | None, request_key: str) -> Answer:
    setting = setting_of(turn)
    if (setting.ended or setting.closed) and not wish.practice:
        raise OfficeClosedNow
    # A number drawn for practice stands in no queue that could be foretold.
    told = (
        None
        if wish.practice
        else waits.wait_now(turn.office, what.service_id if what else None, turn.cursor, turn.now)
    )
    place = Place.INSIDE if wish.practice else place_for(turn, setting, wish.party_size)
    visit = _visit_written(turn, wish, setting, what, place)
    accrues = accrual_start(turn.now, wish.due_at, setting.rule)
    held = rows.errand_written(
        turn, visit, what, accrues_from=accrues, due_at=wish.due_at, booking=wish.booking,
        prio_class=wish.prio_class, speaks=wish.speaks,
    )  # fmt: skip
    seq = rows.began(
        turn, held, "checked-in" if wish.booking else "issued",
        request_key=request_key[:MOST_OF_A_KEY] or None, people=wish.party_size,
        data=_said(told, accrues, turn.now, wish, place),
    )  # fmt: skip
    if setting.prints and not wish.practice:
        rows.print_job_written(turn, visit.key)
    known = told is not None and told["mid"] is not None
    wait = {name: told[name] for name in ("low", "mid", "high")} if told and known else None
    ahead = None if told is None else told["ahead"]
    link = follow_token(visit.key)
    return answer(held, seq, follow=link, place=str(place), wait=wait, ahead=ahead)


def _said(
    told: Mapping[str, Any] | None, accrues: int, now: int, wish: Wish, place: str
) -> dict[str, Any] | None:
    """What the event keeps beside its columns: only what is not usual."""
    said: dict[str, Any] = {}
    if told is not None and told["mid"] is not None:
        said["wait"] = [told["low"], told["mid"], told["high"]]
    if accrues != now:
        said["accrues_from"] = accrues
    if wish.due_at:
        said["due_at"] = wish.due_at
    said |= {
        name: value
        for name, value in (
            ("booking", wish.booking), ("interpreter", wish.interpreter),
            ("needs", wish.access_needs), ("speaks", wish.speaks),
        )
        if value
    }  # fmt: skip
    if place != Place.INSIDE:
        said["place"] = str(place)
    return said or None


_NUMBER = """
INSERT INTO reception_ticketcounter (office_id, local_day, series, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (office_id, local_day, series) DO UPDATE SET last = reception_ticketcounter.last + 1
RETURNING last
"""


def _visit_written(
    turn: Turn, wish: Wish, setting: Setting, what: Offered | None, place: str
) -> rows.Arrived:
    """Write the visit under the next number of its series."""
    authority = what.authority if what else ""
    series = setting.letter(wish.arrival, authority, practice=wish.practice)
    number = int(turn.row(_NUMBER, turn.office, turn.day, series)[0])
    if turn.owner != CENTRE:
        refuse_beyond_lease(turn.office, series, number)
    key = key_of(turn.office, turn.next_seq)
    turn.write(
        "INSERT INTO reception_visit (id, office_id, local_day, arrival, series, number, language, "
        "interpreter, access_needs, party_size, place, opened_at, practice, simulated) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        key, turn.office, turn.day, wish.arrival, series, number, wish.language,
        wish.interpreter, wish.access_needs, wish.party_size, str(place), turn.now,
        wish.practice, setting.simulated,
    )  # fmt: skip
    return rows.Arrived(
        key, series, number, wish.language, str(place), wish.party_size, wish.arrival,
        wish.practice, setting.simulated,
    )  # fmt: skip


def _with_link(again: Answer) -> Answer:
    link = {} if again.visit is None else {"follow": follow_token(again.visit)}
    return Answer(
        again.number, again.state, again.version, again.office_seq, again.errand, again.visit,
        again.counter, again.more | link,
    )  # fmt: skip


def errand_add(
    *,
    by: Actor,
    visit: int,
    authority: str = "",
    service: str = "",
    begin: bool = False,
    counter: str = "",
    request_key: str = "",
    at_device: datetime | None = None,
) -> Answer:
    """Add an errand to a visit: one question leads to the next, also to another authority.

    It waits with the time the visitor has waited since arriving; with ``begin`` the counter
    takes it up at once.

    Raises
    ------
    ErrandUnknown, ServiceNotOffered, CounterBusy, NotAllowed
        When it cannot be added.
    """
    by.need("add")
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        what = offered(by.office_key, authority, service, day=turn.day)
        first = _own_errand(turn, by, visit)
        refuse_after_the_end(turn, first.local_day)
        # A counter that opens for it does so first: the errand has the key of its own event.
        sitting = sitting_of(turn, by, counter) if begin else None
        if sitting is not None:
            _refuse_to_begin(turn, by, sitting, first, what)
        held = rows.sibling_written(turn, first, what, accrues_from=first.accrues_from)
        if sitting is not None:
            held = rows.taken_up(turn, held, sitting.id, sitting.counter, SERVING)
        seq = rows.began(
            turn, held, "added", request_key=request_key[:MOST_OF_A_KEY] or None,
            data=None if held.state == SERVING else {"accrues_from": first.accrues_from},
        )  # fmt: skip
        assert held.state in (WAITING, SERVING)
        return answer(held, seq)


def _refuse_to_begin(
    turn: Turn, by: Actor, sitting: Sitting, first: Held, what: Offered | None
) -> None:
    """Refuse to take up at a counter what it could not go on with."""
    refuse_busy(sitting)
    if sitting.practice != first.practice:
        raise ErrandUnknown(errand=first.visit_id)
    if what is not None and not concerns(by, what.authority):
        raise ServiceNotOffered(service=what.key)
    refuse_elsewhere(turn, first.visit_id, 0, first.ticket)


def _own_errand(turn: Turn, by: Actor, visit: int) -> Held:
    """The first errand of a visit that concerns whoever asks; without one there is no visit."""
    found = turn.rows(
        "SELECT id, authority FROM reception_errand WHERE visit_id = %s ORDER BY id", visit
    )
    mine = next((key for key, authority in found if concerns(by, authority)), None)
    held = errand_held(turn, mine) if mine is not None else None
    if held is None:
        raise ErrandUnknown(errand=visit)
    return held
