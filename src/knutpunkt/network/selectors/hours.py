"""Opening hours of offices as schedules the hours engine can answer from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import zip_longest

from knutpunkt.core.edtf import DAWN, DUSK, next_day
from knutpunkt.engines import hours
from knutpunkt.network import life
from knutpunkt.network.models import CalendarDay, HoursRule
from knutpunkt.network.selectors.views import OfficeOnDay

LAYERS = {
    "weekly": hours.Layer.WEEKLY,
    "season": hours.Layer.SEASON,
    "exception": hours.Layer.EXCEPTION,
}

SATURDAY = 5

CLOSED_WEEK = hours.parse_week("closed")
UNKNOWN_WEEK = hours.parse_week("unknown")
ALWAYS_OPEN = hours.parse_week("Mo-Su 00:00-24:00")

#: Where nothing is said about hours they are unknown, not those of the building.
NOTHING_SAID = hours.Rule(hours.Layer.WEEKLY, UNKNOWN_WEEK)


@dataclass(frozen=True)
class OfficeHours:
    """The schedule of an office and those of authorities with hours of their own inside it."""

    office: hours.Schedule
    authorities: dict[str, hours.Schedule] = field(default_factory=dict)

    def of(self, authority: str | None) -> hours.Schedule:
        """Schedule of an authority; without hours of its own it follows the house."""
        return self.authorities.get(authority or "", self.office)


def schedules(
    offices: Iterable[OfficeOnDay], *, language: str = "sv", known_on: date | None = None
) -> dict[str, OfficeHours]:
    """Build the schedules of offices: two queries however many offices there are.

    What the register knows of an office's life decides over its hours: before the opening and
    after the last visiting day it is closed; while either is rough it is unknown.
    """
    wanted = {office.key: office for office in offices}
    rows: dict[str, list[HoursRule]] = defaultdict(list)
    found = HoursRule.objects.known_on(known_on).select_related("office").order_by("pk")
    for row in found.filter(office__key__in=list(wanted)):
        rows[row.office.key].append(row)
    calendar = _calendar(language)
    return {
        key: _office_hours(office, rows[key], calendar, language) for key, office in wanted.items()
    }


def reason_of(answer: hours.DayHours) -> str:
    """Why a day is as it is, where the rule that decides says something about this day.

    The reason of a weekly pattern is that of its closed working days: it says nothing about
    weekends, nor about the days on which the office is open.
    """
    weekly = answer.rule is not None and answer.rule.layer is hours.Layer.WEEKLY
    weekend = answer.date.weekday() >= SATURDAY
    if weekly and (answer.state is hours.State.OPEN or weekend):
        return answer.reason if answer.state is hours.State.UNKNOWN else ""
    return answer.reason


def _calendar(language: str) -> tuple[hours.Rule, ...]:
    days = tuple(
        hours.CalendarDay(
            row.on,
            row.name_sv if language == "sv" else row.name_en,
            hours.Policy(row.policy),
            row.until,
            row.source,
        )
        for row in CalendarDay.objects.all()
    )
    return _calendar_rules(days)


@lru_cache(maxsize=8)
def _calendar_rules(days: tuple[hours.CalendarDay, ...]) -> tuple[hours.Rule, ...]:
    return hours.calendar_rules(days)


def _office_hours(
    office: OfficeOnDay,
    rows: list[HoursRule],
    calendar: tuple[hours.Rule, ...],
    language: str,
) -> OfficeHours:
    begun = [row for row in rows if not row.valid_from or row.valid_from_latest]
    house = [_rule(row, language) for row in begun if row.authority_id is None]
    inside: dict[str, list[hours.Rule]] = defaultdict(list)
    for row in begun:
        if row.authority_id is not None:
            inside[row.authority_id].append(_rule(row, language))
    life_of_office = hours.Schedule(tuple(_life_rules(office)))
    schedule = hours.Schedule((NOTHING_SAID, *house, *calendar), house=life_of_office)
    return OfficeHours(
        schedule,
        {slug: hours.Schedule(tuple(rules), house=schedule) for slug, rules in inside.items()},
    )


def _rule(row: HoursRule, language: str) -> hours.Rule:
    """Read a row as a rule. While it is rough whether it has begun, the row is not used yet."""
    begins = row.valid_from_latest if row.valid_from else None
    ends = row.valid_to_earliest if row.valid_to else None
    return hours.Rule(
        LAYERS[row.layer],
        hours.parse_week(row.week),
        begins,
        max(ends, begins) if ends and begins else ends,
        row.reason_sv if language == "sv" else row.reason_en,
        row.source,
    )


def _life_rules(office: OfficeOnDay) -> list[hours.Rule]:
    """Frame the hours: closed outside the office's stays, unknown where a stay is rough."""
    stays = office.counted_stays
    if not stays:
        return [hours.Rule(hours.Layer.WEEKLY, UNKNOWN_WEEK)]
    rules = [hours.Rule(hours.Layer.WEEKLY, ALWAYS_OPEN), *_pauses(office)]
    rules += _state(CLOSED_WEEK, DAWN, _eve(stays[0].opened.earliest))
    for stay, following in zip_longest(stays, stays[1:]):
        rules += _state(UNKNOWN_WEEK, stay.opened.earliest, _eve(stay.opened.window[1]))
        if stay.closed is not None:
            rules += _end(stay.closed, following)
    return rules


def _end(closed: life.Moment, following: life.Stay | None) -> list[hours.Rule]:
    """Unknown after the first possible last day; then closed, until the office may reopen."""
    earliest, latest = closed.window
    reopens = _eve(following.opened.earliest) if following else DUSK
    return [
        *_state(UNKNOWN_WEEK, next_day(earliest), latest),
        *(_state(CLOSED_WEEK, next_day(latest), reopens) if latest < DUSK else []),
    ]


def _pauses(office: OfficeOnDay) -> list[hours.Rule]:
    """Closed from a pause until the day before the office resumes; unknown while that is rough."""
    turns = [event for event in office.events if event.kind in ("paused", "resumed")]
    rules: list[hours.Rule] = []
    for turn, following in zip_longest(turns, turns[1:]):
        rules += _state(UNKNOWN_WEEK, turn.earliest, _eve(turn.latest))
        if turn.kind == "paused":
            rules += _state(
                CLOSED_WEEK, turn.latest, _eve(following.earliest) if following else DUSK
            )
    return rules


def _eve(day: date) -> date:
    """The day before; the edges of the calendar stay."""
    return day if day in (DAWN, DUSK) else day - timedelta(days=1)


def _state(week: hours.Week, first: date, last: date) -> list[hours.Rule]:
    """Rule over both days and those between them; none where the last lies before the first."""
    if first > last or last == DAWN:
        return []
    begins, ends = (None if first == DAWN else first), (None if last == DUSK else last)
    return [hours.Rule(hours.Layer.EXCEPTION, week, begins, ends, reason="", source="life")]
