"""What drawings are made of: paths and texts, placed in units from the top left.

Numbers are written as text here, because templates would write decimals in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Path:
    """A shape; ``kind`` is the class a style sheet colours it by."""

    kind: str
    outline: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words on a drawing."""

    kind: str
    x: str
    y: str
    words: str
    anchor: Anchor = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes from the back to the front, above them words, and the name of it all."""

    width: int
    height: int
    label: str
    paths: tuple[Path, ...]
    texts: tuple[Text, ...]


def text(kind: str, x: float, y: float, words: str, anchor: Anchor = "start") -> Text:
    """Place words."""
    return Text(kind, _n(x), _n(y), words, anchor)


def box(kind: str, x: float, y: float, width: float, height: float, title: str = "") -> Path:
    """A rectangle by its upper left corner."""
    outline = f"M{_n(x)} {_n(y)}H{_n(x + width)}V{_n(y + height)}H{_n(x)}Z"
    return Path(kind, outline, title)


def diamond(kind: str, x: float, y: float, radius: float, title: str = "") -> Path:
    """A square on its corner, by its middle."""
    return line(
        kind, ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)), title, ends="Z"
    )


def line(kind: str, points: Iterable[Point], title: str = "", *, ends: str = "") -> Path:
    """A line through points; ``ends="Z"`` closes it."""
    return Path(kind, "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + ends, title)


def steps(points: Iterable[Point]) -> tuple[Point, ...]:
    """A line that keeps its height until the next point: for what is counted."""
    corners = list(points)
    found = corners[:1]
    for (_x, y), (x, following) in pairwise(corners):
        found += [(x, y), (x, following)]
    return tuple(found)


def band(kind: str, upper: Iterable[Point], lower: Iterable[Point], title: str = "") -> Path:
    """The area between two lines that are drawn from left to right."""
    return line(kind, (*upper, *reversed(tuple(lower))), title, ends="Z")


def _n(value: float) -> str:
    return f"{value:.1f}"
