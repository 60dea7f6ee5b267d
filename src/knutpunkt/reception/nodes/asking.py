"""What the centre wants done at an office that a node owns: kept until the node has done it."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core import serializers

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.models import Closure, EquipmentFault, NodeRequest
from knutpunkt.reception.nodes.bundle import bookings_ahead

#: A request of the API, to be carried out by the node as if it had been sent there.
AS_ASKED = "request"
MOST_AT_ONCE = 100


def ask_node(*, office: int, request_key: str, body: dict[str, Any]) -> NodeRequest:
    """Keep a request for the node of an office; the same request of the same actor is kept once.

    It is the same when office, actor, method, path and key are; so nobody gets the answer to
    what somebody else asked. The node carries it out under the key it came with (``once``).
    """
    said = body | ({"once": request_key} if request_key else {})
    request, _made = NodeRequest.objects.get_or_create(
        request_key=_kept_under(office, request_key, body) if request_key else uuid.uuid4().hex,
        defaults={
            "office_id": office,
            "action": AS_ASKED,
            "body": said,
            "asked_at": clock.now(),
        },
    )
    return request


def _kept_under(office: int, key: str, body: dict[str, Any]) -> str:
    who = body.get("actor", {})
    parts = (office, who.get("role"), who.get("name"), body.get("method"), body.get("path"), key)
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def waiting_requests(office: Office) -> list[dict[str, Any]]:
    """Requests the node has not answered, the oldest first."""
    found = NodeRequest.objects.filter(office=office, state=NodeRequest.State.WAITING)
    return [
        {"request_key": row.request_key, "action": row.action, "body": row.body}
        for row in found.order_by("asked_at", "pk")[:MOST_AT_ONCE]
    ]


def answers_note(office: Office, answers: list[dict[str, Any]]) -> None:
    """Note what a node has done with requests; twice is as once."""
    for said in answers:
        waiting = NodeRequest.objects.filter(
            office=office, request_key=said["request_key"], state=NodeRequest.State.WAITING
        )
        waiting.update(state=said["state"], answer=said["answer"])


def news_of(office: Office) -> str:
    """What the centre decides for a node: bookings, sudden closings, broken equipment."""
    rows = [
        *bookings_ahead(office),
        *Closure.objects.filter(office=office).order_by("-begins_at")[:5],
        *EquipmentFault.objects.filter(office=office).order_by("-broken_at")[:20],
    ]
    return str(serializers.serialize("json", rows))
