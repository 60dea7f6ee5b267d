"""Extend a network: the best new sites beside those that stay, under quotas, with a proof."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.costs import MatrixCosts
from knutpunkt.engines.location.measures import evaluate
from knutpunkt.engines.location.meter import Now
from knutpunkt.engines.location.problem import Problem, Quota
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.solution import (
    CancelCallback,
    Progress,
    ProgressCallback,
    Solution,
)


def solve(
    problem: Problem,
    *,
    time_limit: float | None = None,
    seed: int = 0,
    progress: ProgressCallback | None = None,
    cancel: CancelCallback | None = None,
) -> Solution:
    """Choose the new sites with the fewest person-minutes, and prove it.

    Parameters
    ----------
    problem
        What is asked; it was checked when it was made.
    time_limit
        Seconds after which the best plan so far is returned. With ``None`` the answer depends
        on the problem and the seed alone.
    seed
        Of the random restarts and of HiGHS.
    progress
        Called with :class:`Progress` whenever the plan or the bound gets better.
    cancel
        Asked often; when it returns true the best plan so far is returned.

    Returns
    -------
    Solution
        ``status`` is ``"proved"`` only when the bound, a search or HiGHS left nothing better and
        the recomputed objective says the same.

    Raises
    ------
    TimeLimitInvalid
        When the limit is below 0 or not a number.
    """

    def told(now: Now) -> None:
        assert progress is not None
        progress(Progress(now.objective, now.bound, now.seconds, now.sites))

    answer = answered(
        question_of(problem), time_limit=time_limit, seed=seed, cancel=cancel,
        progress=None if progress is None else told,
    )  # fmt: skip
    return _solution(problem, answer)


def question_of(problem: Problem) -> Question:
    """The same question with the sites that stay counted in."""
    many = int(problem.fixed_open.sum()) + problem.new_sites
    return Question(
        MatrixCosts(problem.cost), problem.persons, many, many, forced=problem.fixed_open,
        excluded=problem.excluded,
        rules=tuple(_rule(problem, quota) for quota in problem.quotas),
    )  # fmt: skip


def _rule(problem: Problem, quota: Quota) -> Rule:
    """Only new sites fill a quota, so those that stay are left out of it."""
    members: NDArray[np.intp] = np.intersect1d(np.asarray(quota.sites), problem.candidates)
    return Rule(quota.name, members.astype(np.intp), quota.at_least, quota.at_most)


def _solution(problem: Problem, answer: Answer) -> Solution:
    if answer.objective is None:
        return Solution(
            answer.status, np.zeros(0, np.intp), None, None, None, np.zeros(0, np.intp),
            answer.conflicts, answer.seconds, answer.seed, answer.engine, problem.inputs_hash(),
        )  # fmt: skip
    new = answer.sites[~problem.fixed_open[answer.sites]]
    travel = evaluate(problem, problem.opened(new))
    proved = answer.status == "proved"
    assert answer.bound is not None
    bound = travel.person_minutes if proved else min(answer.bound, travel.person_minutes)
    gap = (travel.person_minutes - bound) / max(travel.person_minutes, np.finfo(float).tiny)
    return Solution(
        answer.status, new, travel.person_minutes, bound, 0.0 if proved else gap,
        travel.assignment, (), answer.seconds, answer.seed, answer.engine, problem.inputs_hash(),
    )  # fmt: skip
