"""The maps of a study under the hand: they follow a search, come closer, and change the plan."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_claim
from knutpunkt.planning.models import Study
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.services import study_create
from knutpunkt.planning.studies.sketch import sketched
from support.serving import server_running
from support.studies import BY, logged_in, never, silent
from support.towns import question, towns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "bänken-under-lindarna-7"
COURSE = [[0.1, 30.0, 10.0], [0.4, 18.0, 17.5]]


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


@pytest.fixture
def answered(planner):
    """The same study with its answer: place 3 opens."""
    study_answer(planner.study.current.pk, silent, never)
    planner.goto(planner.at)
    return planner


def told(study, number, *open_):
    """Let the worker say which sites the best plan so far opens."""
    ground = ground_of(question(open=1))
    sites = [ground.number_of(key) for key in open_]
    Run.objects.update(
        progress={"step": "plan", "course": COURSE,
                  "map": {"number": number, **sketched(ground, sites)}}
    )  # fmt: skip


def after(page):
    return page.locator("section[aria-labelledby=maps] svg.plan").last


def middle_of(page, key):
    """Where on the screen a site of the map after lies."""
    circle = after(page).locator(f"circle[data-key={key}]")
    circle.scroll_into_view_if_needed()
    box = circle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def question_now(study):
    return Study.objects.get(pk=study.pk).current.question


def test_the_map_follows_the_search_without_a_reload(planner):
    run_claim()
    told(planner.study, 1, "office-0", "office-1", "place-4")
    planner.goto(planner.at)
    expect(planner.locator("#map circle.new title")).to_have_text("Place 4")
    planner.evaluate("window.stays = true")
    told(planner.study, 2, "office-0", "office-1", "place-3")
    expect(planner.locator("#map circle.new title")).to_have_text("Place 3")
    assert planner.evaluate("window.stays")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True, ids=["no-js"])
def test_without_scripts_the_map_is_on_the_page_and_the_page_reads_itself_anew(planner):
    run_claim()
    told(planner.study, 1, "office-0", "office-1", "place-4")
    planner.goto(planner.at)
    expect(planner.locator("#map circle.new")).to_have_count(1)
    told(planner.study, 2, "office-0", "place-2", "place-3")
    expect(planner.locator("#map circle.new")).to_have_count(2, timeout=15_000)
    expect(planner.locator("#map circle.gone")).to_have_count(1)


def test_a_map_comes_closer_and_goes_back(answered):
    whole = after(answered).get_attribute("viewBox")
    answered.get_by_role("button", name="Närmare").click()
    width = float(after(answered).get_attribute("viewBox").split()[2])
    assert width < 625
    answered.get_by_role("button", name="Hela landet").click()
    assert after(answered).get_attribute("viewBox") == whole


def test_an_office_that_is_clicked_can_be_closed_as_well(answered):
    after(answered).locator("circle[data-key=office-1]").click()
    expect(answered.locator("#choice-name")).to_have_text("Office-1, Town 1")
    answered.get_by_role("button", name="stäng det här kontoret också").click()
    expect(answered.locator("h1")).to_contain_text("version 2")
    asked = question_now(answered.study)
    assert (asked["open"], asked["close"]) == (1, 1)
    assert [(rule["kind"], rule["at"]) for rule in asked["rules"]] == [("must_close", "office-1")]


def test_a_place_is_added_where_the_map_is_clicked(answered):
    # Place 2 has no office: it lies half-way between its neighbours.
    (west, up), (east, _up) = (middle_of(answered, key) for key in ("office-1", "place-3"))
    answered.mouse.click((west + east) / 2, up)
    expect(answered.locator("#choice-name")).to_have_text("Place 2, Town 2")
    answered.get_by_role("button", name="öppna den här platsen också").click()
    expect(answered.locator("h1")).to_contain_text("version 2")
    asked = question_now(answered.study)
    assert (asked["open"], asked["rules"][-1]["at"]) == (2, "place-2")


def test_a_new_place_that_is_dragged_opens_where_it_was_left(answered):
    (west, up), (east, _up) = (middle_of(answered, key) for key in ("office-1", "place-3"))
    answered.mouse.move(east, up)
    answered.mouse.down()
    answered.mouse.move(east + (east - west) / 2, up, steps=5)
    answered.mouse.up()
    expect(answered.locator("#choice-name")).to_have_text(
        re.compile("Place 3, Town 3 → Place 4, Town 4")
    )
    answered.locator("#choice .ways button").click()
    expect(answered.locator("h1")).to_contain_text("version 2")
    expect(answered.locator("#versions + form + table")).to_contain_text(
        "Place 4 öppnar i stället för Place 3."
    )
    kinds = {(rule["kind"], rule["at"]) for rule in question_now(answered.study)["rules"]}
    assert kinds == {("never_open", "place-3"), ("must_open", "place-4")}


def test_what_was_chosen_by_mistake_is_left_as_it_is(answered):
    after(answered).locator("circle[data-key=place-3]").click()
    expect(answered.locator("#choice")).to_be_visible()
    answered.keyboard.press("Escape")
    expect(answered.locator("#choice")).to_be_hidden()
    after(answered).locator("circle[data-key=place-3]").click()
    answered.get_by_role("button", name="Låt det vara").click()
    expect(answered.locator("#choice")).to_be_hidden()
    assert Study.objects.get().versions.count() == 1


def test_who_may_only_read_can_look_closer_but_change_nothing(answered):
    from knutpunkt.planning.studies.services import study_approve

    study_approve(version=answered.study.current, by=BY, reason="It serves the coast.")
    answered.goto(answered.at)
    after(answered).locator("circle[data-key=place-3]").click()
    expect(answered.locator("#choice")).to_be_hidden()
    answered.get_by_role("button", name="Närmare").click()
