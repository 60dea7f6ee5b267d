"""What a visitor must know before the trip: planned, paused, closing, closed, moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.core.edtf import DUSK
from knutpunkt.network.selectors import EventOnRecord, NetworkOnDay, OfficeOnDay
from knutpunkt.public import words
from knutpunkt.public.pages.sources import local
from knutpunkt.public.pages.states import (
    closing_said_later,
    last_day_words,
    latest_opening_said,
    opening_is_a_guess,
    opening_words,
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice; ``alternatives`` asks for the nearest other offices beside it."""

    title: str
    text: str
    alternatives: bool = False


def notices(office: OfficeOnDay, network: NetworkOnDay) -> tuple[Notice, ...]:
    """Everything worth a notice on the day of the network, most important first."""
    day = network.day
    found = [] if closing_said_later(office, network) else _of_state(office, day)
    if guess := opening_is_a_guess(office):
        found.append(_guessed(guess))
    if not office.address.certain:
        found.append(_moved())
    return tuple(found)


def _of_state(office: OfficeOnDay, day: date) -> list[Notice]:
    by_state: dict[str, Callable[[], Notice]] = {
        "planned": lambda: _planned(office, day),
        "announced": lambda: _planned(office, day),
        "paused": _paused,
        "closing": lambda: _closing(office, day),
        "closed": lambda: _closed(office, day),
        "perhaps-open": lambda: _perhaps(office, day),
        "unknown": lambda: _doubtful(office, day),
    }
    return [by_state[office.state]()] if office.state in by_state else []


def _planned(office: OfficeOnDay, day: date) -> Notice:
    when = opening_words(office)
    if office.stays and latest_opening_said(office) < day:
        said = _("An opening was planned for %(when)s. No source we hold says that it took place.")
        return Notice(_("Planned, not confirmed"), said % {"when": when}, alternatives=True)
    said = _("This office is planned to open %(when)s. It is not open yet.")
    return Notice(_("Not open yet"), said % {"when": when}, alternatives=True)


def _paused() -> Notice:
    return Notice(_("Paused"), _("The office takes no visitors for now."), alternatives=True)


def _closing(office: OfficeOnDay, day: date) -> Notice:
    said = _("The last visiting day is %(day)s. After that, go to another office.")
    return Notice(
        _("This office is closing"), said % {"day": last_day_words(office, day)}, alternatives=True
    )


def _closed(office: OfficeOnDay, day: date) -> Notice:
    said = _("The last visiting day was %(day)s. This page stays, so that its history can be read.")
    return Notice(
        _("This office is closed for good"),
        said % {"day": last_day_words(office, day)},
        alternatives=True,
    )


def _perhaps(office: OfficeOnDay, day: date) -> Notice:
    stay = next((stay for stay in office.stays if stay.open_on(day) == "perhaps"), None)
    closed = stay.closed if stay else None
    ending = _("The last visiting day is known only roughly: %(day)s. Ask before you go.")
    beginning = _("The day of opening is known only roughly: %(day)s. Ask before you go.")
    if closed and closed.earliest <= day:
        text = ending % {"day": words.between(closed.earliest, closed.latest)}
    else:
        text = beginning % {"day": opening_words(office)}
    if closed and day < closed.earliest == closed.latest:
        last = _("The last visiting day is %(day)s. After that, go to another office.")
        text = f"{text} {last % {'day': words.day(closed.latest)}}"
    return Notice(_("Perhaps in operation"), text, alternatives=True)


def _doubtful(office: OfficeOnDay, day: date) -> Notice:
    later = [stay for stay in office.stays if day < stay.opened.earliest < DUSK]
    if later:
        opened = words.between(later[0].opened.earliest, later[0].opened.latest)
        return Notice(
            _("Not open yet on this day"), _("The office opened later: %(day)s.") % {"day": opened}
        )
    said = _("No source we trust says that this office is in operation, so it is not counted.")
    return Notice(_("Not confirmed"), said, alternatives=True)


def _guessed(opening: EventOnRecord) -> Notice:
    said = _("No source we hold states that this office opened: it is inferred. Ask before you go.")
    text = " ".join(part for part in (said, local(opening, "note")) if part)
    return Notice(_("Inferred, not confirmed"), text, alternatives=True)


def _moved() -> Notice:
    said = _(
        "The office has moved, and the day of the move is known only roughly. See its history."
    )
    return Notice(_("Address not certain on this day"), said)
