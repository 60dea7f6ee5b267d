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
# So many of the most promising closed sites are tried in swaps.
SWAP_WIDTH = 15


def solve_root(standing: Standing) -> Relaxed:
    """Raise the bound at the root, with plans on the way; return the relaxed case."""
    case = standing.case
    ascent = Ascent(case, first_prices(case))
    seen: set[bytes] = set()
    for _ in range(STRETCHES):
        if standing.stop():
            break
        more = ascent.climb(upper=standing.upper, iterations=STEPS_PER_STRETCH)
        standing.raise_bound(ascent.bound)
        _try_sites(standing, ascent.latest(), seen)
        if not more or standing.closed:
            break
    relaxed = ascent.best()
    if standing.plan is not None and case.question.single and not standing.closed:
        found = swapped(case, standing.plan, relaxed.reduced, SWAP_WIDTH, standing.stop)
        standing.offer(found)
    return relaxed


def _try_sites(standing: Standing, open_: Flags, seen: set[bytes]) -> None:
    """Build a plan on sites not tried before."""
    case, key = standing.case, open_.tobytes()
    if key in seen or not open_.any():
        return
    seen.add(key)
    plan: Plan | None = None
    if case.question.single:
        plan = plan_for(case, open_)
    elif len(seen) <= MOST_SPLIT_PLANS:
        plan = split_plan(case, open_, standing.watch.remaining)
    standing.offer(plan)


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
