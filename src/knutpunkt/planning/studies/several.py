"""Many questions of studies at once: prices of one study, and the numbers of a series."""

from __future__ import annotations

import hashlib
import pickle
import uuid
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import fields, replace
from functools import partial
from typing import Any

import numpy as np

from knutpunkt.core.executing import Executor, Here, Job, executor_set_up
from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import Cancelled
from knutpunkt.planning.models import StudyVersion
from knutpunkt.planning.studies.bounds import Bounds, bounds_of
from knutpunkt.planning.studies.engine import Found
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


def solved_at_once(
    ground: Ground, questions: Sequence[Bounds], executor: Executor, cancelled: Cancelled
) -> Generator[tuple[int, Found], None, None]:
    """Solve questions as many at once as the executor does; those that say the same only once.

    Parameters
    ----------
    ground
        What all of them stand on.
    questions
        Their bounds.
    executor, cancelled
        Who solves, and whether to break off.

    Yields
    ------
    tuple
        Number of a question and its answer, in the order in which they arrive; fewer than were
        asked where the work was broken off.

    Raises
    ------
    JobRefused
        When the engine refuses a question, or its worker died again and again.
    """
    numbers: dict[str, list[int]] = {}
    for number, one in enumerate(questions):
        numbers.setdefault(_mark(one), []).append(number)
    jobs = (job_of(mark, ground, questions[same[0]]) for mark, same in numbers.items())
    with closing(executor.outcomes(jobs, cancelled=cancelled)) as outcomes:
        for outcome in outcomes:
            found: Found = outcome.result()
            for number in numbers[outcome.key]:
                yield number, found


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
