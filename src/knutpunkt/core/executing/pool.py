"""Processes of this machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from types import TracebackType
from typing import Self

from knutpunkt.core.executing.crew import Worker
from knutpunkt.core.executing.jobs import (
    GIVE_UP_AFTER,
    LOOK_EVERY,
    Cancelled,
    Job,
    Outcome,
    each_once,
    packed,
    worker_lost,
)
from knutpunkt.core.executing.share import Share, ShareInvalid, cores


class Pool:
    """Carries out jobs in processes of this machine.

    A worker that dies is replaced and its job done again; the others do not notice. When the
    caller stops listening, or dies, the workers end too.

    Parameters
    ----------
    workers
        How many processes; one per core when not given.
    share
        What each may use.

    Raises
    ------
    ShareInvalid
        When there would be no worker.
    """

    def __init__(self, workers: int | None = None, share: Share | None = None) -> None:
        self.workers = cores() if workers is None else workers
        if self.workers < 1:
            raise ShareInvalid(what="workers", given=self.workers)
        self._share = Share() if share is None else share

    def outcomes(
        self, jobs: Iterable[Job], *, cancelled: Cancelled | None = None
    ) -> Generator[Outcome, None, None]:
        """As :meth:`Executor.outcomes`."""
        with _Shift(self.workers, self._share, each_once(jobs)) as shift:
            while shift.give_out():
                if cancelled is not None and cancelled():
                    return
                yield from shift.arrived()


@dataclass
class _Shift:
    """The workers while some jobs are carried out."""

    most: int
    share: Share
    jobs: Iterator[Job]
    idle: list[Worker] = field(default_factory=list)
    busy: dict[Worker, tuple[str, bytes]] = field(default_factory=dict)
    again: list[tuple[str, bytes]] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for worker in [*self.idle, *self.busy]:
            worker.end()

    def give_out(self) -> bool:
        """Give jobs to all who are free; whether any is under way."""
        while len(self.busy) < self.most and (job := self._next()) is not None:
            worker = self.idle.pop() if self.idle else Worker(self.share)
            self.busy[worker] = job
            worker.give(*job)
        return bool(self.busy)

    def arrived(self) -> Iterator[Outcome]:
        """Listen for a moment and give what was said."""
        heard = set(wait([worker.pipe for worker in self.busy], timeout=LOOK_EVERY))
        for worker in [one for one in self.busy if one.pipe in heard]:
            job = self.busy.pop(worker)
            outcome = worker.outcome()
            if outcome is not None:
                self.idle.append(worker)
                yield outcome
            else:
                worker.end()
                yield from self._after_death(job)

    def _next(self) -> tuple[str, bytes] | None:
        if self.again:
            return self.again.pop()
        job = next(self.jobs, None)
        return None if job is None else (job.key, packed(job))

    def _after_death(self, job: tuple[str, bytes]) -> Iterator[Outcome]:
        key = job[0]
        self.deaths[key] += 1
        if self.deaths[key] >= GIVE_UP_AFTER:
            yield Outcome(key, refusal=worker_lost(key, self.deaths[key]))
        else:
            self.again.append(job)
