"""Small capacitated questions, and the slow and simple way to answer them."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st

from knutpunkt.engines.location.capacity import CapacitatedQuestion
from knutpunkt.engines.location.costs import MatrixCosts
from knutpunkt.engines.location.errors import LocationRefused
from knutpunkt.engines.location.milp import Milp
from knutpunkt.engines.location.question import Question, Rule, rule_rows


def question_of(
    cost, demand, capacity, *, forced=(), excluded=(), count=None, opening=(), ceiling=None,
    rules=(), weight=None, **others,
):  # fmt: skip
    """Build a question with sites given by number and perhaps one capacity for all."""
    costs = MatrixCosts(cost)
    sites = costs.sites
    fewest, most = count if isinstance(count, tuple) else (count or 1, count or sites)
    weight = np.ones(costs.clients) if weight is None else weight
    asked = Question(
        costs, weight, fewest, most, np.asarray(opening, float),
        None if ceiling is None else np.broadcast_to(ceiling, costs.clients),
        np.isin(np.arange(sites), forced), np.isin(np.arange(sites), excluded), tuple(rules),
    )  # fmt: skip
    return CapacitatedQuestion(asked, np.broadcast_to(capacity, sites), demand, **others)


def scattered(seed, *, clients=50, count=5, fill=0.9, **others):
    """Clients on a square who are sites too, with whole demands and whole distances.

    ``fill`` is the share of the open sites' capacity that the demand takes.
    """
    random = np.random.default_rng(seed)
    place = random.integers(1, 101, (clients, 2))
    cost = np.floor(np.linalg.norm(place[:, None] - place, axis=2))
    demand = random.integers(1, 21, clients)
    capacity = np.ceil(demand.sum() / count / fill)
    return question_of(cost, demand, capacity, count=count, **others)


def open_sets(question):
    """Every choice of sites that obeys the numbers, the forced and excluded ones, and the rules."""
    asked = question.asked
    for number in range(asked.at_least, asked.at_most + 1):
        for chosen in combinations(np.flatnonzero(~asked.excluded).tolist(), number):
            if obeys_rules(question, chosen):
                yield chosen


def obeys_rules(question, chosen):
    """Tell whether open sites obey the numbers, the forced and excluded ones, and the rules."""
    asked, open_ = question.asked, np.isin(np.arange(question.sites), list(chosen))
    parts, least, most = rule_rows(asked.rules, question.sites)
    sums = parts @ open_
    return (
        asked.at_least <= open_.sum() <= asked.at_most
        and (sums >= least - 1e-9).all()
        and (sums <= most + 1e-9).all()
        and not (asked.forced & ~open_).any()
        and not (asked.excluded & open_).any()
    )


def within_loads(question, sites, server):
    """Tell whether the loads of the open sites are in their ranges, client by client."""
    load = dict.fromkeys(sites, 0.0)
    for client, site in enumerate(server):
        if site >= 0:
            load[site] += question.size[client]
    return all(
        question.least_load[site] - 1e-9 <= load[site] <= question.capacity[site] + 1e-9
        for site in sites
    )


def least_cost(question):
    """The cheapest plan, by trying every choice of sites; ``None`` when none is allowed."""
    allotted = _least_whole if question.single else _least_split
    best = min(
        (
            allotted(question, sites) + question.asked.opening[list(sites)].sum()
            for sites in open_sets(question)
        ),
        default=np.inf,
    )
    return None if np.isinf(best) else best


def _least_whole(question, sites):
    """Every assignment to some open sites, tried."""
    unserved = question.unserved
    ways = sites if unserved is None else (*sites, -1)
    cost = np.column_stack([question.serving, np.zeros(question.clients)])
    if unserved is not None:
        cost[:, -1] = unserved
    clients, best = np.arange(question.clients), np.inf
    for server in product(ways, repeat=question.clients):
        total = cost[clients, list(server)].sum()
        if total < best and within_loads(question, sites, server):
            best = total
    return best


def _least_split(question, sites):
    """The transportation problem over some open sites, by linear programming."""
    cost = question.serving[:, list(sites)]
    if question.unserved is not None:
        cost = np.column_stack([cost, question.unserved])
    if not np.isfinite(cost).any(axis=1).all():
        return np.inf
    client, place = np.nonzero(np.isfinite(cost))
    many = len(client)
    model = Milp(cost=cost[client, place], lower=np.zeros(many), upper=np.ones(many), integers=0)
    for one in range(question.clients):
        own = np.flatnonzero(client == one)
        model.add_row(own, np.ones(len(own)), 1.0, 1.0)
    for number, site in enumerate(sites):
        own = np.flatnonzero(place == number)
        model.add_row(
            own, question.size[client[own]], question.least_load[site], question.capacity[site]
        )
    answer = model.minimise()
    return np.inf if answer.infeasible else float(cost[client, place] @ answer.values)


@st.composite
def small_questions(draw, *, single=True, clients=5, sites=5, rules=True):
    """Draw a few clients and sites, tight capacities, and perhaps everything else there is."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    question = None
    while question is None:
        question = _question(random, clients, sites, single=single, rules=rules)
    return question


def _question(random, clients, sites, *, single, rules):
    clients, sites = random.integers(1, clients + 1), random.integers(2, sites + 1)
    whole, size = random.random() < 0.5, (clients, sites)
    cost = random.integers(0, 9, size).astype(float) if whole else random.uniform(0, 9, size)
    demand = random.integers(0, 4, clients) if whole else random.uniform(0, 4, clients)
    cost[random.random(size) < random.choice([0.0, 0.2])] = np.inf
    capacity = random.integers(1, 9, sites)
    least = np.minimum(random.integers(0, 4, sites) * random.integers(0, 2), capacity)
    state = random.integers(0, 8, sites)
    low = int(random.integers(1, sites + 1))
    high = low if random.random() < 0.5 else int(random.integers(low, sites + 1))
    try:
        return question_of(
            cost, demand, capacity, forced=np.flatnonzero(state == 0),
            excluded=np.flatnonzero(state == 1), count=(low, high), single=single,
            opening=random.integers(-3, 9, sites) * random.integers(0, 2), minimum_load=least,
            ceiling=random.uniform(2, 12) if random.random() < 0.3 else None,
            weight=random.integers(0, 4, clients) if whole else None,
            rules=_rules(random, sites) if rules else (),
        )  # fmt: skip
    except LocationRefused:
        return None


def _rules(random, sites):
    """Up to three rules of every kind: quotas that may overlap, a budget, a pair, an exclusion."""
    every = np.arange(sites)
    kinds = [
        lambda: Rule("quota", every[random.random(sites) < 0.6], random.integers(0, 2), 2),
        lambda: Rule("other quota", every[: sites // 2 + 1], None, random.integers(1, 3)),
        lambda: Rule("inner quota", every[:1], random.integers(0, 2), 1),
        lambda: Rule("budget", every, None, random.integers(4, 12), random.integers(1, 6, sites)),
        lambda: Rule("together", [0, 1], 0, 0, [1.0, -1.0]),
        lambda: Rule("not both", [0, sites - 1], None, 1),
    ]
    chosen = random.choice(len(kinds), random.integers(0, 4), replace=False)
    return [kinds[kind]() for kind in chosen]


def splitting(question):
    """The same question with clients that may be split."""
    return replace(question, single=False)
