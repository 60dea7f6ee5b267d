"""What if: a programme with something changed, and what the change does.

An overlay leaves the programme as it is and returns another. Simulated with the same seed, both
draw the same numbers for what they have in common, so that the difference is that of the change
and not of chance. `what_if` does both; it lets the changed programme learn from the openings of
the unchanged one, because dropping a project unlearns nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import floor
from typing import Final

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.binding import RunsDiffer
from knutpunkt.engines.schedule.errors import DuplicateKey, NameUnknown, OutOfRange
from knutpunkt.engines.schedule.model import Duration, Programme, Project
from knutpunkt.engines.schedule.progress import Watch
from knutpunkt.engines.schedule.simulate import simulate
from knutpunkt.engines.schedule.simulation import Simulation

#: Runs with which a chance is known to ±1 percentage point (standard error at most 0.8).
WHAT_IF_RUNS: Final = 4_000


def drop(programme: Programme, *projects: str) -> Programme:
    """Leave projects out; risks that hit only them go too.

    Raises
    ------
    NameUnknown
        When the programme has no such project.
    """
    for key in projects:
        _project(programme, key)
    left = tuple(project for project in programme.projects if project.key not in projects)
    risks = (
        replace(risk, projects=tuple(key for key in risk.projects if key not in projects))
        for risk in programme.risks
    )
    return replace(programme, projects=left, risks=tuple(risk for risk in risks if risk.projects))


def insert(programme: Programme, project: Project) -> Programme:
    """Add a project, for instance a spare slot.

    Raises
    ------
    DuplicateKey
        When the programme has a project of this key.
    """
    if any(known.key == project.key for known in programme.projects):
        raise DuplicateKey(what="project", key=project.key, where="the programme")
    return replace(programme, projects=(*programme.projects, project))


def substitute(
    programme: Programme,
    project: str,
    *,
    reference_class: str | None = None,
    durations: Mapping[str, Duration] | None = None,
) -> Programme:
    """Give a project another reference class or some activities other durations.

    For instance other premises, or a place of another kind.

    Raises
    ------
    NameUnknown
        When the programme has no such project, or the project no such activity.
    """
    known = _project(programme, project)
    changes = dict(durations or {})
    if missing := set(changes) - {activity.key for activity in known.activities}:
        raise NameUnknown(
            where=f"Project “{project}”",
            what="activity",
            name=min(missing),
            known=[activity.key for activity in known.activities],
        )
    activities = tuple(
        replace(activity, duration=changes.get(activity.key, activity.duration))
        for activity in known.activities
    )
    named = known.reference_class if reference_class is None else reference_class
    return _exchange(programme, replace(known, activities=activities, reference_class=named))


def start_no_earlier(programme: Programme, projects: Collection[str], day: float) -> Programme:
    """Let projects, such as those of a wave, begin on a day or later. Begun activities stay.

    Raises
    ------
    NameUnknown
        When the programme has no such project.
    """
    for key in projects:
        known = _project(programme, key)
        programme = _exchange(programme, replace(known, not_before=max(known.not_before, day)))
    return programme


def bring_forward(programme: Programme, projects: Collection[str], day: float) -> Programme:
    """Let projects begin as early as a day, if they were planned later.

    Raises
    ------
    NameUnknown
        When the programme has no such project.
    """
    for key in projects:
        known = _project(programme, key)
        programme = _exchange(programme, replace(known, not_before=min(known.not_before, day)))
    return programme


def add_crew(programme: Programme, crew: str, *, more: int = 1) -> Programme:
    """Give the programme more crews of a kind; negative: fewer.

    Raises
    ------
    NameUnknown
        When it has no crew of this kind.
    OutOfRange
        When none would be left.
    """
    if crew not in programme.crews:
        raise NameUnknown(where="The overlay", what="crew", name=crew, known=list(programme.crews))
    size = programme.crews[crew] + more
    if size < 1:
        raise OutOfRange(where=f"Crew “{crew}”", what="the size", found=size, wanted="1 or more")
    return replace(programme, crews={**programme.crews, crew: size})


def start_at_most(programme: Programme, per_year: int) -> Programme:
    """Cut the budget: no more than so many projects may begin in a calendar year.

    Projects that have begun or opened count in no year and stay. The others keep their order of
    earliest starts, never begin before the data date, and move to 1 January of the first year
    with room.

    Raises
    ------
    OutOfRange
        When fewer than one may begin per year.
    """
    if per_year < 1:
        raise OutOfRange(
            where="The overlay", what="the starts per year", found=per_year, wanted="1 or more"
        )
    begun: Counter[int] = Counter()
    waiting = [project for project in programme.projects if not _has_begun(project, programme)]
    # Sorting keeps the order of the programme among equals.
    for project in sorted(waiting, key=lambda each: max(each.not_before, programme.data_date)):
        start = max(project.not_before, programme.data_date)
        year = date.fromordinal(floor(start)).year
        while begun[year] >= per_year:
            year += 1
        begun[year] += 1
        start = max(start, float(date(year, 1, 1).toordinal()))
        programme = _exchange(programme, replace(project, not_before=start))
    return programme


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a change does, in the same runs.

    ``later_by`` has, for each project in both arms, the days by which its quantiles move
    (P10, P50, P80, P90; ``nan`` where it never opens in both); ``later`` the shares of the runs in
    which it opens later. ``only_before`` and ``only_after`` are in one arm.
    """

    before: Simulation
    after: Simulation
    later_by: Mapping[str, tuple[float, ...]]
    later: Mapping[str, float]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]

    def chances(self, by: float, at_least: int) -> tuple[float, float]:
        """Chance that at least so many have opened by a moment, before and after the change."""
        before, after = (
            float(np.mean(arm.open_by([by])[0] >= at_least)) for arm in (self.before, self.after)
        )
        return before, after

    def standard_error(self, by: float, at_least: int) -> float:
        """Standard error of the difference of these chances, smaller than that of either."""
        before, after = (arm.open_by([by])[0] >= at_least for arm in (self.before, self.after))
        gain: NDArray[np.int8] = after.astype(np.int8) - before.astype(np.int8)
        return float(np.std(gain) / np.sqrt(self.before.runs))


def what_if(
    programme: Programme,
    changed: Programme,
    *,
    runs: int = WHAT_IF_RUNS,
    seed: int,
    watch: Watch | None = None,
) -> Comparison:
    """Simulate a programme and the same with a change, and compare.

    Raises
    ------
    ScheduleRefused
        Whatever `simulate` refuses.
    """
    before = simulate(programme, runs=runs, seed=seed, watch=watch)
    after = simulate(changed, runs=runs, seed=seed, evidence=programme, watch=watch)
    return compare(before, after)


def compare(before: Simulation, after: Simulation) -> Comparison:
    """Compare two simulations run by run.

    Raises
    ------
    RunsDiffer
        When they differ in their seed or number of runs, so that chance would look like an
        effect.
    """
    if (before.seed, before.runs) != (after.seed, after.runs):
        raise RunsDiffer(insurance="after")
    both = [project for project in before.projects if project in after.projects]
    moves = {}
    for project in both:
        with np.errstate(invalid="ignore"):
            days = np.subtract(after.quantiles(project), before.quantiles(project))
        moves[project] = tuple(days.tolist())
    return Comparison(
        before,
        after,
        moves,
        {key: float(np.mean(after.of(key) > before.of(key))) for key in both},
        tuple(key for key in before.projects if key not in after.projects),
        tuple(key for key in after.projects if key not in before.projects),
    )


def _project(programme: Programme, key: str) -> Project:
    for project in programme.projects:
        if project.key == key:
            return project
    raise NameUnknown(
        where="The overlay",
        what="project",
        name=key,
        known=[project.key for project in programme.projects],
    )


def _exchange(programme: Programme, project: Project) -> Programme:
    return replace(
        programme,
        projects=tuple(
            project if known.key == project.key else known for known in programme.projects
        ),
    )


def _has_begun(project: Project, programme: Programme) -> bool:
    silent = project.not_open_by is not None and project.not_before <= programme.data_date
    return (
        project.opened is not None
        or silent
        or any(
            activity.started is not None or activity.finished is not None
            for activity in project.activities
        )
    )
