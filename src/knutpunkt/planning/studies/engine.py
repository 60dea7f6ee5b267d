"""Every call of the location engine that studies make: the one file to change with the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.engines import location
from knutpunkt.engines.location import ENGINE_VERSION, LocationRefused, Problem, Quota
from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.bounds import Bounds
from knutpunkt.planning.studies.ground import Ground

#: Seconds, best plan so far and bound, both in person-minutes; and the sites open in that plan.
Told = Callable[[float, float | None, float | None, NDArray[np.intp] | None], object]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine answered.

    ``open`` are the sites open afterwards, shape ``(sites,)``; empty without a plan. ``conflicts``
    are keys of the rules that cannot hold together.
    """

    status: str
    open: NDArray[np.bool_]
    objective: float | None
    bound: float | None
    gap: float | None
    conflicts: tuple[str, ...]
    seconds: float
    seed: int
    engine: str
    inputs_hash: str


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
    """Choose the sites of least travel under the bounds.

    Raises
    ------
    QuestionRefused
        When the engine refuses the question, with its words.
    """
    problem = _problem(ground, bounds)

    def passed_on(now: location.Progress) -> None:
        if told is not None:
            told(now.seconds, now.incumbent, now.bound, now.sites)

    answer = location.solve(
        problem, time_limit=ground.question.seconds, progress=passed_on, cancel=cancelled
    )
    has_plan = answer.objective is not None
    rules = {tally.name: tally.rule for tally in bounds.tallies}
    return Found(
        status=answer.status,
        open=problem.opened(answer.sites) if has_plan else np.zeros(0, dtype=np.bool_),
        objective=answer.objective,
        bound=answer.bound,
        gap=answer.gap,
        conflicts=tuple(dict.fromkeys(rules[name] for name in answer.conflicts)),
        seconds=answer.seconds,
        seed=answer.seed,
        engine=answer.engine,
        inputs_hash=answer.inputs_hash,
    )


def fingerprint(ground: Ground, bounds: Bounds) -> str:
    """Stand for the facts and the engine an answer depends on.

    Raises
    ------
    QuestionRefused
        When the engine refuses the question.
    """
    return f"{ENGINE_VERSION} {_problem(ground, bounds).inputs_hash()}"


def travel_to(ground: Ground, open_: NDArray[np.bool_]) -> Travel:
    """Evaluate the travel of every point to the nearest open site."""
    standing = Problem(
        cost=ground.minutes,
        persons=ground.persons,
        fixed_open=open_,
        excluded=np.zeros(len(open_), dtype=np.bool_),
        new_sites=0,
    )
    found = location.evaluate(standing, open_)
    return Travel(found.minutes, found.assignment)


def _problem(ground: Ground, bounds: Bounds) -> Problem:
    try:
        return Problem(
            cost=ground.minutes,
            persons=ground.persons,
            fixed_open=bounds.fixed,
            excluded=bounds.excluded,
            new_sites=bounds.new_sites,
            quotas=tuple(
                Quota(
                    tally.name, np.array(tally.sites, dtype=np.intp), tally.at_least, tally.at_most
                )
                for tally in bounds.tallies
            ),
        )
    except LocationRefused as refusal:
        reason = _("The numbers and the rules leave no question to solve: %(why)s") % {
            "why": refusal
        }
        raise QuestionRefused(reason=reason, hint=refusal.hint) from None
