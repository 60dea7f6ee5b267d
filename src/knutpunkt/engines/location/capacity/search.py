"""Branch and bound on the relaxed question, with sets or HiGHS at the leaves.

Nodes are taken two at a time, best bound first, and solved on two threads. What a node does depends
only on the best plan known when its pair began, so the search is the same on every run.
"""

from __future__ import annotations

import heapq
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np

from knutpunkt.engines.location.capacity.branching import parted, site_distances
from knutpunkt.engines.location.capacity.columns import Sets, partition, sets_of
from knutpunkt.engines.location.capacity.compact import solve_compact
from knutpunkt.engines.location.capacity.fixing import fixings
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.plans import Plan, plan_for
from knutpunkt.engines.location.capacity.question import Floats
from knutpunkt.engines.location.capacity.relaxation import Ascent, Case, Relaxed
from knutpunkt.engines.location.milp import MilpAnswer

THREADS = 2
# So many sets HiGHS chooses among in a blink.
MOST_SETS = 400
STEPS_PER_NODE = 100
STEPS_PER_STRETCH = 25
# Every so many nodes a plan is built from what the node opens.
NODES_PER_PLAN = 4
_SECONDS_PER_LOOK = 0.05


@dataclass(frozen=True, eq=False, order=False)
class Node:
    """A case with its relaxed solution and a bound on its plans."""

    bound: float
    number: int
    case: Case
    relaxed: Relaxed

    def __lt__(self, other: Node) -> bool:
        return (self.bound, self.number) < (other.bound, other.number)


@dataclass
class Outcome:
    """What became of a node: branches with their bounds, plans, and what was left unproved.

    ``bound`` holds for every plan of the node that is neither in a branch nor offered; ``work`` is
    what it took.
    """

    branches: list[tuple[float, Case, Relaxed]] = field(default_factory=list)
    plans: list[Plan | None] = field(default_factory=list)
    bound: float = np.inf
    work: int = 0


@dataclass
class Tree:
    """Open nodes of one search."""

    standing: Standing
    seed: int
    nodes: list[Node] = field(default_factory=list)
    born: int = 0
    left: float = np.inf
    looked: int = 0
    distances: Floats = field(default_factory=lambda: np.empty(0))

    def search(self, relaxed: Relaxed) -> None:
        """Search from the root until nothing is open or the time is up."""
        standing = self.standing
        self.distances = site_distances(standing.case.limits.cost)
        self._add(relaxed.bound, standing.case, relaxed)
        with ThreadPoolExecutor(THREADS) as threads:
            try:
                while self.nodes and not standing.stop():
                    self._solve_next(threads)
            finally:
                # Threads still at work end soon, whatever made this one end.
                standing.halted.set()
        standing.raise_bound(self.bound)

    @property
    def bound(self) -> float:
        """No plan that is not yet known costs less."""
        return min([self.left, *(node.bound for node in self.nodes[:1])])

    def _add(self, bound: float, case: Case, relaxed: Relaxed) -> None:
        heapq.heappush(self.nodes, Node(bound, self.born, case, relaxed))
        self.born += 1

    def _solve_next(self, threads: ThreadPoolExecutor) -> None:
        upper = self.standing.upper
        taken = [heapq.heappop(self.nodes) for _ in range(min(THREADS, len(self.nodes)))]
        futures = [threads.submit(self._solved, node, upper) for node in taken]
        self._await(futures)
        if self.standing.stop():
            # What stopped on the way is not the same twice; the nodes count as not looked at.
            for node in taken:
                heapq.heappush(self.nodes, node)
            return
        for node, future in zip(taken, futures, strict=True):
            outcome = future.result()
            self.standing.meter.add(outcome.work)
            self.looked += 1
            for plan in outcome.plans:
                self.standing.offer(plan)
            self.left = min(self.left, max(outcome.bound, node.bound))
            for bound, case, relaxed in outcome.branches:
                self._add(max(bound, node.bound), case, relaxed)
        target = self.standing.case.target(self.standing.upper)
        self.nodes = [node for node in self.nodes if node.bound <= target]
        heapq.heapify(self.nodes)
        self.standing.raise_bound(self.bound)

    def _await(self, futures: list[Future[Outcome]]) -> None:
        """Wait, and look at the clock and the caller's wish meanwhile."""
        while wait(futures, timeout=_SECONDS_PER_LOOK).not_done:
            self.standing.stop()

    def _solved(self, node: Node, upper: float) -> Outcome:
        """Fix, then settle the node by sets, by branching, or by HiGHS on what is left."""
        fixed = fixings(node.case, node.relaxed, upper)
        case = node.case.deciding(
            opened=fixed.opened, closed=fixed.closed, ruled_out=fixed.ruled_out
        )
        sets = sets_of(case, node.relaxed, fixed, MOST_SETS)
        if sets is not None:
            return self._settled_by_sets(case, sets)
        halves = parted(case, node.relaxed, self.distances)
        if halves is None:
            answer, plan = solve_compact(
                case, seconds=self.standing.meter.left, seed=self.seed, listener=self._halted
            )
            return Outcome(plans=[plan], bound=_left(answer), work=case.cost.size)
        outcome = Outcome(work=case.cost.size)
        nothing = np.zeros(len(case.closed), dtype=np.bool_)
        for half in halves:
            branch = case.deciding(opened=nothing, closed=nothing, ruled_out=half)
            self._climbed(branch, node, upper, outcome)
        return outcome

    def _climbed(self, branch: Case, node: Node, upper: float, outcome: Outcome) -> None:
        """Raise the bound of a branch and keep it unless the bound rules it out."""
        ascent = Ascent(branch, node.relaxed.prices, node.relaxed.mean, node.relaxed.often)
        for _ in range(STEPS_PER_NODE // STEPS_PER_STRETCH):
            if self.standing.halted.is_set():
                break
            if not ascent.climb(upper=upper, iterations=STEPS_PER_STRETCH):
                break
        outcome.work += ascent.work
        bound = max(ascent.bound, node.bound)
        if bound > branch.target(upper):
            return
        relaxed = ascent.best()
        outcome.branches.append((bound, branch, relaxed))
        if node.number % NODES_PER_PLAN == 0:
            outcome.plans.append(self._plan_on(branch, relaxed))

    def _plan_on(self, branch: Case, relaxed: Relaxed) -> Plan | None:
        """A plan on the sites that a branch opens, as far as the rules allow."""
        open_ = relaxed.chosen
        if branch.limits.others and not branch.obeys(open_):
            found = branch.obeying(relaxed.reduced)
            if found is None:
                return None
            open_ = found
        return plan_for(branch, open_)

    def _settled_by_sets(self, case: Case, sets: Sets) -> Outcome:
        if len(sets) == 0:
            return Outcome(work=case.cost.size)
        answer, plan = partition(
            case, sets, seconds=self.standing.meter.left, seed=self.seed, listener=self._halted
        )
        return Outcome(plans=[plan], bound=_left(answer), work=case.cost.size + len(sets))

    def _halted(self, _incumbent: float, _bound: float) -> bool:
        return self.standing.halted.is_set()


def _left(answer: MilpAnswer) -> float:
    """Bound on the plans that a stopped solver has left; infinite when it finished."""
    return np.inf if answer.optimal or answer.infeasible else -np.inf
