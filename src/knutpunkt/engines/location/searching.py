"""The search: a plan, a bound, everything fixed that can be, and what closes the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.ascent import Climb, Pace, climbed
from knutpunkt.engines.location.beginning import first_plan
from knutpunkt.engines.location.branching import Leaf, Tree, fixed
from knutpunkt.engines.location.core import Core, closed_by_highs, core_of
from knutpunkt.engines.location.covering import Hunt, balanced, is_covering
from knutpunkt.engines.location.covers import ClosedBy
from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.obeying import rule_prices
from knutpunkt.engines.location.preparing import instance_of, reaching_around
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.trying import Trying

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A core of at most so many entries goes to HiGHS; a smaller one ends the climbing at once.
CORE, SMALL_CORE = 6000, 1500
#: While a covering question leaves a larger core, more plans are worth more than branching.
HUNTED = 60_000
#: An instance of more entries is not branched on: its dual is climbed as long as there is time.
LARGE = 1_500_000
STAGE = Pace(rounds=120, factor=1.5, deflection=0.85, decay=0.87, patience=12)
LARGE_STAGE = Pace(rounds=300, factor=1.5, deflection=0.9, decay=0.87, patience=15)
STAGES, STALLED = 8, 8
#: Nodes looked at before HiGHS is asked about a small core.
FIRST_NODES = 600
SLOWER, SLOWEST = 0.85, 0.3
LARGE_SLOWER, LARGE_SLOWEST = 0.65, 0.05
#: A stage that gains so little of the gap has not got on; one that gains less than SLOW slowly.
LITTLE, SLOW = 0.01, 0.15
FIRST_STAGES = 2
#: The factor to begin with where the payments are good already.
WARM = 0.4
#: A large dual is climbed for so many rounds among the cheapest few times as many sites as may
#: open, then for so many with all.
FEW_ROUNDS, FEW, FULL_ROUNDS = 300, 4, 25
#: That pays where there are so many times as many sites.
FEW_PAY = 5
#: Parts searched by themselves keep sites that so many of the rounds had.
KEPT = 0.97


def search_of(
    question: Question, meter: Meter, draw: np.random.Generator, start: Sequence[int],
    paid: Floats | None, kind: type[Search] | None = None,
) -> Search:  # fmt: skip
    """Prepare a search: lists, and a plan to begin with.

    Parameters
    ----------
    start, paid
        Sites and payments to begin with, if any are known.
    kind
        A search that ends otherwise than this one.
    """
    at, others = instance_of(question)
    plan = first_plan(at, others, draw, start)
    at = reaching_around(question, at, plan)
    plan = Plan(plan.chosen, at.objective(plan.chosen))
    meter.tell(plan.objective, -np.inf, plan.chosen)
    made = kind or Search
    search = made(at, meter, draw, plan, others=others, rule_prices=np.zeros(len(others)))
    if paid is not None:
        search.paid, search.warm = np.clip(paid[at.clients_of_rows], at.low, at.cap), True
    return search


@dataclass
class Search(Trying):
    """One search.

    Parameters
    ----------
    within, warm
        Whether it is a part of another search, and whether its payments are good already.
    root
        The bound before a search by branching.
    leaves, nodes
        Nodes of that search for the certificate, and how many were looked at.
    closed_by, replayable
        What closed the gap, and whether the same work gives the same answer.
    """

    within: bool = False
    warm: bool = False
    root: float = -np.inf
    leaves: list[Leaf] = field(default_factory=list)
    nodes: int = 0
    closed_by: ClosedBy = "multipliers"
    replayable: bool = True
    hunt: Hunt | None = None

    def run(self) -> None:
        """Search until the best plan is proved, or nothing more can be done, or time is up."""
        self.rescaled()
        if is_covering(self.at) and not self.within:
            self._balance()
        self._look()
        core = self._stages()
        if core is not None:
            self._finish(core)
        self.bound = min(self.bound, self.plan.objective)

    def _balance(self) -> None:
        """Payments and plans of a covering question."""
        found = balanced(self.at, self.meter)
        self.paid, self.warm = found.paid, True
        self.hunt = Hunt(found.share)

    def _hunted(self) -> bool:
        assert self.hunt is not None
        if self.meter.over() or not is_covering(self.at):
            return False
        gap = max(self.plan.objective - self.bound, 1e-6 * abs(self.plan.objective))
        found = self.hunt.plan(self.at, self.plan.chosen, gap, self.draw, self.meter)
        return self.offer(found)

    def _look(self) -> None:
        """The bound, prices and cheapest sites of the first payments."""
        self._price_rules()
        at = self.at
        self.paid = np.clip(self.paid, at.low, at.cap)
        first = climbed(at, self.paid, self.scale, target=np.inf, enough=np.inf,
                        pace=Pace(rounds=0))  # fmt: skip
        self.meter.add(first.work)
        self.bound = max(self.bound, first.bound)
        self.price, self.often = first.price, first.often
        self.best_step = (self.paid, self.rule_prices)

    @property
    def large(self) -> bool:
        """Whether the dual is climbed as long as there is time, among few sites at first."""
        return len(self.at.lists.site) > LARGE and not self.within

    def _stages(self) -> Core | None:
        """Climb, look for plans and fix sites, in turn; what is left when that pays no more."""
        pace = LARGE_STAGE if self.large else STAGE
        if self.warm:
            pace = replace(pace, factor=WARM)
        stage = stalled = 0
        while not self._ends:
            before = self.bound
            climb = self._climb(pace)
            if self._ends:
                break
            many = self.large or (stage >= FIRST_STAGES and not self.within)
            if self.hunt is not None:
                better = self._hunted()
            else:
                better = self.plans_within(climb) if many else self.plans_from(climb)
            if self._ends:
                break
            self._fix(climb)
            stage += 1
            step = (self.bound - before) / max(self.plan.objective - self.bound, 1e-300)
            stalled = stalled + 1 if step < LITTLE and not better else 0
            if self._is_enough(stage, step, stalled):
                break
            if better:
                self.rescaled()
            pace = self._slower(pace)
        return core_of(self.at, self.paid, self.bound, self.limit) if self._to_close else None

    @property
    def _to_close(self) -> bool:
        """Whether something is left that can be closed in one go."""
        return not self.large and not self.within and not self._ends

    def _is_enough(self, stage: int, step: float, stalled: int) -> bool:
        """Whether to go over from climbing to closing what is left, or to end."""
        if self.large:
            return stalled >= STALLED and self.meter.time_limit is None
        size = core_of(self.at, self.paid, self.bound, self.limit).size
        if stage > 1 and size <= SMALL_CORE:
            return True
        if self.hunt is not None and size > HUNTED:
            return stalled >= STALLED and self.meter.time_limit is None
        return stage > FIRST_STAGES and (size <= CORE or step < SLOW or stage >= STAGES)

    @property
    def _ends(self) -> bool:
        """Whether nothing better is possible, or time is up."""
        return self.proved or self.meter.over()

    def _slower(self, pace: Pace) -> Pace:
        slower, slowest = (LARGE_SLOWER, LARGE_SLOWEST) if self.large else (SLOWER, SLOWEST)
        return replace(pace, factor=max(slowest, pace.factor * slower))

    def _price_rules(self) -> None:
        """Price the rules that are not counts over nested groups, from the sites' prices now."""
        if not len(self.others):
            return
        at = self.at
        bare = replace(at, priced=at.opening, owed=0.0)
        now = climbed(bare, self.paid, self.scale, target=np.inf, enough=np.inf,
                      pace=Pace(rounds=0))  # fmt: skip
        self._set_rule_prices(rule_prices(at, now.price, self.others))

    def _set_rule_prices(self, prices: Floats) -> None:
        at, others = self.at, self.others
        edge = np.where(prices > 0, at.least[others], at.most[others])
        prices = np.where(np.isfinite(edge), prices, 0.0)
        owed = float(prices @ np.where(prices != 0, edge, 0.0))
        self.rule_prices = prices
        self.at = replace(at, priced=at.opening - prices @ at.parts[others], owed=owed)

    def _climb(self, pace: Pace) -> Climb:
        self._price_rules()
        start = self.paid
        if self.large and FEW_PAY * FEW * self.at.groups.high[0] < self.at.sites:
            start = self._climbed_among_few(pace)
            pace = replace(pace, rounds=FULL_ROUNDS)
        climb = climbed(
            self.at, start, self.scale, target=self.plan.objective, enough=self.limit,
            pace=pace, stop=self.meter.over,
        )  # fmt: skip
        self.meter.add(climb.work)
        if climb.bound > self.bound:
            self.bound = max(self.bound, climb.bound)
            self.paid, self.price = climb.paid, climb.price
            self.best_step = (self.paid, self.rule_prices)
        self.often = 0.5 * self.often + climb.often
        self.tell()
        return climb

    def _climbed_among_few(self, pace: Pace) -> Floats:
        """Payments from a climb in which only the sites near being chosen take part.

        Its bound holds for those sites alone; the payments are what counts, and the rounds with
        all sites that follow turn them into a bound for all.
        """
        at, often = self.at, self.often
        many = min(at.sites - 1, FEW * int(min(at.groups.high[0], at.sites)))
        near = self.price <= np.partition(self.price, many)[many]
        few = near | (often > 0) | self.plan.chosen | at.forced
        part = at.shortened(at.forced, at.closed | ~few)
        climb = climbed(
            part, self.paid, self.scale, target=self.plan.objective, enough=self.limit,
            pace=replace(pace, rounds=FEW_ROUNDS), stop=self.meter.over,
        )  # fmt: skip
        self.meter.add(climb.work)
        return climb.paid

    def search_within(self, part: Instance, climb: Climb) -> None:
        """Search the plans of a part that keep what nearly every round had."""
        sure = (climb.often > KEPT) & self.plan.chosen
        part = part.shortened(part.forced | sure, part.closed)
        meter = Meter(work_limit=climb.work, cancel=self.meter.over)
        inner = Search(
            part, meter, self.draw, self.plan, within=True, warm=True, paid=self.paid,
            others=self.others, rule_prices=self.rule_prices,
        )  # fmt: skip
        inner.run()
        self.meter.add(meter.spent)
        if inner.plan.objective < self.plan.objective:
            self.plan = Plan(inner.plan.chosen, self.at.objective(inner.plan.chosen))
            self.tell()

    def _fix(self, climb: Climb) -> None:
        if climb.bound < self.bound:
            return
        forced, closed = fixed(self.at, climb.price, climb.bound, self.limit)
        was = int(self.at.forced.sum() + self.at.closed.sum())
        if int(forced.sum() + closed.sum()) - was < max(1, 0.02 * (self.at.sites - was)):
            return
        self.steps.append((self.paid, self.rule_prices))
        self.at = self.at.shortened(forced, closed)
        self.paid = np.clip(self.paid, self.at.low, self.at.cap)

    def _finish(self, core: Core) -> None:
        """Close what is left: the smallest by HiGHS, else a search, then HiGHS if it may help."""
        if not len(self.at.free):
            self._take_the_only_plan()
            return
        if core.size <= SMALL_CORE:
            self._close(core)
            return
        tree = Tree(
            self.at, self.scale, self.plan, self.bound, self.meter, self.enough
        ).planted(self.paid)  # fmt: skip
        tree.grow(FIRST_NODES if core.size <= CORE else np.inf)
        self._take(tree)
        if not tree.done and not self.meter.over():
            self._close(core_of(self.at, self.paid, self.root, self.limit))

    def _take_the_only_plan(self) -> None:
        forced = self.at.forced
        if self.at.obeys(forced) and self.at.objective(forced) < self.plan.objective:
            self.plan = Plan(forced, self.at.objective(forced))
        self.bound = self.plan.objective
        self.meter.add(1)

    def _take(self, tree: Tree) -> None:
        self.root = self.bound
        self.plan, self.bound, self.nodes = tree.plan, tree.bound, tree.nodes
        self.leaves, self.closed_by = tree.leaves, "search"

    def _close(self, core: Core) -> None:
        """Let HiGHS close a core."""

        def heard(bound: float) -> None:
            self.meter.tell(self.plan.objective, bound, self.plan.chosen)

        closed = closed_by_highs(
            core, self.plan, limit=self.limit, seconds=self.meter.left, seed=0,
            stop=self.meter.over, heard=heard,
        )  # fmt: skip
        if closed.plan is not None and closed.plan.objective < self.plan.objective:
            self.plan = closed.plan
        self.bound = max(self.bound, min(closed.bound, self.plan.objective))
        if closed.finished:
            self.bound = self.plan.objective
            self.meter.add(1)  # asked again with this work, the end is reached again
        else:
            self.replayable = False
        self.closed_by = "HiGHS"
