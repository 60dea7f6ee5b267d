"""Read the week language, a strict subset of the opening_hours key of OpenStreetMap.

    week  = rule *( ";" rule )
    rule  = [ days ] ( hours | "closed" [ comment ] | "off" [ comment ] | "unknown" [ comment ] )
    days  = day [ "-" day ] *( "," day [ "-" day ] )
    hours = time "-" time *( "," time "-" time )

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from knutpunkt.engines.hours.errors import (
    ClosesBeforeOpening,
    EmptyWeek,
    NotATime,
    NotAWeekday,
    OverlappingHours,
    UnreadableWeek,
)
from knutpunkt.engines.hours.pattern import (
    CLOSED,
    DAY_MINUTES,
    WEEKDAYS,
    DayPattern,
    Interval,
    State,
    Week,
)
from knutpunkt.engines.hours.repair import repaired

HOLIDAYS = ("PH", "SH")
WORDS = {"closed": State.CLOSED, "off": State.CLOSED, "unknown": State.UNKNOWN}
PIECE = re.compile(r'(?P<space>\s+)|(?P<comment>"[^"]+")|(?P<mark>[-,;])|(?P<word>[^\s",;-]+|")')
TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")


def parse_week(text: str) -> Week:
    """Read a week of opening hours.

    Later rules override earlier ones on their days. Days that are not mentioned are closed; a
    rule without days speaks of all days.

    Parameters
    ----------
    text
        Such as ``Mo-Fr 10:00-16:00; Tu 10:00-18:00`` or ``unknown "times not stated"``.

    Raises
    ------
    UnreadableWeek
        When the text does not follow the language: ``EmptyWeek``, ``NotAWeekday``, ``NotATime``,
        ``ClosesBeforeOpening``, ``OverlappingHours`` or the class itself, with the position and
        what to write instead.
    """
    try:
        return _read(text)
    except UnreadableWeek as refused:
        better = repaired(text)
        for offer in (better, f"{better} 10:00-16:00"):
            if better and _reads(offer):
                raise refused.suggesting(f"“{offer}”") from None
        raise


def _reads(text: str) -> bool:
    try:
        _read(text)
    except UnreadableWeek:
        return False
    return True


@lru_cache(maxsize=1024)
def _read(text: str) -> Week:
    reader = _Reader(text, _pieces(text))
    if reader.here.kind == "end":
        raise reader.refusal(
            EmptyWeek, "nothing is written", "“Mo-Fr 10:00-16:00”, “closed” or “unknown”"
        )
    days = dict.fromkeys(range(7), CLOSED)
    days.update(reader.rule())
    while reader.took(";"):
        days.update(reader.rule())
    if reader.here.kind != "end":
        raise reader.leftover()
    return Week(tuple(days[weekday] for weekday in range(7)))


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    text: str
    position: int


def _pieces(text: str) -> list[_Piece]:
    found = [_Piece(str(m.lastgroup), m.group(), m.start()) for m in PIECE.finditer(text)]
    return [piece for piece in found if piece.kind != "space"] + [_Piece("end", "", len(text))]


class _Reader:
    """Walk over the pieces of one text, one method per line of the grammar."""

    def __init__(self, text: str, pieces: list[_Piece]) -> None:
        self.text = text
        self.pieces = pieces
        self.index = 0

    @property
    def here(self) -> _Piece:
        return self.pieces[self.index]

    def take(self) -> _Piece:
        piece = self.here
        self.index += piece.kind != "end"
        return piece

    def took(self, mark: str) -> bool:
        return self.here.text == mark and bool(self.take())

    def refusal(
        self, error: type[UnreadableWeek], fact: str, instead: str, at: _Piece | None = None
    ) -> UnreadableWeek:
        piece = at or self.here
        return error(
            text=self.text, position=piece.position, found=piece.text, fact=fact, instead=instead
        )

    def leftover(self) -> UnreadableWeek:
        found = self.here.text
        if found == '"':
            fact, instead = (
                "a comment is empty or not closed",
                'it as in unknown "times not stated"',
            )
        elif self.here.kind == "comment":
            fact, instead = "open hours carry no comment", "the reason into the rule"
        else:
            fact, instead = f"“{found}” cannot stand here", "“; ” before a new rule"
        return self.refusal(UnreadableWeek, fact, instead)

    def rule(self) -> dict[int, DayPattern]:
        weekdays = range(7) if self.body_begins() else self.days()
        return dict.fromkeys(weekdays, self.body())

    def body_begins(self) -> bool:
        return self.here.text in WORDS or self.here.text[:1].isdigit()

    def days(self) -> list[int]:
        weekdays = self.day_range()
        while self.took(","):
            weekdays += self.day_range()
        return weekdays

    def day_range(self) -> list[int]:
        first = self.day()
        last = self.day() if self.took("-") else first
        # Sa-Mo goes round the end of the week.
        return [weekday % 7 for weekday in range(first, first + (last - first) % 7 + 1)]

    def day(self) -> int:
        if self.here.text not in WEEKDAYS:
            raise self.no_weekday()
        return WEEKDAYS.index(self.take().text)

    def no_weekday(self) -> UnreadableWeek:
        if self.here.text in HOLIDAYS:
            fact, instead = "a holiday is not a day of the week", "its date into the calendar"
        else:
            fact = f"“{self.here.text}” is not a weekday" if self.here.text else "a day is missing"
            instead = "Mo, Tu, We, Th, Fr, Sa or Su"
        return self.refusal(NotAWeekday, fact, instead)

    def body(self) -> DayPattern:
        state = WORDS.get(self.here.text)
        if state is None:
            return DayPattern(State.OPEN, self.hours())
        self.take()
        comment = self.take().text[1:-1] if self.here.kind == "comment" else ""
        return DayPattern(state, comment=comment)

    def hours(self) -> tuple[Interval, ...]:
        intervals = [self.interval([])]
        while self.took(","):
            intervals.append(self.interval(intervals))
        return tuple(sorted(intervals))

    def interval(self, earlier: list[Interval]) -> Interval:
        start = self.here
        opens = self.time()
        if not self.took("-"):
            raise self.refusal(NotATime, "the closing time is missing", f"{start.text}-16:00")
        closes = self.time()
        if closes <= opens:
            fact = f"{start.text} to {self.pieces[self.index - 1].text} ends before it begins"
            raise self.refusal(
                ClosesBeforeOpening,
                fact,
                "the earlier time first; an office is not open overnight",
                start,
            )
        interval = Interval(opens, closes)
        for other in earlier:
            if other.opens < closes and opens < other.closes:
                fact = f"{interval} overlaps {other}"
                union = Interval(min(opens, other.opens), max(closes, other.closes))
                raise self.refusal(OverlappingHours, fact, f"one interval, {union}", start)
        return interval

    def time(self) -> int:
        clock = TIME.fullmatch(self.here.text)
        if not clock:
            fact = f"“{self.here.text}” is not a time" if self.here.text else "a time is missing"
            raise self.refusal(NotATime, fact, "a time from 00:00 to 24:00, such as 09:30")
        self.take()
        return int(clock[1]) * 60 + int(clock[2]) if clock[1] else DAY_MINUTES
