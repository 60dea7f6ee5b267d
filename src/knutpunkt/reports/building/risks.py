"""Facts about risks on record, and about what slipped and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Q

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.programme.models import Programme, Risk
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.building.recording import last_logged, recorded_after
from knutpunkt.reports.building.redaction import Redaction
from knutpunkt.reports.building.slots import Place, is_late
from knutpunkt.reports.facts import FactTable

WHAT = {
    "sv": {
        "late": "öppnade efter sista dagen", "missed": "sista dagen har passerat",
        "likely late": "öppnar troligen efter sista dagen", "closed": "öppnade och är stängt igen",
        "dropped": "struket", "stopped": "stoppat", "none": "ingen orsak registrerad",
    },
    "en": {
        "late": "opened after the last day", "missed": "the last day has passed",
        "likely late": "will probably open after the last day",
        "closed": "opened and is closed again", "dropped": "dropped", "stopped": "stopped",
        "none": "no cause on record",
    },
}  # fmt: skip


def risk_facts(facts: FactTable, programme: Programme, as_of: date, redaction: Redaction) -> None:
    """Put the open risks of a programme into the fact table: two queries."""
    query = f'programme.risks("{programme.key}", as_of={as_of})'
    rows = Risk.objects.filter(programme=programme).filter(
        Q(closed_on=None) | Q(closed_on__gt=as_of)
    )
    logged = last_logged(programme, "risk-recorded", "risk")
    later = 0
    for row in rows.annotate(hit=Count("slots")).order_by("-probability", "key"):
        member = facts.member("risk", row.key)
        asked = f'{query}["{row.key}"]'
        texts = {"name": row.name, "cause": row.cause, "action": row.action}
        for what, text in texts.items():
            facts.put(f"{member}.{what}", redaction.clean(text), "text", asked)
        facts.put(f"{member}.probability", row.probability, "share", f"{asked}.probability")
        facts.put(f"{member}.days", round(row.mode), "working days", f"{asked}.mode")
        facts.put(f"{member}.slots", row.hit or None, "offices", f"{asked}.slots")
        at = logged.get((row.key,))
        if at is not None and recorded_after(at, as_of):
            later += 1
            day = at.astimezone(NETWORK_ZONE).date().isoformat()
            facts.put(f"{member}.recorded_later", day, "day", f"{asked}.log")
    facts.put("risks.recorded_later", later or None, "risks", f"{query}.log")


def deviation_facts(facts: FactTable, places: Sequence[Place], question: Question) -> None:
    """Put every office that does not keep to its plan into the fact table, with its cause."""
    causes = _causes(facts)
    for place in places:
        what = _what(facts, place, question.as_of)
        if not what:
            continue
        member = facts.member("deviation", place.key)
        query = f'reports.deviations("{question.mandate}", as_of={question.as_of})["{place.key}"]'
        facts.put(f"{member}.name", place.name, "text", query)
        facts.put(f"{member}.what", WHAT[facts.language][what], "text", query)
        facts.put(f"{member}.deadline", place.deadline.isoformat(), "day", query)
        if place.opening is not None:
            opened = place.opening.opened_on
            sources = [place.opening.source]
            facts.put(f"{member}.opened", opened, "rough day", query, sources=sources)
        else:
            facts.put(f"{member}.p50", facts.value(f"slot.{place.key}.p50"), "day", query)
        cause = causes.get(place.name) or WHAT[facts.language]["none"]
        facts.put(f"{member}.cause", cause, "text", query)
    count = len(facts.groups.get("deviation", []))
    facts.put("deviations.count", count, "offices", "len(reports.deviations)")


def _what(facts: FactTable, place: Place, day: date) -> str:
    """Name the deviation of an office; empty where there is none."""
    if place.state in ("dropped", "stopped"):
        return place.state
    if place.opening is not None and place.opening.closed == "yes":
        return "closed"
    if is_late(place, day):
        return "late" if place.state == "opened" else "missed"
    likely = facts.value(f"slot.{place.key}.p50")
    if likely and place.opening is None and date.fromisoformat(str(likely)) > place.deadline:
        return "likely late"
    return ""


def _causes(facts: FactTable) -> dict[str, str]:
    """Cause codes of the changes that name an office, the latest last."""
    found: dict[str, str] = {}
    for key in facts.groups.get("change", []):
        slot, cause = facts.said(f"change.{key}.slot"), facts.said(f"change.{key}.cause")
        if slot and cause:
            found[slot] = cause
    return found
