"""The site as a visitor meets it: real pages, real network, a real Chromium."""

import os
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connections
from pytest_django.live_server_helper import LiveServer

NOW = "2022-06-28T11:00"


@contextmanager
def _standing_still():
    before = os.environ.get("KNUTPUNKT_NOW")
    os.environ["KNUTPUNKT_NOW"] = NOW
    yield
    if before is None:
        del os.environ["KNUTPUNKT_NOW"]
    else:
        os.environ["KNUTPUNKT_NOW"] = before


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """Address of a running site with the embedded network, at a frozen minute.

    The server works on connections of its own, so the network is committed, and removed again
    after the last test of the module.
    """
    from knutpunkt.planning.loading import embedded_network_load

    with django_db_blocker.unblock(), _standing_still():
        embedded_network_load()
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        connections.close_all()
        call_command("flush", interactive=False, verbosity=0)
