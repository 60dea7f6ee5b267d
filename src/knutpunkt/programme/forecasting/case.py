"""A forecast made ready: what was known, the working days, the classes and the causes.

Reading and estimating takes a few tenths of a second; simulating a prepared case a few hundredths,
so that a page can ask what-if of one that is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any, Final

import numpy as np
from django.db.models import F, Max

from knutpunkt.engines.schedule import model
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.progress import Watch
from knutpunkt.engines.schedule.simulate import simulate
from knutpunkt.engines.schedule.simulation import ENGINE_VERSION, Simulation
from knutpunkt.mandates.models import Attribution, Mandate, PlanVersion
from knutpunkt.network.models import OfficeAddress, OfficeEvent
from knutpunkt.programme.forecasting.errors import RunsOutOfRange
from knutpunkt.programme.forecasting.experience import Experience, experience_of
from knutpunkt.programme.forecasting.known import Knowledge
from knutpunkt.programme.forecasting.parameters import causes_of
from knutpunkt.programme.forecasting.problem import data_date, programme_of
from knutpunkt.programme.forecasting.reading import mandates_under_way, material_from
from knutpunkt.programme.forecasting.record import Record, record_of
from knutpunkt.programme.forecasting.rows import Material, SlotRow
from knutpunkt.programme.forecasting.turns import dealt_by_lot
from knutpunkt.programme.forecasting.working_days import working_calendar
from knutpunkt.programme.models import LogEntry, StoredForecast, Template

RUNS: Final = 10_000
SEED: Final = 28
LEAST_RUNS, MOST_RUNS = 100, 1_000_000
#: Prepared cases kept in memory.
KEPT: Final = 8


@dataclass(frozen=True, eq=False)
class Case:
    """Everything a simulation needs; ``others`` are further commissions known then."""

    material: Material
    others: tuple[Material, ...]
    calendar: Calendar
    experience: Experience
    causes: Mapping[str, float]
    record: Record
    known_until: float
    late: Mapping[str, int] = field(default_factory=dict)
    """Days by which a change puts a project's opening off."""
    interim: Mapping[str, SlotRow] = field(default_factory=dict)
    """A temporary room by project: the office opens in it where it is ready first."""

    def programme(self, slots: Sequence[SlotRow]) -> model.Programme:
        """Build the engine's programme of some slots."""
        return programme_of(
            slots,
            known_until=self.known_until,
            calendar=self.calendar,
            causes=self.causes,
            classes=self.experience.estimate.classes,
            common_sd=self.experience.estimate.common_sd,
            crews=self.material.crews,
            risks=self.material.risks,
        )

    @property
    def projects(self) -> tuple[SlotRow, ...]:
        """All that is simulated: the slots, and the temporary rooms of a change."""
        return (*self.material.slots, *self.interim.values())

    def fingerprint(self) -> str:
        """SHA-256 of all inputs: the same inputs, seed and engine give the same forecast."""
        content = {
            "engine": ENGINE_VERSION,
            "slots": [asdict(slot) for slot in self.material.slots],
            "clauses": [asdict(clause) for clause in self.material.clauses],
            "crews": self.material.crews,
            "risks": [asdict(risk) for risk in self.material.risks],
            "classes": [asdict(one) for one in self.experience.estimate.classes],
            "common_sd": self.experience.estimate.common_sd,
            "causes": dict(self.causes),
            "widened_by": self.record.widening.factor,
            "late": dict(self.late),
            "interim": sorted(self.interim),
            "as_of": self.material.as_of,
            "known_on": self.material.known_on,
        }
        written = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()


def prepare(
    mandate: str = "", *, programme: str = "", as_of: date, known_on: date | None = None
) -> Case:
    """Make a case ready; one that is kept is used again while nothing has been recorded since."""
    key = (mandate, programme, as_of, known_on, _stamp())
    with _LOCK:
        if key in _CASES:
            _CASES.move_to_end(key)
            return _CASES[key]
    case = _prepared(mandate, programme, as_of, known_on)
    with _LOCK:
        _CASES[key] = case
        while len(_CASES) > KEPT:
            _CASES.popitem(last=False)
    return case


def _prepared(mandate: str, programme: str, as_of: date, known_on: date | None) -> Case:
    known = Knowledge(as_of=as_of, known_on=known_on or as_of)
    material = material_from(known, mandate, programme)
    return case_of(material, mandates_under_way(known, besides=material.mandate, judged=False))


def case_of(material: Material, others: Sequence[Material] = ()) -> Case:
    """Estimate what the openings known so far teach, and size what is shared."""
    calendar = working_calendar(material.as_of)
    everything = [*material.slots, *(slot for other in others for slot in other.slots)]
    return Case(
        material=material,
        others=tuple(others),
        calendar=calendar,
        experience=experience_of(everything, calendar=calendar),
        causes=causes_of(row for slot in everything for row in slot.work.works),
        record=record_of(material),
        known_until=data_date(material.slots, material.as_of),
    )


def simulated(
    case: Case,
    *,
    runs: int = RUNS,
    seed: int = SEED,
    keep: Sequence[tuple[str, str]] = (),
    watch: Watch | None = None,
    slots: Sequence[SlotRow] | None = None,
) -> Simulation:
    """Simulate a case, widened as far as the record of earlier forecasts asks for.

    Raises
    ------
    RunsOutOfRange
        For too few or too many runs.
    """
    _require_runs(runs)
    wanted = case.projects if slots is None else slots
    # The classes were estimated from these very projects: the engine must not learn them twice.
    found = simulate(
        case.programme(wanted), runs=runs, seed=seed, keep=keep, watch=watch, learning=False
    )
    if case.material.crews:
        found = dealt_by_lot(found, wanted, apart=_apart(case))
    return put_off(case, widened(found, case.record.widening.factor))


def _apart(case: Case) -> set[str]:
    """Projects a change or a risk treats apart from others like them."""
    hit = {key for risk in case.material.risks for key in risk.slots}
    named = {slot.project for slot in case.material.slots if slot.key in hit}
    return {*named, *case.late, *case.interim}


def put_off(case: Case, simulation: Simulation) -> Simulation:
    """Move openings that a change puts off, and open temporary rooms where they are ready first."""
    if not case.late and not case.interim:
        return simulation
    row = {key: at for at, key in enumerate(simulation.projects)}
    finish = simulation.finish.copy()
    for project, days in case.late.items():
        if project in row:
            finish[row[project]] += days
    for project, room in case.interim.items():
        if project in row:
            finish[row[project]] = np.minimum(finish[row[project]], finish[row[room.project]])
    return replace(simulation, finish=finish)


def _require_runs(runs: int) -> None:
    if not LEAST_RUNS <= runs <= MOST_RUNS:
        raise RunsOutOfRange(runs=runs, least=LEAST_RUNS, most=MOST_RUNS)


def widened(simulation: Simulation, factor: float) -> Simulation:
    """Spread the openings of each project around its median; 1 leaves them as they are."""
    if factor <= 1:
        return simulation
    finish = simulation.finish.copy()
    for row in finish:
        median = float(np.quantile(row, 0.5, method="inverted_cdf"))
        if np.isfinite(median):
            spread = median + factor * (row - median)
            row[:] = np.maximum(spread, np.minimum(row, simulation.data_date))
    return replace(simulation, finish=finish)


_CASES: OrderedDict[Any, Case] = OrderedDict()
_LOCK = Lock()


def _stamp() -> tuple[Any, ...]:
    """What changes whenever something is recorded that a forecast rests on: eight small queries."""
    recorded = (OfficeEvent, OfficeAddress, Attribution, PlanVersion, Mandate, Template)
    latest = Max("recorded_at")
    newest = tuple(t._default_manager.aggregate(Max("pk"), latest).values() for t in recorded)
    logs = LogEntry.objects.filter(number=F("programme__log_length"))
    return (
        *(tuple(one) for one in newest),
        tuple(logs.order_by("programme").values_list("programme", "fingerprint")),
        tuple(StoredForecast.objects.aggregate(Max("pk"), Max("made_at")).values()),
    )
