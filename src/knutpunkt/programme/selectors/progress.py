"""How far projects are: by evidence filed, never by a number somebody typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from knutpunkt.programme.models import Evidence, Gate, GateDecision, Project, Requirement


@dataclass(frozen=True, slots=True)
class GateProgress:
    """A gate: evidence it asks for, evidence that stands, and whether it has passed."""

    gate: Gate
    asked: int
    filed: int
    last: GateDecision | None

    @property
    def passed(self) -> bool:
        return self.gate.passed_on is not None

    @property
    def complete(self) -> bool:
        return self.filed >= self.asked


@dataclass(frozen=True, slots=True)
class Progress:
    """A project: its gates in order, and the share of their evidence that is filed."""

    gates: tuple[GateProgress, ...]

    @property
    def asked(self) -> int:
        return sum(gate.asked for gate in self.gates)

    @property
    def filed(self) -> int:
        return sum(gate.filed for gate in self.gates)

    @property
    def share(self) -> float:
        return self.filed / self.asked if self.asked else 0.0

    @property
    def next_gate(self) -> GateProgress | None:
        return next((gate for gate in self.gates if not gate.passed), None)

    @property
    def last_passed(self) -> GateProgress | None:
        return next((gate for gate in reversed(self.gates) if gate.passed), None)


def standing_evidence() -> QuerySet[Evidence]:
    """Evidence that was not withdrawn."""
    return Evidence.objects.filter(withdrawn_at=None)


def missing_requirements(gate: Gate, *, on: date) -> list[Requirement]:
    """Requirements of a gate without evidence that stands and was there on a day: one query."""
    rows = Requirement.objects.filter(gate=gate)
    return list(rows.exclude(evidence__in=standing_evidence().filter(dated_on__lte=on)))


def progress_of(projects: Iterable[Project]) -> dict[int, Progress]:
    """Progress by project: two queries for however many projects."""
    keys = [project.pk for project in projects]
    gates = (
        Gate.objects.filter(project__in=keys)
        .order_by("project", "position", "pk")
        .annotate(
            asked=Count("requirements", distinct=True),
            filed=Count(
                "requirements",
                distinct=True,
                filter=Q(requirements__evidence__isnull=False)
                & Q(requirements__evidence__withdrawn_at=None),
            ),
        )
    )
    decisions: dict[int, GateDecision] = {
        decision.gate_id: decision
        for decision in GateDecision.objects.filter(gate__project__in=keys).order_by("number")
    }
    found: dict[int, list[GateProgress]] = {key: [] for key in keys}
    for gate in gates:
        found[gate.project_id].append(
            GateProgress(gate, gate.asked, gate.filed, decisions.get(gate.pk))
        )
    return {key: Progress(tuple(rows)) for key, rows in found.items()}
