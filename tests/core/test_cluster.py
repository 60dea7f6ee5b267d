"""The same jobs on a dask.distributed cluster: two worker processes of this machine."""

import logging
import os
import signal
import socket
import threading
import time
from functools import partial

import pytest

from knutpunkt.core.executing import Here, Job, executor_of
from knutpunkt.core.executing.cluster import Cluster, ClusterUnreachable
from support import jobs

distributed = pytest.importorskip("distributed")

pytestmark = [pytest.mark.once, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def address():
    """A scheduler and two worker processes on the loopback."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address=":0", silence_logs=logging.CRITICAL,
    ) as cluster:  # fmt: skip
        cluster.wait_for_workers(2, timeout=120)
        yield cluster.scheduler_address


def answers(executor, asked):
    return {one.key: one.result() for one in executor.outcomes(asked)}


def numbered(count):
    return [Job(str(number), partial(jobs.doubled, number)) for number in range(count)]


def test_a_cluster_gives_the_answers_of_one_process(address):
    found = Cluster(address)
    assert found.workers == 2
    assert answers(found, numbered(9)) == answers(Here(), numbered(9))


def test_the_work_is_done_by_two_other_processes(address):
    asked = [Job(str(n), partial(jobs.slow, 0.3)) for n in range(8)]
    pids = set(answers(executor_of(cluster=address), asked).values())
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_a_refusal_comes_back_in_words(address):
    asked = [Job("bad", partial(jobs.refused, 13)), *numbered(1)]
    found = {one.key: one for one in Cluster(address).outcomes(asked)}
    assert (found["bad"].refusal.code, found["0"].result()) == ("unlucky", 0)
    (found,) = Cluster(address).outcomes([Job("answer", jobs.unsendable)])
    assert found.refusal.code == "job-unsendable"


def test_a_killed_worker_loses_no_question(address, tmp_path):
    asked = [Job(str(n), partial(jobs.slow, 0.5, str(tmp_path))) for n in range(8)]
    killed = []

    def kill():
        ends = time.monotonic() + 60
        while not (found := list(tmp_path.iterdir())) and time.monotonic() < ends:
            time.sleep(0.02)
        killed.append(int(found[0].name))
        os.kill(killed[0], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    found = answers(Cluster(address), asked)
    killing.join()
    assert sorted(found) == [str(n) for n in range(8)]
    assert set(found.values()) - set(killed)


def test_what_ends_its_workers_again_and_again_is_named(address, tmp_path):
    asked = [Job("deadly", partial(jobs.ends_its_worker, 99, str(tmp_path)))]
    (found,) = Cluster(address).outcomes(asked)
    assert found.refusal.code == "job-ends-its-worker"
    assert "“deadly” was given up" in found.refusal.sentence


def test_work_that_is_called_off_ends_soon(address, tmp_path):
    asked = [Job(str(n), partial(jobs.slow, 120, str(tmp_path))) for n in range(4)]
    cancelled = lambda: bool(list(tmp_path.iterdir()))  # noqa: E731
    assert list(Cluster(address).outcomes(asked, cancelled=cancelled)) == []
    # The workers hear of it too: they soon have time for something else.
    begun = time.monotonic()
    assert answers(Cluster(address), numbered(2)) == {"0": 0, "1": 2}
    assert time.monotonic() - begun < 60


def test_an_address_where_nobody_listens_is_refused():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(ClusterUnreachable, match="No cluster answers"):
        Cluster(f"tcp://127.0.0.1:{port}")
