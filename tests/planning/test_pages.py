"""Pages of plans: everyone may read, planners may ask, nobody waits in the dark."""

import html
import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from knutpunkt.core import worker
from knutpunkt.core.models import Run
from knutpunkt.planning import services
from knutpunkt.planning.pages import plan_page
from knutpunkt.planning.services import RUN_KIND, plan_request

QUESTION = {
    "mandate_slug": "2021-05",
    "detour": 1.3,
    "km_per_hour": 60.0,
    "adjacent_metres": 1000.0,
    "prices": False,
}
FORM = {"mandate": "2021-05", "detour": "1.3", "km_per_hour": "60", "adjacent_metres": "1000"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("swedish_network")]


def words(answer):
    """What a reader sees, in one line."""
    body = re.sub(r"<svg.*?</svg>", "", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def page_of(run):
    return f"/siting/runs/{run.pk}/"


@pytest.fixture
def made(swedish_plan):
    """A finished run."""
    now = timezone.now()
    return Run.objects.create(
        kind=RUN_KIND, question=QUESTION, state="done", result=swedish_plan.as_dict(), ended_at=now
    )


@pytest.fixture
def asked():
    return plan_request(QUESTION, by="anna")


# --- asking ---------------------------------------------------------------------------------------


def test_anyone_may_see_what_can_be_planned(client):
    seen = words(client.get("/siting/"))
    assert "Uppdrag att öppna minst 28 servicekontor" in seen
    assert "Hur stort nätet var den 2020-06-30 finns inte i registret." in seen
    assert "Gör en plan" not in seen


def test_a_stranger_who_asks_for_a_plan_is_sent_to_the_login(client):
    answer = client.post("/siting/runs/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/siting/")


def test_a_reader_may_not_ask_for_a_plan(sign_in):
    answer = sign_in("reader").post("/siting/runs/", FORM)
    assert answer.status_code == 403
    assert "<h1>" in answer.content.decode()
    assert not Run.objects.exists()


def test_a_planner_who_presses_twice_gets_one_run(sign_in):
    planner = sign_in("planner")
    assert "Gör en plan" in words(planner.get("/siting/"))
    first, second = (planner.post("/siting/runs/", FORM) for _ in range(2))
    run = Run.objects.get()
    assert first["Location"] == second["Location"] == page_of(run)
    assert (run.question, run.requested_by) == (QUESTION, "the-planner")


def test_new_facts_make_a_new_run(asked):
    from knutpunkt.planning.models import DemandPoint

    point = DemandPoint.objects.first()
    point.persons += 1000
    point.save()
    assert plan_request(QUESTION, by="anna") != asked


@pytest.mark.parametrize("wrong", [{"detour": "0.5"}, {"mandate": "2020-06"}, {"km_per_hour": ""}])
def test_a_question_that_makes_no_sense_comes_back_with_the_reason(sign_in, wrong):
    answer = sign_in("planner").post("/siting/runs/", FORM | wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Run.objects.exists()


# --- waiting --------------------------------------------------------------------------------------


def test_a_waiting_run_says_so_and_can_be_read_without_scripts(client, asked):
    answer = client.get(page_of(asked))
    assert "Väntar på arbetsprocessen." in words(answer)
    assert '<noscript><meta http-equiv="refresh"' in answer.content.decode()
    assert "Avbryt" not in words(answer)


def test_a_running_plan_shows_how_near_the_proof_it_is(client, asked):
    progress = {"step": "plan", "done": 0, "of": 1, "minutes": 16.5, "bound": 16.25}
    Run.objects.update(state="running", beat_at=timezone.now(), progress=progress)
    sentence = "Bästa plan hittills: 16,50 minuter per invånare; ingen kan ligga under 16,25."
    assert sentence in words(client.get(page_of(asked)))
    told = client.get(page_of(asked) + "state/").json()
    assert (told["state"], told["sentence"]) == ("running", sentence)


def test_a_silent_worker_is_told(client, asked):
    Run.objects.update(state="running", beat_at=timezone.now() - timedelta(minutes=1))
    assert "svarar inte" in words(client.get(page_of(asked)))


def test_a_planner_calls_a_run_off(sign_in, asked):
    planner = sign_in("planner")
    assert "Avbryt" in words(planner.get(page_of(asked)))
    assert planner.post(page_of(asked) + "cancellation/")["Location"] == page_of(asked)
    assert Run.objects.get().state == "cancelled"
    assert "Avbruten." in words(planner.get(page_of(asked)))


def test_a_reader_may_not_call_a_run_off(sign_in, asked):
    assert sign_in("reader").post(page_of(asked) + "cancellation/").status_code == 403
    assert Run.objects.get().state == "queued"


def test_a_failed_run_says_why(client, asked):
    Run.objects.update(state="failed", problem=worker.UNEXPECTED, ended_at=timezone.now())
    assert "Ett oväntat fel avslutade körningen." in words(client.get(page_of(asked)))


def test_a_run_that_is_not_a_plan_is_not_found(client):
    other = Run.objects.create(kind="something-else")
    assert client.get(page_of(other)).status_code == 404
    assert client.get(f"/siting/runs/{uuid.uuid4()}/").status_code == 404


# --- reading --------------------------------------------------------------------------------------


def test_anyone_may_read_a_plan(client, made, swedish_plan):
    answer = client.get(page_of(made))
    seen = words(answer)
    assert "Bevisat: inga andra 28 platser" in seen
    assert "28 nya platser" in seen
    assert all(site.place in seen for site in swedish_plan.sites)
    assert "44 som ingen källa namnger räknas som om de inte fanns." in seen
    assert "Planen gjordes utan priser." in seen
    assert answer.content.decode().count('class="new"') == 28


def test_a_plan_is_read_in_english_too(client, made, swedish_plan):
    seen = words(client.get(page_of(made), headers={"accept-language": "en"}))
    assert all(clause.sentence_en in seen for clause in swedish_plan.clauses)
    assert "44 that no source names are treated as absent." in seen
    assert "20.1" in seen


def test_a_question_without_an_answer_is_read_with_its_reason(client, asked):
    result = {"status": "infeasible", "sentence_sv": "Det går inte.", "sentence_en": "It does not."}
    Run.objects.update(state="done", result=result, ended_at=timezone.now())
    assert "Det går inte." in words(client.get(page_of(asked)))


def test_plans_made_are_listed(client, made):
    seen = words(client.get("/siting/"))
    assert "Omväg 1,30, 60 km/h, områden inom 1 000 m" in seen.replace("\N{NO-BREAK SPACE}", " ")


def test_a_plan_that_is_not_proved_does_not_say_so(swedish_plan):
    kept = swedish_plan.as_dict() | {"status": "gap", "gap": 0.0125}
    with override("en"):
        assert "up to 1.25 per cent" in plan_page(kept, "en").proof


def test_the_defaults_of_the_form_are_those_of_the_plan(sign_in):
    page = sign_in("planner").get("/siting/").content.decode()
    for value in (services.DETOUR, services.KM_PER_HOUR, services.ADJACENT_METRES):
        assert f'value="{value:g}"' in page
