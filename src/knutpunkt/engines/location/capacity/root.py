"""The root: raise the bound, and build plans from the sites that its steps open."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from knutpunkt.engines.location.capacity.compact import solve_compact
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE
from knutpunkt.engines.location.capacity.plans import Plan, neighbours, plan_for, swapped
from knutpunkt.engines.location.capacity.question import Flags
from knutpunkt.engines.location.capacity.relaxation import Ascent, Relaxed, first_prices
from knutpunkt.engines.location.capacity.splitting import split_over

STRETCHES = 150
STEPS_PER_STRETCH = 10
# Swaps start from so many of the best plans.
SWAPPED_PLANS = 6
# So many of the most promising closed sites are tried in swaps.
SWAP_WIDTH = 15
# Transportation problems at the root take at most so many times the work of the climb.
SPLIT_WORK = 1.5


def solve_root(standing: Standing) -> Relaxed:
    """Raise the bound at the root, with plans on the way; return the relaxed case."""
    case = standing.case
    ascent = Ascent(case, first_prices(case))
    plans: dict[bytes, Plan | None] = {}
    climbing = trying = 0
    for _ in range(STRETCHES):
        if standing.stop():
            break
        more = ascent.climb(upper=standing.upper, iterations=STEPS_PER_STRETCH)
        standing.meter.add(ascent.work - climbing)
        climbing = ascent.work
        standing.raise_bound(ascent.bound)
        if case.question.single or trying <= SPLIT_WORK * climbing:
            trying += try_sites(standing, ascent.latest(), plans)
        if not more or standing.closed:
            break
    relaxed = ascent.best()
    if case.question.single:
        _swap_from(standing, [plan for plan in plans.values() if plan is not None], relaxed)
    else:
        _swap_split(standing, relaxed, int(SPLIT_WORK * climbing))
    return relaxed


def try_sites(standing: Standing, relaxed: Relaxed, plans: dict[bytes, Plan | None]) -> int:
    """Build a plan on the sites that a relaxed plan opens, if not tried before; the work it was."""
    case = standing.case
    open_: Flags | None = relaxed.chosen
    if case.limits.others and not case.obeys(relaxed.chosen):
        open_ = case.obeying(relaxed.reduced)
    if open_ is None or open_.tobytes() in plans or not open_.any():
        return 0
    if case.question.single:
        plan, work = plan_for(case, open_), case.cost.size
    else:
        plan, _, work = split_over(case, open_)
    standing.meter.add(work)
    plans[open_.tobytes()] = plan
    standing.offer(plan)
    return work


def _swap_from(standing: Standing, plans: list[Plan], relaxed: Relaxed) -> None:
    """Swap sites from the best few plans that differ in their sites."""
    distinct: dict[bytes, Plan] = {}
    for plan in sorted(plans, key=lambda plan: plan.cost):
        distinct.setdefault(plan.open.tobytes(), plan)
    for plan in list(distinct.values())[:SWAPPED_PLANS]:
        if standing.closed or standing.stop():
            break
        found = swapped(
            standing.case, plan, relaxed.reduced, SWAP_WIDTH, standing.stop, standing.meter
        )
        standing.offer(found)


def _swap_split(standing: Standing, relaxed: Relaxed, most: int) -> None:
    """Change the sites of the best plan one by one, with so much work at most."""
    tried: set[bytes] = set()
    while standing.plan is not None and not standing.closed:
        before = standing.plan
        for open_ in _not_yet(standing, before, relaxed, tried):
            if most <= 0 or standing.stop():
                return
            plan, _, work = split_over(standing.case, open_)
            standing.meter.add(work)
            most -= work
            if plan is not None and plan.cost < before.cost - LOAD_TOLERANCE * abs(before.cost):
                standing.offer(plan)
                break
        if standing.plan is before:
            return


def _not_yet(
    standing: Standing, plan: Plan, relaxed: Relaxed, tried: set[bytes]
) -> Iterator[Flags]:
    for open_ in neighbours(standing.case, plan.open, relaxed.reduced, SWAP_WIDTH):
        if open_.tobytes() not in tried:
            tried.add(open_.tobytes())
            yield open_


def first_plan_by_highs(standing: Standing, seed: int) -> bool:
    """Let HiGHS find any plan where the heuristics did not; tell whether there is none at all."""

    def found(incumbent: float, _bound: float) -> bool:
        return bool(np.isfinite(incumbent)) or standing.stop()

    case = standing.case
    answer, plan = solve_compact(
        case, seconds=standing.meter.left, seed=seed, listener=found, costed=False
    )
    standing.meter.add(case.cost.size)
    if plan is not None:
        better = plan_for(case, plan.open) if case.question.single else (
            split_over(case, plan.open).plan
        )  # fmt: skip
        standing.offer(better)
    standing.offer(plan)
    return answer.infeasible
