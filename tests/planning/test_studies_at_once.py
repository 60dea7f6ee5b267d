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
from knutpunkt.planning.studies.pricing import prices_of
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.services import series_create, version_cancel
from knutpunkt.planning.studies.several import executor_for, job_of, solved_at_once
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


def priced(ground, bounds, plan, executor, cancelled=never, **more):
    return prices_of(
        ground, bounds, plan, step=untold, cancelled=cancelled,
        solver=lambda asked: solved_at_once(ground, asked, executor, cancelled), **more,
    )  # fmt: skip


class Backwards:
    """Carries out jobs here, the last one first."""

    workers = 2

    def __init__(self):
        self.jobs = []

    def outcomes(self, jobs, *, cancelled=None):
        self.jobs = list(jobs)
        yield from Here().outcomes(reversed(self.jobs), cancelled=cancelled)


@pytest.mark.django_db
def test_every_question_of_the_prices_is_known_before_the_first_is_solved():
    ground, bounds, plan = asked()
    all_of_them = Backwards()
    assert priced(ground, bounds, plan, all_of_them).complete
    # Two places that were free to choose, three rules, and all rules at once.
    assert len(all_of_them.jobs) == 6


@pytest.mark.django_db
def test_what_two_prices_ask_alike_is_solved_once():
    ground, bounds, plan = asked(rules=RULES[1:2])
    all_of_them = Backwards()
    prices = priced(ground, bounds, plan, all_of_them)
    # Three places, and the one rule, which is all rules.
    assert len(all_of_them.jobs) == 4
    assert prices.complete
    assert prices.free == {k: v for k, v in prices.rules[0].items() if k != "rule"}


@pytest.mark.django_db
def test_prices_are_kept_as_they_arrive_whatever_the_order():
    ground, bounds, plan = asked()
    kept = []
    whole = priced(ground, bounds, plan, Backwards(), keep=kept.append)
    many = [len(one.alternatives) + len(one.rules) + (one.free is not None) for one in kept]
    assert many == [1, 2, 3, 4, 5, 6]
    assert kept[0].free is not None  # asked last
    assert [one.complete for one in kept] == [False] * 5 + [True]
    assert kept[-1] == whole == prices_of(ground, bounds, plan, step=untold, cancelled=never)


@pytest.mark.django_db
def test_what_is_kept_is_not_solved_again():
    ground, bounds, plan = asked()
    kept = []
    whole = priced(ground, bounds, plan, Backwards(), keep=kept.append)
    the_rest = Backwards()
    assert priced(ground, bounds, plan, the_rest, kept=kept[3]) == whole
    assert len(the_rest.jobs) == 2
    assert priced(ground, bounds, plan, the_rest, kept=whole) == whole
    assert the_rest.jobs == []


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
