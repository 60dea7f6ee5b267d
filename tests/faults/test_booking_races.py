"""Bookings on the last place: however many want it, one gets it. Threads, and then real servers.

``KNUTPUNKT_FAULT_ROUNDS`` says how many rounds of each race there are (20).
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.db import connections

from knutpunkt.reception.booking_errors import BookingIsOver, HoldExpired, SlotNotFree
from knutpunkt.reception.models import Booking, SlotCapacity
from knutpunkt.reception.services.booking_ends import holds_expire
from knutpunkt.reception.services.bookings import (
    booking_cancel,
    booking_confirm,
    booking_hold,
    booking_move,
)
from support.bookings import at, house, instant, municipality, overfull
from support.faults import CROWDS, ROUNDS, crowds, record
from support.reception import Crowd, contradictions
from support.servers import servers_running

__all__ = ["house", "municipality"]

pytestmark = pytest.mark.django_db(transaction=True)

#: An office of the embedded network whose hours are known.
OFFICE = "goteborg-gamlestaden"
LOST = (SlotNotFree, HoldExpired, BookingIsOver)


def together(*works):
    """Do the works at once, each on a connection of its own; what they returned or raised."""
    barrier = threading.Barrier(len(works))
    done = [None] * len(works)

    def do(number, work):
        try:
            barrier.wait(30)
            done[number] = work()
        except LOST as refused:
            done[number] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return done


def slots_of_days(rounds):
    """A fresh slot for each round: 10:00 to 15:30 on the working days from Tuesday on."""
    days = [f"2022-{month}-{day:02}" for month, day in _days()]
    times = [f"{hour}:{minute}" for hour in range(10, 16) for minute in ("00", "30")]
    found = [f"{day}T{time}" for day in days for time in times]
    return [found[number % len(found)] for number in range(rounds)]


def _days():
    september = [("09", day) for day in (13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30)]
    return [*september, *(("10", day) for day in (3, 4, 5, 6, 7, 10, 11, 12))]


@pytest.mark.slow
def test_the_last_place_is_given_to_one_of_up_to_sixteen(house):
    over = actions = 0
    house.pool(key="race", staff=1)
    for crowd, text in zip(crowds(), slots_of_days(ROUNDS), strict=True):
        starts_at = instant(text)

        def hold(starts_at=starts_at):
            return booking_hold(office=house.office, service=house.guidance, starts_at=starts_at)

        done = together(*[hold] * crowd)
        won = [one for one in done if isinstance(one, tuple)]
        over += len(won) - 1
        actions += crowd
        assert all(isinstance(one, tuple | SlotNotFree) for one in done)
        for booking, code in won:
            assert booking_cancel(code=code).pk == booking.pk
    assert (over, overfull()) == (0, [])
    record("bookings on the last place, threads", rounds=ROUNDS, actions=actions, found=over)


@pytest.mark.slow
def test_the_same_press_sent_often_holds_one_place(house):
    house.pool(staff=16)
    for crowd, text in zip(crowds(4), slots_of_days(4), strict=True):
        starts_at = instant(text)

        def hold(starts_at=starts_at, key=text):
            return booking_hold(
                office=house.office, service=house.guidance, starts_at=starts_at,
                request_key=key, by="page",
            )  # fmt: skip

        done = together(*[hold] * crowd)
        assert len({(booking.pk, code) for booking, code in done}) == 1
    assert not overfull()


@pytest.mark.slow
def test_confirming_cancelling_moving_and_expiring_at_once_never_lose_a_place(house, monkeypatch):
    house.pool(staff=3)
    for number in range(max(ROUNDS // 4, 3)):
        day = f"2022-09-{19 + number % 4}"
        held = [house.held(f"{day}T10:00")[1] for _ in range(2)]
        _kept, code = house.booked(f"{day}T10:00")
        works = [lambda code=code: booking_confirm(code=code) for code in held]
        works += [lambda code=code: booking_cancel(code=code) for code in (*held, code)]
        works += [
            lambda day=day, code=code, hour=hour: booking_move(
                code=code, starts_at=instant(f"{day}T{hour}:00")
            )
            for hour in (11, 12)
        ]
        together(*works)
        assert not overfull()
        for booking in Booking.objects.filter(status__in=("held", "confirmed")):
            booking_cancel(booking=booking, by=house.actor())
        assert not overfull()


@pytest.mark.slow
def test_an_expired_hold_frees_its_place_once_whoever_sees_it_first(house, monkeypatch):
    house.pool()
    for number, text in enumerate(slots_of_days(6)):
        at(monkeypatch, "2022-09-13T09:00")
        house.held(text)
        at(monkeypatch, "2022-09-13T09:30")
        starts_at = instant(text)

        def hold(starts_at=starts_at):
            return booking_hold(office=house.office, service=house.guidance, starts_at=starts_at)

        done = together(holds_expire, hold, holds_expire, hold)
        assert sum(isinstance(one, tuple) for one in done) == 1, number
        assert not overfull()
    assert set(SlotCapacity.objects.filter(acute=False).values_list("taken", flat=True)) == {1}


# --- real servers ---------------------------------------------------------------------------------

_POOL = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "knutpunkt.web.settings"
import django
django.setup()
from datetime import date
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.selectors.slots import slots_free
from knutpunkt.reception.services.pools import pool_set
office = Office.objects.get(key=sys.argv[1])
service = Service.objects.get(authority="skatteverket", slug="guidance")
pool_set(office=office, key="race", services=[service], slot_minutes=10, staff=1, days_ahead=90)
slots = slots_free(office, service, date(2022, 9, 13), date(2022, 12, 1))
print(json.dumps([slot.key for slot in slots]))
"""
_CSRF = "a" * 32
#: How many bookings every slot was ever given to.
GIVEN = "SELECT slot_id, COUNT(*) FROM reception_booking GROUP BY slot_id"


@dataclass(frozen=True)
class Pressed:
    """The form of the booking page, sent by a visitor at an address of their own."""

    starts_at: int
    visitor: int

    def written(self):
        """The request as bytes."""
        form = {"starts_at": self.starts_at, "party_size": 1, "csrfmiddlewaretoken": _CSRF}
        body = urlencode(form).encode()
        address = f"10.{self.visitor >> 16 & 255}.{self.visitor >> 8 & 255}.{self.visitor & 255}"
        head = [
            f"POST /book/{OFFICE}/skatteverket/guidance/ HTTP/1.1", "Host: localhost",
            f"Cookie: csrftoken={_CSRF}", f"X-Forwarded-For: {address}",
            "Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}",
        ]  # fmt: skip
        return "\r\n".join([*head, "", ""]).encode() + body


def slots_of(installation):
    """Make times that can be booked at the office, one visitor each; their instants."""
    done = subprocess.run(
        [sys.executable, "-c", _POOL, OFFICE],
        env=installation.environment(KNUTPUNKT_NOW="2022-09-13T11:00"), cwd=installation.home,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize("processes", [1, 2])
def test_over_http_the_last_time_is_given_to_one_visitor(installation, processes):
    # A page for each who loses costs far more than the race; what can differ with two processes
    # is tried in every round, what one process does alone in a quarter of them.
    rounds = ROUNDS if processes > 1 else max(ROUNDS // 4, len(CROWDS))
    before = len(installation.read(GIVEN))
    slots = slots_of(installation)[:rounds]  # those of the other case are taken, so not among them
    assert len(slots) == rounds
    over, visitor = 0, 0
    # As behind a proxy: each visitor has an address, and a limit, of their own.
    with servers_running(installation, count=processes, KNUTPUNKT_HTTPS="1") as servers:
        crowd = Crowd(*(server.port for server in servers))
        for size, slot in zip(crowds(rounds), slots, strict=True):
            pressed = [Pressed(slot, visitor + number) for number in range(size)]
            replies = crowd.at_once(pressed)
            visitor += size
            statuses = sorted(reply.status for reply in replies)
            assert statuses == [302] + [409] * (size - 1), statuses
            over += statuses.count(302) - 1
        crowd.close()
    # Whatever became of it since: some ran out of time while the others were fought over.
    each = [number for _slot, number in installation.read(GIVEN)]
    assert (len(each) - before, set(each)) == (rounds, {1})
    assert contradictions(installation, OFFICE) == []
    record(
        f"bookings on the last place, HTTP, {processes} server(s)",
        rounds=rounds, actions=visitor, found=over,
    )  # fmt: skip
