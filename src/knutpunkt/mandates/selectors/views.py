"""What a check of a mandate answers with."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from knutpunkt.network.life import Certainty


@dataclass(frozen=True, slots=True)
class MandateView:
    slug: str
    title_sv: str
    title_en: str
    decided_on: str
    decided_by: str
    dnr: str
    amends: str | None
    source: str
    published_on: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A clause with its verdict on a day."""

    key: str
    type: str
    verdict: str
    sentence_sv: str
    sentence_en: str
    because_sv: str
    because_en: str
    short_by: int
    short_by_at_least: int
    counted: tuple[str, ...]
    possible: tuple[str, ...]
    at_least: int | None
    at_most: int | None
    window_from: date | None
    window_to: date
    members: tuple[str, ...]
    paraphrase_sv: str
    paraphrase_en: str
    quotation: str
    source: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class AttributionView:
    """An opening and the quota it counts for, on a day."""

    office: str
    name: str
    municipality_code: str | None
    municipality: str
    mandate: str
    clause: str
    basis: str
    opened_on: str
    opened: Certainty
    closed_on: str
    closed: Certainty
    source: str
    note_sv: str
    note_en: str


@dataclass(frozen=True, slots=True)
class PlanView:
    plan: str
    phase: str
    adopted_on: str
    at_least: int
    at_most: int | None
    window_from: date
    window_to: date
    members: tuple[str, ...]
    paraphrase_sv: str
    paraphrase_en: str
    source: str


@dataclass(frozen=True, slots=True)
class Slack:
    """What the total leaves free when every part keeps its minimum."""

    total: int
    committed: int
    left: int
    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class MandateCheck:
    """A mandate on a day: every clause judged, every opening with what it counts for."""

    mandate: MandateView
    on: date
    known_on: date | None
    clauses: tuple[Verdict, ...]
    attributions: tuple[AttributionView, ...]
    opened: tuple[str, ...]
    possibly_opened: tuple[str, ...]
    later_closed: tuple[str, ...]
    slack: Slack | None
    plans: tuple[PlanView, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same facts for JSON, with the number of each verdict in front."""
        whole = asdict(self)
        verdicts = [clause.verdict for clause in self.clauses]
        return {
            "mandate": whole.pop("mandate"),
            "on": self.on.isoformat(),
            "known_on": self.known_on.isoformat() if self.known_on else None,
            "verdicts": {word: verdicts.count(word) for word in sorted(set(verdicts))},
            **{name: value for name, value in whole.items() if name not in ("on", "known_on")},
        }
