"""The room and the day: people without tickets, who is asked in, and how a day ends."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.fields import to_ms
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ErrandUnknown, ValueNotAllowed
from knutpunkt.reception.held import Held, change, errand_event, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models import ErrandNote, OfficeDay
from knutpunkt.reception.models.visits import PER_OFFICE
from knutpunkt.reception.services import rows
from knutpunkt.reception.services.crowd import invite, invite_who_fit
from knutpunkt.reception.services.sessions import Sitting, close, sittings
from knutpunkt.reception.services.setting import setting_of

MOST_AT_ONCE = 20

_COUNTED_BY = """
SELECT people FROM reception_event
WHERE office_id = %s AND request_key = %s AND kind = 'people-counted'
"""
_COUNTED = """
INSERT INTO reception_officeday (office_id, local_day, without_ticket) VALUES (%s, %s, %s)
ON CONFLICT (office_id, local_day) DO UPDATE
SET without_ticket = CASE WHEN reception_officeday.without_ticket + %s < 0 THEN 0
  ELSE reception_officeday.without_ticket + %s END
RETURNING without_ticket
"""


def people_count(*, by: Actor, change: int, request_key: str = "") -> int:
    """Count people without a ticket in or out of the room; never fewer than nobody.

    Returns
    -------
    int
        People without a ticket inside now.

    Raises
    ------
    ValueNotAllowed
        For no change, or more than twenty people at once.
    """
    by.need("people")
    if change == 0 or abs(change) > MOST_AT_ONCE:
        raise ValueNotAllowed(field="change", value=change, allowed=_("-20 to 20, not 0"))
    with office_turn(by.office) as turn:
        again = turn.row(_COUNTED_BY, turn.office, request_key) if request_key else None
        if again is not None:
            turn.nothing()
            return int(again[0])
        found = turn.row(_COUNTED, turn.office, turn.day, max(change, 0), change, change)
        inside = int(found[0])
        turn.event(
            "people-counted", people=inside, data={"change": change},
            request_key=request_key or None,
        )  # fmt: skip
        if change < 0:
            invite_who_fit(turn, setting_of(turn))
        return inside


def visit_invite(*, by: Actor, visit: int) -> None:
    """Ask in somebody who waits elsewhere, whatever the limit says: people outrank the rule.

    Raises
    ------
    ErrandUnknown
        When no such visitor waits elsewhere.
    """
    by.need("people")
    with office_turn(by.office) as turn:
        if visit // PER_OFFICE != by.office or invite(turn, visit) is None:
            raise ErrandUnknown(errand=visit)


def visit_came_in(*, by: Actor, visit: int) -> None:
    """Note that somebody who waited elsewhere is in the room.

    Raises
    ------
    ErrandUnknown
        When no such visitor waits outside.
    """
    by.need("people")
    with office_turn(by.office) as turn:
        found = turn.row(
            "UPDATE reception_visit SET place = 'inside' WHERE id = %s AND office_id = %s "
            "AND place <> 'inside' AND closed_at IS NULL RETURNING series, number",
            visit,
            by.office,
        )
        if found is None:
            raise ErrandUnknown(errand=visit)
        turn.event("came-in", visit=visit, ticket=f"{found[0]}{found[1]}")


def day_end(*, office: int, by: str, day: date | None = None) -> dict[str, Any]:
    """End a day: whatever is open is swept with a reason, counters close, the report is written.

    A day that has ended is not ended again; its report is returned as it was.
    """
    asked = day or clock.today()
    with office_turn(office) as turn:
        ended = _ended_before(office, asked)
        if ended is not None:
            turn.nothing()
            return ended
        for errand in _still_open(turn, asked):
            _sweep(turn, errand, by)
        for sitting in _of_the_day(turn, asked):
            close(turn, sitting)
        ErrandNote.objects.filter(errand__office=office, errand__local_day__lte=asked).delete()
        report = day_counts(turn, asked)
        turn.event("day-ended", data={"by": by, "day": asked.isoformat(), **report})
        _write_the_end(turn, asked, report)
        return report


def _of_the_day(turn: Turn, day: date) -> list[Sitting]:
    """Open sessions of the day or before; those of a day that has begun since go on."""
    midnight = datetime.combine(day + timedelta(days=1), time(), NETWORK_ZONE)
    found = turn.rows(
        "SELECT id FROM reception_countersession WHERE office_id = %s AND closed_at IS NULL "
        "AND opened_at < %s AND id NOT IN (SELECT session_id FROM reception_errand "
        "WHERE office_id = %s AND local_day > %s AND state IN ('called', 'serving'))",
        turn.office, to_ms(midnight), turn.office, day,
    )  # fmt: skip
    wanted = {row[0] for row in found}
    return [sitting for sitting in sittings(turn) if sitting.id in wanted]


def _ended_before(office: int, day: date) -> dict[str, Any] | None:
    found = OfficeDay.objects.filter(office_id=office, local_day=day, ended_at__isnull=False)
    report: dict[str, Any] | None = found.values_list("report", flat=True).first()
    return report


def _write_the_end(turn: Turn, day: date, report: dict[str, Any]) -> None:
    OfficeDay.objects.update_or_create(
        office_id=turn.office,
        local_day=day,
        defaults={"ended_at": clock.now(), "report": report, "without_ticket": 0},
    )


def _still_open(turn: Turn, day: date) -> list[int]:
    marks = ", ".join(["%s"] * len(transitions.OPEN))
    found = turn.rows(
        "SELECT id FROM reception_errand WHERE office_id = %s AND local_day <= %s "  # noqa: S608  # marks only
        f"AND state IN ({marks}) ORDER BY id",
        turn.office, day, *transitions.OPEN,
    )  # fmt: skip
    return [row[0] for row in found]


def _sweep(turn: Turn, errand: int, by: str) -> None:
    held = errand_held(turn, errand)
    assert held is not None
    gone = change(
        turn, held, kind="swept", who=by, forget=True, state=transitions.SWEPT, session_id=None,
        outcome=_outcome_when_swept(held),
    )  # fmt: skip
    data = {"reason": "closing", "was": held.state}
    errand_event(turn, gone, "swept", session=held.session_id, data=data)
    rows.visit_closed_if_over(turn, held.visit_id)


def _outcome_when_swept(held: Held) -> str:
    if held.state == transitions.MISSED:
        return "no_show"
    return "left_before_call" if held.state == transitions.WAITING else "aborted"


def day_counts(turn: Turn, day: date) -> dict[str, Any]:
    """Count a day from its events: visits, errands, people, and how errands ended."""
    first, last = turn.office * PER_OFFICE, (turn.office + 1) * PER_OFFICE
    began = turn.row(
        "SELECT COUNT(DISTINCT visit), COALESCE(SUM(people), 0) FROM reception_event "
        "WHERE id >= %s AND id < %s AND local_day = %s AND practice = %s "
        "AND kind IN ('issued', 'checked-in', 'added')",
        first, last, day, False,
    )  # fmt: skip
    counted = turn.row(
        "SELECT COUNT(*) FROM reception_errand WHERE office_id = %s AND local_day = %s "
        "AND practice = %s AND state NOT IN ('transferred', 'withdrawn')",
        turn.office, day, False,
    )  # fmt: skip
    return {"visits": int(began[0]), "errands": int(counted[0]), "people": int(began[1])}
