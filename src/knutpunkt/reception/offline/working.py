"""A node at work: it exchanges with the centre whenever there is a line, and never waits for it."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from django.core import serializers
from django.db import Error, close_old_connections, transaction

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.api.house import carried_out
from knutpunkt.reception.ledger import office_turn
from knutpunkt.reception.models import Booking, Node, NodeRequest
from knutpunkt.reception.nodes.asking import AS_ASKED
from knutpunkt.reception.nodes.batch import batch_after
from knutpunkt.reception.offline.line import Line
from knutpunkt.reception.selectors.menu import forget_menus

log = logging.getLogger(__name__)

EXCHANGE_EVERY = 2.0
#: While the centre is away it is asked more and more seldom, in seconds.
ASK_AT_MOST_EVERY = 30.0


@dataclass
class Work:
    """What a node keeps in mind between two exchanges."""

    office: Office
    name: str
    line: Line
    answers: list[dict[str, Any]] = field(default_factory=list)

    def exchange(self) -> bool:
        """Bring one batch and do what is asked; true when nothing is left to bring.

        Raises
        ------
        CentreAway, CentreRefuses
            When it did not come to that; everything is kept for the next time.
        """
        node = Node.objects.get(office=self.office, detached_at=None)
        batch = batch_after(self.office, node.merged_through)
        said = {"name": self.name, "batch": batch, "answers": self.answers}
        told = self.line.exchange(said)
        self.answers = []
        node.merged_through = told["merged_through"]
        node.lease = told["lease"]
        node.save(update_fields=["merged_through", "lease"])
        self._hear_news(told["news"])
        for request in told["requests"]:
            self.answers.append(self._carry_out(request))
        return bool(batch["complete"]) and not told["requests"]

    def _hear_news(self, text: str) -> None:
        """Take over what the centre decides; a visitor who has checked in here stays so."""
        with transaction.atomic():
            for row in serializers.deserialize("json", text):
                if not (isinstance(row.object, Booking) and _is_further(row.object)):
                    row.save()
        forget_menus()

    def _carry_out(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the centre asks, once: the key of the request stands in the log."""
        done, refused = NodeRequest.State.DONE, NodeRequest.State.REFUSED
        try:
            answer = self._do(request)
        except KnutpunktError as error:
            said = {"code": error.code, "message": str(error)}
            return {"request_key": request["request_key"], "state": refused, "answer": said}
        return {"request_key": request["request_key"], "state": done, "answer": answer}

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        body, key = request["body"], request["request_key"]
        if request["action"] == AS_ASKED:
            actor = Actor(self.office.pk, self.office.key, **body["actor"])
            once = body.get("once") or key
            return carried_out(actor, body["method"], body["path"], body["said"], once)
        with office_turn(self.office.pk) as turn:
            known = turn.row(
                "SELECT office_seq FROM reception_event WHERE office_id = %s AND request_key = %s",
                self.office.pk,
                key,
            )
            if known is not None:
                turn.nothing()
                return {"office_seq": known[0]}
            seq = turn.event(request["action"], **body, request_key=key)
            return {"office_seq": seq}


def _is_further(row: Booking) -> bool:
    """Whether the node knows more of a booking than the centre does."""
    return Booking.objects.filter(pk=row.pk, version__gt=row.version).exists()


def work(job: Work, stop: threading.Event) -> None:
    """Exchange until stopped, whatever happens to the line."""
    pause = EXCHANGE_EVERY
    while not stop.wait(pause):
        close_old_connections()
        try:
            nothing_left = job.exchange()
            pause = EXCHANGE_EVERY if nothing_left else 0.05
        except KnutpunktError as away:
            log.warning("%s The office goes on alone.", away)
            pause = min(max(pause, EXCHANGE_EVERY) * 2, ASK_AT_MOST_EVERY)
        except Error:
            log.exception("The node's own file did not answer; it is asked again.")
            pause = ASK_AT_MOST_EVERY
