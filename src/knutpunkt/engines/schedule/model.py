"""What a programme consists of: activities with links, gates, calendars, and what they share.

Time is a number of days. Day ``d`` begins at ``d`` and ends at ``d + 1``; callers use
``date.toordinal()``. Durations count working days of the activity's calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knutpunkt.engines.schedule.calendars import Calendar

Shape = Literal["pert", "triangular", "lognormal", "fixed"]
LinkType = Literal["FS", "SS", "FF", "SF"]


@dataclass(frozen=True, slots=True)
class Duration:
    """Working days an activity takes: lowest, most likely and highest.

    ``lognormal`` reads ``low`` and ``high`` as P10 and P90 and ignores ``mode``; ``fixed`` reads
    ``mode`` only.
    """

    low: float
    mode: float
    high: float
    shape: Shape = "pert"


@dataclass(frozen=True, slots=True)
class Gate:
    """A decision at the end of an activity: pass, go back (recycle) or stop for good.

    With probability ``recycle`` the activity is delayed by ``delay``, once or again (each time
    anew with the same probability, at most ``rounds`` times); with probability ``stop`` the
    project never opens.
    """

    recycle: float = 0.0
    delay: Duration = Duration(0, 0, 0, "fixed")
    stop: float = 0.0
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class Activity:
    """A piece of work of a project. A milestone has no duration.

    ``causes`` name shared causes that stretch it; ``crew`` a crew it needs the whole time.
    ``started`` and ``finished`` are actual moments; ``not_before`` keeps a planned start.
    """

    key: str
    duration: Duration = Duration(0, 0, 0, "fixed")
    calendar: str = ""
    causes: tuple[str, ...] = ()
    crew: str = ""
    gate: Gate | None = None
    started: float | None = None
    finished: float | None = None
    not_before: float | None = None
    not_scaled: bool = False
    """True for what no reference class stretches, such as a notice period."""


@dataclass(frozen=True, slots=True)
class Link:
    """``after`` waits for ``before``: FS, SS, FF or SF plus a lag (negative: a lead).

    The lag counts days of ``calendar`` (empty: every day). ``max_lag`` is how long at most may
    pass, for instance until an offer of a lease expires.
    """

    before: str
    after: str
    type: LinkType = "FS"
    lag: float = 0.0
    max_lag: float | None = None
    calendar: str = ""


@dataclass(frozen=True, slots=True)
class Project:
    """One network of activities. It is complete when the activity ``finish`` is.

    ``reference_class`` names the class whose factor stretches all its durations. ``not_before``
    is the first day it may begin. ``not_open_by`` states that it is known not to be complete
    before that moment, whatever its activities say; ``opened`` that it was complete then
    (``(earliest, latest)``: uniform between the two).
    """

    key: str
    activities: tuple[Activity, ...]
    links: tuple[Link, ...]
    finish: str
    reference_class: str = ""
    not_before: float = 0.0
    not_open_by: float | None = None
    opened: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class ReferenceClass:
    """log(actual / planned) of a class: normal with an uncertain mean.

    ``mean_sd`` is how unsure we are of the mean; it is drawn once per run and shared by all
    projects of the class, ``sd`` for each project anew.
    """

    key: str
    mean: float = 0.0
    mean_sd: float = 0.0
    sd: float = 0.0


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that hits many projects at once: factor exp(sd · Z - sd²/2), Z shared.

    Median of the factor is therefore below 1 and its mean 1.
    """

    key: str
    sd: float


@dataclass(frozen=True, slots=True)
class Risk:
    """Something that happens or not, and then delays several projects together.

    In a run it strikes with ``probability``; then ``impact`` is drawn once and added to the
    duration of ``activity`` (empty: of the activity ``finish`` waits for last) in each of
    ``projects``. Activities already finished are not touched.
    """

    key: str
    probability: float
    impact: Duration
    projects: tuple[str, ...]
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """Projects under way together, with what they share, on a day (``data_date``).

    Nothing unfinished is forecast before ``data_date``.
    """

    projects: tuple[Project, ...]
    data_date: float
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()
    classes: tuple[ReferenceClass, ...] = ()
    common_sd: float = 0.0
    """Spread of a log factor that all projects of the programme share (drawn once per run)."""
    crews: Mapping[str, int] = field(default_factory=dict)
    risks: tuple[Risk, ...] = ()
