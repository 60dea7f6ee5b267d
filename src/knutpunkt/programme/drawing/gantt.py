"""A Gantt chart: a row for each office or piece of work, and what is planned, done and expected.

Two frames of the same rows: a wide one with the names beside the bars, and a narrow one with the
names above them, for telephones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knutpunkt.programme.drawing.shapes import Drawing, Path, Text, box, diamond, line, text
from knutpunkt.programme.drawing.timescale import Timescale

RADIUS = 4.6
SPARE = timedelta(days=20)
NAME_LETTERS = 34


@dataclass(frozen=True, slots=True)
class Stop:
    """A gate on a row; ``passed`` gates are filled."""

    day: date
    name: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the chart. Days that are not known are left out.

    ``begun`` to ``done`` is what has happened, until today where it goes on. ``early`` and
    ``late`` bound what is expected (P50 and P80); ``early`` alone: no later day is foreseen.
    """

    key: str
    name: str
    starts: date
    ends: date | None = None
    begun: date | None = None
    done: date | None = None
    adopted: date | None = None
    early: date | None = None
    late: date | None = None
    deadline: date | None = None
    critical: bool = False
    stops: tuple[Stop, ...] = ()
    after: tuple[str, ...] = ()
    """Keys of the rows it waits for."""

    @property
    def days(self) -> tuple[date, ...]:
        """All days the row speaks of."""
        known = (self.starts, self.ends, self.begun, self.done, self.adopted)
        expected = (self.early, self.late, self.deadline)
        return tuple(day for day in (*known, *expected) if day) + tuple(s.day for s in self.stops)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows below a heading; an empty heading takes no room."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Measures of a chart; ``names`` is the room for names beside the bars, 0: above them."""

    width: int
    names: int
    row: int
    heading: int
    marks: int


WIDE = Frame(width=1120, names=240, row=30, heading=40, marks=18)
NARROW = Frame(width=350, names=0, row=46, heading=40, marks=7)
TOP, FOOT = 30, 8


def gantt(
    groups: Sequence[Group], *, today: date, label: str, today_word: str, frame: Frame = WIDE
) -> Drawing:
    """Draw rows in a frame.

    Parameters
    ----------
    groups
        In their order; together at least one row.
    today
        A line goes through it.
    label
        What the chart is called by a screen reader.
    """
    days = [day for group in groups for row in group.rows for day in row.days] or [today]
    scale = Timescale(min(days), max(*days, today) + SPARE, frame.names + 10, frame.width - 12)
    places, height = _places(groups, frame)
    rows = [row for group in groups for row in group.rows]
    paths = [
        *_grid(scale, frame, height),
        *_arrows(rows, places, scale),
        *(path for row in rows for path in _row(row, places[row.key], scale, frame, today)),
        line("today", ((scale.x(today), TOP - 4), (scale.x(today), height - FOOT)), today_word),
    ]
    texts = [
        *_marks(scale, frame),
        *_headings(groups, places, frame),
        *(_name(row, places[row.key], frame) for row in rows),
    ]
    return Drawing(frame.width, height, label, tuple(paths), tuple(texts))


def _places(groups: Sequence[Group], frame: Frame) -> tuple[dict[str, float], int]:
    """Height of the middle of every bar, and of the whole."""
    places, y = {}, TOP
    for group in groups:
        y += frame.heading if group.heading else 0
        for row in group.rows:
            places[row.key] = y + (frame.row / 2 if frame.names else frame.row - 13)
            y += frame.row
    return places, y + FOOT


def _grid(scale: Timescale, frame: Frame, height: int) -> Iterator[Path]:
    for mark in scale.marks(frame.marks):
        kind = "grid year" if mark.year else "grid"
        yield line(kind, ((mark.x, TOP - 4), (mark.x, height - FOOT)))


def _marks(scale: Timescale, frame: Frame) -> Iterator[Text]:
    """Names of the months, without those that would run out of the frame."""
    room = 34 if frame.names else 26
    for mark in scale.marks(frame.marks):
        if mark.x + room <= frame.width:
            yield text("year" if mark.year else "month", mark.x + 3, TOP - 12, mark.label)


def _headings(groups: Sequence[Group], places: dict[str, float], frame: Frame) -> Iterator[Text]:
    for group in groups:
        if group.heading and group.rows:
            above = frame.row / 2 if frame.names else frame.row - 13
            yield text("heading", 0, places[group.rows[0].key] - above - 10, group.heading)


def _name(row: Row, y: float, frame: Frame) -> Text:
    longest = NAME_LETTERS if frame.names else 2 * NAME_LETTERS
    name = row.name if len(row.name) <= longest else f"{row.name[: longest - 1].rstrip()}…"
    kind = "name critical" if row.critical else "name"
    return text(kind, 0, y + 4.5, name) if frame.names else text(kind, 0, y - 15, name)


def _row(row: Row, y: float, scale: Timescale, frame: Frame, today: date) -> Iterator[Path]:
    """Bars of a row from the back to the front: expected, planned, done, adopted, gates."""
    half = frame.row / 2 if frame.names else 11
    if row.early:
        yield _span("expected", row.early, row.late or scale.last, y - 9, 18, scale)
        yield line("median", ((scale.x(row.early), y - 9), (scale.x(row.early), y + 9)))
    if row.ends:
        kind = "planned critical" if row.critical else "planned"
        yield _span(kind, row.starts, row.ends, y - 5, 10, scale)
    if row.begun:
        kind = "done critical" if row.critical else "done"
        yield _span(kind, row.begun, row.done or max(today, row.begun), y - 5, 10, scale)
    if row.adopted:
        yield _span("adopted", min(row.starts, row.adopted), row.adopted, y + 7, 2.5, scale)
        yield line("adopted-end", ((scale.x(row.adopted), y - 7), (scale.x(row.adopted), y + 9.5)))
    if row.deadline:
        x = scale.x(row.deadline)
        yield line("deadline", ((x, y - half), (x, y + half)))
    for stop in row.stops:
        kind = "gate passed" if stop.passed else "gate"
        yield diamond(kind, scale.x(stop.day), y, RADIUS, stop.name)


def _span(kind: str, first: date, last: date, top: float, height: float, scale: Timescale) -> Path:
    """A bar from a day to a day; one of a single day can still be seen."""
    left = min(scale.x(first), scale.right - 2)
    return box(kind, left, top, max(scale.x(last) - left, 2.0), height)


def _arrows(rows: Sequence[Row], places: dict[str, float], scale: Timescale) -> Iterator[Path]:
    """Elbows from the end of what a row waits for down, or up, to its start."""
    by_key = {row.key: row for row in rows}
    for row in rows:
        for key in row.after:
            before = by_key.get(key)
            if before is None or before.ends is None:
                continue
            x, start = scale.x(before.done or before.ends), scale.x(row.begun or row.starts)
            kind = "link critical" if row.critical and before.critical else "link"
            y, target = places[key], places[row.key]
            edge = target - 6 if target > y else target + 6
            turn = max(start, x) if start >= x else start
            yield line(kind, ((x, y), (turn + 2, y), (turn + 2, edge)))
