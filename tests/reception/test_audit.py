"""A recount finds everything somebody wrote around the log, and puts nothing right by itself."""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import translation

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Authority, Office, Service
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.counting.audit import audit, nightly
from knutpunkt.reception.counting.differences import sentence
from knutpunkt.reception.counting.remembering import forget
from knutpunkt.reception.counting.sheets import sheets_make
from knutpunkt.reception.models import (
    Audit,
    Booking,
    BookingPool,
    Errand,
    MonthSheet,
    SlotCapacity,
    Visit,
)
from knutpunkt.reception.selectors import menu
from knutpunkt.reception.services import calls, house, sessions, visits

MORNING = clock.instant("2025-03-04T10:00")
DAY = MORNING.date()
LATER = MORNING + timedelta(days=60)


@pytest.fixture
def office(db, monkeypatch):
    """An office with one service of each of two authorities."""
    offered = []
    for slug in ("tax", "pensions"):
        owner = Authority.objects.create(slug=slug, name_sv=slug, name_en=slug)
        made = Service.objects.create(authority=owner, slug="advice", name_sv="R", name_en="A")
        offered.append(menu.Offered(made.pk, slug, "", "", "advice", "", "", "guidance", None))
    menu.forget_menus()
    monkeypatch.setattr(menu, "_menu", lambda _key, _day: tuple(offered))
    forget()
    yield Office.objects.create(key="north", recorded_by="a test")
    forget()


def a_day(office, seed=1, acts=60):
    """Clerks do what comes to their minds, in the order of time; some of it is refused."""
    draw, now = random.Random(seed), MORNING
    clerks = [Actor(office.pk, office.key, "officer", name) for name in ("p1", "p2", "p3")]
    kiosk = Actor(office.pk, office.key, "kiosk", "kiosk")
    for _ in range(acts):
        now += timedelta(seconds=draw.choice((2, 9, 40, 200)))
        with clock.said_to_be(now), suppress(KnutpunktError):
            act(draw, draw.choice(clerks), kiosk)
    with clock.said_to_be(MORNING + timedelta(hours=9)):
        house.day_end(office=office.pk, by="a test")


def act(draw, clerk, kiosk):
    """One of the things a clerk or a visitor may do."""
    mine = list(Errand.objects.filter(state__in=("called", "serving", "parked", "missed", "done")))
    errand = draw.choice(mine).pk if mine else None
    way = draw.choice(("issue", "issue", "next", "next", "begin", "begin", "finish", "finish",
                       "park", "resume", "release", "miss", "reactivate", "transfer", "undo",
                       "leave", "recall", "add", "close"))  # fmt: skip
    if way == "issue":
        visits.visit_open(by=kiosk, authority=draw.choice(("", "tax")), party_size=2)
    elif way == "next":
        calls.errand_call_next(by=clerk)
    elif way == "close":
        sessions.session_close(by=clerk)
    elif errand is None:
        return
    elif way == "finish":
        calls.errand_finish(by=clerk, errand=errand, outcome="solved_here", authority="pensions")
    elif way == "transfer":
        calls.errand_transfer(by=clerk, errand=errand, authority="pensions")
    elif way == "add":
        visits.errand_add(by=clerk, visit=Errand.objects.get(pk=errand).visit_id,
                          begin=draw.random() < 0.5)  # fmt: skip
    else:
        getattr(calls, f"errand_{way}")(by=clerk, errand=errand)


def wrote(sql, *values):
    """Write around everything, as only a mishap would."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0, sql


def differs(made):
    """Rules and columns of what a recount found."""
    return {(one["rule"], one["column"]) for one in made.differences}


@pytest.mark.parametrize("seed", range(6))
def test_whatever_clerks_do_the_log_explains_every_row(office, seed):
    a_day(office, seed, acts=120)
    made = audit(DAY, DAY)
    assert [sentence(one) for one in made.differences] == []
    assert made.events > 40


def test_a_recount_is_recorded_and_cannot_be_changed(office):
    a_day(office)
    made = audit(DAY, DAY)
    kept = Audit.objects.get()
    assert (kept.events, kept.offices, kept.version) == (made.events, 1, "counting/1")
    with pytest.raises(KnutpunktError):
        kept.save()


MISHAPS = {
    "a row that was changed": (
        "UPDATE reception_errand SET version = version + 7 WHERE ordinal = 1", ("row", "version")),
    "a visit of fewer people": (
        "UPDATE reception_visit SET party_size = 1", ("row", "party_size")),
    "an errand that is gone": (
        "DELETE FROM reception_errand WHERE id = (SELECT MAX(id) FROM reception_errand)",
        ("row-missing", "")),
    "an event that is gone": (
        "DELETE FROM reception_event WHERE id = (SELECT MIN(id) + 5 FROM reception_event)",
        ("event", "")),
    "an event that was changed": (
        "UPDATE reception_event SET ticket = 'A99' WHERE kind = 'called'",
        ("event-column", "ticket")),
    "the last events gone": (
        "DELETE FROM reception_event WHERE id > (SELECT MAX(id) - 3 FROM reception_event)",
        ("sequence", "")),
    "a sheet that was changed": (
        "UPDATE reception_monthsheet SET digest = 'x' WHERE month = '2025-03-01'",
        ("sheet-altered", "")),
}  # fmt: skip


@pytest.mark.parametrize("mishap", MISHAPS)
def test_what_was_written_around_the_log_is_found(office, mishap):
    a_day(office)
    sheets_make(at=LATER)
    sql, expected = MISHAPS[mishap]
    wrote(sql)
    made = audit(DAY, DAY)
    assert expected in differs(made), made.differences
    assert all(sentence(one) for one in made.differences)


def test_a_month_whose_events_were_changed_differs_from_its_sheet(office):
    a_day(office)
    sheets_make(at=LATER)
    wrote("UPDATE reception_event SET language = 'fi' WHERE kind <> 'session-opened'")
    assert ("sheet", "") in differs(audit(DAY, DAY))


def test_a_slot_that_counts_wrong_is_found(office):
    pool = BookingPool.objects.create(office=office, key="id", valid_from=DAY)
    slot = SlotCapacity.objects.create(
        pool=pool, starts_at=MORNING, ends_at=MORNING + timedelta(minutes=30), cap=3, taken=1
    )
    Booking.objects.create(
        office=office, slot=slot, service=Service.objects.first(), status="confirmed",
        code_hash="a", made_at=MORNING,
    )  # fmt: skip
    assert audit(DAY, DAY).differences == []
    SlotCapacity.objects.update(taken=2)
    [found] = audit(DAY, DAY).differences
    assert (found["rule"], found["row"], found["log"]) == ("slot", "2", "1")
    with translation.override("en"):
        assert "2 places are taken" in sentence(found)


def test_a_disputed_sheet_is_shown_every_night_and_never_overwritten(office):
    a_day(office)
    night = MORNING + timedelta(days=1, hours=-7)
    with clock.said_to_be(night):
        assert nightly(night)["differences"] == 0
        wrote("UPDATE reception_monthsheet SET digest = 'x'")
        for _ in range(2):
            assert nightly(night)["differences"] == 1
    assert MonthSheet.objects.get().digest == "x"
    assert Audit.objects.count() == 3


def test_nothing_of_a_quiet_day_differs(office):
    assert audit(DAY, DAY).differences == []
    assert not Visit.objects.exists()
