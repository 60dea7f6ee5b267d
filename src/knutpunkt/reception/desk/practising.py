"""Tickets to practise with: taken at the desk by whoever practises there, with nothing asked."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.sessions import sessions_of
from knutpunkt.reception.services.visits import visit_open


class NotPractising(KnutpunktError):
    """Somebody wants a practice ticket and does not practise."""

    code = "not-practising"
    hint = gettext_noop("Close the counter and open it again with “Practise” marked.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("Practice tickets are for whoever practises at a counter."))


def practice_ticket(*, by: Actor, request_key: str = "") -> Answer:
    """Let a visitor come who is none, for somebody who practises.

    Raises
    ------
    NotPractising, NotAllowed, OwnedByNode
        When no practice ticket can be given.
    """
    if not any(one.practice for one in sessions_of(by)):
        raise NotPractising
    return visit_open(by=by, authority=by.authority, practice=True, request_key=request_key)
