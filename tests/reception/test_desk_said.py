"""What the staff's pages say before anything is pressed, and what they ask for."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.queueing.order import Rule, Waiting, compare
from knutpunkt.reception.desk.pages import comparing
from knutpunkt.reception.models import Counter, CounterSession, Errand, Visit
from knutpunkt.reception.services.house import day_end
from knutpunkt.reception.services.rooms import room_change
from support.desk import (
    MUNICIPAL,
    desk,
    every_variable_is_there,
    form_on,
    house,
    municipality,
    quick_hash,
    send,
)
from support.pages import words

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

pytestmark = pytest.mark.django_db
HERE = "/reception/north/"
DOOR = f"{HERE}greeter/"


def sits_down(browser, counter="1", **more):
    said = {"counter": counter, "mode": "front"} | more
    assert browser.post(f"{HERE}counter/", said).status_code == 302
    return browser


@pytest.fixture
def officer(desk):
    """A service officer at counter 1."""
    return sits_down(desk.staff("officer"))


@pytest.fixture
def pupil(desk):
    """Somebody who practises at counter 9."""
    return sits_down(desk.staff("officer"), "9", practice="on")


def act(browser, errand, action, **more):
    return send(browser, HERE, f"{HERE}errands/{errand.pk}/{action}/", **more)


def serve(desk, officer, **more):
    errand = desk.comes(**more)
    send(officer, HERE, f"{HERE}calls/")
    act(officer, errand, "begin")
    return errand


# --- the limit of people --------------------------------------------------------------------------


@pytest.fixture
def crowded(desk):
    """One is inside of at most two; three belong together and wait elsewhere."""
    room_change(office=desk.office, by="a test", people_limit=2)
    desk.comes()
    together = desk.comes(party_size=3, prio_class="frail")
    desk.at("12:10")
    return together


NOT_FITTING = (
    "A2 waits elsewhere and does not fit: 3 people would come in, "
    "and the room has space for 1 of 2."
)


def test_next_says_that_a_party_outside_does_not_fit_and_can_be_called(crowded, officer):
    page = words(officer.get(HERE))
    assert "Next: A2" in page
    assert NOT_FITTING in page
    send(officer, HERE, f"{HERE}calls/")
    assert Errand.objects.get(pk=crowded.pk).state == "called"
    assert NOT_FITTING in words(officer.get(HERE))


def test_calling_out_of_turn_says_it_before_it_asks(crowded, officer):
    assert NOT_FITTING in words(officer.get(f"{HERE}errands/{crowded.pk}/calling/"))


def test_the_door_says_it_beside_asking_in(desk, crowded):
    assert NOT_FITTING in words(desk.staff("greeter").get(DOOR))


def test_who_waits_elsewhere_and_fits_is_said_to_have_to_come_in(desk, officer, crowded):
    room_change(office=desk.office, by="a test", people_limit=9)
    page = words(officer.get(HERE))
    assert "A2 waits elsewhere and has to come in first." in page
    assert "does not fit" not in page


def test_asked_in_beyond_the_limit_is_said(desk, crowded):
    greeter = desk.staff("greeter")
    send(greeter, DOOR, f"{DOOR}visits/{crowded.visit_id}/invitation/")
    assert "there are more people than the limit of 2." in words(greeter.get(DOOR))


def test_nothing_is_said_of_those_inside_or_without_a_limit(desk, officer):
    desk.comes(party_size=30)
    assert "crowding" not in officer.get(HERE).content.decode()


# --- nothing is answered that nobody said ---------------------------------------------------------


def test_the_level_that_was_missing_is_chosen_by_nobody_but_the_clerk(desk, officer):
    errand = serve(desk, officer)
    step = f"{HERE}errands/{errand.pk}/outcome/beyond_service_level/"
    page = officer.get(step).content.decode()
    choices = re.findall(r'<input type="radio" name="missing_level"[^>]*>', page)
    assert len(choices) > 1
    assert not any("checked" in one for one in choices)
    assert all("required" in one for one in choices)
    address = f"{HERE}errands/{errand.pk}/outcome/"
    assert send(officer, HERE, address, outcome="beyond_service_level").status_code == 400
    assert Errand.objects.get(pk=errand.pk).state == "serving"


# --- practice -------------------------------------------------------------------------------------


def test_whoever_practises_lets_a_practice_visitor_come_once_a_press(desk, pupil):
    desk.comes()
    address = f"{HERE}practice/"
    fields = form_on(pupil.get(HERE), address)
    for _press in range(2):
        assert pupil.post(address, fields)["Location"] == f"{HERE}#now"
    visit = Visit.objects.get(practice=True)
    page = words(pupil.get(HERE))
    assert "Practice ticket Ö1 waits." in page
    assert "Next: Ö1" in page
    assert visit.ticket == "Ö1"


def test_a_municipal_desk_practises_with_its_own(desk):
    clerk = sits_down(desk.staff("municipal-desk"), "7", practice="on")
    send(clerk, HERE, f"{HERE}practice/")
    assert Errand.objects.get(practice=True).authority == MUNICIPAL
    assert "Next: Ö1" in words(clerk.get(HERE))


def test_who_does_not_practise_gets_no_practice_ticket(desk, officer):
    assert f"{HERE}practice/" not in officer.get(HERE).content.decode()
    answer = officer.post(f"{HERE}practice/")
    assert answer.status_code == 409
    assert "Practice tickets are for whoever practises at a counter." in words(answer)
    assert not Visit.objects.exists()


@pytest.mark.parametrize("practice", [{"practice": "on"}, {}], ids=["practising", "at work again"])
def test_what_was_done_at_a_counter_since_closed_is_not_offered_to_be_undone(
    desk, officer, practice
):
    errand = serve(desk, officer)
    address = f"{HERE}errands/{errand.pk}/outcome/"
    send(officer, HERE, address, outcome="solved_here")
    assert "Undo" in words(officer.get(HERE))
    assert "One more errand for A1" in words(officer.get(HERE))
    send(officer, HERE, f"{HERE}counter/closing/")
    sits_down(officer, **practice)
    page = words(officer.get(HERE))
    assert "Undo" not in page
    assert "One more errand" not in page


def test_practice_is_undone_in_practice_and_not_at_the_door(desk, pupil):
    send(pupil, HERE, f"{HERE}practice/")
    errand = Errand.objects.get(practice=True)
    send(pupil, HERE, f"{HERE}calls/")
    act(pupil, errand, "miss")
    assert "Ö1 was" in words(pupil.get(HERE))
    assert "Undo" not in words(pupil.get(DOOR))


# --- a ticket from the greeter --------------------------------------------------------------------


def test_a_ticket_given_at_the_door_can_be_followed(desk, client):
    greeter = desk.staff("greeter")
    answer = send(greeter, DOOR, f"{DOOR}tickets/", language="sv", party_size="1",
                  prio_class="ordinary")  # fmt: skip
    shown = greeter.get(answer["Location"].partition("#")[0])
    page = shown.content.decode()
    link = re.search(r'href="http://testserver(/q/[^"]+)"', page)[1]
    assert f"testserver{link}" in words(shown)
    assert "<svg" in page
    assert client.get(link).status_code == 200
    assert "A1" in words(client.get(link))


@pytest.mark.parametrize("asked", ["", "x", "1", "9" * 30, "²"])
def test_a_ticket_that_is_not_there_shows_no_link(desk, asked):
    shown = desk.staff("greeter").get(f"{DOOR}?given={asked}")
    assert shown.status_code == 200
    assert "code-shown" not in shown.content.decode()


def test_who_waits_elsewhere_gets_the_link_again(desk, crowded):
    greeter = desk.staff("greeter")
    address = f"{DOOR}?given={crowded.visit_id}"
    assert f'href="{address}#given"' in greeter.get(DOOR).content.decode()
    assert "is asked in on this page" in words(greeter.get(address))


# --- the order adds up ----------------------------------------------------------------------------

WEIGHTS = st.sampled_from([0.1, 0.5, 1.0, 1.25, 1.5, 2.0, 5.0])
INSTANTS = st.integers(0, 3 * 3_600_000)
HOUR_AFTER = 4 * 3_600_000


@given(WEIGHTS, WEIGHTS, INSTANTS, INSTANTS)
def test_the_rank_is_the_product_of_what_stands_beside_it_and_the_higher_goes_first(
    one, other, first, second
):
    rule = Rule("r", 1, {"frail": one, "ordinary": other})
    waiting = Waiting(1, "A1", "frail", first, 1), Waiting(2, "A2", "ordinary", second, 2)
    found = compare(*waiting, rule, HOUR_AFTER)
    places = comparing._decimals(found)
    ranks = []
    for side in (comparing._side(found, number, places) for number in (0, 1)):
        rank, minutes, weight = (
            Decimal(said.replace(",", ".").replace("\xa0", ""))
            for said in (side.rank, side.minutes, side.weight)
        )
        assert rank == minutes * weight
        ranks.append(rank)
    assert ranks[0] >= ranks[1] or abs(found.ranks[0] - found.ranks[1]) < 1e-3


def why(desk, browser, one, other):
    return words(browser.get(f"{HERE}why/?before={one.pk}&after={other.pk}"))


def test_who_came_first_is_said_where_both_have_waited_equally_long(desk, officer):
    one, other = desk.comes(), desk.comes()
    desk.at("12:00:01")
    said = why(desk, officer, one, other)
    assert "Both have the same weight and have waited equally long; A1 came first." in said
    assert "has waited longer" not in said


def test_minutes_are_shown_as_exactly_as_the_order_takes(desk, officer):
    one = desk.comes(prio_class="frail")
    other = desk.comes()
    desk.at("12:00:02")
    said = why(desk, officer, one, other)
    assert "A1 has a higher rank than A2." in said
    assert "0.03 2 0.06" in said
    assert "0.03 1 0.03" in said


# --- the day has ended ----------------------------------------------------------------------------


def test_the_end_of_the_day_is_said_everywhere_and_not_offered_again(desk, officer):
    manager, greeter = desk.staff("office-manager"), desk.staff("greeter")
    day = f"{HERE}manage/day/"
    assert f"{day}end/" in manager.get(day).content.decode()
    day_end(office=desk.office.pk, by="a test")
    for browser, page in ((officer, HERE), (greeter, DOOR)):
        assert "The day has ended here." in words(browser.get(page))
    ended = manager.get(day)
    assert "The day was ended at 12:00." in words(ended)
    assert f"{day}end/" not in ended.content.decode()
    assert manager.post(f"{day}end/")["Location"] == f"{HERE}days/2022-09-13/"


def test_after_the_end_of_the_day_a_ticket_is_refused_with_what_is_known(desk):
    greeter = desk.staff("greeter")
    fields = form_on(greeter.get(DOOR), f"{DOOR}tickets/")
    day_end(office=desk.office.pk, by="a test")
    said = {"language": "sv", "party_size": "1", "prio_class": "ordinary"}
    answer = greeter.post(f"{DOOR}tickets/", fields | said)
    assert answer.status_code == 409
    assert "tickets are given again tomorrow" in words(answer)
    assert "opening hours" not in words(answer)


# --- opening a counter ----------------------------------------------------------------------------


def test_services_are_offered_with_their_authority(desk):
    page = words(desk.staff("officer").get(HERE))
    assert re.search(r"Only these services .*: Guidance", page)


def test_counters_on_record_are_chosen_and_the_taken_are_marked(desk, officer):
    Counter.objects.create(office=desk.office, name="10")
    Counter.objects.create(office=desk.office, name="2")
    Counter.objects.create(office=desk.office, name="3", in_use=False)
    other = desk.staff("officer")
    page = other.get(HERE).content.decode()
    select = re.search(r'<select name="known_counter".*?</select>', page, re.DOTALL)[0]
    said = re.findall(r">([^<]+)</option>", select)
    assert said == ["Choose …", "1, taken", "2", "10"]
    sits_down(other, counter="", known_counter="2")
    assert CounterSession.objects.filter(counter__name="2").exists()


def test_a_counter_not_on_record_is_written(desk, officer):
    sits_down(desk.staff("officer"), counter="B4", known_counter="")
    assert CounterSession.objects.filter(counter__name="B4").exists()


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, "Choose a counter, or write the name of another."),
        ({"known_counter": "1", "counter": "2"}, "Choose a counter or write a name, not both."),
    ],
)
def test_no_counter_or_two_are_refused(desk, officer, said, refused):
    answer = desk.staff("officer").post(f"{HERE}counter/", {"mode": "front"} | said)
    assert answer.status_code == 400
    assert refused in words(answer)


def test_where_no_counter_is_on_record_its_name_is_asked_for(desk):
    browser = desk.staff("officer")
    assert "known_counter" not in browser.get(HERE).content.decode()
    assert browser.post(f"{HERE}counter/", {"mode": "front"}).status_code == 400


# --- the next errand ------------------------------------------------------------------------------


def test_an_outcome_that_leads_on_opens_the_form_for_the_next_errand(desk, officer):
    errand = serve(desk, officer)
    address = f"{HERE}errands/{errand.pk}/outcome/"
    answer = send(officer, HERE, address, outcome="next_errand_here")
    assert answer["Location"] == f"{HERE}#add-service"
    page = officer.get(HERE).content.decode()
    assert re.search(r'<details class="asks" open><summary>One more errand for A1', page)
    assert 'id="add-service"' in page


def test_other_outcomes_leave_the_form_for_the_next_errand_folded(desk, officer):
    errand = serve(desk, officer)
    answer = send(officer, HERE, f"{HERE}errands/{errand.pk}/outcome/", outcome="solved_here")
    assert answer["Location"] == f"{HERE}#now"
    page = officer.get(HERE).content.decode()
    assert re.search(r'<details class="asks"><summary>One more errand for A1', page)
