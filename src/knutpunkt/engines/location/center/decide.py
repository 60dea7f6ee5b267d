"""Can so many sites serve everybody within a limit? Answered for few clients at a time.

A plan that serves the clients known so far is tried on all. Where it fails, the clients it fails
most join the known ones; where there is no such plan, that is a proof for all.

References
----------
Chen and Chen (2009), Computers & Operations Research 36(5): 1646-1655; Contardo, Iori and Kramer
(2019), Computers & Operations Research 103: 211-220 (few clients at a time); Gao, Weise and Li
(2015), Applied Soft Computing 36: 494-506 (the search for covers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import Floats, KnownClients, Mask, up_to
from knutpunkt.engines.location.center.core import Core, core_of
from knutpunkt.engines.location.center.question import Task
from knutpunkt.engines.location.center.tree import Tree, TreeSearch, relaxed
from knutpunkt.engines.location.center.whole import settled
from knutpunkt.engines.location.covers import Branch, ClosedBy, Leaf, Proof
from knutpunkt.engines.location.meter import Meter

Sites = NDArray[np.intp]
Columns = NDArray[np.int32]

_TRACE, _SHORT = 1e-3, 1e-2  # shares of a site too small to matter, and missing shares that do
_PROGRAMS = 4  # linear programs per reading of all entries once for every row
_FEWEST_PROGRAMS = 10  # below this a tree is not worth beginning
_SITES_AT_ONCE = 64
_STEP = 100  # what a step of the search costs besides the entries it reads, in entries
_GLANCE = 300_000.0  # entries read before a linear program is tried
_EASY = 8_000  # entries of a core whose linear program costs next to nothing
_ENTRIES_AT_ONCE = 30_000_000.0  # entries read between two looks at the meter
_HIGHS_FROM = 1e8  # entries of an effort after which HiGHS is asked; trees come first
_SETTLED = 60_000  # entries of a core that HiGHS may be asked to settle
_NODES_PER_ENTRY = 1e-5  # of its search, per entry that may be read


class Effort(NamedTuple):
    """How long to try.

    Parameters
    ----------
    entries
        How many entries of lists may be read.
    linear
        Whether linear programs are solved even where they take long.
    tree
        Whether a tree is searched, where it may become large enough to be of use.
    """

    entries: float
    linear: bool
    tree: bool


def efforts() -> Iterator[Effort]:
    """Plans first, then linear programs, then longer and longer searches and trees."""
    yield Effort(3e5, linear=False, tree=False)
    yield Effort(1e7, linear=False, tree=False)
    yield Effort(3e5, linear=True, tree=False)
    entries = 1e7
    while True:
        yield Effort(entries, linear=True, tree=True)
        entries *= 4


@dataclass(frozen=True, eq=False)
class Verdict:
    """A plan, or a proof that there is none, or neither.

    Parameters
    ----------
    sites
        Free sites that serve everybody.
    proof
        Why there are none. Without nodes, HiGHS said so.
    """

    sites: Sites | None = None
    proof: Proof | None = None


@dataclass
class Decider:
    """Answers questions about one problem and remembers which clients matter.

    Parameters
    ----------
    task
        The problem.
    seed
        Of the search for covers.
    meter
        Asked often; when it is over, the verdict is open.
    offer
        Told every complete plan with its costs.
    """

    task: Task
    seed: int
    meter: Meter
    offer: Callable[[Sites, Floats], None]
    reach: float = np.inf
    known: KnownClients = field(init=False)
    _loose: tuple[float, int] = (np.inf, 0)  # a cost and sites no linear program refutes
    _last: Sites = field(default_factory=lambda: np.empty(0, np.intp))

    def __post_init__(self) -> None:
        self.known = KnownClients(self.task.costs)

    def add(self, clients: NDArray[np.integer]) -> int:
        """Let clients be known; how many were new."""
        if self.meter.over():  # nothing is counted after the end, so that it repeats
            return 0
        new = self.known.add(clients, self.reach)
        self.meter.add(new * self.task.costs.sites)
        return new

    def decide(self, cost: float, many: int, effort: Effort) -> Verdict:
        """Decide whether ``many`` free sites serve everybody at no more than a cost."""
        limit = up_to(cost)
        while not self.meter.over():
            core = self._core(limit)
            tree = self._known_decided(core, limit, many, effort)
            if tree.nodes is not None:
                return self._refuted(core, limit, many, tree.nodes)
            if tree.cover is not None:
                self._last = sites = core.plan(tree.cover)
                served = self.task.served_at(sites)
                self.offer(sites, served)
                if not (served > limit).any():
                    return Verdict(sites=sites)
                more = self.add(self.worst(sites, served, limit))
            elif tree.fractions is not None:
                more = self.add(self._missed(core, tree.fractions.taken, limit))
            else:
                more = 0
            if not more:
                break
        return Verdict()

    def _core(self, limit: float) -> Core:
        waiting = self.task.already[self.known.client] > limit
        core = core_of(
            self.known, limit=limit, allowed=self.task.allowed, waiting=waiting,
            rules=self.task.rows,
        )  # fmt: skip
        self.meter.add(len(core.row_of) + len(self.known.cost) // 10 + 1)
        return core

    def _known_decided(self, core: Core, limit: float, many: int, effort: Effort) -> Tree:
        """Decide for the known clients alone, cheap ways first.

        An answer with nothing but fractions says that other clients may decide it.
        """
        lonely = np.flatnonzero(np.diff(core.row_start) == 0)
        if len(lonely):
            return Tree(nodes=[_alone(core, int(lonely[0]))])
        cover = self._cover(core, many, min(effort.entries, _GLANCE))
        if cover is not None:
            return Tree(cover=cover)
        easy = len(core.row_of) < _EASY
        if (effort.linear or easy) and not (limit >= self._loose[0] and many >= self._loose[1]):
            tree = relaxed(core, many, self.meter)
            if tree.nodes is not None or self.meter.over():
                return tree
            if tree.fractions is not None and self._missed(core, tree.fractions.taken, limit).size:
                return tree
            self._loose = limit, many
        if effort.entries > _GLANCE:
            cover = self._cover(core, many, effort.entries)
        if cover is None and effort.tree and not self.meter.over():
            return self._searched(core, many, effort)
        return Tree(cover=cover)

    def _searched(self, core: Core, many: int, effort: Effort) -> Tree:
        """Search a tree, and where that takes too long ask HiGHS."""
        programs = int(effort.entries / (len(core.row_of) * core.rows + 1) * _PROGRAMS)
        if self.task.rows is not None:
            programs = max(programs, _FEWEST_PROGRAMS)
        if programs >= _FEWEST_PROGRAMS:
            tree = TreeSearch(core, many, programs, self.meter).run()
            if tree.cover is not None or tree.nodes is not None or self.meter.over():
                return Tree(cover=tree.cover, nodes=tree.nodes)
        nodes = int(effort.entries * _NODES_PER_ENTRY)
        late = effort.entries >= _HIGHS_FROM and len(core.row_of) <= _SETTLED
        if not late and self.task.rows is None:
            return Tree()
        found = settled(core, many, self.meter, nodes=nodes, seed=self.seed)
        return Tree(cover=found.taken, nodes=[] if found.impossible else None)

    def _cover(self, core: Core, many: int, entries: float) -> Columns | None:
        """Columns that cover the core, when the search finds so few; it begins at the last plan."""
        if core.rules is not None:  # the search knows no rules
            return None
        if core.rows == 0 or many >= core.columns:
            return np.full(core.columns, core.rows > 0, np.int32)
        if many == 0:
            return None
        chosen, weight = begun(core, self._last, many)
        step = reading(core, many)
        steps, at_once = int(entries / step) + 1, int(_ENTRIES_AT_ONCE / step) + 1
        for turn in range(0, steps, at_once):
            part = min(at_once, steps - turn)
            left = sought(core, chosen, weight, many, part, (self.seed + turn) % 2**32)
            self.meter.add(int(part * step))
            if not left:
                return chosen.astype(np.int32)
            if self.meter.over():
                break
        return None

    def worst(self, sites: Sites, served: Floats, limit: float) -> NDArray[np.intp]:
        """For each site of a plan the client it fails most."""
        failed = np.flatnonzero(served > limit)
        if not len(sites):
            return failed[[int(served[failed].argmax())]]
        return _first_of_each(self._nearest(sites, failed), failed, -served[failed])

    def _nearest(self, sites: Sites, clients: NDArray[np.intp]) -> NDArray[np.intp]:
        best = np.full(self.task.costs.clients, np.inf)
        who = np.zeros(len(best), np.intp)
        for begin in range(0, len(sites), _SITES_AT_ONCE):
            table = self.task.costs.of(sites[begin : begin + _SITES_AT_ONCE])
            place = table.argmin(axis=1)
            cost = table[np.arange(len(table)), place]
            who[cost < best] = begin + place[cost < best]
            np.minimum(best, cost, out=best)
        return who[clients]

    def _missed(self, core: Core, taken: Floats, limit: float) -> NDArray[np.intp]:
        """Clients that get less than one site from a linear program, some of each region."""
        part = np.flatnonzero(taken > _TRACE)
        sites = core.site[part].astype(np.intp)
        got = np.zeros(self.task.costs.clients)
        for begin in range(0, len(sites), _SITES_AT_ONCE):
            chunk = slice(begin, begin + _SITES_AT_ONCE)
            got += (self.task.costs.of(sites[chunk]) <= limit) @ taken[part[chunk]]
        short = self.task.counted & (self.task.already > limit) & (got < 1 - _SHORT)
        failed = self.known.unknown_among(np.flatnonzero(short))
        if not len(failed):
            return failed
        return _first_of_each(self._nearest(sites, failed), failed, got[failed])

    def _refuted(self, core: Core, limit: float, many: int, nodes: list[Branch | Leaf]) -> Verdict:
        """Write the proof on the clients that carry weight in it."""
        weighty = np.zeros(core.rows, np.bool_)
        for node in nodes:
            if isinstance(node, Leaf):
                weighty |= node.weight > 0
        kept = tuple(
            replace(node, weight=node.weight[weighty]) if isinstance(node, Leaf) else node
            for node in nodes
        )
        values = np.append(self.known.cost, self.task.already[self.known.client])
        bound = float(values[values > limit].min(initial=self.reach))
        total = many + len(self.task.forced)
        closed_by: ClosedBy = (
            "HiGHS" if not nodes else "search" if len(nodes) > 1 else "multipliers"
        )
        return Verdict(proof=Proof(total, limit, bound, core.client[weighty], kept, closed_by))


def begun(core: Core, sites: Sites, many: int) -> tuple[Mask, NDArray[np.int64]]:
    """Columns of an earlier plan and even weights, from which a search for covers begins."""
    chosen, weight = np.zeros(core.columns, np.bool_), np.ones(core.rows, np.int64)
    warm = core.instead[sites]
    chosen[warm[warm >= 0][:many]] = True
    return chosen, weight


def reading(core: Core, many: int) -> float:
    """Entries that a step of the search for covers reads, about."""
    return len(core.row_of) / core.columns * len(core.row_of) / core.rows + many + _STEP


def sought(
    core: Core, chosen: Mask, weight: NDArray[np.int64], many: int, steps: int, seed: int
) -> int:
    """Go on with a search for covers in place; how many rows it leaves open."""
    from knutpunkt.engines.location.center.swaps import Cover, search

    cover = Cover(core.column_start, core.row_of, core.row_start, core.column_of)
    return int(search(cover, chosen, weight, many, steps, seed))


def _first_of_each(
    group: NDArray[np.intp], members: NDArray[np.intp], rank: Floats
) -> NDArray[np.intp]:
    """The member of least rank in each group, the lowest number on a tie."""
    order = np.lexsort((members, rank, group))
    first: NDArray[np.bool_] = np.diff(group[order], prepend=-1) != 0
    return members[order[first]]


def _alone(core: Core, row: int) -> Leaf:
    weight = np.zeros(core.rows, np.int64)
    weight[row] = 1
    return Leaf(weight, np.zeros(0, np.int64))
