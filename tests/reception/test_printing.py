"""Tickets on paper: what is printed, once, and what is seen when it is not."""

import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception import follow
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ErrandUnknown, NotAllowed
from knutpunkt.reception.models import Event, PrintJob, Visit
from knutpunkt.reception.printing import spool
from knutpunkt.reception.printing.escpos import CUT, Ticket, qr_code, ticket_bytes
from knutpunkt.reception.printing.jobs import job_claim, job_printed
from knutpunkt.reception.printing.printers import (
    ASK_PAPER,
    FilePrinter,
    NetworkPrinter,
    PaperOut,
    PrinterAddressUnreadable,
    PrinterNotSet,
    PrinterStoppedMidway,
    PrinterUnreachable,
    printer_of,
)
from knutpunkt.reception.services.printing import ticket_reprint, tickets_unprinted
from knutpunkt.reception.services.rooms import room_change
from knutpunkt.reception.services.visits import visit_open

NOON = clock.instant("2022-06-28T12:00")
USUAL = Ticket("A17", "Östersund", NOON, ahead=3, wait=(10, 25), link="https://k.se/q/abc")

#: ``GS ( k``: model 2, modules of 5 dots, correction M, "abc" stored, printed.
ABC = bytes.fromhex(
    "1d286b040031413200 1d286b0300314305 1d286b0300314531 1d286b0600315030616263 1d286b0300315130"
)


# --- the bytes ------------------------------------------------------------------------------------


def test_a_ticket_is_the_commands_and_words_of_the_reference():
    paper = ticket_bytes(USUAL)
    assert paper.startswith(b"\x1b@\x1bt\x13\x1ba\x01\x1bE\x01" + "Östersund".encode("cp858"))
    assert b"\x1d!\x77A17\n\x1d!\x00" in paper  # eight times as wide and high
    assert "Före dig / Ahead of you: 3\n".encode("cp858") in paper
    assert "Väntetid / Wait: 10-25 min\n".encode("cp858") in paper
    assert b"2022-06-28 12:00\n" in paper
    assert paper.endswith(b"\x1dV\x42\x40")


def test_a_qr_code_is_stored_and_printed_by_the_printer():
    assert qr_code("abc") == ABC
    assert qr_code("https://k.se/q/abc") in ticket_bytes(USUAL)


def test_without_a_link_there_is_no_code_and_no_word_about_it():
    paper = ticket_bytes(Ticket("B2", "Visby", NOON))
    assert b"(k" not in paper
    assert b"telefonen" not in paper


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_a_code_without_content_or_with_too_much_is_refused(text):
    with pytest.raises(ValueError, match="1 to 2000 bytes"):
        qr_code(text)


@given(st.text(max_size=60), st.text(min_size=1, max_size=12))
def test_whatever_stands_on_it_a_ticket_ends_with_one_cut_and_no_strange_command(office, number):
    paper = ticket_bytes(Ticket(number, office, NOON))
    assert paper.endswith(CUT)
    assert paper.count(CUT) == 1
    assert paper.count(b"\x1b") == 5  # initialise, code table, centre, bold, not bold


# --- printers -------------------------------------------------------------------------------------


class PaperPrinter:
    """A printer on a port: takes what it is sent and behaves as it is told."""

    def __init__(self, manner):
        self.manner = manner
        self.taken = b""
        self.lines = socket.create_server(("127.0.0.1", 0))
        self.address = self.lines.getsockname()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                line, _ = self.lines.accept()
            except OSError:
                return
            with line:
                self._print(line)

    def _print(self, line):
        while more := line.recv(4096):
            self.taken += more
            if self.manner == "silent":
                continue
            if self.manner == "dies midway" and b"\x1b@" in self.taken:
                return
            if more.endswith(ASK_PAPER):
                line.sendall(b"\x72" if self.manner == "no paper" else b"\x12")

    @property
    def printed(self):
        return self.taken.replace(ASK_PAPER, b"")


@contextmanager
def printer(manner="works"):
    found = PaperPrinter(manner)
    yield found
    found.lines.close()


@contextmanager
def printer_that_is_off():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    yield address


def test_a_network_printer_gets_the_bytes_of_the_ticket():
    with printer() as paper:
        NetworkPrinter(*paper.address).print(ticket_bytes(USUAL))
        assert paper.printed == ticket_bytes(USUAL)


def test_a_printer_that_says_nothing_about_itself_is_believed(monkeypatch):
    monkeypatch.setattr("knutpunkt.reception.printing.printers.STATUS_WITHIN", 0.05)
    with printer("silent") as paper:
        NetworkPrinter(*paper.address).print(b"ticket")


@pytest.mark.parametrize(
    ("manner", "refusal"), [("dies midway", PrinterStoppedMidway), ("no paper", PaperOut)]
)
def test_a_printer_that_cannot_print_is_noticed(manner, refusal):
    with printer(manner) as paper, pytest.raises(refusal):
        NetworkPrinter(*paper.address).print(ticket_bytes(USUAL))


def test_a_printer_that_is_off_is_noticed():
    with printer_that_is_off() as address, pytest.raises(PrinterUnreachable):
        NetworkPrinter(*address).print(b"ticket")


def test_the_environment_names_the_printer_of_each_office(monkeypatch, tmp_path):
    monkeypatch.setenv("KNUTPUNKT_PRINTER", f"file:{tmp_path}/all.bin")
    monkeypatch.setenv("KNUTPUNKT_PRINTER_GOTEBORG_GAMLESTADEN", "escpos://192.0.2.7")
    assert printer_of("goteborg-gamlestaden") == NetworkPrinter("192.0.2.7", 9100)
    assert printer_of("visby") == FilePrinter(tmp_path / "all.bin")


@pytest.mark.parametrize("address", ["lp0", "escpos://", "escpos://h:port", "file:", "http://h/"])
def test_an_address_that_is_none_is_refused(monkeypatch, address):
    monkeypatch.setenv("KNUTPUNKT_PRINTER", address)
    with pytest.raises(PrinterAddressUnreadable):
        printer_of("visby")


def test_an_office_without_a_printer_says_so(monkeypatch):
    monkeypatch.delenv("KNUTPUNKT_PRINTER", raising=False)
    with pytest.raises(PrinterNotSet, match="visby"):
        printer_of("visby")


# --- the spool ------------------------------------------------------------------------------------


@pytest.fixture
def visby(transactional_db):
    """An office that prints its tickets, with the spool of this process."""
    office = Office.objects.create(key="visby", recorded_by="a test")
    room_change(office=office, by="a test", prints_tickets=True)
    spool.forget_rooms()
    running = spool.spool_start()
    yield office
    assert running.wait(20)


def actor(office, role="greeter"):
    return Actor(office.pk, office.key, role, "p1")


def ticket_given(office, **said):
    return visit_open(by=actor(office), **said)


def printed(office):
    """Wait for the spool; states of the jobs by number."""
    assert spool.spool_start().wait(20)
    return {job.visit.ticket: job.state for job in PrintJob.objects.select_related("visit")}


def told():
    return list(
        Event.objects.filter(kind__in=("printed", "print-failed", "reprinted")).values_list(
            "ticket", "kind"
        )
    )


def test_a_ticket_is_printed_beside_the_work(visby, monkeypatch, tmp_path):
    monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"file:{tmp_path}/paper")
    monkeypatch.setenv("KNUTPUNKT_ADDRESS", "https://kontor.example/")
    given_out = ticket_given(visby)
    assert printed(visby) == {"A1": "printed"}
    paper = (tmp_path / "paper").read_bytes()
    assert b"A1\n" in paper
    assert f"https://kontor.example/q/{given_out.more['follow']}".encode() in paper
    assert told() == [("A1", "printed")]
    assert not tickets_unprinted(visby.pk)


def test_an_office_that_prints_nothing_makes_no_job(transactional_db):
    office = Office.objects.create(key="umea", recorded_by="a test")
    spool.forget_rooms()
    ticket_given(office)
    assert not PrintJob.objects.exists()


def test_practice_uses_no_paper(visby):
    ticket_given(visby, practice=True)
    assert not PrintJob.objects.exists()


def test_a_printer_that_is_off_delays_nobody_and_is_seen(visby, monkeypatch):
    with printer_that_is_off() as (host, port):
        monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"escpos://{host}:{port}")
        ticket_given(visby)
        assert printed(visby) == {"A1": "failed"}
    (missing,) = tickets_unprinted(visby.pk)
    assert (missing.number, missing.state) == ("A1", "failed")
    assert str(missing.problem)
    assert told() == [("A1", "print-failed")]


def test_a_printer_that_hangs_delays_nobody(visby, monkeypatch):
    monkeypatch.setattr("knutpunkt.reception.printing.printers.STATUS_WITHIN", 1.0)
    with printer("silent") as paper:
        host, port = paper.address
        monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"escpos://{host}:{port}")
        begun = time.perf_counter()
        numbers = [ticket_given(visby).number for _ in range(3)]
        took = time.perf_counter() - begun
        assert numbers == ["A1", "A2", "A3"]
        assert took < 1.0  # the printer keeps the spool for two seconds a ticket
        assert set(printed(visby).values()) == {"printed"}


def test_a_ticket_that_stopped_midway_is_printed_again_on_request(visby, monkeypatch, tmp_path):
    with printer("dies midway") as paper:
        host, port = paper.address
        monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"escpos://{host}:{port}")
        visit = ticket_given(visby).visit
        assert printed(visby) == {"A1": "failed"}
    monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"file:{tmp_path}/paper")
    assert ticket_reprint(by=actor(visby), visit=visit) == "queued"
    assert printed(visby) == {"A1": "reprinted"}
    assert b"Printed again" in (tmp_path / "paper").read_bytes()
    assert told() == [("A1", "print-failed"), ("A1", "reprinted")]


def test_a_printed_ticket_can_be_had_again_and_says_so(visby, monkeypatch, tmp_path):
    monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"file:{tmp_path}/paper")
    visit = ticket_given(visby).visit
    printed(visby)
    for _ in range(2):
        ticket_reprint(by=actor(visby, "officer"), visit=visit)
        assert printed(visby) == {"A1": "reprinted"}
    assert (tmp_path / "paper").read_bytes().count(b"Printed again") == 2


def test_a_reprint_is_refused_to_who_may_not_and_for_what_is_not_here(visby, monkeypatch, tmp_path):
    monkeypatch.setenv("KNUTPUNKT_PRINTER_VISBY", f"file:{tmp_path}/paper")
    visit = ticket_given(visby).visit
    printed(visby)
    with pytest.raises(NotAllowed):
        ticket_reprint(by=actor(visby, "display"), visit=visit)
    other = Office.objects.create(key="umea", recorded_by="a test")
    for by, key in ((actor(other), visit), (actor(visby), visit + 1)):
        with pytest.raises(ErrandUnknown):
            ticket_reprint(by=by, visit=key)


def test_of_two_spools_that_see_one_job_one_prints_it(visby, monkeypatch, tmp_path):
    monkeypatch.setattr(spool, "_office_prints", lambda _office: False)  # nobody is woken
    visit = ticket_given(visby).visit
    together, claims = threading.Barrier(4), []

    def look():
        from django.db import connections

        together.wait()
        claims.append(job_claim(visby.pk))
        connections.close_all()

    spools = [threading.Thread(target=look) for _ in range(4)]
    for one in spools:
        one.start()
    for one in spools:
        one.join()
    (mine,) = [claim for claim in claims if claim]
    assert mine.visit == visit
    assert job_printed(mine)
    assert not job_printed(mine)  # marked once
    assert told() == [("A1", "printed")]


def test_a_job_left_behind_by_a_killed_program_is_taken_up_and_its_own_mark_refused(
    visby, monkeypatch
):
    monkeypatch.setattr(spool, "_office_prints", lambda _office: False)
    begun = clock.now()
    ticket_given(visby)
    first = job_claim(visby.pk)
    assert job_claim(visby.pk) is None  # it is in somebody's hands
    with clock.said_to_be(begun + timedelta(seconds=40)):
        second = job_claim(visby.pk)
        assert second.visit == first.visit
        assert job_printed(second)
    assert not job_printed(first)
    assert told() == [("A1", "printed")]


def test_paper_that_comes_minutes_late_is_not_printed_but_seen(visby, monkeypatch):
    monkeypatch.setattr(spool, "_office_prints", lambda _office: False)
    ticket_given(visby)
    with clock.said_to_be(clock.now() + timedelta(minutes=4)):
        assert job_claim(visby.pk) is None
    assert [job.state for job in PrintJob.objects.all()] == ["failed"]
    (missing,) = tickets_unprinted(visby.pk)
    assert missing.number == "A1"


def test_the_paper_leads_to_the_page_of_its_visit(visby, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_ADDRESS", "https://kontor.example")
    visit = Visit.objects.get(pk=ticket_given(visby).visit)
    token = follow.follow_token(visit.pk)
    assert spool.link_on_paper(token) == f"https://kontor.example/q/{token}"
