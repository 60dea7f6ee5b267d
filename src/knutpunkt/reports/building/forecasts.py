"""Facts about what is likely: the forecast's quantiles per office and its chance per clause."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forecasting import forecast
from knutpunkt.reports.building.assumptions import in_words, template_notes
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.facts import FactTable

#: Runs of a forecast, and how many draws of offices a report waits for: large programmes get fewer
#: runs, which the report states. A thousand leave a probability within three points.
RUNS, LEAST_RUNS = 10_000, 1_000
DRAWS = 300_000
LEVELS = {"p10": 10, "p50": 50, "p80": 80, "p90": 90}
REFUSALS = {
    "sv": {
        "mandate-orders-nothing": "uppdraget beställer inga kontor att öppna.",
        "": "det som är känt räcker inte för en prognos.",
    },
    "en": {
        "mandate-orders-nothing": "the commission orders no offices to open.",
        "": "what is known does not suffice for a forecast.",
    },
}
WORDS = {
    "sv": {"likely": "troligt", "at risk": "osäkert", "unlikely": "osannolikt"},
    "en": {"likely": "likely", "at risk": "at risk", "unlikely": "unlikely"},
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """The forecast, or the sentence that says why there is none."""

    forecast: Any | None
    refusal: str = ""


def outlook_of(question: Question, *, offices: int = 1) -> Outlook:
    """Make the forecast as it could be made on the day.

    Parameters
    ----------
    question
        The report.
    offices
        How many offices are forecast together.
    """
    runs = min(RUNS, max(LEAST_RUNS, DRAWS // max(1, offices)))
    asked: dict[str, Any] = {"programme": question.programme} if question.programme else {}
    try:
        made = forecast(question.mandate, as_of=question.as_of, runs=runs, **asked)
    except KnutpunktError as refusal:
        said = REFUSALS[question.language]
        return Outlook(None, said.get(refusal.code, said[""]))
    return Outlook(made)


def forecast_facts(facts: FactTable, outlook: Outlook, question: Question) -> None:
    """Put the forecast into the fact table."""
    made = outlook.forecast
    query = f'forecast("{question.mandate}", as_of={question.as_of})'
    if made is None:
        facts.put("forecast.refusal", outlook.refusal, "text", query)
        return
    query = f'forecast("{question.mandate}", as_of={question.as_of}, runs={made.runs})'
    facts.put("forecast.runs", made.runs, "runs", f"{query}.runs")
    facts.put("forecast.seed", str(made.seed), "text", f"{query}.seed")
    facts.put("forecast.engine", made.engine, "text", f"{query}.engine")
    facts.put("forecast.inputs", made.inputs_hash[:12], "text", f"{query}.inputs_hash")
    for name, level in LEVELS.items():
        facts.put(f"forecast.{name}_level", level, "per cent", f"{query}.quantiles")
    facts.put("forecast.all_clauses", made.all_clauses, "share", f"{query}.all_clauses")
    # Only clauses that are counted run by run have a slack; the others are not in the product.
    counted = sum(clause.slack is not None for clause in made.clauses)
    facts.put("forecast.counted", counted, "clauses", f"len({query}.counted_clauses)")
    left = len(made.clauses) - counted
    facts.put("forecast.not_counted", left, "clauses", f"len({query}.clauses) - {counted}")
    for slot in made.slots:
        _slot(facts, slot, query)
    for clause in made.clauses:
        _clause(facts, clause, query)
    _notes(facts, made, query)
    _record(facts, made.record, query)


def _slot(facts: FactTable, slot: Any, query: str) -> None:
    """Quantiles of an office that has not surely opened."""
    name, asked = f"slot.{slot.key}", f'{query}.slots["{slot.key}"]'
    if f"{name}.name" not in facts or slot.state == "opened":
        return
    for quantile in LEVELS:
        day = _iso(getattr(slot, quantile))
        facts.put(f"{name}.{quantile}", day, "day", f"{asked}.{quantile}")
    facts.put(f"{name}.likely_month", _iso(slot.p50), "month", f"{asked}.p50")
    facts.put(f"{name}.on_time", slot.on_time, "share", f"{asked}.on_time")
    facts.put(f"{name}.never", slot.never or None, "share", f"{asked}.never")
    facts.put(f"{name}.trend_days", slot.trend_days, "days", f"{asked}.trend_days")


def _clause(facts: FactTable, clause: Any, query: str) -> None:
    name, asked = f"clause.{clause.key}", f'{query}.clauses["{clause.key}"]'
    if f"{name}.verdict" not in facts or clause.probability is None:
        return
    facts.put(f"{name}.probability", clause.probability, "share", f"{asked}.probability")
    word = WORDS[facts.language].get(clause.word, clause.word)
    facts.put(f"{name}.outlook", word, "text", f"{asked}.word")
    said = getattr(clause, f"sentence_{facts.language}")
    facts.put(f"{name}.outlook_sentence", said, "text", f"{asked}.sentence")


def _notes(facts: FactTable, made: Any, query: str) -> None:
    for number, note in enumerate(made.notes, start=1):
        member = facts.member("note", str(number))
        said = getattr(note, f"sentence_{facts.language}")
        facts.put(f"{member}.sentence", said, "text", f"{query}.notes")
    english_only = template_notes() if facts.language != "en" else frozenset()
    for parameter in made.parameters:
        member = facts.member("parameter", parameter.key)
        asked = f'{query}.parameters["{parameter.key}"]'
        why = getattr(parameter, f"why_{facts.language}")
        texts = {
            "name": getattr(parameter, f"name_{facts.language}"),
            "value": in_words(str(parameter.value), facts.language),
            "basis": BASES[facts.language].get(parameter.basis, parameter.basis),
            "why": "" if why in english_only else why,
        }
        for what, text in texts.items():
            facts.put(f"{member}.{what}", text, "text", asked, sources=[parameter.source])


BASES = {
    "sv": {"measured": "mätt", "expert": "sakkunnigbedömning", "assumed": "antagande"},
    "en": {"measured": "measured", "expert": "expert judgement", "assumed": "assumed"},
}


def _record(facts: FactTable, record: Any, query: str) -> None:
    """How often earlier forecasts held, where any has been put to the test."""
    sentence = getattr(record, f"sentence_{facts.language}", "") if record else ""
    facts.put("forecast.record", sentence, "text", f"{query}.record")


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
