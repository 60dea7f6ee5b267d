"""How an office stands, in a symbol's name and a sentence: never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from knutpunkt.engines import hours
from knutpunkt.network.selectors import OfficeOnDay
from knutpunkt.network.selectors.hours import reason_of
from knutpunkt.public import words
from knutpunkt.public.selectors import AWAITED, Found


@dataclass(frozen=True, slots=True)
class StateShown:
    """A state with its looks: ``look`` names the symbol, ``word`` says it, ``rest`` explains."""

    look: str
    word: str
    rest: str = ""


def state_now(found: Found, at: datetime) -> StateShown:
    """Say whether an office is open at an instant, until when, or when it opens next."""
    if found.office.state == "paused":
        return StateShown("closed", _("Paused"), _next(found.next_opening, at))
    if found.open is None:
        return StateShown("unknown", _("Hours unknown"), why(found.today))
    if found.open:
        return StateShown("open", _("Open"), _until(found.until, at))
    return StateShown("closed", _("Closed"), _closed_rest(found, at))


def _closed_rest(found: Found, at: datetime) -> str:
    because = why(found.today)
    following = _next(found.next_opening, at)
    return ". ".join(part for part in (because, following) if part)


def _until(until: datetime | None, at: datetime) -> str:
    return _("until %(when)s") % {"when": words.moment(until, seen_from=at)} if until else ""


def _next(following: datetime | None, at: datetime) -> str:
    if following is None:
        return ""
    return _("opens %(when)s") % {"when": words.moment(following, seen_from=at)}


def state_of_life(office: OfficeOnDay) -> StateShown:
    """Say how far an office has come in its life on the day it was read for."""
    looks = {
        "open": ("open", _("In operation")),
        "closing": ("open", _("Closing")),
        "paused": ("closed", _("Paused")),
        "perhaps-open": ("unknown", _("Perhaps in operation")),
        "planned": ("planned", _("Planned")),
        "announced": ("planned", _("Announced")),
        "closed": ("closed", _("Closed for good")),
    }
    look, word = looks.get(office.state, ("unknown", _("Not known")))
    return StateShown(look, word, _life_rest(office))


def _life_rest(office: OfficeOnDay) -> str:
    if office.state in ("closing", "closed", "perhaps-open") and (last := last_day_words(office)):
        return _("last visiting day %(day)s") % {"day": last}
    if office.state in AWAITED and (opening := opening_words(office)):
        return opening
    return ""


def last_day_words(office: OfficeOnDay) -> str:
    """The last visiting day in words, where one is on record."""
    moment = office.last_day
    return words.between(moment.earliest, moment.latest) if moment else ""


def opening_words(office: OfficeOnDay) -> str:
    """When the latest opening took place, or was to by what was said, in words."""
    if not office.stays:
        return ""
    opened = office.stays[-1].opened
    said = next((event for event in office.events if event.pk == opened.pk), opened)
    return words.between(said.earliest, said.latest)


def why(answer: hours.DayHours) -> str:
    """Why a day is as it is, in words."""
    return words.reason_words(reason_of(answer))


def hours_of_day(day: hours.DayHours) -> str:
    """The hours of a day in words."""
    if day.state is hours.State.OPEN:
        return ", ".join(words.interval_words(interval) for interval in day.intervals)
    return _("Closed") if day.state is hours.State.CLOSED else _("Unknown")
