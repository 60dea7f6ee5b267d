"""A question as arrays that the kernels work on, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.blocks import Blocks
from knutpunkt.engines.location.groups import Groups
from knutpunkt.engines.location.kernels import choice, local
from knutpunkt.engines.location.kernels import lists as list_kernels
from knutpunkt.engines.location.kernels.types import Counts, Lists
from knutpunkt.engines.location.lists import CostLists

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


#: An entry looked at in the local search takes so many times as long as one in the climb, where
#: most are never reached.
DEARER = 15


class Plan(NamedTuple):
    """Open sites and their objective."""

    chosen: Mask
    objective: float


@dataclass(frozen=True, eq=False)
class Instance:
    """What the search works on.

    Parameters
    ----------
    lists
        Sites that may serve each client, cheapest first.
    weight, cap
        Of each client: persons, and the most they may have to pay; shape ``(clients,)``.
    opening, priced
        Of each site: what opening costs, and the same with the prices of the rules that are not
        counts over nested groups; shape ``(sites,)``.
    owed
        What those rules' prices add to every bound.
    forced, closed
        Sites that are open, and that are not, in every plan still looked for.
    groups
        Counts over nested groups.
    parts, least, most
        All rules as rows; the first is the count.
    whole
        Whether every plan's objective is a whole number.
    row_of
        Row of each client of the question, -1 where nobody is, shape ``(question's clients,)``.
    edge, beyond
        Where lists are cut short: the cost at which each ends, shape ``(clients,)``, and what
        tells the true cost of some clients from the nearest of some sites.
    """

    lists: CostLists
    weight: Floats
    cap: Floats
    opening: Floats
    priced: Floats
    owed: float
    forced: Mask
    closed: Mask
    groups: Groups
    parts: Floats
    least: Floats
    most: Floats
    whole: bool
    row_of: NDArray[np.intp]
    edge: Floats | None = None
    beyond: Callable[[NDArray[np.intp], NDArray[np.intp]], Floats] | None = None

    @property
    def clients(self) -> int:
        """How many."""
        return len(self.weight)

    @property
    def sites(self) -> int:
        """How many."""
        return len(self.opening)

    @cached_property
    def free(self) -> NDArray[np.int64]:
        """Numbers of the sites that are neither forced nor closed."""
        return np.flatnonzero(~(self.forced | self.closed))

    @property
    def clients_of_rows(self) -> NDArray[np.intp]:
        """A client of the question for each row, shape ``(clients,)``."""
        found = np.zeros(self.clients, np.intp)
        some = np.flatnonzero(self.row_of >= 0)
        found[self.row_of[some]] = some
        return found

    @cached_property
    def low(self) -> Floats:
        """Least anybody can pay, shape ``(clients,)``."""
        return np.minimum(self.lists.first(self.cap), self.cap)

    @cached_property
    def before(self) -> NDArray[np.int64]:
        """How many sites of each group are forced."""
        return self.groups.counts(self.forced)

    @cached_property
    def constant(self) -> float:
        """What the forced sites cost in every bound."""
        return self.owed + float(self.priced[self.forced].sum())

    @cached_property
    def blocks(self) -> Blocks:
        """Rows in fixed blocks."""
        return Blocks(self.clients, len(self.lists.site))

    @cached_property
    def by_site(self) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
        """The lists turned round."""
        found: tuple[NDArray[np.int64], NDArray[np.int32], Floats] = list_kernels.turned(
            *self.entries, self.sites
        )
        return found

    @property
    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
        """The lists as kernels take them."""
        return self.lists.start, self.lists.site, self.lists.cost

    @cached_property
    def counts(self) -> Counts:
        """The groups as kernels take them."""
        own = self.groups
        return Counts(self.free, own.begins, own.chain, own.depth, own.low, own.high, self.before)

    def shortened(self, forced: Mask, closed: Mask) -> Instance:
        """The same with more sites forced or closed, and the lists without what cannot matter."""
        start, site, cost, cap = list_kernels.shortened(*self.entries, self.cap, closed, forced)
        lists = CostLists(start, site, cost, self.sites)
        return replace(self, lists=lists, cap=cap, forced=forced, closed=closed)

    def nearest(self, chosen: Mask) -> local.Near:
        """Nearest chosen sites of each client (forced ones count only by the cap)."""
        rows = self.clients
        found = local.Near(
            np.empty(rows, np.int32), np.empty(rows), np.empty(rows, np.int32), np.empty(rows)
        )
        first, first_cost, second, second_cost = found
        self.blocks.run(
            lambda _, begin, end: list_kernels.two_nearest(
                *self.entries, self.cap, chosen, first, first_cost, second, second_cost,
                begin, end,
            )
        )  # fmt: skip
        return found

    def objective(self, chosen: Mask) -> float:
        """What a plan costs, also for clients whose lists end before its nearest site."""
        near = self.nearest(chosen)
        cost = near.first_cost
        if self.beyond is not None and self.edge is not None:
            rows = np.flatnonzero((near.first < 0) & (self.cap >= self.edge))
            if len(rows):
                cost = cost.copy()
                cost[rows] = self.beyond(rows, np.flatnonzero(chosen))
        return float(self.weight @ cost) + float(self.opening[chosen].sum())

    def obeys(self, chosen: Mask) -> bool:
        """Whether a plan obeys every rule."""
        sums = self.parts @ chosen
        little = 1e-9 * (1 + np.abs(sums))
        return bool((sums >= self.least - little).all() and (sums <= self.most + little).all())

    def cheapest(self, price: Floats) -> tuple[Mask, float]:
        """The cheapest choice under the counts, forced sites included; its sum is inf if none."""
        chosen = self.forced.copy()
        total = choice.chosen_of(price, self.counts, chosen)
        return chosen, float(total)

    @property
    def as_lists(self) -> Lists:
        """The lists as most kernels take them."""
        return Lists(*self.entries, self.cap, self.weight)

    @property
    def as_sites(self) -> local.BySite:
        """The lists turned round as the local search takes them."""
        return local.BySite(*self.by_site, self.opening)

    def improved(
        self, chosen: Mask, order: NDArray[np.int64], *, sweeps: int = 20
    ) -> tuple[Plan, int]:
        """A plan that no single change makes better; and how much work that was."""
        better = chosen.copy()
        near = self.nearest(better)
        little = 1e-9 * abs(float(self.weight @ near.first_cost)) + 1e-12
        rows = local.Rows(self.parts, self.least, self.most)
        _, looked = local.improved(
            self.as_lists, self.as_sites, near, rows, better, self.forced | self.closed, order,
            little, sweeps,
        )  # fmt: skip
        work = DEARER * (int(looked) + self.clients) + len(self.lists.site)
        return Plan(better, self.objective(better)), work

    def greedy(self) -> Mask:
        """Open what saves most until the count is reached; no rule but the count is looked at."""
        chosen = self.forced.copy()
        nearest = self.nearest(chosen).first_cost.copy()
        local.opened_greedily(
            self.as_sites, self.weight, nearest, self.closed, chosen,
            int(self.groups.low[0]), int(self.groups.high[0]),
        )  # fmt: skip
        return chosen
