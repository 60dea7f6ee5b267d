"""What each place and each rule costs: the same question without it, solved anew.

A place is forbidden and the rest solved again: the difference is the price of the next-best
alternative. A rule is left out: the difference is what the rule adds, and who it touches. Prices do
not add up: without one rule another may bind instead. A price is told in what the objective counts,
and the travel between the two plans beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress
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
#: Answers with the numbers of their questions, as they arrive.
Answered = Generator[tuple[int, Found], None, None]
#: Solves the question under each of some bounds; ends early where the work is broken off.
Solver = Callable[[Sequence[Bounds]], Answered]


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
    solver: Solver | None = None,
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
    solver
        Who solves, in any order; without one it is done here, one question after the other.
    """
    if ground.question.rounds:
        return Prices([], [], None, complete=True)
    pricing = _Pricing(ground, bounds, plan)
    asked = pricing.questions()
    found = _Found(asked, kept, keep)
    left = [one for one in asked if one.name not in found.prices]
    for one in left:
        if one.bounds is None:
            found.add(one.name, one.about | NONE)
    possible = [(one, one.bounds) for one in left if one.bounds is not None]
    step(found.done, len(asked))
    answers = (solver or _one_by_one(ground, cancelled))([other for _one, other in possible])
    with closing(answers):
        for number, answer in answers:
            if cancelled() and answer.status != "proved":
                break
            found.add(possible[number][0].name, pricing.priced(possible[number][0], answer))
            step(found.done, len(asked))
    return found.all()


def _one_by_one(ground: Ground, cancelled: Cancelled) -> Solver:
    def solver(questions: Sequence[Bounds]) -> Answered:
        for number, one in enumerate(questions):
            if cancelled():
                return
            yield number, solve(ground, one, cancelled=cancelled)

    return solver


Name = tuple[str, str]
SITE, RULE, FREE = "site", "rule", "free"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of the prices: what it is about, and which way a difference counts.

    Its bounds are none where the rules leave nothing to solve.
    """

    name: Name
    about: dict[str, Any]
    bounds: Bounds | None
    sign: int


class _Found:
    """What is priced by now."""

    def __init__(
        self, asked: Sequence[_Asked], kept: Prices, keep: Callable[[Prices], object]
    ) -> None:
        self.asked, self.keep = asked, keep
        self.prices: dict[Name, dict[str, Any]] = {
            **{(SITE, one["key"]): one for one in kept.alternatives},
            **{(RULE, one["rule"]): one for one in kept.rules},
            **({(FREE, ""): kept.free} if kept.free else {}),
        }

    @property
    def done(self) -> int:
        """How many questions have their answer."""
        return sum(one.name in self.prices for one in self.asked)

    def add(self, name: Name, price: dict[str, Any]) -> None:
        """Take a price and have all of them kept."""
        self.prices[name] = price
        self.keep(self.all())

    def all(self) -> Prices:
        """Return them, the dearest first; those that cost the same as they are asked for."""
        complete = self.done == len(self.asked)
        return Prices(self._dearest(SITE), self._dearest(RULE), self.prices.get((FREE, "")),
                      complete)  # fmt: skip

    def _dearest(self, kind: str) -> list[dict[str, Any]]:
        names = [one.name for one in self.asked if one.name[0] == kind]
        found = [self.prices[name] for name in names if name in self.prices]
        return sorted(found, key=lambda one: -(one["price"] or 0.0))


class _Pricing:
    """One answer that is priced."""

    def __init__(self, ground: Ground, bounds: Bounds, plan: Mask) -> None:
        self.ground, self.bounds, self.plan = ground, bounds, plan
        self.minutes = travel_to(ground, plan).minutes
        self.travel = float(ground.persons @ self.minutes)
        self.value = value_of(ground.question, self.minutes, ground.persons)

    def questions(self) -> list[_Asked]:
        """Everything that is asked, in the order in which it is best solved."""
        rules = rule_keys(self.ground)
        return [
            *(self._without_site(site) for site in self._chosen()),
            *(self._without_rules((RULE, rule), {"rule": rule}, [rule]) for rule in rules),
            *([self._without_rules((FREE, ""), {}, rules)] if rules else []),
        ]

    def priced(self, asked: _Asked, found: Found) -> dict[str, Any]:
        """Hold the answer to a question against the answer that is priced."""
        if found.objective is None:
            return asked.about | NONE | {"status": found.status}
        return asked.about | self._difference(found, asked.sign)

    def _chosen(self) -> list[int]:
        """Sites the answer chose to open or to close; what a rule fixes has the rule's price."""
        differs = self.plan != self.ground.is_office
        free = ~(self.bounds.fixed | self.bounds.excluded)
        return [int(site) for site in np.flatnonzero(differs & free)]

    def _without_site(self, site: int) -> _Asked:
        """Forbid a place that opens, or spare an office that closes."""
        key, opens = self.ground.sites[site].key, bool(self.plan[site])
        change = {"forbidden": [site]} if opens else {"spared": [site]}
        other: Bounds | None = None
        with suppress(QuestionRefused):
            other = bounds_of(self.ground, **change)  # type: ignore[arg-type]  # one of the two
        return _Asked((SITE, key), {"key": key, "opens": opens}, other, -1)

    def _without_rules(self, name: Name, about: dict[str, Any], rules: list[str]) -> _Asked:
        return _Asked(name, about, bounds_of(self.ground, without=rules), 1)

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
