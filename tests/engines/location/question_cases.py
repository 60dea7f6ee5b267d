"""Questions of every kind, small enough to try all plans."""

from itertools import combinations

import numpy as np

from knutpunkt.engines.location.costs import CoverCosts, MatrixCosts
from knutpunkt.engines.location.errors import LocationRefused
from knutpunkt.engines.location.question import Question, Rule, rule_rows


def random_question(seed):
    """Costs with ties, gaps and ceilings, opening costs below 0, every kind of rule; or none."""
    random = np.random.default_rng(seed)
    clients, sites = int(random.integers(1, 12)), int(random.integers(2, 9))
    whole = random.random() < 0.5
    cost = random.integers(0, 20, (clients, sites)) if whole else random.random((clients, sites))
    cost = cost.astype(float)
    if random.random() < 0.2:
        cost[random.random((clients, sites)) < 0.3] = np.inf
    costs, ceiling = MatrixCosts(cost), None
    if random.random() < 0.2:
        costs, ceiling = CoverCosts(costs, 6.0 if whole else 0.3), np.ones(clients)
    elif random.random() < 0.2:
        ceiling = random.random(clients) * 8
    low = int(random.integers(1, sites + 1))
    high = low if random.random() < 0.6 else int(random.integers(low, sites + 1))
    opening = random.integers(-10, 20, sites) if random.random() < 0.4 else np.zeros(sites)
    forced = random.random(sites) < 0.1
    excluded = (random.random(sites) < 0.1) & ~forced
    rules = tuple(_rule(random, number, sites) for number in range(random.integers(0, 4)))
    try:
        return Question(costs, random.integers(0, 5, clients).astype(float), low, high,
                        opening.astype(float), ceiling, forced, excluded, rules)  # fmt: skip
    except LocationRefused:
        return None


def _rule(random, number, sites):
    members = np.flatnonzero(random.random(sites) < 0.5)
    members = members if len(members) else np.arange(2)
    kind = random.integers(4)
    if kind == 0:
        return Rule(f"quota {number}", members, int(random.integers(0, 2)), 3)
    if kind == 1:
        return Rule(f"budget {number}", members, None, 9.0, random.integers(1, 6, len(members)))
    if kind == 2:
        return Rule(f"together {number}", [0, 1], 0, 0, [1.0, -1.0])
    return Rule(f"not both {number}", members, None, 1)


def least_cost(question):
    """Try every plan; infinite when none is possible."""
    sites = question.costs.sites
    cost = question.costs.of(np.arange(sites))
    parts, least, most = rule_rows(question.rules, sites)
    best = np.inf
    for many in range(question.at_least, question.at_most + 1):
        for plan in combinations(range(sites), many):
            chosen = np.isin(np.arange(sites), plan)
            sums = parts @ chosen
            if (question.forced & ~chosen).any() or (question.excluded & chosen).any():
                continue
            if (sums < least - 1e-9).any() or (sums > most + 1e-9).any():
                continue
            paid = cost[:, list(plan)].min(axis=1)
            if question.ceiling is not None:
                paid = np.minimum(paid, question.ceiling)
            paid = np.where(question.weight > 0, paid, 0.0)
            best = min(best, float(question.weight @ paid) + question.opening[list(plan)].sum())
    return best
