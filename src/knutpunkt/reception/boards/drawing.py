"""Columns drawn on the server; the table beside them says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 190
LEFT, BASE, TOP = 46, 160, 14
MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the drawing, in its coordinates, with what a pointer is told."""

    x: float
    y: float
    width: float
    height: float
    told: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A word at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A whole drawing. Missing values have no column, so that unknown is not zero."""

    title: str
    columns: tuple[Column, ...]
    labels: tuple[Mark, ...]
    levels: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    base: int = BASE


def columns(rows: Sequence[tuple[str, float | None]], *, title: str, unit: str) -> Columns:
    """Draw values by label; the scale begins at nought and ends at a round number above all."""
    top = _round_above(max((value or 0 for _, value in rows), default=0))
    step = (WIDTH - LEFT) / max(1, len(rows))
    drawn = [
        Column(
            round(LEFT + number * step + step * 0.12, 2),
            round(BASE - (BASE - TOP) * value / top, 2),
            round(step * 0.76, 2),
            round((BASE - TOP) * value / top, 2),
            f"{label}: {value:g} {unit}",
        )
        for number, (label, value) in enumerate(rows)
        if value is not None
    ]
    every = -(-len(rows) // MOST_LABELS) or 1
    labels = [
        Mark(round(LEFT + (number + 0.5) * step, 2), BASE + 18, label)
        for number, (label, _value) in enumerate(rows)
        if number % every == 0
    ]
    levels = [Mark(LEFT - 6, round(BASE - (BASE - TOP) * part, 2), f"{top * part:g}")
              for part in (0, 0.5, 1)]  # fmt: skip
    return Columns(title, tuple(drawn), tuple(labels), tuple(levels))


def _round_above(value: float) -> float:
    """1, 2, 5, 10, 20 …, at or above a value."""
    scale = 1.0
    while True:
        for step in (1.0, 2.0, 5.0):
            if step * scale >= value:
                return step * scale
        scale *= 10
