"""The search: a plan, a bound, everything fixed that can be, and what closes the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.ascent import Climb, Pace, climbed
from knutpunkt.engines.location.branching import Leaf, Tree, fixed
from knutpunkt.engines.location.core import Core, closed_by_highs, core_of
from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.obeying import cheapest_obeying, nearest_obeying, rule_prices
from knutpunkt.engines.location.preparing import instance_of, reaching_around
from knutpunkt.engines.location.question import Question

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A core of at most so many entries goes to HiGHS; a smaller one ends the climbing at once.
CORE, SMALL_CORE = 6000, 1500
#: An instance of more entries is not branched on: its dual is climbed as long as there is time.
LARGE = 1_500_000
STAGE = Pace(rounds=120, factor=1.5, deflection=0.85, decay=0.87, patience=12)
LARGE_STAGE = Pace(rounds=300, factor=1.5, deflection=0.9, decay=0.8, patience=10)
STAGES, STALLED = 8, 8
#: Nodes looked at before HiGHS is asked about a small core.
FIRST_NODES = 600
SLOWER, SLOWEST = 0.85, 0.3
LARGE_SLOWER, LARGE_SLOWEST = 0.4, 0.05
#: A stage that gains so little of the gap has not got on; one that gains less than SLOW slowly.
LITTLE, SLOW = 0.01, 0.15
FIRST_STAGES = 2
#: The factor to begin with where the payments are good already.
WARM = 0.4
#: Plans tried after each stage: from noisy prices, and the best one shaken by exchanging such a
#: share of its sites, at most so many.
SUGGESTED, NOISE = 3, 0.08
SHAKEN, LARGE_SHAKEN = 4, 60
EXCHANGED, MOST_EXCHANGED = 0.06, 8
#: They are looked for among the cheapest so many times the sites that may open, and those that
#: more than such a share of the rounds had, with as much work as the climb.
AROUND, SELDOM = 2.0, 0.05
#: A large dual is climbed for so many rounds among the cheapest few times as many sites as may
#: open, then for so many with all.
FEW_ROUNDS, FEW, FULL_ROUNDS = 300, 4, 25
#: That pays where there are so many times as many sites.
FEW_PAY = 5
#: A part is searched by itself once the gap is so small.
NEARLY = 0.002
#: Parts searched by themselves keep sites that so many of the rounds had.
KEPT = 0.97
#: A bound above the best plan less so much of it proves the plan, where plans are not whole.
CLOSE = 1e-9


def search_of(
    question: Question, meter: Meter, draw: np.random.Generator, start: Sequence[int],
    paid: Floats | None,
) -> Search:  # fmt: skip
    """Prepare a search: lists, and a plan to begin with.

    Parameters
    ----------
    start, paid
        Sites and payments to begin with, if any are known.
    """
    at, others = instance_of(question)
    plan = _first_plan(at, others, draw, start)
    at = reaching_around(question, at, plan)
    plan = Plan(plan.chosen, at.objective(plan.chosen))
    meter.tell(plan.objective, -np.inf)
    search = Search(at, meter, draw, plan, others=others, rule_prices=np.zeros(len(others)))
    if paid is not None:
        search.paid, search.warm = np.clip(paid[at.clients_of_rows], at.low, at.cap), True
    return search


def _first_plan(
    at: Instance, others: NDArray[np.intp], draw: np.random.Generator, start: Sequence[int]
) -> Plan:
    chosen = at.forced.copy()
    chosen[list(start)] = True
    if not len(start) or not at.obeys(chosen):
        chosen = at.greedy() if not len(start) else chosen
        if not at.obeys(chosen):
            near = at.nearest(chosen)
            paid = (near.first_cost + near.second_cost) / 2
            climb = climbed(at, paid, paid, target=np.inf, enough=np.inf, pace=Pace(rounds=0))
            obeying = at.cheapest(climb.price)[0]
            if len(others) and not at.obeys(obeying):
                found = cheapest_obeying(at, climb.price)
                assert found is not None, "rules that contradict each other are refused before"
                obeying = found
            chosen = obeying
    return at.improved(chosen, draw.permutation(at.free))[0]


def _is_enough(core: Core, stage: int, step: float) -> bool:
    """Whether to go over from climbing to closing what is left."""
    if stage > 1 and core.size <= SMALL_CORE:
        return True
    return stage > FIRST_STAGES and (core.size <= CORE or step < SLOW or stage >= STAGES)


@dataclass
class Search:
    """One search. Everything in it follows from the instance, the seed and the work limit.

    Parameters
    ----------
    at
        The instance, which shrinks as sites are fixed.
    meter
        Counts the work and says when to stop.
    draw
        Random numbers.
    plan, bound
        The best plan and bound so far.
    paid, scale
        Payments of the bound, and the local scale of costs, shape ``(clients,)``.
    """

    at: Instance
    meter: Meter
    draw: np.random.Generator
    plan: Plan
    bound: float = -np.inf
    paid: Floats = field(default_factory=lambda: np.zeros(0))
    scale: Floats = field(default_factory=lambda: np.zeros(0))
    steps: list[tuple[Floats, Floats]] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    nodes: int = 0
    closed_by: str = "multipliers"
    within: bool = False
    warm: bool = False
    often: Floats = field(default_factory=lambda: np.zeros(0))
    price: Floats = field(default_factory=lambda: np.zeros(0))
    root: float = -np.inf
    others: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    rule_prices: Floats = field(default_factory=lambda: np.zeros(0))
    best_step: tuple[Floats, Floats] | None = None
    replayable: bool = True

    def everybody(self, paid: Floats) -> Floats:
        """Payments of all clients of the question from those of the rows."""
        rows = self.at.row_of
        return np.append(paid, 0.0)[rows]  # -1, where nobody is, takes the 0 at the end

    def steps_kept(self) -> list[tuple[Floats, Floats]]:
        """Payments from which sites were fixed, and those of the root's bound, in order."""
        last = (self.paid, self.rule_prices) if self.best_step is None else self.best_step
        return [*self.steps, last]

    def enough(self, objective: float) -> float:
        """The bound at which nothing better than an objective can be found."""
        if self.at.whole:
            return objective - 1 + 1e-6
        return objective - CLOSE * abs(objective) - 1e-12

    @property
    def limit(self) -> float:
        """The bound at which the best plan is proved."""
        return self.enough(self.plan.objective)

    @property
    def proved(self) -> bool:
        """Whether no plan is better."""
        return self.bound > self.limit

    def offer(self, chosen: Mask, *, among: Mask | None = None, sweeps: int = 20) -> bool:
        """Improve a plan by opening sites of some, or any; keep it if it is the best."""
        if not self.at.obeys(chosen):
            near = nearest_obeying(self.at, chosen) if len(self.others) else None
            if near is None:
                return False
            chosen = near
        free = self.at.free if among is None else self.at.free[among[self.at.free]]
        order = self.draw.permutation(free)
        found, work = self.at.improved(chosen, order, sweeps=sweeps)
        self.meter.add(work)
        if found.objective < self.plan.objective - 1e-12 * abs(self.plan.objective):
            self.plan = found
            self.meter.tell(self.plan.objective, min(self.bound, self.plan.objective))
            return True
        return False

    def rescaled(self) -> None:
        """Take the scale of costs from the best plan."""
        near = self.at.nearest(self.plan.chosen)
        if self.at.lists.cost.max(initial=0.0) == 0.0:
            self.scale = self.at.cap.copy()
        else:
            self.scale = near.first_cost + near.second_cost + 1e-3 * near.second_cost.mean() + 1e-12
        if not len(self.paid):
            self.paid = (near.first_cost + near.second_cost) / 2

    def run(self) -> None:
        """Search until the best plan is proved, or nothing more can be done, or time is up."""
        self.rescaled()
        self._look()
        core = self._stages()
        if core is not None and not self.proved and not self.meter.over() and not self.within:
            self._finish(core)
        self.bound = min(self.bound, self.plan.objective)

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
        while not self.proved and not self.meter.over():
            before = self.bound
            climb = self._climb(pace, large=self.large)
            if self.proved or self.meter.over():
                break
            better = self._plans_from(climb, large=self.large)
            if self.proved or self.meter.over():
                break
            self._fix(climb)
            stage += 1
            step = (self.bound - before) / max(self.plan.objective - self.bound, 1e-300)
            if self.large:
                stalled = stalled + 1 if step < LITTLE and not better else 0
                if stalled >= STALLED and self.meter.time_limit is None:
                    break
            else:
                core = core_of(self.at, self.paid, self.bound, self.limit)
                if _is_enough(core, stage, step):
                    return core
            if better:
                self.rescaled()
            slower, slowest = (LARGE_SLOWER, LARGE_SLOWEST) if self.large else (SLOWER, SLOWEST)
            pace = replace(pace, factor=max(slowest, pace.factor * slower))
        return None

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

    def _climb(self, pace: Pace, *, large: bool) -> Climb:
        self._price_rules()
        start = self.paid
        if large and FEW_PAY * FEW * self.at.groups.high[0] < self.at.sites:
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
        self.meter.tell(self.plan.objective, min(self.bound, self.plan.objective))
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

    def _plans_from(self, climb: Climb, *, large: bool) -> bool:
        """Plans that the prices suggest, and the best plan shaken; whether one was better."""
        if large:
            return self._plans_within(climb)
        better = False
        for price in self._suggestions(climb, SUGGESTED):
            better |= self.offer(self.at.cheapest(price)[0])
        for _ in range(SHAKEN):
            better |= self.offer(self._shaken(self.at, climb.often))
        return better

    def _suggestions(self, climb: Climb, noisy: int) -> list[Floats]:
        noise = 1 + NOISE * self.draw.standard_normal((noisy, self.at.sites))
        return [climb.price, -climb.often, *(climb.price * noise)]

    def _plans_within(self, climb: Climb) -> bool:
        """The same among the sites that some round had, where every trial is cheap."""
        at, before = self.at, self.plan.objective
        part = self._part(climb)
        self.at, most = part, self.meter.spent + climb.work
        for price in self._suggestions(climb, SUGGESTED):
            self.offer(part.cheapest(price)[0])
        for _ in range(LARGE_SHAKEN):
            if self.meter.spent > most or self.meter.over():
                break
            self.offer(self._shaken(part, climb.often))
        self.at = at
        if self.plan.objective - self.bound < NEARLY * abs(self.plan.objective):
            self._searched_within(part, climb)
        if self.plan.objective < before:
            self.offer(self.plan.chosen, sweeps=2)
        return self.plan.objective < before

    def _part(self, climb: Climb) -> Instance:
        """The sites that are cheap at the best payments, or were in many rounds."""
        at = self.at
        many = min(at.sites - 1, int(AROUND * min(at.groups.high[0], at.sites)))
        near = climb.price <= np.partition(climb.price, many)[many]
        some = near | (climb.often > SELDOM) | self.plan.chosen | at.forced
        return at.shortened(at.forced, at.closed | ~some)

    def _searched_within(self, part: Instance, climb: Climb) -> None:
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
            self.meter.tell(self.plan.objective, min(self.bound, self.plan.objective))

    def _shaken(self, at: Instance, often: Floats) -> Mask:
        """The best plan with some sites exchanged for others that were among the cheapest."""
        chosen = self.plan.chosen
        inside = np.flatnonzero(chosen & ~at.forced)
        outside = np.flatnonzero(~chosen & ~at.closed & (often > 0))
        most = max(1, min(MOST_EXCHANGED, int(EXCHANGED * len(inside))))
        if len(outside) < most:
            outside = np.flatnonzero(~chosen & ~at.closed)
        many = min(int(self.draw.integers(1, most + 1)), len(inside), len(outside))
        price = np.where(chosen, -1.0, 1.0)
        price[self.draw.choice(inside, many, replace=False)] = 2.0
        price[self.draw.choice(outside, many, replace=False)] = -0.5
        return at.cheapest(price)[0]

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

    def _take(self, tree: Tree) -> None:
        self.root = self.bound
        self.plan, self.bound, self.nodes = tree.plan, tree.bound, tree.nodes
        self.leaves, self.closed_by = tree.leaves, "search"

    def _close(self, core: Core) -> None:
        """Let HiGHS close a core."""

        def heard(bound: float) -> None:
            self.meter.tell(self.plan.objective, bound)

        closed = closed_by_highs(
            core, self.plan, limit=self.limit, seconds=self.meter.left, seed=0,
            stop=self.meter.over, heard=heard,
        )  # fmt: skip
        if closed.plan is not None and closed.plan.objective < self.plan.objective:
            self.plan = closed.plan
        self.bound = max(self.bound, min(closed.bound, self.plan.objective))
        if closed.finished:
            self.bound = self.plan.objective
        else:
            self.replayable = False
        self.closed_by = "HiGHS"
