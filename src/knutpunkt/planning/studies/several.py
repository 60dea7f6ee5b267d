"""Many questions of studies at once: prices of one study, and the numbers of a series."""

from __future__ import annotations

import hashlib
import pickle
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from types import TracebackType
from typing import Any, Self

import numpy as np

from knutpunkt.core.executing import Executor, Here, Job, executor_set_up
from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import Cancelled
from knutpunkt.planning.models import StudyVersion
from knutpunkt.planning.studies.bounds import Bounds, bounds_of
from knutpunkt.planning.studies.engine import Found, solve
from knutpunkt.planning.studies.ground import Ground, ground_of
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.services import RUN_KIND
from knutpunkt.planning.studies.there import solved_there

#: Questions that are answered in fewer seconds altogether are not worth starting processes for.
WORTH_SECONDS = 20.0
#: Entries of the table of travel times from which a series is.
WORTH_ENTRIES = 100_000


def executor_for(seconds: float) -> Executor:
    """Return who answers questions that would take so long one after the other."""
    return executor_set_up() if seconds >= WORTH_SECONDS else Here()


def job_of(key: str, ground: Ground, bounds: Bounds) -> Job:
    """Pack a question: what the engine reads of the ground, and nothing from the register."""
    nothing: dict[str, Any] = {"network": None, "existing": None, "municipalities": {}}
    nothing |= dict.fromkeys(("points", "areas", "terms", "clauses"), ())
    bare = replace(ground, **nothing)
    return Job(key, partial(solved_there, pickle.dumps((bare, bounds))))


class Ahead:
    """Solves questions before they are asked for, as many at once as the executor does.

    Parameters
    ----------
    ground
        What all of them stand on.
    questions
        What will be asked, in that order.
    executor, cancelled
        Who solves, and whether to break off.
    """

    def __init__(
        self, ground: Ground, questions: Iterable[Bounds], executor: Executor, cancelled: Cancelled
    ) -> None:
        marked = {_mark(one): one for one in questions}
        self._ground, self._cancelled, self._expected = ground, cancelled, set(marked)
        jobs = (job_of(mark, ground, one) for mark, one in marked.items())
        self._outcomes = executor.outcomes(jobs, cancelled=cancelled)
        self._found: dict[str, Found] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._outcomes.close()  # ends the workers

    def solved(self, question: Bounds) -> Found | None:
        """Return the answer to one of the questions; nothing when the work was broken off.

        Raises
        ------
        JobRefused
            When the engine refuses it, or its worker died again and again.
        """
        mark = _mark(question)
        if mark not in self._expected:
            return solve(self._ground, question, cancelled=self._cancelled)
        while mark not in self._found:
            outcome = next(self._outcomes, None)
            if outcome is None:
                return None
            self._found[outcome.key] = outcome.result()
        return self._found[mark]


def _mark(question: Bounds) -> str:
    """Tell one question from others by what it says, whoever made it."""
    said = [getattr(question, one.name) for one in fields(question)]
    plain = [one.tolist() if isinstance(one, np.ndarray) else one for one in said]
    return hashlib.sha256(repr(plain).encode()).hexdigest()


def series_solved(
    series: str, cancelled: Cancelled, executor: Executor | None = None
) -> Iterator[tuple[StudyVersion, Ground, Bounds, Found]]:
    """Solve at once all that waits of a series, and give each answer as it arrives.

    What is small, and all of it where only one process works, is left to each study's own run.

    Raises
    ------
    JobRefused
        When the engine refuses a question, or its worker died again and again.
    """
    asked: dict[str, tuple[StudyVersion, Ground, Bounds]] = {}
    ground: Ground | None = None
    waiting = StudyVersion.objects.filter(study__series=uuid.UUID(series), parent=None, answer=None)
    for version in waiting.select_related("study").order_by("pk"):
        question = question_of(version.question)
        # Read once: what a study stands on is the same for every number.
        ground = ground_of(question) if ground is None else replace(ground, question=question)
        asked[str(version.pk)] = version, ground, bounds_of(ground)
    if ground is None or (executor is None and ground.minutes.size < WORTH_ENTRIES):
        return
    executor = executor or executor_set_up()
    if executor.workers == 1:
        return
    jobs = (job_of(key, *one[1:]) for key, one in asked.items() if _waits(one[0]))
    with closing(executor.outcomes(jobs, cancelled=cancelled)) as outcomes:
        for outcome in outcomes:
            found: Found = outcome.result()
            if _waits(asked[outcome.key][0]):
                yield *asked[outcome.key], found


def _waits(version: StudyVersion) -> bool:
    """Whether nobody works on a version yet and nobody called it off."""
    queued = Run.objects.filter(kind=RUN_KIND, state=RunState.QUEUED)
    return queued.filter(question__version=version.pk).exists()
