"""What the register is told of a sudden closing, so that the finder and every page show it.

The hours of the office stand as they are; exceptions are laid over the days in question. The
first day keeps what was kept, the last what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.edtf import next_day
from knutpunkt.engines import hours
from knutpunkt.network.models import HoursRule, Office
from knutpunkt.network.selectors import office_on, schedules
from knutpunkt.network.services import fact_correct, fact_withdraw
from knutpunkt.reception.closed_words import why_closed
from knutpunkt.reception.models import Closure

SHUT = "closed"
#: How far ahead days with hours of their own are looked for when nobody knows an end.
LOOKED_AHEAD = timedelta(days=400)
_DAY = timedelta(days=1)


def hours_close(closure: Closure) -> list[HoursRule]:
    """Record that the office is closed while the closing lasts: one exception a day or stretch."""
    begins, ends = _span(closure)
    first = begins.date()
    last = _last_day(ends) if ends else None
    schedule = _schedule(closure.office, first)
    recorded = []
    for day in sorted({first, last or first}):
        left = _without(schedule, day, begins, ends)
        recorded.append(_recorded(closure, left, day, day))
    between = (next_day(first), last - _DAY if last else None)
    if between[1] is None or between[0] <= between[1]:
        recorded.append(_recorded(closure, SHUT, *between))
        recorded += _outshone(closure, *between)
    return recorded


def hours_reopen(closure: Closure, at: datetime, *, by: str) -> None:
    """Withdraw what was recorded from today on; today keeps the gap there was."""
    today = at.date()
    for rule in rules_of(closure):
        first, last = rule.valid_from_earliest, rule.valid_to_latest
        if first is not None and first < today:
            if last is None or last >= today:
                fact_correct(rule, by=by, valid_to=(today - _DAY).isoformat())
        else:
            fact_withdraw(rule, by=by)
    begins, _ends = _span(closure)
    schedule = _schedule(closure.office, today)
    usual, left = _week_of(schedule, today), _without(schedule, today, begins, at)
    if left != usual:
        _recorded(closure, left, today, today)


def rules_of(closure: Closure) -> list[HoursRule]:
    """Hours that stand because of a closing."""
    return list(
        HoursRule.objects.known_on(None)
        .filter(office=closure.office_id, decision=_mark(closure))
        .order_by("pk")
    )


def _outshone(closure: Closure, first: date, last: date | None) -> list[HoursRule]:
    """Shut days in between that have hours of their own, which outdo a longer exception."""
    schedule = _schedule(closure.office, first)
    until = last or first + LOOKED_AHEAD
    return [
        _recorded(closure, SHUT, answer.date, answer.date)
        for answer in hours.days(schedule, first, until)
        if answer.state is hours.State.OPEN
    ]


def _span(closure: Closure) -> tuple[datetime, datetime | None]:
    assert closure.begins_at is not None
    return closure.begins_at, closure.ends_at


def _last_day(ends: datetime) -> date:
    """The last day a closing touches; one that ends at midnight does not touch the next."""
    return (ends - timedelta(microseconds=1)).date()


def _schedule(office: Office, day: date) -> hours.Schedule:
    here = office_on(office.key, day)
    return schedules([here])[office.key].office if here else hours.Schedule()


def _week_of(schedule: hours.Schedule, day: date) -> str:
    return ",".join(map(str, hours.day(schedule, day).intervals)) or SHUT


def _without(schedule: hours.Schedule, day: date, begins: datetime, ends: datetime | None) -> str:
    """The hours of a day outside the closing, in the week language."""
    shut_from, shut_to = _minute(day, begins), _minute(day, ends) if ends else 24 * 60
    kept = [
        str(hours.Interval(*part))
        for interval in hours.day(schedule, day).intervals
        for part in _parts(interval, shut_from, shut_to)
    ]
    return ",".join(kept) or SHUT


def _parts(interval: hours.Interval, shut_from: int, shut_to: int) -> Iterator[tuple[int, int]]:
    before = (interval.opens, min(interval.closes, shut_from))
    after = (max(interval.opens, shut_to), interval.closes)
    parts = (before, after) if shut_from < shut_to else ((interval.opens, interval.closes),)
    return (part for part in parts if part[0] < part[1])


def _minute(day: date, moment: datetime) -> int:
    """Minutes after midnight of the day: 0 for an earlier day, 1440 for a later one."""
    local = moment.astimezone(NETWORK_ZONE)
    if local.date() != day:
        return 0 if local.date() < day else 24 * 60
    return local.hour * 60 + local.minute


def _recorded(closure: Closure, week: str, first: date, last: date | None) -> HoursRule:
    rule = HoursRule(
        office_id=closure.office_id,
        layer="exception",
        week=week,
        valid_from=first.isoformat(),
        valid_to=last.isoformat() if last else "",
        decided_by=closure.decided_by[:100],
        decision=_mark(closure),
        published_on=clock.today().isoformat(),
        recorded_by=closure.decided_by,
        reason_sv=_reason(closure, "sv"),
        reason_en=_reason(closure, "en"),
    )
    rule.full_clean(exclude=["known_from", "recorded_at"])
    rule.save()
    return rule


def _mark(closure: Closure) -> str:
    return f"closing {closure.pk}"


def _reason(closure: Closure, language: str) -> str:
    with translation.override(language):
        return " ".join([_("Closed at short notice."), why_closed(closure)])
