"""How an office stands, in a symbol's name and a sentence: never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from knutpunkt.core import edtf
from knutpunkt.core.models import Basis, Confidence
from knutpunkt.engines import hours
from knutpunkt.network.life import Moment
from knutpunkt.network.selectors import EventOnRecord, NetworkOnDay, OfficeOnDay
from knutpunkt.network.selectors.hours import reason_of
from knutpunkt.public import words
from knutpunkt.public.selectors import AWAITED, OFFERED, Found

UNSURE = (Confidence.LOW, Confidence.DOUBTFUL)


@dataclass(frozen=True, slots=True)
class StateShown:
    """A state with its looks: ``look`` names the symbol, ``word`` says it, ``rest`` explains.

    ``later`` says what became known only after the day, for a quieter place.
    """

    look: str
    word: str
    rest: str = ""
    later: str = ""


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


def state_of_life(office: OfficeOnDay, network: NetworkOnDay) -> StateShown:
    """Say how far an office has come in its life on the day of the network it was read from."""
    if closing_said_later(office, network):
        return StateShown(
            "open", _("In operation"), later=_last_day_said_later(office, network.day)
        )
    looks = {
        "open": ("open", _("In operation")),
        "closing": ("open", _("Closing")),
        "paused": ("closed", _("Paused")),
        "perhaps-open": ("perhaps", _("Perhaps in operation")),
        "planned": ("planned", _("Planned")),
        "announced": ("planned", _("Announced")),
        "closed": ("closed", _("Closed for good")),
    }
    look, word = looks.get(office.state, ("unknown", _("Not known")))
    return StateShown(look, word, _life_rest(office, network.day))


def _life_rest(office: OfficeOnDay, day: date) -> str:
    if office.state in ("closing", "closed", "perhaps-open") and (
        last := last_day_words(office, day)
    ):
        return _("last visiting day %(day)s") % {"day": last}
    if office.state in AWAITED and (opening := opening_words(office)):
        return opening
    return ""


def closing_said_later(office: OfficeOnDay, network: NetworkOnDay) -> bool:
    """Whether an office stands as closing by what was decided and published after the day.

    Where a page is asked for what was known on a day, its register holds nothing later.
    """
    last = _last_day(office, network.day)
    if office.state != "closing" or network.known_on is not None or last is None:
        return False
    said = _on_record(office, last)
    return said is not None and not _known_by(said, network.day)


def _known_by(event: EventOnRecord, day: date) -> bool:
    """Whether an event was surely decided or published by a day; undated ones count as known."""
    said = [edtf.parse(text).latest for text in (event.decided_on, event.published_on) if text]
    return min((latest for latest in said if latest != edtf.DUSK), default=edtf.DAWN) <= day


def _last_day_said_later(office: OfficeOnDay, day: date) -> str:
    return _("closes later: %(day)s") % {"day": last_day_words(office, day)}


def _on_record(office: OfficeOnDay, moment: Moment) -> EventOnRecord | None:
    return next((event for event in office.events if event.pk == moment.pk), None)


def opening_is_a_guess(office: OfficeOnDay) -> EventOnRecord | None:
    """The opening of an office in operation, where it is inferred with little confidence."""
    if office.state not in OFFERED or not office.stays:
        return None
    said = _on_record(office, office.stays[-1].opened)
    guess = said and said.basis == Basis.INFERRED and said.confidence in UNSURE
    return said if guess else None


def latest_opening_said(office: OfficeOnDay) -> date:
    """The last day for which an opening was planned, by whoever planned it."""
    planned = [event.latest for event in office.events if event.kind == "opened"]
    return max(planned, default=edtf.DUSK)


def last_day_words(office: OfficeOnDay, day: date) -> str:
    """The last visiting day in words, where one is on record."""
    moment = _last_day(office, day)
    return words.between(moment.earliest, moment.latest) if moment else ""


def _last_day(office: OfficeOnDay, day: date) -> Moment | None:
    """The end of the stay a day lies in, also when the office opens again after it."""
    ends = [stay.closed for stay in office.stays if stay.closed and stay.open_on(day) != "no"]
    return ends[0] if ends else office.last_day


def opening_words(office: OfficeOnDay) -> str:
    """When the latest opening took place, or was to by what was said, in words."""
    if not office.stays:
        return ""
    opened = office.stays[-1].opened
    said = _on_record(office, opened) or opened
    return words.between(said.earliest, said.latest)


def why(answer: hours.DayHours) -> str:
    """Why a day is as it is, in words."""
    return words.reason_words(reason_of(answer))


def hours_of_day(day: hours.DayHours) -> str:
    """The hours of a day in words."""
    if day.state is hours.State.OPEN:
        return ", ".join(words.interval_words(interval) for interval in day.intervals)
    return _("Closed") if day.state is hours.State.CLOSED else _("Unknown")
