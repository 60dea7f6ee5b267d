"""Visits that would be new: people who get nearer go more often, as far as that was measured.

What was measured are visits per resident and year by minutes to the office, at the offices where
the reception counted. Without enough of them nothing is estimated, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.engines.travel import DecayUnmeasured, visiting_decay
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.ground import Floats, Ground
from knutpunkt.planning.studies.load import Load

#: Upper ends of the bands of minutes, beside the last that has none.
ENDS = (10.0, 30.0, 60.0)

Nearest = NDArray[np.intp]
Kept = Mapping[str, Any]


def induced_of(ground: Ground, load: Load, before: Nearest, after: Nearest) -> dict[str, Any]:
    """Estimate the new visits of every site, as plain values.

    Parameters
    ----------
    ground
        What the study stands on.
    load
        Holds the visits that were counted.
    before, after
        Number of the nearest office of each point, shape ``(points,)``.

    Returns
    -------
    dict
        ``measured`` offices; where they are enough also the ``rates`` by band, their ``error`` and
        ``sites``: new visits a year by key, below 0 where people get further away. Otherwise
        ``needed`` says how many offices it takes.
    """
    was, becomes = (_minutes(ground, nearest) for nearest in (before, after))
    seen = np.flatnonzero(np.isin([spot.key for spot in ground.sites], load.measured))
    residents = np.array([_by_band(was, ground.persons, before == site) for site in seen])
    try:
        decay = visiting_decay(load.visits[seen], residents.reshape(len(seen), len(ENDS) + 1), ENDS)
    except DecayUnmeasured as refusal:
        return {"measured": len(seen), "needed": refusal.needed}
    more = ground.persons * (decay.of(becomes) - decay.of(was))
    new = np.bincount(after, weights=more, minlength=len(ground.sites))
    return {
        "measured": len(seen),
        "ends": list(ENDS),
        "rates": [float(rate) for rate in decay.rates],
        "error": decay.error,
        "sites": {ground.sites[site].key: float(new[site]) for site in np.unique(after)},
    }


def induced_sentence(kept: Kept, reader: Reader) -> str:
    """Say how the new visits were estimated, or why they were not."""
    if "rates" not in kept:
        return _(
            "New visits from people who get nearer are not estimated: that takes counts at "
            "%(needed)s offices that differ, and there are counts at %(measured)s."
        ) % {"needed": kept["needed"], "measured": kept["measured"]}
    ends = [f"{end:g}" for end in kept["ends"]]
    spans = [f"0–{ends[0]}", *(f"{a}–{b}" for a, b in pairwise(ends)),
             f"{ends[-1]}–"]  # fmt: skip
    told = ", ".join(
        f"{span} min: {reader.number(rate, 2)}"
        for span, rate in zip(spans, kept["rates"], strict=True)
    )
    return _(
        "New visits: who gets nearer is taken to go as often as people who had it as near. Visits "
        "per resident and year by minutes, measured at %(measured)s offices: %(told)s. The fit "
        "misses the counts by %(error)s per cent."
    ) % {"measured": kept["measured"], "told": told, "error": reader.number(100 * kept["error"])}


def _minutes(ground: Ground, nearest: Nearest) -> Floats:
    return ground.minutes[np.arange(len(nearest)), nearest]


def _by_band(minutes: Floats, persons: Floats, here: NDArray[np.bool_]) -> Floats:
    bands = np.searchsorted(ENDS, minutes[here], side="left")
    return np.bincount(bands, weights=persons[here], minlength=len(ENDS) + 1).astype(np.float64)
