"""Fixing by reduced costs: what the bound tells about every better plan.

References
----------
Beasley (1993), European Journal of Operational Research 65(3): 383-399.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.demand import DemandLists
from knutpunkt.engines.location.lagrange import Relaxed


@dataclass(frozen=True, eq=False)
class Fixings:
    """What every plan better than the best known one has in common.

    Parameters
    ----------
    opened, closed
        Sites that are in all of them, and in none, boolean, shape ``(sites,)``.
    entries
        List entries that may still serve their row, boolean, shape ``(entries,)``.
    served_from_list
        Rows that are surely served by one of those entries, boolean, shape ``(rows,)``.
    """

    opened: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    entries: NDArray[np.bool_]
    served_from_list: NDArray[np.bool_]


def fixings(lists: DemandLists, relaxed: Relaxed, upper: float) -> Fixings:
    """Fix by reduced costs: what alone lifts the bound above ``upper`` is in no better plan."""
    room = upper * (1 + 1e-9) - relaxed.bound
    reduced, chosen, served = relaxed.reduced, relaxed.chosen, relaxed.prices.served
    dearest_in = reduced[chosen].max(initial=-np.inf)
    cheapest_out = reduced[~chosen].min(initial=np.inf)
    closed = ~chosen & (reduced - dearest_in > room)
    opened = chosen & (cheapest_out - reduced > room)
    extra = lists.weight[lists.row] * (lists.cost - served[lists.row])
    return Fixings(
        opened=opened,
        closed=closed,
        entries=(extra <= room) & ~closed[lists.site],
        served_from_list=lists.weight * (lists.ceiling - served) > room,
    )
