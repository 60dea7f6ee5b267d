"""Work that can be sent to other processes; a worker process finds it here by its name."""

import os
import signal
import time
from pathlib import Path

import numpy as np

from knutpunkt.errors import KnutpunktError


class Unlucky(KnutpunktError):
    """A refusal with words of its own; it could not be pickled."""

    code = "unlucky"
    hint = "Ask for another number."

    def __init__(self, *, number):
        super().__init__(f"{number} is an unlucky number.")


def doubled(number, cancel=None):
    return 2 * number


def refused(number, cancel=None):
    raise Unlucky(number=number)


def broken(cancel=None):
    raise ZeroDivisionError("by nothing")


def who_works(cancel=None):
    return os.getpid()


def slow(seconds, pids="", cancel=None):
    """Take some time, and say in a folder who is at it."""
    if pids:
        (Path(pids) / str(os.getpid())).touch()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not (cancel and cancel()):
        time.sleep(0.02)
    return os.getpid()


def ends_its_worker(times, counted, cancel=None):
    """Kill the process we are in, so many times; each death leaves a file."""
    folder = Path(counted)
    if len(list(folder.iterdir())) < times:
        (folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def threads(cancel=None):
    import numba

    from knutpunkt.engines.location.blocks import THREADS

    return numba.config.NUMBA_NUM_THREADS, THREADS, os.environ["OMP_NUM_THREADS"]


def megabytes(many, cancel=None):
    return float(np.ones(many * 2**17).sum())


def unsendable(cancel=None):
    return lambda: None


class OnlyAtHome:
    """Something that only the process it was made in can read."""

    def __init__(self):
        self.home = os.getpid()

    def __call__(self, **_cancel):
        return self.home

    def __setstate__(self, state):
        raise LookupError("nobody knows this here")
