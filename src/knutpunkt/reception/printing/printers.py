"""Printers: where the bytes of a ticket go.

The environment names the printer of an office, in the process that gives out its tickets::

    KNUTPUNKT_PRINTER_GOTEBORG_GAMLESTADEN=escpos://192.0.2.7:9100

The name is the office's key in capitals, hyphens as underscores; ``KNUTPUNKT_PRINTER`` holds for
every office without its own, as on a node that serves one office. ``file:/path/tickets.bin``
appends to a file instead. It is a matter of the machine and its network, not of the register, so
it stands in neither.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError

#: Seconds until a printer has to have taken a ticket.
PATIENCE = 5.0
#: Seconds in which a printer that can say how it is has said it.
STATUS_WITHIN = 1.0
PORT = 9100

#: ``DLE EOT 4``: the state of the paper, answered at once and past anything that waits.
ASK_PAPER = b"\x10\x04\x04"
#: Both bits of the paper-end sensor.
PAPER_END = 0x60


class PrinterFailed(KnutpunktError):
    """A ticket did not come out of the printer."""

    code: ClassVar[str] = "printer-failed"
    hint = gettext_noop("Look at the printer, then print the ticket again.")
    status = 502


class PrinterNotSet(PrinterFailed):
    """Nobody has said which printer the office has."""

    code = "printer-not-set"
    hint = gettext_noop("Name the printer in KNUTPUNKT_PRINTER and start the program again.")

    def __init__(self, *, office: str) -> None:
        super().__init__(_("No printer is named for “%(office)s”.") % {"office": office})


class PrinterAddressUnreadable(PrinterFailed):
    """The address of a printer is none."""

    code = "printer-address-unreadable"
    hint = gettext_noop("Write escpos://host:9100 or file:/path/to/a/file.")

    def __init__(self, *, address: str) -> None:
        super().__init__(_("“%(address)s” is no address of a printer.") % {"address": address[:60]})


class PrinterUnreachable(PrinterFailed):
    """The printer is off, or the line to it is cut."""

    code = "printer-unreachable"

    def __init__(self, *, reason: str) -> None:
        super().__init__(_("The printer cannot be reached: %(reason)s.") % {"reason": reason})


class PrinterStoppedMidway(PrinterFailed):
    """The printer took part of the ticket and no more."""

    code = "printer-stopped-midway"

    def __init__(self) -> None:
        super().__init__(_("The printer stopped in the middle of the ticket."))


class PaperOut(PrinterFailed):
    """The roll of paper is at its end."""

    code = "paper-out"
    hint = gettext_noop("Put in a new roll, then print the ticket again.")

    def __init__(self) -> None:
        super().__init__(_("The printer has no paper."))


class Printer(Protocol):
    """Takes the bytes of a ticket, or says why it could not."""

    def print(self, ticket: bytes) -> None:
        """Print a ticket.

        Raises
        ------
        PrinterFailed
            When it did not come out.
        """


@dataclass(frozen=True, slots=True)
class FilePrinter:
    """Appends tickets to a file: for tests, and to see what would be printed."""

    path: Path

    def print(self, ticket: bytes) -> None:
        """Append the ticket."""
        try:
            with self.path.open("ab") as paper:
                paper.write(ticket)
        except OSError as error:
            raise PrinterUnreachable(reason=error.strerror or str(error)) from None


@dataclass(frozen=True, slots=True)
class NetworkPrinter:
    """A receipt printer that listens on a port, usually 9100.

    It is asked for its paper before the ticket and again after it. One that never answers (some
    do not) is believed as long as it takes the bytes and keeps the line open.
    """

    host: str
    port: int = PORT
    patience: float = PATIENCE

    def print(self, ticket: bytes) -> None:
        """Send the ticket and look whether the printer is still there afterwards."""
        try:
            line = socket.create_connection((self.host, self.port), timeout=self.patience)
        except OSError as error:
            raise PrinterUnreachable(reason=error.strerror or str(error)) from None
        with line:
            try:
                _refuse_without_paper(line)
                line.settimeout(self.patience)
                line.sendall(ticket)
                _refuse_without_paper(line)
            except OSError:
                raise PrinterStoppedMidway from None


def _refuse_without_paper(line: socket.socket) -> None:
    line.settimeout(STATUS_WITHIN)
    line.sendall(ASK_PAPER)
    try:
        said = line.recv(16)
    except TimeoutError:
        return  # a printer that says nothing about itself
    if not said:
        raise PrinterStoppedMidway
    if said[-1] & PAPER_END:
        raise PaperOut


def printer_of(office_key: str) -> Printer:
    """Find the printer of an office.

    Raises
    ------
    PrinterNotSet, PrinterAddressUnreadable
        When there is none.
    """
    own = "KNUTPUNKT_PRINTER_" + office_key.upper().replace("-", "_")
    address = os.environ.get(own) or os.environ.get("KNUTPUNKT_PRINTER", "")
    if not address:
        raise PrinterNotSet(office=office_key)
    return _printer_at(address)


def _printer_at(address: str) -> Printer:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        raise PrinterAddressUnreadable(address=address) from None
    if parts.scheme == "escpos" and host:
        return NetworkPrinter(host, port)
    if parts.scheme == "file" and parts.path:
        return FilePrinter(Path(parts.path))
    raise PrinterAddressUnreadable(address=address)
