"""Facts about every office the commission orders: what was planned, what happened, what is likely.

The slots are those of the programme where one is kept, else those that follow from the clauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knutpunkt.core import edtf
from knutpunkt.mandates.selectors import AttributionView, MandateCheck
from knutpunkt.programme.drafting import MandateOrdersNothing, draft_of
from knutpunkt.programme.models import Programme, Slot
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.facts import FactTable

STATES = {
    "sv": {
        "opened": "öppnat", "perhaps opened": "kanske öppnat", "under way": "pågår",
        "dropped": "struket", "stopped": "stoppat",
    },
    "en": {
        "opened": "opened", "perhaps opened": "perhaps opened", "under way": "under way",
        "dropped": "dropped", "stopped": "stopped",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An office the commission orders, with the round it belongs to and what became of it."""

    key: str
    name: str
    code: str | None
    municipality: str
    clause: str
    wave: int
    deadline: date
    state: str
    opening: AttributionView | None


def places_of(question: Question, check: MandateCheck, programme: Programme | None) -> list[Place]:
    """Read the slots of a commission with their openings: seven queries at most."""
    slots = _stored(programme, question.as_of) if programme else _drafted(question)
    own = [a for a in check.attributions if a.mandate == question.mandate]
    left = [a for a in own if a.opened != "no"]
    places = []
    for slot in slots:
        opening = _opening(slot, left)
        gone = slot.state in ("dropped", "stopped")
        if opening is not None and gone and opening.opened != "yes":
            opening = None
        if opening is not None:
            left.remove(opening)
        places.append(_with_opening(slot, opening))
    return places


def slot_facts(facts: FactTable, places: Sequence[Place], question: Question) -> None:
    """Put every slot into the fact table."""
    states = [place.state for place in places]
    query = f'programme.slots("{question.mandate}", as_of={question.as_of})'
    facts.put("slots.total", len(places) or None, "offices", f"len({query})")
    for state in STATES["en"]:
        name = f"slots.{state.replace(' ', '_')}"
        facts.put(name, states.count(state), "offices", f'count({query}, state="{state}")')
    for place in places:
        _slot(facts, place, query)


def _slot(facts: FactTable, place: Place, query: str) -> None:
    name = facts.member("slot", place.key)
    asked = f'{query}["{place.key}"]'
    facts.put(f"{name}.name", place.name, "text", asked)
    if place.municipality != place.name:
        facts.put(f"{name}.municipality", place.municipality, "text", asked)
    facts.put(f"{name}.clause", place.clause, "text", f"{asked}.clause")
    facts.put(f"{name}.wave", place.wave, "round", f"{asked}.wave")
    facts.put(f"{name}.deadline", place.deadline.isoformat(), "day", f"{asked}.wave.window_to")
    facts.put(f"{name}.state", STATES[facts.language][place.state], "text", f"{asked}.state")
    opening = place.opening
    if opening is None:
        return
    sources, events = [opening.source], [f"{opening.office} opened {opening.opened_on}"]
    facts.put(
        f"{name}.opened",
        opening.opened_on,
        "rough day",
        f'{asked}.opening("{opening.office}")',
        sources=sources,
        events=events,
    )
    facts.put(f"{name}.office", opening.name, "text", asked, sources=sources, events=events)
    if opening.closed == "yes":
        events = [f"{opening.office} closed {opening.closed_on}"]
        facts.put(f"{name}.closed", opening.closed_on, "rough day", asked, events=events)


def _opening(slot: Place, left: Sequence[AttributionView]) -> AttributionView | None:
    """The opening of a slot: of its clause, in its municipality.

    Where the register does not yet say in which municipality an office stands, its name does.
    """
    for found in left:
        if found.clause != slot.clause:
            continue
        if slot.code is None or found.municipality_code == slot.code:
            return found
        if not found.municipality_code and found.name.startswith(slot.municipality):
            return found
    return None


def _with_opening(slot: Place, opening: AttributionView | None) -> Place:
    state = slot.state
    if opening is not None:
        state = "opened" if opening.opened == "yes" else "perhaps opened"
    return Place(
        slot.key, slot.name, slot.code, slot.municipality, slot.clause, slot.wave, slot.deadline,
        state, opening,
    )  # fmt: skip


def _drafted(question: Question) -> list[Place]:
    try:
        draft = draft_of(question.mandate, known_on=question.as_of)
    except MandateOrdersNothing:
        return []
    waves = {wave.number: wave.window_to for wave in draft.waves}
    return [
        Place(
            slot.key, slot.name, slot.municipality_code, slot.municipality, slot.clause_key,
            slot.wave, waves[slot.wave], "under way", None,
        )
        for slot in draft.slots
    ]  # fmt: skip


def _stored(programme: Programme, as_of: date) -> list[Place]:
    rows = Slot.objects.filter(programme=programme).select_related("municipality", "clause", "wave")
    stopped = _stopped(programme, as_of)
    return [_place(row, stopped, as_of) for row in rows]


def _place(row: Slot, stopped: set[int], as_of: date) -> Place:
    state = "under way"
    if row.dropped_on is not None and row.dropped_on <= as_of:
        state = "dropped"
    elif row.pk in stopped:
        state = "stopped"
    municipality = row.municipality
    return Place(
        row.key, row.name, municipality.code if municipality else None,
        municipality.name if municipality else "", row.clause.key if row.clause else "",
        row.wave.number, row.wave.window_to, state, None,
    )  # fmt: skip


def _stopped(programme: Programme, as_of: date) -> set[int]:
    """Slots whose project was stopped by a day."""
    rows = programme.slots.filter(projects__stopped_on__lte=as_of)
    return set(rows.values_list("pk", flat=True))


def is_late(place: Place, day: date) -> bool:
    """Whether an office surely misses its deadline, on a day."""
    if place.opening is None:
        return place.deadline < day and place.state == "under way"
    return edtf.parse(place.opening.opened_on).earliest > place.deadline
