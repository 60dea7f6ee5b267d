"""Days worth going to, and the stops of the slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.network.selectors import NetworkOnDay
from knutpunkt.public import words
from knutpunkt.public.published import Beside

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """A day one can go to."""

    text: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """The slider: a stop a month from ``first``, the month of the page at ``value``.

    Attributes
    ----------
    first
        The day of the first stop, ISO 8601; every other stop is the last day of a month.
    last
        Number of the last stop; the first is 0.
    value
        Stop nearest before the day of the page.
    """

    first: str
    last: int
    value: int
    before: Step
    after: Step
    steps: tuple[Step, ...]


def timeline(network: NetworkOnDay, beside: Sequence[Beside], *, today: date) -> Timeline:
    """Lay out the slider from the opening balance to today, and the days worth going to."""
    day = network.day
    begins = min(network.balance.on if network.balance else day, day)
    ends = max(today, day)
    return Timeline(
        first=begins.isoformat(),
        last=_months_between(begins, ends),
        value=_months_between(begins, day),
        before=_step(_("Month before"), _months_later(day, -1), network),
        after=_step(_("Month after"), _months_later(day, 1), network),
        steps=_steps(network, beside, today),
    )


def _steps(network: NetworkOnDay, beside: Sequence[Beside], today: date) -> tuple[Step, ...]:
    """The balance, the days of counts published to the day, the turns of the years, and today."""
    days: dict[date, str] = {}
    if network.balance:
        days[network.balance.on] = _("opening balance")
    for figure in beside:
        exact = figure.earliest == figure.latest and figure.kind == "actual"
        if exact and figure.at_least is not None:
            days.setdefault(figure.latest, _("published: %(n)d") % {"n": figure.published})
    for year in range(min(days, default=today).year, today.year):
        days.setdefault(date(year, 12, 31), "")
    days[today] = _("today")
    return tuple(_step(_label(day, said), day, network) for day, said in sorted(days.items()))


def _label(day: date, said: str) -> str:
    return f"{words.day(day)} ({said})" if said else words.day(day)


def _step(text: str, day: date, network: NetworkOnDay) -> Step:
    known = f"&known_on={network.known_on.isoformat()}" if network.known_on else ""
    href = f"{reverse('public:network')}?on={day.isoformat()}{known}"
    return Step(text, href, day == network.day)


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * MONTHS + last.month - first.month


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last where it is shorter."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    raise AssertionError  # every month has 28 days
