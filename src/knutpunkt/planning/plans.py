"""A plan: the places, what they mean to whom, and how sure it is. Plain values throughout."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from knutpunkt.planning.verdicts import ClauseVerdict


@dataclass(frozen=True, slots=True)
class Travel:
    """How travel times were made."""

    method: str
    parameters: dict[str, float]
    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Population:
    """Whose travel is counted. ``on`` are the days of the figures."""

    on: tuple[str, ...]
    persons: int
    points: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExistingOffice:
    """An office that was open and stays."""

    key: str
    name: str
    code: str | None
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class ExistingOffices:
    """The network the plan adds to, and what is missing in it."""

    on: str
    count: int
    unnamed: int
    left_out: tuple[str, ...]
    perhaps: tuple[str, ...]
    sentence_sv: str
    sentence_en: str
    offices: tuple[ExistingOffice, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the plan.

    ``why`` are the clauses it counts for. ``persons`` get nearer to an office through it, by
    ``minutes`` each on average; ``person_minutes`` is their sum, and over all places the sum of
    what the plan saves.
    """

    place: str
    basis: str
    municipality: str
    code: str
    lat: float
    lon: float
    why: tuple[str, ...]
    persons: int
    minutes: float
    person_minutes: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What a municipality gains: minutes per resident before and after, and their sum."""

    code: str
    municipality: str
    persons: int
    minutes_before: float
    minutes_after: float
    person_minutes: float


@dataclass(frozen=True, slots=True)
class Spot:
    """A place by name."""

    place: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a rule costs: how much better the best plan without it is.

    ``instead`` are the places that plan opens, ``given_up`` those it leaves out.
    """

    clause: str
    code: str | None
    municipality: str | None
    label_sv: str
    label_en: str
    status: str
    person_minutes: float
    minutes_per_resident: float
    instead: tuple[Spot, ...]
    given_up: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class FreeOptimum:
    """The best plan with as many offices and no rules at all."""

    status: str
    objective: float
    mean_minutes: float
    person_minutes: float
    sites: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Prices:
    """Every named municipality, every other rule, and all of them together."""

    named: tuple[Price, ...]
    clauses: tuple[Price, ...]
    free_optimum: FreeOptimum


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know to judge the plan."""

    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where new offices should open under a mandate, with the proof and its assumptions.

    ``objective`` and ``bound`` are person-minutes to the nearest office, one way; no plan under
    the same clauses has fewer than ``bound``. Shares are of residents, 0 to 1.
    """

    mandate: str
    title_sv: str
    title_en: str
    on: str
    status: str
    gap: float
    objective: float
    bound: float
    seconds: float
    seed: int
    engine: str
    inputs_hash: str
    adjacent_metres: float
    travel: Travel
    population: Population
    existing: ExistingOffices
    mean_minutes_before: float
    mean_minutes_after: float
    share_within_30_before: float
    share_within_30_after: float
    sites: tuple[Site, ...]
    clauses: tuple[ClauseVerdict, ...]
    gains: tuple[Gain, ...]
    notes: tuple[Note, ...]
    prices: Prices | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as values that JSON knows."""
        return asdict(self)
