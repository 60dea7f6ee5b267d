"""What opening hours refuse, one class per thing a caller can put right."""

from datetime import date, datetime, time
from typing import Self

from knutpunkt.errors import KnutpunktError


class HoursRefused(KnutpunktError, ValueError):
    """Something about opening hours cannot be taken as it is written."""

    code = "hours_refused"
    hint = ""


class UnreadableWeek(HoursRefused):
    """A week text does not follow the week language.

    Parameters
    ----------
    text
        The whole text.
    position
        Where the trouble begins, counted from 0.
    found
        The piece of text that cannot be read.
    fact
        What is wrong with it, without a full stop.
    instead
        What to write instead: a complete text where one can be offered.
    """

    code = "unreadable_week"

    def __init__(self, *, text: str, position: int, found: str, fact: str, instead: str) -> None:
        self.text = text
        self.position = position
        self.found = found
        self.fact = fact
        self.instead = instead
        self.hint = f"Write {instead}."
        super().__init__(f"At character {position + 1} of “{text}”: {fact}. {self.hint}")

    def suggesting(self, instead: str) -> Self:
        """Say the same with a better suggestion."""
        return type(self)(
            text=self.text,
            position=self.position,
            found=self.found,
            fact=self.fact,
            instead=instead,
        )


class EmptyWeek(UnreadableWeek):
    """The text is empty: neither hours, nor closed, nor unknown."""

    code = "empty_week"


class NotAWeekday(UnreadableWeek):
    """A word stands where a weekday is expected."""

    code = "not_a_weekday"


class NotATime(UnreadableWeek):
    """A time is not written as four digits on a clock of 24 hours."""

    code = "not_a_time"


class ClosesBeforeOpening(UnreadableWeek):
    """An interval ends before it begins; an office is not open overnight."""

    code = "closes_before_opening"


class OverlappingHours(UnreadableWeek):
    """Two intervals of the same day share some time."""

    code = "overlapping_hours"


class ImpossibleHours(HoursRefused):
    """Hours built by hand contradict themselves."""

    code = "impossible_hours"


class EndsBeforeItBegins(HoursRefused):
    """A validity or a period has its last day before its first."""

    code = "ends_before_it_begins"
    hint = "Swap the two days, or leave one out for a validity without bound."

    def __init__(self, *, first: date, last: date) -> None:
        super().__init__(f"The last day {last} is before the first day {first}. {self.hint}")


class RuleOutOfPlace(HoursRefused):
    """A rule says something its layer cannot say."""

    code = "rule_out_of_place"


class HalfDayWithoutTime(HoursRefused):
    """A half day must say until when, and only a half day may."""

    code = "half_day_without_time"

    def __init__(self, *, day: date, policy: str, until: time | None) -> None:
        self.hint = "Give until for a half day, and None for every other policy."
        super().__init__(f"{day} has the policy {policy} and until {until}. {self.hint}")


class NaiveInstant(HoursRefused):
    """An instant has no time zone, so nobody knows when it is."""

    code = "naive_instant"
    hint = "Attach a time zone, for example instant.replace(tzinfo=ZoneInfo('Europe/Stockholm'))."

    def __init__(self, *, instant: datetime) -> None:
        super().__init__(f"{instant.isoformat()} has no time zone. {self.hint}")


class UnknownTimezone(HoursRefused):
    """A time zone name is not in the IANA database."""

    code = "unknown_timezone"
    hint = "Use a name such as Europe/Stockholm."

    def __init__(self, *, name: str) -> None:
        super().__init__(f"There is no time zone named “{name}”. {self.hint}")


class TwoTimezones(HoursRefused):
    """An authority and the office around it keep different clocks."""

    code = "two_timezones"
    hint = "Give both schedules the same time zone."

    def __init__(self, *, inner: str, outer: str) -> None:
        super().__init__(f"The authority keeps {inner}, the office {outer}. {self.hint}")
