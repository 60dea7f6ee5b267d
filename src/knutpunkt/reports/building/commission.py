"""Facts about the commission: its clauses with their verdicts, and the plans made for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knutpunkt.core import edtf
from knutpunkt.mandates.selectors import MandateCheck, PlanView, Verdict
from knutpunkt.mandates.sentences import report_because
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.facts import FactTable, join_words, say

VERDICTS = {
    "sv": {
        "met": "uppfyllt", "open": "pågår", "breached": "brutet",
        "impossible": "omöjligt", "undecided": "inte avgjort",
    },
    "en": {
        "met": "met", "open": "open", "breached": "breached",
        "impossible": "impossible", "undecided": "undecided",
    },
}  # fmt: skip
DECIDERS = {"sv": {"government": "Regeringen"}, "en": {"government": "The Government"}}
_LEFT_OUT = re.compile(r" … \(\+(\d+)\)")
MORE = {"sv": r" och \1 till", "en": r" and \1 more"}
_DAY = r"\d{4}-\d{2}-\d{2}"
_WRITTEN_DAY = re.compile(rf"\[(?:{_DAY})?\.\.{_DAY}\]|\[{_DAY}\.\.\]|\b{_DAY}\b")


def commission_facts(facts: FactTable, check: MandateCheck, question: Question) -> None:
    """Put the commission, its clauses and its plans into the fact table."""
    query = question.check_query
    _mandate(facts, check, query)
    clauses = [_with_this_report(clause, question) for clause in check.clauses]
    for clause in clauses:
        _clause(facts, clause, query)
    verdicts = [clause.verdict for clause in clauses]
    facts.put("clauses.count", len(verdicts), "clauses", f"len({query}.clauses)")
    for word in VERDICTS["en"]:
        counted = f'{query}.verdicts["{word}"]'
        facts.put(f"clauses.{word}", verdicts.count(word), "clauses", counted)
    _openings(facts, check, query)
    for plan in check.plans:
        if edtf.parse(plan.adopted_on).earliest <= question.as_of:
            _plan(facts, plan, query)


def days_in_words(sentence: str, language: str) -> str:
    """Say what the register writes for lists in words: its days, and how many names are left out.

    ``Boden, Laholm … (+17) 2022-06-30`` becomes ``Boden, Laholm och 17 till 30 juni 2022``.
    """
    sentence = _LEFT_OUT.sub(MORE[language], sentence)
    return _WRITTEN_DAY.sub(lambda found: say(found[0], "rough day", language), sentence)


def in_language(thing: object, name: str, language: str) -> str:
    """Read the text of a thing that has one for each language."""
    return str(getattr(thing, f"{name}_{language}"))


def _with_this_report(clause: Verdict, question: Question) -> Verdict:
    """Read the clause that asks for this very report: it waits for nothing but this report."""
    nothing_lodged = report_because("undecided", ())
    said = (clause.because_sv, clause.because_en)
    waiting = clause.verdict == "open" or (clause.verdict == "undecided" and said == nothing_lodged)
    if clause.key != question.due_clause or not waiting:
        return clause
    return replace(
        clause,
        verdict="open",
        sentence_sv="Lämnas genom denna redovisning.",
        sentence_en="Lodged by this report.",
        because_sv="",
        because_en="",
    )


def _mandate(facts: FactTable, check: MandateCheck, query: str) -> None:
    mandate, language = check.mandate, facts.language
    sources = [mandate.source]
    title = in_language(mandate, "title", language)
    facts.put("mandate.key", mandate.slug, "text", f"{query}.mandate.slug")
    facts.put("mandate.title", title, "text", f"{query}.mandate.title", sources=sources)
    facts.put(
        "mandate.decided_on",
        mandate.decided_on,
        "rough day",
        f"{query}.mandate.decided_on",
        sources=sources,
    )
    body = DECIDERS[language].get(mandate.decided_by, mandate.decided_by)
    facts.put("mandate.decided_by", body, "text", f"{query}.mandate.decided_by", sources=sources)
    facts.put("mandate.dnr", mandate.dnr, "text", f"{query}.mandate.dnr", sources=sources)
    note = days_in_words(in_language(mandate, "note", language), language)
    facts.put("mandate.note", note, "text", f"{query}.mandate.note", sources=sources)


def _clause(facts: FactTable, clause: Verdict, query: str) -> None:
    language = facts.language
    name = facts.member("clause", clause.key)
    asked = f'{query}.clauses["{clause.key}"]'
    events = [f"{office} opened" for office in (*clause.counted, *clause.possible)]
    texts = {
        "paraphrase": in_language(clause, "paraphrase", language),
        "quotation": clause.quotation,
        "verdict_key": clause.verdict,
        "verdict": VERDICTS[language][clause.verdict],
        "sentence": in_language(clause, "sentence", language),
        "because": in_language(clause, "because", language),
        "note": in_language(clause, "note", language),
    }
    for what, text in texts.items():
        said = days_in_words(text, language)
        facts.put(
            f"{name}.{what}",
            said,
            "text",
            f"{asked}.{what}",
            sources=[clause.source],
            events=events,
        )
    facts.put(f"{name}.deadline", _iso(clause.window_to), "day", f"{asked}.window_to")
    facts.put(f"{name}.short_by", clause.short_by, "offices", f"{asked}.short_by")
    facts.put(
        f"{name}.short_by_at_least",
        clause.short_by_at_least,
        "offices",
        f"{asked}.short_by_at_least",
    )
    facts.put(f"{name}.counted", len(clause.counted), "offices", f"len({asked}.counted)")


def _openings(facts: FactTable, check: MandateCheck, query: str) -> None:
    own = [a for a in check.attributions if a.mandate == check.mandate.slug]
    kinds = {
        "counted": [a for a in own if a.opened == "yes"],
        "possible": [a for a in own if a.opened == "perhaps"],
        "closed_later": [a for a in own if a.closed == "yes"],
    }
    for what, found in kinds.items():
        asked = f"len({query}.{_FIELDS[what]})"
        events = [f"{a.office} opened {a.opened_on}" for a in found]
        sources = [a.source for a in found]
        name = f"openings.{what}"
        facts.put(name, len(found), "offices", asked, sources=sources, events=events)
        names = join_words([a.name for a in found], facts.language)
        facts.put(f"{name}_names", names, "text", f"{query}.{_FIELDS[what]}", sources=sources)
    _ordered(facts, check.clauses, query)
    if check.slack:
        said = in_language(check.slack, "sentence", facts.language)
        facts.put("mandate.slack", said, "text", f"{query}.slack")


_FIELDS = {"counted": "opened", "possible": "possibly_opened", "closed_later": "later_closed"}


def _ordered(facts: FactTable, clauses: Sequence[Verdict], query: str) -> None:
    """How many offices the commission orders, by when, and how many are missing."""
    totals = [clause for clause in clauses if clause.type == "at_least"]
    if not totals:
        return
    largest = max(totals, key=lambda clause: clause.at_least or 0)
    asked = f'{query}.clauses["{largest.key}"]'
    facts.put("ordered.total", largest.at_least, "offices", asked, sources=[largest.source])
    facts.put("ordered.deadline", _iso(largest.window_to), "day", f"{asked}.window_to")
    facts.put("openings.missing", largest.short_by, "offices", f"{asked}.short_by")


def _plan(facts: FactTable, plan: PlanView, query: str) -> None:
    name = facts.member("plan", f"{plan.plan}-{plan.phase}")
    asked = f'{query}.plans["{plan.plan}", "{plan.phase}"]'
    sources = [plan.source]
    facts.put(f"{name}.plan", plan.plan, "text", asked, sources=sources)
    facts.put(f"{name}.phase", plan.phase, "text", asked, sources=sources)
    facts.put(f"{name}.adopted_on", plan.adopted_on, "rough day", asked, sources=sources)
    facts.put(f"{name}.number", plan.at_least, "offices", f"{asked}.at_least", sources=sources)
    facts.put(f"{name}.window_to", _iso(plan.window_to), "day", asked, sources=sources)
    places = join_words(plan.members, facts.language)
    facts.put(f"{name}.members", places, "text", f"{asked}.members", sources=sources)
    said = in_language(plan, "paraphrase", facts.language)
    facts.put(f"{name}.paraphrase", said, "text", asked, sources=sources)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
