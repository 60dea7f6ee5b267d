"""Branch and bound on a core: a cover by so many columns, or a tree that refutes it.

Two clients are served by the same site or not: that is what the tree branches on, because near
sites are nearly alike and a single one decides nothing.

References
----------
Ryan and Foster (1981), in Wren (ed.), Computer Scheduling of Public Transport: 269-280.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.core import Core
from knutpunkt.engines.location.center.program import CoverProgram, Fractions
from knutpunkt.engines.location.covers import Branch, Leaf
from knutpunkt.engines.location.meter import Meter

Floats = NDArray[np.float64]
Columns = NDArray[np.int32]

_UNIT = 2**30  # one column earns so much weight
_WHOLE, _HALF = 1e-6, 0.5
_ROWS_COMPARED = 400


@dataclass(frozen=True, eq=False)
class Split:
    """At most so many of some columns, or more."""

    columns: Columns
    at_most: int


Way = tuple[tuple[Split, bool], ...]


@dataclass
class Tree:
    """What a search found.

    Parameters
    ----------
    cover
        How many of each column cover all rows, when there are so few, shape ``(columns,)``.
    nodes
        The tree that refutes it, when it is complete.
    fractions
        Optimum of the linear program at the root, when it does not refute the cover.
    """

    cover: Columns | None = None
    nodes: list[Branch | Leaf] | None = None
    fractions: Fractions | None = None


def relaxed(core: Core, many: int, meter: Meter) -> Tree:
    """Try to refute a cover by the linear program alone."""
    fractions = CoverProgram(core, meter).relax()
    if fractions is None or fractions.many <= many + _WHOLE:
        return Tree(fractions=fractions)
    leaf = leaf_of(core, many, fractions.prices, ())
    return Tree() if leaf is None else Tree(nodes=[leaf])


@dataclass
class TreeSearch:
    """Depth first, the half with more columns first.

    Parameters
    ----------
    core, many
        Is there a cover of the core by so many columns?
    limit
        Give up after so many linear programs.
    meter
        Asked before every linear program.
    """

    core: Core
    many: int
    limit: int
    meter: Meter
    solved: int = 0
    _applied: Way = ()
    _nodes: list[Branch | Leaf] = field(default_factory=list)

    def run(self) -> Tree:
        """Search until a cover is found, all is refuted, or the limit is reached."""
        self._program = CoverProgram(self.core, self.meter)
        found = Tree()
        todo: list[tuple[Way, int, bool]] = [((), -1, False)]
        while todo:
            if self.solved >= self.limit or self.meter.over():
                return found
            way, parent, more = todo.pop()
            fractions, leaf = self._solve(way)
            if leaf is not None:
                self._attach(leaf, parent, more=more)
                continue
            if fractions is None:
                return found
            if not way:
                found.fractions = fractions
            whole = np.rint(fractions.taken)
            if np.abs(fractions.taken - whole).max(initial=0.0) < _WHOLE:
                found.cover = whole.astype(np.int32)
                return found
            split = splitting(self.core, fractions.taken)
            branch = Branch(self.core.sites_of(split.columns), split.at_most, 0, 0)
            number = self._attach(branch, parent, more=more)
            todo.append(((*way, (split, False)), number, False))
            todo.append(((*way, (split, True)), number, True))
        found.nodes = self._nodes
        return found

    def _solve(self, way: Way) -> tuple[Fractions | None, Leaf | None]:
        self._apply(way)
        self.solved += 1
        fractions = self._program.solve()
        if fractions is None:
            return None, None
        if fractions.many <= self.many + _WHOLE:
            return fractions, None
        return fractions, leaf_of(self.core, self.many, fractions.prices, way)

    def _apply(self, way: Way) -> None:
        """Make the rows of branching those of this way; the common beginning stays."""
        same = 0
        while same < min(len(way), len(self._applied)) and way[same] == self._applied[same]:
            same += 1
        if same < len(self._applied):
            self._program.pop(len(self._applied) - same)
        for split, more in way[same:]:
            low, high = (split.at_most + 1, np.inf) if more else (-np.inf, split.at_most)
            self._program.push(split.columns, low, high)
        self._applied = way

    def _attach(self, node: Branch | Leaf, parent: int, *, more: bool) -> int:
        self._nodes.append(node)
        number = len(self._nodes) - 1
        if parent >= 0:
            above = self._nodes[parent]
            assert isinstance(above, Branch)
            low, high = (above.low, number) if more else (number, above.high)
            self._nodes[parent] = Branch(above.sites, above.at_most, low, high)
        return number


def leaf_of(core: Core, many: int, prices: Floats, way: Way) -> Leaf | None:
    """Whole weights from the prices of a linear program; ``None`` when they refute nothing."""
    parts = core.parts
    whole = np.rint(prices * _UNIT).astype(np.int64)
    weight, rule_weight, branch_weight = np.split(whole, [core.rows, core.rows + len(parts)])
    weight, branch_weight = np.maximum(weight, 0), np.abs(branch_weight)
    column = np.repeat(np.arange(core.columns), np.diff(core.column_start))
    earned = np.bincount(column, weights=weight[core.row_of], minlength=core.columns).astype(
        np.float64
    )
    owed = float(weight.sum())
    if core.rules is not None:
        edge = np.where(rule_weight > 0, core.rules.least, core.rules.most)
        rule_weight = np.where(np.isfinite(edge), rule_weight, 0)
        priced = rule_weight != 0
        earned += rule_weight @ parts
        owed += float(rule_weight[priced] @ edge[priced])
    for (split, more), each in zip(way, branch_weight.tolist(), strict=True):
        earned[split.columns] += each if more else -each
        owed += each * (split.at_most + 1) if more else -each * split.at_most
    # Sites a column stands in for earn no more than it does, and no plan has more than so many.
    best = np.sort(np.repeat(np.maximum(earned, 0), np.minimum(core.size, max(many, 0))))[::-1]
    refuted = owed > float(best[: max(many, 0)].sum())
    return Leaf(weight, branch_weight, rule_weight) if refuted else None


def splitting(core: Core, taken: Floats) -> Split:
    """Split where the program is least decided whether one site serves two rows."""
    part = np.flatnonzero(taken > _WHOLE)
    covers = np.zeros((core.rows, len(part)), np.float32)
    for place, column in enumerate(part):
        covers[core.row_of[core.column_start[column] : core.column_start[column + 1]], place] = 1
    unsure = np.abs(taken[part] - np.rint(taken[part])) > _WHOLE
    rows = np.flatnonzero(covers[:, unsure].any(axis=1))[:_ROWS_COMPARED]
    if not len(rows):
        return _single(part[unsure], taken)
    covers = covers[rows]
    together = (covers * taken[part].astype(np.float32)) @ covers.T
    undecided = np.abs(together - np.floor(together) - _HALF)
    one, other = np.unravel_index(int(undecided.argmin()), undecided.shape)
    both: Columns = np.intersect1d(_columns(core, rows[one]), _columns(core, rows[other]))
    total = float(taken[both].sum())
    if min(total - np.floor(total), np.ceil(total) - total) < _WHOLE:
        return _single(part[unsure], taken)
    return Split(both, int(np.floor(total)))


def _single(unsure: NDArray[np.intp], taken: Floats) -> Split:
    """Split by the column that is least decided."""
    share = taken[unsure] - np.floor(taken[unsure])
    one = unsure[[int(np.abs(share - _HALF).argmin())]]
    return Split(one.astype(np.int32), int(np.floor(taken[one[0]])))


def _columns(core: Core, row: int) -> Columns:
    return core.column_of[core.row_start[row] : core.row_start[row + 1]]
