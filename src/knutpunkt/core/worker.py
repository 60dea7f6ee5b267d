"""The worker: takes runs from the queue, one at a time, until it is told to stop."""

from __future__ import annotations

import json
import logging
import signal
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils.translation import gettext_noop

from knutpunkt.core import runs
from knutpunkt.core.models import Run
from knutpunkt.errors import KnutpunktError

log = logging.getLogger(__name__)

UNEXPECTED = gettext_noop("An unexpected error ended the run. The log of the worker says more.")


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds between looks at an empty queue, at a wish to cancel, and between beats.

    ``lost`` is how long a worker may be silent before its run is freed.
    """

    poll: float = 0.5
    listen: float = 0.4
    beat: float = 5.0
    lost: float = runs.LOST_AFTER.total_seconds()


USUAL = Timings()


def work(stop: threading.Event | None = None, *, timings: Timings = USUAL) -> None:
    """Work until ``stop`` is set; without one, until SIGTERM or Ctrl-C.

    A run under way is then broken off and put back in the queue. A database that is away for a
    while is waited for.
    """
    stop = stop or _stop_on_signals()
    while not stop.is_set():
        try:
            close_old_connections()
            worked = turn(stop, timings=timings)
        except (DatabaseError, InterfaceError):
            log.exception("The database did not answer; the worker tries again.")
            worked = False
        if not worked:
            stop.wait(timings.poll)
    connections.close_all()


def turn(stop: threading.Event, *, timings: Timings = USUAL) -> bool:
    """Free lost runs, take one and carry it out; false when none waits."""
    runs.sweep(lost_after=timedelta(seconds=timings.lost))
    run = runs.run_claim()
    if run is not None:
        carry_out(run, stop, timings=timings)
    return run is not None


def carry_out(run: Run, stop: threading.Event, *, timings: Timings = USUAL) -> None:
    """Do the work of a run that was taken, and write how it ended."""
    try:
        with Pulse(run, stop, timings) as pulse:
            result = runs.work_of(run.kind)(run.question, pulse.report, pulse.broken_off)
        json.dumps(result, allow_nan=False)  # what no database can keep is an error here
    except runs.Stopped:
        runs.run_broken_off(run)
    except KnutpunktError as refusal:
        runs.run_failed(run, " ".join(filter(None, (str(refusal), refusal.hint))))
    except Exception:
        log.exception("Run %s failed.", run.pk)
        runs.run_failed(run, UNEXPECTED)
    else:
        runs.run_done(run, result)


@dataclass
class Pulse:
    """Beats for a run from a thread of its own, so that long computations need no database.

    It passes on the latest progress, and hears when the run is called off or no longer ours.
    """

    run: Run
    stop: threading.Event
    timings: Timings
    _progress: dict[str, Any] = field(default_factory=dict)
    _news: bool = False
    _unwanted: threading.Event = field(default_factory=threading.Event)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._beats, name="pulse", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def report(self, progress: dict[str, Any]) -> None:
        """Keep the latest progress for the next beat."""
        self._progress, self._news = progress, True

    def broken_off(self) -> bool:
        """Whether the work should end now. Cheap enough for an inner loop."""
        return self._unwanted.is_set() or self.stop.is_set()

    def _beats(self) -> None:
        silent = 0.0
        while not self._over.wait(self.timings.listen):
            silent += self.timings.listen
            try:
                if self._news or silent >= self.timings.beat:
                    self._news, silent = False, 0.0
                    runs.run_beat(self.run, self._progress)
                if not runs.run_is_wanted(self.run):
                    self._unwanted.set()
            except (DatabaseError, InterfaceError):
                log.warning("Run %s could not beat.", self.run.pk, exc_info=True)
        connections.close_all()


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop
