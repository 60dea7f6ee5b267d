"""The best plan so far, as it is drawn while the search goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.planning.studies.ground import Ground

#: Seconds between two sketches: a map that changes more often is not read.
EVERY = 0.5


@dataclass
class Sketch:
    """Draws a plan when it is new and the last one has stood for a while.

    ``drawn`` are plain values: the number of the sketch, the sites open before or after with what
    happens to them, and mean minutes by municipality.
    """

    ground: Ground
    drawn: dict[str, Any] | None = None
    _shown: tuple[int, ...] | None = None
    _at: float = field(default=-math.inf)

    def tell(self, seconds: float, sites: NDArray[np.intp] | None) -> None:
        """Take the sites of the best plan; ``None`` where the search does not tell them."""
        if sites is None or seconds - self._at < EVERY:
            return
        plan = tuple(int(site) for site in sites)
        if plan == self._shown:
            return
        number = 1 if self.drawn is None else self.drawn["number"] + 1
        self.drawn = {"number": number, **sketched(self.ground, sites)}
        self._shown, self._at = plan, seconds


def sketched(ground: Ground, sites: NDArray[np.intp]) -> dict[str, Any]:
    """Say where a plan opens and closes, and the mean minutes of every municipality.

    Parameters
    ----------
    ground
        What the study stands on.
    sites
        Numbers of the sites open in the plan.
    """
    open_ = np.zeros(len(ground.sites), dtype=np.bool_)
    open_[sites] = True
    found = []
    for number in np.flatnonzero(open_ | ground.is_office):
        spot, office = ground.sites[number], bool(ground.is_office[number])
        state = "stays" if office and open_[number] else "closed" if office else "opened"
        found.append([spot.lat, spot.lon, state, spot.name])
    return {"sites": found, "minutes": _means(ground, ground.minutes[:, sites].min(axis=1))}


def _means(ground: Ground, minutes: NDArray[np.float64]) -> dict[str, float]:
    codes, which = np.unique([p.municipality_id for p in ground.points], return_inverse=True)
    travel = np.bincount(which, weights=ground.persons * minutes)
    people = np.bincount(which, weights=ground.persons)
    return {str(code): round(float(mean), 2)
            for code, mean in zip(codes, travel / people, strict=True)}  # fmt: skip
