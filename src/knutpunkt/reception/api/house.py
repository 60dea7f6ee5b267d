"""One request answered: the address found, the token known, the body read, the wish carried out.

This stands apart from any server: ``urls.py`` calls it as a view, and ``web/wsgi.py`` directly,
because sessions, cookies and forms have no part in what a program asks with a token.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.actors import Actor, actor_of_token
from knutpunkt.reception.api import asked as reading
from knutpunkt.reception.api import bookings, calls, errands, nodes, overview, sessions, visits
from knutpunkt.reception.api.asked import Asked, Wish
from knutpunkt.reception.api.openapi import described
from knutpunkt.reception.api.problems import Broken, DatabaseAway, told
from knutpunkt.reception.api.schemas import Body, NoQuery
from knutpunkt.reception.api.ways import OK, Way, ways
from knutpunkt.reception.errors import ErrandUnknown, OfficeUnknown, OwnedByNode, TokenUnknown
from knutpunkt.reception.models import PER_OFFICE, NodeRequest
from knutpunkt.reception.nodes.asking import ask_node

log = logging.getLogger(__name__)

DESCRIPTION = "openapi.json"
ACCEPTED, CONFLICT = 202, 409
LONGEST_NUMBER = 16
NUMBER = re.compile(rf"[1-9][0-9]{{0,{LONGEST_NUMBER - 1}}}", re.ASCII)

TABLE = ways(
    visits.WAYS, calls.WAYS, errands.WAYS, sessions.WAYS, bookings.WAYS, overview.WAYS,
    nodes.WAYS,
)  # fmt: skip


#: Nothing of the desk may be kept on the way, framed, or taken for anything but JSON.
USUAL_HEADERS = (
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: its status, its JSON, and headers beyond the usual ones."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def answer(request: Asked) -> Told:
    """Answer a request; whatever goes wrong is told in the one shape of refusals."""
    with reading.in_the_language_of(request.environ):
        try:
            return _answered(request)
        except KnutpunktError as refused:
            return _refused(refused)
        except (OperationalError, InterfaceError):
            log.exception("The database did not answer %s %s.", request.method, request.path)
            _forget_a_broken_connection()
            return _refused(DatabaseAway())
        except Exception:  # whatever it is, the caller gets a sentence and the log the rest
            log.exception("%s %s failed.", request.method, request.path)
            _forget_a_broken_connection()
            return _refused(Broken())


def _answered(request: Asked) -> Told:
    if request.path == DESCRIPTION and request.method in ("GET", "HEAD"):
        return Told(OK, encoded(described(TABLE.rows)))
    way, words = TABLE.find(request.method, request.path)
    with reading.at_the_time_of(request.environ):
        by = _actor(request.environ)
        _refuse_strangers(by, words)
        if way.needs:
            by.need(way.needs)
        wish = _wish(request, way, by, words)
        try:
            return Told(way.status, encoded(way.does(wish)))
        except OwnedByNode:
            if way.method == "GET" or way.needs == "node":
                raise
            return Told(*_left_to_the_node(request, way, wish))


def _left_to_the_node(request: Asked, way: Way, wish: Wish) -> tuple[int, bytes]:
    """Keep a request for the node that owns the office, or give the node's answer to it."""
    by = wish.by
    body = {
        "actor": {"role": by.role, "name": by.name, "authority": by.authority},
        "method": request.method,
        "path": request.path,
        "said": wish.body.model_dump(mode="json"),
    }
    kept = ask_node(office=by.office, request_key=wish.request_key, body=body)
    answered: dict[str, Any] = kept.answer or {}
    if kept.state == NodeRequest.State.DONE:
        return way.status, encoded(answered)
    if kept.state == NodeRequest.State.REFUSED:
        return CONFLICT, encoded({"hint": "", "field": None, **answered})
    waits = {"number": None, "state": "left-to-node", "version": 0, "office_seq": 0}
    return ACCEPTED, encoded({**waits, "request": kept.request_key})


def carried_out(
    by: Actor, method: str, path: str, said: Mapping[str, Any], request_key: str
) -> dict[str, Any]:
    """Do at a node what somebody asked of the centre.

    Raises
    ------
    KnutpunktError
        Whatever would have been refused there.
    """
    way, words = TABLE.find(method, path)
    _refuse_strangers(by, words)
    if way.needs:
        by.need(way.needs)
    body = reading.validated(way.takes or Body, dict(said))
    return way.does(Wish(by, words, body, request_key))


def _wish(request: Asked, way: Way, by: Actor, words: Mapping[str, str]) -> Wish:
    if way.method == "GET":
        return Wish(by, words, reading.query_of(request, way.asks or NoQuery), "")
    body = reading.body_of(request, way.takes or Body, largest=way.largest)
    key = reading.scoped(by, request, reading.request_key_of(request.environ))
    return Wish(by, words, body, key)


def _actor(environ: Mapping[str, Any]) -> Actor:
    token = reading.token_of(environ)
    found = _actor_known(token) if token and token.isascii() else None
    if found is None:
        raise TokenUnknown
    return found


def _actor_known(token: str) -> Actor | None:
    """Look the token up; a connection that died since the last request is opened anew, once.

    Nothing has happened yet when this first question of a request fails, so asking again is safe
    and saves asking every connection before every request whether it still lives.
    """
    try:
        return actor_of_token(token)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return actor_of_token(token)


def _refuse_strangers(by: Actor, words: Mapping[str, str]) -> None:
    """Another office, and an errand of one, are told apart from none in no word."""
    office, errand = words.get("office"), words.get("errand")
    if office is not None and office != by.office_key:
        raise OfficeUnknown(office=office[:80])
    if errand is not None and not (
        NUMBER.fullmatch(errand) and int(errand) // PER_OFFICE == by.office
    ):
        raise ErrandUnknown(errand=errand[:LONGEST_NUMBER])


def _refused(refused: KnutpunktError) -> Told:
    headers: tuple[tuple[str, str], ...] = ()
    if refused.status == TokenUnknown.status:
        headers = (("WWW-Authenticate", 'Bearer realm="reception"'),)
    if allowed := getattr(refused, "allowed", None):
        headers = (("Allow", ", ".join(allowed)),)
    return Told(refused.status, encoded(told(refused)), headers)


def _forget_a_broken_connection() -> None:
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
    except DatabaseError:
        log.warning("A broken connection could not be closed.")


def encoded(said: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, å as å."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return text.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
