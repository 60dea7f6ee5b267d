"""Solve a location problem: a good plan, a bound, fixing by the bound, and HiGHS for the rest."""

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.demand import DemandLists, demand_lists
from knutpunkt.engines.location.fixing import fixings
from knutpunkt.engines.location.lagrange import (
    Relaxed,
    active_lists,
    ascend,
    first_prices,
    relax,
    with_quotas_priced,
)
from knutpunkt.engines.location.measures import evaluate
from knutpunkt.engines.location.model import solve_exactly
from knutpunkt.engines.location.problem import Problem
from knutpunkt.engines.location.rules import (
    SiteRules,
    cheapest_choice,
    conflicting_quotas,
    site_rules,
)
from knutpunkt.engines.location.solution import (
    ENGINE_VERSION,
    CancelCallback,
    ProgressCallback,
    Solution,
    Status,
)
from knutpunkt.engines.location.start import Choice, first_choice, swapped_until_best
from knutpunkt.engines.location.watch import Watch

# A plan is proved when objective and bound agree to this share of the objective.
PROOF_TOLERANCE = 1e-6
ROUNDS = 8
ITERATIONS_PER_ROUND = 150
NOISE = 0.1
# A round that leaves more of the gap than this share is the last one.
STAGNATION = 0.95


def solve(
    problem: Problem,
    *,
    time_limit: float | None = None,
    seed: int = 0,
    progress: ProgressCallback | None = None,
    cancel: CancelCallback | None = None,
) -> Solution:
    """Choose the new sites with the fewest person-minutes, and prove it.

    Parameters
    ----------
    problem
        What is asked; it was checked when it was made.
    time_limit
        Seconds after which the best plan so far is returned. With ``None`` the answer depends
        on the problem and the seed alone.
    seed
        Of the random restarts and of HiGHS.
    progress
        Called with :class:`Progress` whenever the plan or the bound gets better.
    cancel
        Asked often; when it returns true the best plan so far is returned.

    Returns
    -------
    Solution
        ``status`` is ``"proved"`` only when HiGHS or the bound closed the search and the
        recomputed objective meets the bound.

    Raises
    ------
    TimeLimitInvalid
        When the limit is below 0 or not a number.
    """
    watch = Watch(time_limit, progress, cancel)
    search = _Search(problem, demand_lists(problem), site_rules(problem), watch, seed)
    search.run()
    return search.solution()


@dataclass
class _Search:
    """The state of one call: best choice, best bound."""

    problem: Problem
    lists: DemandLists
    rules: SiteRules
    watch: Watch
    seed: int
    choice: Choice | None = None
    upper: float = np.inf
    bound: float = 0.0
    conflicts: tuple[int, ...] | None = None

    def run(self) -> None:
        if self.watch.stop():
            return
        first = first_choice(self.lists, self.rules)
        if first is None:
            self.conflicts = tuple(conflicting_quotas(self.rules))
            return
        self.improve_from(first)
        relaxed = self.relaxed()
        if not self.proved and not self.watch.stop():
            self.finish(relaxed)

    @property
    def proved(self) -> bool:
        return relative_gap(self.upper, self.bound) == 0.0

    def improve_from(self, choice: Choice) -> None:
        """Swap to a local optimum and keep it if it is the best so far."""
        self.offer(swapped_until_best(self.lists, self.rules, choice, self.watch.stop))

    def offer(self, choice: Choice) -> None:
        """Keep a choice if it obeys the rules and is better than the best so far."""
        objective = self.lists.objective(choice)
        if objective < self.upper and self.rules.obeyed_by(choice):
            self.choice, self.upper = choice, objective
            self.watch.report(self.upper, self.bound)

    def raise_bound(self, bound: float) -> None:
        """Keep a better bound. One clearly above a plan contradicts it and is not believed."""
        if bound <= self.upper * (1 + PROOF_TOLERANCE):
            self.bound = max(self.bound, min(bound, self.upper))
            self.watch.report(self.upper, self.bound)

    def relaxed(self) -> Relaxed:
        """Raise the bound in rounds; after each, restart the swaps from what its prices suggest."""
        assert self.choice is not None
        random = np.random.default_rng(self.seed)
        near = active_lists(self.lists, self.choice)
        best = relax(near, self.rules, first_prices(near, self.rules, self.choice))
        self.raise_bound(best.bound)
        for _ in range(ROUNDS):
            if self.proved or self.watch.stop():
                break
            before = relative_gap(self.upper, best.bound)
            best = self.ascended(near, best)
            self.raise_bound(best.bound)
            self.restart(best, random)
            if relative_gap(self.upper, best.bound) > STAGNATION * before:
                break
        return best

    def ascended(self, near: DemandLists, best: Relaxed) -> Relaxed:
        """Climb for one round, then price the quotas anew; the best of all."""
        climbed = ascend(
            near, self.rules, best.prices, upper=self.upper,
            iterations=ITERATIONS_PER_ROUND, stop=self.watch.stop,
        )  # fmt: skip
        prices = with_quotas_priced(near, self.rules, climbed.prices.served)
        priced = relax(near, self.rules, prices)
        return max(best, climbed, priced, key=lambda relaxed: relaxed.bound)

    def restart(self, relaxed: Relaxed, random: np.random.Generator) -> None:
        """Swap from the cheapest sites that obey the rules, with prices a little disturbed."""
        noise = 1 + NOISE * random.standard_normal(self.lists.sites)
        choice = cheapest_choice(self.rules, relaxed.reduced * noise)
        if choice is not None:
            self.improve_from(choice)

    def finish(self, relaxed: Relaxed) -> None:
        """Let HiGHS close what the bound left open."""
        assert self.choice is not None
        answer = solve_exactly(
            self.lists, self.rules, fixings(self.lists, relaxed, self.upper), self.choice,
            seconds=self.watch.remaining, seed=self.seed, listener=self._heard,
        )  # fmt: skip
        if answer.choice is not None:
            self.offer(answer.choice)
        self.raise_bound(answer.bound)

    def _heard(self, incumbent: float, bound: float) -> bool:
        if bound <= incumbent:
            self.watch.report(incumbent, min(bound, self.upper))
        return self.watch.stop()

    def solution(self) -> Solution:
        """Write the answer, with the objective recomputed from the problem's own arrays."""
        sites = assignment = np.empty(0, dtype=np.intp)
        objective = gap = bound = None
        if self.choice is not None:
            sites = self.problem.candidates[self.choice]
            evaluation = evaluate(self.problem, self.problem.opened(sites))
            objective, assignment = evaluation.person_minutes, evaluation.assignment
            bound = min(self.bound, objective)
            gap = relative_gap(objective, bound)
        return Solution(
            status=self._status(gap),
            sites=sites,
            objective=objective,
            bound=bound,
            gap=gap,
            assignment=assignment,
            conflicts=tuple(self.problem.quotas[quota].name for quota in self.conflicts or ()),
            seconds=self.watch.seconds,
            seed=self.seed,
            engine=ENGINE_VERSION,
            inputs_hash=self.problem.inputs_hash(),
        )

    def _status(self, gap: float | None) -> Status:
        if self.conflicts is not None:
            return "infeasible"
        if gap is None:
            return "unknown"
        return "proved" if gap == 0.0 else "gap"


def relative_gap(objective: float, bound: float) -> float:
    """Share of the objective that is not proved; exactly 0 within the proof tolerance."""
    if objective - bound <= PROOF_TOLERANCE * objective:
        return 0.0
    return (objective - bound) / objective
