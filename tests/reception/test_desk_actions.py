"""What happens at a desk: tickets, calls, outcomes, and what is refused, on the real database."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.reception.actors import Actor, actor_of_token, token_issue, token_revoke
from knutpunkt.reception.errors import (
    ChangedMeanwhile,
    CounterBusy,
    CounterTaken,
    DayHasEnded,
    ErrandUnknown,
    HeldByAnother,
    NotAllowed,
    NotPossibleNow,
    OfficeClosedNow,
    OutcomeMissing,
    OwnedByNode,
    RecalledOften,
    ServiceNotOffered,
    TooLateToComeBack,
    TooLateToUndo,
    ValueNotAllowed,
    VisitorElsewhere,
)
from knutpunkt.reception.models import Errand, Event, OfficeSequence, Room, Visit
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.selectors.queue import follow, snapshot, waiting_in_order, why
from knutpunkt.reception.services import calls
from knutpunkt.reception.services.house import (
    day_end,
    people_count,
    visit_came_in,
    visit_invite,
)
from knutpunkt.reception.services.rooms import room_change, room_of, rule_add
from knutpunkt.reception.services.sessions import session_close, session_open
from knutpunkt.reception.services.visits import errand_add, visit_open
from support.bookings import at, house, municipality

__all__ = ["house", "municipality"]

NOON = "2022-09-13T12:00"


@pytest.fixture
def clerk(house, monkeypatch):
    at(monkeypatch, NOON)
    return house.actor("officer", "p1")


def minutes_later(monkeypatch, minutes):
    moment = clock.instant(NOON) + timedelta(minutes=minutes)
    at(monkeypatch, moment.isoformat())


def kinds(house):
    return [kind for kind in house.kinds() if kind != "session-opened"]


def test_a_visit_is_called_begun_and_finished_and_each_is_one_event(house, clerk):
    ticket = visit_open(by=clerk, authority=house.guidance.authority_id, service="guidance")
    called = calls.errand_call_next(by=clerk, counter="3")
    calls.errand_begin(by=clerk, errand=called.errand)
    done = calls.errand_finish(by=clerk, errand=called.errand, outcome="solved_here")
    assert (ticket.number, called.counter, done.state, done.version) == ("A1", "3", "done", 4)
    assert kinds(house) == ["issued", "called", "begun", "finished"]
    assert Visit.objects.get(pk=ticket.visit).closed_at is not None
    last = Event.objects.get(office_seq=done.office_seq)
    assert (last.outcome, last.service, last.ticket) == ("solved_here", house.guidance, "A1")


def test_numbers_begin_at_one_the_next_day(house, clerk, monkeypatch):
    assert [visit_open(by=clerk).number for _ in range(3)] == ["A1", "A2", "A3"]
    at(monkeypatch, "2022-09-14T09:00")
    assert visit_open(by=clerk).number == "A1"


def test_the_same_request_sent_again_gets_the_same_number_and_link(house, clerk):
    first = visit_open(by=clerk, request_key="one press")
    again = visit_open(by=clerk, request_key="one press")
    assert (first.number, first.office_seq, first.more["follow"]) == (
        again.number, again.office_seq, again.more["follow"],
    )  # fmt: skip
    assert Visit.objects.count() == 1


def test_a_counter_has_one_visitor_at_a_time(house, clerk):
    for _ in range(2):
        visit_open(by=clerk)
    first = calls.errand_call_next(by=clerk, counter="1")
    with pytest.raises(CounterBusy, match="A1"):
        calls.errand_call_next(by=clerk, counter="1")
    calls.errand_begin(by=clerk, errand=first.errand)
    calls.errand_park(by=clerk, errand=first.errand)
    second = calls.errand_call_next(by=clerk, counter="1")
    assert second.number == "A2"
    with pytest.raises(CounterBusy):
        calls.errand_resume(by=clerk, errand=first.errand)


def test_nobody_sits_down_where_somebody_sits(house, clerk):
    session_open(by=clerk, counter="1")
    with pytest.raises(CounterTaken):
        session_open(by=house.actor("officer", "p2"), counter="1")


def test_only_the_counter_that_called_can_go_on(house, clerk):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    with pytest.raises(HeldByAnother):
        calls.errand_begin(by=house.actor("officer", "p2"), errand=called.errand)


def test_an_action_on_what_has_changed_is_refused_and_changes_nothing(house, clerk):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    before = Event.objects.count()
    with pytest.raises(ChangedMeanwhile, match="version 2"):
        calls.errand_begin(by=clerk, errand=called.errand, version=1)
    with pytest.raises(NotPossibleNow):
        calls.errand_resume(by=clerk, errand=called.errand)
    assert Event.objects.count() == before
    assert OfficeSequence.objects.get().last == before


def test_an_empty_queue_uses_no_number(house, clerk):
    session_open(by=clerk, counter="1")
    assert calls.errand_call_next(by=clerk, counter="1") is None
    assert OfficeSequence.objects.get().last == Event.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"outcome": ""}, OutcomeMissing),
        ({"outcome": "no_show"}, ValueNotAllowed),
        ({"outcome": "referred_authority"}, ValueNotAllowed),
        ({"outcome": "beyond_service_level"}, ValueNotAllowed),
        ({"outcome": "solved_here", "next_channel": "phone"}, ValueNotAllowed),
    ],
)
def test_an_outcome_is_said_whole_or_not_at_all(house, clerk, said, refused):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    with pytest.raises(refused):
        calls.errand_finish(by=clerk, errand=called.errand, **said)
    assert Errand.objects.get().state == "called"


def test_undo_brings_back_what_was_within_a_minute_and_not_later(house, clerk, monkeypatch):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    before = Errand.objects.values().get()
    calls.errand_finish(by=clerk, errand=called.errand, outcome="aborted")
    undone = calls.errand_undo(by=clerk, errand=called.errand)
    after = Errand.objects.values().get()
    for changed in ("version", "before"):
        before.pop(changed), after.pop(changed)
    assert (undone.state, after) == ("called", before)
    assert Visit.objects.get().closed_at is None
    with pytest.raises(TooLateToUndo):
        calls.errand_undo(by=clerk, errand=called.errand)  # an undo is not undone
    calls.errand_begin(by=clerk, errand=called.errand)
    minutes_later(monkeypatch, 1.1)
    with pytest.raises(TooLateToUndo):
        calls.errand_undo(by=clerk, errand=called.errand)


def test_an_undone_transfer_leaves_nothing_waiting(house, clerk):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    calls.errand_begin(by=clerk, errand=called.errand)
    session_open(by=house.actor("officer", "p2"), counter="9")
    child = calls.errand_transfer(by=clerk, errand=called.errand, to_counter="9")
    assert child.number == called.number
    calls.errand_undo(by=clerk, errand=called.errand)
    states = dict(Errand.objects.values_list("pk", "state"))
    assert states == {called.errand: "serving", child.errand: "withdrawn"}


def test_who_is_passed_on_keeps_number_and_time_and_goes_to_that_counter(house, clerk, monkeypatch):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    session_open(by=clerk, counter="2")
    minutes_later(monkeypatch, 10)
    child = calls.errand_transfer(by=clerk, errand=called.errand, to_counter="2")
    assert Errand.objects.get(pk=child.errand).accrues_from == clock.instant(NOON)
    assert calls.errand_call_next(by=clerk, counter="1") is None
    assert calls.errand_call_next(by=clerk, counter="2").errand == child.errand


def test_a_missed_visitor_comes_back_with_the_time_waited_within_the_grace(
    house, clerk, monkeypatch
):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    calls.errand_miss(by=clerk, errand=called.errand)
    minutes_later(monkeypatch, 30)
    calls.errand_reactivate(by=clerk, errand=called.errand)
    assert Errand.objects.get().accrues_from == clock.instant(NOON)
    calls.errand_call_next(by=clerk)
    calls.errand_miss(by=clerk, errand=called.errand)
    minutes_later(monkeypatch, 91)
    with pytest.raises(TooLateToComeBack, match="60"):
        calls.errand_reactivate(by=clerk, errand=called.errand)


def test_somebody_is_called_again_at_most_three_times(house, clerk):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    for _ in range(3):
        calls.errand_recall(by=clerk, errand=called.errand)
    with pytest.raises(RecalledOften, match="4"):
        calls.errand_recall(by=clerk, errand=called.errand)


def test_the_frail_overtake_with_time_and_the_screen_says_why(house, clerk, monkeypatch):
    ordinary = visit_open(by=clerk)
    minutes_later(monkeypatch, 10)
    frail = visit_open(by=clerk, prio_class="frail")
    first = [errand.pk for errand in waiting_in_order(house.office.pk)]
    assert first == [ordinary.errand, frail.errand]
    told = why(house.office.pk, frail.errand, ordinary.errand)
    assert (told.before.ticket, told.ranks, told.overtakes_in) == ("A1", (10.0, 0.0), 10.0)
    minutes_later(monkeypatch, 21)
    assert calls.errand_call_next(by=clerk).number == frail.number


def test_strict_order_is_one_setting(house, clerk, monkeypatch):
    rule = rule_add(key="strict", weights={}, strict=True, by="m")
    room_change(office=house.office, by="m", rule=rule)
    visit_open(by=clerk)
    visit_open(by=clerk, prio_class="acute")
    minutes_later(monkeypatch, 30)
    assert calls.errand_call_next(by=clerk).number == "A1"


def test_a_municipal_desk_sees_and_serves_only_its_own(house, clerk):
    town = Authority.objects.create(
        slug="town", name_sv="Staden", name_en="The town", kind="municipality"
    )
    Service.objects.create(authority=town, slug="help", name_sv="Hjälp", name_en="Help")
    desk = Actor(house.office.pk, house.office.key, "municipal-desk", "k1", "town")
    state = visit_open(by=clerk, authority=house.guidance.authority_id)
    assert calls.errand_call_next(by=desk, counter="9") is None
    with pytest.raises(ErrandUnknown):
        calls.errand_leave(by=desk, errand=state.errand)
    assert [e.pk for e in waiting_in_order(house.office.pk, by=desk)] == []


def test_a_full_room_sends_people_elsewhere_and_asks_them_in_when_somebody_leaves(house, clerk):
    room_change(office=house.office, by="m", people_limit=2)
    people_count(by=clerk, change=1)
    inside = visit_open(by=clerk)
    outside = visit_open(by=clerk, party_size=2)
    third = visit_open(by=clerk)
    assert [t.more["place"] for t in (inside, outside, third)] == ["inside"] + 2 * ["elsewhere"]
    now = snapshot(house.office.pk)
    assert (now.inside, now.elsewhere, now.without_ticket, now.room_for) == (1, 3, 1, 0)
    calls.errand_leave(by=clerk, errand=inside.errand)
    # One place is free, the first outside are two: nobody is overtaken for being fewer.
    assert snapshot(house.office.pk).invited == 0
    people_count(by=clerk, change=-1)
    assert snapshot(house.office.pk).invited == 2
    visit_came_in(by=clerk, visit=outside.visit)
    visit_invite(by=clerk, visit=third.visit)
    with pytest.raises(ErrandUnknown):
        visit_invite(by=clerk, visit=third.visit)


def test_the_phone_page_knows_the_place_in_the_queue(house, clerk):
    tickets = [visit_open(by=clerk) for _ in range(3)]
    assert follow(tickets[2].more["follow"]).ahead == 2
    wrong = tickets[2].more["follow"][:-1] + "x"
    assert follow(wrong) is None
    assert follow("") is None


def test_practice_is_called_by_practice_alone_and_counts_nowhere(house, clerk):
    pupil = house.actor("officer", "p9")
    session_open(by=pupil, counter="9", practice=True)
    ticket = visit_open(by=clerk, practice=True)
    assert ticket.number == "Ö1"
    assert calls.errand_call_next(by=clerk, counter="1") is None
    assert calls.errand_call_next(by=pupil, counter="9").number == "Ö1"
    assert snapshot(house.office.pk).inside == 0
    assert day_end(office=house.office.pk, by="m")["visits"] == 0


def test_the_end_of_the_day_sweeps_with_a_reason_and_is_done_once(house, clerk):
    for _ in range(4):
        visit_open(by=clerk)
    missed = calls.errand_call_next(by=clerk)
    calls.errand_miss(by=clerk, errand=missed.errand)
    served = calls.errand_call_next(by=clerk)
    calls.errand_begin(by=clerk, errand=served.errand)
    parked = calls.errand_park(by=clerk, errand=served.errand)
    calls.errand_call_next(by=clerk)
    report = day_end(office=house.office.pk, by="m")
    outcomes = Errand.objects.order_by("pk").values_list("state", "outcome")
    assert list(outcomes) == [
        ("swept", "no_show"), ("swept", "aborted"), ("swept", "aborted"),
        ("swept", "left_before_call"),
    ]  # fmt: skip
    assert parked.state == "parked"
    before = Event.objects.count()
    assert day_end(office=house.office.pk, by="m") == report
    assert Event.objects.count() == before
    with pytest.raises(OfficeClosedNow):
        visit_open(by=clerk)


def test_closing_a_counter_lets_its_parked_errands_wait_again(house, clerk):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    with pytest.raises(CounterBusy):
        session_close(by=clerk, counter="1")
    calls.errand_begin(by=clerk, errand=called.errand)
    calls.errand_park(by=clerk, errand=called.errand)
    session_close(by=clerk, counter="1")
    assert Errand.objects.get().state == "waiting"


def test_one_question_leads_to_the_next_also_after_the_last_was_answered(house, clerk):
    ticket = visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    calls.errand_finish(by=clerk, errand=called.errand, outcome="next_errand_here")
    added = errand_add(
        by=clerk, visit=ticket.visit, authority=house.guidance.authority_id, begin=True
    )
    assert (added.number, added.state) == (ticket.number, "serving")
    assert Visit.objects.get().closed_at is None
    with pytest.raises(ServiceNotOffered):
        errand_add(by=clerk, visit=ticket.visit, authority="nobody")


def test_the_centre_does_nothing_while_a_node_owns_the_office(house, clerk):
    visit_open(by=clerk)
    OfficeSequence.objects.update(owner="van")
    with pytest.raises(OwnedByNode, match="van"):
        visit_open(by=clerk)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("role", ["kiosk", "display", "greeter", "node"])
def test_only_desks_serve(house, clerk, role):
    with pytest.raises(NotAllowed):
        calls.errand_call_next(by=house.actor(role, "x"))


def test_a_token_opens_its_office_until_it_ends(house, monkeypatch):
    at(monkeypatch, NOON)
    kept, token = token_issue(office=house.office, role="officer", by="m", valid_days=1)
    assert actor_of_token(token).role == "officer"
    assert actor_of_token(token[:-1]) is None
    at(monkeypatch, "2022-09-14T12:00")
    assert actor_of_token(token) is None
    at(monkeypatch, NOON)
    token_revoke(kept)
    assert actor_of_token(token) is None
    with pytest.raises(ValueNotAllowed):
        token_issue(office=house.office, role="king", by="m")


def test_a_clock_that_steps_back_does_not_turn_the_log(house, clerk, monkeypatch):
    visit_open(by=clerk)
    minutes_later(monkeypatch, -5)
    called = calls.errand_call_next(by=clerk)
    minutes_later(monkeypatch, -3)
    calls.errand_finish(by=clerk, errand=called.errand, outcome="solved_here")
    instants = list(Event.objects.order_by("pk").values_list("at", flat=True))
    assert instants == sorted(instants)


@pytest.mark.parametrize(
    "values",
    [
        {"series": {"default": "1"}}, {"series": {"default": "Ö"}}, {"series": {"default": "ABCD"}},
        {"people_limit": 0}, {"colour": "red"},
    ],
)  # fmt: skip
def test_a_room_is_not_set_to_nonsense(house, values):
    from knutpunkt.errors import KnutpunktError

    with pytest.raises(KnutpunktError):
        room_change(office=house.office, by="m", **values)
    assert Room.objects.count() == 0 or room_of(house.office).series == {}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["ordinary", "booked", "frail", "acute"]), max_size=12))
def test_within_a_class_nobody_is_overtaken(classes):
    from knutpunkt.engines.queueing.order import Rule, Waiting, order

    rule = Rule("r", 1, {"frail": 2.0, "booked": 1.5, "acute": 4.0})
    waiting = [Waiting(k, f"A{k}", c, k * 60_000, k) for k, c in enumerate(classes)]
    ranked = order(waiting, rule, 20 * 60_000)
    for prio_class in set(classes):
        mine = [one.key for one in ranked if one.prio_class == prio_class]
        assert mine == sorted(mine)


# --- what a hostile tester found ------------------------------------------------------------------


def test_nobody_is_called_to_two_counters_at_once(house, clerk):
    other = house.actor("officer", "p2")
    ticket = visit_open(by=clerk)
    second = errand_add(by=clerk, visit=ticket.visit)
    first = calls.errand_call_next(by=clerk, counter="1")
    assert first.number == "A1"
    assert calls.errand_call_next(by=other, counter="2") is None
    with pytest.raises(VisitorElsewhere, match="A1"):
        calls.errand_call(by=other, errand=second.errand, counter="2")
    with pytest.raises(VisitorElsewhere):
        errand_add(by=other, visit=ticket.visit, begin=True, counter="2")
    calls.errand_finish(by=clerk, errand=first.errand, outcome="solved_here")
    taken = calls.errand_call_next(by=other, counter="2")
    with pytest.raises(VisitorElsewhere):
        calls.errand_undo(by=clerk, errand=first.errand)
    assert taken.errand == second.errand


def test_an_errand_is_not_made_anothers_while_it_is_at_the_counter(house, clerk):
    town = Authority.objects.create(
        slug="town", name_sv="Staden", name_en="The town", kind="municipality"
    )
    help_ = Service.objects.create(authority=town, slug="help", name_sv="Hjälp", name_en="Help")
    offer_everywhere(help_)
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk)
    with pytest.raises(ServiceNotOffered):
        calls.errand_begin(by=clerk, errand=called.errand, service="town/help")
    desk = Actor(house.office.pk, house.office.key, "municipal-desk", "k1", "town")
    own = visit_open(by=clerk, service="town/help")
    with pytest.raises(ServiceNotOffered):
        errand_add(by=desk, visit=own.visit, service="skatteverket/guidance", begin=True)
    with pytest.raises(ErrandUnknown):
        errand_add(by=desk, visit=called.visit)


def offer_everywhere(service):
    agreement = ServiceAgreement.objects.create(
        key="town", title_sv="Avtal", title_en="Agreement", recorded_by="a test"
    )
    task = AgreementTask.objects.create(agreement=agreement, service=service)
    ServiceLevel.objects.create(
        task=task, level="full", valid_from="2022-01-03", recorded_by="a test"
    )
    forget_menus()


def test_a_day_that_has_ended_stays_ended(house, clerk):
    ticket = visit_open(by=clerk)
    calls.errand_leave(by=clerk, errand=ticket.errand)
    day_end(office=house.office.pk, by="m")
    for act in (
        lambda: calls.errand_undo(by=clerk, errand=ticket.errand),
        lambda: errand_add(by=clerk, visit=ticket.visit),
        lambda: calls.errand_call_next(by=clerk),
        lambda: session_open(by=clerk, counter="1"),
    ):
        with pytest.raises(DayHasEnded):
            act()
    assert Errand.objects.get().state == "left"


def test_the_visits_of_yesterday_get_no_more_errands(house, clerk, monkeypatch):
    ticket = visit_open(by=clerk)
    at(monkeypatch, "2022-09-14T09:00")
    with pytest.raises(DayHasEnded):
        errand_add(by=clerk, visit=ticket.visit)
    with pytest.raises(DayHasEnded):
        calls.errand_call(by=clerk, errand=ticket.errand)


def test_nobody_is_passed_on_to_a_counter_where_nobody_sits_and_none_is_lost_when_it_closes(
    house, clerk
):
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    with pytest.raises(ValueNotAllowed, match="nowhere"):
        calls.errand_transfer(by=clerk, errand=called.errand, to_counter="nowhere")
    other = house.actor("officer", "p2")
    session_open(by=other, counter="2")
    child = calls.errand_transfer(by=clerk, errand=called.errand, to_counter="2")
    assert calls.errand_call_next(by=clerk, counter="1") is None
    session_close(by=other, counter="2")
    assert calls.errand_call_next(by=clerk, counter="1").errand == child.errand


def test_practice_takes_up_no_real_visit_and_the_other_way_round(house, clerk):
    real = visit_open(by=clerk)
    pupil = house.actor("officer", "p9")
    session_open(by=pupil, counter="9", practice=True)
    with pytest.raises(ErrandUnknown):
        errand_add(by=pupil, visit=real.visit, begin=True, counter="9")


def test_a_kiosk_makes_nobody_acute(house, clerk):
    with pytest.raises(ValueNotAllowed, match="acute"):
        visit_open(by=house.actor("kiosk"), prio_class="acute")


def test_a_head_count_and_an_opening_sent_again_happen_once(house, clerk):
    assert [people_count(by=clerk, change=3, request_key="k") for _ in range(3)] == [3, 3, 3]
    opened = [session_open(by=clerk, request_key="o").counter.name for _ in range(2)]
    assert opened == ["1", "1"]
