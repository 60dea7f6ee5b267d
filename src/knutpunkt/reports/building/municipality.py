"""Facts about the offices of a municipality: what stands there, what happened, how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.engines.travel import great_circle_kilometres
from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause
from knutpunkt.mandates.selectors import MandateCheck, Verdict, check
from knutpunkt.network.closing import Closing, closings
from knutpunkt.network.models import Municipality
from knutpunkt.network.selectors import EventOnRecord, NetworkOnDay, OfficeOnDay, Register
from knutpunkt.reports.building.commission import VERDICTS, days_in_words, in_language
from knutpunkt.reports.building.forecasts import forecast_facts, outlook_of
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.building.travel import Residents, positions_of, residents
from knutpunkt.reports.facts import FactTable

STATES = {
    "sv": {
        "open": "öppet", "closing": "öppet, men ska stänga", "paused": "tillfälligt stängt",
        "perhaps-open": "kanske öppet", "planned": "planerat", "announced": "aviserat",
        "closed": "stängt", "unknown": "okänt",
    },
    "en": {
        "open": "open", "closing": "open, but to close", "paused": "paused",
        "perhaps-open": "perhaps open", "planned": "planned", "announced": "announced",
        "closed": "closed", "unknown": "unknown",
    },
}  # fmt: skip
EVENTS = {
    "sv": {
        "announced": "aviserat", "planned": "planerat", "opened": "öppnat",
        "inaugurated": "invigt", "paused": "tillfälligt stängt", "resumed": "öppet igen",
        "closed": "sista besöksdag", "awaited": "väntat: {}",
    },
    "en": {
        "announced": "announced", "planned": "planned", "opened": "opened",
        "inaugurated": "inaugurated", "paused": "paused", "resumed": "resumed",
        "closed": "last visiting day", "awaited": "awaited: {}",
    },
}  # fmt: skip
OWN = {
    "sv": {"yes": "ett kontor räknas", "perhaps": "kanske", "no": "inget kontor räknas"},
    "en": {"yes": "an office counts", "perhaps": "perhaps", "no": "no office counts"},
}
FINDINGS = {
    "sv": {
        "kept": "Regeln följdes", "broken": "Regeln bröts",
        "undocumented": "Det går inte att avgöra om regeln följdes",
    },
    "en": {
        "kept": "The rule was kept", "broken": "The rule was broken",
        "undocumented": "Whether the rule was followed cannot be told",
    },
}  # fmt: skip


def municipality_facts(place: Municipality, as_of: date, language: str) -> FactTable:
    """Gather what is known about the offices of a municipality, as known on a day.

    Returns
    -------
    FactTable
        Groups ``office``, ``event``, ``closing``, ``clause`` and ``slot``.
    """
    facts = FactTable(as_of.isoformat(), language)
    facts.put("report.as_of", as_of.isoformat(), "day", "reports.answer.as_of")
    facts.put("place.name", place.name, "text", f'municipalities["{place.code}"].name')
    facts.put("place.county", place.county.name, "text", f'municipalities["{place.code}"].county')
    register = Register(known_on=as_of)
    network = register.on(as_of)
    here = [office for office in network.offices if office.address.municipality_code == place.code]
    _offices(facts, here, as_of)
    _events(facts, here, as_of)
    names = {office.key for office in here}
    found = [c for c in closings(until=DUSK, known_on=as_of) if c.office in names]
    _closings(facts, found, as_of)
    _distance(facts, place, register, network, here)
    _commissions(facts, place, as_of)
    return facts


def _offices(facts: FactTable, here: Sequence[OfficeOnDay], as_of: date) -> None:
    query = f"network.Register(known_on={as_of}).on({as_of}).offices"
    still = [o for o in here if o.open == "yes"]
    facts.put("offices.open", len(still), "offices", f'count({query}, open="yes")')
    for office in here:
        member = facts.member("office", office.key)
        asked, sources = f'{query}["{office.key}"]', [office.source]
        state = STATES[facts.language].get(office.state, office.state)
        address = ", ".join(filter(None, (office.address.street, office.address.locality)))
        facts.put(f"{member}.name", office.name, "text", asked, sources=sources)
        facts.put(f"{member}.state", state, "text", f"{asked}.state", sources=sources)
        facts.put(f"{member}.address", address, "text", f"{asked}.address", sources=sources)


def _events(facts: FactTable, here: Sequence[OfficeOnDay], as_of: date) -> None:
    """Every dated event of the offices, in the order of time."""
    query = f"network.events(known_on={as_of})"
    dated = [(event, office) for office in here for event in office.events]
    for number, (event, office) in enumerate(
        sorted(dated, key=lambda pair: (pair[0].earliest, pair[0].latest, pair[1].key)), start=1
    ):
        member = facts.member("event", str(number))
        sources, events = [event.source], [f"{office.key} {event.kind} {event.happened_on}"]
        texts = {
            "office": office.name,
            "what": _event_words(event, facts.language),
            "note": in_language(event, "note", facts.language),
        }
        for what, text in texts.items():
            said = days_in_words(text, facts.language)
            facts.put(f"{member}.{what}", said, "text", query, sources=sources, events=events)
        name = f"{member}.on"
        facts.put(name, event.happened_on, "rough day", query, sources=sources, events=events)


def _event_words(event: EventOnRecord, language: str) -> str:
    said = EVENTS[language].get(event.kind, event.kind)
    return EVENTS[language]["awaited"].format(said) if event.awaited else said


def _closings(facts: FactTable, found: Sequence[Closing], as_of: date) -> None:
    query = f"network.closings(known_on={as_of})"
    for number, closing in enumerate(found, start=1):
        member = facts.member("closing", str(number))
        sources = [closing.source]
        events = [f"{closing.office} closed {closing.last_day}"]
        texts = {
            "office": closing.name,
            "finding": FINDINGS[facts.language][closing.finding],
            "because": days_in_words(
                in_language(closing, "because", facts.language), facts.language
            ),
        }
        for what, text in texts.items():
            facts.put(f"{member}.{what}", text, "text", query, sources=sources, events=events)
        name = f"{member}.last_day"
        facts.put(name, closing.last_day, "rough day", query, sources=sources, events=events)
        decided = closing.decided_on
        facts.put(f"{member}.decided_on", decided, "rough day", query, sources=sources)


def _distance(
    facts: FactTable,
    place: Municipality,
    register: Register,
    network: NetworkOnDay,
    here: Sequence[OfficeOnDay],
) -> None:
    """How far the residents have, now and before the last thing that happened here."""
    people = residents()
    if people is None or place.code not in people.codes:
        return
    query = f'reports.nearest("{place.code}", on={network.day})'
    _nearest(facts, "now", people, place, network.open_offices(), query)
    before = _day_before(here, network.day)
    if before is not None:
        earlier = register.on(before)
        asked = f'reports.nearest("{place.code}", on={before})'
        _nearest(facts, "before", people, place, earlier.open_offices(), asked)
        facts.put("before.on", before.isoformat(), "day", asked)


def _nearest(
    facts: FactTable,
    when: str,
    people: Residents,
    place: Municipality,
    offices: Sequence[OfficeOnDay],
    query: str,
) -> None:
    placed = [office for office in offices if office.address.lat is not None]
    if not placed:
        return
    at = people.codes == place.code
    persons = people.persons[at]
    kilometres = great_circle_kilometres(people.positions[at], positions_of(placed))
    nearest = placed[int(np.argmin(persons @ kilometres))]
    sources = [*people.sources, nearest.source]
    mean = float(persons @ kilometres.min(axis=1) / persons.sum())
    facts.put(f"{when}.nearest", nearest.name, "text", query, sources=sources)
    where = nearest.address.municipality
    facts.put(f"{when}.nearest_municipality", where, "text", query, sources=sources)
    facts.put(f"{when}.km", mean, "km", query, sources=sources)


def _day_before(here: Sequence[OfficeOnDay], day: date) -> date | None:
    """The day before the last dated opening or closing in the municipality, where its day is known.

    After a last visiting day the office is gone: the day itself still belongs to before.
    """
    turns = [
        event.earliest if event.kind == "closed" else event.earliest - timedelta(days=1)
        for office in here
        for event in office.events
        if event.kind in ("opened", "closed") and event.earliest > DAWN and event.latest <= day
    ]
    return max(turns, default=None)


def _commissions(facts: FactTable, place: Municipality, as_of: date) -> None:
    """Clauses that name the municipality among their members, with the forecast for it."""
    rows = Clause.objects.filter(members=place, mandate__known_from__lte=as_of)
    judged = {}
    for clause in rows.select_related("mandate").order_by("mandate__decided_earliest", "position"):
        slug = clause.mandate.slug
        if slug not in judged:
            judged[slug] = check(slug, on=as_of, known_on=as_of)
            _forecast(facts, slug, place, as_of)
        found = next(c for c in judged[slug].clauses if c.key == clause.key)
        member = facts.member("clause", f"{slug}.{clause.key}")
        query = f'mandates.check("{slug}", on={as_of}, known_on={as_of}).clauses["{clause.key}"]'
        sources = [found.source]
        texts = {
            "commission": in_language(judged[slug].mandate, "title", facts.language),
            "paraphrase": in_language(found, "paraphrase", facts.language),
            "verdict": VERDICTS[facts.language][found.verdict],
            "own": OWN[facts.language][_own_part(judged[slug], found, place)],
        }
        for what, text in texts.items():
            facts.put(f"{member}.{what}", text, "text", query, sources=sources)
        deadline = found.window_to.isoformat()
        facts.put(f"{member}.deadline", deadline, "day", query, sources=sources)


def _own_part(whole: MandateCheck, clause: Verdict, place: Municipality) -> str:
    """Whether an office here counts for the clause: surely, perhaps, or not."""
    here = {a.office for a in whole.attributions if a.municipality_code == place.code}
    if here & set(clause.counted):
        return "yes"
    return "perhaps" if here & set(clause.possible) else "no"


def _forecast(facts: FactTable, slug: str, place: Municipality, as_of: date) -> None:
    """Quantiles of the slots in the municipality, where a forecast can be made."""
    question = Question(slug, as_of, "interim", facts.language)
    whole = FactTable(facts.as_of, facts.language)
    try:
        outlook = outlook_of(question)
    except KnutpunktError:
        return
    if outlook.forecast is None:
        return
    for slot in outlook.forecast.slots:
        if slot.municipality_code == place.code and slot.state != "opened":
            whole.put(f"slot.{slot.key}.name", slot.name, "text", "forecast")
            member = facts.member("slot", slot.key)
            facts.put(f"{member}.name", slot.name, "text", f'forecast("{slug}", as_of={as_of})')
            facts.put(f"{member}.deadline", _iso(slot.deadline), "day", f'forecast("{slug}")')
    forecast_facts(whole, outlook, question)
    for fact in whole:
        if fact.id not in facts and fact.id.startswith(("slot.", "forecast.p80_level")):
            facts.facts[fact.id] = fact


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
