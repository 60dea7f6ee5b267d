"""Growth as a drawing: CPU per visit against how many wait, and against how many offices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 50
COLOURS = {"sqlite": "#005ea5", "postgresql": "#a23b00"}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL (application and database)"}
STEPS = 4


def growth_drawn(found: Sequence[Mapping[str, Any]], series: str, column: str, title: str) -> str:
    """Draw one growth as SVG; the abscissa is by rank, because the steps are far apart.

    Parameters
    ----------
    found
        What was measured, one entry for each database.
    series, column
        Which rows, and which of their values stands on the abscissa.
    title
        Heading of the drawing.
    """
    lines = {one["database"]: _points(one[series], column) for one in found}
    marks = sorted({at for points in lines.values() for at, _ in points})
    top = _round_up(max(value for points in lines.values() for _, value in points))
    drawn = [_axes(marks, top, title)]
    for number, (database, points) in enumerate(lines.items()):
        drawn.append(_line(database, points, marks, top, number))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>\n{"".join(drawn)}</svg>\n'
    )


def _points(rows: Sequence[Mapping[str, Any]], column: str) -> list[tuple[int, float]]:
    return [(row[column], row["app_cpu_ms"] + row["database_cpu_ms"]) for row in rows]


def _round_up(value: float) -> float:
    step = 1.0
    while step * STEPS < value:
        step *= 2
    return step * STEPS


def _x(at: int, marks: Sequence[int]) -> float:
    inside = WIDTH - LEFT - RIGHT
    return LEFT + inside * marks.index(at) / max(1, len(marks) - 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top


def _axes(marks: Sequence[int], top: float, title: str) -> str:
    said = [f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>\n']
    for step in range(STEPS + 1):
        value = top * step / STEPS
        y = _y(value, top)
        said.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#cccccc"/>\n'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:g} ms</text>\n'
        )
    for at in marks:
        x = _x(at, marks)
        said.append(
            f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{at}</text>\n'
        )
    return "".join(said)


def _line(
    database: str, points: Sequence[tuple[int, float]], marks: Sequence[int], top: float, row: int
) -> str:
    colour, name = COLOURS[database], NAMES[database]
    places = [(_x(at, marks), _y(value, top)) for at, value in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
    x, y = LEFT + 240 * row, HEIGHT - 8
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>\n{dots}\n'
        f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>'
        f'<text x="{x + 8}" y="{y}">{escape(name)}</text>\n'
    )
