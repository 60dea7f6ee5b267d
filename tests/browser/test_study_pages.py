"""The pages of studies in a real browser: accessible and small."""

from datetime import date

import pytest
from django.conf import settings

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.changes import Change
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.services import series_create, study_change, study_create
from support.accessibility import sound
from support.studies import logged_in, never, silent

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DAY = date(2022, 6, 1)
SMALL = {"viewport": {"width": 320, "height": 640}}
ENGLISH_SMALL_AND_DARK = {"locale": "en-GB", "color_scheme": "dark", **SMALL}
PASSWORD = "bänken-under-lindarna-7"
KINDS = ("list", "both", "changed", "waiting", "comparison", "series", "series_new")


@pytest.fixture(scope="module")
def studied(site, django_db_blocker):
    """The site with studies of the embedded network, a planner's session, and their addresses."""
    with django_db_blocker.unblock():
        person = person_create(username="planner", password=PASSWORD, by=None)
        appoint(person, Role.PLANNER, by=person)
        rules = (
            WrittenRule(kind="keep", at="kiruna", reason="The county asks for it."),
            WrittenRule(kind="quota", scope="county", codes=("01",), at_least=1),
        )
        both = study_create(
            title="Öppna två, stäng tre", question=Question(on=DAY, open=2, close=3, rules=rules),
            by="planner",
        )  # fmt: skip
        study_answer(both.current.pk, silent, never)
        change = Change("spare", "storuman", "Storuman", "Far away.")
        changed = study_change(version=both.current, change=change, by="planner")
        study_answer(changed.pk, silent, never)
        series = series_create(
            title="Stäng", question=Question(on=DAY, close=1), vary="close", first=1, last=3,
            by="planner",
        )  # fmt: skip
        for one in series.studies.all():
            study_answer(one.current.pk, silent, never)
        waiting = study_create(title="Väntar", question=Question(on=DAY, open=1), by="planner")
        versions = f"/siting/studies/{both.pk}/versions/"
        addresses = {
            "list": "/siting/studies/",
            "both": f"{versions}1/",
            "changed": f"{versions}2/",
            "waiting": f"/siting/studies/{waiting.pk}/",
            "comparison": f"/siting/studies/comparison/?v={both.current.pk}&v={changed.pk}",
            "series": f"/siting/series/{series.pk}/",
            "series_new": "/siting/series/",
        }
        return site, logged_in(person), addresses


@pytest.fixture
def planner(studied, page):
    """A page of a planner; ``at`` goes to one of the pages by its name."""
    site, key, addresses = studied
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    page.at = lambda kind: page.goto(site + addresses[kind])
    return page


@pytest.mark.parametrize("visit", [{}, ENGLISH_SMALL_AND_DARK], indirect=True, ids=["", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_of_wcag_is_broken(planner, kind):
    assert planner.at(kind).status == 200
    sound(planner)


@pytest.mark.parametrize("visit", [SMALL], indirect=True, ids=["small"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_scrolls_sideways_on_the_smallest_screen(planner, kind):
    planner.at(kind)
    wider = planner.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
