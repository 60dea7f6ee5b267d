"""Maps of a study: the network before and after, and the best plan so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.drawing import Dot, Drawing, dot, shaded
from knutpunkt.planning.pages import Kept

#: What becomes of a site, in the order it is drawn: what changes lies above what stays.
KINDS = {"stays": "old", "closed": "gone", "opened": "new"}


@dataclass(frozen=True, slots=True)
class SketchPage:
    """The best plan so far: its map, and the names of what opens and closes."""

    number: int
    drawing: Drawing
    opened: tuple[str, ...]
    closed: tuple[str, ...]


def maps_of(effects: Kept) -> tuple[Drawing, ...]:
    """Draw the network before and after."""
    parts, sites = effects["municipalities"], effects["sites"]
    before, after = ({part["code"]: part[when] for part in parts} for when in ("before", "after"))
    standing = [{**site, "state": "stays"} for site in sites if site["state"] != "opened"]
    return (
        Drawing(_("Before"), shaded(before), _dots(standing)),
        Drawing(_("After"), shaded(after), _dots(sites)),
    )


def sketch_page(kept: Kept | None) -> SketchPage | None:
    """Draw the best plan so far, as a search told it; nothing before there is one."""
    if not kept:
        return None
    sites = [
        {"lat": lat, "lon": lon, "state": state, "name": name}
        for lat, lon, state, name in kept["sites"]
    ]
    drawing = Drawing(_("Best plan so far"), shaded(kept["minutes"]), _dots(sites))
    opened, closed = (
        tuple(sorted(site["name"] for site in sites if site["state"] == state))
        for state in ("opened", "closed")
    )
    return SketchPage(kept["number"], drawing, opened, closed)


def _dots(sites: Sequence[Mapping[str, Any]]) -> tuple[Dot, ...]:
    order = list(KINDS)
    return tuple(
        dot(site["lat"], site["lon"], KINDS[site["state"]], named(site), site.get("key", ""))
        for site in sorted(sites, key=lambda one: order.index(one["state"]))
    )


def named(site: Mapping[str, Any]) -> str:
    """Name a site with its municipality, once where both are called the same."""
    town = site.get("municipality", "")
    return f"{site['name']}, {town}" if town and town not in site["name"] else str(site["name"])
