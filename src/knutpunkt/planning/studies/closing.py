"""Who must be asked before offices close, and who may decide, by the closing rule of the network.

:mod:`knutpunkt.network.closing` holds the rule and its source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.network.closing import BOARD, DIRECTOR_GENERAL, others_remain
from knutpunkt.planning.studies.ground import Ground

#: Who decides, by whether another office remains in the municipality.
DECIDES = {"yes": DIRECTOR_GENERAL, "no": BOARD, "perhaps": "undecided"}


def consultation_of(ground: Ground, closed: NDArray[np.bool_]) -> dict[str, Any]:
    """List whom to consult and who decides, as plain values.

    Parameters
    ----------
    ground
        What the study stands on.
    closed
        Sites that close, shape ``(sites,)``. What opens in the same municipality is only planned
        and does not count as remaining.

    Returns
    -------
    dict
        ``offices`` with the body that decides and whether another office remains, and the
        ``municipalities`` and ``counties`` to consult.
    """
    leaving = [ground.sites[site] for site in np.flatnonzero(closed)]
    keys = {spot.key for spot in leaving}
    rest = tuple(office for office in ground.network.offices if office.key not in keys)
    left = replace(ground.network, offices=rest)
    offices = []
    for spot in leaving:
        remain = others_remain(left, spot.key, spot.code or None)
        offices.append(
            {"key": spot.key, "name": spot.name, "municipality": spot.municipality,
             "remain": remain, "decides": DECIDES[remain]}
        )  # fmt: skip
    return {
        "offices": sorted(offices, key=lambda one: one["name"]),
        "municipalities": sorted({spot.municipality for spot in leaving} - {""}),
        "counties": sorted({ground.counties[spot.county] for spot in leaving if spot.county}),
    }
