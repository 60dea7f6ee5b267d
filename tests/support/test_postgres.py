"""The private cluster answers, is run by nobody important, and leaves nothing behind."""

import os
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from support import postgres

pytestmark = pytest.mark.slow


def alive(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@pytest.fixture(scope="module")
def cluster():
    with suppress(postgres.PostgreSQLMissing), postgres.private_cluster() as running:
        yield running
        return
    pytest.skip(str(postgres.PostgreSQLMissing()))


def test_the_cluster_answers_only_to_its_password(cluster):
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    stranger = cluster.url().replace(cluster.password, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(stranger)


def test_the_server_is_not_run_by_root(cluster):
    assert Path(f"/proc/{cluster.pid}").stat().st_uid != 0


def test_swedish_letters_change_case(cluster):
    with psycopg.connect(cluster.url()) as connection:
        assert connection.execute("SELECT upper('åäö')").fetchone() == ("ÅÄÖ",)


def cluster_interrupted():
    with postgres.private_cluster() as running:
        raise Interrupted(running)


class Interrupted(Exception):
    def __init__(self, running):
        self.running = running


def test_nothing_is_left_when_the_block_ends_with_an_error(cluster):
    with pytest.raises(Interrupted) as caught:
        cluster_interrupted()
    assert not alive(caught.value.running.pid)
    assert not caught.value.running.folder.exists()


def test_two_clusters_do_not_meet(cluster):
    with postgres.private_cluster() as other:
        assert other.port != cluster.port
        assert other.folder != cluster.folder
