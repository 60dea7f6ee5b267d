"""What was promised about an office beside what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from knutpunkt.programme.pages.words import NOTHING, day, kronor, number
from knutpunkt.programme.selectors.outcome import OPEN_BY, Outcome, OutcomeRow

MEASURES = {
    OPEN_BY: gettext_noop("Opened"),
    "mean-minutes-before": gettext_noop("Mean minutes to the nearest office, before"),
    "mean-minutes-after": gettext_noop("Mean minutes to the nearest office, after"),
    "persons-nearer": gettext_noop("Residents who get nearer"),
    "minutes-each": gettext_noop("Minutes each of them saves"),
    "visits-per-year": gettext_noop("Visits a year"),
    "cost": gettext_noop("Cost"),
}


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """A promise and what became of it, in words."""

    measure: str
    promised: str
    source: str
    happened: str
    because: str
    difference: str


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """Promised against happened, and how much the comparison is worth yet."""

    sentence: str
    lines: tuple[OutcomeLine, ...]


def outcome_shown(outcome: Outcome) -> OutcomeShown:
    """Write out what was promised and what happened."""
    return OutcomeShown(outcome.sentence, tuple(_line(row) for row in outcome.rows))


def _line(row: OutcomeRow) -> OutcomeLine:
    return OutcomeLine(
        measure=_(MEASURES[row.measure]) if row.measure in MEASURES else row.measure,
        promised=_value(row, row.promised),
        source=row.source,
        happened=_value(row, row.happened),
        because=row.sentence,
        difference=_difference(row),
    )


def _value(row: OutcomeRow, value: float | None) -> str:
    if value is None:
        return NOTHING
    if row.measure == OPEN_BY:
        return day(date.fromordinal(round(value)))
    return kronor(round(value)) if row.unit == "SEK" else number(value, _decimals(row))


def _difference(row: OutcomeRow) -> str:
    value = row.difference
    if value is None:
        return NOTHING
    if row.measure == OPEN_BY:
        return _late(round(value))
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return sign + number(abs(value), _decimals(row))


def _late(days: int) -> str:
    if days == 0:
        return _("on the day")
    later = ngettext("%(n)d day later", "%(n)d days later", days)
    earlier = ngettext("%(n)d day earlier", "%(n)d days earlier", -days)
    return (later if days > 0 else earlier) % {"n": abs(days)}


def _decimals(row: OutcomeRow) -> int:
    return 1 if row.unit == "minutes" else 0
