"""A certificate recomputed, step by step, with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.groups import Groups, groups_of
from knutpunkt.engines.location.question import Question, bounds, rule_rows, sorted_rules

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

PAIRS_AT_ONCE = 4_000_000
#: Bounds are recomputed in another order of adding, so they agree only so far.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Checked:
    """What a certificate proves.

    Parameters
    ----------
    holds
        Whether the plan obeys the rules, costs what it says, and the bound follows.
    sentence
        What is proved, or what is wrong.
    objective, bound, gap
        As recomputed; the gap as a share of the objective.
    nodes
        How many nodes of a search were recomputed.
    """

    holds: bool
    sentence: str
    objective: float
    bound: float
    gap: float
    nodes: int


class Check:
    """The steps of one certificate, one after the other."""

    def __init__(
        self, question: Question, said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> None:
        self.question, self.said, self.arrays = question, said, arrays
        nested, others = sorted_rules(question.rules)
        sites = question.costs.sites
        self.groups: Groups = groups_of(
            sites, question.at_least, question.at_most,
            [(np.asarray(rule.sites), *bounds(rule)) for rule in nested],
        )  # fmt: skip
        self.others = rule_rows(others, sites)
        self.prices = np.zeros(len(others))
        self.nodes = 0

    def checked(self) -> Checked:
        """What is proved, or what is wrong."""
        objective = self.objective_or_fault()
        if isinstance(objective, str):
            return Checked(False, objective, np.nan, np.nan, np.nan, 0)
        whole = is_whole(self.question)
        little = ROUNDING * (1 + abs(objective))
        limit = objective - 1 + 1e-6 if whole else objective - little
        bound = self.bound_or_fault(limit)
        if isinstance(bound, str):
            return Checked(False, bound, objective, np.nan, np.nan, self.nodes)
        bound = objective if bound > limit - little else min(bound, objective)
        gap = (objective - bound) / max(abs(objective), 1e-300)
        return Checked(True, self._sentence(bound, objective, gap), objective, bound, gap,
                       self.nodes)  # fmt: skip

    def bound_or_fault(self, limit: float) -> float | str:
        """What no plan costs less than, infinite if none is below a limit; or what is wrong."""
        bound, forced, closed = self._root(limit)
        if bound <= limit and self._nothing_left(forced, closed, limit):
            return np.inf
        if bound <= limit and "tree" in self.arrays:
            return self._tree(forced, closed, limit) or np.inf
        return bound

    def _sentence(self, bound: float, objective: float, gap: float) -> str:
        if bound == objective:
            return "Proved: no plan costs less."
        certified = f"Certified to {100 * gap:.4f} %"
        if self.said["closed_by"] == "HiGHS":
            return f"{certified}, closed by HiGHS, of which no proof is kept."
        return f"{certified}: no plan costs less than {bound:.6f}."

    def objective_or_fault(self) -> float | str:
        """The plan's cost, or what is wrong with the plan."""
        question = self.question
        sites = np.unique(self.arrays["sites"])
        if (
            len(sites) != len(self.arrays["sites"])
            or question.inputs_hash() != self.said["inputs_hash"]
        ):
            return "The question or the plan was changed: its hash does not agree."
        chosen = np.zeros(question.costs.sites, np.bool_)
        chosen[sites] = True
        if (question.forced & ~chosen).any() or (question.excluded & chosen).any():
            return "The plan leaves out a site that must be open, or opens an excluded one."
        if not question.at_least <= len(sites) <= question.at_most:
            return f"The plan opens {len(sites)} sites."
        parts, least, most = rule_rows(question.rules, len(chosen))
        sums, slack = parts @ chosen, 1e-9 * (1 + np.abs(parts) @ chosen)
        for rule, broken in zip(
            question.rules, (sums < least - slack) | (sums > most + slack), strict=True
        ):
            if broken:
                return f"The plan breaks rule {rule.name!r}."
        cost = np.where(question.weight > 0, served(question, sites)[0], 0.0)
        objective = float(question.weight @ cost) + float(question.opening[sites].sum())
        if not abs(objective - self.said["objective"]) <= ROUNDING * (1 + abs(objective)):
            return f"The plan costs {objective}, not {self.said['objective']}."
        return objective

    def _root(self, limit: float) -> tuple[float, Mask, Mask]:
        forced, closed = self.question.forced.copy(), self.question.excluded.copy()
        best = -np.inf
        for paid, prices in zip(self.arrays["steps"], self.arrays["rule_prices"], strict=True):
            self.prices = prices
            bound, price, chosen = self._bound(paid, forced, closed)
            best = max(best, bound)
            forced, closed = self._fixed(bound, price, chosen, forced, closed, limit)
        return best, forced, closed

    def _fixed(
        self, bound: float, price: Floats, chosen: Mask, forced: Mask, closed: Mask, limit: float
    ) -> tuple[Mask, Mask]:
        free = ~(forced | closed)
        if not np.isfinite(bound):
            return forced, closed
        surely = free & (bound + self.groups.forcing(price, chosen, free) > limit)
        return forced | (surely & chosen), closed | (surely & ~chosen)

    def _bound(self, paid: Floats, forced: Mask, closed: Mask) -> tuple[float, Floats, Mask]:
        """The bound that payments give, the sites' prices, and the cheapest choice."""
        question = self.question
        if (paid < 0).any() or (question.ceiling is not None and (paid > question.ceiling).any()):
            return -np.inf, question.opening, forced
        price = question.opening + self._worth(paid)
        parts, least, most = self.others
        edge = np.where(self.prices > 0, least, most)
        priced = self.prices != 0
        price = price - self.prices @ parts
        total = float(question.weight @ paid) + float(self.prices[priced] @ edge[priced])
        chosen = _cheapest(self.groups, price, forced, closed)
        if chosen is None:
            return np.inf, price, forced
        return total + float(price[chosen].sum()), price, chosen

    def _worth(self, paid: Floats) -> Floats:
        """Below 0 by what clients would pay above their cost, shape ``(sites,)``."""
        question = self.question
        found = np.empty(question.costs.sites)
        payers = np.flatnonzero((paid > 0) & (question.weight > 0))
        step = max(1, PAIRS_AT_ONCE // max(1, len(payers)))
        for begin in range(0, len(found), step):
            some = np.arange(begin, min(begin + step, len(found)))
            table = question.costs.between(payers, some)
            over = np.maximum(paid[payers, None] - table, 0.0)
            found[some] = -(question.weight[payers] @ over)
        return found

    def _tree(self, forced: Mask, closed: Mask, limit: float) -> str:
        """What is wrong with the search, or nothing."""
        tree, payments = self.arrays["tree"].tolist(), self.arrays["tree_paid"]
        children: dict[int, list[int]] = {}
        for number, (parent, _site, _opened) in enumerate(tree):
            children.setdefault(parent, []).append(number)
        to_do = {0: (forced, closed)}
        while to_do:
            number = min(to_do)
            after = self._node(payments[number], *to_do.pop(number), limit)
            self.nodes += 1
            if after is None:
                continue
            own = children.get(number, [])
            if [tree[k][1:] for k in own] != _both_ways(tree, own):
                return f"Node {number} is not closed, and its plans are not split in two."
            for k in own:
                wide, tight = after[0].copy(), after[1].copy()
                (wide if tree[k][2] else tight)[tree[k][1]] = True
                to_do[k] = wide, tight
        return ""

    def _node(
        self, paid: Floats, forced: Mask, closed: Mask, limit: float
    ) -> tuple[Mask, Mask] | None:
        """What a node fixes; none when no better plan can be in it."""
        bound, price, chosen = self._bound(paid, forced, closed)
        if bound > limit:
            return None
        forced, closed = self._fixed(bound, price, chosen, forced, closed, limit)
        return None if self._nothing_left(forced, closed, limit) else (forced, closed)

    def _nothing_left(self, forced: Mask, closed: Mask, limit: float) -> bool:
        """Whether the counts leave a single plan, and that is no better."""
        left = ~(forced | closed)
        most, many = int(forced.sum() + left.sum()), int(forced.sum())
        if most == self.groups.low[0]:
            return self._costs(forced | left) > limit
        if many == self.groups.high[0] or not left.any():
            return self._costs(forced) > limit
        return False

    def _costs(self, chosen: Mask) -> float:
        """What a plan costs; infinite when it breaks a rule."""
        parts, least, most = rule_rows(self.question.rules, len(chosen))
        sums, slack = parts @ chosen, 1e-9
        count = int(chosen.sum())
        if (
            (sums < least - slack).any()
            or (sums > most + slack).any()
            or not (self.question.at_least <= count <= self.question.at_most)
        ):
            return np.inf
        sites = np.flatnonzero(chosen)
        cost = np.where(self.question.weight > 0, served(self.question, sites)[0], 0.0)
        return float(self.question.weight @ cost) + float(self.question.opening[sites].sum())


def _both_ways(tree: list[list[int]], own: list[int]) -> list[list[int]]:
    """How the children of a split must look: the same site, closed and open."""
    site = tree[own[0]][1] if own else -1
    return [[site, 0], [site, 1]]


def is_whole(question: Question) -> bool:
    """Whether every plan costs a whole number: asked of all costs, block by block."""
    for array in (question.weight, question.opening, question.ceiling):
        if array is not None and (array != np.floor(array)).any():
            return False
    sites = question.costs.sites
    step = max(1, PAIRS_AT_ONCE // question.costs.clients)
    for begin in range(0, sites, step):
        table = question.costs.of(np.arange(begin, min(begin + step, sites)))
        table = table[np.isfinite(table)]
        if (table != np.floor(table)).any():
            return False
    return True


class _Choosing:
    """Sites taken one by one as long as the groups around them have room."""

    def __init__(self, groups: Groups, forced: Mask) -> None:
        self.groups, self.chosen = groups, forced.copy()
        self.count = groups.counts(forced)

    def around(self, site: int) -> NDArray[np.int32]:
        """The groups of a site, from group 0 in."""
        begins = self.groups.begins
        return self.groups.chain[begins[site] : begins[site + 1]][::-1]

    def take(self, site: int) -> None:
        around = self.around(site)
        if not self.chosen[site] and (self.count[around] < self.groups.high[around]).all():
            self.chosen[site] = True
            self.count[around] += 1

    def lacks(self, site: int, level: int) -> bool:
        """Whether the group of a site at a depth has too few."""
        around = self.around(site)
        if len(around) <= level:
            return False
        return bool(self.count[around[level]] < self.groups.low[around[level]])


def _cheapest(groups: Groups, price: Floats, forced: Mask, closed: Mask) -> Mask | None:
    """The cheapest choice that obeys counts over nested groups, forced sites included."""
    choosing = _Choosing(groups, forced)
    free = np.flatnonzero(~(forced | closed))
    order = free[np.argsort(price[free], kind="stable")].tolist()
    for level in range(int(groups.depth.max()), -1, -1):
        for site in order:
            if choosing.lacks(site, level):
                choosing.take(site)
    for site in order:
        if price[site] < 0:
            choosing.take(site)
    right = (choosing.count >= groups.low) & (choosing.count <= groups.high)
    return choosing.chosen if right.all() else None
