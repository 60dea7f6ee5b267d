"""The worker processes of a pool: each has a pipe of its own, so that nobody's death is unclear."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from knutpunkt.core.executing.jobs import (
    Job,
    Outcome,
    cannot_travel,
    carried_out_there,
    out_of_memory,
)
from knutpunkt.core.executing.share import Share

#: New programs, not copies of us: they hold none of our locks, threads or database connections.
START = multiprocessing.get_context("spawn")
LEAVE_WITHIN = 2.0


class Worker:
    """A process that does one job at a time.

    Parameters
    ----------
    share
        What it may use.
    """

    def __init__(self, share: Share) -> None:
        self.pipe, theirs = START.Pipe()
        self.process = START.Process(target=at_work, args=(theirs, share), daemon=True)
        self.process.start()
        theirs.close()  # theirs alone then: when they die, we read the end

    def give(self, key: str, job: bytes) -> None:
        """Hand over a job. That a worker is dead is noticed when its pipe is read."""
        with suppress(OSError):
            self.pipe.send((key, job))

    def outcome(self) -> Outcome | None:
        """Read what the worker says; nothing when it died."""
        try:
            found: Outcome = self.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            return None
        return found

    def end(self) -> None:
        """End it, whatever it does."""
        self.pipe.close()
        self.process.terminate()
        self.process.join(LEAVE_WITHIN)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def at_work(pipe: Connection, share: Share) -> None:
    """Do jobs until the pipe is closed. The life of a worker."""
    share.take()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; whoever gave work decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_leave_with_parent, name="parent watch", daemon=True).start()
    while True:
        try:
            key, given = pipe.recv()
        except (EOFError, OSError):
            return
        _answer(pipe, key, given)


def _answer(pipe: Connection, key: str, given: bytes) -> None:
    try:
        job: Job = pickle.loads(given)  # noqa: S301  # from our parent, through a pipe of our own
    except MemoryError:
        said = pickle.dumps(Outcome(key, refusal=out_of_memory(key)))
    except Exception as problem:  # noqa: BLE001  # whatever it is, whoever asked must hear
        said = pickle.dumps(Outcome(key, refusal=cannot_travel(key, problem)))
    else:
        said = carried_out_there(job, None)
    pipe.send_bytes(said)


def _leave_with_parent() -> None:
    """Leave at once when the parent is gone, even in the middle of a job."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
