"""A first plan, and with it the clients that lie far apart.

References
----------
Gonzalez (1985), Theoretical Computer Science 38: 293-306, doi:10.1016/0304-3975(85)90224-5.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import Floats, KnownClients
from knutpunkt.engines.location.center.question import Task
from knutpunkt.engines.location.meter import Meter


class FirstPlan(NamedTuple):
    """Sites chosen one after the other, the clients they were chosen for, and all costs."""

    sites: NDArray[np.intp]
    clients: NDArray[np.intp]
    served: Floats
    stranded: int | None


def farthest_first(
    task: Task,
    many: int,
    meter: Meter,
    *,
    until: float = 0.0,
    reach: float = float(np.finfo(np.float64).max),
) -> FirstPlan:
    """Give the client that is worst off its nearest site, again and again.

    Parameters
    ----------
    task
        The problem.
    many
        Choose at most so many sites.
    meter
        Asked before each.
    until
        End when nobody has a greater cost.
    reach
        A site with a greater cost serves nobody.

    Returns
    -------
    FirstPlan
        With ``stranded`` a client that no allowed site can serve, when one is met.
    """
    served = np.where(task.counted, task.already, 0.0)
    sites: list[int] = []
    clients: list[int] = []
    while True:
        worst = int(served.argmax())
        if served[worst] <= until or (len(sites) > 0 and meter.over()):
            break
        clients.append(worst)
        meter.add(task.costs.clients + task.costs.sites)
        nearest, cost = _nearest_allowed(task, worst)
        if min(cost, float(served[worst])) > reach:
            return FirstPlan(np.array(sites, np.intp), np.array(clients), served, worst)
        if len(sites) == many or cost >= served[worst]:
            break
        sites.append(nearest)
        np.minimum(served, task.costs.of([nearest])[:, 0], out=served)
    return FirstPlan(np.array(sites, np.intp), np.array(clients, np.intp), served, None)


def _nearest_allowed(task: Task, client: int) -> tuple[int, float]:
    known = KnownClients(task.costs)
    known.add(np.array([client]), np.inf)
    usable = task.allowed[known.site]
    if not usable.any():
        return -1, np.inf
    best = int(np.where(usable, known.cost, np.inf).argmin())
    return int(known.site[best]), float(known.cost[best])
