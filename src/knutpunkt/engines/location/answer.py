"""The answer: sites, objective, bound and gap, and what it takes to check and repeat them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location import covers
from knutpunkt.engines.location.covers import ClosedBy

ENGINE = "location/2 (lagrangian, branch and bound, highs)"

Status = Literal["proved", "gap", "infeasible", "unknown"]


@dataclass(frozen=True, eq=False)
class Step:
    """Payments from which sites were fixed or a bound follows.

    Parameters
    ----------
    paid
        What each client pays per person, shape ``(clients,)``.
    rule_prices
        What one unit of each rule that is not a count over nested groups is worth.
    """

    paid: NDArray[np.float64]
    rule_prices: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Branch:
    """A node of a search: its parent, the site that sets it apart, its payments and rules' prices.

    Without prices of its own it has those of the last step. Where sites have loads, a site below 0
    says that the node is its parent once more, at other prices.
    """

    parent: int
    site: int
    opened: bool
    paid: NDArray[np.float64]
    rule_prices: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Proof:
    """From what a bound follows.

    Parameters
    ----------
    steps
        Payments in the order in which sites were fixed from them; the last gives the bound.
    tree
        Nodes of the search behind the last step, if there was one that came to an end.
    closed_by
        What closed the gap: the payments, the search, or HiGHS, of which no proof is kept.
    """

    steps: tuple[Step, ...]
    tree: tuple[Branch, ...]
    closed_by: ClosedBy


@dataclass(frozen=True, eq=False)
class Allotment:
    """Who is served where, when sites can carry only so much.

    Parameters
    ----------
    shares
        Share of each client served by each site, shape ``(clients, sites)``.
    loads
        Demand that each site carries, shape ``(sites,)``.
    unserved
        Demand of each client that the plan leaves unserved, shape ``(clients,)``.
    """

    shares: NDArray[np.float64]
    loads: NDArray[np.float64]
    unserved: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answer:
    """An answer and how sure it is.

    Parameters
    ----------
    status
        ``"proved"``: no plan is better. ``"gap"``: a plan, perhaps not the best; see ``gap``.
        ``"infeasible"``: no plan is possible; see ``conflicts`` and ``unreached``.
        ``"unknown"``: stopped before any plan was found.
    sites
        Open sites, forced ones among them, ascending.
    objective, bound, gap
        Cost of the plan, recomputed from the question itself; what no plan costs less than; and
        ``(objective - bound) / |objective|``, exactly 0 when proved.
    assignment
        Nearest open site of each client, the lower number on a tie; -1 where the ceiling is less.
    conflicts
        Names of rules that cannot hold together.
    unreached
        Clients whom no permitted site, or no permitted number of sites, can serve.
    seconds, work, replayable
        How long it took, and the work after which it stopped: asked again with that work limit it
        stops there too, if ``replayable`` (a HiGHS run cut off by the clock is not).
    seed, engine, inputs_hash
        What it takes to repeat it.
    nodes
        How many nodes a search looked at.
    proof
        From what the bound follows; of a p-center or a covering, why fewer or nearer is impossible.
    allotment
        Who is served where, if sites have capacities; then ``assignment`` is the site of each
        client's greatest share.
    reason
        Why no plan is possible, in a sentence, where capacities or minimum loads have a part.
    """

    status: Status
    sites: NDArray[np.intp]
    objective: float | None
    bound: float | None
    gap: float | None
    assignment: NDArray[np.intp]
    conflicts: tuple[str, ...]
    unreached: tuple[int, ...]
    seconds: float
    work: int
    replayable: bool
    seed: int
    engine: str
    inputs_hash: str
    nodes: int
    proof: Proof | covers.Proof | None
    allotment: Allotment | None = None
    reason: str = ""
