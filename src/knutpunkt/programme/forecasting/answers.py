"""A forecast as plain values, for pages, commands and the store."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from knutpunkt.programme.forecasting.rows import State

Word = Literal["likely", "at risk", "unlikely"]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader must know to judge the forecast."""

    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class SlotForecast:
    """When an office opens: days by which it has opened in 10, 50, 80 and 90 % of the runs.

    A day is None where the office is not open within the horizon in so many runs. ``never`` is
    the probability that it is stopped for good, ``on_time`` that it opens by its deadline,
    ``trend_days`` how far P50 has moved since the stored forecast before.
    """

    key: str
    name: str
    municipality_code: str | None
    municipality: str
    wave: int
    clause: str
    state: State
    opened_on: str
    deadline: date
    p10: date | None
    p50: date | None
    p80: date | None
    p90: date | None
    never: float
    on_time: float
    trend_days: int | None = None


@dataclass(frozen=True, slots=True)
class ClauseChance:
    """How likely a clause is to hold; ``probability`` is None where no fact can decide it.

    ``independent`` is what the same slots would give if nothing hit them together. ``binds`` are
    the slots whose opening in time would help most.
    """

    key: str
    type: str
    verdict_now: str
    probability: float | None
    standard_error: float | None
    independent: float | None
    word: Word | None
    needed: int
    possible: int
    slack: int | None
    binds: tuple[str, ...]
    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class FanPoint:
    """Openings that count by the end of a day.

    ``planned`` is what the plan says for the day, None where it only says between
    ``planned_least`` and ``planned_most``; ``demanded`` what the commission asks for by then.
    The actual bounds stand for days up to that of the forecast.
    """

    day: date
    p10: int
    p50: int
    p90: int
    planned: int | None
    planned_least: int
    planned_most: int
    demanded: int
    actual_least: int | None
    actual_most: int | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A figure the forecast rests on, with its basis: measured, expert or assumed."""

    key: str
    name_sv: str
    name_en: str
    value: str
    basis: str
    why_sv: str
    why_en: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class HitRate:
    """How often earlier forecasts held: openings no later than their P80 said.

    ``low`` and ``high`` bound the true rate with 95 % confidence. ``widened_by`` is the factor by
    which this forecast was spread because of the record (1: not at all).
    """

    hits: int
    scored: int
    rate: float | None
    low: float
    high: float
    widened_by: float
    sentence_sv: str
    sentence_en: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the offices of a commission open, and how likely each clause is, on a day."""

    mandate: str
    programme: str
    title_sv: str
    title_en: str
    as_of: date
    known_on: date
    seed: int
    runs: int
    engine: str
    inputs_hash: str
    slots: tuple[SlotForecast, ...]
    clauses: tuple[ClauseChance, ...]
    all_clauses: float | None
    fan: tuple[FanPoint, ...]
    parameters: tuple[Parameter, ...]
    notes: tuple[Note, ...]
    record: HitRate | None = None
    curves: dict[str, tuple[float | None, ...]] = field(default_factory=dict, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """Return the forecast as values that JSON knows, days as ISO 8601."""
        found: dict[str, Any] = plain(asdict(self))
        for clause in found["clauses"]:
            clause["sentence"] = clause["sentence_en"]
        return found

    def slot(self, key: str) -> SlotForecast | None:
        """Find a slot by its key."""
        return next((slot for slot in self.slots if slot.key == key), None)

    def clause(self, key: str) -> ClauseChance | None:
        """Find a clause by its key."""
        return next((clause for clause in self.clauses if clause.key == key), None)


def plain(value: Any) -> Any:
    """Turn days and tuples into what JSON knows."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
