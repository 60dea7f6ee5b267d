"""The node nearest to a place, from nodes sorted along the first coordinate."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.travel.roads.kernels.jit import kernel

Floats = NDArray[np.float64]


@kernel
def separation(sphere: bool, radius: float, a0: float, a1: float, b0: float, b1: float) -> Any:
    """Metres between (x, y) places, or between (latitude, longitude) in radians on the sphere."""
    if sphere:
        south = np.sin((b0 - a0) / 2) ** 2
        east = np.sin((b1 - a1) / 2) ** 2
        return 2 * radius * np.arcsin(min(1.0, np.sqrt(south + np.cos(a0) * np.cos(b0) * east)))
    return np.sqrt((a0 - b0) ** 2 + (a1 - b1) ** 2)


@kernel
def nearest_written(
    sphere: bool, radius: float, places: Floats, nodes: Floats, number: NDArray[np.intp],
    nearest: NDArray[np.intp], metres: Floats,
) -> None:  # fmt: skip
    """Write the nearest node of each place, the lower number on a tie, and how far it is.

    From the place on, nodes are looked at in both directions for as long as the first coordinate
    alone does not put them further away than the nearest so far.
    """
    many = nodes.shape[1]
    for i in range(places.shape[1]):
        a0, a1 = places[0, i], places[1, i]
        best, who = np.inf, -1
        above = np.searchsorted(nodes[0], a0)
        below = above - 1
        while above < many or below >= 0:
            if above < many:
                # A hair less than the coordinate says, because distances are rounded.
                if (nodes[0, above] - a0) * radius * (1 - 1e-12) > best:
                    above = many
                else:
                    away = separation(sphere, radius, a0, a1, nodes[0, above], nodes[1, above])
                    if away < best or (away == best and number[above] < who):
                        best, who = away, number[above]
                    above += 1
            if below >= 0:
                if (a0 - nodes[0, below]) * radius * (1 - 1e-12) > best:
                    below = -1
                else:
                    away = separation(sphere, radius, a0, a1, nodes[0, below], nodes[1, below])
                    if away < best or (away == best and number[below] < who):
                        best, who = away, number[below]
                    below -= 1
        nearest[i], metres[i] = who, best
