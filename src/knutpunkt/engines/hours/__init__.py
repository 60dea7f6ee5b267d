"""Opening hours: rules and a calendar in, the truth about a day or an instant out.

``day`` decides; ``status``, ``intervals``, ``week`` and both exports only ask it.
"""

from knutpunkt.engines.hours.answers import Opening, Status, days, intervals, status, week
from knutpunkt.engines.hours.errors import (
    ClosesBeforeOpening,
    EmptyWeek,
    EndsBeforeItBegins,
    HalfDayWithoutTime,
    HoursRefused,
    ImpossibleHours,
    NaiveInstant,
    NotATime,
    NotAWeekday,
    OverlappingHours,
    RuleOutOfPlace,
    TwoTimezones,
    UnknownTimezone,
    UnreadableWeek,
)
from knutpunkt.engines.hours.osm import to_osm
from knutpunkt.engines.hours.pattern import DayPattern, Interval, State, Week, format_week
from knutpunkt.engines.hours.reading import parse_week
from knutpunkt.engines.hours.rules import (
    CalendarDay,
    Extra,
    Layer,
    Ordinary,
    Policy,
    Rule,
    Until,
    calendar_rules,
)
from knutpunkt.engines.hours.schedule import DayHours, Schedule, day
from knutpunkt.engines.hours.schema_org import to_schema_org

__all__ = [
    "CalendarDay",
    "ClosesBeforeOpening",
    "DayHours",
    "DayPattern",
    "EmptyWeek",
    "EndsBeforeItBegins",
    "Extra",
    "HalfDayWithoutTime",
    "HoursRefused",
    "ImpossibleHours",
    "Interval",
    "Layer",
    "NaiveInstant",
    "NotATime",
    "NotAWeekday",
    "Opening",
    "Ordinary",
    "OverlappingHours",
    "Policy",
    "Rule",
    "RuleOutOfPlace",
    "Schedule",
    "State",
    "Status",
    "TwoTimezones",
    "UnknownTimezone",
    "UnreadableWeek",
    "Until",
    "Week",
    "calendar_rules",
    "day",
    "days",
    "format_week",
    "intervals",
    "parse_week",
    "status",
    "to_osm",
    "to_schema_org",
    "week",
]
