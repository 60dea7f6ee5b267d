"""The answer: sites, objective, bound and gap, and the proof of the bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.center.proof import Proof


@dataclass(frozen=True, eq=False)
class Answer:
    """Sites, and how sure it is that none are better.

    Parameters
    ----------
    status
        ``"proved"``: no choice is better. ``"gap"``: a choice, perhaps not the best.
        ``"infeasible"``: no choice serves everybody; see ``unreached``. ``"unknown"``: stopped
        before a choice was found.
    sites
        Chosen sites with the forced ones, ascending; empty without a choice.
    objective
        Greatest cost of a client to its nearest site, or the number of sites, recomputed from
        the costs; ``None`` without a choice.
    bound
        No choice has less; ``None`` when nothing is known.
    gap
        ``(objective - bound) / objective``; exactly 0.0 when proved, ``None`` without a choice.
    seconds, seed
        How long it took, and what it takes to repeat it.
    proof
        Why nothing is below the bound; ``None`` when that needs no proof: where no choice can
        have less, or nothing is known.
    unreached
        When infeasible, a client that is not served: one that no allowed site can serve, or else
        one that the best choice leaves out.
    """

    status: Status
    sites: NDArray[np.intp]
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    seed: int
    proof: Proof | None
    unreached: int | None = None
