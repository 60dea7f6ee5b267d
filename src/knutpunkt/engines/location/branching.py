"""Branch and bound with the Lagrangian dual: proves what the root bound leaves open.

The node of least bound is split on the site that was among the cheapest in nearest half of the
rounds. In every node the dual is climbed from the payments of its parent, and sites are fixed
whose forcing would pass the best plan. Nodes are worked on in batches of fixed size, so that the
search is the same however many threads there are.

Sources: Beasley (1985), EJOR 21(2): 270-273; Christofides and
Beasley (1982), EJOR 10(2): 196-208.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.ascent import Pace, climbed
from knutpunkt.engines.location.blocks import THREADS
from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.meter import Meter

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

BATCH = 4
ROOT = Pace(rounds=400, factor=1.0, deflection=0.8, decay=0.8, patience=8, least=0.02)
NODE = Pace(rounds=90, factor=0.7, deflection=0.8, decay=0.75, patience=6, least=0.03)


class Node(NamedTuple):
    """A part of the plans: those with some sites open and some not."""

    number: int
    parent: int
    forced: Mask
    closed: Mask
    paid: Floats
    bound: float


@dataclass(slots=True)
class Leaf:
    """What a certificate keeps of a node: its place in the tree and its payments.

    Parameters
    ----------
    parent
        Number of its parent, -1 for the root.
    site, opened
        What sets it apart from its parent: a site, and whether it is open here.
    paid
        Payments that give its bound, shape ``(clients,)``.
    """

    parent: int
    site: int
    opened: bool
    paid: Floats


class Looked(NamedTuple):
    """What looking at a node gave; ``node`` is none where nothing better can be there."""

    node: Node | None
    paid: Floats
    often: Floats
    plan: Plan | None
    work: int


@dataclass
class Tree:
    """A search over all plans that may be better than the best one known.

    Parameters
    ----------
    at, scale
        The instance with what is fixed already, and the scale of costs.
    plan, bound
        The best plan known, and below what no plan's objective is.
    meter, enough
        Counts the work; the bound at which nothing better than an objective can be found.
    leaves
        Every node in order of its number, for the certificate.
    nodes
        How many were looked at.
    """

    at: Instance
    scale: Floats
    plan: Plan
    bound: float
    meter: Meter
    enough: Callable[[float], float]
    leaves: list[Leaf] = field(default_factory=list)
    nodes: int = 0
    _heap: list[tuple[float, int, Node]] = field(default_factory=list)

    def planted(self, paid: Floats) -> Tree:
        """Begin at the root with some payments."""
        at = self.at
        self.leaves.append(Leaf(-1, -1, opened=False, paid=paid))
        root = Node(0, -1, at.forced, at.closed, paid, self.bound)
        heapq.heappush(self._heap, (self.bound, 0, root))
        return self

    @property
    def done(self) -> bool:
        """Whether nothing is left to look at."""
        return not self._heap

    def grow(self, most_nodes: float = np.inf) -> None:
        """Look at nodes until none is left, so many were looked at, or the search has to stop."""
        with ThreadPoolExecutor(THREADS) as pool:
            while self._heap and self.nodes < most_nodes and not self.meter.over():
                self._batch(pool)
                self.meter.tell(self.plan.objective, self.bound, self.plan.chosen)

    def _batch(self, pool: ThreadPoolExecutor) -> None:
        many = min(BATCH, len(self._heap))
        batch = [heapq.heappop(self._heap)[2] for _ in range(many)]
        goal, limit = self.plan.objective, self.enough(self.plan.objective)
        looked = pool.map(lambda node: _looked_at(self.at, node, self.scale, goal, limit), batch)
        for node, found in zip(batch, looked, strict=True):
            self._note(node, found)
        limit = self.enough(self.plan.objective)
        while self._heap and self._heap[0][0] > limit:
            heapq.heappop(self._heap)
        least = self._heap[0][0] if self._heap else self.plan.objective
        self.bound = max(self.bound, min(least, self.plan.objective))

    def _note(self, node: Node, found: Looked) -> None:
        self.nodes += 1
        self.meter.add(found.work)
        self.leaves[node.number].paid = found.paid
        if found.plan is not None and found.plan.objective < self.plan.objective:
            self.plan = found.plan
        if found.node is None:
            return
        free = np.flatnonzero(~(found.node.forced | found.node.closed))
        site = int(free[np.argmin(np.abs(found.often[free] - 0.5))])
        for opened in (False, True):
            forced, closed = found.node.forced.copy(), found.node.closed.copy()
            (forced if opened else closed)[site] = True
            number = len(self.leaves)
            self.leaves.append(Leaf(node.number, site, opened, found.paid))
            child = Node(number, node.number, forced, closed, found.paid, found.node.bound)
            heapq.heappush(self._heap, (child.bound, number, child))


def _looked_at(at: Instance, node: Node, scale: Floats, goal: float, limit: float) -> Looked:
    here = at.shortened(node.forced, node.closed)
    pace = ROOT if node.parent < 0 else NODE
    climb = climbed(here, node.paid, scale, target=goal, enough=limit, pace=pace)
    if climb.bound > limit:
        return Looked(None, climb.paid, climb.often, None, climb.work)
    forced, closed = fixed(here, climb.price, climb.bound, limit)
    left = ~(forced | closed)
    plan = _only_plan(at, forced, left)
    if plan is not None or not left.any():
        return Looked(None, climb.paid, climb.often, plan, climb.work)
    after = Node(node.number, node.parent, forced, closed, climb.paid, climb.bound)
    return Looked(after, climb.paid, climb.often, None, climb.work)


def _only_plan(at: Instance, forced: Mask, left: Mask) -> Plan | None:
    """The one plan that is left, if the counts leave only one and it obeys the rules."""
    groups = at.groups
    many, most = int(forced.sum()), int(forced.sum() + left.sum())
    if most == groups.low[0]:
        chosen = forced | left
    elif many == groups.high[0] or not left.any():
        chosen = forced
    else:
        return None
    objective = at.objective(chosen) if at.obeys(chosen) else np.inf
    return Plan(chosen, objective)


def fixed(at: Instance, price: Floats, bound: float, limit: float) -> tuple[Mask, Mask]:
    """Sites that are open, and that are not, in every plan below a limit.

    Parameters
    ----------
    price, bound
        Prices of the sites at some payments, and the bound these give.
    """
    chosen, _ = at.cheapest(price)
    free = ~(at.forced | at.closed)
    surely = free & (bound + at.groups.forcing(price, chosen, free) > limit)
    return at.forced | (surely & chosen), at.closed | (surely & ~chosen)
