"""Where a test run happens: a data folder of its own and the database that was asked for.

``KNUTPUNKT_TEST_DB`` is ``sqlite`` (default) or ``postgres``. pytest loads this module as a
plugin before Django reads its settings, so that no test can reach anybody's real data.
"""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import tempfile
from contextlib import ExitStack

import pytest

from support.postgres import ClusterDidNotStart, PostgreSQLMissing, private_cluster

DATABASE = os.environ.get("KNUTPUNKT_TEST_DB", "sqlite")
DATABASES = {"sqlite": "sqlite", "postgres": "postgresql"}  # as asked for -> as Django calls it

_things_to_end = ExitStack()


def _own_folder() -> str:
    folder = tempfile.mkdtemp(prefix="knutpunkt-tests-")
    _things_to_end.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _own_database() -> str | None:
    if DATABASE not in DATABASES:
        raise pytest.UsageError(f"KNUTPUNKT_TEST_DB is sqlite or postgres, not {DATABASE!r}.")
    if DATABASE == "sqlite":
        return None  # the settings then use a file in the data folder
    try:
        return _things_to_end.enter_context(private_cluster()).url()
    except (PostgreSQLMissing, ClusterDidNotStart) as refusal:
        raise pytest.UsageError(str(refusal)) from refusal


def _prepare() -> None:
    atexit.register(_things_to_end.close)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as tidily as Ctrl-C
    os.environ["KNUTPUNKT_HOME"] = _own_folder()
    os.environ.pop("DATABASE_URL", None)
    if url := _own_database():
        os.environ["DATABASE_URL"] = url


_prepare()
