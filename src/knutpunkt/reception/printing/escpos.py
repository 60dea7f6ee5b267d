"""A ticket in ESC/POS, the language of receipt printers.

Only Swedish and English stand on paper. Printers hold a Latin code table; few hold Arabic,
Ethiopic or Cyrillic letters and none of them joins Arabic ones, so other languages would come out
as question marks on some machine somewhere. The number is the same in every language, and the
page behind the QR code speaks the visitor's own.

The commands are those of Epson's reference, which other makers follow:
https://download4.epson.biz/sec_pubs/pos/reference_en/escpos/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ESC, GS, LF = b"\x1b", b"\x1d", b"\n"

INITIALISE = ESC + b"@"
#: ``ESC t 19``: code table PC858, which has å, ä, ö and the euro.
CODE_TABLE = ESC + b"t\x13"
ENCODING = "cp858"
CENTRED = ESC + b"a\x01"
BOLD, NOT_BOLD = ESC + b"E\x01", ESC + b"E\x00"
#: ``GS V 66 n``: feed n dots past the knife, then cut all but one point.
CUT = GS + b"V\x42\x40"

#: Letters in a line of usual size on paper 80 mm wide.
LINE = 42
#: Letters are made at most this many times as wide and high.
LARGEST = 8
MOST_OF_A_CODE = 2_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What stands on the paper. ``link`` is the visitor's own page; empty prints no QR code."""

    number: str
    office: str
    at: datetime
    ahead: int | None = None
    wait: tuple[int, int] | None = None
    link: str = ""
    again: bool = False
    simulated: bool = False


def ticket_bytes(ticket: Ticket) -> bytes:
    """Write a ticket as a printer reads it.

    Parameters
    ----------
    ticket
        What stands on it; letters outside the code table become question marks.

    Returns
    -------
    bytes
        Commands and text, ending with the cut.
    """
    parts = [
        INITIALISE, CODE_TABLE, CENTRED,
        BOLD, _line(ticket.office), NOT_BOLD,
        _line("Ditt nummer / Your number"),
        LF, _sized(_times(ticket.number)), _line(ticket.number), _sized(1),
        *(_line(text) for text in _sentences(ticket)),
        *_code_with_its_words(ticket.link),
        CUT,
    ]  # fmt: skip
    return b"".join(parts)


def _sentences(ticket: Ticket) -> list[str]:
    said = [""]
    if ticket.ahead is not None:
        said.append(f"Före dig / Ahead of you: {ticket.ahead}")
    if ticket.wait is not None:
        said.append(f"Väntetid / Wait: {ticket.wait[0]}-{ticket.wait[1]} min")
    said.append(f"{ticket.at:%Y-%m-%d %H:%M}")
    if ticket.again:
        said.append("Utskriven på nytt / Printed again")
    if ticket.simulated:
        said.append("SIMULERAT / SIMULATED")
    return said


def _code_with_its_words(link: str) -> list[bytes]:
    if not link:
        return []
    words = (_line("Följ kön i telefonen"), _line("Follow the queue on your phone"))
    return [LF, qr_code(link), LF, *words]


def qr_code(text: str, *, dots: int = 5) -> bytes:
    """Let the printer draw a QR code: ``GS ( k``, functions 165, 167, 169, 180 and 181.

    Parameters
    ----------
    text
        What the code says, 1 to 2 000 bytes of UTF-8.
    dots
        Side of one module, in printer dots, 1 to 16.

    Raises
    ------
    ValueError
        When the text is empty or too long.
    """
    said = text.encode()
    if not 0 < len(said) <= MOST_OF_A_CODE:
        raise ValueError(f"A QR code takes 1 to {MOST_OF_A_CODE} bytes, not {len(said)}.")
    return b"".join(
        (
            _symbol(b"1A2\x00"),  # model 2
            _symbol(b"1C" + bytes([dots])),  # size of a module
            _symbol(b"1E1"),  # error correction M: 15 % may be unreadable
            _symbol(b"1P0" + said),  # store
            _symbol(b"1Q0"),  # print
        )
    )


def _symbol(body: bytes) -> bytes:
    return GS + b"(k" + len(body).to_bytes(2, "little") + body


def _times(number: str) -> int:
    """How many times its usual size a number fits on the line, at most eight."""
    return max(1, min(LARGEST, LINE // max(1, len(number))))


def _sized(times: int) -> bytes:
    """``GS !``: width in the upper half of the byte, height in the lower, both less one."""
    return GS + b"!" + bytes([(times - 1) * 17])


def _line(text: str) -> bytes:
    printable = "".join(letter for letter in text if letter.isprintable())
    return printable[:LINE].encode(ENCODING, "replace") + LF
