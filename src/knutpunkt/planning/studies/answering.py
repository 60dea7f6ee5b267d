"""The work on a version: solve, keep the answer, then price it; killed, it goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import Cancelled, Report, Stopped
from knutpunkt.planning.errors import StudyUnknown
from knutpunkt.planning.models import StudyAnswer, StudyVersion
from knutpunkt.planning.studies.bounds import Bounds, bounds_of
from knutpunkt.planning.studies.completing import prices_keep, prices_kept, refuse_other_facts
from knutpunkt.planning.studies.effects import effects_of
from knutpunkt.planning.studies.engine import Found, solve
from knutpunkt.planning.studies.ground import Ground, ground_of
from knutpunkt.planning.studies.objectives import OBJECTIVES
from knutpunkt.planning.studies.ordering import order_told
from knutpunkt.planning.studies.pricing import Answered, Prices, prices_of
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.services import RUN_KIND
from knutpunkt.planning.studies.several import executor_for, series_solved, solved_at_once
from knutpunkt.planning.studies.sketch import Sketch

#: Most points of the course of a search that are kept and drawn.
KEPT_POINTS = 120
#: Most places that are named where people cannot be reached.
NAMED_PLACES = 12


@dataclass
class Course:
    """How plan and bound closed in on each other, divided by ``persons``: minutes per resident.

    An objective that is not told per resident is divided by 1.

    Every point is kept until there are too many; then every second one is left out, and from then
    on only every second one taken, so that the whole course stays drawn.
    """

    persons: float
    report: Callable[[list[list[float | None]]], object]
    points: list[list[float | None]] = field(default_factory=list)
    every: int = 1
    told: int = 0

    def tell(self, seconds: float, incumbent: float | None, bound: float | None) -> None:
        """Take a point and pass the course on."""
        point = [seconds, self._mean(incumbent), self._mean(bound)]
        if self.told % self.every == 0:
            self.points.append(point)
        self.told += 1
        if len(self.points) > KEPT_POINTS:
            self.points, self.every = self.points[::2], self.every * 2
        self.report([*self.points, point] if self.points[-1] != point else self.points)

    def closed(self, found: Found) -> list[list[float | None]]:
        """Return the course with its end."""
        if found.objective is None:
            return self.points
        return [*self.points, [found.seconds, self._mean(found.objective), self._mean(found.bound)]]

    def _mean(self, value: float | None) -> float | None:
        return None if value is None else value / self.persons


def study_answer(version: int, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Answer a version and price the answer; what is written already is not computed again.

    Called off, it keeps the best plan so far. When only its worker must leave, it stops without
    an answer and is taken up again.

    Raises
    ------
    StudyUnknown
        When there is no such version.
    Stopped
        When the worker must leave.
    """
    found = StudyVersion.objects.select_related("study").filter(pk=version).first()
    if found is None:
        raise StudyUnknown(which=version)
    ground = ground_of(question_of(found.question))
    bounds = bounds_of(ground)
    answer = StudyAnswer.objects.filter(version=found).first()
    if answer is None:
        answer = _solved(found, ground, bounds, report, cancelled)
    kept = prices_kept(answer)
    if answer.objective is not None and not kept.complete:
        _priced(answer, kept, ground, bounds, report, cancelled)
    return {"version": version, "answer": answer.pk, "status": answer.status}


def series_answer(series: str, report: Report, cancelled: Cancelled) -> dict[str, Any]:
    """Answer the questions of a series many at once; each study's own run goes on from there.

    Raises
    ------
    Stopped
        When the worker must leave; what has arrived is kept.
    """
    done = 0
    for done, (version, ground, bounds, found) in enumerate(series_solved(series, cancelled), 1):
        if found.status == "proved" or not cancelled():
            course = _course_of(ground, lambda _points: None)
            _kept(version, ground, bounds, found, course, called_off=False)
            report({"step": "series", "done": done})
    if cancelled():
        raise Stopped
    return {"series": series, "solved": done}


def _solved(
    version: StudyVersion, ground: Ground, bounds: Bounds, report: Report, cancelled: Cancelled
) -> StudyAnswer:
    sketch = Sketch(ground)

    def passed_on(points: list[list[float | None]]) -> None:
        report({"step": "plan", "course": points, "map": sketch.drawn})

    course = _course_of(ground, passed_on)

    def told(
        seconds: float, incumbent: float | None, bound: float | None,
        sites: NDArray[np.intp] | None = None,
    ) -> None:  # fmt: skip
        sketch.tell(seconds, sites)
        course.tell(seconds, incumbent, bound)

    found = solve(ground, bounds, told=told, cancelled=cancelled)
    broken_off = cancelled() and found.status != "proved"
    if broken_off and not _called_off(version):
        raise Stopped
    return _kept(version, ground, bounds, found, course, called_off=broken_off)


def _course_of(ground: Ground, report: Callable[[list[list[float | None]]], object]) -> Course:
    per_person = OBJECTIVES[ground.question.objective].per_person
    return Course(float(ground.persons.sum()) if per_person else 1.0, report)


def _kept(
    version: StudyVersion, ground: Ground, bounds: Bounds, found: Found, course: Course,
    *, called_off: bool,
) -> StudyAnswer:  # fmt: skip
    effects: dict[str, Any] = {"conflicts": list(found.conflicts)} | _unreached(ground, found)
    if found.objective is not None:
        effects = effects_of(ground, bounds, found.open) | {"then_gap": found.then_gap}
        if found.order is not None:
            effects |= order_told(ground, found.order)
    # One that was given up for lost may still be writing: the first answer stands.
    answer, _made = StudyAnswer.objects.get_or_create(
        version=version,
        defaults={
            "status": found.status,
            "objective": found.objective,
            "bound": found.bound,
            "gap": found.gap,
            "seconds": found.seconds,
            "seed": found.seed,
            "engine": found.engine,
            "inputs_hash": found.inputs_hash,
            "called_off": called_off,
            "course": course.closed(found),
            "effects": effects,
        },
    )
    return answer


def _unreached(ground: Ground, found: Found) -> dict[str, Any]:
    """Who cannot be kept within the limit, those who are most first; nothing where all can."""
    if not found.unreached:
        return {}
    points = sorted((ground.points[one] for one in found.unreached), key=lambda p: -p.persons)
    return {
        "unreached": {
            "persons": sum(point.persons for point in points),
            "places": [point.name for point in points[:NAMED_PLACES]],
            "more": max(0, len(points) - NAMED_PLACES),
        }
    }


def _priced(
    answer: StudyAnswer, kept: Prices, ground: Ground, bounds: Bounds, report: Report,
    cancelled: Cancelled,
) -> None:  # fmt: skip
    refuse_other_facts(answer, ground, bounds)
    open_after = {site["key"] for site in answer.effects["sites"] if site["state"] != "closed"}
    plan = ground.is_office & False
    for number, spot in enumerate(ground.sites):
        plan[number] = spot.key in open_after

    def step(done: int, of: int) -> None:
        report({"step": "prices", "done": done, "of": of, "course": answer.course})

    def keep(prices: Prices) -> None:
        prices_keep(answer=answer, prices=prices)

    def solver(questions: Sequence[Bounds]) -> Answered:
        executor = executor_for(answer.seconds * len(questions))
        return solved_at_once(ground, questions, executor, cancelled)

    prices = prices_of(
        ground, bounds, plan, step=step, cancelled=cancelled, kept=kept, keep=keep, solver=solver
    )  # fmt: skip
    if not prices.complete and not _called_off(answer.version):
        raise Stopped
    keep(prices)


def _called_off(version: StudyVersion) -> bool:
    """Whether somebody called the search off, rather than its worker having to leave."""
    asked = Run.objects.filter(kind=RUN_KIND, question__version=version.pk, cancel_asked=True)
    return asked.filter(state=RunState.RUNNING).exists()
