"""An errand as one line of the desk: what a clerk must know to call and to greet, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.desk.names import LANGUAGES, NEEDS, STATES, in_page_language, in_words
from knutpunkt.reception.models import Errand, Place, PriorityClass

MINUTE = 60


@dataclass(frozen=True, slots=True)
class Beside:
    """What lines say beside the errand itself: names of authorities, notes, interpreters."""

    authorities: Mapping[str, str]
    notes: Mapping[int, str]
    ordered: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One errand, in words. ``minutes`` are whole minutes since it came into its state."""

    errand: int
    visit: int
    ticket: str
    version: int
    state: str
    state_word: str
    about: str
    authority: str
    authority_name: str
    known: bool
    minutes: int
    accrues: int
    prio_class: str
    class_word: str
    language: str
    wants: str
    interpreter: str
    interpreter_word: str
    people: int
    elsewhere: bool
    invited: bool
    booked_for: str
    calls: int
    counter: str
    staff: str
    later_errand: bool
    only_counter: str
    note: str
    ordered: str
    practice: bool
    since_ms: int


def line_of(errand: Errand, now: datetime, beside: Beside, *, since_arrival: bool = False) -> Line:
    """Put an errand into words. Its visit, service and session must be at hand.

    Parameters
    ----------
    since_arrival
        Count the minutes as the queue does, from when waiting began to count; otherwise from when
        the errand came into its state.
    """
    visit, session = errand.visit, errand.session
    begun = errand.accrues_from if since_arrival else errand.state_since
    assert begun is not None
    assert errand.accrues_from is not None
    assert errand.state_since is not None
    return Line(
        errand=errand.pk,
        visit=errand.visit_id,
        ticket=visit.ticket,
        version=errand.version,
        state=errand.state,
        state_word=str(STATES[errand.state]),
        about=about(errand, beside.authorities),
        authority=errand.authority,
        authority_name=beside.authorities.get(errand.authority, ""),
        known=errand.service_id is not None,
        minutes=whole_minutes(begun, now),
        accrues=to_ms(errand.accrues_from),
        prio_class=errand.prio_class,
        class_word=_class_word(errand.prio_class),
        language="" if visit.language == "sv" else in_words(visit.language, LANGUAGES),
        wants=in_words(visit.access_needs, NEEDS),
        interpreter=visit.interpreter,
        interpreter_word=in_words(visit.interpreter, LANGUAGES),
        people=visit.party_size,
        elsewhere=visit.place == Place.ELSEWHERE,
        invited=visit.place == Place.INVITED,
        booked_for=clock_time(errand.due_at) if errand.due_at else "",
        calls=errand.calls,
        counter=session.counter.name if session else "",
        staff=session.staff if session else "",
        later_errand=errand.ordinal > 1,
        only_counter=errand.only_counter,
        note=beside.notes.get(errand.pk, ""),
        ordered=beside.ordered.get(errand.pk, ""),
        practice=errand.practice,
        since_ms=to_ms(errand.state_since),
    )


def about(errand: Errand, authorities: Mapping[str, str]) -> str:
    """What an errand is about: its service, else its authority, else that nobody has said."""
    service = errand.service
    if service is not None:
        return in_page_language(service.name_sv, service.name_en)
    return authorities.get(errand.authority, "") or _("Not said yet")


def whole_minutes(begun: datetime, now: datetime) -> int:
    """Whole minutes from an instant to another, never below zero."""
    return max(0, int((now - begun).total_seconds()) // MINUTE)


def clock_time(moment: datetime) -> str:
    """An instant as the clock on the wall shows it."""
    return f"{moment.astimezone(NETWORK_ZONE):%H:%M}"


def _class_word(prio_class: str) -> str:
    return "" if prio_class == PriorityClass.ORDINARY else str(PriorityClass(prio_class).label)
