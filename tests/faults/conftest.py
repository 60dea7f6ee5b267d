"""An installation of its own for each test, on the database the suite runs on."""

import os
from contextlib import contextmanager

import pytest

from support import environment
from support.servers import (
    loaded_in_cluster,
    loaded_once,
    postgres_installation,
    sqlite_installation,
)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """The embedded network, loaded once: an SQLite file, or the name of a database."""
    base = tmp_path_factory.getbasetemp()
    # Processes of one run share the folder above their own.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    if environment.DATABASE == "sqlite":
        return loaded_once(shared / "faults")
    return loaded_in_cluster(os.environ["DATABASE_URL"], base / "faults")


@contextmanager
def made(loaded, folder):
    if environment.DATABASE == "sqlite":
        with sqlite_installation(folder, loaded) as installation:
            yield installation
    else:
        url = os.environ["DATABASE_URL"]
        with postgres_installation(folder, url, loaded) as installation:
            yield installation


@pytest.fixture(scope="module")
def installation(loaded, tmp_path_factory):
    """A data folder and a database with the embedded network, for the tests of a module."""
    with made(loaded, tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture
def loaded_anew(loaded, tmp_path):
    """The same for one test alone."""
    with made(loaded, tmp_path) as installation:
        yield installation
