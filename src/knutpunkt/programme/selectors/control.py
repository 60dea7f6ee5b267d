"""How a programme stands against what was adopted: status, baselines, slip and earned schedule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from knutpunkt.engines.schedule.earned import EarnedSchedule, earned_schedule, planned_values
from knutpunkt.programme.models import Baseline, BaselineLine, Gate, Programme, Project
from knutpunkt.programme.planned import OPEN, Planned

STATUS_DAYS = 30
WEEK = 7


@dataclass(frozen=True, slots=True)
class StatusAge:
    """How old the newest status report of a project is on a day.

    ``newest`` is empty when there is none; the age then counts from the start of the work.
    """

    project: Project
    newest: date | None
    days: int

    @property
    def old(self) -> bool:
        """Whether it is older than thirty days: a warning on every page that shows the project."""
        return self.days > STATUS_DAYS


@dataclass(frozen=True, slots=True)
class Slip:
    """How far a gate has moved from the newest baseline, in days: positive is later."""

    slot: str
    gate: str
    baseline: date
    now: date

    @property
    def days(self) -> int:
        """Calendar days from the baseline to the plan of today."""
        return (self.now - self.baseline).days


def under_way(programmes: Iterable[Programme], on: date) -> QuerySet[Project]:
    """Projects whose work has begun by a day and has not ended."""
    return Project.objects.filter(
        slot__programme__in=list(programmes),
        slot__dropped_on=None,
        slot__wave__starts_on__lte=on,
        completed_on=None,
        stopped_on=None,
    ).select_related("slot__programme", "slot__wave")


def status_ages(programmes: Iterable[Programme], on: date) -> list[StatusAge]:
    """Age of the newest status report of every project under way on a day: one query."""
    reported = Max("reports__as_of", filter=Q(reports__as_of__lte=on))
    rows = under_way(programmes, on).annotate(reported=reported)
    return [_age(row, row.reported, on) for row in rows]


def newest_baseline(programme: Programme, on: date) -> Baseline | None:
    """Return the baseline in force on a day: one query."""
    return programme.baselines.filter(adopted_on__lte=on).order_by("-number").first()


def baseline_days(
    programmes: Iterable[Programme], on: date
) -> dict[int, dict[tuple[str, str], date]]:
    """Days of the baseline in force on a day, by programme, slot and gate: two queries."""
    adopted = Baseline.objects.filter(programme__in=list(programmes), adopted_on__lte=on)
    newest = {row.programme_id: row.pk for row in adopted.order_by("number")}
    found: dict[int, dict[tuple[str, str], date]] = {pk: {} for pk in newest}
    lines = BaselineLine.objects.filter(baseline__in=newest.values())
    for programme, slot, gate, day in lines.values_list(
        "baseline__programme", "slot__key", "gate", "day"
    ):
        found[programme][slot, gate] = day
    return found


def slips(programme: Programme, planned: Planned, on: date) -> tuple[Slip, ...]:
    """Compare a plan with the baseline in force on a day: two queries, largest slip first."""
    adopted = baseline_days([programme], on).get(programme.pk, {})
    found = [
        Slip(slot, gate, day, planned.days[slot, gate])
        for (slot, gate), day in adopted.items()
        if (slot, gate) in planned.days
    ]
    return tuple(sorted(found, key=lambda slip: (-slip.days, slip.slot, slip.gate)))


def earned(programme: Programme, on: date) -> EarnedSchedule | None:
    """Earned schedule of a programme in weeks, by gates passed: three queries.

    Every gate counts one point. The plan is the baseline in force on the day, without the slots
    that were dropped by then. ``None`` without a baseline, or before the first week is over.

    References
    ----------
    Lipke (2003), Schedule is different, The Measurable News, summer 2003.
    """
    start = programme.starts_on.toordinal()
    weeks = (on.toordinal() + 1 - start) / WEEK
    days = baseline_days([programme], on).get(programme.pk, {})
    dropped = set(programme.slots.filter(dropped_on__lte=on).values_list("key", flat=True))
    plan = {
        (slot, gate): day
        for (slot, gate), day in days.items()
        if gate != OPEN and slot not in dropped
    }
    if not plan or weeks < 1:
        return None
    passed = Gate.objects.filter(project__slot__programme=programme, passed_on__lte=on)
    done = set(passed.values_list("project__slot__key", "key")) & set(plan)
    moments = [float(day.toordinal() + 1) for day in plan.values()]
    length = int(max(moments) - start) // WEEK + 1
    ends = [float(start + WEEK * week) for week in range(1, length + 1)]
    values = planned_values(moments, [1.0] * len(moments), ends)
    return earned_schedule(values, float(len(done)), weeks)


def _age(project: Project, newest: date | None, on: date) -> StatusAge:
    begun = max(project.slot.wave.starts_on, project.slot.programme.starts_on)
    return StatusAge(project, newest, (on - (newest or begun)) // timedelta(days=1))
