"""The answer: sites, assignment, bound and gap, and the multipliers that prove part of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.capacity.certificate import Multipliers
from knutpunkt.engines.location.capacity.question import Floats
from knutpunkt.engines.location.capacity.reasons import Reason

ENGINE_VERSION = "capacity/1 (lagrangian + branching + highs)"


@dataclass(frozen=True, eq=False)
class CapacitatedSolution:
    """An answer and how sure it is.

    Parameters
    ----------
    status
        ``"proved"``: no plan is better. ``"gap"``: a plan, perhaps not the best. ``"infeasible"``:
        no plan exists, see ``reason``. ``"unknown"``: stopped before any plan was found.
    sites
        Open sites, ascending numbers, forced ones among them; empty without a plan.
    assignment
        Site of each client, shape ``(clients,)``, of its greatest share where demand is split;
        empty without a plan.
    shares
        Share of each client served by each site, shape ``(clients, sites)``; empty without a plan.
    objective
        Opening and serving, recomputed from the question's own arrays; ``None`` without a plan.
    bound
        No plan costs less, as far as the whole search shows; ``None`` when nothing is known.
    gap
        ``(objective - bound) / objective``; exactly 0.0 when proved, ``None`` without a plan.
    multipliers
        Prices whose bound anyone can recompute with :func:`capacitated_bound`; ``None`` when the
        search stopped before it had any.
    certified_bound, certified_gap
        That bound, recomputed apart from the search, and the gap it leaves.
    closed_by_highs
        Whether the rest up to ``bound`` rests on branching and HiGHS rather than on the
        multipliers.
    reason
        Why no plan exists, when ``"infeasible"``.
    seconds, seed, engine
        How long it took, and what it takes to repeat it.
    """

    status: Status
    sites: NDArray[np.intp]
    assignment: NDArray[np.intp]
    shares: Floats
    objective: float | None
    bound: float | None
    gap: float | None
    multipliers: Multipliers | None
    certified_bound: float | None
    certified_gap: float | None
    closed_by_highs: bool
    reason: Reason | None
    seconds: float
    seed: int
    engine: str = ENGINE_VERSION
