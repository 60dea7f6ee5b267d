"""What holds of a study whatever happens: nothing half done is approved, and nothing is lost."""

import threading

import pytest
from django.db import connection

from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_claim, run_done
from knutpunkt.network.models import Place
from knutpunkt.planning.errors import (
    FactsChanged,
    PricesComplete,
    PricesUnfinished,
    StudyApproved,
    StudyWithoutPlan,
)
from knutpunkt.planning.models import DemandPoint, Study, StudyAnswer, StudyPrices
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.completing import prices_keep, prices_kept, prices_resume
from knutpunkt.planning.studies.pricing import NOTHING, Prices
from knutpunkt.planning.studies.services import (
    RUN_KIND,
    series_create,
    study_approve,
    study_create,
)
from support.pages import every_variable_is_there, words
from support.studies import BY, answered, fixed, never, silent
from support.towns import question, towns
from support.workers import a_worker, wait_until

__all__ = ["every_variable_is_there"]

pytestmark = pytest.mark.usefixtures("every_variable_is_there")

REASON = "It serves the coast."
RULES = (fixed("never_open", "place-4"), fixed("never_open", "place-2"))


def called_off(study, *, after):
    """Answer a study and call it off when so many of its places and rules are priced."""
    run = run_claim()
    calling = threading.Event()

    def report(progress):
        if progress["step"] == "prices" and progress["done"] >= after:
            Run.objects.filter(pk=run.pk).update(cancel_asked=True)
            calling.set()

    result = study_answer(study.current.pk, report, calling.is_set)
    run_done(run, result)
    return StudyPrices.objects.get(answer__version=study.current)


@pytest.fixture
def half(db):
    """A study of one new place under two rules whose pricing was called off after the place."""
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    study = study_create(title="The coast", question=question(open=1, rules=RULES), by=BY)
    called_off(study, after=1)
    return Study.objects.get(pk=study.pk)


def priced(study):
    return prices_kept(StudyAnswer.objects.get(version=study.current))


# --- approving ------------------------------------------------------------------------------------


def test_what_is_not_priced_is_not_approved(half):
    assert not priced(half).complete
    with pytest.raises(PricesUnfinished, match="The coast"):
        study_approve(version=half.current, by=BY, reason=REASON)
    StudyPrices.objects.all()._raw_delete("default")
    with pytest.raises(PricesUnfinished):
        study_approve(version=half.current, by=BY, reason=REASON)
    assert Study.objects.get().approved_id is None


@pytest.mark.django_db
def test_what_is_priced_is_approved_once():
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    version = answered(question(open=1)).version
    assert study_approve(version=version, by=BY, reason=REASON).approved == version
    with pytest.raises(StudyApproved):
        study_approve(version=version, by=BY, reason=REASON)


def test_the_page_offers_the_rest_and_no_approval(half, sign_in):
    planner = sign_in("planner")
    address = f"/siting/studies/{half.pk}/versions/1/"
    seen = words(planner.get(address, headers={"accept-language": "en"}))
    assert "Called off before every place and rule was priced." in seen
    assert "Work out what is missing" in seen
    assert "once it says what every place and rule costs" in seen
    assert "Reason of the approval" not in seen
    assert planner.post(f"{address}approval/", {"reason": REASON}).status_code == 409
    assert planner.post(f"{address}prices/").status_code == 302
    study_answer(half.current.pk, silent, never)
    seen = words(planner.get(address, headers={"accept-language": "en"}))
    assert "Work out what is missing" not in seen
    assert "Reason of the approval" in seen
    assert planner.post(f"{address}approval/", {"reason": REASON}).status_code == 302
    assert planner.post(f"{address}prices/").status_code == 409


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_whoever_approves_while_prices_are_worked_out_comes_after_the_last():
    towns([10 + 7 * n for n in range(12)], offices=[0, 6])
    study = study_create(title="The coast", question=question(open=3, rules=RULES), by=BY)
    over, seen, refused = threading.Event(), [], []

    def approving():
        while not over.is_set():
            try:
                study_approve(version=study.current, by=BY, reason=REASON)
            except (PricesUnfinished, StudyWithoutPlan):
                refused.append(1)
            except StudyApproved:
                break
            else:
                seen.append(StudyPrices.objects.get().complete)
                break
        connection.close()

    several = [threading.Thread(target=approving) for _ in range(4)]
    for one in several:
        one.start()
    try:
        wait_until(lambda: len(refused) > 8)
        study_answer(study.current.pk, silent, never)
        wait_until(lambda: seen, 20)
    finally:
        over.set()
        for one in several:
            one.join()
    assert seen == [True]
    assert Study.objects.get().approved == study.current


# --- taking up again ------------------------------------------------------------------------------


def test_prices_that_were_called_off_go_on_from_where_they_were(half):
    kept = priced(half)
    assert [one["key"] for one in kept.alternatives] == ["place-3"]
    assert kept.rules == []
    # A figure no computation gives: were the place priced anew, it would be gone.
    marked = [kept.alternatives[0] | {"person_minutes": 4711.0}]
    StudyPrices.objects.update(alternatives=marked)
    run = prices_resume(version=half.current, by=BY)
    assert (run.state, Run.objects.count()) == ("queued", 2)
    assert prices_resume(version=half.current, by=BY) == run
    study_answer(half.current.pk, silent, never)
    whole = priced(half)
    assert whole.complete
    assert whole.alternatives == marked
    assert {one["rule"] for one in whole.rules} == {"never_open:place-4", "never_open:place-2"}
    assert whole.free is not None


def test_prices_in_pieces_are_the_prices_in_one_go(half):
    prices_resume(version=half.current, by=BY)
    study_answer(half.current.pk, silent, never)
    in_one = answered(question(open=1, rules=RULES)).prices
    in_pieces = priced(half)
    assert in_pieces.alternatives == in_one.alternatives
    assert in_pieces.rules == in_one.rules
    assert in_pieces.free == in_one.free


def test_complete_prices_stay_as_they_are(half):
    prices_resume(version=half.current, by=BY)
    study_answer(half.current.pk, silent, never)
    answer, whole = StudyAnswer.objects.get(), priced(half)
    # What a worker writes that was given up for lost.
    prices_keep(answer=answer, prices=Prices([], [], None, complete=False))
    assert prices_kept(answer) == whole
    with pytest.raises(PricesComplete):
        prices_resume(version=half.current, by=BY)


def test_prices_of_today_are_not_held_against_a_plan_of_other_facts(half):
    DemandPoint.objects.filter(key="T2").update(persons=9_000)
    with pytest.raises(FactsChanged, match="The coast"):
        prices_resume(version=half.current, by=BY)
    with pytest.raises(FactsChanged):
        study_answer(half.current.pk, silent, never)
    assert not priced(half).complete


def test_without_a_plan_there_is_nothing_to_price(db):
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    study = study_create(title="The coast", question=question(open=1), by=BY)
    with pytest.raises(StudyWithoutPlan):
        prices_resume(version=study.current, by=BY)
    assert Prices([], [], None, complete=False) == NOTHING


# --- killed ---------------------------------------------------------------------------------------


def running():
    return Run.objects.filter(state="running").exists()


def kept_so_far():
    return sum(len(one.alternatives) + len(one.rules) for one in StudyPrices.objects.all())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_among_the_prices_leaves_what_it_had_and_the_next_one_ends_them():
    towns([10 + (37 * n) % 91 for n in range(40)], offices=range(0, 40, 8))
    rules = tuple(fixed("never_open", f"place-{n}") for n in range(1, 39, 3) if n % 8)
    study = study_create(title="The coast", question=question(open=6, rules=rules), by=BY)
    with a_worker() as killed:
        wait_until(lambda: kept_so_far() >= 3)
        killed.kill()
        killed.wait()
    half = priced(study)
    assert Run.objects.get().state == "running"
    assert not half.complete
    with pytest.raises(PricesUnfinished):
        study_approve(version=study.current, by=BY, reason=REASON)
    # With the timings of every day: nothing says that it runs a minute later.
    with a_worker(beat=5.0, lost=30.0):
        wait_until(lambda: Run.objects.get().state == "done", 60)
    whole = priced(study)
    assert whole.complete
    assert StudyAnswer.objects.count() == StudyPrices.objects.count() == 1
    assert all(one in whole.alternatives for one in half.alternatives)
    assert len(whole.rules) == len(rules)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_again_and_again_in_a_series_leaves_no_study_behind():
    towns([10 + (37 * n) % 91 for n in range(40)], offices=range(0, 40, 8))
    asked = question(open=1, rules=(fixed("never_open", "place-5"),))
    series = series_create(title="How many", question=asked, vary="open", first=1, last=6, by=BY)
    for answers in (1, 3):
        with a_worker() as killed:
            wait_until(lambda: StudyAnswer.objects.count() >= answers)  # noqa: B023
            killed.kill()
            killed.wait()
        assert not StudyAnswer.objects.exclude(status="proved").exists()
    with a_worker():
        wait_until(lambda: Run.objects.filter(kind=RUN_KIND, state="done").count() == 6, 60)
    assert not running()
    assert StudyAnswer.objects.filter(version__study__series=series).count() == 6
    assert StudyPrices.objects.filter(complete=True).count() == 6
    assert Place.objects.exists()
