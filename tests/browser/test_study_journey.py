"""A planner follows a search and changes a plan by hand, in a real browser."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_claim
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.services import study_create
from support.serving import server_running
from support.studies import BY, logged_in, never, silent
from support.towns import question, towns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture
def planner(page, django_db_setup):
    """A page of a planner with a study that waits; ``at`` is its address."""
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    person = person_create(username="planner", password=PASSWORD, by=None)
    appoint(person, Role.PLANNER, by=person)
    study = study_create(title="The coast", question=question(open=1), by=BY)
    with server_running() as port:
        site = f"http://127.0.0.1:{port}"
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": logged_in(person), "url": site}
        page.context.add_cookies([cookie])
        page.study, page.at = study, f"{site}/siting/studies/{study.pk}/"
        yield page


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True, ids=["no-js"])
def test_an_office_is_closed_by_hand_without_scripts(planner):
    planner.goto(planner.at)
    planner.get_by_label("Ändring", exact=True).select_option("close_also")
    planner.get_by_label("Plats eller kontor").fill("Office-1")
    planner.get_by_role("button", name="Ändra och lös").click()
    expect(planner.locator("h1")).to_contain_text("version 2")
    expect(planner.locator("main")).to_contain_text("1 öppnar, 1 stänger.")


def test_the_chart_closes_in_and_the_answer_comes_without_a_reload_by_hand(planner):
    planner.goto(planner.at)
    expect(planner.locator("#progress")).to_contain_text("Väntar på arbetsprocessen.")
    run = run_claim()
    course = [[0.1, 30.0, 10.0], [0.4, 18.0, 17.5]]
    Run.objects.filter(pk=run.pk).update(progress={"step": "plan", "course": course})
    expect(planner.locator("#course polyline.bound")).to_be_attached()
    expect(planner.locator("#progress")).to_contain_text("ingen kan ligga under 17,50")
    study_answer(planner.study.current.pk, silent, never)
    Run.objects.filter(pk=run.pk).update(state="done", result={}, ended_at=timezone.now())
    expect(planner.locator("#progress")).to_contain_text("Bevisat:")
