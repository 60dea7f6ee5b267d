"""Small location problems, and the slow and simple way to solve them."""

from itertools import combinations

import numpy as np
from hypothesis import strategies as st

from knutpunkt.engines.location import Problem, Quota


def problem_of(cost, persons=None, *, fixed=(), excluded=(), new_sites=1, quotas=()):
    """Build a problem with sites given by number."""
    cost = np.asarray(cost, dtype=float)
    sites = cost.shape[1]
    return Problem(
        cost=cost,
        persons=np.ones(len(cost)) if persons is None else persons,
        fixed_open=np.isin(np.arange(sites), fixed),
        excluded=np.isin(np.arange(sites), excluded),
        new_sites=new_sites,
        quotas=tuple(quotas),
    )


def random_problem(seed, *, points=60, sites=40, fixed=4, new_sites=6):
    """Points and sites strewn over a square, four overlapping groups with quotas."""
    random = np.random.default_rng(seed)
    here, there = random.uniform(0, 100, (points, 2)), random.uniform(0, 100, (sites, 2))
    cost = np.linalg.norm(here[:, None] - there, axis=2)
    west, south = there[:, 0] < 50, there[:, 1] < 50
    quotas = (
        Quota("west", west, 1, 4),
        Quota("south", south, 2),
        Quota("south-west", west & south, 1, 2),
        Quota("north", ~south, 1, 3),
    )
    persons = random.integers(1, 500, points)
    return problem_of(
        cost, persons, fixed=range(fixed), excluded=[sites - 1], new_sites=new_sites, quotas=quotas
    )


def obeys(problem, sites, quotas=None):
    """Tell whether the new sites fill every quota, counted one by one."""
    for quota in problem.quotas if quotas is None else quotas:
        count = len(set(sites) & set(quota.sites.tolist()))
        if count < quota.at_least or (quota.at_most is not None and count > quota.at_most):
            return False
    return True


def every_plan(problem):
    """All choices of new sites, quotas or not."""
    return combinations(problem.candidates.tolist(), problem.new_sites)


def least_person_minutes(problem):
    """Try every plan; ``None`` when none obeys the quotas."""
    totals = [
        float(problem.persons @ problem.cost[:, problem.opened(plan)].min(axis=1))
        for plan in every_plan(problem)
        if obeys(problem, plan)
    ]
    return min(totals, default=None)


@st.composite
def small_problems(draw):
    """Draw up to 7 points and 8 sites, some fixed, some excluded, up to 4 quotas."""
    points, sites = draw(st.integers(1, 7)), draw(st.integers(2, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    # Whole minutes make ties, which are where a careless proof goes wrong.
    whole = draw(st.booleans())
    cost = (
        random.integers(0, 9, (points, sites)) if whole else random.uniform(0, 9, (points, sites))
    )
    state = random.integers(0, 5, sites)
    state[0] = 2
    free = int((state > 1).sum())
    quotas = [
        Quota(f"quota {number}", random.random(sites) < 0.5, low, low + spare)
        for number, (low, spare) in enumerate(
            draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=4))
        )
    ]
    return problem_of(
        cost,
        random.integers(0, 50, points),
        fixed=np.flatnonzero(state == 0),
        excluded=np.flatnonzero(state == 1),
        new_sites=draw(st.integers(1, free)),
        quotas=quotas,
    )
