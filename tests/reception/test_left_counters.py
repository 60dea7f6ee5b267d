"""A counter its clerk has left, and a room too small for a party: nobody is lost or stuck."""

import pytest

from knutpunkt.core import clock
from knutpunkt.reception.counting.audit import audit
from knutpunkt.reception.errors import CounterNotOpen, NotAllowed
from knutpunkt.reception.models import CounterSession, Errand, Event, Visit
from knutpunkt.reception.selectors.queue import snapshot, waiting_in_order
from knutpunkt.reception.services import calls
from knutpunkt.reception.services.freeing import counter_free
from knutpunkt.reception.services.house import people_count
from knutpunkt.reception.services.rooms import room_change
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from support.bookings import at
from support.desk import (
    desk,
    every_variable_is_there,
    house,
    municipality,
    quick_hash,
    send,
)

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

pytestmark = pytest.mark.django_db
COUNTERS = "/reception/north/manage/counters/"


@pytest.fixture
def clerk(house, monkeypatch):
    at(monkeypatch, "2022-09-13T12:00")
    return house.actor("officer", "p1")


@pytest.fixture
def manager(house):
    return house.actor("office-manager", "chief")


@pytest.mark.parametrize("begun", [False, True])
def test_who_is_at_a_counter_its_clerk_has_left_waits_again_first(
    house, clerk, manager, monkeypatch, begun
):
    visit_open(by=clerk)
    at(monkeypatch, "2022-09-13T12:05")
    visit_open(by=clerk)
    called = calls.errand_call_next(by=clerk, counter="1")
    if begun:
        calls.errand_begin(by=clerk, errand=called.errand)
    counter_free(by=manager, counter="1")
    assert not CounterSession.objects.filter(closed_at=None).exists()
    assert waiting_in_order(house.office.pk)[0].pk == called.errand
    again = calls.errand_call_next(by=house.actor("officer", "p2"), counter="1")
    assert again.errand == called.errand
    assert audit(clock.today(), clock.today()).differences == []


def test_only_a_manager_frees_a_counter_and_only_an_open_one(clerk, manager):
    session_open(by=clerk, counter="1")
    before = Event.objects.count()
    with pytest.raises(NotAllowed):
        counter_free(by=clerk, counter="1")
    with pytest.raises(CounterNotOpen):
        counter_free(by=manager, counter="2")
    assert Event.objects.count() == before
    counter_free(by=manager, counter="1")
    assert Event.objects.latest("office_seq").kind == "session-closed"


def test_the_manager_sees_the_open_counters_and_frees_one_with_a_press(desk, clerk):
    desk.at("12:00")
    boss = desk.staff("office-manager")
    visit_open(by=clerk)
    calls.errand_call_next(by=clerk, counter="1")
    page = boss.get(COUNTERS).content.decode()
    assert "A1" in page
    assert f'action="{COUNTERS}freed/"' in page
    assert send(boss, COUNTERS, f"{COUNTERS}freed/").status_code == 302
    assert Errand.objects.get().state == "waiting"
    assert f'action="{COUNTERS}freed/"' not in boss.get(COUNTERS).content.decode()
    refused = boss.post(f"{COUNTERS}freed/", {"counter": "1"})
    assert refused.status_code == 409


def test_a_party_the_room_can_never_hold_stops_nobody_behind_it(house, clerk):
    room_change(office=house.office, by="m", people_limit=4)
    people_count(by=clerk, change=4)
    visit_open(by=clerk, party_size=4)
    behind = visit_open(by=clerk)
    room_change(office=house.office, by="m", people_limit=2)
    people_count(by=clerk, change=-3)
    assert snapshot(house.office.pk).invited == 1
    assert Visit.objects.get(pk=behind.visit).place == "invited"


def test_a_number_drawn_for_practice_is_told_nothing_of_the_real_queue(house, clerk):
    session_open(by=clerk, counter="1")
    for _ in range(3):
        visit_open(by=clerk)
    drawn = visit_open(by=clerk, practice=True)
    assert (drawn.more["ahead"], drawn.more["wait"]) == (None, None)
    assert visit_open(by=clerk).more["ahead"] == 3
