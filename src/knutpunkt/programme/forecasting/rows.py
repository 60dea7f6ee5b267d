"""What a forecast is made from, as plain values: the same for a programme and for a draft.

Days are inclusive: what opened on a day was open at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knutpunkt.mandates.selectors import PlanView

State = Literal["opened", "perhaps opened", "under way", "dropped", "stopped"]


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A piece of work: how many working days it takes and what of it has happened."""

    key: str
    name_sv: str
    name_en: str
    kind: str
    low: float
    mode: float
    high: float
    shape: str
    basis: str
    basis_note: str
    causes: tuple[str, ...] = ()
    crew: str = ""
    not_scaled: bool = False
    not_before: date | None = None
    started_on: date | None = None
    finished_on: date | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """``after`` waits for ``before``; lags in working days."""

    before: str
    after: str
    type: str
    lag_days: float
    max_lag_days: float | None


@dataclass(frozen=True, slots=True)
class GateRow:
    """A decision after an activity and those in ``also``."""

    key: str
    name_sv: str
    name_en: str
    activity: str
    also: tuple[str, ...]
    recycle: float
    recycle_days: tuple[float, float, float]
    stop: float
    records: str
    basis: str
    basis_note: str
    passed_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanOfWork:
    """What it takes to open one office."""

    title_sv: str
    title_en: str
    source: str
    works: tuple[WorkRow, ...]
    links: tuple[LinkRow, ...]
    gates: tuple[GateRow, ...]

    @property
    def finish(self) -> str:
        """The activity that opens the office: the one whose gate is recorded, else the last."""
        recorded = [gate.activity for gate in self.gates if gate.records]
        return recorded[0] if recorded else self.works[-1].key

    @property
    def reported(self) -> bool:
        """Whether any actual day, or a gate that has passed, is on record."""
        days = any(row.started_on or row.finished_on for row in self.works)
        return days or any(gate.passed_on for gate in self.gates)


@dataclass(frozen=True, slots=True)
class KnownOpening:
    """An opening as the register dated it on the day: first and last day it can have been."""

    earliest: date
    latest: date
    text: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class SlotRow:
    """An office to be opened, with the work and what is known of it.

    ``shut_until`` is the last day it is known not to have been open, None where it has opened.
    ``gone_on`` is the day the slot was dropped or its project stopped.
    """

    mandate: str
    key: str
    name: str
    municipality_code: str | None
    municipality: str
    clause: str
    wave: int
    reference_class: str
    starts_on: date
    deadline: date
    work: PlanOfWork
    state: State = "under way"
    opened: KnownOpening | None = None
    shut_until: date | None = None
    gone_on: date | None = None

    @property
    def project(self) -> str:
        """Key among the projects of all mandates simulated together."""
        return f"{self.mandate}:{self.key}"

    @property
    def finish(self) -> str:
        """The activity that opens the office."""
        return self.work.finish


@dataclass(frozen=True, slots=True)
class RiskRow:
    """Something that may happen and then delays several slots together, in working days."""

    key: str
    name: str
    activity: str
    probability: float
    days: tuple[float, float, float]
    slots: tuple[str, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """What a clause asks for, and what it is worth on the day of the forecast."""

    key: str
    type: str
    at_least: int
    at_most: int | None
    window_from: date | None
    window_to: date
    members: tuple[str, ...]
    facts_held: bool
    verdict: str
    because_sv: str
    because_en: str
    counted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """All that a forecast of one mandate or programme rests on."""

    mandate: str
    programme: str
    title_sv: str
    title_en: str
    as_of: date
    known_on: date
    slots: tuple[SlotRow, ...]
    clauses: tuple[ClauseRow, ...]
    phases: tuple[PlanView, ...]
    crews: dict[str, int] = field(default_factory=dict)
    risks: tuple[RiskRow, ...] = ()

    def slot(self, key: str) -> SlotRow | None:
        """Find a slot by its key."""
        return next((slot for slot in self.slots if slot.key == key), None)
