"""Things that happen: reports, a silent alarm, interpreters, and equipment that breaks."""

import pytest
from django.db import IntegrityError, transaction

from knutpunkt.network.models import Authority
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import (
    ErrandUnknown,
    NotAllowed,
    NotPossibleNow,
    ServiceNotOffered,
    ValueNotAllowed,
)
from knutpunkt.reception.happening_errors import (
    EquipmentUnknown,
    IncidentUnknown,
    InterpreterOrdered,
    NoInterpreterOrdered,
)
from knutpunkt.reception.models import EquipmentFault, Event, Incident, InterpreterOrder
from knutpunkt.reception.selectors.bookings import bookings_affected
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.services.calls import errand_leave
from knutpunkt.reception.services.happenings import (
    alarm_raise,
    equipment_broken,
    equipment_mended,
    incident_acknowledge,
    incident_report,
    interpreter_order,
    interpreter_state,
)
from knutpunkt.reception.services.visits import visit_open
from support.bookings import at, equipped, house, municipality

__all__ = ["house", "municipality"]


@pytest.fixture(autouse=True)
def _open(house, monkeypatch):
    at(monkeypatch, "2022-09-13T11:00")


def arrived(house, **more):
    said = {"authority": "skatteverket", "service": "guidance", **more}
    return visit_open(by=house.actor("kiosk"), **said)


# --- incidents ------------------------------------------------------------------------------------


def test_the_event_of_an_incident_says_nothing_of_what_happened(house):
    officer = house.actor("officer", "p7")
    incident = incident_report(by=officer, kind="threat", account="Vrålade.", counter="2")
    event = Event.objects.get()
    assert (event.kind, event.counter) == ("incident", "2")
    assert event.data == {"incident": incident.pk, "kind": "threat"}
    assert (incident.account, incident.reported_by) == ("Vrålade.", "p7")
    assert (incident.purge_after - incident.happened_at).days == 30


def test_an_alarm_is_raised_by_one_press_and_seen_once(house):
    alarm = alarm_raise(by=house.actor("officer"), counter="1")
    for name in ("p2", "p3"):
        seen = incident_acknowledge(by=house.actor("officer", name), incident=alarm.pk)
        assert seen.acknowledged_by == "p2"
    assert house.kinds() == ["alarm", "noted"]


def test_an_alarm_is_no_report_and_a_report_is_bounded(house):
    for said in ({"kind": "alarm"}, {"kind": "fire"}, {"kind": "threat", "account": "x" * 2001}):
        with pytest.raises(ValueNotAllowed):
            incident_report(by=house.actor("officer"), **said)
    assert not Incident.objects.exists()


def test_an_incident_of_another_office_is_unknown(house):
    incident = incident_report(by=house.actor("officer"), kind="insult")
    stranger = Actor(house.office.pk + 1, "south", "officer", "p9")
    with pytest.raises((IncidentUnknown, IntegrityError)), transaction.atomic():
        incident_acknowledge(by=stranger, incident=incident.pk)


@pytest.mark.parametrize("role", ["kiosk", "display", "node"])
def test_a_machine_reports_nothing(house, role):
    with pytest.raises(NotAllowed):
        incident_report(by=house.actor(role), kind="threat")
    with pytest.raises(NotAllowed):
        alarm_raise(by=house.actor(role))


# --- interpreters ---------------------------------------------------------------------------------


def test_an_interpreter_is_ordered_once_and_arrives(house):
    errand = arrived(house).errand
    officer = house.actor("officer")
    for _ in range(2):
        order = interpreter_order(by=officer, errand=errand, language="ar", way="phone")
    assert order.state == "ordered"
    with pytest.raises(InterpreterOrdered):
        interpreter_order(by=officer, errand=errand, language="so", way="phone")
    assert interpreter_state(by=officer, errand=errand, state="there").state == "there"
    told = [
        e.data["state"] for e in Event.objects.filter(kind="interpreter-ordered").order_by("id")
    ]
    assert told == ["ordered", "there"]
    assert InterpreterOrder.objects.count() == 1


def test_an_order_that_failed_is_replaced(house):
    errand = arrived(house).errand
    officer = house.actor("officer")
    interpreter_order(by=officer, errand=errand, language="ar", way="place")
    interpreter_state(by=officer, errand=errand, state="failed")
    order = interpreter_order(by=officer, errand=errand, language="ar", way="phone")
    assert (order.state, order.way) == ("ordered", "phone")


def test_no_interpreter_for_an_errand_that_is_over_or_somebody_elses(house):
    errand = arrived(house).errand
    errand_leave(by=house.actor("officer"), errand=errand)
    with pytest.raises(NotPossibleNow):
        interpreter_order(by=house.actor("officer"), errand=errand, language="ar", way="phone")
    Authority.objects.create(slug="kommun", name_sv="K", name_en="K", kind="municipality")
    desk = Actor(house.office.pk, house.office.key, "municipal-desk", "p5", "kommun")
    waiting = arrived(house).errand
    with pytest.raises(ErrandUnknown):
        interpreter_order(by=desk, errand=waiting, language="ar", way="phone")
    with pytest.raises(NoInterpreterOrdered):
        interpreter_state(by=house.actor("officer"), errand=waiting, state="there")
    for wrong in ({"language": "arabiska!", "way": "phone"}, {"language": "ar", "way": "smoke"}):
        with pytest.raises(ValueNotAllowed):
            interpreter_order(by=house.actor("officer"), errand=waiting, **wrong)


# --- equipment ------------------------------------------------------------------------------------


def test_what_needs_broken_equipment_vanishes_at_once_and_comes_back(
    house, django_capture_on_commit_callbacks
):
    def on_the_menu():
        return [one.service for one in menu_of(house.office.key)]

    assert on_the_menu() == ["identity-check", "guidance"] or on_the_menu()
    with django_capture_on_commit_callbacks(execute=True):
        equipment_broken(by=house.actor("officer"), equipment="biometrics")
        equipment_broken(by=house.actor("officer"), equipment="biometrics")
    assert on_the_menu() == ["guidance"]
    with pytest.raises(ServiceNotOffered):
        arrived(house, service="identity-check")
    with django_capture_on_commit_callbacks(execute=True):
        assert equipment_mended(by=house.actor("officer"), equipment="biometrics").mended_at
    assert equipment_mended(by=house.actor("officer"), equipment="biometrics") is None
    assert sorted(on_the_menu()) == ["guidance", "identity-check"]
    assert house.kinds() == ["equipment-broken", "equipment-mended"]
    assert EquipmentFault.objects.count() == 1


def test_bookings_that_need_the_equipment_are_listed(house):
    equipped(house.office)
    house.pool(house.guidance, house.identity, staff=3)
    needing, _code = house.booked("2022-09-14T10:00", house.identity)
    house.booked("2022-09-14T10:00", house.guidance)
    equipment_broken(by=house.actor(), equipment="biometrics")
    affected = bookings_affected(house.office.pk, "biometrics")
    assert [booking.pk for booking in affected] == [needing.pk]


def test_equipment_nobody_knows_is_refused(house):
    for action in (equipment_broken, equipment_mended):
        with pytest.raises(EquipmentUnknown):
            action(by=house.actor(), equipment="teleporter")
