"""What the plan promised about an office, held against what happened."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext, gettext_noop

from knutpunkt.core.models import Run
from knutpunkt.engines.travel import straight_line_minutes
from knutpunkt.network.selectors import OfficeOnDay
from knutpunkt.planning.services import DETOUR, KM_PER_HOUR
from knutpunkt.programme.models import CostKind, CostLine, Programme, Project, Promise
from knutpunkt.programme.selectors.items import said
from knutpunkt.programme.selectors.money import outcome_of
from knutpunkt.programme.selectors.relief import Relief, Travelled, travelled
from knutpunkt.reception.models import Room
from knutpunkt.reception.selectors.figures import visits_by_office

A_YEAR = 365
OPEN_BY = "open-by"
#: Measures that are always shown, in this order; others that were promised follow.
MEASURES = (
    OPEN_BY,
    "mean-minutes-before",
    "mean-minutes-after",
    "persons-nearer",
    "minutes-each",
    "visits-per-year",
    "cost",
)
"""Days are ordinals, minutes are one way, visits and kronor are numbers."""
UNITS = {
    OPEN_BY: "day",
    "mean-minutes-before": "minutes",
    "mean-minutes-after": "minutes",
    "persons-nearer": "persons",
    "minutes-each": "minutes",
    "visits-per-year": "visits",
    "cost": "SEK",
}


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A promise and what became of it; ``None`` is what nobody promised or nobody knows.

    ``open-by`` is in ordinals of days (``date.fromordinal``).
    """

    measure: str
    unit: str
    promised: float | None
    happened: float | None
    message: str
    values: Mapping[str, object]
    source: str

    @property
    def difference(self) -> float | None:
        """What happened minus what was promised."""
        if self.promised is None or self.happened is None:
            return None
        return self.happened - self.promised

    @property
    def sentence(self) -> str:
        """Where the figure comes from, in the language of whoever reads it."""
        return gettext(self.message) % {name: said(value) for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Promised against happened for one project on a day.

    ``relief`` are the neighbouring offices whose nearest residents now have this office nearest.
    """

    project: Project
    on: date
    opened_on: date | None
    rows: tuple[OutcomeRow, ...]
    relief: tuple[Relief, ...]

    @property
    def days_open(self) -> int | None:
        """Days since the opening; ``None`` before it."""
        return (self.on - self.opened_on).days if self.opened_on else None

    @property
    def too_early(self) -> bool:
        """Whether the office has been open for less than a year, so that the figures may move."""
        return self.days_open is None or self.days_open < A_YEAR

    @property
    def sentence(self) -> str:
        """How much the comparison is worth on the day."""
        if self.opened_on is None:
            return gettext("The office has not opened, so little can be compared.")
        if self.too_early:
            text = gettext("Open for %(days)d days: too early to judge, shown all the same.")
            return text % {"days": self.days_open}
        return gettext("Open since %(day)s.") % {"day": self.opened_on.isoformat()}


Happened = tuple[float | None, str, Mapping[str, object]]


def promised_against_happened(project: Project, on: date) -> Outcome:
    """Compare what was promised about a project with what is on record: seventeen queries.

    Travel is reckoned as the plan did: straight lines with its detour and speed, from where people
    live to the nearest office that surely is open. “Before” is the network of the day the
    commission was decided (else the day before the opening), “after” that of the day asked for.
    """
    promises = {row.measure: row for row in project.promises.order_by("pk")}
    travel = _travelled(project, on)
    opened = _opened(project, travel, on)
    happened: dict[str, Callable[[], Happened]] = {
        OPEN_BY: partial(_opening, project, travel),
        "mean-minutes-before": partial(_minutes, travel, "minutes_before"),
        "mean-minutes-after": partial(_minutes, travel, "minutes_after"),
        "persons-nearer": partial(_nearer, travel, "persons_nearer"),
        "minutes-each": partial(_nearer, travel, "minutes_each"),
        "visits-per-year": partial(_visits, project, opened, on),
        "cost": partial(_cost, project),
    }
    more = tuple(measure for measure in promises if measure not in MEASURES)
    rows = tuple(
        _row(measure, project, promises.get(measure), happened.get(measure, _nothing))
        for measure in (*MEASURES, *more)
    )
    return Outcome(project, on, opened, rows, travel.relief if travel else ())


def _row(
    measure: str, project: Project, promise: Promise | None, happened: Callable[[], Happened]
) -> OutcomeRow:
    value, message, values = happened()
    promised, source = (promise.value, promise.source) if promise else _implied(measure, project)
    unit = promise.unit if promise else UNITS.get(measure, "")
    return OutcomeRow(measure, unit, promised, value, message, values, source)


def _implied(measure: str, project: Project) -> tuple[float | None, str]:
    """What the programme itself promises: the deadline of the round, and the planned cost."""
    if measure == OPEN_BY:
        wave = project.slot.wave
        text = gettext("deadline of round %(number)d") % {"number": wave.number}
        return float(wave.window_to.toordinal()), text
    if measure == "cost":
        lines = CostLine.objects.filter(project=project, kind=CostKind.PLAN)
        total = lines.aggregate(sum=Sum("amount"))["sum"]
        return (None if total is None else float(total)), gettext("planned cost")
    return None, ""


def _travelled(project: Project, on: date) -> Travelled | None:
    """Reckon the travel to the project's office; ``None`` while it has none."""
    if project.office is None:
        return None
    programme = project.slot.programme
    decided = programme.mandate.decided_latest if programme.mandate else None
    minutes = partial(straight_line_minutes, **_parameters(programme))
    return travelled(project.office.key, on, decided, project.slot.municipality_id, minutes)


def _parameters(programme: Programme) -> dict[str, float]:
    """Detour and speed of the plan the programme follows, else those plans are made with."""
    question: Mapping[str, Any] = {}
    try:
        run = Run.objects.filter(pk=uuid.UUID(programme.study)).first()
        question = run.question if run else {}
    except ValueError:
        pass  # the programme follows no plan
    return {
        "detour": float(question.get("detour", DETOUR)),
        "km_per_hour": float(question.get("km_per_hour", KM_PER_HOUR)),
    }


def _opened(project: Project, travel: Travelled | None, on: date) -> date | None:
    """Day of the opening by the register, at the latest; else as the project was told."""
    window = _window(travel.office if travel else None)
    told = window[1] if window else project.opened_to_public
    if window is not None and window[0] <= on:
        return min(window[1], on)
    return told if told is not None and told <= on else None


def _window(office: OfficeOnDay | None) -> tuple[date, date] | None:
    """First and last day on which the newest opening on record can have been."""
    stays = [stay for stay in office.stays if stay.opened.pk is not None] if office else []
    if not stays or stays[-1].opened.awaited:
        return None
    return stays[-1].opened.earliest, stays[-1].opened.latest


def _opening(project: Project, travel: Travelled | None) -> Happened:
    window = _window(travel.office if travel else None)
    if window is None and project.opened_to_public is not None:
        day = project.opened_to_public
        message = gettext_noop("Opened on %(day)s, as the project says; the register holds no day.")
        return float(day.toordinal()), message, {"day": day}
    if window is None:
        return None, gettext_noop("No opening is on record."), {}
    first, last = window
    if first != last:
        message = gettext_noop("The register dates the opening between %(first)s and %(last)s.")
        return None, message, {"first": first, "last": last}
    return float(last.toordinal()), gettext_noop("The register: opened on %(day)s."), {"day": last}


def _minutes(travel: Travelled | None, name: str) -> Happened:
    if travel is None:
        return None, gettext_noop("No office is on record for this project."), {}
    value: float | None = getattr(travel, name)
    if value is None:
        return None, gettext_noop("Nobody on record lives there, or no office has a position."), {}
    day = travel.before_on if name == "minutes_before" else travel.on
    message = gettext_noop(
        "Residents' mean travel time to the nearest office on %(day)s: %(how)s, at the address on "
        "record."
    )
    return value, message, {"day": day, "how": travel.how}


def _nearer(travel: Travelled | None, name: str) -> Happened:
    if travel is None:
        return None, gettext_noop("No office is on record for this project."), {}
    value: float | None = getattr(travel, name)
    if value is None:
        return None, gettext_noop("The office is not open, or its position is not on record."), {}
    message = gettext_noop(
        "Residents whose nearest office this is and who had further to go on %(day)s."
    )
    return value, message, {"day": travel.before_on}


def _visits(project: Project, opened: date | None, on: date) -> Happened:
    """Visits of the last year at the office, from the log of its reception.

    While the office has been open for less than a year they are reckoned up to one, and the
    sentence says from how many days.
    """
    if project.office is None or opened is None:
        return None, gettext_noop("The office has not opened, so nobody can have come."), {}
    first = max(opened, on - timedelta(days=A_YEAR - 1))
    found = visits_by_office(first, on).get(project.office.key)
    if found is None:
        message = gettext_noop("Its reception has no visit on record since %(first)s.")
        return None, message, {"first": first}
    days = (on - first).days + 1
    values = {"visits": found.visits, "first": first, "days": days}
    if Room.objects.filter(office=project.office, simulated=True).exists():
        return None, gettext_noop("Its reception holds simulated visits only."), values
    if days >= A_YEAR:
        message = gettext_noop("%(visits)d visits since %(first)s, by the log of its reception.")
        return float(found.visits), message, values
    message = gettext_noop(
        "%(visits)d visits on %(days)d days since %(first)s, by the log of its reception, reckoned "
        "up to a year."
    )
    return round(found.visits * A_YEAR / days), message, values


def _cost(project: Project) -> Happened:
    amount = outcome_of(project.pk)
    if amount is None:
        return None, gettext_noop("No outcome is recorded for the project."), {}
    return float(amount), gettext_noop("Sum of the outcome recorded for the project."), {}


def _nothing() -> Happened:
    return None, gettext_noop("Nothing on record answers this promise."), {}
