"""One call of the engine: its progress passed on, its refusals in our words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from knutpunkt.core.runs import Stopped
from knutpunkt.engines import location
from knutpunkt.engines.location import Problem, Solution
from knutpunkt.planning.conflicts import no_plan_possible
from knutpunkt.planning.problem import Case

Progress = Callable[[dict[str, Any]], object]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told how far the work is, and who may break it off."""

    progress: Progress | None = None
    cancel: Cancelled | None = None

    def tell(self, step: str, done: int, of: int, **more: float | None) -> None:
        if self.progress is not None:
            self.progress({"step": step, "done": done, "of": of, **more})

    @property
    def stopped(self) -> bool:
        return self.cancel is not None and self.cancel()


def solved(case: Case, watcher: Watcher, *, steps: int) -> Solution:
    """Solve the case itself, telling plan and bound in minutes per resident.

    Raises
    ------
    NoPlanPossible
        When the clauses contradict each other, with the clauses in words.
    Stopped
        When the work was broken off.
    """
    persons = float(case.problem.persons.sum())

    def told(now: location.Progress) -> None:
        plan = None if now.incumbent is None else now.incumbent / persons
        bound = None if now.bound is None else now.bound / persons
        watcher.tell("plan", 0, steps, minutes=plan, bound=bound, seconds=now.seconds)

    solution = location.solve(case.problem, progress=told, cancel=watcher.cancel)
    if solution.status == "infeasible":
        raise no_plan_possible(case, solution.conflicts)
    return _finished(solution, watcher)


def solved_without(problem: Problem, watcher: Watcher) -> Solution:
    """Solve a variant with fewer rules.

    Raises
    ------
    Stopped
        When the work was broken off.
    """
    return _finished(location.solve(problem, cancel=watcher.cancel), watcher)


def _finished(solution: Solution, watcher: Watcher) -> Solution:
    # A broken-off search may carry a plan, but not the proof the reader is promised.
    if solution.status != "proved" and watcher.stopped:
        raise Stopped
    return solution
