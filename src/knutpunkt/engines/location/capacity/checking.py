"""A certificate of a plan within loads recomputed, step by step, with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.certificate import Multipliers, Priced, Pricing
from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Flags, Floats
from knutpunkt.engines.location.capacity.solve import costed
from knutpunkt.engines.location.capacity.whole import rounded_up
from knutpunkt.engines.location.checking import ROUNDING, Checked

#: Where costs are broken numbers, plans that differ by such a share are equally good.
EQUAL = 2e-7
EXACT = 2e-9
#: Transportation problems keep loads within such a share of the demand.
SPLIT = 1e-6


class LoadCheck:
    """The steps of one certificate, one after the other."""

    def __init__(
        self, question: CapacitatedQuestion, said: Mapping[str, Any],
        arrays: Mapping[str, NDArray[Any]],
    ) -> None:  # fmt: skip
        self.question, self.said, self.arrays = question, said, arrays
        self.pricing = Pricing(question)
        self.nodes = 0

    def checked(self) -> Checked:
        """What is proved, or what is wrong."""
        wrong = self._wrong_with_plan()
        if wrong:
            return Checked(False, wrong, np.nan, np.nan, np.nan, 0)
        objective, step = float(self.said["objective"]), self.pricing.step
        limit = objective - (step * (1 - 1e-6) if step else EQUAL * abs(objective) + EXACT)
        limits = self.pricing.limits
        bound = -np.inf
        for paid, prices in zip(self.arrays["steps"], self.arrays["rule_prices"], strict=True):
            found = self.pricing.at(Multipliers(paid, prices), limits.forced, limits.closed)
            bound = max(bound, rounded_up(found.bound, step))
        if bound <= limit and "tree" in self.arrays:
            broken = self._tree(limit)
            if broken:
                return Checked(False, broken, objective, bound, np.nan, self.nodes)
            bound = objective
        bound = objective if bound > limit else bound
        gap = (objective - bound) / max(abs(objective), 1e-300)
        return Checked(True, self._sentence(bound, objective, gap), objective, bound, gap,
                       self.nodes)  # fmt: skip

    def _sentence(self, bound: float, objective: float, gap: float) -> str:
        if bound == objective:
            return "Proved: no plan costs less."
        certified = f"Certified to {100 * gap:.4f} %"
        if self.said["closed_by"] == "HiGHS":
            return f"{certified}, closed by HiGHS, of which no proof is kept."
        return f"{certified}: no plan costs less than {bound:.6f}."

    def _wrong_with_plan(self) -> str:
        question = self.question
        sites, shares = self.arrays["sites"], self.arrays["shares"]
        if question.inputs_hash() != self.said["inputs_hash"] or shares.shape != (
            question.clients, question.sites,
        ):  # fmt: skip
            return "The question or the plan was changed: its hash does not agree."
        open_ = np.zeros(question.sites, np.bool_)
        open_[sites] = True
        return (
            self._wrong_with_sites(open_)
            or self._wrong_with_loads(open_, shares)
            or self._wrong_with_cost(np.flatnonzero(open_), shares)
        )

    def _wrong_with_sites(self, open_: Flags) -> str:
        asked = self.question.asked
        if (asked.forced & ~open_).any() or (asked.excluded & open_).any():
            return "The plan leaves out a site that must be open, or opens an excluded one."
        if not asked.at_least <= int(open_.sum()) <= asked.at_most:
            return f"The plan opens {int(open_.sum())} sites."
        for rule in asked.rules:
            members = np.asarray(rule.sites)
            factors = np.ones(len(members)) if rule.factors is None else np.asarray(rule.factors)
            total = float(factors @ open_[members])
            slack = ROUNDING * (1 + float(np.abs(factors) @ open_[members]))
            low = -np.inf if rule.at_least is None else rule.at_least
            high = np.inf if rule.at_most is None else rule.at_most
            if not low - slack <= total <= high + slack:
                return f"The plan breaks rule {rule.name!r}."
        return ""

    def _wrong_with_loads(self, open_: Flags, shares: Floats) -> str:
        question = self.question
        slack = LOAD_TOLERANCE if question.single else SPLIT
        room = slack * float(question.size.sum())
        load, served = question.size @ shares, shares.sum(axis=1)
        if (shares < 0).any() or (shares[:, ~open_] > 0).any():
            return "The plan serves clients from a site that is not open."
        if (served > 1 + SPLIT).any() or (question.unserved is None and (served < 1 - SPLIT).any()):
            return "The plan leaves a client unserved, or serves one twice."
        if question.single and not np.isin(shares, (0.0, 1.0)).all():
            return "The plan splits a client that is served by one site alone."
        over = (load > question.capacity + room) | (open_ & (load < question.least_load - room))
        if over.any():
            return f"The plan puts {load[over.argmax()]:g} on site {int(over.argmax())}."
        return ""

    def _wrong_with_cost(self, sites: NDArray[np.intp], shares: Floats) -> str:
        objective = costed(self.question, shares, sites)
        if not abs(objective - self.said["objective"]) <= ROUNDING * (1 + abs(objective)):
            return f"The plan costs {objective}, not {self.said['objective']}."
        return ""

    def _tree(self, limit: float) -> str:
        """What is wrong with the search, or nothing."""
        tree = self.arrays["tree"].tolist()
        children: dict[int, list[int]] = {}
        for number, (parent, _site, _opened) in enumerate(tree):
            children.setdefault(parent, []).append(number)
        limits = self.pricing.limits
        to_do = {0: (limits.forced, limits.closed)}
        while to_do:
            number = min(to_do)
            after = self._node(number, *to_do.pop(number), limit)
            self.nodes += 1
            if after is None:
                continue
            own = children.get(number, [])
            if not _is_whole(tree, own):
                return f"Node {number} is not closed, and its plans are not split in two."
            if min(own) <= number:
                return f"Node {number} is not closed, and stands behind its own parts."
            for k in own:
                wide, tight = after[0].copy(), after[1].copy()
                if tree[k][1] >= 0:
                    (wide if tree[k][2] else tight)[tree[k][1]] = True
                to_do[k] = wide, tight
        return ""

    def _node(
        self, number: int, forced: Flags, closed: Flags, limit: float
    ) -> tuple[Flags, Flags] | None:
        """What a node fixes; none when no better plan can be in it."""
        if (forced & closed).any():
            return None
        prices = Multipliers(
            self.arrays["tree_paid"][number], self.arrays["tree_rule_prices"][number]
        )
        found = self.pricing.at(prices, forced, closed)
        if found.bound > limit:
            return None
        forced, closed = self._fixed(found, forced, closed, limit)
        decided = (forced | closed).all()
        return None if decided and not self._obeys(forced) else (forced, closed)

    def _fixed(
        self, found: Priced, forced: Flags, closed: Flags, limit: float
    ) -> tuple[Flags, Flags]:
        free = ~(forced | closed)
        if not np.isfinite(found.bound):
            return forced, closed
        with np.errstate(invalid="ignore"):
            more = self.pricing.limits.groups.forcing(found.reduced, found.chosen, free)
        surely = free & (found.bound + np.where(np.isnan(more), np.inf, more) > limit)
        return forced | (surely & found.chosen), closed | (surely & ~found.chosen)

    def _obeys(self, open_: Flags) -> bool:
        limits = self.pricing.limits
        sums, slack = limits.parts @ open_, ROUNDING * (1 + np.abs(limits.parts) @ open_)
        return bool((sums >= limits.low - slack).all() and (sums <= limits.high + slack).all())


def _is_whole(tree: list[list[int]], own: list[int]) -> bool:
    """Whether children hold all plans of their parent: one the same, or a site closed and open."""
    found = [tree[k][1:] for k in own]
    if len(found) == 1:
        return bool(found[0][0] < 0)
    site = found[0][0] if found else -1
    return site >= 0 and found == [[site, 0], [site, 1]]
