"""Openings by month: what is forecast, what the plan says, what is asked for, what has happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.mandates.selectors import PlanView
from knutpunkt.programme.forecasting.answers import FanPoint
from knutpunkt.programme.forecasting.known import days_of
from knutpunkt.programme.forecasting.problem import end_of
from knutpunkt.programme.forecasting.rows import ClauseRow, Material, SlotRow

DAY = timedelta(days=1)
#: How long after the last deadline, and after the forecast, the fan goes on.
MONTHS_AFTER = 24
DECEMBER = 12


def fan_of(material: Material, simulation: Simulation) -> tuple[FanPoint, ...]:
    """Openings by the last day of every month from the start of the work, and on the day itself."""
    days = fan_days(material)
    rows = [
        simulation.projects.index(slot.project) for slot in material.slots if slot.gone_on is None
    ]
    finish = np.sort(simulation.finish[rows], axis=0)
    return tuple(_point(material, day, finish) for day in days)


def fan_days(material: Material) -> list[date]:
    """Last days of months from the start of the work to two years after the last deadline."""
    first = min(slot.starts_on for slot in material.slots)
    last = max(*(slot.deadline for slot in material.slots), material.as_of)
    days, month = [], (first.year, first.month)
    for _ in range((last.year - first.year) * 12 + last.month - first.month + MONTHS_AFTER + 1):
        days.append(_last_of(*month))
        month = (month[0] + 1, 1) if month[1] == DECEMBER else (month[0], month[1] + 1)
    return sorted({*days, material.as_of})


def _last_of(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == DECEMBER else date(year, month + 1, 1)
    return following - DAY


def _point(material: Material, day: date, finish: np.ndarray) -> FanPoint:
    counts = np.count_nonzero(finish <= end_of(day), axis=0)
    p10, p50, p90 = np.quantile(counts, (0.1, 0.5, 0.9), method="inverted_cdf").tolist()
    least, most = planned_by(material.phases, material.slots, day)
    known = actual_by(material.slots, day) if day <= material.as_of else (None, None)
    return FanPoint(
        day=day,
        p10=int(p10),
        p50=int(p50),
        p90=int(p90),
        planned=least if least == most else None,
        planned_least=least,
        planned_most=most,
        demanded=demanded_by(material.clauses, day),
        actual_least=known[0],
        actual_most=known[1],
    )


def planned_by(phases: Sequence[PlanView], slots: Sequence[SlotRow], day: date) -> tuple[int, int]:
    """Least and most openings the plan allows by the end of a day.

    A phase that says "14 during 2022" says 14 at its end, 0 before its beginning, and in between
    only that it is one of these. Without a plan the rounds of the commission stand for it.
    """
    if phases:
        least = sum(phase.at_least for phase in phases if phase.window_to <= day)
        most = sum(
            phase.at_least if phase.at_most is None else phase.at_most
            for phase in phases
            if phase.window_from <= day
        )
        return least, max(least, most)
    least = sum(slot.deadline <= day for slot in slots)
    return least, max(least, sum(slot.starts_on <= day for slot in slots))


def demanded_by(clauses: Sequence[ClauseRow], day: date) -> int:
    """Most openings any clause demands by the end of a day."""
    totals = [row.at_least for row in clauses if row.type == "at_least" and row.window_to <= day]
    parts = [
        row.at_least
        for row in clauses
        if row.type in ("named", "quota") and row.facts_held and row.window_to <= day
    ]
    return max([sum(parts), *totals])


def actual_by(slots: Sequence[SlotRow], day: date) -> tuple[int, int]:
    """Least and most openings on record by the end of a day; silent offices count as possible."""
    least = most = 0
    for slot in slots:
        if slot.opened is not None:
            first, last = days_of(slot.opened, not_before=slot.starts_on)
            least, most = least + (last <= day), most + (first <= day)
        elif slot.shut_until is not None and slot.state == "perhaps opened":
            most += slot.shut_until < day
    return least, most
