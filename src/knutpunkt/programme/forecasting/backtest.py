"""Forecasts as they could have been made then, held against what was published later.

The network count is the one on record on the day of the forecast plus the openings of every
commission under way, in one joint simulation. Only what was published by then is used. The times
of the template were nevertheless written after the event; what is tested is the reckoning and
whether its uncertainty is honest, not foresight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.mandates.selectors import check
from knutpunkt.network.models import PublishedCount
from knutpunkt.network.selectors.counting import count_network
from knutpunkt.programme.forecasting.answers import Note, plain
from knutpunkt.programme.forecasting.case import RUNS, SEED, case_of, simulated
from knutpunkt.programme.forecasting.clauses import judge
from knutpunkt.programme.forecasting.errors import CountNotPublished
from knutpunkt.programme.forecasting.fan import planned_by
from knutpunkt.programme.forecasting.known import Knowledge
from knutpunkt.programme.forecasting.problem import end_of
from knutpunkt.programme.forecasting.reading import mandates_under_way
from knutpunkt.programme.forecasting.rows import Material, SlotRow
from knutpunkt.programme.forecasting.sentences import backtest_notes, backtest_sentence
from knutpunkt.programme.forecasting.storing import FINAL

#: The day after the revised plan was published, and three days after the press counted 123.
AS_OF: Final = (date(2021, 9, 30), date(2022, 6, 30))
COUNTED: Final = (date(2022, 12, 15), date(2023, 6, 14))
#: By how much the day a published count refers to may precede its publication.
EARLIER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Target:
    """The network on one later day: forecast, plan and what was published.

    ``below`` and ``up_to`` are the shares of runs below the published count and up to it. The
    plan says between ``plan_least`` and ``plan_most``; ``plan_says`` is its number on
    ``plan_says_on``, the next day for which it gives one.
    """

    day: date
    published: int
    source: str
    p10: int
    p50: int
    p90: int
    inside: bool
    below: float
    up_to: float
    month_earlier: tuple[int, int, int]
    inside_month_earlier: bool
    plan_least: int
    plan_most: int
    plan_says: int | None
    plan_says_on: date | None
    error: int
    plan_error: int | None


@dataclass(frozen=True, slots=True)
class ClauseThen:
    """What a clause was given then, and its verdict as known now."""

    mandate: str
    key: str
    probability: float | None
    verdict: str
    brier: float | None


@dataclass(frozen=True, slots=True)
class Then:
    """One forecast of the past."""

    as_of: date
    known_least: int
    known_most: int
    under_way: int
    targets: tuple[Target, ...]
    clauses: tuple[ClauseThen, ...]


@dataclass(frozen=True, slots=True)
class BackTest:
    """All forecasts of the past, and how many of them held."""

    runs: int
    seed: int
    engine: str
    inside: int
    of: int
    forecasts: tuple[Then, ...]
    sentence_sv: str
    sentence_en: str
    notes: tuple[Note, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the back-test as values that JSON knows."""
        found: dict[str, Any] = plain(asdict(self))
        return found


def backtest(
    *,
    as_of: Sequence[date] = AS_OF,
    days: Sequence[date] = COUNTED,
    runs: int = RUNS,
    seed: int = SEED,
) -> BackTest:
    """Hold forecasts made on earlier days against published counts of the network.

    Parameters
    ----------
    as_of
        Days of the forecasts.
    days
        Days for which an actual count was published.
    runs, seed
        Of the simulations.

    Raises
    ------
    CountNotPublished
        When no count is on record for a day.
    """
    published = [_published(day) for day in days]
    made = [_then(day, published, runs=runs, seed=seed) for day in as_of]
    targets = [target for then, _ in made for target in then.targets]
    inside = sum(target.inside for target in targets)
    sv, en = backtest_sentence(inside, len(targets))
    return BackTest(
        runs=runs,
        seed=seed,
        engine=made[0][1].engine if made else "",
        inside=inside,
        of=len(targets),
        forecasts=tuple(then for then, _ in made),
        sentence_sv=sv,
        sentence_en=en,
        notes=tuple(Note(*both) for both in backtest_notes()),
    )


def _published(day: date) -> PublishedCount:
    rows = PublishedCount.objects.filter(earliest=day, latest=day, kind="actual")
    found = rows.order_by("-pk").first()
    if found is None:
        raise CountNotPublished(day=day)
    return found


def _then(
    as_of: date, published: Sequence[PublishedCount], *, runs: int, seed: int
) -> tuple[Then, Simulation]:
    known = Knowledge(as_of=as_of, known_on=as_of)
    materials = mandates_under_way(known)
    case = case_of(_together(materials), ())
    simulation = simulated(case, runs=runs, seed=seed)
    counted = count_network(known.network)
    ahead = [slot for slot in case.material.slots if not _surely_open(slot, as_of)]
    others = _perhaps_others(known)
    rows = [simulation.projects.index(slot.project) for slot in ahead]
    finish = simulation.finish[rows]
    targets = tuple(
        _target(row, counted.at_least, others, finish, materials, as_of) for row in published
    )
    then = Then(
        as_of=as_of,
        known_least=counted.at_least,
        known_most=counted.at_least + others,
        under_way=len(ahead),
        targets=targets,
        clauses=_clauses(materials, simulation),
    )
    return then, simulation


def _together(materials: Sequence[Material]) -> Material:
    """Make one material of all commissions under way, to be simulated jointly."""
    latest = materials[-1]
    crews = {crew: size for material in materials for crew, size in material.crews.items()}
    return Material(
        mandate=latest.mandate,
        programme="",
        title_sv=latest.title_sv,
        title_en=latest.title_en,
        as_of=latest.as_of,
        known_on=latest.known_on,
        slots=tuple(slot for material in materials for slot in material.slots),
        clauses=(),
        phases=(),
        crews=crews,
    )


def _surely_open(slot: SlotRow, as_of: date) -> bool:
    return slot.opened is not None and slot.opened.latest <= as_of


def _perhaps_others(known: Knowledge) -> int:
    """Offices that may be open and that no commission under way accounts for."""
    awaited = {one.opening.office for one in known.attributed}
    return sum(office.key not in awaited for office in count_network(known.network).perhaps)


def _target(
    row: PublishedCount,
    least: int,
    others: int,
    finish: NDArray[np.float64],
    materials: Sequence[Material],
    as_of: date,
) -> Target:
    assert row.earliest is not None
    day = row.earliest
    counts = least + np.count_nonzero(finish <= end_of(day), axis=0)
    p10, p50, p90 = _quantiles(counts, others)
    earlier = _quantiles(least + np.count_nonzero(finish <= end_of(day - EARLIER), axis=0), others)
    plan = _plan(materials, as_of, day)
    says_on = _next_stated(materials, day)
    says = least + _plan(materials, as_of, says_on)[0] if says_on else None
    return Target(
        day=day,
        published=row.count,
        source=row.source,
        p10=p10,
        p50=p50,
        p90=p90,
        inside=p10 <= row.count <= p90,
        below=float(np.mean(counts < row.count)),
        up_to=float(np.mean(counts <= row.count)),
        month_earlier=earlier,
        inside_month_earlier=earlier[0] <= row.count <= earlier[2],
        plan_least=least + plan[0],
        plan_most=least + plan[1],
        plan_says=says,
        plan_says_on=says_on,
        error=p50 - row.count,
        plan_error=_outside(row.count, least + plan[0], least + plan[1]),
    )


def _quantiles(counts: NDArray[np.int64], others: int) -> tuple[int, int, int]:
    p10, p50, p90 = np.quantile(counts, (0.1, 0.5, 0.9), method="inverted_cdf").tolist()
    return int(p10), int(p50), int(p90) + others


def _plan(materials: Sequence[Material], as_of: date, day: date) -> tuple[int, int]:
    """Least and most openings the plans still have ahead by a day, taken at their word."""
    least = most = 0
    for material in materials:
        opened = sum(_surely_open(slot, as_of) for slot in material.slots)
        low, high = planned_by(material.phases, material.slots, day)
        least, most = least + max(0, low - opened), most + max(0, high - opened)
    return least, most


def _next_stated(materials: Sequence[Material], day: date) -> date | None:
    """Find the next day for which a plan gives a number."""
    stated = {phase.window_to for material in materials for phase in material.phases}
    return min((one for one in stated if one >= day), default=None)


def _outside(count: int, least: int, most: int) -> int:
    """How far a count lies outside what the plan allows: 0 inside."""
    return max(least - count, 0) or -max(count - most, 0)


def _clauses(materials: Sequence[Material], simulation: Simulation) -> tuple[ClauseThen, ...]:
    """Probability then beside the verdict now, for every clause of every commission."""
    found = []
    for material in materials:
        last = max(row.window_to for row in material.clauses)
        now = {v.key: v.verdict for v in check(material.mandate, on=last).clauses}
        judged = judge(material.clauses, material.slots, simulation)
        for one in judged.clauses:
            loss = _brier(one.probability, now[one.key])
            found.append(ClauseThen(material.mandate, one.key, one.probability, now[one.key], loss))
    return tuple(found)


def _brier(probability: float | None, verdict: str) -> float | None:
    """Squared error of a probability; None where one of the two is not known."""
    if probability is None or verdict not in FINAL:
        return None
    return (probability - FINAL[verdict]) ** 2
