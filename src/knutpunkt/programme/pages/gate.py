"""The page of a gate: what it asks for, what is filed, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.programme.models import Evidence, Gate, GateDecision, GateOutcome, Requirement
from knutpunkt.programme.pages.project import over_words
from knutpunkt.programme.pages.words import day, moment, said, size
from knutpunkt.programme.pages.work import gate_state
from knutpunkt.programme.selectors.progress import GateProgress, Progress


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """A document; of a secret one, those who may not see it learn only that it is there."""

    pk: int
    title: str
    dnr: str
    secret: bool
    hidden: bool
    dated: str
    filed: str
    href: str
    file: str
    withdrawn: str


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """Something that must hold before the gate can pass."""

    name: str
    met: bool
    usually_secret: bool
    evidence: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    number: int
    outcome: str
    decided_on: str
    decided_by: str
    delegation: str
    conditions: str
    dnr: str
    recorded: str


@dataclass(frozen=True, slots=True)
class GatePage:
    key: str
    slot: str
    slot_name: str
    programme: str
    gate: str
    name: str
    state: str
    passed: bool
    over: str
    ready: bool
    criteria: tuple[CriterionLine, ...]
    earlier: str
    decisions: tuple[DecisionLine, ...]
    records: str
    clause: str
    decided: int
    next: str
    next_href: str


def gate_page(
    gate: Gate, progress: Progress, requirements: Iterable[Requirement], *, secrets: bool
) -> GatePage:
    """Write out a gate, for somebody who may see secret evidence or may not."""
    slot = gate.project.slot
    here = next(one for one in progress.gates if one.gate.pk == gate.pk)
    criteria = tuple(_criterion(row, slot.programme.key, secrets=secrets) for row in requirements)
    earlier = _earlier(progress.gates, gate)
    ahead = progress.next_gate if here.passed else None
    place = (slot.programme.key, slot.key)
    return GatePage(
        key=slot.programme.key,
        slot=slot.key,
        slot_name=slot.name,
        programme=said(slot.programme, "title"),
        gate=gate.key,
        name=said(gate, "name"),
        state=gate_state(here),
        passed=here.passed,
        over=over_words(gate.project, dropped=slot.dropped_why),
        ready=here.complete and not earlier,
        criteria=criteria,
        earlier=earlier,
        decisions=decision_lines(gate.decisions.all()),
        records=gate.records,
        clause=said(slot.clause, "paraphrase") if slot.clause else "",
        decided=gate.decisions_made,
        next=said(ahead.gate, "name") if ahead else "",
        next_href=reverse("programme:gate", args=(*place, ahead.gate.key)) if ahead else "",
    )


def decision_lines(decisions: Iterable[GateDecision]) -> tuple[DecisionLine, ...]:
    """Write out decisions, the newest first."""
    return tuple(
        DecisionLine(
            number=row.number,
            outcome=str(GateOutcome(row.outcome).label),
            decided_on=day(row.decided_on),
            decided_by=row.decided_by,
            delegation=row.delegation,
            conditions=row.conditions,
            dnr=row.dnr,
            recorded=_("%(who)s, %(when)s")
            % {"who": row.recorded_by, "when": moment(row.recorded_at)},
        )
        for row in sorted(decisions, key=lambda row: -row.number)
    )


def evidence_line(row: Evidence, *, programme: str, slot: str, secrets: bool) -> EvidenceLine:
    """Write out a document."""
    hidden = row.secret and not secrets
    href = reverse("programme:evidence", args=(programme, slot, row.pk))
    return EvidenceLine(
        pk=row.pk,
        title=_("secret") if hidden else row.title,
        dnr=_("secret") if hidden else row.dnr,
        secret=row.secret,
        hidden=hidden,
        dated=day(row.dated_on),
        filed=_("%(who)s, %(when)s") % {"who": row.filed_by, "when": moment(row.filed_at)},
        href=href if row.file_name and not hidden else "",
        file="" if hidden or not row.file_name else f"{row.file_name}, {size(row.size)}",
        withdrawn=_withdrawn(row, hidden=hidden),
    )


def _withdrawn(row: Evidence, *, hidden: bool) -> str:
    if row.withdrawn_at is None:
        return ""
    words = {"who": row.withdrawn_by, "when": moment(row.withdrawn_at), "why": row.withdrawn_why}
    if hidden:
        return _("withdrawn by %(who)s, %(when)s") % words
    return _("withdrawn by %(who)s, %(when)s: %(why)s") % words


def _criterion(row: Requirement, programme: str, *, secrets: bool) -> CriterionLine:
    slot = row.gate.project.slot.key
    filed = list(row.evidence.all())
    return CriterionLine(
        name=said(row, "name"),
        met=any(one.withdrawn_at is None for one in filed),
        usually_secret=row.secret,
        evidence=tuple(
            evidence_line(one, programme=programme, slot=slot, secrets=secrets) for one in filed
        ),
    )


def _earlier(gates: Sequence[GateProgress], gate: Gate) -> str:
    """The first earlier gate that has not passed; empty where all have."""
    before = (one for one in gates if one.gate.position < gate.position and not one.passed)
    first = next(before, None)
    return said(first.gate, "name") if first else ""
