"""The printer is off: visitors get their numbers, and what is missing on paper can be seen.

The printer is a socket of our own, as network printers are; off means that nobody listens.
"""

import socket
import threading
import time
from contextlib import contextmanager

import pytest

from support.faults import record
from support.reception import OFFICE, Asked, Line, contradictions
from support.servers import free_port, servers_running

pytestmark = pytest.mark.slow

VISITS = f"/api/reception/{OFFICE}/visits"
TICKETS = 5
SOON = 0.5


@contextmanager
def printer(port):
    """A printer that takes whatever comes; what it was sent."""
    taken, listening = [], socket.create_server(("127.0.0.1", port))
    listening.settimeout(0.1)
    stop = threading.Event()

    def take():
        while not stop.is_set():
            try:
                link, _ = listening.accept()
            except TimeoutError:
                continue
            link.settimeout(2)
            taken.append(_all_of(link))

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    yield taken
    stop.set()
    thread.join(timeout=5)
    listening.close()


def _all_of(link):
    said = b""
    try:
        while part := link.recv(4096):
            said += part
    except TimeoutError:
        pass
    link.close()
    return said


def jobs(installation):
    """States of the tickets on their way to paper, by visit."""
    return dict(installation.read("SELECT visit_id, state FROM reception_printjob"))


def until_jobs(installation, expected, *, seconds=20):
    end = time.monotonic() + seconds
    while jobs(installation) != expected and time.monotonic() < end:
        time.sleep(0.05)
    return jobs(installation)


def test_tickets_are_given_out_while_the_printer_is_off_and_printed_when_it_is_on(installation):
    port = free_port()
    installation.room(OFFICE, prints_tickets=True)
    (token,) = installation.tokens(OFFICE, "officer=prints")
    around = {"KNUTPUNKT_PRINTER": f"escpos://127.0.0.1:{port}"}
    with servers_running(installation, **around) as (server,):
        line = Line(server.port)
        begun = time.monotonic()
        given = [line.ask(Asked("POST", VISITS, {}, token)).said for _ in range(TICKETS)]
        took = (time.monotonic() - begun) / TICKETS
        failed = {ticket["visit"]: "failed" for ticket in given}
        wrong = [] if until_jobs(installation, failed) == failed else [f"off: {jobs(installation)}"]
        with printer(port) as paper:
            late = line.ask(Asked("POST", VISITS, {}, token)).said
            expected = failed | {late["visit"]: "printed"}
            if until_jobs(installation, expected) != expected:
                wrong.append(f"on: {jobs(installation)}")
        if not any(late["number"].encode() in said for said in paper):
            wrong.append(f"{late['number']} is not on {paper}")
        line.close()
    if took > SOON:
        wrong.append(f"a ticket took {took:.1f} s")
    wrong += contradictions(installation)
    record("printer off", rounds=1, actions=TICKETS + 1, found=len(wrong))
    assert not wrong, wrong
