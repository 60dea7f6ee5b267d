"""The list of programmes and the portfolio: every slot with how far it is, and for whom."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from knutpunkt.core import clock
from knutpunkt.core.models import Run
from knutpunkt.planning.services import RUN_KIND
from knutpunkt.programme.models import Programme, Slot, StoredForecast
from knutpunkt.programme.services.control import status_report
from knutpunkt.programme.services.money import lease_sign
from knutpunkt.programme.services.premises import premises_propose
from support.pages import every_variable_is_there, quick_hash, rows, words
from support.programme import made_programme, pass_gate, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

NOW = "2023-03-01T10:00"
PAGE = "/programme/small/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", NOW)


@pytest.fixture
def reader(signed_in, small_programme):
    return signed_in("reader")


def forecast_kept(programme, as_of=date(2023, 2, 1), **slots):
    """Keep a forecast that says something about some slots."""
    told = [{"key": key, **values} for key, values in slots.items()]
    return StoredForecast.objects.create(
        programme=programme,
        as_of=as_of,
        runs=100,
        seed=1,
        engine="a test",
        inputs_hash="0",
        result={"slots": told},
        made_by="a test",
    )


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/programme/", PAGE, PAGE + "northtown/"])
def test_a_stranger_is_sent_to_the_login_and_comes_back(small_programme, client, page):
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={page}")


def test_an_account_without_a_role_is_refused(small_programme, django_user_model):
    client = Client()
    client.force_login(
        django_user_model.objects.create(username="nobody"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("page", ["/programme/nothing/", PAGE + "nowhere/"])
def test_what_is_not_there_is_not_found(reader, page):
    assert reader.get(page).status_code == 404


def test_a_reader_is_offered_no_opening_and_refused_one(reader):
    assert "Open a programme" not in words(reader.get("/programme/"))
    assert reader.post("/programme/openings/", {"origin": "mandate:small"}).status_code == 403


# --- opening --------------------------------------------------------------------------------------


def test_a_manager_opens_a_programme_from_a_commission(signed_in):
    made_programme("one", ("Easttown",))
    made_programme("two", ("Westtown",))
    Programme.objects.filter(key="two").update(mandate=None, key="elsewhere")
    manager = signed_in("programme-manager")
    page = words(manager.get("/programme/"))
    assert "Commission two (two)" in page
    assert "Commission one (one)" not in page  # it has its programme already
    answer = manager.post("/programme/openings/", {"origin": "mandate:two", "starts_on": ""})
    assert answer["Location"] == "/programme/two/"
    opened = Programme.objects.get(key="two")
    assert (opened.opened_by, opened.slots.count()) == ("the-programme-manager", 1)
    assert "every slot has its project" in words(manager.get("/programme/two/"))


def test_a_programme_is_opened_from_a_finished_plan(signed_in):
    made_programme("one", ("Easttown",))
    Programme.objects.update(mandate=None, key="elsewhere")
    place = Slot.objects.get().municipality
    site = {
        "place": "Market square", "municipality": place.name, "code": place.code,
        "lat": 60.0, "lon": 15.0, "persons": 1200, "minutes": 9.5,
    }  # fmt: skip
    plan = Run.objects.create(
        pk=uuid.uuid4(),
        kind=RUN_KIND,
        question={"mandate_slug": "one"},
        state="done",
        ended_at=clock.now(),
        result={"mandate": "one", "sites": [site]},
    )
    manager = signed_in("programme-manager")
    assert f'value="study:{plan.pk}"' in manager.get("/programme/").content.decode()
    manager.post("/programme/openings/", {"origin": f"study:{plan.pk}"})
    assert Programme.objects.get(key="one").slots.get().place == "Market square"


@pytest.mark.parametrize("wrong", [{"origin": ""}, {"origin": "mandate:x"}, {"starts_on": "soon"}])
def test_an_opening_that_makes_no_sense_comes_back_with_the_reason(signed_in, wrong):
    made_programme("one", ("Easttown",))
    Programme.objects.update(mandate=None, key="elsewhere")
    asked = {"origin": "mandate:one", "starts_on": "2023-01-09"} | wrong
    answer = signed_in("programme-manager").post("/programme/openings/", asked)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert f'value="{asked["starts_on"]}"' in page
    assert Programme.objects.count() == 1


def test_whoever_comes_to_the_address_of_a_form_is_led_to_its_page(reader):
    assert reader.get("/programme/openings/")["Location"] == "/programme/"


# --- the portfolio --------------------------------------------------------------------------------


def test_a_line_tells_gate_evidence_forecast_judgement_and_exposure(reader, small_programme):
    project = project_of(small_programme, "northtown")
    pass_gate(project.gates.get(key="g1"))
    asked = sum(gate.requirements.count() for gate in project.gates.all())
    status_report(project=project, as_of=date(2023, 2, 20), light="amber", by="a test")
    forecast_kept(
        small_programme,
        northtown={"p50": "2023-10-02", "p80": "2023-12-01", "trend_days": 12.0},
        southtown={"p50": None, "p80": None, "trend_days": None},
    )
    room = premises_propose(slot=project.slot, name="Bank", by="a test")
    lease_sign(
        programme=small_programme, premises=room, rent_per_month=10_000, notice_months=0,
        starts_on=date(2023, 1, 1), earliest_exit=date(2024, 2, 29), signed_on=date(2023, 1, 1),
        by="a test",
    )  # fmt: skip
    north, south = rows(reader.get(PAGE))
    for text in (
        "G1 Needs are known", f"2 of {asked} documents", "G2 Requirements are decided",
        "2 Oct 2023", "1 Dec 2023", "12 days later", "at risk", "20 Feb 2023", "SEK 120,000",
    ):  # fmt: skip
        assert text in north
    assert "no gate passed" in south
    assert "not foreseen" in south


def test_the_bar_shows_the_share_of_evidence_that_is_filed(reader, small_programme):
    pass_gate(project_of(small_programme, "northtown").gates.get(key="g1"))
    page = reader.get(PAGE).content.decode()
    assert '<rect class="filed" width="13" height="8"/>' in page  # 2 of 15 documents
    assert page.count('<rect class="filed" width="0" height="8"/>') == 1


def test_a_status_older_than_thirty_days_is_a_warning(reader, small_programme):
    for slot, day in (("northtown", date(2023, 1, 29)), ("southtown", date(2023, 1, 30))):
        project = project_of(small_programme, slot)
        status_report(project=project, as_of=day, light="green", by="a test")
    north, south = rows(reader.get(PAGE))
    assert "Last status 29 Jan 2023" in north
    assert "Last status" not in south


def test_rounds_and_gates_narrow_the_list_and_unknown_ones_do_not(reader, small_programme):
    pass_gate(project_of(small_programme, "northtown").gates.get(key="g1"))
    assert [row.split()[0] for row in rows(reader.get(PAGE + "?gate=g2"))] == ["Northtown"]
    assert len(rows(reader.get(PAGE + "?round=1"))) == 2
    assert len(rows(reader.get(PAGE + "?round=77&gate=x&sort=y"))) == 2
    assert "No slot is in this round" in words(reader.get(PAGE + "?gate=g5"))


def test_sorting_puts_first_what_is_worst_and_last_what_is_not_known(reader, small_programme):
    forecast_kept(small_programme, southtown={"p50": "2023-10-02", "p80": "2023-12-01"})

    def first(sort):
        return rows(reader.get(PAGE, {"sort": sort}))[0].split()[0]

    assert first("p80") == "Southtown"
    assert first("name") == first("stranded") == "Northtown"
    page = reader.get(PAGE, {"sort": "p80", "round": "1"}).content.decode()
    assert 'href="/programme/small/?sort=p50&amp;round=1"' in page
    assert 'aria-sort="other"' in page


def test_the_newest_forecast_counts(reader, small_programme):
    forecast_kept(small_programme, northtown={"p50": "2024-01-02", "p80": "2024-02-02"})
    older = {"p50": "2030-01-02", "p80": "2031-02-02"}
    forecast_kept(small_programme, as_of=date(2022, 9, 1), northtown=older)
    page = words(reader.get(PAGE))
    assert "2 Jan 2024" in page
    assert "2030" not in page


def test_sums_are_of_the_whole_programme_whatever_is_shown(reader, small_programme):
    pass_gate(project_of(small_programme, "northtown").gates.get(key="g1"))
    assert "Evidence filed 2 of 30" in words(reader.get(PAGE + "?gate=g5"))


def test_a_slot_that_was_dropped_says_so(reader, small_programme):
    Slot.objects.filter(key="southtown").update(dropped_on="2023-02-02", dropped_why="No premises")
    assert "dropped 2 Feb 2023" in rows(reader.get(PAGE))[1]


def test_the_portfolio_asks_as_often_for_two_slots_as_for_many(
    reader, small_programme, django_assert_max_num_queries
):
    made_programme("large", [f"Town {number}" for number in range(12)])
    reader.get(PAGE)
    for page in (PAGE, "/programme/large/"):
        with django_assert_max_num_queries(15):
            assert reader.get(page).status_code == 200


def test_the_portfolio_is_read_in_swedish(reader):
    page = words(reader.get(PAGE, headers={"accept-language": "sv"}))
    assert "Uppdrag small" in page
    assert "G1 Behovet är klarlagt" in page


def test_the_navigation_leads_to_the_programmes(reader):
    assert f'href="{reverse("programme:programmes")}"' in reader.get("/network").content.decode()
