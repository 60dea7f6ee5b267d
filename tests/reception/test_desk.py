"""The clerk's screen: every action is a form of the page, sent with what the page showed."""

import re

import pytest

from knutpunkt.reception.models import (
    CounterSession,
    Errand,
    ErrandNote,
    Event,
    Incident,
    InterpreterOrder,
    PrintJob,
    Room,
    Visit,
)
from knutpunkt.reception.services.rooms import room_change
from knutpunkt.reception.transitions import BY_CLERK
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
from support.network import made_office
from support.pages import words

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

pytestmark = pytest.mark.django_db
HERE = "/reception/north/"


@pytest.fixture
def officer(desk):
    """A service officer at counter 1."""
    browser = desk.staff("officer")
    opened = browser.post(f"{HERE}counter/", {"counter": "1", "mode": "front"})
    assert opened.status_code == 302
    return browser


def act(browser, errand, action, **more):
    return send(browser, HERE, f"{HERE}errands/{errand.pk}/{action}/", **more)


def call_next(browser):
    return send(browser, HERE, f"{HERE}calls/")


def finish(browser, errand, outcome, **more):
    return send(browser, HERE, f"{HERE}errands/{errand.pk}/outcome/", outcome=outcome, **more)


def serve(desk, officer, **more):
    """Somebody comes, is called and comes to the counter."""
    errand = desk.comes(**more)
    call_next(officer)
    act(officer, errand, "begin")
    return now(errand)


def now(errand):
    return Errand.objects.select_related("visit").get(pk=errand.pk)


# --- the counter ----------------------------------------------------------------------------------


def test_who_works_at_one_office_is_led_straight_there(desk):
    assert desk.staff("officer").get("/reception/")["Location"] == HERE


def test_who_works_at_two_chooses(desk):
    from knutpunkt.accounts.services import Post, appoint

    officer = desk.staff("officer")
    other = made_office("south")
    appoint(officer.person, "officer", by=desk.head, post=Post(office=other))
    page = words(officer.get("/reception/"))
    assert "Where do you work today?" in page
    assert "South" in page


def test_a_counter_is_opened_with_what_the_clerk_can(desk):
    officer = desk.staff("officer")
    said = {"counter": "3", "mode": "front", "languages": ["ar"], "authorities": ["skatteverket"]}
    assert officer.post(f"{HERE}counter/", said).status_code == 302
    session = CounterSession.objects.get()
    assert session.counter.name == "3"
    assert session.skills["languages"] == ["sv", "ar"]
    assert session.skills["authorities"] == ["skatteverket"]
    assert "Counter 3 is free" in words(officer.get(HERE))


def test_a_counter_somebody_sits_at_is_refused_and_the_form_keeps_what_was_said(desk, officer):
    other = desk.staff("officer")
    answer = other.post(f"{HERE}counter/", {"counter": "1", "mode": "front", "practice": "on"})
    assert answer.status_code == 409
    assert "Somebody else sits at counter 1." in words(answer)
    assert 'name="practice"' in answer.content.decode()
    assert CounterSession.objects.count() == 1


def test_from_another_office_one_says_which_and_the_meeting_is_shown(desk):
    made_office("south")
    officer = desk.staff("officer")
    said = {"counter": "9", "mode": "remote", "meeting_link": "https://meet.example/x"}
    assert "Say at which office you sit." in words(officer.post(f"{HERE}counter/", said))
    officer.post(f"{HERE}counter/", said | {"sits_at": "south"})
    page = officer.get(HERE)
    assert "You sit at South and serve this office from there." in words(page)
    assert 'href="https://meet.example/x"' in page.content.decode()
    assert Event.objects.get(kind="session-opened").data["link"] is True


def test_practice_is_said_loudly_and_sees_practice_tickets_only(desk):
    desk.comes()
    pupil = desk.staff("officer")
    pupil.post(f"{HERE}counter/", {"counter": "1", "mode": "front", "practice": "on"})
    page = words(pupil.get(HERE))
    assert "Nothing here is counted" in page
    assert "Nobody waits." in page
    desk.comes(practice=True)
    assert "Ö1" in words(pupil.get(HERE))


def test_a_counter_is_closed_and_the_parked_go_back_to_the_queue(desk, officer):
    errand = serve(desk, officer)
    act(officer, errand, "park")
    answer = send(officer, HERE, f"{HERE}counter/closing/")
    assert answer.status_code == 302
    assert not CounterSession.objects.filter(closed_at=None).exists()
    assert now(errand).state == "waiting"


# --- from the call to the outcome -----------------------------------------------------------------


def test_the_next_in_order_is_shown_called_begun_and_finished(desk, officer):
    first, second = desk.comes(), desk.comes(language="ar")
    assert "Next: A1" in words(officer.get(HERE))
    assert call_next(officer)["Location"] == f"{HERE}#now"
    assert now(first).state == "called"
    act(officer, first, "begin")
    assert "How did it end?" in words(officer.get(HERE))
    finish(officer, first, "solved_here")
    assert (now(first).state, now(first).outcome) == ("done", "solved_here")
    assert "Next: A2" in words(officer.get(HERE))
    assert now(second).state == "waiting"


@pytest.mark.parametrize("outcome", BY_CLERK)
def test_every_outcome_is_one_press_or_one_small_step(desk, officer, outcome):
    errand = serve(desk, officer)
    page = officer.get(HERE).content.decode()
    more = {
        "referred_authority": {"next_authority": "skatteverket", "next_channel": "phone"},
        "beyond_service_level": {"missing_level": "full"},
    }.get(outcome, {})
    press = rf'name="outcome" value="{outcome}"'
    step = rf'data-step="step-{outcome}"'
    assert re.search(step if more else press, page)
    finish(officer, errand, outcome, **more)
    assert now(errand).outcome == outcome


def test_each_outcome_has_a_key_of_its_own_one_to_nine(desk, officer):
    serve(desk, officer)
    page = officer.get(HERE).content.decode()
    keys = re.findall(r'class="outcome[^"]*"[^>]*data-key="(.)"', page)
    assert keys == list("123456789")


def test_a_referral_without_its_authority_comes_back_at_the_field(desk, officer):
    errand = serve(desk, officer)
    answer = finish(officer, errand, "referred_authority", next_channel="phone")
    assert answer.status_code == 400
    assert "This field is required." in words(answer)
    assert now(errand).state == "serving"


def test_without_scripts_the_second_step_is_a_page(desk, officer):
    errand = serve(desk, officer)
    page = f"{HERE}errands/{errand.pk}/outcome/beyond_service_level/"
    answer = send(officer, page, f"{HERE}errands/{errand.pk}/outcome/", missing_level="full")
    assert answer.status_code == 302
    assert now(errand).missing_level == "full"
    assert officer.get(page).status_code == 302  # it is over: back to the desk


def test_what_nobody_said_is_said_when_it_is_finished(desk, officer):
    errand = serve(desk, officer, service="")
    assert errand.service is None
    assert "What was it about?" in words(officer.get(HERE))
    finish(officer, errand, "solved_here", about="skatteverket/guidance")
    assert now(errand).service.slug == "guidance"


def test_a_call_is_repeated_as_often_as_the_office_calls(desk, officer):
    room_change(office=desk.office, by="a test", recall_limit=1)
    errand = desk.comes()
    call_next(officer)
    page = words(officer.get(HERE))
    assert "Call again (1 of 1)" in page
    act(officer, errand, "recall")
    assert "Call again" not in words(officer.get(HERE))
    assert now(errand).calls == 2


def test_who_did_not_come_is_listed_and_put_back_with_the_time_they_had(desk, officer):
    errand = desk.comes()
    call_next(officer)
    act(officer, errand, "miss")
    assert "Called, did not come 1" in words(officer.get(HERE))
    act(officer, errand, "reactivate")
    assert now(errand).state == "waiting"
    assert now(errand).accrues_from == errand.accrues_from


def test_parked_errands_are_taken_up_again_or_put_back(desk, officer):
    errand = serve(desk, officer)
    act(officer, errand, "park")
    assert "Parked by me 1" in words(officer.get(HERE))
    act(officer, errand, "resume")
    assert now(errand).state == "serving"
    act(officer, errand, "park")
    act(officer, errand, "release")
    assert now(errand).state == "waiting"


def test_an_errand_is_handed_over_to_another_service_or_counter(desk, officer):
    errand = serve(desk, officer)
    address = f"{HERE}errands/{errand.pk}/transfer/"
    assert "Choose a service or a counter." in words(send(officer, HERE, address))
    assert send(officer, HERE, address, service="skatteverket/identity-check").status_code == 302
    child = Errand.objects.get(parent=errand)
    assert (child.state, child.service.slug) == ("waiting", "identity-check")
    assert child.accrues_from == errand.accrues_from


def test_one_question_leads_to_the_next_also_at_the_municipal_desk(desk, officer):
    errand = serve(desk, officer)
    address = f"{HERE}visits/{errand.visit_id}/errands/"
    send(officer, HERE, address, service=f"{MUNICIPAL}/housing")
    added = Errand.objects.get(visit=errand.visit_id, ordinal=2)
    assert (added.authority, added.state) == (MUNICIPAL, "waiting")
    assert added.visit.ticket == errand.visit.ticket


def test_after_finishing_the_next_errand_of_the_visit_is_taken_up_at_once(desk, officer):
    errand = serve(desk, officer)
    finish(officer, errand, "next_errand_here")
    address = f"{HERE}visits/{errand.visit_id}/errands/"
    send(officer, HERE, address, service="skatteverket/identity-check", begin="1")
    assert Errand.objects.get(visit=errand.visit_id, ordinal=2).state == "serving"


def test_the_last_action_is_taken_back_within_a_minute(desk, officer):
    errand = serve(desk, officer)
    finish(officer, errand, "solved_here")
    desk.at("12:00:30")
    page = words(officer.get(HERE))
    assert "A1 was finished. Solved here. Undo U 30 s left" in page
    act(officer, errand, "undo")
    assert now(errand).state == "serving"
    assert "undone" in desk.kinds()


def test_after_a_minute_nothing_is_offered_to_be_taken_back(desk, officer):
    serve(desk, officer)
    desk.at("12:01:01")
    assert "Undo" not in words(officer.get(HERE))


# --- nothing by accident --------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["call", "begin", "miss", "undo", "transfer", "outcome"])
def test_looking_at_the_address_of_an_action_changes_nothing(desk, officer, action):
    errand = desk.comes()
    before = desk.kinds()
    answer = officer.get(f"{HERE}errands/{errand.pk}/{action}/")
    assert answer["Location"] == HERE
    assert desk.kinds() == before


def test_no_page_calls_anybody_by_being_looked_at(desk, officer):
    errand = desk.comes()
    before = desk.kinds()
    for page in ("", "list/", "?watch", f"errands/{errand.pk}/calling/", "days/"):
        assert officer.get(HERE + page).status_code == 200
    assert desk.kinds() == before


def test_a_form_sent_twice_acts_once(desk, officer):
    first, second = desk.comes(), desk.comes()
    address = f"{HERE}calls/"
    fields = form_on(officer.get(HERE), address)
    for _press in range(2):
        assert officer.post(address, fields).status_code == 302
    assert (now(first).state, now(second).state) == ("called", "waiting")
    assert desk.kinds().count("called") == 1


def test_an_action_on_an_outdated_page_is_refused_and_says_how_it_stands(desk, officer):
    errand = desk.comes()
    call_next(officer)
    address = f"{HERE}errands/{errand.pk}/begin/"
    fields = form_on(officer.get(HERE), address)
    act(officer, errand, "recall")
    answer = officer.post(address, fields)
    assert answer.status_code == 409
    assert "A1 has changed meanwhile" in words(answer)
    assert now(errand).state == "called"


@pytest.mark.parametrize("version", [None, "", "0", "x"])
def test_an_action_that_does_not_say_what_it_saw_is_refused(desk, officer, version):
    errand = desk.comes()
    call_next(officer)
    said = {} if version is None else {"version": version}
    answer = officer.post(f"{HERE}errands/{errand.pk}/begin/", said)
    assert answer.status_code == 422
    assert now(errand).state == "called"


def test_a_page_from_before_closing_opens_no_counter(desk, officer):
    desk.comes()
    fields = form_on(officer.get(HERE), f"{HERE}calls/")
    send(officer, HERE, f"{HERE}counter/closing/")
    answer = officer.post(f"{HERE}calls/", fields)
    assert answer.status_code == 409
    assert not CounterSession.objects.filter(closed_at=None).exists()


def test_an_errand_at_another_counter_is_not_touched(desk, officer):
    errand = serve(desk, officer)
    other = desk.staff("officer")
    other.post(f"{HERE}counter/", {"counter": "2", "mode": "front"})
    said = {"version": now(errand).version, "outcome": "aborted", "counter": "2"}
    answer = other.post(f"{HERE}errands/{errand.pk}/outcome/", said)
    assert answer.status_code == 409
    assert now(errand).state == "serving"


@pytest.mark.parametrize("errand", [7, 2**53 - 1, 10**15])
def test_an_errand_that_is_not_there_is_not_found(desk, officer, errand):
    answer = officer.post(f"{HERE}errands/{errand}/begin/", {"version": 1})
    assert answer.status_code == 404
    assert officer.get(f"{HERE}errands/{10**20}/begin/").status_code == 404


def test_calling_out_of_turn_asks_first_and_names_who_is_passed(desk, officer):
    desk.comes()
    second = desk.comes()
    page = f"{HERE}errands/{second.pk}/calling/"
    assert "1 who is ahead would wait longer: A1" in words(officer.get(page))
    send(officer, page, f"{HERE}errands/{second.pk}/call/")
    assert now(second).state == "called"
    assert Event.objects.get(kind="called").data == {"out_of_order": True}


# --- the order explains itself --------------------------------------------------------------------


def test_why_one_stands_before_another_is_said_in_words_and_figures(desk, officer):
    ordinary = desk.comes()
    desk.at("12:10")
    frail = desk.comes(prio_class="frail")
    desk.at("12:16")
    page = officer.get(HERE).content.decode()
    address = f"{HERE}why/?before={ordinary.pk}&amp;after={frail.pk}"
    assert address in page
    why = words(officer.get(address.replace("&amp;", "&")))
    assert "A1 has a higher rank than A2." in why
    assert "A1 ordinary 16.0 1 16.0" in why
    assert "A2 finds it hard to wait 6.0 2 12.0" in why
    assert "If both go on waiting, A2 passes A1 in about 4 minutes." in why


def test_the_page_explains_the_order_it_shows_whichever_is_named_first(desk, officer):
    one, other = desk.comes(), desk.comes()
    why = words(officer.get(f"{HERE}why/?before={other.pk}&after={one.pk}"))
    assert "Why A1 before A2?" in why
    assert "As long as both wait, A2 will not pass A1." in why


@pytest.mark.parametrize("asked", ["", "?before=x&after=y", "?before=1&after=99999999999999999999"])
def test_why_of_nobody_is_not_found(officer, asked):
    assert officer.get(f"{HERE}why/{asked}").status_code == 404


# --- what else happens ----------------------------------------------------------------------------


def test_a_silent_alarm_answers_with_a_mark_and_no_word(desk, officer):
    answer = send(officer, HERE, f"{HERE}alarm/")
    assert answer["Location"] == f"{HERE}?sent"
    page = officer.get(answer["Location"]).content.decode()
    assert "●" in page
    assert "Silent alarm from counter" not in page  # whoever stands there may read the screen
    assert Incident.objects.get().kind == "alarm"
    quiet = officer.post(f"{HERE}alarm/", {"counter": "1"}, headers={"X-Quiet": "1"})
    assert quiet.json() == {"sent": True}


def test_colleagues_see_the_alarm_until_one_of_them_has_seen_it(desk, officer):
    send(officer, HERE, f"{HERE}alarm/")
    greeter = desk.staff("greeter")
    page = greeter.get(f"{HERE}greeter/")
    assert "Silent alarm from counter 1" in words(page)
    alarm = Incident.objects.get()
    send(greeter, f"{HERE}greeter/", f"{HERE}manage/incidents/{alarm.pk}/seen/")
    assert "Silent alarm from counter" not in words(greeter.get(f"{HERE}greeter/"))


def test_an_incident_is_reported_and_the_manager_reads_it(desk, officer):
    said = {"kind": "threat", "account": "Shouted and struck the desk."}
    assert send(officer, HERE, f"{HERE}incidents/", **said).status_code == 302
    page = words(desk.staff("office-manager").get(f"{HERE}manage/"))
    assert "Shouted and struck the desk." in page


def test_an_interpreter_is_ordered_to_the_errand(desk, officer):
    errand = serve(desk, officer, language="ar", interpreter="ar")
    send(officer, HERE, f"{HERE}errands/{errand.pk}/interpreter/", language="ar", way="phone")
    assert InterpreterOrder.objects.get(errand=errand).way == "phone"
    assert "Interpreter: ordered." in words(officer.get(HERE))


def test_notes_are_there_only_where_the_office_allows_them(desk, officer):
    errand = serve(desk, officer)
    address = f"{HERE}errands/{errand.pk}/note/"
    assert address not in officer.get(HERE).content.decode()
    assert officer.post(address, {"text": "Calls back"}).status_code == 403
    assert not ErrandNote.objects.exists()
    room_change(office=desk.office, by="a test", notes_allowed=True)
    send(officer, HERE, address, text="Calls back")
    assert "Calls back" in words(officer.get(HERE))
    assert "Calls back" not in str(list(Event.objects.values()))
    send(officer, HERE, address, text="")
    assert not ErrandNote.objects.exists()


# --- the door -------------------------------------------------------------------------------------

DOOR = f"{HERE}greeter/"


def test_the_people_limit_is_the_first_thing_at_the_door(desk):
    room_change(office=desk.office, by="a test", people_limit=3)
    greeter = desk.staff("greeter")
    desk.comes(party_size=2)
    assert "Room for 1 more" in words(greeter.get(DOOR))
    desk.comes(party_size=2)
    page = words(greeter.get(DOOR))
    assert "Inside 2 of 3 Wait elsewhere 2" in page


def test_people_without_a_ticket_are_counted_in_and_out(desk):
    greeter = desk.staff("greeter")
    for change, inside in ((1, 1), (1, 2), (-1, 1)):
        send(greeter, DOOR, f"{DOOR}people/", change=str(change))
        assert f"Inside without a ticket {inside}" in words(greeter.get(DOOR))
    assert greeter.post(f"{DOOR}people/", {"change": "500"}).status_code == 422


def test_who_waits_elsewhere_is_asked_in_and_comes(desk):
    room_change(office=desk.office, by="a test", people_limit=1)
    greeter = desk.staff("greeter")
    desk.comes()
    errand = desk.comes()
    assert errand.visit.place == "elsewhere"
    send(greeter, DOOR, f"{DOOR}visits/{errand.visit_id}/invitation/")
    assert now(errand).visit.place == "invited"
    send(greeter, DOOR, f"{DOOR}visits/{errand.visit_id}/entrance/")
    assert now(errand).visit.place == "inside"
    again = greeter.post(f"{DOOR}visits/{errand.visit_id}/entrance/")
    assert again.status_code == 404


def test_a_ticket_is_given_on_somebodys_behalf_once_however_often_it_is_pressed(desk):
    greeter = desk.staff("greeter")
    fields = form_on(greeter.get(DOOR), f"{DOOR}tickets/")
    said = {"service": "skatteverket/guidance", "language": "ar", "party_size": "2",
            "prio_class": "frail", "access_needs": ["sight", "standing"]}  # fmt: skip
    for _press in range(2):
        assert greeter.post(f"{DOOR}tickets/", fields | said).status_code == 302
    visit = Visit.objects.get()
    assert (visit.language, visit.access_needs, visit.party_size) == ("ar", "sight,standing", 2)
    assert "Ticket A1." in words(greeter.get(DOOR))


def test_who_has_gone_is_marked_and_may_be_undone(desk):
    greeter = desk.staff("greeter")
    errand = desk.comes()
    send(greeter, DOOR, f"{HERE}errands/{errand.pk}/leave/")
    assert (now(errand).state, now(errand).outcome) == ("left", "left_before_call")
    answer = send(greeter, DOOR, f"{HERE}errands/{errand.pk}/undo/")
    assert answer["Location"] == DOOR
    assert now(errand).state == "waiting"


def test_a_ticket_that_did_not_print_is_seen_and_printed_again(desk):
    room_change(office=desk.office, by="a test", prints_tickets=True)
    errand = desk.comes()
    PrintJob.objects.filter(visit=errand.visit_id).update(state="failed")
    greeter = desk.staff("greeter")
    assert "did not print" in words(greeter.get(DOOR))
    send(greeter, DOOR, f"{DOOR}tickets/{errand.visit_id}/print/")
    assert PrintJob.objects.get().state == "queued"


# --- what a page costs ----------------------------------------------------------------------------


def queries_of(browser, page, django_assert_max_num_queries):
    browser.get(page)  # what the process keeps of the register is read
    with django_assert_max_num_queries(60) as counted:
        assert browser.get(page).status_code == 200
    return len(counted)


@pytest.mark.parametrize(("page", "most"), [("", 32), ("list/", 26), ("greeter/", 30)])
def test_a_page_takes_as_many_queries_for_forty_who_wait_as_for_two(
    desk, officer, django_assert_max_num_queries, page, most
):
    desk.comes(), desk.comes()
    few = queries_of(officer, HERE + page, django_assert_max_num_queries)
    for _visitor in range(38):
        desk.comes(language="ar", prio_class="frail")
    many = queries_of(officer, HERE + page, django_assert_max_num_queries)
    assert many == few <= most


def test_an_office_that_was_never_set_is_set_as_usual(desk, officer):
    officer.get(HERE)
    assert Room.objects.get(office=desk.office).recall_limit == 3
