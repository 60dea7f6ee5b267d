"""What each place and each rule costs: the same question without it, solved anew.

A place is forbidden and the rest solved again: the difference is the price of the next-best
alternative. A rule is left out: the difference is what the rule adds, and who it touches. Prices do
not add up: without one rule another may bind instead. A price is told in what the objective counts,
and the travel between the two plans beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.bounds import Bounds, bounds_of, rule_keys
from knutpunkt.planning.studies.effects import NOTICED, Mask
from knutpunkt.planning.studies.engine import Cancelled, Found, solve, travel_to
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.objectives import is_travel, value_of

# Both answers are exact only within the tolerance of the proof.
SAME = 1e-6

Step = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices as plain values; ``complete`` is false when the work was called off before the end."""

    alternatives: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    free: dict[str, Any] | None
    complete: bool


#: What is priced before anything is.
NOTHING = Prices([], [], None, complete=False)


def prices_of(
    ground: Ground,
    bounds: Bounds,
    plan: Mask,
    *,
    step: Step,
    cancelled: Cancelled,
    kept: Prices = NOTHING,
    keep: Callable[[Prices], object] = lambda _prices: None,
) -> Prices:
    """Price every chosen place and every rule; of a study in rounds nothing is priced.

    Parameters
    ----------
    ground, bounds
        The question that was solved.
    plan
        Open sites of the answer, shape ``(sites,)``.
    step
        Told how many of how many questions are solved.
    cancelled
        Asked often; when true, what is solved by then is returned.
    kept
        What was priced earlier; it is not solved again.
    keep
        Told of all that is priced whenever there is more.
    """
    if ground.question.rounds:
        return Prices([], [], None, complete=True)
    pricing = _Pricing(ground, bounds, plan, cancelled)
    sites, rules = pricing.chosen(), rule_keys(ground)
    of = len(sites) + len(rules) + (1 if rules else 0)
    found = _Found([*kept.alternatives], [*kept.rules], kept.free, keep)
    for number, site in enumerate(sites):
        step(number, of)
        if ground.sites[site].key not in found.sites:
            found.add(found.alternatives, pricing.alternative(site))
    for number, rule in enumerate(rules):
        step(len(sites) + number, of)
        if rule not in found.keys:
            found.add(found.rules, pricing.without([rule], {"rule": rule}))
    step(len(sites) + len(rules), of)
    if rules and found.free is None:
        found.free = next(iter(pricing.without(rules, {})), None)
    return found.prices(complete=not pricing.broken_off)


@dataclass
class _Found:
    """What is priced by now."""

    alternatives: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    free: dict[str, Any] | None
    keep: Callable[[Prices], object]

    @property
    def sites(self) -> set[str]:
        """Keys of the places and offices that are priced."""
        return {one["key"] for one in self.alternatives}

    @property
    def keys(self) -> set[str]:
        """Keys of the rules that are priced."""
        return {one["rule"] for one in self.rules}

    def add(self, to: list[dict[str, Any]], more: list[dict[str, Any]]) -> None:
        """Take a price; none comes where the work was broken off."""
        to += more
        if more:
            self.keep(self.prices(complete=False))

    def prices(self, *, complete: bool) -> Prices:
        """Return them, the dearest first."""
        return Prices(_dearest(self.alternatives), _dearest(self.rules), self.free, complete)


def _dearest(prices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(prices, key=lambda one: -(one["price"] or 0.0))


class _Pricing:
    """One answer that is priced."""

    def __init__(self, ground: Ground, bounds: Bounds, plan: Mask, cancelled: Cancelled) -> None:
        self.ground, self.bounds, self.plan = ground, bounds, plan
        self.cancelled = cancelled
        self.broken_off = False
        self.minutes = travel_to(ground, plan).minutes
        self.travel = float(ground.persons @ self.minutes)
        self.value = value_of(ground.question, self.minutes, ground.persons)

    def chosen(self) -> list[int]:
        """Sites the answer chose to open or to close; what a rule fixes has the rule's price."""
        differs = self.plan != self.ground.is_office
        free = ~(self.bounds.fixed | self.bounds.excluded)
        return [int(site) for site in np.flatnonzero(differs & free)]

    def alternative(self, site: int) -> list[dict[str, Any]]:
        """Forbid a place that opens, or spare an office that closes, and solve anew."""
        opens = bool(self.plan[site])
        about = {"key": self.ground.sites[site].key, "opens": opens}
        change = {"forbidden": [site]} if opens else {"spared": [site]}
        try:
            other = bounds_of(self.ground, **change)  # type: ignore[arg-type]  # one of the two
        except QuestionRefused:
            return [about | NONE]
        return self._compared(other, about, sign=-1)

    def without(self, rules: list[str], about: dict[str, Any]) -> list[dict[str, Any]]:
        """Leave rules out and solve anew."""
        return self._compared(bounds_of(self.ground, without=rules), about, sign=1)

    def _compared(self, other: Bounds, about: dict[str, Any], *, sign: int) -> list[dict[str, Any]]:
        if self.broken_off or self.cancelled():
            self.broken_off = True
            return []
        found = solve(self.ground, other, cancelled=self.cancelled)
        if self.cancelled() and found.status != "proved":
            self.broken_off = True
            return []
        if found.objective is None:
            return [about | NONE | {"status": found.status}]
        return [about | self._difference(found, sign)]

    def _difference(self, found: Found, sign: int) -> dict[str, Any]:
        assert found.objective is not None
        price = max(0.0, sign * (self.value - found.objective))
        price = price if price > SAME * abs(self.value) else 0.0
        minutes = travel_to(self.ground, found.open).minutes
        travel = float(self.ground.persons @ minutes)
        saved = price if is_travel(self.ground.question) else sign * (self.travel - travel)
        touched = sign * (self.minutes - minutes) > NOTICED
        return {
            "status": found.status,
            "price": price,
            "person_minutes": saved,
            "persons": int(self.ground.persons[touched].sum()),
            "mean": travel / float(self.ground.persons.sum()),
            "binds": price > 0,
            "instead": self._names(found.open & ~self.plan),
            "given_up": self._names(self.plan & ~found.open),
        }

    def _names(self, sites: Mask) -> list[str]:
        return sorted(self.ground.sites[site].name for site in np.flatnonzero(sites))


#: What is told where there is no other plan.
NONE: dict[str, Any] = {
    "status": "infeasible",
    "price": None,
    "person_minutes": None,
    "persons": 0,
    "mean": None,
    "binds": True,
    "instead": [],
    "given_up": [],
}
