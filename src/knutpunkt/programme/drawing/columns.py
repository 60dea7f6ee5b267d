"""An amount for each of some years, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knutpunkt.programme.drawing.counting import Countscale
from knutpunkt.programme.drawing.shapes import Drawing, box, line, text

WIDTH, HEIGHT, TOP, FOOT = 640, 240, 24, 28
LEFT, RIGHT = 4, 4


@dataclass(frozen=True, slots=True)
class Column:
    """A number of 0 or more, how it is written, and what it is of."""

    name: str
    number: float
    words: str


def columns(rows: Sequence[Column], *, label: str) -> Drawing:
    """Draw numbers as columns, each with what it is written as above it.

    Parameters
    ----------
    rows
        From left to right, at least one.
    label
        What the drawing is called by a screen reader.
    """
    counts = Countscale(max(*(row.number for row in rows), 1.0), HEIGHT - FOOT, TOP)
    room = (WIDTH - LEFT - RIGHT) / len(rows)
    paths = [line("grid", ((LEFT, HEIGHT - FOOT), (WIDTH - RIGHT, HEIGHT - FOOT)))]
    texts = []
    for at, row in enumerate(rows):
        left, y = LEFT + at * room, counts.y(row.number)
        paths.append(box("column", left + room * 0.15, y, room * 0.7, HEIGHT - FOOT - y, row.words))
        texts.append(text("amount", left + room / 2, y - 6, row.words, "middle"))
        texts.append(text("year", left + room / 2, HEIGHT - FOOT + 18, row.name, "middle"))
    return Drawing(WIDTH, HEIGHT, label, tuple(paths), tuple(texts))
