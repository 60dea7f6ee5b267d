"""What each rule costs: the same question without it, solved to the same proof.

A price is the travel the rule adds, never below zero. Prices do not add up: without one rule
another may bind instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knutpunkt.engines.location import Problem, Solution, with_quota_dropped
from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.plans import FreeOptimum, Price, Prices, Spot
from knutpunkt.planning.problem import Case
from knutpunkt.planning.solving import Watcher, solved_without


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rules that are dropped together, and how to call them."""

    clause: str
    municipality: tuple[str, str] | None
    rules: tuple[str, ...]
    label: Both


def steps_of(case: Case) -> int:
    """How many questions the prices take: the municipalities, the clauses and the free optimum."""
    return len(_municipalities(case)) + len(_clauses(case)) + 1


def prices_of(case: Case, solution: Solution, watcher: Watcher) -> Prices:
    """Price every named municipality, every clause and all of them together.

    Raises
    ------
    Stopped
        When the work was broken off.
    """
    municipalities, clauses = _municipalities(case), _clauses(case)
    of = len(municipalities) + len(clauses) + 2
    found = []
    for number, dropped in enumerate([*municipalities, *clauses]):
        watcher.tell("prices", number + 1, of)
        found.append(_price(case, solution, dropped, watcher))
    watcher.tell("prices", of - 1, of)
    return Prices(
        named=_dearest_first(found[: len(municipalities)]),
        clauses=_dearest_first(found[len(municipalities) :]),
        free_optimum=_free_optimum(case, solution, watcher),
    )


def _municipalities(case: Case) -> list[Dropped]:
    """Each named municipality, freed of every rule that is about it alone."""
    named = [rule for rule in case.rules if case.material.term(rule.clause).type == "named"]
    found = []
    for rule in named:
        assert rule.municipality is not None
        own = tuple(r.name for r in case.rules if r.municipality == rule.municipality)
        name = rule.municipality[1]
        label = (f"{name} får ett kontor", f"{name} gets an office")
        found.append(Dropped(rule.clause, rule.municipality, own, label))
    return found


def _clauses(case: Case) -> list[Dropped]:
    found = []
    for term in case.material.terms:
        own = tuple(rule.name for rule in case.rules if rule.clause == term.key)
        if own:
            label = (term.paraphrase_sv, term.paraphrase_en)
            found.append(Dropped(term.key, None, own, label))
    return found


def _price(case: Case, solution: Solution, dropped: Dropped, watcher: Watcher) -> Price:
    freer = solved_without(_without(case.problem, dropped.rules), watcher)
    saved = _saved(solution, freer)
    with_rule, without = _numbers(solution), _numbers(freer)
    code, name = dropped.municipality or (None, None)
    return Price(
        clause=dropped.clause,
        code=code,
        municipality=name,
        label_sv=dropped.label[0],
        label_en=dropped.label[1],
        status=freer.status,
        person_minutes=saved,
        minutes_per_resident=saved / float(case.problem.persons.sum()),
        instead=_spots(case, without - with_rule),
        given_up=_spots(case, with_rule - without),
    )


def _free_optimum(case: Case, solution: Solution, watcher: Watcher) -> FreeOptimum:
    free = solved_without(replace(case.problem, quotas=()), watcher)
    assert free.objective is not None
    return FreeOptimum(
        status=free.status,
        objective=free.objective,
        mean_minutes=free.objective / float(case.problem.persons.sum()),
        person_minutes=_saved(solution, free),
        sites=_spots(case, _numbers(free)),
    )


def _without(problem: Problem, names: Iterable[str]) -> Problem:
    for name in names:
        problem = with_quota_dropped(problem, name)
    return problem


def _saved(solution: Solution, freer: Solution) -> float:
    """Person-minutes; both answers are exact only within the tolerance of the proof."""
    assert solution.objective is not None
    assert freer.objective is not None
    return max(0.0, solution.objective - freer.objective)


def _numbers(solution: Solution) -> set[int]:
    return {int(site) for site in solution.sites}


def _spots(case: Case, numbers: Iterable[int]) -> tuple[Spot, ...]:
    places = [case.material.candidates[number] for number in sorted(numbers)]
    return tuple(Spot(place.place, place.municipality) for place in places)


def _dearest_first(prices: Sequence[Price]) -> tuple[Price, ...]:
    return tuple(sorted(prices, key=lambda price: -price.person_minutes))
