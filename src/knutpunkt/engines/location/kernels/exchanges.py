"""What a plan costs more when one open site gives its place to another, for all pairs at once.

What is put together is the same as in a swap (see ``local``), from a table of all costs.
"""

from __future__ import annotations

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Starts


@kernel
def exchanged(
    table: Floats, demand: Floats, open_: Starts, row: Starts, dearer: Floats, dearest: float
) -> None:
    """Fill ``dearer[row of the site that leaves, site that enters]``.

    ``open_`` are the open sites, ``row`` the row of each (-1: it cannot leave), and ``dearest``
    is what a client costs when nobody else is left.
    """
    clients, sites = table.shape
    gained = np.zeros(sites)
    dearer[:] = 0.0
    for i in range(clients):
        if demand[i] == 0.0:
            continue
        first, nearest, second = -1, np.inf, dearest
        for place in range(len(open_)):
            cost = table[i, open_[place]]
            if cost < nearest:
                second = min(dearest, nearest)
                first, nearest = place, cost
            elif cost < second:
                second = cost
        own = row[first]
        for k in range(sites):
            cost = table[i, k]
            if cost < nearest:
                gained[k] += demand[i] * (cost - nearest)
            elif own >= 0:
                dearer[own, k] += demand[i] * (min(cost, second) - nearest)
    for place in range(len(dearer)):
        for k in range(sites):
            dearer[place, k] += gained[k]
