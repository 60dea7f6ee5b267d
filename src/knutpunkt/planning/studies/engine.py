"""Every call of the location engine that studies make: the one file to change with the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.engines.location import LocationRefused
from knutpunkt.engines.location.answer import ENGINE, Answer
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.costs import Costs, CoverCosts, MatrixCosts
from knutpunkt.engines.location.meter import Now
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.worst import solve_worst
from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.bounds import COUNT, Bounds
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.objectives import (
    DECAY,
    FARTHEST,
    LIMITED,
    WITHIN,
    WORST,
    lost_share,
)
from knutpunkt.planning.studies.ordering import Order, rolled_out
from knutpunkt.planning.studies.reaching import Search, farthest_answered, limited_answered

#: Seconds, best plan so far and bound, both in what the objective counts; and the sites open in
#: that plan, none where the search does not tell them.
Told = Callable[[float, float | None, float | None, NDArray[np.intp] | None], object]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine answered.

    ``open`` are the sites open afterwards, shape ``(sites,)``; empty without a plan. ``conflicts``
    are keys of the rules that cannot hold together, ``unreached`` the points nobody can serve.
    ``then_gap`` is the gap of the travel among plans that are as good for those furthest away,
    ``order`` what happens in which round.
    """

    status: str
    open: NDArray[np.bool_]
    objective: float | None
    bound: float | None
    gap: float | None
    conflicts: tuple[str, ...]
    unreached: tuple[int, ...]
    seconds: float
    seed: int
    engine: str
    inputs_hash: str
    then_gap: float | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes to the nearest open site and its number, shape ``(points,)`` each."""

    minutes: NDArray[np.float64]
    nearest: NDArray[np.intp]


def solve(
    ground: Ground,
    bounds: Bounds,
    *,
    told: Told | None = None,
    cancelled: Cancelled | None = None,
) -> Found:
    """Choose the sites that are best by the study's objective under the bounds.

    Raises
    ------
    QuestionRefused
        When the engine refuses the question, with its words.
    """
    asked, question = _asked(ground, bounds), ground.question
    search = Search(question.seconds, told, cancelled)
    if question.rounds:
        return _in_rounds(ground, bounds, asked, search)
    if question.objective == FARTHEST:
        return _found(ground, bounds, asked, *farthest_answered(asked, search))
    if question.objective == LIMITED:
        assert question.minutes is not None
        answer = limited_answered(asked, question.minutes, search)
        return _found(ground, bounds, asked, answer, None)

    def passed_on(now: Now) -> None:
        search.tell(now.objective, now.bound, now.sites)

    if question.objective == WORST:
        worst = solve_worst(
            asked, question.share, time_limit=search.limit, progress=passed_on, cancel=cancelled
        )
        return _found(ground, bounds, asked, worst.answer, None)
    answer = answered(asked, time_limit=search.limit, progress=passed_on, cancel=cancelled)
    return _found(ground, bounds, asked, answer, None)


def _in_rounds(ground: Ground, bounds: Bounds, asked: Question, search: Search) -> Found:
    try:
        answer, order = rolled_out(ground, bounds, asked, search)
    except LocationRefused as refusal:
        raise _refused(refusal) from None
    last = np.zeros(0, np.intp) if order is None else np.flatnonzero(order.open[-1])
    found = _found(ground, bounds, asked, replace(answer, sites=last), None)
    return replace(found, order=order)


def _found(
    ground: Ground, bounds: Bounds, asked: Question, answer: Answer, then_gap: float | None
) -> Found:
    opened = np.zeros(len(ground.sites) if answer.objective is not None else 0, dtype=np.bool_)
    opened[answer.sites] = True
    rules = {tally.name: tally.rule for tally in bounds.tallies}
    # What names neither a tally nor a rule is a count after a round.
    rules |= {rule.key: rule.key for rule in ground.question.rules}
    return Found(
        status=answer.status,
        open=opened,
        objective=answer.objective,
        bound=answer.bound,
        gap=answer.gap,
        conflicts=tuple(dict.fromkeys(rules.get(name, COUNT) for name in answer.conflicts)),
        unreached=answer.unreached,
        seconds=answer.seconds,
        seed=answer.seed,
        engine=answer.engine,
        inputs_hash=_hashed(ground, asked),
        then_gap=then_gap,
    )


def fingerprint(ground: Ground, bounds: Bounds) -> str:
    """Stand for the facts and the engine an answer depends on.

    Raises
    ------
    QuestionRefused
        When the engine refuses the question.
    """
    return f"{ENGINE} {_hashed(ground, _asked(ground, bounds))}"


def _hashed(ground: Ground, asked: Question) -> str:
    """SHA-256 over the objective and everything the engine is asked."""
    question = ground.question
    rounds = " ".join(f"{one.until} {one.offices}" for one in question.rounds)
    said = f"{question.objective} {question.minutes} {question.share} {rounds}"
    said = f"{said} {asked.inputs_hash()}"
    return sha256(said.encode()).hexdigest()


def travel_to(ground: Ground, open_: NDArray[np.bool_]) -> Travel:
    """Evaluate the travel of every point to the nearest open site.

    Parameters
    ----------
    ground
        What the study stands on.
    open_
        Open sites, shape ``(sites,)``, not none.
    """
    sites = np.flatnonzero(open_)
    table = ground.minutes[:, sites]
    first = table.argmin(axis=1)
    return Travel(table[np.arange(len(table)), first], sites[first])


def _asked(ground: Ground, bounds: Bounds) -> Question:
    try:
        costs, ceiling = _costs(ground)
        return Question(
            costs,
            ground.persons,
            bounds.at_least,
            bounds.at_most,
            ceiling=ceiling,
            forced=bounds.fixed,
            excluded=bounds.excluded,
            rules=tuple(
                Rule(tally.name, np.array(tally.sites, dtype=np.intp), tally.at_least,
                     tally.at_most, None if tally.factors is None else np.array(tally.factors))
                for tally in bounds.tallies
            ),
        )  # fmt: skip
    except LocationRefused as refusal:
        raise _refused(refusal) from None


def _refused(refusal: LocationRefused) -> QuestionRefused:
    reason = _("The numbers and the rules leave no question to solve: %(why)s") % {"why": refusal}
    return QuestionRefused(reason=reason, hint=refusal.hint)


def _costs(ground: Ground) -> tuple[Costs, NDArray[np.float64] | None]:
    """What serving somebody costs by the objective, and what it costs not to serve him."""
    question, minutes = ground.question, ground.minutes
    if question.objective == DECAY:
        return MatrixCosts(lost_share(question, minutes)), None
    costs = MatrixCosts(minutes)
    if question.objective == WITHIN:
        assert question.minutes is not None
        return CoverCosts(costs, question.minutes), np.ones(len(ground.persons))
    return costs, None
