"""A calendar feed of a programme: gates, openings, and reports that fall due.

Every event keeps its UID for good. Its SEQUENCE grows with the log of the programme and with the
days that pass, since a plan may move without anybody writing; calendars then take the newer one.

References
----------
RFC 5545 (iCalendar), https://www.rfc-editor.org/rfc/rfc5545; RFC 7986 (NAME, REFRESH-INTERVAL),
https://www.rfc-editor.org/rfc/rfc7986
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

import icalendar

from knutpunkt.core import clock
from knutpunkt.mandates.models import Clause, ClauseType, ReportLodging
from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.exchange.plan import Plan, plan_of
from knutpunkt.programme.exchange.standing import Standing, gate_key, standing
from knutpunkt.programme.exchange.words import Language, said
from knutpunkt.programme.models import Gate, Programme, Project, Slot, StoredForecast

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCER = "-//Knutpunkt//Programme//SV"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:knutpunkt:programme-calendar")
REFRESH = timedelta(hours=12)
LARGEST_SEQUENCE = 2**31 - 1

GATES: Both = ("Grind", "Gate")
OPENINGS: Both = ("Öppning", "Opening")
REPORTS: Both = ("Redovisning", "Report")
ENDS: Mapping[str, Both] = {
    "open": ("öppnar", "opens"),
    "move": ("flyttar", "moves"),
    "close": ("stänger", "closes"),
}
ENDED: Mapping[str, Both] = {
    "open": ("öppnade", "opened"),
    "move": ("flyttade", "moved"),
    "close": ("stängde", "closed"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """A whole day on which something happens, happened, or was to happen."""

    key: str
    day: date
    summary: Both
    description: Both
    category: Both
    status: str
    """``CONFIRMED``, ``TENTATIVE`` or ``CANCELLED``."""
    path: tuple[str, ...] = ()


#: From the parts of an event's path (slot, gate; empty for a report) to an address.
Address = Callable[[tuple[str, ...]], str]


def calendar_feed(
    programme: Programme,
    *,
    language: Language = "sv",
    as_of: date | None = None,
    address: Address | None = None,
) -> bytes:
    """Write the feed of a programme: ten queries however many offices there are.

    Gates passed and doors opened stand on their day; those to come on the day of the plan, an
    opening on its P50 where a forecast is stored. Dropped and stopped offices stay in the feed as
    cancelled, so that subscribers lose them.

    Parameters
    ----------
    programme
        Whose days are wanted.
    language
        ``sv`` or ``en``.
    as_of
        Day of the plan; today, when none is given.
    address
        Gives an event the page it links to, from ``(slot,)`` or ``(slot, gate)``.

    Returns
    -------
    bytes
        An iCalendar stream with CRLF line ends.

    Raises
    ------
    ScheduleRefused
        When the activities cannot be put in order.
    """
    day = as_of or clock.today()
    sequence = _sequence(programme, day)
    title = programme.title_sv if language == "sv" else programme.title_en
    feed = _feed(title)
    for event in sorted(events_of(programme, as_of=day), key=lambda found: (found.day, found.key)):
        feed.add_component(_component(event, programme, sequence, language, address))
    return bytes(feed.to_ical())


def _sequence(programme: Programme, day: date) -> int:
    """Grow with every entry of the log (read anew: the row at hand may be older) and every day."""
    written = Programme.objects.values_list("log_length", flat=True).get(pk=programme.pk)
    return min(written + max(0, (day - programme.starts_on).days), LARGEST_SEQUENCE)


def events_of(programme: Programme, *, as_of: date) -> Iterator[Event]:
    """List what stands in the feed of a programme as of a day, in no particular order."""
    state = standing(programme, under_way=False)
    plan = plan_of(state, as_of=as_of)
    forecasts = _forecasts(programme)
    for key, gate in state.gates.items():
        yield _gate(key, gate, _project_of(state, key), plan)
    for project in state.projects.values():
        yield _opening(project, plan, forecasts.get(project.slot.key, {}))
    yield from _cancelled(programme, as_of)
    yield from _reports(programme)


def _project_of(state: Standing, key: str) -> Project:
    return state.projects[state.rows[key].project]


def _gate(key: str, gate: Gate, project: Project, plan: Plan) -> Event:
    place = project.slot.name
    passed = gate.passed_on
    told = ("Passerad.", "Passed.") if passed else ("Planerad dag.", "Planned day.")
    return Event(
        key=key,
        day=passed or plan.finish(key),
        summary=(f"{place}: {gate.name_sv}", f"{place}: {gate.name_en}"),
        description=told,
        category=GATES,
        status="CONFIRMED" if passed else "TENTATIVE",
        path=(project.slot.key, gate.key),
    )


def _opening(project: Project, plan: Plan, forecast: Mapping[str, Any]) -> Event:
    slot, happened = project.slot, project.opened_to_public or project.completed_on
    words = ENDED[project.kind] if happened else ENDS[project.kind]
    planned = _planned_end(project, plan)
    likely = _forecast_day(forecast, "p50")
    return Event(
        key=f"{slot.key}/{project.kind}",
        day=happened or likely or planned,
        summary=(f"{slot.name} {words[0]}", f"{slot.name} {words[1]}"),
        description=_about_opening(slot, planned, forecast) if not happened else ("", ""),
        category=OPENINGS,
        status="CONFIRMED" if happened else "TENTATIVE",
        path=(slot.key,),
    )


def _planned_end(project: Project, plan: Plan) -> date:
    """Day of the gate that writes into the register; without one, of the last activity."""
    slot = project.slot.key
    recorded = [gate_key(slot, gate.key) for gate in project.gates.all() if gate.records]
    return plan.finish(recorded[0] if recorded else f"{slot}/end")


def _about_opening(slot: Slot, planned: date, forecast: Mapping[str, Any]) -> Both:
    lines = [(f"Planerad: {planned}.", f"Planned: {planned}.")]
    for name, share in (("p50", 50), ("p80", 80)):
        if day := _forecast_day(forecast, name):
            lines.append(
                (
                    f"Med {share} procents säkerhet senast {day}.",
                    f"By {day} with a probability of {share} per cent.",
                )
            )
    latest = slot.wave.window_to
    lines.append((f"Ska vara öppet senast {latest}.", f"To be open by {latest}."))
    return "\n".join(line[0] for line in lines), "\n".join(line[1] for line in lines)


def _forecasts(programme: Programme) -> dict[str, Mapping[str, Any]]:
    """The newest stored forecast by key of slot."""
    found = StoredForecast.objects.filter(programme=programme).first()
    if found is None and programme.mandate is not None:
        found = StoredForecast.objects.filter(mandate=programme.mandate).first()
    slots = found.result.get("slots", []) if found else []
    return {slot["key"]: slot for slot in slots}


def _forecast_day(forecast: Mapping[str, Any], name: str) -> date | None:
    text = forecast.get(name)
    return date.fromisoformat(text) if text else None


def _cancelled(programme: Programme, as_of: date) -> Iterator[Event]:
    """Offices that were dropped or stopped, on their last known deadline."""
    gone = Project.objects.filter(slot__programme=programme).exclude(
        slot__dropped_on=None, stopped_on=None
    )
    for project in gone.select_related("slot__wave").prefetch_related("gates"):
        slot = project.slot
        ends = ENDS[project.kind]
        why = (f"Utgår {_day_gone(project, as_of)}.", f"Dropped on {_day_gone(project, as_of)}.")
        names = (f"{slot.name} {ends[0]}", f"{slot.name} {ends[1]}")
        key, day = f"{slot.key}/{project.kind}", slot.wave.window_to
        yield Event(key, day, names, why, OPENINGS, "CANCELLED", (slot.key,))
        for gate in project.gates.all():
            own = (f"{slot.name}: {gate.name_sv}", f"{slot.name}: {gate.name_en}")
            key = gate_key(slot.key, gate.key)
            yield Event(key, day, own, why, GATES, "CANCELLED", (slot.key, gate.key))


def _day_gone(project: Project, as_of: date) -> date:
    return project.slot.dropped_on or project.stopped_on or as_of


def _reports(programme: Programme) -> Iterator[Event]:
    due = Clause.objects.filter(mandate=programme.mandate, type=ClauseType.REPORT_DUE)
    for clause in due.prefetch_related("lodgings"):
        lodged = next(iter(clause.lodgings.all()), None)
        open_until = (f"Senast {clause.window_to}.", f"By {clause.window_to}.")
        yield Event(
            key=f"report/{clause.key}",
            day=clause.window_to,
            summary=(
                f"{REPORTS[0]}: {clause.paraphrase_sv}",
                f"{REPORTS[1]}: {clause.paraphrase_en}",
            ),
            description=_lodged(lodged) if lodged else open_until,
            category=REPORTS,
            status="CONFIRMED",
        )


def _lodged(lodging: ReportLodging) -> Both:
    """Say when a report was lodged, as exactly as is known."""
    first, last = lodging.earliest, lodging.latest
    if first is not None and first == last:
        return f"Lämnad {first}.", f"Lodged on {first}."
    if first is not None and last is not None:
        return f"Lämnad mellan {first} och {last}.", f"Lodged between {first} and {last}."
    if last is not None:
        return f"Lämnad senast {last}.", f"Lodged by {last}."
    return "Lämnad.", "Lodged."


def _feed(title: str) -> icalendar.Calendar:
    feed = icalendar.Calendar()
    feed.add("prodid", PRODUCER)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("name", title)
    feed.add("x-wr-calname", title)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT12H")
    return feed


def _component(
    event: Event,
    programme: Programme,
    sequence: int,
    language: Language,
    address: Address | None,
) -> icalendar.Event:
    own = icalendar.Event()
    own.add("uid", str(uuid.uuid5(NAMESPACE, f"{programme.key}/{event.key}")))
    own.add("dtstamp", clock.now().astimezone(UTC))
    own.add("sequence", sequence)
    own.add("dtstart", event.day)
    own.add("dtend", event.day + timedelta(days=1))
    own.add("summary", said(event.summary, language), parameters={"LANGUAGE": language})
    if text := said(event.description, language):
        own.add("description", text, parameters={"LANGUAGE": language})
    own.add("categories", [said(event.category, language)])
    own.add("status", event.status)
    own.add("transp", "TRANSPARENT")
    if address is not None and event.path:
        own.add("url", address(event.path))
    return own
