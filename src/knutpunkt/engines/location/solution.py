"""The answer: sites, objective, bound and gap, and what they were computed from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import ENGINE, Status

ENGINE_VERSION = ENGINE


class Progress(NamedTuple):
    """Where the search stands: best plan so far and the bound, in person-minutes.

    ``sites`` are those open in the best plan, old and new; none where the search does not tell.
    """

    incumbent: float | None
    bound: float | None
    seconds: float
    sites: NDArray[np.intp] | None = None


ProgressCallback = Callable[[Progress], object]
CancelCallback = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Solution:
    """An answer and how sure it is.

    Parameters
    ----------
    status
        ``"proved"``: no plan is better. ``"gap"``: a plan, perhaps not the best; see ``gap``.
        ``"infeasible"``: no plan obeys the quotas; see ``conflicts``. ``"unknown"``: stopped
        before any plan was found.
    sites
        New sites, ascending numbers; empty when there is no plan.
    objective
        Person-minutes of the plan, recomputed from the problem's own arrays; ``None`` without
        a plan.
    bound
        No plan has fewer person-minutes than this; ``None`` when nothing is known.
    gap
        ``(objective - bound) / objective``; exactly 0.0 when proved, ``None`` without a plan.
    assignment
        Nearest open site (fixed or new) of each point, the lower number on a tie; empty when
        there is no plan.
    conflicts
        Names of quotas that cannot hold together with the number of new sites, though any of
        them may be dropped to make the others possible.
    seconds, seed, engine, inputs_hash
        How long it took, and what it takes to repeat it.
    """

    status: Status
    sites: NDArray[np.intp]
    objective: float | None
    bound: float | None
    gap: float | None
    assignment: NDArray[np.intp]
    conflicts: tuple[str, ...]
    seconds: float
    seed: int
    engine: str
    inputs_hash: str
