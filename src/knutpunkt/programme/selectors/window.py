"""What a municipality sees of its own slot: a public projection, nothing secret in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from knutpunkt.programme.models import (
    ActivityKind,
    Gate,
    Premises,
    PremisesState,
    Project,
    Requirement,
    Slot,
)
from knutpunkt.programme.selectors.progress import standing_evidence
from knutpunkt.programme.selectors.trend import medians


@dataclass(frozen=True, slots=True)
class Asked:
    """A document a gate asks for, named in both languages, and whether it is filed."""

    key: str
    name_sv: str
    name_en: str
    filed: bool


@dataclass(frozen=True, slots=True)
class GateStep:
    """A gate of the way to the opening, and the open documents it asks for."""

    key: str
    name_sv: str
    name_en: str
    passed_on: date | None
    asked: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class WindowView:
    """A slot as its municipality may see it.

    ``premises`` is empty until the gate of the lease has passed. ``p50`` and ``p80`` are of the
    newest stored forecast, made as of ``forecast_on``; ``None`` when there is none.
    """

    slot: str
    municipality: str
    title_sv: str
    title_en: str
    kind: str
    deadline: date
    dropped_on: date | None
    stopped_on: date | None
    opened_on: date | None
    gates: tuple[GateStep, ...]
    premises: str
    forecast_on: date | None
    p50: date | None
    p80: date | None

    @property
    def next_gate(self) -> GateStep | None:
        """The first gate that has not passed."""
        return next((gate for gate in self.gates if gate.passed_on is None), None)


def window_view(slot: Slot, on: date) -> WindowView:
    """Show a slot through its window on a day: eight queries.

    Neither secret documents nor notes, prices or candidates that were not chosen are read.
    """
    rows = slot.projects.select_related("template").order_by("pk")
    project = rows.prefetch_related(_gates()).last()
    gates = list(project.gates.all()) if project else []
    as_of, p50, p80 = _forecast(slot, on)
    return WindowView(
        slot=slot.name,
        municipality=slot.municipality.name if slot.municipality else "",
        title_sv=slot.programme.title_sv,
        title_en=slot.programme.title_en,
        kind=project.kind if project else "",
        deadline=slot.wave.window_to,
        dropped_on=slot.dropped_on,
        stopped_on=project.stopped_on if project else None,
        opened_on=project.opened_to_public if project else None,
        gates=tuple(_step(gate) for gate in gates),
        premises=_premises(slot, project) if _leased(gates) else "",
        forecast_on=as_of,
        p50=p50,
        p80=p80,
    )


def _gates() -> Prefetch[str]:
    open_papers = Requirement.objects.filter(secret=False).exclude(
        evidence__in=standing_evidence().filter(secret=True)
    )
    papers = open_papers.prefetch_related(
        Prefetch("evidence", queryset=standing_evidence(), to_attr="standing")
    )
    rows = Gate.objects.select_related("activity").order_by("position", "pk")
    return Prefetch(
        "gates", queryset=rows.prefetch_related(Prefetch("requirements", queryset=papers))
    )


def _step(gate: Gate) -> GateStep:
    asked = tuple(
        Asked(row.key, row.name_sv, row.name_en, bool(getattr(row, "standing", ())))
        for row in gate.requirements.all()
    )
    return GateStep(gate.key, gate.name_sv, gate.name_en, gate.passed_on, asked)


def _leased(gates: list[Gate]) -> bool:
    """Whether the gate that closes the negotiation of the lease has passed."""
    lease = [gate for gate in gates if gate.activity.kind == ActivityKind.LEASE]
    return bool(lease) and lease[0].passed_on is not None


def _premises(slot: Slot, project: Project | None) -> str:
    """Name the chosen premises by their street."""
    chosen = Premises.objects.filter(slot=slot, state=PremisesState.CHOSEN).first()
    if project is None or chosen is None:
        return ""
    return ", ".join(part for part in (chosen.street or chosen.name, chosen.locality) if part)


def _forecast(slot: Slot, on: date) -> tuple[date | None, date | None, date | None]:
    """Day, P50 and P80 of the newest stored forecast of the slot's programme."""
    history = medians([slot.programme], on).get(slot.programme_id, {}).get(slot.key, ())
    if not history:
        return None, None, None
    newest = history[-1]
    return newest.as_of, newest.p50, newest.p80
