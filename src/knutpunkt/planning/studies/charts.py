"""Charts of studies as SVG geometry: the course of a search, and frontiers.

Coordinates are text, because templates write decimals in Swedish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 16.0, 34.0, 52.0
MARKS = 4
#: A whole number of offices is marked by itself up to so many.
WHOLE_MARKS = 12
#: Seconds below which a search was over before there was anything to draw.
SHORTEST = 0.2
#: Rows of the table beside the course of a search.
SHOWN_ROWS = 12

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on an axis: where it lies, its value, and how many decimals that needs."""

    at: str
    value: float
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A point that can be opened."""

    x: str
    y: str
    across: float
    up: float
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and points in a box, with marks on both axes."""

    lines: tuple[tuple[str, str], ...]
    spots: tuple[Spot, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Values to units of the drawing."""

    low: float
    high: float
    begin: float
    end: float

    def __call__(self, value: float) -> float:
        """Place a value."""
        span = (self.high - self.low) or 1.0
        return self.begin + (value - self.low) / span * (self.end - self.begin)

    def marks(self) -> tuple[Mark, ...]:
        """Return round values between the ends."""
        step = _round_step((self.high - self.low) / MARKS)
        first = math.ceil(self.low / step)
        last = math.floor(self.high / step)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        return tuple(
            Mark(f"{self(n * step):.1f}", n * step, decimals) for n in range(first, last + 1)
        )

    def whole_marks(self) -> tuple[Mark, ...]:
        """Return every whole number between the ends; round values where those are too many."""
        first, last = math.ceil(self.low), math.floor(self.high)
        if last - first >= WHOLE_MARKS:
            return tuple(mark for mark in self.marks() if not mark.decimals)
        return tuple(Mark(f"{self(n):.1f}", float(n)) for n in range(first, last + 1))


def course_chart(course: Sequence[Sequence[float | None]]) -> Chart | None:
    """Draw plan and bound against seconds; both are steps, for each holds until a better one."""
    plans = [(p[0], p[1]) for p in course if p[0] is not None and p[1] is not None]
    bounds = [(p[0], p[2]) for p in course if p[0] is not None and p[2] is not None]
    # A bound of 0 says nothing, unless there is no other: then nobody at all is failed.
    bounds = [(second, value) for second, value in bounds if value] or bounds
    if not plans or not bounds:
        return None
    values = [value for _second, value in (*plans, *bounds)]
    last = max(second for second, _value in (*plans, *bounds))
    if last < SHORTEST:
        return None
    across = Scale(0.0, last, LEFT, WIDTH - RIGHT)
    up = Scale(*_ends(values), HEIGHT - BOTTOM, TOP)
    lines = (("plan", _steps(plans, across, up, last)), ("bound", _steps(bounds, across, up, last)))
    return Chart(lines, (), across.marks(), up.marks())


def course_rows(
    course: Sequence[Sequence[float | None]],
) -> list[tuple[float, float | None, float | None]]:
    """Choose a few points of the course for its table, with the first and the last."""
    if not course:
        return []
    step = max(1, math.ceil((len(course) - 1) / (SHOWN_ROWS - 1)))
    shown = [*course[:-1:step], course[-1]]
    return [(point[0] or 0.0, point[1], point[2]) for point in shown]


def frontier_chart(
    points: Sequence[tuple[float, float, str, str]], *, whole: bool = False
) -> Chart | None:
    """Draw solved studies as points; each is (across, up, label, address).

    ``whole`` marks whole numbers across: offices, not minutes.
    """
    if not points:
        return None
    across = Scale(*_ends([p[0] for p in points]), LEFT, WIDTH - RIGHT)
    up = Scale(*_ends([p[1] for p in points]), HEIGHT - BOTTOM, TOP)
    spots = tuple(
        Spot(f"{across(x):.1f}", f"{up(y):.1f}", x, y, label, href) for x, y, label, href in points
    )
    line = " ".join(f"{spot.x},{spot.y}" for spot in sorted(spots, key=lambda one: one.across))
    marks = across.whole_marks() if whole else across.marks()
    return Chart((("plan", line),), spots, marks, up.marks())


def _steps(points: Sequence[Point], across: Scale, up: Scale, last: float) -> str:
    drawn = []
    for (second, value), (until, _next) in zip(points, [*points[1:], (last, 0.0)], strict=True):
        drawn += [f"{across(second):.1f},{up(value):.1f}", f"{across(until):.1f},{up(value):.1f}"]
    return " ".join(drawn)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Give points some room on both sides."""
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room


def _round_step(step: float) -> float:
    """Return the next of 1, 2 and 5 times a power of ten."""
    if step <= 0 or not math.isfinite(step):
        return 1.0
    power = 10.0 ** math.floor(math.log10(step))
    return next(n * power for n in (1, 2, 5, 10) if n * power >= step * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class Bar:
    """A class of minutes: how many before and after, as lengths in per cent of the longest."""

    label: str
    before: str
    after: str


def bars_of(rows: Sequence[tuple[str, float, float]]) -> tuple[Bar, ...]:
    """Draw residents by minutes as pairs of bars; each row is (label, before, after)."""
    longest = max((max(was, becomes) for _label, was, becomes in rows), default=0.0) or 1.0
    return tuple(
        Bar(label, f"{100 * was / longest:.2f}", f"{100 * becomes / longest:.2f}")
        for label, was, becomes in rows
    )
