"""What each place and each rule costs: the same question without it, solved anew.

A place is forbidden and the rest solved again: the difference is the price of the next-best
alternative. A rule is left out: the difference is what the rule adds, and who it touches. Prices do
not add up: without one rule another may bind instead.
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

# Both answers are exact only within the tolerance of the proof.
SAME = 1e-6

Step = Callable[[int, int], object]
#: Solves the question under other bounds; nothing where the work was broken off.
Solver = Callable[[Bounds], Found | None]


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices as plain values; ``complete`` is false when the work was called off before the end."""

    alternatives: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    free: dict[str, Any] | None
    complete: bool


def prices_of(
    ground: Ground, bounds: Bounds, plan: Mask, *, step: Step, cancelled: Cancelled,
    solver: Solver | None = None,
) -> Prices:  # fmt: skip
    """Price every chosen place and every rule.

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
    solver
        Who solves; without one it is done here, one question after the other.
    """
    pricing = _Pricing(ground, bounds, plan, cancelled, solver)
    sites, rules = pricing.chosen(), rule_keys(ground)
    of = len(sites) + len(rules) + (1 if rules else 0)
    alternatives: list[dict[str, Any]] = []
    priced: list[dict[str, Any]] = []
    for number, site in enumerate(sites):
        step(number, of)
        alternatives += pricing.alternative(site)
    for number, rule in enumerate(rules):
        step(len(sites) + number, of)
        priced += pricing.without([rule], {"rule": rule})
    step(len(sites) + len(rules), of)
    free = pricing.without(rules, {}) if rules else []
    return Prices(
        alternatives=sorted(alternatives, key=lambda one: -(one["person_minutes"] or 0.0)),
        rules=sorted(priced, key=lambda one: -(one["person_minutes"] or 0.0)),
        free=free[0] if free else None,
        complete=not pricing.broken_off,
    )


def questions_of(ground: Ground, bounds: Bounds, plan: Mask) -> list[Bounds]:
    """Bounds of every question that pricing asks, in its order."""
    asked: list[Bounds] = []

    def heard(other: Bounds) -> None:
        asked.append(other)

    listening = _Pricing(ground, bounds, plan, lambda: False, heard)
    rules = rule_keys(ground)
    for site in listening.chosen():
        listening.alternative(site)
        listening.broken_off = False
    for left_out in [*([rule] for rule in rules), *([rules] if rules else [])]:
        listening.without(left_out, {})
        listening.broken_off = False
    return asked


class _Pricing:
    """One answer that is priced."""

    def __init__(
        self, ground: Ground, bounds: Bounds, plan: Mask, cancelled: Cancelled,
        solver: Solver | None,
    ) -> None:  # fmt: skip
        self.ground, self.bounds, self.plan = ground, bounds, plan
        self.cancelled = cancelled
        self.solver = solver or (lambda other: solve(ground, other, cancelled=cancelled))
        self.broken_off = False
        self.minutes = travel_to(ground, plan).minutes
        self.objective = float(ground.persons @ self.minutes)

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
        found = self.solver(other)
        if found is None or (self.cancelled() and found.status != "proved"):
            self.broken_off = True
            return []
        if found.objective is None:
            return [about | NONE | {"status": found.status}]
        return [about | self._difference(found, sign)]

    def _difference(self, found: Found, sign: int) -> dict[str, Any]:
        assert found.objective is not None
        price = max(0.0, sign * (self.objective - found.objective))
        price = price if price > SAME * self.objective else 0.0
        minutes = travel_to(self.ground, found.open).minutes
        touched = sign * (self.minutes - minutes) > NOTICED
        return {
            "status": found.status,
            "person_minutes": price,
            "persons": int(self.ground.persons[touched].sum()),
            "mean": found.objective / float(self.ground.persons.sum()),
            "binds": price > 0,
            "instead": self._names(found.open & ~self.plan),
            "given_up": self._names(self.plan & ~found.open),
        }

    def _names(self, sites: Mask) -> list[str]:
        return sorted(self.ground.sites[site].name for site in np.flatnonzero(sites))


#: What is told where there is no other plan.
NONE: dict[str, Any] = {
    "status": "infeasible",
    "person_minutes": None,
    "persons": 0,
    "mean": None,
    "binds": True,
    "instead": [],
    "given_up": [],
}
