"""Notes on errands, where an office allows them: erased when the day ends, never in the log."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.held import errand_event
from knutpunkt.reception.ledger import office_turn
from knutpunkt.reception.models import ErrandNote, Room
from knutpunkt.reception.services.asking import errand_asked_for


class NotesNotAllowed(KnutpunktError):
    """The office keeps no notes."""

    code = "notes-not-allowed"
    hint = gettext_noop("The office manager can allow notes; without them nothing is kept.")
    status = 403

    def __init__(self) -> None:
        super().__init__(_("This office keeps no notes on errands."))


def note_keep(*, by: Actor, errand: int, text: str) -> None:
    """Keep a note on an errand until midnight; an empty text erases it.

    The log says that a note was written, never what it says.

    Raises
    ------
    NotesNotAllowed, ErrandUnknown, NotAllowed
        When it cannot be kept.
    """
    by.need("note")
    with office_turn(by.office) as turn:
        if not Room.objects.filter(office_id=by.office, notes_allowed=True).exists():
            raise NotesNotAllowed
        held = errand_asked_for(turn, by, errand, action="noted", version=None)
        said = text.strip()
        if said:
            kept = {"text": said, "purge_after": _midnight()}
            ErrandNote.objects.update_or_create(errand_id=errand, defaults=kept)
        else:
            ErrandNote.objects.filter(errand_id=errand).delete()
        errand_event(turn, held, "noted", data={"erased": True} if not said else None)


def _midnight() -> datetime:
    tomorrow = clock.today() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=clock.NETWORK_ZONE)
