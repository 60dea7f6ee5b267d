"""What falls due by itself, what is purged when, and that every column has its end."""

import json
import threading
from argparse import Namespace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connections

from knutpunkt.accounts.models import User
from knutpunkt.cli import reception_upkeep
from knutpunkt.core import clock
from knutpunkt.reception import retention
from knutpunkt.reception.models import (
    Booking,
    BookingContact,
    CounterSession,
    Errand,
    ErrandNote,
    Event,
    Incident,
    OfficeDay,
)
from knutpunkt.reception.selectors.bookings import booking_of_code
from knutpunkt.reception.services import upkeep
from knutpunkt.reception.services.closing import office_close_suddenly
from knutpunkt.reception.services.happenings import incident_report
from knutpunkt.reception.services.sessions import session_close, session_open
from knutpunkt.reception.services.upkeep import tend, tend_every
from knutpunkt.reception.services.visits import visit_open
from support.bookings import at, house, instant, municipality, overfull

__all__ = ["house", "municipality"]

NOTHING = {
    "holds": 0, "closings": 0, "days": 0, "missed": 0, "messages": {},
    "purged": {"contacts": 0, "codes": 0, "notes": 0, "accounts": 0, "holders": 0, "links": 0,
               "leavings": 0},
    "audited": None,
}  # fmt: skip


# --- tending --------------------------------------------------------------------------------------


def test_where_nothing_is_due_nothing_is_done(house):
    assert tend() == NOTHING


def test_everything_that_is_due_is_done_once(house, monkeypatch):
    house.pool(staff=3)
    house.held("2022-09-13T10:00")
    house.booked("2022-09-13T10:00", email="a@example.se")
    visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")
    at(monkeypatch, "2022-09-14T00:05")
    done = tend()
    assert {name: done[name] for name in ("holds", "days", "missed")} == {
        "holds": 1, "days": 1, "missed": 1,
    }  # fmt: skip
    assert (done["audited"]["day"], done["audited"]["differences"]) == ("2022-09-13", 0)
    assert tend() == NOTHING
    assert OfficeDay.objects.get().local_day.isoformat() == "2022-09-13"
    assert Errand.objects.get().state == "swept"
    assert not overfull()


def test_as_of_another_instant_it_does_what_is_due_then(house):
    house.pool()
    house.held("2022-09-13T10:00")
    assert tend(instant("2022-09-13T09:09"))["holds"] == 0
    assert tend(instant("2022-09-13T09:10"))["holds"] == 1


def test_a_step_that_fails_does_not_keep_back_the_others(house, monkeypatch, caplog):
    def falls():
        raise RuntimeError("out of order")

    monkeypatch.setitem(upkeep.STEPS, "holds", falls)
    done = tend()
    assert done["holds"] == upkeep.FAILED
    assert done["purged"] == NOTHING["purged"]
    assert "out of order" in caplog.text


def test_a_day_is_ended_where_only_a_counter_was_left_open(house, monkeypatch):
    session_open(by=house.actor("officer"), counter="1")
    at(monkeypatch, "2022-09-14T00:05")
    assert tend()["days"] == 1
    assert CounterSession.objects.get().closed_at


def test_the_offices_of_others_are_left_to_them(house, monkeypatch):
    visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")
    from knutpunkt.reception.models import OfficeSequence

    OfficeSequence.objects.update(owner="node-1")
    at(monkeypatch, "2022-09-14T00:05")
    assert tend()["days"] == 0


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_do_everything_once(house, monkeypatch):
    house.pool(staff=30)
    for _ in range(4):
        house.held("2022-09-13T10:00")
    for _ in range(4):
        house.booked("2022-09-13T10:30", phone="0300-123456")
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-09-14T00:05")
    done = []

    def tended():
        done.append(tend())
        connections.close_all()

    threads = [threading.Thread(target=tended) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one["holds"] for one in done) == 4
    assert sum(one["missed"] for one in done) == 4
    assert house.kinds().count("booking-missed") == 4
    assert not overfull()


@pytest.mark.django_db(transaction=True)
def test_it_is_done_again_and_again_until_told_to_stop(house):
    house.pool()
    house.held("2022-09-13T10:00")
    Booking.objects.update(hold_expires_at=instant("2022-09-13T08:00"))
    stop = threading.Event()
    thread = threading.Thread(target=tend_every, args=(0.01, stop))
    thread.start()
    for _ in range(500):
        if Booking.objects.get().status == "expired":
            break
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert Booking.objects.get().status == "expired"
    assert not thread.is_alive()


# --- purging --------------------------------------------------------------------------------------


def test_a_contact_is_gone_a_week_after_the_booked_time_and_the_code_with_it(house, monkeypatch):
    house.pool()
    _booking, code = house.booked("2022-09-15T10:00", email="a@example.se")
    at(monkeypatch, "2022-09-22T10:29")
    tend()
    assert BookingContact.objects.exists()
    assert booking_of_code(code)
    at(monkeypatch, "2022-09-22T10:30")
    done = tend()["purged"]
    assert (done["contacts"], done["codes"]) == (1, 1)
    assert not BookingContact.objects.exists()
    assert booking_of_code(code) is None
    assert Booking.objects.get().status == "no_show"


def test_the_contact_of_a_cancelled_booking_is_gone_the_next_day(house, monkeypatch):
    house.pool()
    house.booked("2022-09-15T10:00", email="a@example.se")
    office_close_suddenly(by=house.actor(), reason="staff", until=instant("2022-09-16T09:00"))
    at(monkeypatch, "2022-09-14T09:00")
    assert tend()["purged"]["contacts"] == 1


def test_accounts_notes_and_links_to_staff_end(house, monkeypatch):
    user = User.objects.create(username="siv")
    incident_report(by=house.actor("officer"), kind="threat", account="Vrålade.")
    answer = visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")
    ErrandNote.objects.create(
        errand_id=answer.errand, text="kom tillbaka", purge_after=clock.now() + timedelta(hours=9)
    )
    officer = house.actor("officer")
    object.__setattr__(officer, "user", user.pk)
    session_open(by=officer, counter="1", meeting_link="https://meet.example.se/1")
    session_close(by=officer, counter="1")
    at(monkeypatch, "2022-09-13T20:00")
    assert tend()["purged"]["notes"] == 1
    at(monkeypatch, "2022-10-14T09:00")
    done = tend()["purged"]
    assert (done["accounts"], done["links"], done["holders"]) == (1, 1, 0)
    at(monkeypatch, "2022-12-13T09:00")
    assert tend()["purged"]["holders"] == 1
    session = CounterSession.objects.get()
    assert (session.holder_id, session.staff) == (None, "p1")
    assert Incident.objects.get().account == ""


def test_no_event_is_ever_purged(house, monkeypatch):
    house.pool()
    house.booked("2022-09-15T10:00", email="a@example.se")
    before = Event.objects.count()
    tend(instant("2032-01-01T00:00"))
    assert Event.objects.count() >= before


# --- retention ------------------------------------------------------------------------------------


def columns():
    """Every column of the reception, by ``Model.column``."""
    models = apps.get_app_config("reception").get_models(include_auto_created=True)
    return {
        f"{model.__name__}.{field.name}"
        for model in models
        for field in model._meta.concrete_fields
    }


def test_every_column_has_a_retention_class():
    assert columns() == set(retention.RETENTION)


def test_every_class_has_an_end():
    assert set(retention.ENDS) == set(retention.Kept)


def test_what_may_be_personal_is_in_the_classes_that_are_purged():
    for column in ("BookingContact.email", "BookingContact.phone"):
        assert retention.RETENTION[column] is retention.Kept.CONTACT
    for column in ("ErrandNote.text", "Incident.account"):
        assert retention.RETENTION[column] is retention.Kept.FREE_TEXT


# --- the commands ---------------------------------------------------------------------------------


@pytest.mark.parametrize("json_wanted", [False, True])
def test_the_commands_say_what_they_did(house, monkeypatch, capsys, json_wanted):
    monkeypatch.setattr(reception_upkeep, "ready", lambda: None)  # the test has its own database
    house.pool()
    house.held("2022-09-13T10:00")
    at(monkeypatch, "2022-09-13T09:30")
    chosen = Namespace(json=json_wanted)
    assert reception_upkeep.tend(chosen) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["holds"] == 1 if json_wanted else "holds" in told
    assert reception_upkeep.purge(chosen) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["purged"]["contacts"] == 0 if json_wanted else "contacts" in told
