"""The map of a report: municipalities of the commission, and what became of each office."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from knutpunkt.network.models import Municipality
from knutpunkt.planning.drawing import VIEWBOX, dot, outlines
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.building.slots import Place
from knutpunkt.reports.facts import join_words
from knutpunkt.reports.writing.composing import Drawn

LAND, ASKED, INK, ACCENT = "#e4e8e1", "#c4d9cf", "#1c2321", "#14584a"
SAID = {
    "sv": {
        "alt": "Karta över Sveriges kommuner. Uppdragets kommuner är tonade. {} Övriga orter visas "
        "med en tom ring.",
        "opened": "Öppnat, fylld cirkel: {}.", "perhaps": "Kanske öppnat, halvfylld cirkel: {}.",
        "none": "Inget kontor har säkert öppnat.",
        "caption": "Kontor under uppdraget den {fact:report.as_of}: fylld cirkel är öppnat, "
        "halvfylld kanske öppnat, ring inte öppnat. Tonade kommuner nämns i uppdraget.",
    },
    "en": {
        "alt": "Map of the municipalities of Sweden. Those of the commission are tinted. {} Other "
        "places are shown as an empty ring.",
        "opened": "Opened, filled circle: {}.",
        "perhaps": "Perhaps opened, half-filled circle: {}.",
        "none": "No office has surely opened.",
        "caption": "Offices under the commission on {fact:report.as_of}: a filled circle is open, "
        "a half-filled one perhaps, a ring not. Tinted municipalities are named in the commission.",
    },
}  # fmt: skip


def map_of(places: Sequence[Place], question: Question) -> Drawn:
    """Draw the map, with its words: one query."""
    codes = [place.code for place in places if place.code]
    rows = Municipality.objects.filter(code__in=codes).exclude(lat=None)
    positions = {row.code: (row.lat or 0.0, row.lon or 0.0) for row in rows}
    drawing = [_land(set(codes))]
    drawing += [_mark(positions[place.code], place) for place in places if place.code in positions]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{VIEWBOX}">{"".join(drawing)}</svg>'
    said = SAID[question.language]
    return Drawn(svg, said["alt"].format(_told(places, question.language)), said["caption"])


def _land(asked: set[str]) -> str:
    return "".join(
        f'<path d="{outline}" fill="{ASKED if code in asked else LAND}" stroke="#fff" '
        f'stroke-width="1.5"/>'
        for code, outline in outlines().items()
    )


def _mark(position: tuple[float, float], place: Place) -> str:
    """Draw a circle: filled, half filled or empty, with its name for those who point at it."""
    at = dot(position[0], position[1], place.state, place.name)
    name = f"<title>{escape(place.name)}</title>"
    fill = ACCENT if place.state == "opened" else "#fff"
    ring = (
        f'<circle cx="{at.x}" cy="{at.y}" r="11" fill="{fill}" stroke="{ACCENT}" stroke-width="3"'
    )
    if place.state != "perhaps opened":
        return f"{ring}>{name}</circle>"
    x, y = float(at.x), float(at.y)
    half = f'<path d="M{x:.1f} {y - 11:.1f}A11 11 0 0 0 {x:.1f} {y + 11:.1f}Z" fill="{ACCENT}"/>'
    return f"{ring}>{name}</circle>{half}"


def _told(places: Sequence[Place], language: str) -> str:
    """Say what the drawing shows."""
    said = SAID[language]
    sentences = []
    for state, word in (("opened", "opened"), ("perhaps opened", "perhaps")):
        names = [place.name for place in places if place.state == state]
        if names:
            sentences.append(said[word].format(join_words(names, language)))
    return " ".join(sentences) or said["none"]
