"""Workers in processes of their own, on the database of a test, to be killed."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

from django.db import connection

PROGRAM = """
import django; django.setup()
from knutpunkt.core import worker
worker.work(timings=worker.Timings(poll=0.05, listen=0.05, beat={beat}, lost={lost}))
"""


def database_url():
    """Address of the database of this test, for another process."""
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    place = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
    return f"postgresql://{chosen['USER']}:{chosen['PASSWORD']}@{place}/{chosen['NAME']}"


@contextmanager
def a_worker(*, beat=0.2, lost=1.5):
    """Run a worker; whatever happens to it meanwhile, it is gone afterwards."""
    surroundings = os.environ | {"DATABASE_URL": database_url()}
    program = PROGRAM.format(beat=beat, lost=lost)
    process = subprocess.Popen([sys.executable, "-c", program], env=surroundings)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(happened, seconds=60.0):
    """Wait for something and return the seconds it took."""
    began = time.monotonic()
    while not happened():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - began
