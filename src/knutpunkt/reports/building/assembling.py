"""All facts of a report, and what the drawing and the check need beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knutpunkt.core import edtf
from knutpunkt.mandates.selectors import check as mandate_check
from knutpunkt.programme.models import Programme
from knutpunkt.reports.building.commission import commission_facts
from knutpunkt.reports.building.drawing import map_of
from knutpunkt.reports.building.forecasts import forecast_facts, outlook_of
from knutpunkt.reports.building.gates import change_facts, gate_facts, redaction_of
from knutpunkt.reports.building.money import money_facts
from knutpunkt.reports.building.network import network_facts
from knutpunkt.reports.building.question import Question, letter_facts
from knutpunkt.reports.building.redaction import Redaction
from knutpunkt.reports.building.risks import deviation_facts, risk_facts
from knutpunkt.reports.building.slots import places_of, slot_facts
from knutpunkt.reports.building.travel import travel_facts
from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.writing.composing import Drawn


@dataclass(frozen=True, slots=True)
class Assembled:
    """The facts, the maps drawn from them, and what must not be named."""

    facts: FactTable
    maps: Mapping[str, Drawn]
    redaction: Redaction


def assembled(question: Question) -> Assembled:
    """Gather every fact of a report, as known on its day.

    Raises
    ------
    NotFound
        When there is no such commission, or it was not known on the day.
    """
    day = question.as_of
    facts = FactTable(day.isoformat(), question.language)
    check = mandate_check(question.mandate, on=day, known_on=day)
    programme = programme_of(question)
    redaction = redaction_of(programme, question.language)
    letter_facts(facts, question)
    commission_facts(facts, check, question)
    network_facts(facts, question)
    places = places_of(question, check, programme)
    slot_facts(facts, places, question)
    forecast_facts(facts, outlook_of(question, offices=len(places)), question)
    if programme is not None:
        gate_facts(facts, programme, day, redaction)
        change_facts(facts, programme, day, redaction)
        money_facts(facts, programme, day)
        risk_facts(facts, programme, day, redaction)
    deviation_facts(facts, places, question)
    decided = edtf.parse(check.mandate.decided_on)
    known = None if decided.latest == edtf.DUSK else decided.latest
    travel_facts(facts, question, check, known)
    redaction.withhold(facts)
    return Assembled(facts, {"offices": map_of(places, question)}, redaction)


def programme_of(question: Question) -> Programme | None:
    """The programme asked for, else the latest one kept for the commission; often there is none."""
    kept = Programme.objects.filter(starts_on__lte=question.as_of)
    if question.programme:
        return kept.filter(key=question.programme).first()
    return kept.filter(mandate__slug=question.mandate).order_by("-starts_on", "key").first()
