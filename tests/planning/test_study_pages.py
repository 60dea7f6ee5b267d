"""Pages of studies: planners put, change, compare and approve; everyone reads what is approved."""

import csv
import io
import json
import re
import threading
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from knutpunkt.core import worker
from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_claim
from knutpunkt.planning.models import Study, StudyAnswer, StudySeries
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.rules import WrittenRule
from support.pages import every_variable_is_there, words
from support.studies import BY, answered, fixed, never, silent
from support.towns import question, towns

__all__ = ["every_variable_is_there"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("every_variable_is_there")]

FORM = {"title": "North", "on": "2021-06-01", "open": "1", "close": "0", "detour": "1",
        "km_per_hour": "60"}  # fmt: skip
CHANGE = {"kind": "forbid", "at": "Place 3", "reason": "No premises."}
REASON = {"reason": "It serves the coast."}


def page_of(version):
    return f"/siting/studies/{version.study_id}/versions/{version.number}/"


def in_english(client, address):
    return words(client.get(address, headers={"accept-language": "en"}))


@pytest.fixture
def row():
    return towns([10, 10, 10, 500, 10], offices=[0, 1])


@pytest.fixture
def answer(row):
    return answered(question(open=1, rules=(fixed("never_open", "place-4"),)))


@pytest.fixture
def planner(sign_in):
    return sign_in("planner")


# --- asking ---------------------------------------------------------------------------------------


def test_a_planner_puts_a_question_and_the_worker_is_asked(planner, row):
    told = planner.post("/siting/studies/new/", FORM | {"never_open": "Place 4: no premises"})
    study = Study.objects.get()
    assert (told.status_code, told["Location"]) == (302, f"/siting/studies/{study.pk}/")
    assert study.made_by == "the-planner"
    (rule,) = study.current.question["rules"]
    assert (rule["kind"], rule["at"], rule["reason"]) == ("never_open", "place-4", "no premises")
    assert Run.objects.get().question == {"version": study.current.pk}
    assert "Waiting for the worker." in in_english(planner, told["Location"])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"open": "0"}, "neither opens nor closes"),
        ({"must_open": "Nowhere: why not"}, "no place or office “Nowhere”"),
        ({"must_open": "Place 2"}, "gives no reason"),
        ({"savings": "Office-0: much"}, "is not a number"),
        ({"km_per_hour": ""}, "Speed"),
        ({"close": "2", "open": "0"}, "No office would be open"),
        ({"on": "1999-01-01"}, "No opening balance"),
    ],
)
def test_a_question_that_makes_no_sense_comes_back_with_the_reason(planner, row, wrong, said):
    told = planner.post("/siting/studies/new/", FORM | wrong, headers={"accept-language": "en"})
    assert told.status_code == 400
    assert said in words(told)
    assert not Study.objects.exists()


def test_who_changes_the_language_on_a_refused_form_gets_to_the_form(planner, answer):
    version = page_of(answer.version)
    for posted, page in [
        ("/siting/studies/new/", "/siting/studies/"),
        ("/siting/series/new/", "/siting/series/"),
        (f"{version}changes/", version),
        (f"{version}rules/", version),
    ]:
        assert planner.post(posted, {}).status_code == 400
        assert planner.get(posted, follow=True).redirect_chain == [(page, 302)]
    assert planner.delete("/siting/studies/new/").status_code == 405


def test_strangers_are_sent_to_the_login_and_readers_refused(client, sign_in, answer):
    for address in ("/siting/studies/new/", page_of(answer.version) + "changes/"):
        assert client.post(address, FORM)["Location"].startswith("/login/")
    assert sign_in("reader").post("/siting/studies/new/", FORM).status_code == 403


def test_a_study_that_is_not_approved_is_for_planners(client, sign_in, planner, answer):
    assert planner.get(page_of(answer.version)).status_code == 200
    assert client.get(page_of(answer.version)).status_code == 404
    assert sign_in("reader").get(page_of(answer.version)).status_code == 403
    assert "The coast" not in words(client.get("/siting/studies/"))


def test_a_study_that_does_not_exist_is_not_found(planner, answer):
    assert planner.get(f"/siting/studies/{Run.objects.get().pk}/").status_code == 404
    assert planner.get(page_of(answer.version).replace("/1/", "/7/")).status_code == 404


# --- following ------------------------------------------------------------------------------------


def test_a_search_under_way_shows_plan_and_bound_as_chart_and_as_table(planner, row):
    planner.post("/siting/studies/new/", FORM)
    run_claim()
    course = [[0.1, 30.0, 10.0], [0.2, 20.0, 15.0], [0.4, 18.0, 17.5]]
    Run.objects.update(progress={"step": "plan", "course": course})
    version = Study.objects.get().current
    shown = planner.get(page_of(version)).content.decode()
    assert '<polyline class="plan"' in shown
    assert '<polyline class="bound"' in shown
    assert '<noscript><meta http-equiv="refresh"' in shown
    assert "17.50" in in_english(planner, page_of(version))
    told = planner.get(page_of(version) + "state/").json()
    assert told["under_way"]
    assert "polyline" in told["course"]


def test_a_search_is_called_off_and_asked_for_again(planner, row):
    planner.post("/siting/studies/new/", FORM)
    version = Study.objects.get().current
    assert planner.post(page_of(version) + "cancellation/").status_code == 302
    assert Run.objects.get().state == "cancelled"
    assert "Called off before there was an answer." in in_english(planner, page_of(version))
    assert planner.post(page_of(version) + "answer/").status_code == 302
    assert sorted(Run.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


# --- reading --------------------------------------------------------------------------------------


def test_the_page_explains_the_answer_in_both_languages(planner, answer):
    seen = in_english(planner, page_of(answer.version))
    for said in ("Proved:", "Places that open", "Next-best alternative", "What each rule costs",
                 "Place 4 must not open.", "Load of the offices", "the load is told in residents",
                 "worst-off twentieth", "Without any rule"):  # fmt: skip
        assert said in seen
    swedish = words(planner.get(page_of(answer.version)))
    for said in ("Bevisat:", "Näst bästa", "Vad varje regel kostar", "Place 4 får inte öppna."):
        assert said in swedish


def test_savings_are_added_up_and_what_is_not_given_is_said(planner, row):
    both = answered(question(open=1, close=2, savings={"office-0": 1_500.0}))
    seen = in_english(planner, page_of(both.version))
    assert "Saving: 1,500 a year, given for 1 of 2 offices." in seen


def test_a_closing_says_whom_to_ask_and_who_decides(planner, row):
    seen = in_english(planner, page_of(answered(question(close=1)).version))
    for said in ("Offices that close", "the board: the municipality is left",
                 "Municipalities: Town 0.", "Regions and county boards: County A.",
                 "How much further people travel", "Municipalities that lose"):  # fmt: skip
        assert said in seen


def test_rules_that_cannot_hold_are_read_in_words(planner, row):
    both = tuple(WrittenRule(kind="quota", codes=(code,), at_least=1) for code in ("T2", "T3"))
    seen = in_english(planner, page_of(answered(question(open=1, rules=both)).version))
    assert "New offices in Town 2: at least 1." in seen
    assert "No plan is possible." in seen


def test_an_answer_that_is_not_proved_never_says_so(planner, row):
    from knutpunkt.planning.models import StudyVersion

    study = Study.objects.create(title="Half", made_by=BY)
    version = StudyVersion.objects.create(
        study=study, number=1, question=question(open=1).as_json(), made_by=BY
    )
    proved = answered(question(open=1))
    StudyAnswer.objects.create(
        version=version, status="gap", objective=proved.objective, bound=proved.bound / 2,
        gap=0.5, seconds=3, engine="made up", inputs_hash="0", called_off=True,
        effects=proved.effects,
    )  # fmt: skip
    seen = in_english(planner, page_of(version))
    assert "Not proved: a better choice could save up to 50.00 per cent" in seen
    assert "the best plan until then" in seen
    assert "Proved:" not in seen


def test_the_list_costs_the_same_however_many_studies(planner, row, django_assert_max_num_queries):
    for _ in range(2):
        answered(question(open=1))
    planner.get("/siting/studies/")
    with django_assert_max_num_queries(60) as few:
        planner.get("/siting/studies/")
    for _ in range(4):
        answered(question(open=1))
    with django_assert_max_num_queries(len(few.captured_queries)):
        planner.get("/siting/studies/")


def test_a_study_costs_the_same_however_many_versions(
    planner, answer, django_assert_max_num_queries
):
    def costs(most):
        with django_assert_max_num_queries(most) as asked:
            planner.get(page_of(answer.version))
        return len(asked.captured_queries)

    costs(60)
    few = costs(60)
    for place in ("Place 2", "Place 3", "Place 1"):
        planner.post(page_of(answer.version) + "changes/", CHANGE | {"at": place})
    assert costs(60) <= few


# --- what if --------------------------------------------------------------------------------------


def test_a_forbidden_place_makes_a_version_that_is_solved_at_once(planner, answer):
    told = planner.post(page_of(answer.version) + "changes/", CHANGE)
    study = Study.objects.get()
    assert told["Location"] == page_of(study.current)
    assert (study.current.number, study.current.parent_id) == (2, answer.version_id)
    study_answer(study.current.pk, silent, never)
    opened = [
        site["key"] for site in study.current.answer.effects["sites"] if site["state"] == "opened"
    ]
    assert opened == ["place-2"]
    assert "Place 3 must not open." in in_english(planner, page_of(study.current))


@pytest.mark.parametrize(
    ("kind", "at", "opens", "closes", "rule"),
    [
        ("add", "Place 2", 2, 0, "must_open"),
        ("force", "Place 2, Town 2", 1, 0, "must_open"),
        ("forbid", "place-2", 1, 0, "never_open"),
        ("close_also", "Office-1, Town 1", 1, 1, "must_close"),
    ],
)
def test_each_change_by_hand_moves_its_number_and_writes_its_rule(
    planner, answer, kind, at, opens, closes, rule
):
    planner.post(page_of(answer.version) + "changes/", {"kind": kind, "at": at})
    asked = Study.objects.get().current.question
    assert (asked["open"], asked["close"]) == (opens, closes)
    assert asked["rules"][-1]["kind"] == rule
    assert asked["rules"][-1]["reason"]


def test_a_change_nobody_understands_is_refused_on_the_page(planner, answer):
    told = planner.post(page_of(answer.version) + "changes/", CHANGE | {"at": "Nowhere"})
    assert told.status_code == 400
    assert 'role="alert"' in told.content.decode()
    assert Study.objects.get().current == answer.version


def test_a_rule_is_added_and_left_out(planner, answer):
    planner.post(
        page_of(answer.version) + "rules/",
        {"rule": "quota", "scope": "county", "codes": "B", "counts": "new", "at_least": "1"},
    )
    second = Study.objects.get().current
    key = second.question["rules"][-1]
    assert (key["kind"], key["codes"], key["label"]) == ("quota", ["B"], "County B")
    planner.post(page_of(second) + "rules/removal/", {"rule": "never_open:place-4"})
    third = Study.objects.get().current
    assert [rule["kind"] for rule in third.question["rules"]] == ["quota"]
    seen = in_english(planner, page_of(third))
    assert "With the rule: New offices in County B: at least 1." in seen
    assert "Without the rule: Place 4 must not open." in seen
    refused = planner.post(page_of(third) + "rules/removal/", {"rule": "never_open:place-4"})
    assert refused.status_code == 400


def test_every_version_is_kept_and_any_can_be_turned_back_to(planner, answer):
    planner.post(page_of(answer.version) + "changes/", CHANGE)
    assert Study.objects.get().current.number == 2
    planner.post(page_of(answer.version) + "current/")
    study = Study.objects.get()
    assert study.current == answer.version
    assert study.versions.count() == 2
    # The next change is made from the version the planner stands at, and gets a new number.
    planner.post(page_of(answer.version) + "changes/", CHANGE | {"at": "Place 2"})
    newest = Study.objects.get().current
    assert (newest.number, newest.parent_id) == (3, answer.version_id)


def test_up_to_four_plans_stand_side_by_side(planner, answer):
    other = answered(question(open=2))
    keys = [answer.version_id, other.version_id]
    address = "/siting/studies/comparison/?" + "&".join(f"v={key}" for key in keys)
    seen = in_english(planner, address)
    assert "Place 3, Town 3 opens opens" in seen
    assert "Mean minutes to the nearest office" in seen
    assert planner.get("/siting/studies/comparison/").status_code == 200
    assert planner.get("/siting/studies/comparison/?v=99999").status_code == 404
    many = "&".join(f"v={number}" for number in range(5))
    assert planner.get(f"/siting/studies/comparison/?{many}").status_code == 400


# --- approving ------------------------------------------------------------------------------------


def test_an_approved_study_is_public_and_stays_as_it_is(client, planner, answer):
    address = page_of(answer.version)
    planner.post(address + "approval/", REASON)
    study = Study.objects.get()
    assert (study.approved, study.approved_by, study.reason) == (
        answer.version, "the-planner", REASON["reason"],
    )  # fmt: skip
    assert "It serves the coast." in words(client.get(address))
    assert "The coast" in words(client.get("/siting/studies/"))
    for way, said in (("changes/", CHANGE), ("current/", {}), ("approval/", REASON)):
        assert planner.post(address + way, said).status_code == 409
    assert Study.objects.get().versions.count() == 1


def test_the_database_does_not_let_an_approved_study_go_elsewhere(planner, answer):
    from django.db import IntegrityError, transaction

    planner.post(page_of(answer.version) + "changes/", CHANGE)
    planner.post(page_of(answer.version) + "approval/", REASON)
    study = Study.objects.get()
    other = study.versions.get(number=2)
    with (
        pytest.raises(IntegrityError, match="approved_study_stays_with_its_version"),
        transaction.atomic(),
    ):
        Study.objects.update(current=other)
    with (
        pytest.raises(IntegrityError, match="approval_says_who_when_and_why"),
        transaction.atomic(),
    ):
        Study.objects.update(reason="")


def test_an_approval_needs_a_reason_a_plan_and_a_planner(planner, sign_in, answer):
    address = page_of(answer.version)
    assert planner.post(address + "approval/", {"reason": " "}).status_code == 400
    assert sign_in("programme-manager").post(address + "approval/", REASON).status_code == 403
    planner.post("/siting/studies/new/", FORM)
    waiting = Study.objects.exclude(pk=answer.version.study_id).get().current
    assert planner.post(page_of(waiting) + "approval/", REASON).status_code == 409
    assert not Study.objects.exclude(approved=None).exists()


def test_in_the_admin_studies_are_looked_at_and_not_written(planner, answer):
    for record in (answer, answer.version, answer.version.study, answer.prices):
        name = record._meta.model_name
        address = reverse(f"admin:planning_{name}_change", args=[record.pk])
        assert planner.get(address).status_code == 200, name
        assert planner.post(address, {"title": "Another"}).status_code == 403, name


# --- files ----------------------------------------------------------------------------------------


def test_the_geojson_holds_every_site_with_longitude_first(planner, answer):
    made = json.loads(planner.get(page_of(answer.version) + "study.geojson").content)
    assert made["study"]["status"] == "proved"
    opened = [f for f in made["features"] if f["properties"]["state"] == "opened"]
    assert [f["geometry"]["coordinates"] for f in opened] == [[16.5, 60.0]]
    assert len(made["features"]) == 3


def test_the_csv_holds_every_site(planner, answer):
    text = planner.get(page_of(answer.version) + "study.csv").content.decode("utf-8-sig")
    rows = {row["key"]: row for row in csv.DictReader(io.StringIO(text))}
    assert set(rows) == {"place-3", "office-0", "office-1"}
    assert rows["place-3"]["persons"] == "510"


def test_the_workbook_holds_every_table(planner, answer):
    file = planner.get(page_of(answer.version) + "study.xlsx").content
    with zipfile.ZipFile(io.BytesIO(file)) as book:
        listed = book.read("xl/workbook.xml").decode()
    assert listed.count("<sheet ") >= 6


def test_the_pdf_has_two_pages(planner, answer):
    for address in (page_of(answer.version), page_of(answered(question(close=1)).version)):
        made = planner.get(address + "study.pdf")
        assert made["Content-Type"] == "application/pdf"
        assert len(re.findall(rb"/Type\s*/Page\b", made.content)) == 2


def test_the_pdf_keeps_to_two_pages_however_much_there_is_to_say(planner):
    towns([10 + (37 * n) % 91 for n in range(60)], offices=range(0, 60, 2))
    long = "Because of a reason that takes more lines than any page has room for. " * 9
    rules = tuple(fixed("never_open", f"place-{n}", reason=long) for n in range(1, 25, 2))
    answer = answered(question(open=8, close=15, rules=rules))
    made = planner.get(page_of(answer.version) + "study.pdf")
    assert len(re.findall(rb"/Type\s*/Page\b", made.content)) == 2


def test_what_is_no_file_of_a_study_is_not_found(planner, row, answer):
    assert planner.get(page_of(answer.version) + "study.doc").status_code == 404
    planner.post("/siting/studies/new/", FORM)
    waiting = Study.objects.exclude(pk=answer.version.study_id).get().current
    assert planner.get(page_of(waiting) + "study.csv").status_code == 404


# --- frontiers ------------------------------------------------------------------------------------


def test_a_series_is_a_frontier_whose_points_are_studies(planner, row):
    asked = FORM | {"vary": "open", "first": "1", "last": "3"}
    told = planner.post("/siting/series/new/", asked)
    series = StudySeries.objects.get()
    assert told["Location"] == f"/siting/series/{series.pk}/"
    for study in series.studies.all():
        study_answer(study.current.pk, silent, never)
    page = planner.get(told["Location"])
    shown = page.content.decode()
    assert shown.count('class="spot"') == 6
    assert all(f"/siting/studies/{study.pk}/" in shown for study in series.studies.all())
    means = [
        study.current.answer.effects["summary"]["mean_after"]
        for study in series.studies.order_by("title")
    ]
    assert means == sorted(means, reverse=True)


@pytest.mark.parametrize("wrong", [{"first": "3", "last": "1"}, {"last": "90"}, {"vary": "x"}])
def test_what_is_no_series_is_refused_and_nothing_is_written(planner, row, wrong):
    asked = FORM | {"vary": "open", "first": "1", "last": "3"} | wrong
    assert planner.post("/siting/series/new/", asked).status_code == 400
    assert not StudySeries.objects.exists()
    assert not Study.objects.exists()


def test_series_are_for_planners(client, sign_in, row):
    assert client.get("/siting/series/").status_code == 302
    assert sign_in("reader").get("/siting/series/").status_code == 403
    assert sign_in("planner").get("/siting/series/").status_code == 200


# --- the whole way --------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_planner_asks_the_worker_answers_and_everyone_reads_what_is_approved(sign_in):
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    planner = sign_in("planner")
    where = planner.post("/siting/studies/new/", FORM)["Location"]
    assert worker.turn(threading.Event())
    version = Study.objects.get().current
    planner.post(page_of(version) + "approval/", REASON)
    assert "Bevisat:" in words(Client().get(where))
