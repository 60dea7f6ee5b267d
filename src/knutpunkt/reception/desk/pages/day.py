"""A day at an office as its staff reads it: the report, and figures with their meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.names import OUTCOMES, names_of_authorities
from knutpunkt.reception.models import OfficeDay
from knutpunkt.reception.selectors.figures import Figure, Figures, figures

DAYS_SHOWN = 60
MINUTES_IN_WORDS = 60
#: Figures of a day in the order of the page.
SHOWN = ("visits", "errands", "people", "waited_median", "waited_p80", "waited_p95",
         "served_median", "left_before_call", "no_show", "sent_on")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure with its name, its value in words, and what it means."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Share:
    """How many errands ended in one way."""

    name: str
    errands: int


@dataclass(frozen=True, slots=True)
class DayPage:
    """A day at the office."""

    day: date
    ended: OfficeDay | None
    lines: tuple[FigureLine, ...]
    outcomes: tuple[Share, ...]
    sent_on: tuple[Share, ...]
    simulated: int
    swept: int


def days_of(post: Post) -> list[OfficeDay]:
    """Days of the office, the newest first: one query."""
    return list(OfficeDay.objects.filter(office=post.office)[:DAYS_SHOWN])


def day_of(post: Post, day: date) -> DayPage:
    """Read a day: its report as it was written, its figures as the events give them now."""
    found = figures(day, day, offices=[post.key])
    row = OfficeDay.objects.filter(office=post.office, local_day=day).first()
    report: Mapping[str, Any] = (row.report if row else None) or {}
    return DayPage(
        day=day,
        ended=row if row and row.ended_at else None,
        lines=tuple(_line(found.total.figures[key]) for key in SHOWN if key in found.total.figures),
        outcomes=_outcomes(found),
        sent_on=_sent_on(found),
        simulated=found.simulated,
        swept=int(report.get("swept", 0)),
    )


def _line(figure: Figure) -> FigureLine:
    known = figure.definition
    return FigureLine(known.name, _value(figure), known.meaning)


def _value(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    if figure.definition.unit != "seconds":
        return str(figure.value)
    minutes, seconds = divmod(figure.value, MINUTES_IN_WORDS)
    if minutes == 0:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


def _outcomes(found: Figures) -> tuple[Share, ...]:
    counted = [
        Share(str(OUTCOMES.get(code, code)), figure.value)
        for code, figure in found.total.outcomes.items()
        if figure.value
    ]
    return tuple(sorted(counted, key=lambda one: -one.errands))


def _sent_on(found: Figures) -> tuple[Share, ...]:
    names = names_of_authorities()
    return tuple(
        Share(
            _("%(authority)s: %(cause)s")
            % {
                "authority": names.get(one.authority, one.authority or "–"),
                "cause": OUTCOMES.get(one.cause, one.cause),
            },
            one.errands.value or 0,
        )
        for one in found.sent_on
    )
