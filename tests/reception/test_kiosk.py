"""The kiosk: two steps to a number, one number for a form, and nothing left to the next visitor."""

import re
import string
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.accounts.models import User
from knutpunkt.accounts.services import device_issue, device_revoke
from knutpunkt.core import clock
from knutpunkt.network.models import Equipment, Office, Service
from knutpunkt.reception.actors import token_issue, token_revoke
from knutpunkt.reception.kiosk.forms import LARGEST_PARTY, needs_read, once
from knutpunkt.reception.kiosk.languages import language_of, languages
from knutpunkt.reception.models import (
    Booking,
    BookingPool,
    EquipmentFault,
    Errand,
    SlotCapacity,
    Visit,
)
from knutpunkt.reception.rate import allowed, forget
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.selectors.opening import name_of
from knutpunkt.reception.services.house import day_end
from knutpunkt.reception.services.rooms import room_change
from support.network import swedish_network  # noqa: F401  # a fixture
from support.pages import every_variable_is_there, words  # noqa: F401  # a fixture

OPEN = "2022-06-28T11:00"
PLACE = "goteborg-gamlestaden"


@pytest.fixture(autouse=True)
def fresh(monkeypatch, every_variable_is_there):  # noqa: F811  # the fixture of that name
    monkeypatch.setenv("KNUTPUNKT_NOW", OPEN)
    forget()
    forget_menus()
    yield
    forget_menus()


@pytest.fixture
def gamlestaden(swedish_network, db):  # noqa: F811  # the fixture of that name
    return Office.objects.get(key=PLACE)


@pytest.fixture
def token(gamlestaden):
    return token_issue(office=gamlestaden, role="kiosk", by="a test")


@pytest.fixture
def kiosk(client, token):
    """A browser that was started as the kiosk of Gamlestaden."""
    client.post(f"/kiosk/{PLACE}/", {"token": token[1]})
    return client


def mark_on(page):
    """The one-time mark of the form on a page."""
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


def pressed(kiosk, language="sv", **said):
    """Press a button of step 2, and return the page with the ticket."""
    step = kiosk.get(f"/kiosk/{PLACE}/{language}/about/")
    form = {"once": mark_on(step), **said}
    return kiosk.post(f"/kiosk/{PLACE}/{language}/tickets/", form, follow=True)


def number_on(page):
    return re.search(r'class="number" dir="ltr">([^<]+)<', page.content.decode())[1]


# --- known answers --------------------------------------------------------------------------------


def test_two_presses_give_the_first_number_of_the_day(kiosk):
    first = kiosk.get(f"/kiosk/{PLACE}/sv/")
    assert "Vad gäller ditt besök?" in words(first)
    assert f'href="/kiosk/{PLACE}/sv/about/skatteverket/"' in first.content.decode()
    second = kiosk.get(f"/kiosk/{PLACE}/sv/about/skatteverket/")
    assert "Hjälp med ärenden" in words(second)
    said = {"once": mark_on(second), "authority": "skatteverket", "service": "errands"}
    page = kiosk.post(f"/kiosk/{PLACE}/sv/tickets/", said, follow=True)
    assert number_on(page) == "A1"
    assert "Före dig i kön: 0" in words(page)
    assert number_on(pressed(kiosk)) == "A2"
    assert "Före dig i kön: 1" in words(kiosk.get(f"/kiosk/{PLACE}/sv/ticket/"))


def test_needs_reach_the_queue_without_anything_personal(kiosk):
    pressed(
        kiosk, "ar", hard_to_wait="yes", need=["hearing", "wheelchair"], people="3",
        interpreter="prs",
    )  # fmt: skip
    visit, errand = Visit.objects.get(), Errand.objects.get()
    assert (visit.language, visit.interpreter, visit.party_size) == ("ar", "prs", 3)
    assert (visit.access_needs, errand.prio_class) == ("wheelchair,hearing", "frail")
    assert (errand.service, errand.authority) == (None, "")


def test_a_booked_time_is_not_found_by_a_wrong_code(kiosk):
    refused = kiosk.post(f"/kiosk/{PLACE}/sv/booking/", {"code": "7K3M9-QX2TD"})
    assert refused.status_code in (404, 409)
    assert "Koden gäller inte här i dag" in words(refused)
    assert 'value="7K3M9-QX2TD"' in refused.content.decode()


def test_who_waits_elsewhere_is_told_so(kiosk, gamlestaden):
    room_change(office=gamlestaden, by="a test", people_limit=1)
    assert "Vänta inne" in words(pressed(kiosk))
    assert "vi kallar in dig" in words(pressed(kiosk))


def test_the_question_is_named_on_the_page_it_leads_to_in_every_language(kiosk):
    page = kiosk.get(f"/kiosk/{PLACE}/en/about/?question")
    assert "<h1>I only have a question</h1>" in page.content.decode()
    assert f'href="/kiosk/{PLACE}/uk/about/?question"' in page.content.decode()
    assert "<h1>I do not know</h1>" in kiosk.get(f"/kiosk/{PLACE}/en/about/").content.decode()
    refused = kiosk.post(f"/kiosk/{PLACE}/en/tickets/", {"once": "made-up", "question": "yes"})
    assert "<h1>I only have a question</h1>" in refused.content.decode()


def test_needs_are_asked_for_before_the_button_that_gives_the_number(kiosk):
    for path in ("about/", "about/skatteverket/"):
        page = kiosk.get(f"/kiosk/{PLACE}/sv/{path}").content.decode()
        assert page.index('name="people"') < page.index('class="choice')


def test_a_booked_time_is_asked_for_where_there_can_be_one(kiosk, gamlestaden):
    first = f"/kiosk/{PLACE}/sv/"
    assert "Jag har bokad tid" not in words(kiosk.get(first))
    pool = BookingPool.objects.create(office=gamlestaden, key="id", valid_from=clock.today())
    service = Service.objects.get(authority="skatteverket", slug="errands")
    pool.services.add(service)
    assert "Jag har bokad tid" in words(kiosk.get(first))
    slot = SlotCapacity.objects.create(
        pool=pool, starts_at=clock.now(), ends_at=clock.now() + timedelta(minutes=30), cap=1
    )
    pool.services.clear()
    assert "Jag har bokad tid" not in words(kiosk.get(first))
    booked = Booking.objects.create(
        office=gamlestaden, slot=slot, service=service, status="confirmed", code_hash="x",
        made_at=clock.now(),
    )  # fmt: skip
    assert "Jag har bokad tid" in words(kiosk.get(first))
    slot.starts_at += timedelta(days=1)
    slot.ends_at += timedelta(days=1)
    slot.save()
    assert booked.pk is not None
    assert "Jag har bokad tid" not in words(kiosk.get(first))


# --- one form, one number -------------------------------------------------------------------------


def test_the_same_form_sent_twice_gives_one_number(kiosk):
    form = {"once": mark_on(kiosk.get(f"/kiosk/{PLACE}/sv/about/"))}
    pages = [kiosk.post(f"/kiosk/{PLACE}/sv/tickets/", form, follow=True) for _ in range(3)]
    assert {number_on(page) for page in pages} == {"A1"}
    assert all("<svg" in page.content.decode() for page in pages)
    assert Visit.objects.count() == 1


def test_a_form_that_is_not_ours_gives_no_number(kiosk):
    for mark in ("", "made-up", signing.dumps("x", salt="another")):
        refused = kiosk.post(f"/kiosk/{PLACE}/sv/tickets/", {"once": mark})
        assert refused.status_code == 422
        assert "inget nummer togs" in words(refused)
    assert not Visit.objects.exists()


def test_a_service_that_is_not_offered_is_refused_and_loses_nothing(kiosk):
    said = {"authority": "skatteverket", "service": "teleport", "people": "4", "need": "sight"}
    refused = pressed(kiosk, **said)
    assert refused.status_code == 422
    assert "Välj något annat" in words(refused)
    page = refused.content.decode()
    assert re.search(r'name="people" value="4" checked', page)
    assert re.search(r'value="sight" checked', page)


# --- which machine is a kiosk ---------------------------------------------------------------------


def test_a_screen_that_is_no_kiosk_names_the_office_and_not_its_key(client, gamlestaden):
    page = words(client.get(f"/kiosk/{PLACE}/"))
    assert name_of(PLACE) in page
    assert f"“{PLACE}”" not in page


def test_a_kiosk_keeps_its_token_where_no_script_and_no_other_site_reaches_it(client, token):
    answer = client.post(f"/kiosk/{PLACE}/", {"token": token[1]})
    kept = answer.cookies["kiosk"]
    assert (kept["httponly"], kept["samesite"]) == (True, "Strict")
    assert kept["path"] == f"/kiosk/{PLACE}/"


def test_a_kiosk_whose_token_is_revoked_gives_no_number(kiosk, token):
    form = {"once": once()}
    token_revoke(token[0])
    answer = kiosk.post(f"/kiosk/{PLACE}/sv/tickets/", form)
    assert answer.headers["Location"] == f"/kiosk/{PLACE}/"
    assert "ännu ingen kiosk" in words(kiosk.get(f"/kiosk/{PLACE}/")) or (
        "not a kiosk" in words(kiosk.get(f"/kiosk/{PLACE}/"))
    )
    assert not Visit.objects.exists()


def test_a_registered_device_is_a_kiosk_until_it_is_revoked(client, gamlestaden):
    boss = User.objects.create(username="boss")
    device, token = device_issue(gamlestaden, "kiosk", "by the door", by=boss)
    client.post(f"/kiosk/{PLACE}/", {"token": token})
    assert client.get(f"/kiosk/{PLACE}/sv/").status_code == 200
    device_revoke(device, by=boss)
    assert client.get(f"/kiosk/{PLACE}/sv/").status_code == 302


@pytest.mark.parametrize("role", ["display", "officer", "office-manager"])
def test_no_other_token_starts_a_kiosk(client, gamlestaden, role):
    _row, token = token_issue(office=gamlestaden, role=role, by="a test")
    assert client.post(f"/kiosk/{PLACE}/", {"token": token}).status_code == 403
    assert "kiosk" not in client.cookies


def test_a_kiosk_of_another_office_is_none_here(client, gamlestaden):
    other = Office.objects.get(key="filipstad")
    _row, token = token_issue(office=other, role="kiosk", by="a test")
    assert client.post(f"/kiosk/{PLACE}/", {"token": token}).status_code == 403


def test_tokens_cannot_be_tried_out(client, gamlestaden):
    answers = [client.post(f"/kiosk/{PLACE}/", {"token": "x"}).status_code for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2


def test_the_ticket_of_one_visitor_is_not_shown_to_the_next(kiosk):
    pressed(kiosk)
    assert kiosk.get(f"/kiosk/{PLACE}/sv/ticket/").status_code == 200
    kiosk.get(f"/kiosk/{PLACE}/")
    assert kiosk.get(f"/kiosk/{PLACE}/sv/ticket/").status_code == 302
    for page in ("", "about/", "booking/"):
        assert kiosk.get(f"/kiosk/{PLACE}/sv/{page}").headers["Cache-Control"] == "no-store"


# --- open and closed ------------------------------------------------------------------------------


def test_a_closed_office_says_when_it_opens(kiosk, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-28T20:00")
    page = kiosk.get(f"/kiosk/{PLACE}/sv/")
    assert "Kontoret är stängt just nu" in words(page)
    assert re.search(r"Öppnar onsdag 2022-06-29 klockan \d\d:\d\d", words(page))
    assert kiosk.post(f"/kiosk/{PLACE}/sv/tickets/", {"once": once()}).status_code == 200
    assert not Visit.objects.exists()


def test_an_ended_day_gives_no_number_and_says_when_the_next_begins(kiosk, gamlestaden):
    day_end(office=gamlestaden.pk, by="a test")
    page = kiosk.get(f"/kiosk/{PLACE}/en/")
    assert "The office is closed now" in words(page)
    assert "Opens Wednesday 2022-06-29" in words(page)


def test_what_broken_equipment_serves_cannot_be_chosen(kiosk, gamlestaden):
    Service.objects.filter(authority="skatteverket", slug="errands").update(
        needs_equipment=Equipment.objects.get(slug="biometrics")
    )
    forget_menus()
    about = f"/kiosk/{PLACE}/sv/about/skatteverket/"
    assert "Hjälp med ärenden" in words(kiosk.get(about))
    EquipmentFault.objects.create(
        office=gamlestaden, equipment_id="biometrics", broken_at=clock.now(), reported_by="p1"
    )
    forget_menus()
    assert "Hjälp med ärenden" not in words(kiosk.get(about))


# --- languages ------------------------------------------------------------------------------------


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", list(languages()))
def test_every_language_says_everything_with_the_same_facts(code):
    swedish, other = language_of("sv"), language_of(code)
    assert list(other.words) == list(swedish.words)
    assert set(other.glosses) == set(swedish.glosses)
    for sentence, text in swedish.words.items():
        assert placeholders(other.words[sentence]) == placeholders(text), sentence
        assert other.words[sentence].strip(), sentence
    assert all(other.glosses.values())


@pytest.mark.parametrize("code", list(languages()))
def test_every_page_says_its_language_and_direction(kiosk, code):
    page = kiosk.get(f"/kiosk/{PLACE}/{code}/")
    html = page.content.decode()
    language = language_of(code)
    wanted = f'<html lang="{language.tag}" dir="{"rtl" if code in ("ar", "fa") else "ltr"}"'
    assert wanted in html
    assert page.headers["Content-Language"] == language.tag
    assert language.words["what_about"] in words(page)
    assert language.glosses["skatteverket"] in words(page)
    ticket = pressed(kiosk, code)
    assert re.search(r'class="number" dir="ltr">A\d+<', ticket.content.decode())


def test_no_language_writes_digits_that_the_screen_does_not_show():
    foreign = re.compile(r"[٠-٩۰-۹]")
    texts = [text for language in languages().values() for text in language.words.values()]
    assert not [text for text in texts if foreign.search(text)]


def test_a_name_that_is_not_in_the_language_of_the_page_says_so(kiosk):
    page = kiosk.get(f"/kiosk/{PLACE}/uk/about/skatteverket/").content.decode()
    assert '<span class="what" lang="sv" dir="ltr">Hjälp med ärenden</span>' in page
    assert '<span class="gloss" lang="en" dir="ltr">Help with errands</span>' in page


def test_a_language_nobody_speaks_here_is_no_page(kiosk):
    assert kiosk.get(f"/kiosk/{PLACE}/xx/").status_code == 404


@given(st.text(max_size=12))
def test_whatever_language_a_visit_has_some_page_speaks_to_it(code):
    assert language_of(code) in languages().values()


# --- forms ----------------------------------------------------------------------------------------


@given(st.text(max_size=6), st.lists(st.text(max_size=12), max_size=4), st.text(max_size=6))
def test_whatever_is_sent_a_need_is_one_of_those_offered(people, needs, interpreter):
    from django.http import QueryDict

    said = QueryDict(mutable=True)
    said["people"], said["interpreter"] = people, interpreter
    said.setlist("need", needs)
    read = needs_read(said)
    assert 1 <= read.people <= LARGEST_PARTY
    assert set(read.access) <= {"wheelchair", "hearing", "sight"}
    assert len(read.interpreter) <= 3


# --- how often ------------------------------------------------------------------------------------


def test_a_bucket_holds_a_minute_and_fills_with_time(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("knutpunkt.reception.rate.time.monotonic", lambda: now[0])
    assert [allowed("k", per_minute=3) for _ in range(4)] == [True, True, True, False]
    assert allowed("another", per_minute=3)
    now[0] += 20
    assert [allowed("k", per_minute=3) for _ in range(2)] == [True, False]


def test_the_look_follows_the_visitor_and_not_the_next(kiosk):
    here = f"/kiosk/{PLACE}/sv/about/"
    answer = kiosk.post(f"/kiosk/{PLACE}/sv/look/", {"change": "large", "next": here})
    assert answer.headers["Location"] == here
    assert 'data-look="large"' in kiosk.get(here).content.decode()
    kiosk.post(f"/kiosk/{PLACE}/sv/look/", {"change": "contrast", "next": here})
    assert 'data-look="large contrast"' in kiosk.get(here).content.decode()
    kiosk.get(f"/kiosk/{PLACE}/")
    assert 'data-look=""' in kiosk.get(here).content.decode()


def test_the_way_back_leads_nowhere_else(kiosk):
    answer = kiosk.post(
        f"/kiosk/{PLACE}/sv/look/", {"change": "large", "next": "https://example.org/"}
    )
    assert answer.headers["Location"] == f"/kiosk/{PLACE}/sv/"


def test_a_step_costs_few_queries(kiosk, django_assert_max_num_queries):
    kiosk.get(f"/kiosk/{PLACE}/sv/")
    with django_assert_max_num_queries(5):
        kiosk.get(f"/kiosk/{PLACE}/sv/")
    assert connection.vendor in ("sqlite", "postgresql")
