"""Maps side by side as one SVG: municipalities shaded, places marked by shape and not colour alone.

The drawing carries its name; the figures stand in the table beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import pairwise

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.drawing import dot, outlines

SCALE, WIDTH, HEIGHT = 0.4, 625, 1400
HEAD, FOOT, GAP = 28, 120, 12
# Outlines are drawn small: points closer than this many units of the base map fall together.
GRID = 4
SMALLEST_RING = 3

#: Shades from light to dark; each differs from its neighbours also when printed in grey.
COLOURS = ("#f7f7f7", "#d1e5f0", "#92c5de", "#4393c3", "#1f5a94", "#0b2a4a")
STEPS: Mapping[str, tuple[float, ...]] = {
    "minutes": (5.0, 10.0, 20.0, 30.0, 60.0),
    "longer": (0.05, 1.0, 5.0, 15.0, 30.0),
}
TITLES: Mapping[str, Both] = {
    "minutes": ("Minuter per invånare", "Minutes per resident"),
    "longer": ("Minuter längre per invånare", "Minutes longer per resident"),
}
MARKS: Mapping[str, Both] = {
    "new": ("nytt kontor", "new office"),
    "closed": ("stängt kontor", "closed office"),
    "rule": ("regelns plats", "place of the rule"),
    "travel": ("minst restid", "least travel"),
    "furthest": ("längst bort först", "furthest first"),
}
SHAPES: Mapping[str, str] = {
    "new": '<circle cx="{x:.0f}" cy="{y:.0f}" r="11" fill="#e66101"',
    "closed": '<path d="M{x:.0f} {y:.0f}m-12-12l24 24m0-24l-24 24" fill="none"',
    "rule": '<circle cx="{x:.0f}" cy="{y:.0f}" r="13" fill="#e66101"',
    "travel": '<path d="M{x:.0f} {y:.0f}m-12-12h24v24h-24z" fill="#fdb863"',
    "furthest": '<path d="M{x:.0f} {y:.0f}m0-18l18 30h-36z" fill="#ffffff"',
}
# The cross is red on a white one, so that it stands out from every shade.
STROKES: Mapping[str, str] = {"closed": 'stroke="#b30000" stroke-width="6"'}
UNDERLAYS: Mapping[str, str] = {"closed": 'stroke="#ffffff" stroke-width="14"'}
STROKE = 'stroke="#000000" stroke-width="3"'


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a map."""

    lat: float
    lon: float
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the maps: minutes by municipality, and marks above them."""

    name: Both
    minutes: Mapping[str, float]
    marks: tuple[Mark, ...]


def drawn_map(text: Both, panels: Sequence[Panel], scale: str, language: int) -> str:
    """Draw the panels beside each other with one legend.

    Parameters
    ----------
    text
        What the drawing shows, for those who do not see it.
    panels
        The maps, from the left.
    scale
        ``minutes`` or ``longer``: which steps the shades have.
    language
        0 Swedish, 1 English.
    """
    wide = len(panels) * (WIDTH * SCALE + GAP) + GAP
    high = HEAD + HEIGHT * SCALE + FOOT
    parts = [
        _opened(text[language], wide, high),
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#ffffff"/>',
        "<defs>",
        *(f'<path id="k{code}" d="{outline}"/>' for code, outline in small_outlines().items()),
        "</defs>",
    ]
    for number, panel in enumerate(panels):
        parts += _panel(panel, GAP + number * (WIDTH * SCALE + GAP), scale, language)
    parts += _legend(panels, scale, language)
    return "\n".join([*parts, "</svg>"]) + "\n"


@lru_cache(maxsize=1)
def small_outlines() -> dict[str, str]:
    """Outlines of the municipalities, drawn on a coarser grid that neighbours share."""
    return {code: "".join(_coarse(outline)) for code, outline in outlines().items()}


def _coarse(outline: str) -> Iterator[str]:
    for ring in re.findall(r"M([^Z]*)Z", outline):
        points = [point.split() for point in ring.split("L")]
        snapped = dict.fromkeys(
            (GRID * round(float(x) / GRID), GRID * round(float(y) / GRID)) for x, y in points
        )
        if len(snapped) >= SMALLEST_RING:
            yield "M" + "L".join(f"{x} {y}" for x, y in snapped) + "Z"


def _opened(text: str, wide: float, high: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" role="img" '
        f'aria-label="{escape(text)}" font-family="sans-serif" font-size="13">'
    )


def _panel(panel: Panel, left: float, scale: str, language: int) -> Iterator[str]:
    name = escape(panel.name[language])
    yield f'<text x="{left + 4:.0f}" y="19" font-weight="bold">{name}</text>'
    yield f'<g transform="translate({left:.0f} {HEAD}) scale({SCALE})" stroke="#777777">'
    for code in small_outlines():
        yield f'<use href="#k{code}" fill="{_colour(panel.minutes.get(code), scale)}"/>'
    yield "</g>"
    yield f'<g transform="translate({left:.0f} {HEAD}) scale({SCALE})">'
    for mark in panel.marks:
        at = dot(mark.lat, mark.lon, mark.kind, mark.name)
        yield _shape(mark.kind, float(at.x), float(at.y), mark.name)
    yield "</g>"


def _colour(minutes: float | None, scale: str) -> str:
    return "#ffffff" if minutes is None else COLOURS[bisect_right(STEPS[scale], minutes)]


def _shape(kind: str, x: float, y: float, name: str) -> str:
    shape, stroke = SHAPES[kind].format(x=x, y=y), STROKES.get(kind, STROKE)
    under = f"{shape} {UNDERLAYS[kind]}/>" if kind in UNDERLAYS else ""
    return f"{under}{shape} {stroke}><title>{escape(name)}</title></{shape[1:].split()[0]}>"


def _legend(panels: Sequence[Panel], scale: str, language: int) -> Iterator[str]:
    top = HEAD + HEIGHT * SCALE + 24
    yield f'<text x="{GAP}" y="{top:.0f}" font-weight="bold">{TITLES[scale][language]}</text>'
    for number, label in enumerate(_steps(scale, language)):
        x = GAP + number * 78
        yield (
            f'<rect x="{x}" y="{top + 10:.0f}" width="18" height="14" '
            f'fill="{COLOURS[number]}" stroke="#777777"/>'
            f'<text x="{x + 23}" y="{top + 22:.0f}">{label}</text>'
        )
    kinds = dict.fromkeys(mark.kind for panel in panels for mark in panel.marks)
    for number, kind in enumerate(kinds):
        x, y = GAP + 8 + number * 150, top + 48
        yield (
            f'<g transform="translate({x:.0f} {y:.0f}) scale(0.5)">{_shape(kind, 0, 0, "")}</g>'
            f'<text x="{x + 15:.0f}" y="{y + 5:.0f}">{MARKS[kind][language]}</text>'
        )


def _steps(scale: str, language: int) -> Iterator[str]:
    steps = [f"{step:g}" for step in STEPS[scale]]
    if language == 0:
        steps = [step.replace(".", ",") for step in steps]
    yield f"&lt;\N{NO-BREAK SPACE}{steps[0]}"
    yield from (f"{low}–{high}" for low, high in pairwise(steps))
    yield f"≥\N{NO-BREAK SPACE}{steps[-1]}"
