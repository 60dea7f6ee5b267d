"""Facts about how the work goes: gates passed, decisions, evidence on file. Secrets are left out.

Only what a report may say is read: of secret evidence its number, never its title, diary number
or file name; of gate decisions not their conditions, which are free text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from knutpunkt.programme.models import (
    ChangeRequest,
    Evidence,
    Gate,
    GateDecision,
    Programme,
)
from knutpunkt.reports.building.redaction import Redaction
from knutpunkt.reports.facts import FactTable

OUTCOMES = {
    "sv": {"go": "klart att gå vidare", "hold": "vänta", "recycle": "gör om", "stop": "stopp"},
    "en": {"go": "go", "hold": "hold", "recycle": "do again", "stop": "stop"},
}
CHANGES = {
    "sv": {
        "drop": "stryka ett kontor", "substitute": "annan ort eller lokal",
        "delay": "senare start", "insert": "ytterligare ett kontor", "other": "annan ändring",
    },
    "en": {
        "drop": "drop an office", "substitute": "another place or premises",
        "delay": "later start", "insert": "a further office", "other": "other change",
    },
}  # fmt: skip
ANSWERS = {
    "sv": {"approved": "godkänd", "refused": "avslagen", "": "inte beslutad"},
    "en": {"approved": "approved", "refused": "refused", "": "not decided"},
}
#: Kinds of work that are talks with others: municipality, region, county board, authorities.
TALKS = ("agreement", "consultation", "notice", "permit")


def redaction_of(programme: Programme | None, language: str) -> Redaction:
    """Collect what must not be named: every word that identifies secret evidence."""
    if programme is None:
        return Redaction(language=language)
    rows = Evidence.objects.filter(
        secret=True, requirement__gate__project__slot__programme=programme
    )
    words = rows.values_list("title", "dnr", "file_name")
    return Redaction.of((word for row in words for word in row if word), language)


def gate_facts(facts: FactTable, programme: Programme, as_of: date, redaction: Redaction) -> None:
    """Put gates, decisions, evidence and talks of a programme into the fact table."""
    query = f'programme.gates("{programme.key}", as_of={as_of})'
    facts.put("programme.title", _title(programme, facts.language), "text", query)
    facts.put("programme.starts_on", programme.starts_on.isoformat(), "day", query)
    _gates(facts, programme, as_of, query)
    _decisions(facts, programme, as_of, redaction)
    _evidence(facts, programme, as_of, redaction)


def change_facts(facts: FactTable, programme: Programme, as_of: date, redaction: Redaction) -> None:
    """Put the change requests of a programme into the fact table."""
    query = f'programme.changes("{programme.key}", as_of={as_of})'
    rows = ChangeRequest.objects.filter(programme=programme, asked_on__lte=as_of)
    for row in rows.select_related("slot").order_by("asked_on", "pk"):
        _change(facts, row, as_of, redaction, query)


def _gates(facts: FactTable, programme: Programme, as_of: date, query: str) -> None:
    rows = Gate.objects.filter(project__slot__programme=programme, project__kind="open")
    named = f"name_{facts.language}"
    all_ = list(rows.order_by("position", "key").values_list("key", named, "passed_on"))
    total = Counter(key for key, _, _ in all_)
    passed = Counter(key for key, _, on in all_ if on is not None and on <= as_of)
    names = {key: name for key, name, _ in all_}
    facts.put("gates.total", len(all_), "gates", f"len({query})")
    facts.put("gates.passed", passed.total(), "gates", f"count({query}, passed=True)")
    for key, name in names.items():
        member = facts.member("gate", key)
        facts.put(f"{member}.name", name, "text", query)
        facts.put(f"{member}.passed", passed[key], "projects", f'{query}["{key}"].passed')
        facts.put(f"{member}.total", total[key], "projects", f'{query}["{key}"].total')


def _decisions(facts: FactTable, programme: Programme, as_of: date, redaction: Redaction) -> None:
    query = f'programme.gate_decisions("{programme.key}", as_of={as_of})'
    rows = GateDecision.objects.filter(
        gate__project__slot__programme=programme, decided_on__lte=as_of
    ).select_related("gate__project__slot")
    ordered = rows.order_by("decided_on", "gate__project__slot__key", "gate__position", "number")
    for number, row in enumerate(ordered, start=1):
        slot = row.gate.project.slot
        member = facts.member("decision", str(number))
        asked = f'{query}["{slot.key}", "{row.gate.key}", {row.number}]'
        events = [f"{slot.key} {row.gate.key} {row.decided_on}"]
        gate = getattr(row.gate, f"name_{facts.language}")
        texts = {
            "slot": slot.name,
            "gate": gate,
            "outcome": OUTCOMES[facts.language][row.outcome],
            "by": redaction.clean(f"{row.decided_by} ({row.delegation})"),
            "dnr": redaction.clean(row.dnr),
        }
        for what, text in texts.items():
            facts.put(f"{member}.{what}", text, "text", asked, events=events)
        facts.put(f"{member}.decided_on", row.decided_on.isoformat(), "day", asked, events=events)


def _evidence(facts: FactTable, programme: Programme, as_of: date, redaction: Redaction) -> None:
    """Evidence on file by a day: what is public by title, what is secret only as a number."""
    query = f'programme.evidence("{programme.key}", as_of={as_of}, secret=False)'
    rows = Evidence.objects.filter(
        requirement__gate__project__slot__programme=programme, dated_on__lte=as_of
    ).exclude(withdrawn_at__date__lte=as_of)
    public = rows.filter(secret=False)
    facts.put("evidence.public", public.count(), "documents", f"len({query})")
    facts.put("evidence.secret", rows.filter(secret=True).count(), "documents", query)
    named = f"requirement__name_{facts.language}"
    fields = (
        "title", "dnr", "dated_on", named, "requirement__gate__key",
        "requirement__gate__activity__kind", "requirement__gate__project__slot__key",
        "requirement__gate__project__slot__name",
    )  # fmt: skip
    ordered = public.order_by("requirement__gate__project__slot__key", "dated_on", "dnr", "pk")
    for number, row in enumerate(ordered.values(*fields), start=1):
        member = facts.member("evidence", str(number))
        _document(facts, member, row, row[named], redaction, query)
        if row["requirement__gate__activity__kind"] in TALKS:
            _document(facts, facts.member("talk", str(number)), row, row[named], redaction, query)
    _by_slot(facts, ordered.values(*fields), redaction, query)


def _document(
    facts: FactTable,
    member: str,
    row: dict[str, Any],
    requirement: str,
    redaction: Redaction,
    query: str,
) -> None:
    slot = row["requirement__gate__project__slot__name"]
    events = [f"{slot} {row['requirement__gate__key']} {row['dated_on']}"]
    texts = {
        "slot": slot,
        "requirement": requirement,
        "title": redaction.clean(row["title"]),
        "dnr": redaction.clean(row["dnr"]),
    }
    for what, text in texts.items():
        facts.put(f"{member}.{what}", text, "text", query, events=events)
    facts.put(f"{member}.dated_on", row["dated_on"].isoformat(), "day", query, events=events)


def _by_slot(
    facts: FactTable, rows: Iterable[dict[str, Any]], redaction: Redaction, query: str
) -> None:
    """Diary numbers of the public evidence of each slot, for the table of results."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["requirement__gate__project__slot__key"], []).append(row["dnr"])
    for key, numbers in found.items():
        text = ", ".join(dict.fromkeys(redaction.clean(dnr) for dnr in numbers))
        facts.put(f"slot.{key}.evidence", text, "text", f'{query}["{key}"].dnr')


def _change(
    facts: FactTable, row: ChangeRequest, as_of: date, redaction: Redaction, query: str
) -> None:
    member = facts.member("change", str(row.pk))
    language = facts.language
    decided = row.decision if row.decided_on is not None and row.decided_on <= as_of else ""
    texts = {
        "kind": CHANGES[language][row.kind],
        "slot": row.slot.name if row.slot else "",
        "reason": redaction.clean(row.reason),
        "cause": row.cause_code,
        "decision": ANSWERS[language][decided],
        "by": redaction.clean(row.decided_by) if decided else "",
    }
    for what, text in texts.items():
        facts.put(f"{member}.{what}", text, "text", query)
    facts.put(f"{member}.asked_on", row.asked_on.isoformat(), "day", query)
    if decided and row.decided_on is not None:
        facts.put(f"{member}.decided_on", row.decided_on.isoformat(), "day", query)


def _title(programme: Programme, language: str) -> str:
    return str(getattr(programme, f"title_{language}"))
