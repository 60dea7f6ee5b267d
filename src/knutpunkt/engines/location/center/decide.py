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
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import Floats, KnownClients, up_to
from knutpunkt.engines.location.center.core import Core, core_of
from knutpunkt.engines.location.center.proof import Branch, Leaf, Proof
from knutpunkt.engines.location.center.question import Question
from knutpunkt.engines.location.center.tree import Columns, Tree, TreeSearch, relaxed
from knutpunkt.engines.location.watch import Watch

Sites = NDArray[np.intp]

_TRACE, _SHORT = 1e-3, 1e-2  # shares of a site too small to matter, and missing shares that do
_PROGRAMS = 4  # linear programs per reading of all entries once for every row
_FEWEST_PROGRAMS = 10  # below this a tree is not worth beginning
_SITES_AT_ONCE = 64
_STEP = 100  # what a step of the search costs besides the entries it reads, in entries
_GLANCE = 300_000.0  # entries read before a linear program is tried
_EASY = 8_000  # entries of a core whose linear program costs next to nothing
_ENTRIES_AT_ONCE = 30_000_000.0  # entries read between two looks at the watch


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
    """A plan, or a proof that there is none, or neither."""

    sites: Sites | None = None
    proof: Proof | None = None


@dataclass
class Decider:
    """Answers questions about one problem and remembers which clients matter.

    Parameters
    ----------
    question
        The problem.
    seed
        Of the search for covers.
    watch
        Asked often; when true, the verdict is open.
    offer
        Told every complete plan with its costs.
    """

    question: Question
    seed: int
    watch: Watch
    offer: Callable[[Sites, Floats], None]
    reach: float = np.inf
    known: KnownClients = field(init=False)
    _loose: tuple[float, int] = (np.inf, 0)  # a cost and sites no linear program refutes
    _last: Sites = field(default_factory=lambda: np.empty(0, np.intp))

    def __post_init__(self) -> None:
        self.known = KnownClients(self.question.costs)

    def add(self, clients: NDArray[np.integer]) -> int:
        """Let clients be known."""
        return self.known.add(clients, self.reach)

    def decide(self, cost: float, many: int, effort: Effort) -> Verdict:
        """Decide whether ``many`` free sites serve everybody at no more than a cost."""
        limit = up_to(cost)
        while not self.watch.stop():
            core = self._core(limit)
            tree = self._known_decided(core, limit, many, effort)
            if tree.nodes is not None:
                return self._refuted(core, limit, many, tree.nodes)
            if tree.cover is not None:
                self._last = sites = core.site[tree.cover].astype(np.intp)
                served = self.question.served_at(sites)
                self.offer(sites, served)
                if not (served > limit).any():
                    return Verdict(sites=sites)
                more = self.add(self._worst(sites, served, limit))
            elif tree.fractions is not None:
                more = self.add(self._missed(core, tree.fractions.taken, limit))
            else:
                more = 0
            if not more:
                break
        return Verdict()

    def _core(self, limit: float) -> Core:
        waiting = self.question.already[self.known.client] > limit
        return core_of(self.known, limit=limit, allowed=self.question.allowed, waiting=waiting)

    def _known_decided(self, core: Core, limit: float, many: int, effort: Effort) -> Tree:
        """Decide for the known clients alone, cheap ways first.

        An answer with nothing but fractions says that other clients may decide it.
        """
        lonely = np.flatnonzero(np.diff(core.row_start) == 0)
        if len(lonely):
            return Tree(nodes=[_alone(core, int(lonely[0]))])
        columns = self._cover(core, many, min(effort.entries, _GLANCE))
        if columns is not None:
            return Tree(cover=columns)
        easy = len(core.row_of) < _EASY
        if (effort.linear or easy) and not (limit >= self._loose[0] and many >= self._loose[1]):
            tree = relaxed(core, many, self.watch)
            if tree.nodes is not None:
                return tree
            if tree.fractions is not None and self._missed(core, tree.fractions.taken, limit).size:
                return tree
            self._loose = limit, many
        if effort.entries > _GLANCE:
            columns = self._cover(core, many, effort.entries)
        programs = int(effort.entries / (len(core.row_of) * core.rows + 1) * _PROGRAMS)
        if columns is None and effort.tree and programs >= _FEWEST_PROGRAMS:
            tree = TreeSearch(core, many, programs, self.watch).run()
            return Tree(cover=tree.cover, nodes=tree.nodes)
        return Tree(cover=columns)

    def _cover(self, core: Core, many: int, entries: float) -> Columns | None:
        """Columns that cover the core, when the search finds so few; it begins at the last plan."""
        from knutpunkt.engines.location.center.swaps import Cover, search

        if core.rows == 0 or many >= core.columns:
            return np.arange(core.columns if core.rows else 0, dtype=np.int32)
        if many == 0:
            return None
        chosen, weight = np.zeros(core.columns, np.bool_), np.ones(core.rows, np.int64)
        warm = core.instead[self._last]
        chosen[warm[warm >= 0][:many]] = True
        step = len(core.row_of) / core.columns * len(core.row_of) / core.rows + many + _STEP
        steps, at_once = int(entries / step) + 1, int(_ENTRIES_AT_ONCE / step) + 1
        cover = Cover(core.column_start, core.row_of, core.row_start, core.column_of)
        for turn in range(0, steps, at_once):
            part = min(at_once, steps - turn)
            if search(cover, chosen, weight, many, part, (self.seed + turn) % 2**32) == 0:
                return np.flatnonzero(chosen).astype(np.int32)
            if self.watch.stop():
                break
        return None

    def _worst(self, sites: Sites, served: Floats, limit: float) -> NDArray[np.intp]:
        """For each site of a plan the client it fails most."""
        failed = np.flatnonzero(served > limit)
        if not len(sites):
            return failed[[int(served[failed].argmax())]]
        return _first_of_each(self._nearest(sites, failed), failed, -served[failed])

    def _nearest(self, sites: Sites, clients: NDArray[np.intp]) -> NDArray[np.intp]:
        best = np.full(self.question.costs.clients, np.inf)
        who = np.zeros(len(best), np.intp)
        for begin in range(0, len(sites), _SITES_AT_ONCE):
            table = self.question.costs.of(sites[begin : begin + _SITES_AT_ONCE])
            place = table.argmin(axis=1)
            cost = table[np.arange(len(table)), place]
            who[cost < best] = begin + place[cost < best]
            np.minimum(best, cost, out=best)
        return who[clients]

    def _missed(self, core: Core, taken: Floats, limit: float) -> NDArray[np.intp]:
        """Clients that get less than one site from a linear program, some of each region."""
        part = np.flatnonzero(taken > _TRACE)
        sites = core.site[part].astype(np.intp)
        got = np.zeros(self.question.costs.clients)
        for begin in range(0, len(sites), _SITES_AT_ONCE):
            chunk = slice(begin, begin + _SITES_AT_ONCE)
            got += (self.question.costs.of(sites[chunk]) <= limit) @ taken[part[chunk]]
        short = self.question.counted & (self.question.already > limit) & (got < 1 - _SHORT)
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
            Leaf(node.weight[weighty], node.branch_weight) if isinstance(node, Leaf) else node
            for node in nodes
        )
        values = np.append(self.known.cost, self.question.already[self.known.client])
        bound = float(values[values > limit].min(initial=self.reach))
        total = many + len(self.question.forced)
        return Verdict(proof=Proof(total, limit, bound, core.client[weighty], kept))


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
