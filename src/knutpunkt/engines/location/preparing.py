"""From a question to arrays: lists long enough, clients that count, rules sorted by kind."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.groups import groups_of
from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.lists import CostLists, starts
from knutpunkt.engines.location.question import Question, bounds, rule_rows, sorted_rules

Floats = NDArray[np.float64]

#: Up to so many pairs of client and site all of them are listed.
ALL_LISTED, FEW_PAIRS = 1_200_000, 40_000
#: Where more sites open than one in so many, lists are short and cutting them pays sooner.
SHARED_BY = 20
#: Lists are cut so that there are at most so many entries.
MOST_ENTRIES = 60_000_000
#: Lists to begin with hold so many times the sites an open one has around it.
FIRST_LENGTH = 4
#: Afterwards they reach so far beyond the second nearest open site.
REACH = 1.3
LEAST_LENGTH = 12
PAIRS_AT_ONCE = 4_000_000


def instance_of(question: Question) -> tuple[Instance, NDArray[np.intp]]:
    """The arrays of a question, with lists long enough to begin with.

    Returns
    -------
    tuple
        The instance, and which of its rows of rules are not counts over nested groups.
    """
    lists, cap = _first_lists(question)
    others = sorted_rules(question.rules)[1]
    rows = [1 + question.rules.index(rule) for rule in others]
    return _instance(question, lists, cap), np.array(rows, np.intp)


def reaching_around(question: Question, at: Instance, plan: Plan) -> Instance:
    """The same with lists that reach beyond the second nearest site of a plan.

    Where the lists were complete already nothing changes. Payments never pass the last listed
    cost, so a shorter list makes the bound no less valid.
    """
    if question.ceiling is not None or _all_listed(question):
        return at
    near = at.nearest(plan.chosen)
    reach = REACH
    some = question.costs.nearest(min(LEAST_LENGTH, question.costs.sites))
    least = some.last(np.zeros(some.clients))
    rows = _counting(question)
    radius = least.copy()
    radius[rows] = np.maximum(least[rows], near.second_cost * reach)
    lists = question.costs.within(radius)
    while len(lists.site) > MOST_ENTRIES and reach > 1:
        reach *= 0.9
        radius[rows] = np.maximum(least[rows], near.second_cost * reach)
        lists = question.costs.within(radius)
    # What lies at the radius itself may be listed or not: the payments stop there.
    return _instance(question, lists, radius, cut=True)


def _all_listed(question: Question) -> bool:
    pairs = question.costs.clients * question.costs.sites
    many_open = question.at_least * SHARED_BY >= question.costs.sites
    return pairs <= (FEW_PAIRS if many_open else ALL_LISTED)


def _first_lists(question: Question) -> tuple[CostLists, Floats]:
    costs = question.costs
    if question.ceiling is not None:
        return costs.within(question.ceiling), question.ceiling.copy()
    if _all_listed(question):
        lists = costs.within(np.inf)
        return lists, _greatest(lists, costs.sites)
    share = costs.sites / max(1, question.at_most)
    many = int(min(costs.sites, max(20, FIRST_LENGTH * share)))
    lists = costs.nearest(many)
    return lists, _greatest(lists, many)


def _beyond(
    question: Question, clients: NDArray[np.intp], most: float
) -> Callable[[NDArray[np.intp], NDArray[np.intp]], Floats]:
    def least(rows: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        found = np.empty(len(rows))
        # Whom nobody can serve costs more than anybody else, but not without end.
        step = max(1, PAIRS_AT_ONCE // max(1, len(sites)))
        for begin in range(0, len(rows), step):
            some = clients[rows[begin : begin + step]]
            found[begin : begin + step] = question.costs.between(some, sites).min(axis=1)
        return np.minimum(found, most)

    return least


def _greatest(lists: CostLists, many: int) -> Floats:
    """The last cost of each list; where sites are missing among so many, more than any costs."""
    cap = lists.last(np.zeros(lists.clients))
    cap[lists.lengths < many] = _dearest(lists)
    return cap


def _dearest(lists: CostLists) -> float:
    return 10.0 * (1.0 + float(lists.cost.max(initial=0.0)))


def _counting(question: Question) -> NDArray[np.intp]:
    """Clients of whom there is anybody."""
    return np.flatnonzero(question.weight > 0)


def _instance(question: Question, lists: CostLists, cap: Floats, *, cut: bool = False) -> Instance:
    rows = _counting(question)
    weight = question.weight
    row_of = np.full(len(weight), -1, np.intp)
    row_of[rows] = np.arange(len(rows))
    if len(rows) < len(weight):
        lists, cap, weight = rows_of(lists, rows), cap[rows], weight[rows]
    if question.ceiling is not None:
        lists, cap, weight, group = _together(lists, cap, weight)
        row_of[rows] = group
    nested = sorted_rules(question.rules)[0]
    sites = question.costs.sites
    parts, least, most = rule_rows(question.rules, sites)
    whole = all(
        bool((array == np.floor(array)).all())
        for array in (
            lists.cost,
            weight,
            question.opening,
            cap if question.ceiling is not None else weight,
        )
    )
    low, high = question.at_least, question.at_most
    opening = question.opening.copy()  # kernels are compiled for arrays that may be written
    at = Instance(
        lists, weight.copy(), cap, opening, opening, 0.0,
        np.zeros(sites, np.bool_), np.zeros(sites, np.bool_),
        groups_of(sites, low, high, [(np.asarray(r.sites), *bounds(r)) for r in nested]),
        np.vstack((np.ones((1, sites)), parts)),
        np.concatenate(([float(low)], least)), np.concatenate(([float(high)], most)), whole,
        row_of, cap if cut else None, _beyond(question, rows, _dearest(lists)) if cut else None,
    )  # fmt: skip
    if question.forced.any() or question.excluded.any():
        return at.shortened(question.forced.copy(), question.excluded.copy())
    return at


def rows_of(lists: CostLists, rows: NDArray[np.intp]) -> CostLists:
    """The lists of some clients."""
    lengths = lists.lengths[rows]
    start = starts(lengths)
    entries = np.repeat(lists.start[rows] - start[:-1], lengths) + np.arange(start[-1])
    return CostLists(start, lists.site[entries], lists.cost[entries], lists.sites)


def _together(
    lists: CostLists, cap: Floats, weight: Floats
) -> tuple[CostLists, Floats, Floats, NDArray[np.intp]]:
    """Clients with the same list become one; those nobody can serve stay as one."""
    seen: dict[bytes, int] = {}
    group = np.empty(len(weight), np.intp)
    first: list[int] = []
    for i in range(len(weight)):
        own = slice(lists.start[i], lists.start[i + 1])
        key = lists.site[own].tobytes() + lists.cost[own].tobytes() + cap[i].tobytes()
        group[i] = seen.setdefault(key, len(first))
        if group[i] == len(first):
            first.append(i)
    kept = np.array(first, np.intp)
    return (
        rows_of(lists, kept),
        cap[kept],
        np.bincount(group, weight, len(first)).astype(np.float64),
        group,
    )
