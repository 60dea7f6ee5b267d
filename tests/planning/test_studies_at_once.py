"""Prices and series of studies worked out many at once: the same answers, and none lost."""

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core import worker
from knutpunkt.core.executing import Here, Pool
from knutpunkt.core.models import Run
from knutpunkt.core.runs import Stopped
from knutpunkt.planning.models import StudyAnswer, StudySeries
from knutpunkt.planning.studies import several
from knutpunkt.planning.studies.answering import series_answer
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.engine import solve
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.pricing import prices_of, questions_of
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.services import series_create, version_cancel
from knutpunkt.planning.studies.several import Ahead, executor_for, job_of
from support.studies import BY, fixed, never, silent
from support.towns import question, towns

RULES = (
    fixed("must_open", "place-2"),
    WrittenRule(kind="quota", scope="county", codes=("B",), counts="new", at_least=1),
    WrittenRule(kind="max_minutes", minutes=200.0),
)


def asked(persons=(10, 20, 90, 30, 60, 50, 40), rules=RULES, opened=3):
    towns(list(persons), offices=[0])
    ground = ground_of(question(open=opened, rules=rules))
    bounds = bounds_of(ground)
    return ground, bounds, solve(ground, bounds).open


def untold(_done, _of):
    pass


def priced(ground, bounds, plan, executor, cancelled=never):
    with Ahead(ground, questions_of(ground, bounds, plan), executor, cancelled) as ahead:
        return prices_of(
            ground, bounds, plan, step=untold, cancelled=cancelled, solver=ahead.solved
        )  # fmt: skip


@pytest.mark.django_db
def test_every_question_of_the_prices_is_known_before_the_first_is_asked():
    ground, bounds, plan = asked()
    heard = []

    def solver(other):
        heard.append(several._mark(other))
        return solve(ground, other)

    prices_of(ground, bounds, plan, step=untold, cancelled=never, solver=solver)
    assert heard == [several._mark(one) for one in questions_of(ground, bounds, plan)]
    # Two places that were free to choose, three rules, and all rules at once.
    assert len(heard) == 6


@pytest.mark.django_db
def test_prices_are_the_same_alone_and_by_two_processes_without_a_database(monkeypatch):
    ground, bounds, plan = asked()
    alone = prices_of(ground, bounds, plan, step=untold, cancelled=never)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert priced(ground, bounds, plan, Pool(2)) == alone
    assert alone.complete
    assert len(alone.rules) == 3


@pytest.mark.django_db
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 99), min_size=7, max_size=7), st.integers(1, 4))
def test_prices_solved_ahead_are_those_solved_when_asked(persons, opened):
    from django.db import transaction

    with transaction.atomic():
        ground, bounds, plan = asked(persons, RULES[1:2], opened)
        alone = prices_of(ground, bounds, plan, step=untold, cancelled=never)
        assert priced(ground, bounds, plan, Here()) == alone
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_prices_lose_nothing_when_a_worker_is_killed(monkeypatch):
    ground, bounds, plan = asked()
    alone = prices_of(ground, bounds, plan, step=untold, cancelled=never)
    killed = []

    def kill():
        ends = time.monotonic() + 60
        while not (working := multiprocessing.active_children()) and time.monotonic() < ends:
            time.sleep(0.01)
        killed.append(working[0].pid)
        os.kill(killed[0], signal.SIGKILL)

    killing = threading.Thread(target=kill)
    killing.start()
    found = priced(ground, bounds, plan, Pool(2))
    killing.join()
    assert killed
    assert found == alone


@pytest.mark.django_db
def test_called_off_the_prices_are_incomplete_and_no_process_stays():
    ground, bounds, plan = asked()
    assert not priced(ground, bounds, plan, Pool(2), cancelled=lambda: True).complete
    assert not multiprocessing.active_children()


@pytest.mark.django_db
def test_what_travels_holds_nothing_of_the_register():
    ground, bounds, _plan = asked()
    (question_,) = job_of("one", ground, bounds).work.args
    assert b"DemandPoint" not in question_
    assert b"Town 3" in question_  # the names of sites are told with the answer


def test_little_work_is_done_in_this_process(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "3")
    assert isinstance(executor_for(1.0), Here)
    assert executor_for(100.0).workers == 3


# --- series ---------------------------------------------------------------------------------------


@pytest.fixture
def many(monkeypatch):
    """Two processes work even for a small series."""
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "2")
    monkeypatch.setattr(several, "WORTH_ENTRIES", 0)


def series(last=4):
    towns([10, 20, 90, 30, 60, 50, 40], offices=[0])
    return series_create(
        title="The coast", question=question(open=1), vary="open", first=1, last=last, by=BY
    )


def answers():
    found = StudyAnswer.objects.order_by("version__question__open")
    return [(one.status, one.objective, one.bound, one.inputs_hash) for one in found]


@pytest.mark.django_db
def test_a_series_solved_at_once_has_the_answers_of_one_after_the_other(many):
    made = series()
    told = []
    assert series_answer(str(made.pk), told.append, never)["solved"] == 4
    assert [one["done"] for one in told] == [1, 2, 3, 4]
    at_once = answers()
    assert [one[0] for one in at_once] == ["proved"] * 4
    ground = ground_of(question(open=1))
    for number, one in enumerate(at_once, 1):
        other = replace(ground, question=question(open=number))
        found = solve(other, bounds_of(other))
        assert one == (found.status, found.objective, found.bound, found.inputs_hash)
    # What is answered is not solved again.
    assert series_answer(str(made.pk), silent, never)["solved"] == 0


@pytest.mark.django_db
def test_what_was_called_off_of_a_series_is_not_answered(many):
    made = series()
    version_cancel(version=made.studies.order_by("pk").first().current)
    assert series_answer(str(made.pk), silent, never)["solved"] == 3


@pytest.mark.django_db
def test_a_small_series_is_left_to_each_study(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_WORKERS", "2")
    assert series_answer(str(series().pk), silent, never)["solved"] == 0


@pytest.mark.django_db
def test_a_worker_that_must_leave_a_series_takes_it_up_again(many):
    made = series()
    with pytest.raises(Stopped):
        series_answer(str(made.pk), silent, StudyAnswer.objects.exists)
    left = 4 - StudyAnswer.objects.count()
    assert series_answer(str(made.pk), silent, never)["solved"] == left
    assert len(answers()) == 4


@pytest.mark.django_db(transaction=True)
def test_the_worker_answers_a_series_and_prices_each_of_its_studies(many):
    series(last=2)
    while worker.turn(threading.Event()):
        pass
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}
    assert Run.objects.count() == 3
    assert StudySeries.objects.get().studies.count() == 2
    assert all(one.prices.complete for one in StudyAnswer.objects.select_related("prices"))
