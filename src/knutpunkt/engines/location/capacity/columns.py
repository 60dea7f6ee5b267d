"""Exact finish by sets: list every set a site may serve, then partition the clients.

After the prices are good, few sets are cheap enough to be in a better plan. Choosing among them
is a set partitioning problem whose linear relaxation is as strong as the Lagrangian bound.

References
----------
Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi (2002), Computers & Operations Research 29(4):
365-386.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.enumeration import listed_sets
from knutpunkt.engines.location.capacity.fixing import Fixings
from knutpunkt.engines.location.capacity.plans import Plan, plan_of
from knutpunkt.engines.location.capacity.question import Floats
from knutpunkt.engines.location.capacity.relaxation import Case, Relaxed
from knutpunkt.engines.location.kernels.knapsacks import completions
from knutpunkt.engines.location.milp import Listener, Milp, MilpAnswer, is_one

_MEMBERS_PER_SET = 40


@dataclass(frozen=True, eq=False)
class Sets:
    """Sets of clients, each at one site.

    Parameters
    ----------
    site
        Site of each set, shape ``(sets,)``.
    members, ends
        Clients of set ``k`` are ``members[ends[k]:ends[k + 1]]``.
    cost
        Opening the site and serving the set, shape ``(sets,)``.
    """

    site: NDArray[np.int64]
    members: NDArray[np.int64]
    ends: NDArray[np.int64]
    cost: Floats

    def __len__(self) -> int:
        return len(self.site)


def sets_of(case: Case, relaxed: Relaxed, fixed: Fixings, limit: int) -> Sets | None:
    """List the sets of all better plans of a case; ``None`` beyond ``limit`` sets."""
    whole = case.whole
    if whole is None:
        return None
    prices = relaxed.prices
    room_members = np.empty(limit * _MEMBERS_PER_SET, dtype=np.int64)
    room_ends = np.empty(limit, dtype=np.int64)
    sites, members, lengths = [], [], []
    left = limit
    for site in np.flatnonzero(~case.closed & (fixed.room >= 0)):
        cost = case.cost[site]
        able = np.flatnonzero(np.isfinite(cost) & ~fixed.ruled_out[site])
        price, size = prices.served[able], whole.size[able]
        table = completions(cost[able], price, size, whole.most[site], whole.least[site])
        worth = float(relaxed.value[site] + fixed.room[site])
        number = listed_sets(cost[able] - price, size, table, worth, left, room_members, room_ends)
        if number < 0:
            return None
        left -= number
        ends = room_ends[:number]
        written = int(ends[-1]) if number else 0
        sites.append(np.full(number, site, dtype=np.int64))
        members.append(able[room_members[:written]])
        lengths.append(np.diff(ends, prepend=0))
    return _costed(case, sites, members, lengths)


def _costed(
    case: Case,
    sites: list[NDArray[np.int64]],
    members: list[NDArray[np.int64]],
    lengths: list[NDArray[np.int64]],
) -> Sets:
    nothing = [np.empty(0, dtype=np.int64)]
    site, member = np.concatenate(nothing + sites), np.concatenate(nothing + members)
    length = np.concatenate(nothing + lengths)
    ends = np.concatenate(([0], np.cumsum(length)))
    owner = np.repeat(np.arange(len(site)), length)
    serving = np.bincount(owner, case.cost[site[owner], member], minlength=len(site))
    return Sets(site, member, ends, serving + case.limits.opening[site])


def partition(
    case: Case, sets: Sets, *, seconds: float | None, seed: int, listener: Listener
) -> tuple[MilpAnswer, Plan | None]:
    """Choose sets that serve every client once, at least cost."""
    clients, number = case.question.clients, len(sets)
    places = len(case.cost)
    sites = np.flatnonzero(np.bincount(sets.site, minlength=places) > 0)
    model = Milp(cost=sets.cost, lower=np.zeros(number), upper=np.ones(number), integers=number)
    owner = np.repeat(np.arange(number), np.diff(sets.ends))
    order = np.argsort(sets.members, kind="stable")
    starts = np.searchsorted(sets.members[order], np.arange(clients + 1))
    for client in range(clients):
        having = owner[order[starts[client] : starts[client + 1]]]
        model.add_row(having, np.ones(len(having)), 1.0, 1.0)
    for site in sites:
        at_site = np.flatnonzero(sets.site == site)
        least = 1.0 if case.opened[site] else 0.0
        model.add_row(at_site, np.ones(len(at_site)), least, 1.0)
    limits = case.limits
    for parts, low, high in zip(limits.parts, limits.low, limits.high, strict=True):
        bearing = np.flatnonzero(parts[sets.site])
        model.add_row(bearing, parts[sets.site[bearing]], float(low), float(high))
    # HiGHS 1.15 reduces some infeasible partitions to nothing and calls that a solve error; the
    # models are small enough to do without its presolve.
    answer = model.minimise(
        seconds=seconds, seed=seed, absolute_gap=case.step * 0.999 or 1e-6, listener=listener,
        presolve=False,
    )  # fmt: skip
    if answer.values is None:
        return answer, None
    chosen = np.flatnonzero(is_one(answer.values))
    open_ = np.zeros(places, dtype=np.bool_)
    open_[sets.site[chosen]] = True
    shares = np.zeros(case.limits.cost.shape)
    for one in chosen:
        shares[sets.site[one], sets.members[sets.ends[one] : sets.ends[one + 1]]] = 1.0
    return answer, plan_of(case, open_, shares)
