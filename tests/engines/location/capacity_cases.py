"""Small capacitated questions, and the slow and simple way to answer them."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from knutpunkt.engines.location.capacity import CapacitatedQuestion


def question_of(cost, demand, capacity, *, forced=(), excluded=(), **others):
    """Build a question with sites given by number and perhaps one capacity for all."""
    cost = np.asarray(cost, dtype=float)
    sites = cost.shape[1]
    return CapacitatedQuestion(
        cost=cost,
        demand=demand,
        capacity=np.broadcast_to(capacity, sites),
        forced=np.isin(np.arange(sites), forced),
        excluded=np.isin(np.arange(sites), excluded),
        **others,
    )


def scattered(seed, *, clients=50, count=5, fill=0.9):
    """Clients on a square who are sites too, with whole demands and whole distances.

    ``fill`` is the share of the open sites' capacity that the demand takes.
    """
    random = np.random.default_rng(seed)
    place = random.integers(1, 101, (clients, 2))
    cost = np.floor(np.linalg.norm(place[:, None] - place, axis=2))
    demand = random.integers(1, 21, clients)
    return question_of(cost, demand, np.ceil(demand.sum() / count / fill), count=count)


def open_sets(question):
    """Every choice of sites that obeys the count, the forced and the excluded ones."""
    for number in range(1, question.sites + 1):
        if question.count in (None, number):
            for sites in combinations(np.flatnonzero(question.is_allowed).tolist(), number):
                if set(np.flatnonzero(question.is_forced)) <= set(sites):
                    yield sites


def within_loads(question, sites, server):
    """Tell whether the loads of the open sites are in their ranges, client by client."""
    load = dict.fromkeys(sites, 0.0)
    for client, site in enumerate(server):
        load[site] += question.demand[client]
    return all(
        question.least_load[site] - 1e-9 <= load[site] <= question.capacity[site] + 1e-9
        for site in sites
    )


def least_cost(question):
    """Try every assignment to every choice of sites; ``None`` when none is allowed."""
    clients = np.arange(question.clients)
    best = np.inf
    for sites in open_sets(question):
        opening = question.opening[list(sites)].sum()
        for server in product(sites, repeat=question.clients):
            total = opening + question.cost[clients, list(server)].sum()
            if total < best and within_loads(question, sites, server):
                best = total
    return None if np.isinf(best) else best


def in_single_units(question):
    """Make every client of whole demand q into q clients of demand 1, which share its cost.

    With whole capacities, splitting clients is then the same as assigning units (the constraints
    of a transportation problem are totally unimodular).
    """
    copies = question.demand.astype(int)
    return CapacitatedQuestion(
        cost=np.repeat(question.cost / question.demand[:, None], copies, axis=0),
        demand=np.ones(copies.sum()),
        capacity=question.capacity,
        opening_cost=question.opening_cost,
        count=question.count,
        forced=question.forced,
        excluded=question.excluded,
        minimum_load=question.minimum_load,
    )


@st.composite
def small_questions(draw, *, single=True, clients=5, whole=None):
    """Draw up to 5 clients and 4 sites, tight capacities, perhaps minimum loads and gaps."""
    clients, sites = draw(st.integers(1, clients)), draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    whole = draw(st.booleans()) if whole is None else whole
    size = (clients, sites)
    cost = random.integers(0, 9, size) if whole else random.uniform(0, 9, size)
    demand = random.integers(1, 4, clients) if whole else random.uniform(0, 4, clients)
    cost = np.where(random.random(size) < draw(st.sampled_from([0.0, 0.2])), np.inf, cost)
    capacity = random.integers(1, 9, sites)
    least = np.minimum(random.integers(0, 4, sites) * draw(st.integers(0, 1)), capacity)
    state = random.integers(0, 6, sites)
    state[0] = 2
    forced, allowed = int((state == 0).sum()), int((state != 1).sum())
    count = draw(st.none() | st.integers(max(forced, 1), allowed))
    return question_of(
        cost,
        demand,
        capacity,
        forced=np.flatnonzero(state == 0),
        excluded=np.flatnonzero(state == 1),
        count=count,
        single=single,
        opening_cost=random.integers(0, 9, sites) * draw(st.integers(0, 1)),
        minimum_load=least,
    )
