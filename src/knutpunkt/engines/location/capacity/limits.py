"""What follows from a question before anything is searched: limits on loads and numbers of sites.

Every limit here holds in every plan, so adding it to a relaxation only makes the bound better.
Where clients may be left unserved, one more place stands behind the sites: it is always open,
carries everything, and what being unserved costs is the cost of being served there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Flags, Floats
from knutpunkt.engines.location.groups import Groups, groups_of
from knutpunkt.engines.location.question import Rule, bounds, rule_rows, sorted_rules

# Loads are compared with this share of the capacity as room for rounding.
LOAD_TOLERANCE = 1e-9
#: Names of what follows from the loads, beside those of the rules.
ROOM, NEED = "capacities", "minimum loads"


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits that hold in every plan.

    Parameters
    ----------
    fewest, most
        How many sites are open; ``fewest > most`` when no plan exists.
    capacity
        The greatest load of each place, shape ``(places,)``; 0 where it must not be open.
    least_load
        The least load of each place if it is open, shape ``(places,)``.
    cost
        Serving costs, shape ``(places, clients)``, infinite where a pair is impossible.
    opening
        Opening costs, shape ``(places,)``.
    forced, closed
        Places that are open, and not, in every plan, shape ``(places,)``.
    groups
        Counts over nested groups, of all places.
    parts, low, high
        All rules as rows over the places; the first is the count.
    others
        Which rows are not counts over nested groups, so that they have prices.
    """

    fewest: int
    most: int
    capacity: Floats
    least_load: Floats
    cost: Floats
    opening: Floats
    forced: Flags
    closed: Flags
    groups: Groups
    parts: Floats
    low: Floats
    high: Floats
    others: tuple[int, ...]


def limits_of(question: CapacitatedQuestion) -> Limits:
    """Read the limits off the question."""
    asked, more = question.asked, int(question.unserved is not None)
    total = float(question.size.sum())
    allowed = ~asked.excluded
    capacity = np.where(allowed, np.minimum(question.capacity, total), 0.0)
    fewest, most = _numbers(question, capacity, total)
    least = question.least_load
    if not more:
        others = _greatest_of_others(capacity, most - 1)
        implied = np.where(allowed, total - others - LOAD_TOLERANCE * total, 0.0)
        least = np.maximum(np.maximum(least, implied), 0.0)
    rules = (*asked.rules, *load_rules(question, capacity))
    nested, others_ = sorted_rules(rules)
    parts, low, high = rule_rows(rules, question.sites)
    groups = groups_of(
        question.sites + more, fewest + more, most + more,
        [(np.asarray(rule.sites), *bounds(rule)) for rule in nested],
    )  # fmt: skip
    return Limits(
        fewest, most, _beside(capacity, total, more), _beside(least, 0.0, more),
        _costs(question, capacity), _beside(asked.opening, 0.0, more),
        np.append(asked.forced, np.ones(more, np.bool_)),
        np.append(asked.excluded, np.zeros(more, np.bool_)), groups,
        np.pad(np.vstack((np.ones((1, question.sites)), parts)), ((0, 0), (0, more))),
        np.concatenate(([float(fewest)], low)), np.concatenate(([float(most)], high)),
        tuple(1 + rules.index(rule) for rule in others_),
    )  # fmt: skip


def load_rules(question: CapacitatedQuestion, capacity: Floats) -> list[Rule]:
    """What the loads demand of the open sites together, as rules."""
    total, every = float(question.size.sum()), np.arange(question.sites)
    allowed, found = ~question.asked.excluded, []
    # Where all are alike, the number of sites says the same.
    if question.unserved is None and np.ptp(capacity[allowed]) > 0:
        # A little less, so that rounding never forbids a plan.
        found.append(Rule(ROOM, every, total * (1 - LOAD_TOLERANCE), None, capacity))
    if np.ptp(question.least_load[allowed]) > 0:
        found.append(Rule(NEED, every, None, total * (1 + LOAD_TOLERANCE), question.least_load))
    return found


def _beside(amounts: Floats, last: float, more: int) -> Floats:
    return np.append(amounts, [last] * more)


def _costs(question: CapacitatedQuestion, capacity: Floats) -> Floats:
    cost = question.serving.T.copy(order="C")
    cost[question.asked.excluded] = np.inf
    if question.single:
        cost[question.size > (capacity * (1 + LOAD_TOLERANCE))[:, None]] = np.inf
    if question.unserved is None:
        return cost
    return np.vstack((cost, question.unserved))


def _numbers(question: CapacitatedQuestion, capacity: Floats, total: float) -> tuple[int, int]:
    """Fewest sites that carry the demand, most sites that the minimum loads leave room for."""
    asked, slack = question.asked, LOAD_TOLERANCE * total
    loads = np.cumsum(np.sort(question.least_load[~asked.excluded]))
    most = min(int((loads <= total + slack).sum()), asked.at_most)
    fewest = max(int(asked.forced.sum()), asked.at_least)
    if question.unserved is None:
        carried = np.cumsum(np.sort(capacity)[::-1])
        enough = np.flatnonzero(carried >= total - slack)
        fewest = max(fewest, int(enough[0]) + 1 if len(enough) else question.sites + 1)
    return fewest, most


def _greatest_of_others(capacity: Floats, number: int) -> Floats:
    """For each site, the sum of the ``number`` greatest capacities of the others."""
    if number <= 0:
        return np.zeros(len(capacity))
    order = np.argsort(-capacity, kind="stable")
    first, spare = order[:number], order[number : number + 1]
    sums = np.full(len(capacity), capacity[first].sum())
    sums[first] += capacity[spare].sum() - capacity[first]
    return sums
