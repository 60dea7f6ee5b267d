"""What a visitor must know before the trip: planned, paused, closing, closed, moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.core.edtf import DUSK
from knutpunkt.network.selectors import OfficeOnDay
from knutpunkt.public import words
from knutpunkt.public.pages.states import last_day_words, opening_words


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice; ``alternatives`` asks for the nearest other offices beside it."""

    title: str
    text: str
    alternatives: bool = False


def notices(office: OfficeOnDay, day: date) -> tuple[Notice, ...]:
    """Everything worth a notice on a day, most important first."""
    found = {
        "planned": _planned,
        "announced": _planned,
        "paused": _paused,
        "closing": _closing,
        "closed": _closed,
        "perhaps-open": _perhaps,
        "unknown": _doubtful,
    }.get(office.state)
    moved = () if office.address.certain else (_moved(),)
    return (found(office, day), *moved) if found else moved


def _planned(office: OfficeOnDay, day: date) -> Notice:
    when = opening_words(office)
    if office.stays and _latest_said(office) < day:
        said = _("An opening was planned for %(when)s. No source we hold says that it took place.")
        return Notice(_("Planned, not confirmed"), said % {"when": when}, alternatives=True)
    said = _("This office is planned to open %(when)s. It is not open yet.")
    return Notice(_("Not open yet"), said % {"when": when}, alternatives=True)


def _latest_said(office: OfficeOnDay) -> date:
    """The last day for which the opening was planned, by whoever planned it."""
    planned = [event.latest for event in office.events if event.kind == "opened"]
    return max(planned, default=DUSK)


def _paused(office: OfficeOnDay, day: date) -> Notice:
    return Notice(_("Paused"), _("The office takes no visitors for now."), alternatives=True)


def _closing(office: OfficeOnDay, day: date) -> Notice:
    said = _("The last visiting day is %(day)s. After that, go to another office.")
    return Notice(
        _("This office is closing"), said % {"day": last_day_words(office)}, alternatives=True
    )


def _closed(office: OfficeOnDay, day: date) -> Notice:
    said = _("The last visiting day was %(day)s. This page stays, so that its history can be read.")
    return Notice(
        _("This office is closed for good"),
        said % {"day": last_day_words(office)},
        alternatives=True,
    )


def _perhaps(office: OfficeOnDay, day: date) -> Notice:
    stay = next((stay for stay in office.stays if stay.open_on(day) == "perhaps"), None)
    if stay and stay.closed and stay.closed.earliest <= day:
        said = _("The last visiting day is known only roughly: %(day)s. Ask before you go.")
        when = words.between(stay.closed.earliest, stay.closed.latest)
    else:
        said = _("The day of opening is known only roughly: %(day)s. Ask before you go.")
        when = opening_words(office)
    return Notice(_("Perhaps in operation"), said % {"day": when}, alternatives=True)


def _doubtful(office: OfficeOnDay, day: date) -> Notice:
    later = [stay for stay in office.stays if day < stay.opened.earliest < DUSK]
    if later:
        opened = words.between(later[0].opened.earliest, later[0].opened.latest)
        return Notice(
            _("Not open yet on this day"), _("The office opened later: %(day)s.") % {"day": opened}
        )
    said = _("No source we trust says that this office is in operation, so it is not counted.")
    return Notice(_("Not confirmed"), said, alternatives=True)


def _moved() -> Notice:
    said = _(
        "The office has moved, and the day of the move is known only roughly. See its history."
    )
    return Notice(_("Address not certain on this day"), said)
