"""Codes of bookings: ten letters and digits that can be read aloud, and that nobody can guess.

A code is computed from the booking's random key and the signing key of the installation, so that
it can be written into a message without being kept anywhere; the database holds a keyed hash of
it. Whoever has only the database can compute neither. Letters are those of Crockford's base 32
(https://www.crockford.com/base32.html), which leaves out I, L, O and U.
"""

from __future__ import annotations

from uuid import UUID

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # 50 bits; the doors count how often somebody tries
_BITS = 5
_HEARD_AS = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None, "\u2011": None})


def code_of(booking: UUID) -> str:
    """The code of a booking, as it is typed: ``"7K3M9QX2TD"``."""
    number = int.from_bytes(_keyed("code of a booking", booking.hex), "big")
    letters = [ALPHABET[(number >> (_BITS * place)) % len(ALPHABET)] for place in range(LENGTH)]
    return "".join(letters)


def spoken(code: str) -> str:
    """A code in two groups, as it is shown and read aloud."""
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"


def typed(text: str) -> str:
    """Read a code however it was typed; empty when it can be none."""
    code = text.strip().upper().translate(_HEARD_AS)
    good = len(code) == LENGTH and all(letter in ALPHABET for letter in code)
    return code if good else ""


def code_hash(code: str) -> str:
    """What the database keeps of a code."""
    return _keyed("hash of a code", code).hex()


def _keyed(purpose: str, text: str) -> bytes:
    return salted_hmac(f"knutpunkt.reception: {purpose}", text, algorithm="sha256").digest()
