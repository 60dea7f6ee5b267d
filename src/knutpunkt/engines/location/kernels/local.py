"""Plans made better by opening, closing or moving one site at a time.

What a swap saves is put together from what the new site gains, what leaving the old one loses, and
what the pair has in common, over the clients of the new site alone.

Sources: Whitaker (1983), INFOR 21(2): 95-108; Resende and
Werneck (2007), Annals of Operations Research 150: 205-230.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import NOBODY, Floats, Lists, Mask, Numbers, Starts


class BySite(NamedTuple):
    """The lists turned round, and what opening each site costs."""

    begins: Starts
    client: Numbers
    price: Floats
    opening: Floats


class Near(NamedTuple):
    """Nearest and second nearest open site of each client; -1 and the cap where none is listed."""

    first: Numbers
    first_cost: Floats
    second: Numbers
    second_cost: Floats


class Rows(NamedTuple):
    """Rules on the open sites: factors ``(rules, sites)``, least and most."""

    parts: Floats
    least: Floats
    most: Floats


class State(NamedTuple):
    """What a plan is made of while it changes.

    Open sites and how many they are, which they are, fixed ones, what closing each loses, sums of
    the rules, and room to work: what pairs share, and the sites touched.
    """

    open_: Starts
    many: Starts
    chosen: Mask
    fixed: Mask
    loss: Floats
    sums: Floats
    shared: Floats
    touched: Starts


@kernel
def _keeps_rules(rows: Rows, sums: Floats, opens: int, closes: int) -> bool:
    for r in range(len(sums)):
        now = sums[r]
        if opens >= 0:
            now += rows.parts[r, opens]
        if closes >= 0:
            now -= rows.parts[r, closes]
        if now < rows.least[r] or now > rows.most[r]:
            return False
    return True


@kernel
def _served_again(i: int, lists: Lists, near: Near, state: State) -> None:
    """Find the two nearest open sites of a client again, and what closing them now loses."""
    people = lists.weight[i]
    if near.first[i] >= 0:
        state.loss[near.first[i]] -= people * (near.second_cost[i] - near.first_cost[i])
    near.first[i], near.second[i] = -1, -1
    near.first_cost[i], near.second_cost[i] = lists.cap[i], lists.cap[i]
    for e in range(lists.start[i], lists.start[i + 1]):
        if lists.cost[e] >= lists.cap[i]:
            break
        if state.chosen[lists.site[e]]:
            if near.first[i] >= 0:
                near.second[i], near.second_cost[i] = lists.site[e], lists.cost[e]
                break
            near.first[i], near.first_cost[i] = lists.site[e], lists.cost[e]
    if near.first[i] >= 0:
        state.loss[near.first[i]] += people * (near.second_cost[i] - near.first_cost[i])


@kernel
def _cheapest(state: State, opening: Floats) -> int:
    """The open site whose closing loses least."""
    found, least = NOBODY, np.inf
    for k in range(state.many[0]):
        q = state.open_[k]
        if not state.fixed[q] and state.loss[q] - opening[q] < least:
            found, least = q, state.loss[q] - opening[q]
    return found


@kernel
def _begun(lists: Lists, near: Near, rows: Rows, chosen: Mask, fixed: Mask) -> State:
    sites = len(chosen)
    loss, sums = np.zeros(sites), np.zeros(len(rows.least))
    for i in range(len(lists.weight)):
        if near.first[i] >= 0:
            gap = near.second_cost[i] - near.first_cost[i]
            loss[near.first[i]] += lists.weight[i] * gap
    open_, many = np.empty(sites, np.int64), np.zeros(1, np.int64)
    for j in range(sites):
        if chosen[j]:
            open_[many[0]] = j
            many[0] += 1
            for r in range(len(sums)):
                sums[r] += rows.parts[r, j]
    shared, touched = np.zeros(sites), np.empty(sites, np.int64)
    return State(open_, many, chosen, fixed, loss, sums, shared, touched)


@kernel
def _gained(j: int, lists: Lists, by: BySite, near: Near, state: State) -> tuple[float, int]:
    """What opening a site saves, and how many open sites share clients with it."""
    gain, marks = -by.opening[j], 0
    for e in range(by.begins[j], by.begins[j + 1]):
        i = by.client[e]
        if by.price[e] >= near.second_cost[i]:
            continue
        q, people = near.first[i], lists.weight[i]
        common = people * (near.second_cost[i] - max(by.price[e], near.first_cost[i]))
        gain += people * max(0.0, near.first_cost[i] - by.price[e])
        if q >= 0 and common > 0.0:
            if state.shared[q] == 0.0:
                state.touched[marks] = q
                marks += 1
            state.shared[q] += common
    return gain, marks


@kernel
def _change_with(
    j: int, gain: float, marks: int, cheapest: int, counted: bool, little: float,
    by: BySite, rows: Rows, state: State,
) -> tuple[int, int]:  # fmt: skip
    """The best way to open a site, alone or for another; nobody where nothing is saved."""
    opens, closes, best = NOBODY, NOBODY, little
    if gain > little and _keeps_rules(rows, state.sums, j, NOBODY):
        opens, best = j, gain
    # Sharing clients only lowers a loss, so of those that share none the least is enough.
    for k in range(marks + 1 if counted else state.many[0]):
        q = state.open_[k]
        if counted:
            q = state.touched[k] if k < marks else cheapest
        if q < 0 or state.fixed[q]:
            continue
        saved = gain - state.loss[q] + state.shared[q] + by.opening[q]
        if saved > best and (counted or _keeps_rules(rows, state.sums, j, q)):
            best, opens, closes = saved, j, q
    for k in range(marks):
        state.shared[state.touched[k]] = 0.0
    return opens, closes


@kernel
def _closed(site: int, lists: Lists, by: BySite, near: Near, rows: Rows, state: State) -> None:
    state.chosen[site] = False
    for k in range(state.many[0]):
        if state.open_[k] == site:
            state.many[0] -= 1
            state.open_[k] = state.open_[state.many[0]]
            break
    for r in range(len(state.sums)):
        state.sums[r] -= rows.parts[r, site]
    for e in range(by.begins[site], by.begins[site + 1]):
        i = by.client[e]
        if near.first[i] == site or near.second[i] == site:
            _served_again(i, lists, near, state)
    state.loss[site] = 0.0


@kernel
def _opened(site: int, lists: Lists, by: BySite, near: Near, rows: Rows, state: State) -> None:
    state.chosen[site] = True
    state.open_[state.many[0]] = site
    state.many[0] += 1
    for r in range(len(state.sums)):
        state.sums[r] += rows.parts[r, site]
    for e in range(by.begins[site], by.begins[site + 1]):
        if by.price[e] < near.second_cost[by.client[e]]:
            _served_again(by.client[e], lists, near, state)


@kernel
def improved(
    lists: Lists, by: BySite, near: Near, rows: Rows, chosen: Mask, fixed: Mask, order: Starts,
    little: float, sweeps: int,
) -> tuple[int, int]:  # fmt: skip
    """Take every change that saves more than ``little`` until none is left; changes and work.

    ``order`` says in which order sites are tried. ``chosen`` and ``near`` are changed in place.
    """
    state = _begun(lists, near, rows, chosen, fixed)
    # One rule of ones for all sites is the count, which a swap never changes.
    counted = len(rows.least) == 1
    for j in range(rows.parts.shape[1]):
        counted = counted and rows.parts[0, j] == 1.0
    cheapest = _cheapest(state, by.opening)
    changes = work = idle = 0
    for turn in range(sweeps * len(order)):
        j = order[turn % len(order)]
        idle += 1
        if idle > len(order):
            break
        opens, closes = NOBODY, NOBODY
        if fixed[j]:
            continue
        if chosen[j]:
            pays = by.opening[j] - state.loss[j] > little
            if pays and _keeps_rules(rows, state.sums, NOBODY, j):
                closes = j
        else:
            gain, marks = _gained(j, lists, by, near, state)
            work += by.begins[j + 1] - by.begins[j] + (marks if counted else state.many[0])
            opens, closes = _change_with(j, gain, marks, cheapest, counted, little, by, rows, state)
        if opens == NOBODY and closes == NOBODY:
            continue
        changes, idle = changes + 1, 0
        if closes >= 0:
            _closed(closes, lists, by, near, rows, state)
        if opens >= 0:
            _opened(opens, lists, by, near, rows, state)
        cheapest = _cheapest(state, by.opening)
    return changes, work


@kernel
def _saved(j: int, by: BySite, weight: Floats, nearest: Floats) -> Any:
    total = -by.opening[j]
    for e in range(by.begins[j], by.begins[j + 1]):
        if by.price[e] < nearest[by.client[e]]:
            total += weight[by.client[e]] * (nearest[by.client[e]] - by.price[e])
    return total


@kernel
def _greatest(gain: Floats) -> int:
    """Where the greatest gain is, the first of equal ones."""
    found = 0
    for j in range(1, len(gain)):
        if gain[j] > gain[found]:
            found = j
    return found


@kernel
def opened_greedily(
    by: BySite, weight: Floats, nearest: Floats, closed: Mask, chosen: Mask, low: int, high: int
) -> None:
    """Open what saves most, again and again, from ``low`` to ``high`` sites, as long as it pays.

    Gains only shrink as sites open, so an old gain that is still the greatest after being counted
    anew is the best. ``nearest`` holds the costs of the clients so far and is changed.
    """
    gain, counted = np.full(len(chosen), -np.inf), np.zeros(len(chosen), np.int64)
    many = 0
    for j in range(len(chosen)):
        many += chosen[j]
        if not (closed[j] or chosen[j]):
            gain[j] = _saved(j, by, weight, nearest)
    for turn in range(1, high - many + 1):
        j = _greatest(gain)
        while counted[j] < turn and gain[j] > -np.inf:
            gain[j] = _saved(j, by, weight, nearest)
            counted[j] = turn
            j = _greatest(gain)
        if gain[j] == -np.inf or (many >= low and gain[j] <= 0.0):
            break
        chosen[j], gain[j] = True, -np.inf
        many += 1
        for e in range(by.begins[j], by.begins[j + 1]):
            nearest[by.client[e]] = min(nearest[by.client[e]], by.price[e])
