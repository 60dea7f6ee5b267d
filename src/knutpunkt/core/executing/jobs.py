"""Jobs, what comes of them, and the promise of whoever carries them out.

A job is pure: all it needs is in it, it reads no database, and its answer depends on it alone. So
it may be carried out anywhere, again after its worker died, and in any order.
"""

from __future__ import annotations

import logging
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from knutpunkt.errors import KnutpunktError

log = logging.getLogger(__name__)

Cancelled = Callable[[], bool]

#: A job whose worker died so often is refused: it would end every worker there is.
GIVE_UP_AFTER = 3
#: Seconds between two looks at whether the work is called off.
LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Job:
    """A question that can be sent to another process.

    Parameters
    ----------
    key
        Unique among the jobs of one call; the outcome comes back with it.
    work
        Called with ``cancel``, which may be asked whether to stop early; a function of a module
        or a :func:`functools.partial` of one, so that it can be pickled.
    """

    key: str
    work: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a job has no answer: a code, a sentence and what to do."""

    code: str
    sentence: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: its answer, or why there is none."""

    key: str
    answer: Any = None
    refusal: Refusal | None = None

    def result(self) -> Any:
        """Return the answer.

        Raises
        ------
        JobRefused
            When there is none, with the words of the refusal.
        """
        if self.refusal is not None:
            raise JobRefused(self.refusal)
        return self.answer


class Executor(Protocol):
    """Carries out jobs, in any order and perhaps many at once."""

    @property
    def workers(self) -> int:
        """How many jobs are under way at once."""
        ...

    def outcomes(
        self, jobs: Iterable[Job], *, cancelled: Cancelled | None = None
    ) -> Generator[Outcome, None, None]:
        """Carry out jobs and give each outcome as it arrives. Closed, it ends what is under way.

        Parameters
        ----------
        jobs
            Taken one by one when a worker is free, so that few need be in memory at once.
        cancelled
            Asked often; when true, what is under way is ended and nothing more comes.

        Raises
        ------
        JobRepeated
            When two jobs have the same key.
        JobUnsendable
            When a job cannot be sent to another process.
        """
        ...


class JobRefused(KnutpunktError):
    """A job has no answer; the sentence says why."""

    code = "job-refused"

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal, self.hint = refusal, refusal.hint


class JobRepeated(KnutpunktError):
    """Two jobs have the same key, so nobody could tell their answers apart."""

    code = "job-repeated"
    hint = "Give every job a key of its own."

    def __init__(self, *, key: str) -> None:
        super().__init__(f"Two jobs are called “{key}”.")


class JobUnsendable(KnutpunktError):
    """A job holds something that cannot go to another process."""

    code = "job-unsendable"
    hint = "Ask with plain values and arrays, and with a function that a module defines."

    def __init__(self, *, key: str, why: str) -> None:
        super().__init__(f"The job “{key}” cannot be sent to another process: {why}.")


class Here:
    """Carries out jobs in this process, one after the other."""

    workers = 1

    def outcomes(
        self, jobs: Iterable[Job], *, cancelled: Cancelled | None = None
    ) -> Generator[Outcome, None, None]:
        """As :meth:`Executor.outcomes`."""
        for job in each_once(jobs):
            if cancelled is not None and cancelled():
                return
            yield carried_out(job, cancelled)


def each_once(jobs: Iterable[Job]) -> Iterator[Job]:
    """Pass jobs on, and refuse the first whose key was seen."""
    seen: set[str] = set()
    for job in jobs:
        if job.key in seen:
            raise JobRepeated(key=job.key)
        seen.add(job.key)
        yield job


def carried_out(job: Job, cancel: Cancelled | None) -> Outcome:
    """Do a job where we are. Errors become plain words: not every error survives the journey."""
    try:
        return Outcome(job.key, job.work(cancel=cancel))
    except KnutpunktError as refusal:
        return Outcome(job.key, refusal=Refusal(refusal.code, str(refusal), refusal.hint))
    except MemoryError:
        return Outcome(job.key, refusal=out_of_memory(job.key))
    except Exception as error:
        log.exception("Job %s failed.", job.key)
        said = f"The job “{job.key}” failed: {type(error).__name__}: {error}"
        return Outcome(job.key, refusal=Refusal("job-failed", said))


def carried_out_there(job: Job, cancel: Cancelled | None) -> bytes:
    """Do a job away from whoever asked: the outcome, packed for the way home."""
    try:
        return pickle.dumps(carried_out(job, cancel), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(Outcome(job.key, refusal=out_of_memory(job.key)))
    except Exception as problem:  # noqa: BLE001  # whatever it is, whoever asked must hear
        return pickle.dumps(Outcome(job.key, refusal=cannot_travel(job.key, problem)))


def packed(job: Job) -> bytes:
    """A job as bytes.

    Raises
    ------
    JobUnsendable
        When it cannot be pickled.
    """
    try:
        return pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
    except (pickle.PicklingError, AttributeError, TypeError) as problem:
        raise JobUnsendable(key=job.key, why=str(problem)) from problem


def cannot_travel(key: str, problem: Exception) -> Refusal:
    """What is told of a job that another process cannot read, or whose answer cannot be sent."""
    said = f"{type(problem).__name__}: {problem}"
    return Refusal("job-unsendable", f"The job “{key}” or its answer cannot travel: {said}")


def out_of_memory(key: str) -> Refusal:
    """What is told of a job that needs more memory than its worker may use."""
    return Refusal(
        "job-too-large",
        f"The job “{key}” needs more memory than its worker may use.",
        "Allow each worker more memory, or fewer workers.",
    )


def worker_lost(key: str, times: int) -> Refusal:
    """What is told of a job whose worker died again and again."""
    return Refusal(
        "job-ends-its-worker",
        f"The job “{key}” was given up: its worker died {times} times while at it.",
        "Look at whether it needs more memory than there is; then ask it alone.",
    )
