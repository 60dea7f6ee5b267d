"""A request as it came, and how its parts are read, each refused in a sentence."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import parse_qs

from django.utils import translation
from pydantic import BaseModel, ValidationError

from knutpunkt.core import clock
from knutpunkt.core.errors import InstantUnreadable
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.api.problems import (
    BodyTooLarge,
    BodyUnreadable,
    LengthMissing,
    NoSimulationHere,
    ValueUnreadable,
    unreadable,
)

LARGEST_BODY = 16_384
LONGEST_KEY = 64
MARK = 16
LANGUAGES = ("en", "sv")
BEARER = "bearer "
SIMULATION = "KNUTPUNKT_SIMULATION"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its method, its path below /api/reception/, its environment and its body."""

    method: str
    path: str
    environ: Mapping[str, Any]
    read: Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants what: the actor, the words of the path, the body, and the key of the request."""

    by: Actor
    words: Mapping[str, str]
    body: Any
    request_key: str

    @property
    def once(self) -> dict[str, Any]:
        """What every action takes: the key of the request, and the device's own clock."""
        return {"request_key": self.request_key, "at_device": self.body.at_device}


def token_of(environ: Mapping[str, Any]) -> str:
    """Read the bearer token; empty when there is none."""
    said = str(environ.get("HTTP_AUTHORIZATION", ""))
    return said[len(BEARER) :].strip() if said[: len(BEARER)].lower() == BEARER else ""


def request_key_of(environ: Mapping[str, Any]) -> str:
    """Read the key under which a request is carried out once.

    Raises
    ------
    ValueUnreadable
        When it is longer than 64 printable ASCII characters.
    """
    key = str(environ.get("HTTP_IDEMPOTENCY_KEY", "")).strip()
    if len(key) > LONGEST_KEY or not (key.isascii() and (key.isprintable() or not key)):
        raise ValueUnreadable(
            field="Idempotency-Key", reason=f"it has at most {LONGEST_KEY} ASCII characters"
        )
    return key


def scoped(by: Actor, asked: Asked, key: str) -> str:
    """What is kept of a request's key: it counts for this actor and this address alone.

    So nobody gets another's answer, whatever key they choose.
    """
    if not key:
        return ""
    whose = f"{by.role}\n{by.name}\n{asked.method}\n{asked.path}"
    mark = hashlib.sha256(whose.encode()).hexdigest()[:MARK]
    room = LONGEST_KEY - MARK - 1
    kept = key if len(key) <= room else hashlib.sha256(key.encode()).hexdigest()[:room]
    return f"{mark}:{kept}"


def body_of(asked: Asked, schema: type[BaseModel], *, largest: int = LARGEST_BODY) -> BaseModel:
    """Read the body; an empty one leaves everything as usual.

    Raises
    ------
    BodyTooLarge, BodyUnreadable, ValueUnreadable
        When it cannot be read as an object of the schema.
    """
    raw = _raw(asked, largest)
    content = _json(raw) if raw.strip() else {}
    if not isinstance(content, dict):
        raise BodyUnreadable("The body is JSON, but not an object.")
    return validated(schema, content)


def query_of(asked: Asked, schema: type[BaseModel]) -> BaseModel:
    """Read what stands after the question mark; of a value given twice the last counts."""
    text = str(asked.environ.get("QUERY_STRING", ""))
    values = {name: given[-1] for name, given in parse_qs(text, keep_blank_values=True).items()}
    return validated(schema, values)


@contextmanager
def in_the_language_of(environ: Mapping[str, Any]) -> Iterator[None]:
    """Tell refusals in Swedish or English, as the caller prefers; English when nothing is said."""
    with translation.override(_preferred(str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:200])):
        yield


@contextmanager
def at_the_time_of(environ: Mapping[str, Any]) -> Iterator[None]:
    """Let it be the time a simulation says, on a server that was started for one.

    Raises
    ------
    NoSimulationHere, ValueUnreadable
        When the server is none, or the time cannot be read.
    """
    said = environ.get("HTTP_X_SIMULATED_AT")
    if not said:
        yield
        return
    if os.environ.get(SIMULATION) != "1":
        raise NoSimulationHere
    try:
        moment = clock.instant(str(said))
    except InstantUnreadable as refused:
        raise ValueUnreadable(field="X-Simulated-At", reason=refused.hint.rstrip(".")) from None
    with clock.said_to_be(moment):
        yield


def validated(schema: type[BaseModel], content: dict[str, Any]) -> BaseModel:
    """Read plain values as an object of the schema.

    Raises
    ------
    ValueUnreadable
        Naming the first that cannot be read.
    """
    try:
        return schema.model_validate(content)
    except ValidationError as refused:
        raise unreadable(refused) from None


def _raw(asked: Asked, largest: int) -> bytes:
    if asked.environ.get("HTTP_TRANSFER_ENCODING") and not asked.environ.get("CONTENT_LENGTH"):
        raise LengthMissing
    try:
        length = int(asked.environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise BodyUnreadable("The length of the body is no number.") from None
    if length > largest:
        raise BodyTooLarge(most=largest)
    return asked.read(length) if length > 0 else b""


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BodyUnreadable("The body cannot be read as JSON.") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


@lru_cache(maxsize=256)
def _preferred(accepted: str) -> str:
    """The first of our languages in the header; weights are left to the order they come in."""
    for part in accepted.lower().split(","):
        language = part.strip().partition(";")[0].partition("-")[0]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]
