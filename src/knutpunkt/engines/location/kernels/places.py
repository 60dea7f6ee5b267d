"""Lists of the sites near each client, from coordinates.

Sites are sorted along the first coordinate (x, or latitude). A client looks at the band of sites
that this coordinate alone does not rule out, keeps those within its radius, and sorts them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Numbers, Starts
from knutpunkt.engines.location.measured import EARTH, PLANE_FLOOR, SPHERE


@kernel
def distance(kind: int, a0: float, a1: float, b0: float, b1: float) -> Any:
    """Cost between (x, y) points, or between (latitude, longitude) in radians on the sphere."""
    if kind == SPHERE:
        south = np.sin((b0 - a0) / 2) ** 2
        east = np.sin((b1 - a1) / 2) ** 2
        return 2 * EARTH * np.arcsin(min(1.0, np.sqrt(south + np.cos(a0) * np.cos(b0) * east)))
    away = np.sqrt((a0 - b0) ** 2 + (a1 - b1) ** 2)
    return np.floor(away) if kind == PLANE_FLOOR else away


@kernel
def in_band(
    kind: int, a0: float, a1: float, places: Floats, radius: float, found: Floats, who: Numbers
) -> int:
    """Gather the sites within a radius; how many."""
    reach = radius / EARTH + 1e-12 if kind == SPHERE else radius + (kind == PLANE_FLOOR)
    first = np.searchsorted(places[0], a0 - reach)
    count = 0
    for k in range(first, places.shape[1]):
        if places[0, k] > a0 + reach:
            break
        away = distance(kind, a0, a1, places[0, k], places[1, k])
        if away <= radius:
            found[count] = away
            who[count] = k
            count += 1
    return count


@kernel
def in_order(found: Floats, who: Numbers, count: int, keys: Starts, kept: Floats) -> None:
    """Sort gathered sites by cost: by float32 and place, then what float32 cannot tell apart."""
    for k in range(count):
        keys[k] = (np.int64(np.float32(found[k]).view(np.int32)) << 32) | k
        kept[k] = found[k]
    part = keys[:count]
    part.sort()
    for k in range(count):
        was = keys[k] & 0xFFFFFFFF
        found[k] = kept[was]
        keys[k] = who[was]
    for k in range(1, count):
        cost, site = found[k], keys[k]
        at = k
        while at > 0 and found[at - 1] > cost:
            found[at], keys[at] = found[at - 1], keys[at - 1]
            at -= 1
        found[at], keys[at] = cost, site


@kernel
def within_counted(
    kind: int, clients: Floats, places: Floats, radius: Floats, count: Starts, begin: int, end: int
) -> None:
    """Count the sites within each client's radius."""
    found, who = np.empty(places.shape[1]), np.empty(places.shape[1], np.int32)
    for i in range(begin, end):
        count[i] = in_band(kind, clients[0, i], clients[1, i], places, radius[i], found, who)


@kernel
def within_listed(
    kind: int, clients: Floats, places: Floats, radius: Floats, number: Numbers,
    start: Starts, site: Numbers, cost: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    """Write the sorted list of sites within each client's radius; ``number`` names the sites."""
    sites = places.shape[1]
    found, kept, who = np.empty(sites), np.empty(sites), np.empty(sites, np.int32)
    keys = np.empty(sites, np.int64)
    for i in range(begin, end):
        count = in_band(kind, clients[0, i], clients[1, i], places, radius[i], found, who)
        in_order(found, who, count, keys, kept)
        for k in range(count):
            site[start[i] + k] = number[keys[k]]
            cost[start[i] + k] = found[k]


@kernel
def nearest_listed(
    kind: int, clients: Floats, places: Floats, many: int, guess: float, number: Numbers,
    site: Numbers, cost: Floats, begin: int, end: int,
) -> None:  # fmt: skip
    """Write the sorted list of the nearest ``many`` sites of each client."""
    sites = places.shape[1]
    found, kept, who = np.empty(sites), np.empty(sites), np.empty(sites, np.int32)
    keys = np.empty(sites, np.int64)
    radius = guess
    for i in range(begin, end):
        count = in_band(kind, clients[0, i], clients[1, i], places, radius, found, who)
        while count < many:
            radius = radius * 1.6 + 1e-9
            count = in_band(kind, clients[0, i], clients[1, i], places, radius, found, who)
        in_order(found, who, count, keys, kept)
        for k in range(many):
            site[i * many + k] = number[keys[k]]
            cost[i * many + k] = found[k]
        # The next client is often near: begin a little wider than this one needed.
        radius = max(found[many - 1] * 1.1, guess * 1e-3)
