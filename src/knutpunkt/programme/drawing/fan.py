"""Openings day by day: what is expected, what the plan said, what is asked for, what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knutpunkt.programme.drawing.counting import Countscale
from knutpunkt.programme.drawing.shapes import (
    Drawing,
    Path,
    Point,
    Text,
    band,
    line,
    steps,
    text,
)
from knutpunkt.programme.drawing.timescale import Timescale


@dataclass(frozen=True, slots=True)
class FanDay:
    """Openings by the end of a day; ``actual`` bounds stand where it has come."""

    day: date
    low: int
    middle: int
    high: int
    planned_least: int
    planned_most: int
    demanded: int
    actual_least: int | None = None
    actual_most: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Measures of a fan, with the most months marked below it."""

    width: int
    height: int
    left: int
    marks: int


WIDE = Frame(width=1000, height=420, left=34, marks=16)
NARROW = Frame(width=350, height=300, left=24, marks=5)
TOP, FOOT, RIGHT = 22, 30, 12


def fan(
    days: Sequence[FanDay],
    *,
    as_of: date,
    label: str,
    words: Mapping[str, str],
    frame: Frame = WIDE,
) -> Drawing:
    """Draw openings as they are expected to come.

    Parameters
    ----------
    days
        In their order, at least one.
    as_of
        Day of the forecast: what is expected is drawn from it, what happened up to it.
    words
        ``as_of`` and ``demanded``, as they stand on the drawing.
    """
    scale = Timescale(days[0].day, days[-1].day, frame.left, frame.width - RIGHT)
    most = max(max(d.high, d.planned_most, d.demanded, d.actual_most or 0) for d in days)
    counts = Countscale(max(most, 1), frame.height - FOOT, TOP)
    x = scale.x(as_of)
    paths = [
        *_grid(scale, counts, frame),
        *_lines(days, as_of, scale, counts),
        line("today", ((x, TOP - 6), (x, frame.height - FOOT)), words["as_of"]),
    ]
    return Drawing(
        frame.width,
        frame.height,
        label,
        tuple(paths),
        (*_numbers(counts, frame), *_months(scale, frame), *_words(days, x, counts, words, frame)),
    )


def _lines(
    days: Sequence[FanDay], as_of: date, scale: Timescale, counts: Countscale
) -> Iterator[Path]:
    def points(name: str, rows: Sequence[FanDay]) -> tuple[Point, ...]:
        return tuple((scale.x(row.day), counts.y(getattr(row, name) or 0)) for row in rows)

    ahead = [row for row in days if row.day >= as_of]
    behind = [row for row in days if row.day <= as_of and row.actual_least is not None]
    yield band("plan", steps(points("planned_most", days)), steps(points("planned_least", days)))
    if ahead:
        yield band("spread", steps(points("high", ahead)), steps(points("low", ahead)))
    yield line("demanded", steps(points("demanded", days)))
    if ahead:
        yield line("middle", steps(points("middle", ahead)))
    if behind:
        upper, lower = (steps(points(f"actual_{n}", behind)) for n in ("most", "least"))
        if upper != lower:
            yield band("perhaps", upper, lower)
        yield line("actual", lower)


def _grid(scale: Timescale, counts: Countscale, frame: Frame) -> Iterator[Path]:
    for number in counts.marks(8):
        y = counts.y(number)
        yield line("grid", ((frame.left, y), (frame.width - RIGHT, y)))
    for mark in scale.marks(frame.marks):
        kind = "grid year" if mark.year else "grid"
        yield line(kind, ((mark.x, TOP), (mark.x, frame.height - FOOT)))


def _numbers(counts: Countscale, frame: Frame) -> Iterator[Text]:
    for number in counts.marks(8):
        yield text("count", frame.left - 6, counts.y(number) + 4, str(number), "end")


def _months(scale: Timescale, frame: Frame) -> Iterator[Text]:
    for mark in scale.marks(frame.marks):
        if mark.x + 28 <= frame.width:
            kind = "year" if mark.year else "month"
            yield text(kind, mark.x + 2, frame.height - FOOT + 18, mark.label)


def _words(
    days: Sequence[FanDay],
    x: float,
    counts: Countscale,
    words: Mapping[str, str],
    frame: Frame,
) -> Iterator[Text]:
    """Call the day of the forecast by name, and where there is room the line of the commission."""
    right = x > frame.width / 2
    yield text(
        "note", x + (-4 if right else 4), TOP - 8, words["as_of"], "end" if right else "start"
    )
    if days[-1].demanded and frame is not NARROW:
        y = counts.y(days[-1].demanded) - 5
        yield text("note demanded", frame.width - RIGHT, y, words["demanded"], "end")
