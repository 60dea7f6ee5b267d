"""Pages answer in both languages, refuse in sentences and never fail."""

import json
import re
import sys

import pytest

from knutpunkt.accounts.models import User

PAGES = [
    "/",
    "/?q=Jarpen",
    "/?q=jarpn",
    "/?lat=59.3&lon=18.07",
    "/?q=Kista&service=skatteverket/id-card&on=2022-06-28&at=11:00&open=on",
    "/?q=Filipstad&on=2025-07-01",
    "/offices/jarpen/",
    "/offices/goteborg-gamlestaden/",
    "/offices/filipstad/?on=2025-05-20",
    "/offices/filipstad/?on=2025-07-01",
    "/offices/boras/",
    "/offices/mjolby/",
    "/offices/uppsala-central/",
    "/offices/kalmar/?on=2018-06-01",
    "/offices/stockholm-2020-commission/",
    "/network",
    "/network?on=2020-01-01",
    "/network?on=2022-12-31&known_on=2022-07-01&sort=county",
    "/network?on=2022-06-27&sort=nonsense",
    "/mandates/",
    "/mandates/2021-05?on=2022-06-27",
    "/mandates/2020-06",
    "/login/",
    "/robots.txt",
    "/map/sweden.svg",
    "/map/municipalities.geojson",
]
REFUSED = [
    "/?lat=999&lon=1",
    "/?lat=59.3",
    "/?q=%00%00",
    "/?on=foo",
    "/?at=25:00",
    "/?service=none/such",
    "/?level=best",
    "/?q=" + "x" * 101,
    "/offices/jarpen/?on=foo",
    "/network?on=x",
    "/network?on=2022-06-27&known_on=1066-10-14",
    "/mandates/2021-05?on=2022-02-30",
]


def nothing_runs_that_is_written_into(text):
    """Whether a page has no script, style or handler of its own, as its policy demands."""
    scripts = re.findall(r"<script[^>]*>", text)
    allowed = all(" src=" in script or "application/ld+json" in script for script in scripts)
    return allowed and not re.search(r"<style|\son[a-z]+=|\sstyle=", text)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_answers_in_both_languages(swedish, address, language):
    answer = swedish.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    if "html" in answer["content-type"]:
        assert f'<html lang="{language}">' in answer.text
        assert nothing_runs_that_is_written_into(answer.text)


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_read_is_refused_in_a_sentence(swedish, address):
    answer = swedish.get(address)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_a_refused_search_keeps_what_was_typed(swedish):
    assert 'value="Järpen"' in swedish.get("/?q=Järpen&on=foo").text


@pytest.mark.parametrize(
    "address", ["/offices/nowhere/", "/mandates/1999-01", "/nothing", "/map/moon.svg"]
)
def test_what_is_not_there_is_a_page_that_says_so(swedish, address):
    answer = swedish.get(address)
    assert answer.status_code == 404
    assert 'href="/"' in answer.text


def test_pages_allow_only_this_host(swedish):
    policy = swedish.get("/")["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy


def test_the_finder_says_how_many_offices_and_how_distances_are_measured(swedish, english):
    text = swedish.get("/?q=Jarpen", headers={"accept-language": "en"}).text
    assert re.search(r"8\d offices near Järpen, Åre", text)
    assert "Distances as the crow flies." in text
    assert text.index(">Järpen<") < text.index(">Östersund<")


def test_unknown_hours_look_different_from_closed(english):
    text = english.get("/?q=Jarpen&on=2022-06-28&at=20:00&all=1").text
    assert 'class="state unknown"' in text
    assert 'class="state closed"' in text
    assert "Hours unknown" in text


def test_a_closed_office_keeps_its_page_and_names_the_nearest_others(english):
    text = english.get("/offices/filipstad/?on=2025-07-01").text
    assert "30 May 2025" in text
    assert 'href="/offices/karlskoga/"' in text
    assert "46 km" in text


def test_a_closing_office_says_its_last_day_and_where_to_go_then(english):
    text = english.get("/offices/motala/?on=2025-05-20").text
    assert "The last visiting day is 30 May 2025." in text
    assert "Nearest others, as the crow flies" in text


def test_hours_of_the_week_are_a_table_with_reasons(english):
    text = english.get("/offices/goteborg-gamlestaden/?on=2022-06-06").text
    row = re.search(r"<tr[^>]*><th scope=\"row\">Monday 6 June</th>.*?</tr>", text, re.DOTALL)[0]
    assert "Closed" in row
    assert "National Day" in row


def test_an_authority_with_hours_of_its_own_has_a_table_of_its_own(english):
    text = english.get("/offices/boras/").text
    assert "<caption>Swedish Tax Agency</caption>" in text


def test_the_office_describes_itself_for_search_engines(english):
    text = english.get("/offices/goteborg-gamlestaden/").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    described = json.loads(found[1])
    assert described["@type"] == "GovernmentOffice"
    assert described["address"]["streetAddress"] == "Rullagergatan 2"
    assert {"opens": "10:00", "closes": "16:00"}.items() <= next(
        spec.items() for spec in described["openingHoursSpecification"] if "dayOfWeek" in spec
    )


def test_unknown_hours_are_left_out_for_search_engines(english):
    text = english.get("/offices/jarpen/").text
    assert "GovernmentOffice" in text
    assert "openingHoursSpecification" not in text


def test_the_office_page_takes_thirteen_queries(english, django_assert_max_num_queries):
    with django_assert_max_num_queries(13):
        english.get("/offices/orebro-central/")


def test_the_language_is_changed_with_a_button_and_stays(swedish):
    answer = swedish.post("/language/setlang/", {"language": "en", "next": "/network"})
    assert answer.url == "/network"
    assert '<html lang="en">' in swedish.get("/network").text


def test_people_log_in_and_out(swedish):
    User.objects.create_user("anna", password="a long enough one")
    wrong = swedish.post("/login/", {"username": "anna", "password": "guess"})
    assert 'role="alert"' in wrong.text
    swedish.post("/login/", {"username": "anna", "password": "a long enough one"})
    assert "anna" in swedish.get("/").text
    swedish.post("/logout/")
    assert "anna" not in swedish.get("/").text


def test_a_fault_is_a_page_that_asks_nothing_of_the_database(swedish, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(sys.modules["knutpunkt.public.views.mandates"], "mandate_list", fails)
    swedish.raise_request_exception = False
    answer = swedish.get("/mandates/")
    assert answer.status_code == 500
    assert "Ett fel hos oss" in answer.text


def test_the_reason_of_a_weekly_pattern_is_not_that_of_a_weekend(english):
    text = english.get("/offices/stockholm-kungsholmen/?on=2023-10-05").text
    rows = dict(re.findall(r'<th scope="row">(\w+) .*?</th>(.*?)</tr>', text))
    assert "Saving" in rows["Thursday"]
    assert "Saving" not in rows["Sunday"]


@pytest.mark.parametrize(
    ("key", "headline"),
    [
        ("eskilstuna-mandate", "Planned, not confirmed"),
        ("stockholm-2020-commission", "Inferred, not confirmed"),
        ("hultsfred", "Not confirmed"),
    ],
)
@pytest.mark.parametrize("day", ["2025-07-01", "2026-06-01"])
def test_an_office_nobody_confirms_is_not_shown_as_one_to_visit(english, key, headline, day):
    text = english.get(f"/offices/{key}/?on={day}").text
    status = re.search(r'<p class="status">.*?</p>', text, re.DOTALL)[0]
    assert f"<strong>{headline}</strong>" in status
    for said in ("What you can do here", "Opening hours", "Hours unknown", "GovernmentOffice"):
        assert said not in text


def test_an_office_without_a_place_has_no_map_to_speak_of(english):
    text = english.get("/offices/stockholm-2020-commission/").text
    assert "the map shows" not in text
    assert "locator" not in text


def test_an_opening_inferred_with_little_confidence_is_a_warning_with_its_note(english):
    text = english.get("/offices/boras/").text
    assert "No source we hold states that this office opened" in text
    assert "Stood by this day; the opening day is not found." in text
    assert "What you can do here" in text
    assert "Inferred, not confirmed" not in english.get("/offices/jarpen/").text


def test_a_closing_decided_later_is_no_warning_on_the_page_of_a_day(english):
    text = english.get("/offices/arvika/?on=2022-06-27").text
    assert "This office is closing" not in text
    assert "closes later: 30 May 2025" in text
    assert "This office is closing" in english.get("/offices/arvika/?on=2025-05-20").text


def test_a_search_without_an_answer_draws_no_map(english):
    assert 'id="map"' not in english.get("/?q=nothing-like-it").text
    assert 'id="map"' in english.get("/?q=Jarpen").text


def test_the_field_to_search_in_has_one_type(english):
    field = re.search(r'<input[^>]*name="q"[^>]*>', english.get("/").text)[0]
    assert field.count("type=") == 1
    assert 'type="search"' in field


def test_the_foot_of_every_page_leads_to_the_data_and_the_plans(english):
    foot = english.get("/network").text.partition("<footer")[2]
    assert 'href="/api/docs"' in foot
    assert 'href="/siting/"' in foot
