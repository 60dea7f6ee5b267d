"""Many questions at once: any order, any process, and none lost when a worker is killed."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.core.executing import (
    Here,
    Job,
    JobRefused,
    JobRepeated,
    JobUnsendable,
    Pool,
    Share,
    ShareInvalid,
    executor_of,
    executor_set_up,
)
from knutpunkt.engines.location import Problem, Quota, solve
from support import jobs

pytestmark = pytest.mark.once


def answers(executor, asked):
    return {one.key: one.result() for one in executor.outcomes(asked)}


def numbered(count):
    return [Job(str(number), partial(jobs.doubled, number)) for number in range(count)]


def appear(folder, many, *, within=30.0):
    """Wait until so many files are in a folder; their names as numbers."""
    ends = time.monotonic() + within
    while len(found := list(folder.iterdir())) < many:
        assert time.monotonic() < ends, f"{len(found)} of {many} appeared"
        time.sleep(0.02)
    return [int(one.name) for one in found]


def gone(pid, *, within=10.0):
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("executor", [Here(), Pool(2)])
def test_every_answer_comes_back_with_the_key_of_its_question(executor):
    assert answers(executor, numbered(7)) == {str(n): 2 * n for n in range(7)}


def test_no_questions_have_no_answers_and_need_no_worker():
    assert answers(Pool(2), []) == {}


def test_a_pool_works_in_other_processes_and_as_many_as_it_was_told():
    asked = [Job(str(n), partial(jobs.slow, 0.2)) for n in range(6)]
    pids = set(answers(Pool(2), asked).values())
    assert len(pids) == 2
    assert os.getpid() not in pids


@settings(max_examples=3, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=4, max_size=9),
    st.permutations(range(4)),
)
def test_plans_are_the_same_in_one_process_and_in_two_in_any_order(costs, order):
    def job(number):
        problem = Problem(
            np.array(costs, float), np.arange(1.0, len(costs) + 1), np.zeros(5, bool),
            np.zeros(5, bool), 2, (Quota("first", [0, 1], 0, 1), Quota("pair", [number, 4], 1)),
        )  # fmt: skip
        return Job(str(number), partial(solve, problem))

    alone = answers(Here(), [job(number) for number in range(4)])
    shared = answers(Pool(2), [job(number) for number in order])
    for key, one in alone.items():
        other = shared[key]
        for said in ("status", "objective", "bound", "conflicts", "inputs_hash"):
            assert getattr(one, said) == getattr(other, said)
        assert one.sites.tolist() == other.sites.tolist()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("executor", [Here(), Pool(2)])
def test_a_refused_question_says_why_and_the_others_are_answered(executor):
    asked = [*numbered(2), Job("bad", partial(jobs.refused, 13)), Job("bug", jobs.broken)]
    found = {one.key: one for one in executor.outcomes(asked)}
    assert (found["0"].result(), found["1"].result()) == (0, 2)
    assert found["bad"].refusal.code == "unlucky"
    with pytest.raises(JobRefused, match="13 is an unlucky number") as refused:
        found["bad"].result()
    assert refused.value.hint == "Ask for another number."
    with pytest.raises(JobRefused, match="ZeroDivisionError: by nothing"):
        found["bug"].result()


@pytest.mark.parametrize("executor", [Here(), Pool(2)])
def test_two_questions_of_one_name_are_refused(executor):
    with pytest.raises(JobRepeated, match="“0”"):
        answers(executor, [*numbered(2), *numbered(1)])


def test_what_cannot_travel_is_refused_by_name():
    with pytest.raises(JobUnsendable, match="“here only”"):
        answers(Pool(1), [Job("here only", lambda **_cancel: 1)])
    for work in (jobs.unsendable, jobs.OnlyAtHome()):
        (found,) = Pool(1).outcomes([Job("far", work)])
        assert found.key == "far"
        with pytest.raises(JobRefused, match=r"“far” or its answer cannot travel"):
            found.result()


@pytest.mark.parametrize("wrong", [{"workers": 0}, {"workers": -1}, {"megabytes": 1}])
def test_a_pool_of_nobody_or_of_no_room_is_refused(wrong):
    with pytest.raises(ShareInvalid):
        executor_of(**wrong)


def test_an_installation_says_how_many_work(monkeypatch):
    monkeypatch.delenv("KNUTPUNKT_CLUSTER", raising=False)
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "3")
    assert executor_set_up().workers == 3
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "1")
    assert isinstance(executor_set_up(), Here)
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "many")
    with pytest.raises(ShareInvalid, match="'many'"):
        executor_set_up()


# --- the share of a worker ------------------------------------------------------------------------


def test_a_worker_computes_with_as_many_threads_as_its_share_says():
    (found,) = Pool(1, Share(threads=1)).outcomes([Job("threads", jobs.threads)])
    assert found.result() == (1, 1, "1")


def test_a_worker_that_needs_more_than_its_share_of_memory_is_told_so_and_goes_on():
    asked = [Job("much", partial(jobs.megabytes, 900)), Job("little", partial(jobs.megabytes, 20))]
    found = {one.key: one for one in Pool(1, Share(megabytes=600)).outcomes(asked)}
    assert found["much"].refusal.code == "job-too-large"
    assert found["little"].result() == 20 * 2**17


# --- death ----------------------------------------------------------------------------------------


def test_a_killed_worker_loses_no_question(tmp_path):
    asked = [Job(str(n), partial(jobs.slow, 0.4, str(tmp_path))) for n in range(6)]
    found, killed = [], []

    def kill():
        killed.extend(appear(tmp_path, 2)[:2])
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    found = answers(Pool(2), asked)
    killing.join()
    assert sorted(found) == [str(n) for n in range(6)]
    assert len(killed) == 2
    assert len(set(found.values()) - set(killed)) >= 2


def test_what_ends_its_worker_twice_is_done_the_third_time(tmp_path):
    (found,) = Pool(1).outcomes([Job("hard", partial(jobs.ends_its_worker, 2, str(tmp_path)))])
    assert found.result() == "done"


def test_what_ends_its_worker_three_times_is_named_and_the_others_are_answered(tmp_path):
    asked = [Job("deadly", partial(jobs.ends_its_worker, 9, str(tmp_path))), *numbered(4)]
    found = {one.key: one for one in Pool(2).outcomes(asked)}
    assert found["deadly"].refusal.code == "job-ends-its-worker"
    assert "“deadly” was given up" in found["deadly"].refusal.sentence
    assert len(list(tmp_path.iterdir())) == 3
    assert [found[str(n)].result() for n in range(4)] == [0, 2, 4, 6]


# --- calling off ----------------------------------------------------------------------------------


def test_work_that_is_called_off_ends_soon_and_leaves_no_process(tmp_path):
    asked = [Job(str(n), partial(jobs.slow, 60, str(tmp_path))) for n in range(4)]
    begun = time.monotonic()
    cancelled = lambda: len(list(tmp_path.iterdir())) == 2  # noqa: E731
    assert list(Pool(2).outcomes(asked, cancelled=cancelled)) == []
    assert time.monotonic() - begun < 30
    assert all(gone(pid) for pid in appear(tmp_path, 2))


def test_in_one_process_a_question_hears_that_it_is_called_off(tmp_path):
    asked = [Job(str(n), partial(jobs.slow, 60, str(tmp_path))) for n in range(2)]
    cancelled = lambda: bool(list(tmp_path.iterdir()))  # noqa: E731
    assert [one.key for one in Here().outcomes(asked, cancelled=cancelled)] == ["0"]


def test_whoever_stops_listening_leaves_no_process_behind():
    with closing(Pool(2).outcomes(numbered(8))) as outcomes:
        next(outcomes)
    assert not multiprocessing.active_children()


def test_workers_leave_when_their_parent_is_killed(tmp_path):
    program = (
        "import sys; from functools import partial\n"
        "from knutpunkt.core.executing import Job, Pool\n"
        "from support import jobs\n"
        "if __name__ == '__main__':\n"
        "    asked = [Job(str(n), partial(jobs.slow, 60, sys.argv[1])) for n in range(2)]\n"
        "    list(Pool(2).outcomes(asked))\n"
    )
    file, pids = tmp_path / "parent.py", tmp_path / "pids"
    file.write_text(program)
    pids.mkdir()
    around = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, file, str(pids)], env=around)
    workers = appear(pids, 2)
    parent.kill()
    parent.wait()
    assert all(gone(pid) for pid in workers)


def test_questions_are_taken_as_workers_are_free():
    taken = []

    def asked():
        for job in numbered(20):
            taken.append(job.key)
            yield job

    with closing(Pool(2).outcomes(asked())) as outcomes:
        next(outcomes)
        assert len(taken) < 10
