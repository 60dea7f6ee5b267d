"""The link by which a visitor follows the own place in the queue, without an account.

A token is the visit's key and a mark that only this installation can make (HMAC-SHA-256, 96
bits), so that none can be guessed or counted through, and nothing about it needs to be kept. A
node signs with the key of its centre, which it got when it was attached.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
from functools import lru_cache

from django.utils.crypto import constant_time_compare, salted_hmac

from knutpunkt.reception.models.visits import PER_OFFICE

_SALT = "knutpunkt.reception.follow"
_KEY_BYTES, _MARK_BYTES = 7, 12


def follow_token(visit: int) -> str:
    """Token of a visit: 26 letters, digits, - and _."""
    key = visit.to_bytes(_KEY_BYTES, "big")
    return base64.urlsafe_b64encode(key + _mark(key)).decode().rstrip("=")


def visit_followed(token: str) -> int | None:
    """Key of the visit a token belongs to; nothing for anything else."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _KEY_BYTES + _MARK_BYTES:
        return None
    key = raw[:_KEY_BYTES]
    right = constant_time_compare(raw[_KEY_BYTES:], _mark(key))
    return int.from_bytes(key, "big") if right and follow_token_is(token, key) else None


def follow_token_is(token: str, key: bytes) -> bool:
    """Whether the token is written as we write it; there is one way, so that links are the same."""
    return token == base64.urlsafe_b64encode(key + _mark(key)).decode().rstrip("=")


def office_key(office: int) -> str:
    """Key that marks the visits of one office; a node gets this one and no other."""
    return os.environ.get("KNUTPUNKT_FOLLOW_KEY") or _office_key(office)


@lru_cache(maxsize=2048)
def _office_key(office: int) -> str:
    return salted_hmac(_SALT, str(office), algorithm="sha256").hexdigest()


def _mark(key: bytes) -> bytes:
    secret = office_key(int.from_bytes(key, "big") // PER_OFFICE)
    return hmac.digest(secret.encode(), key, "sha256")[:_MARK_BYTES]
