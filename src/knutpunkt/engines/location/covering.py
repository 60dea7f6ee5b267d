"""Covering: every client is served at one cost or not at all.

The payments of such a question are those of its linear program, which a climb nears only slowly:
a primal-dual method brings them, and shares of sites that say where good plans lie. These are
found by exchanging neighbours and keeping, at first, also what is a little worse. Nothing here has
to be right: the payments become a bound, and a plan its objective, by the search that asked.

References
----------
Church and ReVelle (1974), Papers of the Regional Science Association 32: 101-118; Kirkpatrick,
Gelatt and Vecchi (1983), Science 220: 671-680.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.instance import Instance
from knutpunkt.engines.location.kernels import balance, covering
from knutpunkt.engines.location.meter import Meter

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Rounds between two looks at the bound, at most so many looks.
ROUNDS, LOOKS = 40, 100
#: The bound is near enough when shares and payments are apart so little of what is covered.
APART = 1e-4
#: How long steps of sites are at first beside those of clients.
WEIGHT = 0.12
#: The method begins anew from its best point when that is so much better than the last beginning,
#: or has not been for such a share of all rounds.
BETTER, LONG = 0.3, 0.5
#: Sites with a smaller share are left out where plans are looked for quickly.
SHARE = 1e-3
#: How much worse a plan may be, of the gap that is left, at first and in the end.
QUICK = covering.Cooling(3000, 10, 0.06, 0.006)
THOROUGH = covering.Cooling(1500, 8, 0.05, 0.005)
#: Every hunt is so many times as long as the one before; the meter is asked after so many turns.
LONGER, PIECE = 1.3, 500


def is_covering(at: Instance) -> bool:
    """Whether clients are served at no cost or not, sites cost nothing, and only counts matter."""
    return (
        len(at.parts) == 1
        and len(at.lists.site) > 0
        and float(at.lists.cost.max(initial=0.0)) == 0.0
        and not at.opening.any()
        and len(at.free) > _many(at) > 0
    )


def _many(at: Instance) -> int:
    """How many free sites open: the more the better."""
    return int(at.groups.high[0] - at.forced.sum())


def _cover_of(at: Instance, sites: NDArray[np.int64]) -> covering.Cover:
    """Who covers whom among some sites, numbered as they stand."""
    begins, client, _ = at.by_site
    lengths = np.diff(begins)[sites]
    start = np.concatenate(([0], np.cumsum(lengths)))
    entries = np.repeat(begins[sites] - start[:-1], lengths) + np.arange(start[-1])
    clients = client[entries].astype(np.int64)
    order = np.argsort(clients, kind="stable")
    named = np.repeat(np.arange(len(sites)), lengths)[order]
    lists = np.concatenate(([0], np.cumsum(np.bincount(clients, minlength=at.clients))))
    return covering.Cover(start, clients, lists, named, at.weight * at.cap)


@dataclass
class Balanced:
    """What the primal-dual method came to.

    Parameters
    ----------
    paid
        Per person, shape ``(clients,)``.
    share
        Of each site, shape ``(sites,)``.
    """

    paid: Floats
    share: Floats


def balanced(at: Instance, meter: Meter) -> Balanced:
    """Payments near those of the linear program, and shares of the sites there."""
    cover = _cover_of(at, at.free)
    run = _Run(cover, _many(at))
    for _ in range(LOOKS):
        if meter.over() or run.apart <= APART * max(run.bound, 1e-300):
            break
        run.look()
        meter.add(2 * ROUNDS * len(cover.site))
    share = np.zeros(at.sites)
    share[at.free] = run.share
    worth = np.maximum(cover.worth, 1e-300)
    return Balanced(np.clip(run.paid / worth, 0.0, 1.0) * at.cap, share)


@dataclass
class _Run:
    """The method: rounds in lots, and a new beginning from the better of last and mean point."""

    cover: covering.Cover
    many: int
    weight: float = WEIGHT
    bound: float = np.inf
    apart: float = np.inf
    paid: Floats = field(default_factory=lambda: np.zeros(0))
    share: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        cover = self.cover
        sites, clients = len(cover.begins) - 1, len(cover.worth)
        weighed = np.zeros(sites)
        balance.gathered(cover, cover.worth, weighed)
        degree = np.maximum(np.diff(cover.start), 1)
        self.scales = balance.Scales(1.0 / np.maximum(weighed, 1e-9), cover.worth / degree)
        share, paid = np.full(sites, self.many / sites), cover.worth / 2
        self.now = balance.Balance(
            share, paid, np.zeros(sites), np.zeros(clients), np.zeros(sites), np.zeros(clients)
        )
        balance.gathered(cover, paid, self.now.taken)
        balance.spread(cover, share, self.now.covered)
        self.began = share.copy(), paid.copy()
        self.rounds = self.all_rounds = 0
        # Nobody paying anything says that at most everybody is covered.
        self.bound, self.paid = float(cover.worth.sum()), np.zeros(clients)
        self.apart_then = self._told(self.now)

    def look(self) -> None:
        """Some rounds, then the bound of the point and of the mean."""
        now = self.now
        balance.balanced(self.cover, self.scales, float(self.many), self.weight, ROUNDS, now)
        self.rounds += ROUNDS
        self.all_rounds += ROUNDS
        mean = balance.Balance(
            now.shares / self.rounds, now.payments / self.rounds, np.empty_like(now.taken),
            np.empty_like(now.covered), now.shares, now.payments,
        )  # fmt: skip
        balance.gathered(self.cover, mean.paid, mean.taken)
        balance.spread(self.cover, mean.share, mean.covered)
        better = min((self._told(now), 0, now), (self._told(mean), 1, mean))
        if better[0] < BETTER * self.apart_then or self.rounds > LONG * self.all_rounds:
            self._begin(better[2], better[0])

    def _told(self, point: balance.Balance) -> float:
        """How far bound and shares of a point are apart; the best bound is kept."""
        worth, many = self.cover.worth, self.many
        taken = point.taken
        most = float(np.partition(taken, len(taken) - many)[-many:].sum())
        bound = float((worth - point.paid).sum()) + most
        reached = float(worth @ np.minimum(point.covered, 1.0))
        if bound < self.bound:
            self.bound, self.paid = bound, point.paid.copy()
        if bound - reached < self.apart:
            self.apart, self.share = bound - reached, point.share.copy()
        return bound - reached

    def _begin(self, point: balance.Balance, apart: float) -> None:
        share, paid = self.began
        steps = (point.share - share) ** 2 / self.scales.site
        payments = np.maximum(self.scales.client, 1e-300)
        turns = (point.paid - paid) ** 2 / payments
        if steps.sum() > 0 and turns.sum() > 0:
            # Half way to what would have moved both as far.
            self.weight = float(np.sqrt(self.weight * np.sqrt(steps.sum() / turns.sum())))
        for kept, new in zip(self.now[:4], point[:4], strict=True):
            kept[:] = new
        self.now.shares[:], self.now.payments[:] = 0.0, 0.0
        self.began = point.share.copy(), point.paid.copy()
        self.apart_then, self.rounds = apart, 0


@dataclass
class Hunt:
    """Looks for plans that cover more, in turns among the sites with a share and among all.

    Parameters
    ----------
    share
        Of each site, shape ``(sites,)``.
    """

    share: Floats
    turns: int = 0

    def plan(
        self, at: Instance, best: Mask, gap: float, draw: np.random.Generator, meter: Meter
    ) -> Mask:
        """A plan looked for around the best one, or anew: first among the sites with a share."""
        share, found = self.share[at.free], best & ~at.forced
        longer = LONGER**self.turns
        some = np.flatnonzero(share > SHARE)
        if self.turns % 2 == 0 and len(some) > _many(at):
            luck = share[some] * (np.sqrt(draw.random(len(some))) if self.turns else 1.0)
            first = at.free[some[np.argsort(-luck, kind="stable")[: _many(at)]]]
            cooling = _scaled(QUICK, gap, longer)
            found = _annealed(at, at.free[some], first, cooling, draw, meter)
        self.turns += 1
        cooling = _scaled(THOROUGH, gap, longer)
        return _annealed(at, at.free, np.flatnonzero(found), cooling, draw, meter) | at.forced


def _scaled(cooling: covering.Cooling, gap: float, longer: float) -> covering.Cooling:
    turns = int(cooling.turns * longer)
    return covering.Cooling(turns, cooling.most, cooling.hot * gap, cooling.cold * gap)


def _annealed(
    at: Instance, sites: NDArray[np.int64], first: NDArray[np.intp], cooling: covering.Cooling,
    draw: np.random.Generator, meter: Meter,
) -> Mask:  # fmt: skip
    """The best plan found from a first one, piece by piece so that the meter can stop it."""
    cover = _cover_of(at, sites)
    pieces = max(1, cooling.turns // PIECE)
    cools = (cooling.cold / cooling.hot) ** (1 / pieces)
    now = np.searchsorted(sites, first).astype(np.int64)
    best, least = now, np.inf
    for piece in range(pieces):
        hot = cooling.hot * cools**piece
        step = covering.Cooling(PIECE, cooling.most, hot, hot * cools)
        seed = int(draw.integers(2**31))
        left, found, now, work = covering.annealed(cover, now, seed, step)
        meter.add(int(work))
        if left < least:
            best, least = found, left
        if least <= 0 or meter.over():
            break
    chosen = np.zeros(at.sites, np.bool_)
    chosen[sites[best]] = True
    return chosen
