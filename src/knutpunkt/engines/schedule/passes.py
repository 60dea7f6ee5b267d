"""The forward and the backward pass through one project."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.clock import Clock
from knutpunkt.engines.schedule.duration import Statistic, typical
from knutpunkt.engines.schedule.errors import MaximumLagTooShort
from knutpunkt.engines.schedule.model import Activity, Link, Programme, Project
from knutpunkt.engines.schedule.network import Network

#: Differences below this many days are rounding.
NEAR = 1e-6
#: A maximum lag that fails this week may hold in another; so often is a later week tried.
LATER_WEEKS = 400


@dataclass(slots=True)
class Place:
    """Where an activity lies in time, as far as it is known."""

    key: str
    clock: Clock
    days: float
    started: float | None
    finished: float | None
    start_from: float
    """Earliest moment allowed for a start that has not happened."""
    finish_from: float
    late_start: float = math.inf
    late_finish: float = math.inf
    early_start: float = -math.inf
    early_finish: float = -math.inf

    def early(self, end: str) -> float:
        """Early start (``S``) or early finish (``F``)."""
        return self.early_start if end == "S" else self.early_finish

    def late(self, end: str) -> float:
        """Late start (``S``) or late finish (``F``)."""
        return self.late_start if end == "S" else self.late_finish

    def happened(self, end: str) -> bool:
        """Whether its start (``S``) or finish (``F``) lies in the past."""
        return self.finished is not None or (end == "S" and self.started is not None)

    def start_for(self, finish: float) -> float:
        """Working moment at which to start in order to finish no earlier than ``finish``."""
        return self.working(self.clock.subtract(finish, self.days))

    def working(self, start: float) -> float:
        """Return the moment at which work can start; a milestone needs no working day."""
        return self.clock.next_start(start) if self.days > 0 else start

    def place_early(self, start: float, finish: float, data_date: float) -> None:
        """Set the early dates, given the earliest start and finish that links allow."""
        if self.finished is not None:
            self.early_finish = self.finished
            began = self.clock.subtract(self.finished, self.days)
            self.early_start = began if self.started is None else self.started
        elif self.started is not None:
            done = self.clock.add(self.started, self.days)
            self.early_start, self.early_finish = self.started, max(done, data_date, finish)
        else:
            begin = self.working(start)
            if finish > -math.inf:
                begin = max(begin, self.start_for(finish))
            self.early_start = begin
            self.early_finish = max(self.clock.add(begin, self.days), finish)

    def place_late(self, start: float, finish: float) -> None:
        """Set the late dates, given the latest start and finish that links allow."""
        if self.finished is not None:
            self.late_start, self.late_finish = self.early_start, self.early_finish
        elif self.started is not None:
            self.late_start, self.late_finish = self.early_start, finish
        elif self.days == 0:
            self.late_start = self.late_finish = min(start, finish)
        else:
            self.late_start = min(self.clock.subtract(finish, self.days), start)
            # The last moment of a weekend if it may be: lags to this finish may count days off.
            done = self.clock.worked(self.late_start) + self.days
            self.late_finish = min(finish, self.clock.latest(done))

    def told_late(self) -> tuple[float, float]:
        """Late start and finish as people say them: work ends on a working day."""
        if self.days == 0 or self.finished is not None:
            return self.late_start, self.late_finish
        if abs(self.clock.between(self.early_finish, self.late_finish)) <= NEAR:
            return self.early_start, self.early_finish
        return self.late_start, self.clock.reached(self.clock.worked(self.late_finish))

    def bound_by(self, end: str, moment: float) -> bool:
        """Whether demanding ``moment`` of its start or finish keeps it from being earlier."""
        if self.happened(end):
            return False
        if self.started is not None:
            return moment >= self.early_finish - NEAR
        start = self.working(moment) if end == "S" else self.start_for(moment)
        return start >= self.early_start - NEAR


class Passes:
    """Early and late dates of the activities of one project."""

    def __init__(
        self, network: Network, programme: Programme, of: Statistic, clocks: Mapping[str, Clock]
    ) -> None:
        self.network = network
        self.places = {
            activity.key: _place(activity, network.project, programme, of, clocks)
            for activity in network.order
        }
        self._data_date = programme.data_date
        self._clocks = clocks
        self._limits = [link for link in network.project.links if link.max_lag is not None]
        self._pulled: set[int] = set()
        calendars = {link.calendar for link in self._limits}
        calendars |= {activity.calendar for activity in network.order}
        self._tries = len(self._limits) + 1
        if self._limits and calendars != {""}:
            self._tries += LATER_WEEKS

    def forward(self) -> None:
        """Find the earliest dates.

        Raises
        ------
        MaximumLagTooShort
            When a maximum lag cannot hold.
        """
        for _ in range(self._tries):
            for key in self.places:
                self._place_early(key)
            moved = [link for link in self._limits if self._pull_up(link)]
            if not moved:
                return
        pairs = [(link.before, link.after) for link in moved]
        raise MaximumLagTooShort(project=self.network.project.key, links=pairs)

    def backward(self, due: float | None) -> None:
        """Find the latest dates that keep the finish where it is, or at ``due``."""
        finish = self.network.project.finish
        end = self.places[finish].early_finish if due is None else due
        horizon = max(end, *(place.early_finish for place in self.places.values()))
        for _ in range(self._tries):
            changed = False
            for key in reversed(self.places):
                place = self.places[key]
                before = place.late_start, place.late_finish
                self._place_late(key, end if key == finish else horizon)
                changed |= before != (place.late_start, place.late_finish)
            if not changed:
                return

    def lapsed(self) -> Iterator[tuple[str, str]]:
        """Links whose maximum lag has passed, because what comes before lies in the past."""
        for link in self._limits:
            if self.places[link.before].early(link.type[0]) < self._needed(link) - NEAR:
                yield link.before, link.after

    def total_slack(self, key: str) -> float:
        """Working days the activity can slip without moving the end."""
        place = self.places[key]
        if place.finished is not None:
            return 0.0
        return _rounded(place.clock.between(place.early_finish, place.late_finish))

    def free_slack(self, key: str) -> float:
        """Working days the activity can slip without moving another; inf where none follows."""
        place, slack = self.places[key], math.inf
        if place.finished is not None:
            return 0.0
        for link in self.network.outgoing[key]:
            after, (end, begin) = self.places[link.after], link.type
            if not after.happened(begin):
                until = self._clocks[link.calendar].subtract(after.early(begin), link.lag)
                slack = min(slack, place.clock.between(place.early(end), until))
        for link in self.network.incoming[key]:
            if link.max_lag is not None:
                until = self._allowed(link, self.places[link.before].early(link.type[0]))
                slack = min(slack, place.clock.between(place.early(link.type[1]), until))
        return max(0.0, _rounded(slack))

    def longest_path(self) -> set[str]:
        """Return what drives the finish, what drives that, and so on, as far as unfinished."""
        path: set[str] = set()
        ahead = [self.network.project.finish]
        while ahead:
            key = ahead.pop()
            if key not in path and self.places[key].finished is None:
                path.add(key)
                ahead += self._drivers(key)
        return path

    def _drivers(self, key: str) -> Iterator[str]:
        place = self.places[key]
        for link in self.network.incoming[key]:
            if place.bound_by(link.type[1], self._demanded(link)):
                yield link.before
        for link in self.network.outgoing[key]:
            if id(link) in self._pulled and place.bound_by(link.type[0], self._needed(link)):
                yield link.after

    def _place_early(self, key: str) -> None:
        place = self.places[key]
        start, finish = place.start_from, place.finish_from
        for link in self.network.incoming[key]:
            moment = self._demanded(link)
            if link.type[1] == "S":
                start = max(start, moment)
            else:
                finish = max(finish, moment)
        place.place_early(start, finish, self._data_date)

    def _place_late(self, key: str, latest: float) -> None:
        start, finish = math.inf, latest
        for end, moment in self._latest(key):
            if end == "S":
                start = min(start, moment)
            else:
                finish = min(finish, moment)
        self.places[key].place_late(start, finish)

    def _latest(self, key: str) -> Iterator[tuple[str, float]]:
        """Moments by which the activity must start or finish for the sake of its links."""
        for link in self.network.outgoing[key]:
            after, (end, begin) = self.places[link.after], link.type
            if not after.happened(begin):
                yield end, self._clocks[link.calendar].subtract(after.late(begin), link.lag)
        for link in self.network.incoming[key]:
            before, (end, begin) = self.places[link.before], link.type
            if link.max_lag is not None and before.late(end) < math.inf:
                moment = self._allowed(link, before.late(end))
                # Where the maximum lag has lapsed already, there is nothing left to keep.
                if not before.happened(end) or moment >= self.places[key].early(begin):
                    yield begin, moment

    def _pull_up(self, link: Link) -> bool:
        """Move the first end of a link so late that its maximum lag holds; say if it moved."""
        before, end = self.places[link.before], link.type[0]
        needed = self._needed(link)
        if before.early(end) >= needed - NEAR or before.happened(end):
            return False
        if end == "S":
            before.start_from = needed
        else:
            before.finish_from = needed
        self._pulled.add(id(link))
        return True

    def _demanded(self, link: Link) -> float:
        """Earliest moment a link allows for its second end."""
        before = self.places[link.before].early(link.type[0])
        return self._clocks[link.calendar].add(before, link.lag)

    def _needed(self, link: Link) -> float:
        """Earliest moment of its first end with which the maximum lag of a link holds."""
        clock = self._clocks[link.calendar]
        after = self.places[link.after].early(link.type[1])
        return clock.reached(clock.worked(after) - (link.max_lag or 0.0))

    def _allowed(self, link: Link, before: float) -> float:
        """Latest moment of its second end with which the maximum lag of a link holds."""
        clock = self._clocks[link.calendar]
        return clock.latest(clock.worked(before) + (link.max_lag or 0.0))


def clocks(calendars: Mapping[str, Calendar]) -> dict[str, Clock]:
    """Make a clock for each calendar; the one without a name works every day."""
    return {"": Clock(Calendar.every_day())} | {
        name: Clock(calendar) for name, calendar in calendars.items()
    }


def _place(
    activity: Activity,
    project: Project,
    programme: Programme,
    of: Statistic,
    clocks: Mapping[str, Clock],
) -> Place:
    floor = max(programme.data_date, project.not_before, activity.not_before or -math.inf)
    finished, finish_from = activity.finished, -math.inf
    if activity.key == project.finish:
        finish_from = -math.inf if project.not_open_by is None else project.not_open_by
        if project.opened is not None and finished is None:
            finished = min(sum(project.opened) / 2, programme.data_date)
    return Place(
        activity.key,
        clocks[activity.calendar],
        typical(activity.duration, of),
        activity.started,
        finished,
        floor,
        finish_from,
    )


def _rounded(slack: float) -> float:
    return 0.0 if abs(slack) <= NEAR else slack
