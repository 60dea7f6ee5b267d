"""Runs: asked for once, called off at once, and never left running by a dead worker."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import runs, worker
from knutpunkt.core.models import Run
from knutpunkt.errors import KnutpunktError

QUICK = worker.Timings(poll=0.02, listen=0.02, beat=0.1, lost=1.0)


@runs.kind("test-count")
def count(question, report, cancelled):
    """Count up to a number; a real piece of work, only a small one."""
    for number in range(question["to"]):
        report({"at": number})
        if cancelled():
            raise runs.Stopped
        time.sleep(question.get("pause", 0))
    return {"counted": question["to"]}


@runs.kind("test-refuse")
def refuse(question, report, cancelled):
    raise Unwanted("The question has no answer.")


@runs.kind("test-fall")
def fall(question, report, cancelled):
    return {"ratio": float("nan")} if question.get("nan") else 1 / 0


class Unwanted(KnutpunktError):
    code = "unwanted"
    hint = "Ask another."


def asked(kind="test-count", fingerprint="", **question):
    return runs.run_request(kind, question, by="anna", fingerprint=fingerprint)


def now_of(run):
    return Run.objects.get(pk=run.pk)


def turn():
    return worker.turn(threading.Event(), timings=QUICK)


def wait_for(run, *states, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = now_of(run)
        if found.state in states:
            return found
        time.sleep(0.02)
    pytest.fail(f"The run is still {found.state}: {found.problem}")


# --- asking ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pressing_twice_gives_one_run():
    assert asked(to=3) == asked(to=3)
    assert Run.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_finished_run_answers_the_same_question_again():
    run = asked(to=3)
    assert turn()
    assert asked(to=3) == run
    assert now_of(run).result == {"counted": 3}
    assert not turn()


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"to": 4}, {"to": 3, "fingerprint": "new facts"}])
def test_another_question_or_other_facts_make_another_run(other):
    assert asked(to=3) != asked(**other)


@given(st.permutations([("to", 3), ("pause", 0), ("of", "x")]))
def test_the_order_of_the_question_does_not_matter(pairs):
    assert runs.inputs_hash("a", dict(pairs), "") == runs.inputs_hash(
        "a", {"of": "x", "pause": 0, "to": 3}, ""
    )


@pytest.mark.django_db
def test_a_cancelled_run_is_asked_anew():
    first = asked(to=3)
    runs.run_cancel(first.pk)
    second = asked(to=3)
    assert (now_of(first).state, second.state) == ("cancelled", "queued")


@pytest.mark.django_db
def test_work_nobody_can_do_is_refused():
    with pytest.raises(runs.KindUnknown, match="“dance”"):
        asked("dance")


@pytest.mark.django_db
def test_a_run_that_does_not_exist_is_not_found():
    with pytest.raises(runs.RunUnknown):
        runs.run_get(uuid.uuid4())


@pytest.mark.django_db(transaction=True)
def test_eight_who_press_at_once_get_one_run():
    barrier, found = threading.Barrier(8), []

    def press():
        barrier.wait()
        found.append(asked(to=3).pk)
        connection.close()

    pressing = [threading.Thread(target=press) for _ in range(8)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_is_taken_by_one_worker_only():
    asked(to=3)
    barrier, taken = threading.Barrier(4), []

    def take():
        barrier.wait()
        taken.append(runs.run_claim())
        connection.close()

    taking = [threading.Thread(target=take) for _ in range(4)]
    for one in taking:
        one.start()
    for one in taking:
        one.join()
    assert sum(run is not None for run in taken) == 1


# --- working --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_kept_with_its_hint():
    run = asked("test-refuse")
    turn()
    assert now_of(run).state == "failed"
    assert now_of(run).problem == "The question has no answer. Ask another."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nan", [False, True])
def test_an_unexpected_error_ends_the_run_and_not_the_worker(nan):
    run, next_run = asked("test-fall", nan=nan), asked(to=1)
    assert turn()
    assert turn()
    assert (now_of(run).state, now_of(run).problem) == ("failed", worker.UNEXPECTED)
    assert now_of(next_run).state == "done"


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_work_goes_on():
    run = asked(to=200, pause=0.02)
    stop = threading.Event()
    working = threading.Thread(target=worker.work, args=(stop,), kwargs={"timings": QUICK})
    working.start()
    try:
        wait_for(run, "running")
        deadline = time.monotonic() + 10
        while not now_of(run).progress.get("at") and time.monotonic() < deadline:
            time.sleep(0.02)
        assert now_of(run).progress["at"] > 0
    finally:
        stop.set()
        working.join()


@pytest.mark.django_db(transaction=True)
def test_a_running_run_is_called_off_within_half_a_second():
    run = asked(to=10_000, pause=0.01)
    stop = threading.Event()
    working = threading.Thread(target=worker.work, args=(stop,))
    working.start()
    try:
        wait_for(run, "running")
        time.sleep(0.2)
        began = time.monotonic()
        runs.run_cancel(run.pk)
        wait_for(run, "cancelled")
        # A busy machine gets some leave; the promise is 0.4 s plus one step of the work.
        assert time.monotonic() - began < 1.5
    finally:
        stop.set()
        working.join()


@pytest.mark.django_db(transaction=True)
def test_a_worker_told_to_stop_puts_its_run_back():
    run = asked(to=10_000, pause=0.01)
    stop = threading.Event()
    working = threading.Thread(target=worker.work, args=(stop,), kwargs={"timings": QUICK})
    working.start()
    wait_for(run, "running")
    stop.set()
    working.join()
    assert (now_of(run).state, now_of(run).attempts) == ("queued", 0)


# --- loss -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_silent_run_goes_back_to_the_queue_and_is_given_up_at_the_third_loss():
    run = asked(to=3)
    later = timezone.now() + timedelta(seconds=31)
    for state in ("queued", "queued", "failed"):
        assert runs.run_claim() == run
        assert runs.sweep() == 0
        assert runs.sweep(later) == 1
        assert now_of(run).state == state
    assert now_of(run).problem == runs.LOST


@pytest.mark.django_db
def test_a_silent_run_that_was_called_off_is_closed():
    run = asked(to=3)
    runs.run_claim()
    runs.run_cancel(run.pk)
    runs.sweep(timezone.now() + timedelta(seconds=31))
    assert now_of(run).state == "cancelled"


@pytest.mark.django_db
def test_a_worker_given_up_for_lost_changes_nothing_any_more():
    asked(to=3)
    lost = runs.run_claim()
    runs.sweep(timezone.now() + timedelta(seconds=31))
    taken = runs.run_claim()
    runs.run_done(lost, {"counted": -1})
    assert not runs.run_beat(lost, {})
    assert now_of(lost).state == "running"
    runs.run_done(taken, {"counted": 3})
    assert now_of(lost).result == {"counted": 3}


WORKER = """
import django; django.setup()
import time
from knutpunkt.core import runs, worker

@runs.kind("test-slow")
def slow(question, report, cancelled):
    while not cancelled() and not {finish}:
        time.sleep(0.01)
    if cancelled():
        raise runs.Stopped
    return {{"done": True}}

worker.work(timings=worker.Timings(poll=0.05, listen=0.05, beat=0.2, lost=1.5))
"""


@runs.kind("test-slow")
def slow(question, report, cancelled):
    """Stands for the work that only the processes below do."""
    raise runs.Stopped


def started_worker(*, finish):
    """Start a worker in a process of its own, on the database of this test."""
    surroundings = os.environ | {"DATABASE_URL": database_url()}
    return subprocess.Popen([sys.executable, "-c", WORKER.format(finish=finish)], env=surroundings)


def database_url():
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    place = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
    return f"postgresql://{chosen['USER']}:{chosen['PASSWORD']}@{place}/{chosen['NAME']}"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_no_run_running_for_ever():
    run = asked("test-slow")
    killed = started_worker(finish=False)
    try:
        wait_for(run, "running")
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert now_of(run).state == "running"
    next_worker = started_worker(finish=True)
    try:
        done = wait_for(run, "done")
        assert (done.attempts, done.result) == (2, {"done": True})
    finally:
        next_worker.terminate()
        assert next_worker.wait(timeout=10) == 0
