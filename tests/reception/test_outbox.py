"""Messages about bookings: each thing told once, in the reader's language, and never logged."""

import email
import email.policy
import threading

import pytest
from django.core import mail
from django.db import connections

from knutpunkt.core.home import home
from knutpunkt.reception.booking_codes import spoken
from knutpunkt.reception.booking_errors import EmailUrlUnreadable
from knutpunkt.reception.models import BookingContact, OutboxMessage
from knutpunkt.reception.services import outbox_ways, purging
from knutpunkt.reception.services.bookings import booking_cancel, booking_move
from knutpunkt.reception.services.outbox import outbox_send
from support.bookings import at, house, instant, municipality

__all__ = ["house", "municipality"]

TEN = "2022-09-15T10:00"
ANNA = "anna@example.se"


class Letters:
    """A way that keeps what it was given."""

    def __init__(self, *, broken=0):
        self.sent, self.broken = [], broken

    def __call__(self, number, to, subject, body):
        if self.broken:
            self.broken -= 1
            raise ConnectionRefusedError(f"{to} was refused")
        self.sent.append((number, to, subject, body))


def states():
    return {m.kind: m.state for m in OutboxMessage.objects.all()}


def test_a_booking_is_confirmed_at_once_and_reminded_of_the_day_before(house, monkeypatch):
    house.pool()
    _booking, code = house.booked(TEN, email=ANNA)
    letters = Letters()
    outbox_send(way=letters)
    at(monkeypatch, "2022-09-14T09:59")
    outbox_send(way=letters)
    at(monkeypatch, "2022-09-14T10:00")
    outbox_send(way=letters)
    outbox_send(way=letters)
    assert [to for _n, to, _s, _b in letters.sent] == [ANNA, ANNA]
    first, second = (subject for _n, _to, subject, _b in letters.sent)
    assert "15" in first
    assert "10:00" in first
    assert second != first
    assert all(spoken(code) in body for _n, _to, _s, body in letters.sent)
    assert "Torget 1, Northtown" in letters.sent[0][3]


def test_who_books_for_tomorrow_after_ten_is_not_reminded(house, monkeypatch):
    house.pool()
    at(monkeypatch, "2022-09-14T10:30")
    house.booked(TEN, email=ANNA)
    assert list(states()) == ["confirmed"]


def test_without_an_address_nothing_is_sent(house):
    house.pool(staff=2)
    house.booked(TEN)
    assert states() == {}
    house.booked(TEN, phone="0300-123456")
    letters = Letters()
    assert outbox_send(way=letters) == {"failed": 1}
    assert not letters.sent


def test_after_cancelling_only_that_is_told(house):
    house.pool()
    _booking, code = house.booked(TEN, email=ANNA)
    booking_cancel(code=code)
    letters = Letters()
    outbox_send(way=letters)
    assert states() == {"confirmed": "dropped", "reminder": "dropped", "cancelled": "sent"}
    assert len(letters.sent) == 1
    assert spoken(code) not in letters.sent[0][3]


def test_after_a_move_the_new_time_is_told_with_the_new_code(house):
    house.pool()
    _booking, code = house.booked(TEN, email=ANNA)
    _new, new_code = booking_move(code=code, starts_at=instant("2022-09-16T10:30"))
    letters = Letters()
    outbox_send(way=letters)
    ((_number, to, subject, body),) = letters.sent
    assert (to, "10:30" in subject, spoken(new_code) in body) == (ANNA, True, True)
    assert OutboxMessage.objects.filter(kind="reminder", state="due").count() == 1


def test_the_message_is_written_in_the_language_of_the_booking(house):
    house.pool(staff=2)
    house.booked(TEN, email=ANNA, language="en")
    letters = Letters()
    outbox_send(way=letters)
    subject, body = letters.sent[0][2:]
    assert subject == "Your booked time: Thursday 15 September 2022, 10:00"
    assert "Guidance" in body


def test_a_server_that_refuses_is_tried_again_later_and_then_given_up(house, monkeypatch, caplog):
    house.pool()
    house.booked(TEN, email=ANNA)
    letters = Letters(broken=99)
    for minutes in range(0, 60 * 12, 5):
        at(monkeypatch, f"2022-09-13T{9 + minutes // 60:02}:{minutes % 60:02}")
        outbox_send(way=letters)
    message = OutboxMessage.objects.get(kind="confirmed")
    assert (message.state, message.attempts) == ("failed", 5)
    assert message.problem == "ConnectionRefusedError"
    assert ANNA not in caplog.text


def test_a_crash_between_sending_and_noting_repeats_the_message_after_the_lease(house, monkeypatch):
    house.pool()
    house.booked(TEN, email=ANNA)

    def power_cut(*_letter):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox_send(way=power_cut)
    letters = Letters()
    assert outbox_send(way=letters) == {}
    at(monkeypatch, "2022-09-13T09:10")
    assert outbox_send(way=letters) == {"sent": 1}


@pytest.mark.django_db(transaction=True)
def test_two_processes_send_each_message_once(house):
    house.pool(staff=20)
    for _ in range(6):
        house.booked(TEN, email=ANNA)
    letters = Letters()

    def send():
        outbox_send(way=letters)
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [number for number, *_rest in letters.sent]
    assert sorted(numbers) == sorted(set(numbers))
    assert OutboxMessage.objects.filter(state="sent").count() == len(numbers) == 6


def test_in_the_folder_each_message_is_one_file_that_only_its_owner_reads(house, monkeypatch):
    house.pool()
    house.booked(TEN, email=ANNA)
    assert outbox_send() == {"sent": 1}
    (file,) = (home() / "outbox").glob("*.eml")
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert letter["To"] == ANNA
    assert file.stat().st_mode & 0o077 == 0
    at(monkeypatch, "2022-09-22T10:30")
    assert purging.contacts() == 1
    assert not BookingContact.objects.exists()
    assert not file.exists()


def test_by_e_mail_the_letter_goes_to_the_server_that_is_named(house, monkeypatch):
    monkeypatch.setattr(
        outbox_ways, "_SMTP", "django.core.mail.backends.locmem.EmailBackend"
    )  # no mail server is reached from a test
    monkeypatch.setenv("KNUTPUNKT_EMAIL_URL", "smtp://user:word@127.0.0.1:2525?tls=1")
    monkeypatch.setenv("KNUTPUNKT_EMAIL_FROM", "office@example.se")
    house.pool()
    house.booked(TEN, email=ANNA)
    outbox_send()
    (letter,) = mail.outbox
    assert (letter.to, letter.from_email) == ([ANNA], "office@example.se")


@pytest.mark.parametrize("url", ["carrier-pigeon:", "smtp://", "smtp://host:port"])
def test_a_way_that_is_none_is_refused(monkeypatch, url):
    monkeypatch.setenv("KNUTPUNKT_EMAIL_URL", url)
    with pytest.raises(EmailUrlUnreadable):
        outbox_ways.way_chosen()
