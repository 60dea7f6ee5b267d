"""Fixing by reduced costs: sites and pairs that no better plan can have.

References
----------
Christofides and Beasley (1983), European Journal of Operational Research 12(1): 19-28.
"""

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import Case, Relaxed, forcing
from knutpunkt.engines.location.kernels.knapsacks import forced_values

# A table of every site, client and load beyond this is not worth its time.
MOST_CELLS = 2e9


@dataclass(frozen=True, eq=False)
class Fixings:
    """What the bound tells about every plan better than the best known one.

    Parameters
    ----------
    opened, closed
        Sites that are in all of them, and in none, boolean, shape ``(sites,)``.
    ruled_out
        Pairs that are in none of them, boolean, shape ``(sites, clients)``.
    room
        How far each site may be from its cheapest set, shape ``(sites,)``.
    """

    opened: Flags
    closed: Flags
    ruled_out: Flags
    room: Floats


def fixings(case: Case, relaxed: Relaxed, upper: float) -> Fixings:
    """Fix whatever alone lifts the bound above the objective of a better plan."""
    target = case.target(upper) + 1e-9 * abs(upper)
    with_site, without_site = forcing(case, relaxed)
    constant = relaxed.bound - float(relaxed.reduced[relaxed.chosen].sum())
    room = target - constant - with_site
    return Fixings(
        opened=(constant + without_site > target) & ~case.opened,
        closed=(room < 0) & ~case.closed,
        ruled_out=_dearer(case, relaxed, room),
        room=room,
    )


def _dearer(case: Case, relaxed: Relaxed, room: Floats) -> Flags:
    """Pairs whose cheapest set at that site is dearer than the site's room."""
    price = relaxed.prices.served
    value, whole = relaxed.value, case.whole
    if whole is None or case.cost.size * float(whole.most.max(initial=0)) > MOST_CELLS:
        # Without a least load a client more adds at least its own reduced cost.
        extra = np.where(case.limits.least_load[:, None] > 0, 0.0, case.cost - price)
        if not case.question.single:
            extra = np.zeros_like(extra)
        dear = extra > room[:, None]
    else:
        forced = forced_values(case.cost, price, whole.size, whole.most, whole.least)
        with np.errstate(invalid="ignore"):
            dear = forced - value[:, None] > room[:, None]
    return dear | ~np.isfinite(case.cost)
