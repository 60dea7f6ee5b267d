"""The spool: prints beside the work, so that no printer can keep anybody waiting.

A ticket is given out and committed first. The spool hears of it, and a thread of its own for the
office takes the jobs of that office one after another: a printer that hangs at one office delays
neither the visitors there nor the paper elsewhere.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connections

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.follow import follow_token
from knutpunkt.reception.ledger import tell_also
from knutpunkt.reception.models import PrintJob, Room
from knutpunkt.reception.printing.escpos import Ticket, ticket_bytes
from knutpunkt.reception.printing.jobs import Claim, job_claim, job_failed, job_printed
from knutpunkt.reception.printing.printers import PrinterFailed, printer_of
from knutpunkt.reception.selectors.opening import name_of
from knutpunkt.reception.selectors.queue import follow

log = logging.getLogger(__name__)

#: How long a process believes that an office prints tickets, in seconds.
BELIEVED = 10.0


class Spool:
    """Threads that print, one for an office that has something to print."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._wanted: set[int] = set()
        self._threads: dict[int, threading.Thread] = {}

    def wake(self, office: int) -> None:
        """Have the jobs of an office looked at; returns at once."""
        with self._lock:
            self._wanted.add(office)
            if office not in self._threads:
                thread = threading.Thread(
                    target=self._run, args=(office,), name=f"print spool {office}", daemon=True
                )
                self._threads[office] = thread
                thread.start()

    def wait(self, seconds: float = 20.0) -> bool:
        """Wait until nothing is left to print; false when that takes longer."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                running = list(self._threads.values())
            if not running:
                return True
            running[0].join(timeout=0.05)
        return False

    def _run(self, office: int) -> None:
        try:
            while self._still_wanted(office):
                try:
                    self._work(office)
                finally:
                    connections.close_all()
        except Exception:
            # Whatever goes wrong with paper, tickets are given out; the jobs stay to be seen.
            log.exception("The spool of office %s stopped; its tickets wait on record.", office)
            with self._lock:
                self._threads.pop(office, None)

    def _still_wanted(self, office: int) -> bool:
        with self._lock:
            if office in self._wanted:
                self._wanted.discard(office)
                return True
            del self._threads[office]
            return False


def print_waiting(office: int) -> None:
    """Print every job of an office that waits."""
    while (claim := job_claim(office)) is not None:
        print_one(claim)


def print_one(claim: Claim) -> None:
    """Print a claimed job and mark what came of it."""
    key = Office.objects.values_list("key", flat=True).get(pk=claim.office)
    try:
        printer_of(key).print(ticket_bytes(_ticket(claim)))
    except PrinterFailed as error:
        log.warning("Ticket of visit %s: %s", claim.visit, error)
        job_failed(claim, error.code)
    else:
        job_printed(claim)


def _ticket(claim: Claim) -> Ticket:
    token = follow_token(claim.visit)
    found = follow(token)
    if found is None:
        raise TicketGone
    visit = found.visit
    wait = found.told if found.told and None not in found.told and not claim.again else None
    return Ticket(
        number=visit.ticket,
        office=name_of(found.office),
        at=visit.opened_at or clock.now(),
        ahead=found.ahead,
        wait=(round(wait[0]), round(wait[2])) if wait else None,
        link=link_on_paper(token),
        again=claim.again,
        simulated=visit.simulated,
    )


class TicketGone(PrinterFailed):
    """The ticket belongs to another day."""

    code = "ticket-of-another-day"

    def __init__(self) -> None:
        super().__init__("The ticket belongs to another day.")


def link_on_paper(token: str) -> str:
    """Address of the visitor's page; empty while nobody has said how phones reach it."""
    address = public_address()
    return f"{address}/q/{token}" if address else ""


def public_address() -> str:
    """``KNUTPUNKT_ADDRESS``: how phones outside reach this installation, without a slash."""
    return os.environ.get("KNUTPUNKT_ADDRESS", "").rstrip("/")


_spool = Spool(print_waiting)
_listening = threading.Lock()
_prints: dict[int, tuple[float, bool]] = {}


def spool_start() -> Spool:
    """Listen for new tickets in this process, once; and take up what another left behind."""
    if _listening.acquire(blocking=False):
        tell_also(_heard)
        for visit in (
            PrintJob.objects.filter(state__in=("queued", "printing"))
            .values_list("visit__office_id", flat=True)
            .distinct()
        ):
            _spool.wake(visit)
    return _spool


def spool_wake(office: int) -> None:
    """Have the jobs of an office printed, beside whatever goes on here."""
    _spool.wake(office)


def _heard(office: int, events: list[dict[str, Any]]) -> None:
    gave_out = any(event["kind"] in ("issued", "checked-in") for event in events)
    if gave_out and _office_prints(office):
        _spool.wake(office)


def _office_prints(office: int) -> bool:
    kept = _prints.get(office)
    if kept is None or kept[0] < time.monotonic():
        prints = Room.objects.filter(office_id=office, prints_tickets=True).exists()
        kept = _prints[office] = (time.monotonic() + BELIEVED, prints)
    return kept[1]


def forget_rooms() -> None:
    """Look anew whether offices print: after a setting changed."""
    _prints.clear()
