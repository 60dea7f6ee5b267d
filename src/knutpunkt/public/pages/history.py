"""What happened to an office: events, moves and names, with who decided and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.core.edtf import DAWN
from knutpunkt.network.models import EventKind, OfficeAddress, OfficeName
from knutpunkt.network.selectors import EventOnRecord, OfficeOnDay
from knutpunkt.public import words
from knutpunkt.public.pages.sources import SourceShown, local, source_shown


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of an office's history."""

    earliest: date
    when: str
    what: str
    detail: str
    decided: str
    note: str
    source: SourceShown


def history(office: OfficeOnDay, *, known_on: date | None = None) -> tuple[Happening, ...]:
    """Everything on record about an office in order of time: two queries."""
    found = [_of_event(event) for event in office.events]
    addresses = OfficeAddress.objects.known_on(known_on).filter(office__key=office.key)
    names = OfficeName.objects.known_on(known_on).filter(office__key=office.key)
    found += [_of_move(row) for row in addresses if row.valid_from]
    found += [_of_name(row) for row in names if row.valid_from]
    return tuple(sorted(found, key=lambda happening: happening.earliest))


def _of_event(event: EventOnRecord) -> Happening:
    return Happening(
        earliest=event.earliest,
        when=words.between(event.earliest, event.latest),
        what=_event_words(event),
        detail="",
        decided=decided_words(event.decided_by, event.decided_on, event.decision),
        note=local(event, "note"),
        source=source_shown(event),
    )


def _event_words(event: EventOnRecord) -> str:
    planned = {
        "opened": _("Planned to open"),
        "closed": _("Planned last visiting day"),
    }
    if event.basis == "planned" and event.kind in planned:
        return planned[event.kind]
    said = {
        "opened": _("Opened to visitors"),
        "closed": _("Last visiting day"),
        "inaugurated": _("Inaugurated"),
        "paused": _("Paused"),
        "resumed": _("Opened again after a pause"),
        "announced": _("Announced"),
        "planned": _("Planned"),
    }
    return said.get(event.kind) or str(EventKind(event.kind).label)


def decided_words(by: str, on: str, decision: str) -> str:
    """Who decided, when, under which diary number."""
    deciders = {
        "board": _("the board"),
        "director-general": _("the director-general"),
        "government": _("the government"),
        "unknown": _("decider not known"),
    }
    when = words.rough_words(on)
    parts = (deciders.get(by, by), when, decision)
    return ", ".join(part for part in parts if part)


def _of_move(row: OfficeAddress) -> Happening:
    where = ", ".join(part for part in (row.street, row.locality) if part)
    return Happening(
        earliest=row.valid_from_earliest or DAWN,
        when=words.rough_words(row.valid_from),
        what=_("Address from this day"),
        detail=where or _("address not known"),
        decided=decided_words(row.decided_by, "", row.decision),
        note=local(row, "note"),
        source=source_shown(row),
    )


def _of_name(row: OfficeName) -> Happening:
    return Happening(
        earliest=row.valid_from_earliest or DAWN,
        when=words.rough_words(row.valid_from),
        what=_("Name from this day"),
        detail=row.name,
        decided=decided_words(row.decided_by, "", row.decision),
        note=local(row, "note"),
        source=source_shown(row),
    )
