"""The critical path: early and late dates of every activity, when nothing is left to chance.

A forward pass gives each activity its earliest dates, a backward pass its latest without moving
the end. Maximum lags lead backwards, from an activity to the one it must follow soon; passes are
repeated until they hold too, or until it is certain that they cannot.

References
----------
Kelley and Walker (1959), https://doi.org/10.1145/1460299.1460318; Elmaghraby and Kamburowski
(1992) on minimum and maximum lags, https://doi.org/10.1287/mnsc.38.9.1245
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from knutpunkt.engines.schedule.duration import Statistic
from knutpunkt.engines.schedule.model import Programme, Project
from knutpunkt.engines.schedule.network import Network, networks
from knutpunkt.engines.schedule.passes import Passes, clocks


@dataclass(frozen=True, slots=True)
class Dates:
    """When an activity can be and must be, in moments; slack in working days of its calendar.

    ``total_slack`` is what it can slip without moving the end, ``free_slack`` without moving
    anything. ``critical`` activities lie on the longest path to the finish of the project: what
    drives the finish, what drives that, and so on. Where a weekend lies between, an activity on
    this path may have slack (from Friday evening to Monday), which nobody can use.
    """

    early_start: float
    early_finish: float
    late_start: float
    late_finish: float
    total_slack: float
    free_slack: float
    critical: bool


@dataclass(frozen=True, eq=False)
class Schedule:
    """The dates of a programme.

    ``dates`` has them by project and activity, in an order in which activities come after all
    they wait for; ``finish`` the moment each project is complete; ``lapsed`` the links whose
    maximum lag has passed already, because their first activity lies in the past.
    """

    dates: Mapping[tuple[str, str], Dates]
    finish: Mapping[str, float]
    lapsed: tuple[tuple[str, str, str], ...]

    def critical(self, project: str) -> tuple[str, ...]:
        """Activities on the longest path of a project, in order."""
        return tuple(
            activity
            for (of, activity), dates in self.dates.items()
            if of == project and dates.critical
        )


def critical_path(
    programme: Programme | Project,
    *,
    of: Statistic = "mode",
    due: Mapping[str, float] | None = None,
) -> Schedule:
    """Reckon early and late dates, slack and the longest path of each project.

    Nothing unfinished ends before the data date. A started activity keeps its start and takes its
    whole duration from there; links to its start no longer bind. Work waits for a working day,
    milestones do not; a finish that a link postpones waits for its moment, on a day off too.
    Crews, causes and gates belong to the simulation and play no part.

    Parameters
    ----------
    programme
        A programme, or one project whose activities name no calendar.
    of
        Which number stands for a duration, see `duration.typical`.
    due
        Moments by which projects must be complete. Their late dates then reckon from there, and
        slack may be negative. Without, from the early finish.

    Returns
    -------
    Schedule
        Moments are days, see `model`.

    Raises
    ------
    MaximumLagTooShort
        When a maximum lag cannot hold, however late its first activity is placed.
    ScheduleRefused
        Whatever else `network.networks` refuses.
    """
    if isinstance(programme, Project):
        programme = Programme((programme,), data_date=programme.not_before)
    dates: dict[tuple[str, str], Dates] = {}
    finish: dict[str, float] = {}
    lapsed: list[tuple[str, str, str]] = []
    known = clocks(programme.calendars)
    for network in networks(programme):
        key = network.project.key
        passes = Passes(network, programme, of, known)
        passes.forward()
        passes.backward((due or {}).get(key))
        dates.update(_dates(network, passes))
        finish[key] = passes.places[network.project.finish].early_finish
        lapsed += [(key, before, after) for before, after in passes.lapsed()]
    return Schedule(dates, finish, tuple(lapsed))


def _dates(network: Network, passes: Passes) -> dict[tuple[str, str], Dates]:
    critical = passes.longest_path()
    found = {}
    for key, place in passes.places.items():
        total = passes.total_slack(key)
        late_start, late_finish = place.told_late()
        found[network.project.key, key] = Dates(
            early_start=place.early_start,
            early_finish=place.early_finish,
            late_start=late_start,
            late_finish=late_finish,
            total_slack=total,
            free_slack=min(total, passes.free_slack(key)),
            critical=key in critical,
        )
    return found
