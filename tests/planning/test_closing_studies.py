"""Closing studies: what closes, who travels further, who must be asked and who decides."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from django.db import connection

from knutpunkt.core.models import Run
from knutpunkt.core.runs import Stopped, run_claim
from knutpunkt.planning.models import StudyAnswer
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.load import _rates
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.services import study_create, version_cancel
from support.network import made_office
from support.studies import BY, answered, fixed, keys, never, silent
from support.towns import LAT, STEP, lon_of, question, towns

STAY = WrittenRule(kind="never_leave")

pytestmark = pytest.mark.django_db


def a_second_office(town, *, number):
    """Give a town one more office, a little to the east."""
    from knutpunkt.network.models import BalanceMember, OpeningBalance

    office = made_office(
        f"office-{number}-b", municipality=town, lat=LAT, lon=lon_of(number) + 0.01
    )
    balance = OpeningBalance.objects.get()
    OpeningBalance.objects.update(total=balance.total + 1)
    BalanceMember.objects.create(balance_on=balance.on, office=office, recorded_by="a test")


# --- what closes ----------------------------------------------------------------------------------


def test_the_office_that_is_missed_least_closes():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4])
    answer = answered(question(close=1))
    assert keys(answer, "closed") == {"office-3"}
    summary = answer.effects["summary"]
    # Towns 2 and 3: from their office in 3 to the one in 4, one step further each.
    assert summary["further"] == 15
    assert summary["nearer"] == 0
    assert summary["lost"] == pytest.approx(STEP * 15, rel=1e-3)
    assert sum(row["persons"] for row in answer.effects["further"]) == 15


def test_the_set_to_close_can_be_given():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4])
    answer = answered(question(close=1, rules=(fixed("must_close", "office-4"),)))
    assert keys(answer, "closed") == {"office-4"}
    (price,) = answer.prices.rules
    assert price["instead"] == ["Office-4"]
    assert price["given_up"] == ["Office-3"]
    assert price["person_minutes"] > 0


def test_sparing_an_office_costs_what_closing_another_costs_more():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4])
    free = answered(question(close=1))
    (alternative,) = free.prices.alternatives
    spared = answered(question(close=1, rules=(fixed("keep", "office-3"),)))
    assert not alternative["opens"]
    assert alternative["person_minutes"] == pytest.approx(spared.objective - free.objective)
    assert alternative["given_up"] == ["Office-4"]


def test_no_municipality_is_left_where_none_may_be():
    found = towns([100, 1, 1, 100], offices=[0, 1, 3])
    a_second_office(found[0], number=0)
    assert keys(answered(question(close=2)), "closed") == {"office-1", "office-0-b"}
    stays = answered(question(close=1, rules=(STAY,)))
    assert keys(stays, "closed") <= {"office-0", "office-0-b"}
    impossible = answered(question(close=2, rules=(STAY,)))
    assert (impossible.status, impossible.effects["conflicts"]) == ("infeasible", ["never_leave"])


def test_opening_and_closing_are_one_question():
    towns([100, 1, 1, 1, 400], offices=[0, 1])
    answer = answered(question(open=1, close=1))
    assert keys(answer, "opened") == {"place-4"}
    assert keys(answer, "closed") == {"office-1"}
    states = [site["state"] for site in answer.effects["sites"]]
    assert sorted(states) == ["closed", "opened", "stays"]


@pytest.mark.parametrize(("opens", "closes"), [(1, 1), (2, 1), (1, 2), (0, 2)])
def test_as_many_open_and_close_as_were_asked_for(opens, closes):
    towns([10, 20, 30, 40, 50, 60, 70], offices=[0, 2, 4])
    answer = answered(question(open=opens, close=closes))
    assert len(keys(answer, "opened")) == opens
    assert len(keys(answer, "closed")) == closes
    assert len(keys(answer, "stays")) == 3 - closes


def test_a_saving_is_told_at_its_office():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4])
    answer = answered(question(close=1, savings={"office-3": 1_250.0}))
    (closed,) = (site for site in answer.effects["sites"] if site["state"] == "closed")
    assert closed["saving"] == 1_250.0


# --- who is asked and who decides -----------------------------------------------------------------


def test_the_board_decides_where_the_municipality_is_left():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4])
    asked = answered(question(close=1)).effects["consultation"]
    (office,) = asked["offices"]
    assert (office["remain"], office["decides"]) == ("no", "board")
    assert asked["municipalities"] == ["Town 3"]
    assert asked["counties"] == ["County B"]


def test_the_director_general_decides_where_another_office_remains():
    found = towns([100, 10, 10, 100], offices=[0, 3])
    a_second_office(found[0], number=0)
    (office,) = answered(question(close=1)).effects["consultation"]["offices"]
    assert (office["remain"], office["decides"]) == ("yes", "director-general")


def test_closing_both_offices_of_a_municipality_leaves_it():
    found = towns([100, 10, 10, 100], offices=[0, 3])
    a_second_office(found[0], number=0)
    both = tuple(fixed("must_close", key) for key in ("office-0", "office-0-b"))
    asked = answered(question(close=2, rules=both)).effects["consultation"]
    assert {office["decides"] for office in asked["offices"]} == {"board"}


def test_where_offices_are_unnamed_nobody_can_tell_who_decides():
    towns([100, 10, 10, 5, 100], offices=[0, 3, 4], balance=5)
    (office,) = answered(question(close=1)).effects["consultation"]["offices"]
    assert (office["remain"], office["decides"]) == ("perhaps", "undecided")


# --- load -----------------------------------------------------------------------------------------


def test_without_counts_the_load_is_told_in_residents_and_none_is_lost():
    towns([100, 0, 0, 5, 100], offices=[0, 3, 4])
    found = answered(question(close=1)).effects
    assert found["load"]["unit"] == "residents"
    for when in ("load_before", "load_after"):
        assert sum(site[when] for site in found["sites"]) == 205
    after = {site["key"]: site["load_after"] for site in found["sites"]}
    assert after == {"office-0": 100, "office-3": 0, "office-4": 105}


def test_residents_go_as_often_as_they_were_counted_and_others_as_the_counted_ones():
    rates = _rates(np.array([50.0, 0.0]), np.array([100.0, 10.0]), np.array([True, False]))
    assert rates.tolist() == [0.5, 0.5]
    rates = _rates(np.array([50.0, 30.0]), np.array([100.0, 10.0]), np.array([True, True]))
    assert rates.tolist() == [0.5, 3.0]


# --- called off and killed ------------------------------------------------------------------------


def started():
    """A study whose run a worker has taken."""
    towns([10, 20, 30, 40, 50, 60], offices=[0, 3])
    study = study_create(title="A study", question=question(open=2), by=BY)
    return study.current, run_claim()


def test_a_search_called_off_before_any_plan_says_unknown():
    version, _run = started()
    version_cancel(version=version)
    told = study_answer(version.pk, silent, lambda: True)
    answer = StudyAnswer.objects.get(version=version)
    assert (told["status"], answer.status, answer.objective) == ("unknown", "unknown", None)
    assert answer.called_off


def test_a_search_called_off_midway_keeps_the_best_plan_and_claims_no_proof():
    towns([10 + (37 * n) % 91 for n in range(60)], offices=[0, 30])
    version = study_create(title="The coast", question=question(open=12), by=BY).current
    run_claim()
    version_cancel(version=version)
    seen = []
    study_answer(version.pk, seen.append, lambda: bool(seen))
    answer = StudyAnswer.objects.get(version=version)
    assert (answer.status, answer.called_off) == ("gap", True)
    assert len(keys(answer, "opened")) == 12
    assert 0 < answer.gap <= 1
    assert answer.bound < answer.objective


def test_called_off_while_it_is_priced_the_plan_stays_and_the_prices_are_incomplete():
    version, _run = started()
    asked = []

    def report(progress):
        asked.append(progress["step"])
        if progress["step"] == "prices" and progress["done"] == 1:
            version_cancel(version=version)

    def cancelled():
        return Run.objects.get().cancel_asked

    study_answer(version.pk, report, cancelled)
    answer = StudyAnswer.objects.select_related("prices").get(version=version)
    assert answer.status == "proved"
    assert not answer.prices.complete
    assert len(answer.prices.alternatives) == 1


def test_a_worker_that_must_leave_writes_no_answer_and_the_study_is_taken_up_again():
    version, _run = started()
    with pytest.raises(Stopped):
        study_answer(version.pk, silent, lambda: True)
    assert not StudyAnswer.objects.exists()
    study_answer(version.pk, silent, never)
    assert StudyAnswer.objects.get().status == "proved"


WORKER = """
import django; django.setup()
from knutpunkt.core import worker
worker.work(timings=worker.Timings(poll=0.05, listen=0.05, beat=0.1, lost=1.0))
"""


def started_worker():
    """Start a worker in a process of its own, on the database of this test."""
    surroundings = os.environ | {"DATABASE_URL": database_url()}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=surroundings)


def database_url():
    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    place = f"{chosen['HOST']}:{chosen['PORT']}" if chosen["PORT"] else chosen["HOST"]
    return f"postgresql://{chosen['USER']}:{chosen['PASSWORD']}@{place}/{chosen['NAME']}"


def wait_for(state, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if Run.objects.get().state == state:
            return
        time.sleep(0.02)
    pytest.fail(f"The run is still {Run.objects.get().state}.")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_with_nine_leaves_no_study_running():
    towns([10 + (37 * n) % 91 for n in range(60)], offices=[0, 30])
    study = study_create(title="A study", question=question(open=12), by=BY)
    killed = started_worker()
    try:
        wait_for("running")
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    assert Run.objects.get().state == "running"
    next_worker = started_worker()
    try:
        wait_for("done")
    finally:
        next_worker.terminate()
        assert next_worker.wait(timeout=20) == 0
    assert Run.objects.get().attempts == 2
    answer = StudyAnswer.objects.select_related("prices").get(version=study.current)
    assert (answer.status, answer.prices.complete) == ("proved", True)
