"""The root: raise the bound, and build plans from the sites that its steps open."""

import numpy as np

from knutpunkt.engines.location.capacity.compact import solve_compact, split_plan
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.plans import Plan, plan_for, swapped
from knutpunkt.engines.location.capacity.question import Flags
from knutpunkt.engines.location.capacity.relaxation import Ascent, Relaxed, first_prices

STRETCHES = 150
STEPS_PER_STRETCH = 10
# A transportation problem takes far longer than an assignment by regret.
MOST_SPLIT_PLANS = 25
# Swaps start from so many of the best plans.
SWAPPED_PLANS = 6
# So many of the most promising closed sites are tried in swaps.
SWAP_WIDTH = 15


def solve_root(standing: Standing) -> Relaxed:
    """Raise the bound at the root, with plans on the way; return the relaxed case."""
    case = standing.case
    ascent = Ascent(case, first_prices(case))
    plans: dict[bytes, Plan | None] = {}
    for _ in range(STRETCHES):
        if standing.stop():
            break
        more = ascent.climb(upper=standing.upper, iterations=STEPS_PER_STRETCH)
        standing.raise_bound(ascent.bound)
        _try_sites(standing, ascent.latest(), plans)
        if not more or standing.closed:
            break
    relaxed = ascent.best()
    if case.question.single:
        _swap_from(standing, [plan for plan in plans.values() if plan is not None], relaxed)
    return relaxed


def _try_sites(standing: Standing, open_: Flags, plans: dict[bytes, Plan | None]) -> None:
    """Build a plan on sites not tried before."""
    case, key = standing.case, open_.tobytes()
    if key in plans or not open_.any():
        return
    plan: Plan | None = None
    if case.question.single:
        plan = plan_for(case, open_)
    elif len(plans) < MOST_SPLIT_PLANS:
        plan = split_plan(case, open_, standing.watch.remaining)
    plans[key] = plan
    standing.offer(plan)


def _swap_from(standing: Standing, plans: list[Plan], relaxed: Relaxed) -> None:
    """Swap sites from the best few plans that differ in their sites."""
    distinct: dict[bytes, Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.cost):
        distinct.setdefault(plan.open.tobytes(), plan)
    for plan in list(distinct.values())[:SWAPPED_PLANS]:
        if standing.closed or standing.stop():
            break
        found = swapped(standing.case, plan, relaxed.reduced, SWAP_WIDTH, standing.stop)
        standing.offer(found)


def first_plan_by_highs(standing: Standing, seed: int) -> bool:
    """Let HiGHS find any plan where the heuristics did not; tell whether there is none at all."""

    def found(incumbent: float, _bound: float) -> bool:
        return bool(np.isfinite(incumbent)) or standing.stop()

    answer, plan = solve_compact(
        standing.case, seconds=standing.watch.remaining, seed=seed, listener=found
    )
    if plan is not None and standing.case.question.single:
        standing.offer(plan)
        standing.offer(plan_for(standing.case, plan.open))
    standing.offer(plan)
    return answer.infeasible
