"""What leaving leased rooms on a day would cost: the stranded lease.

S(t) = rent × months from t to the earliest day one can leave + restoration − what can be reused.
The day one can leave is the lease's earliest exit, or the end of the notice given on day t where
that is later, but never after the lease runs out.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from knutpunkt.programme.models import Lease, Programme

MONTHS = 12


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """What a lease binds to: days inclusive, months, SEK."""

    rent_per_month: int
    starts_on: date
    earliest_exit: date
    ends_on: date | None = None
    notice_months: int = 0
    restoration_cost: int = 0
    reuse_value: int = 0


@dataclass(frozen=True, slots=True)
class Stranded:
    """What leaving on a day costs: ``amount`` = ``rent`` + restoration − reuse, never below 0."""

    on: date
    exit_on: date
    months: float
    rent: int
    restoration: int
    reuse: int
    amount: int


@dataclass(frozen=True, slots=True)
class ExposureLine:
    """A lease and what leaving it on the day would cost.

    ``slot`` and ``office`` are keys, empty where the lease is of neither. A lease that is not
    signed on the day binds nobody yet: its line says what signing would risk.
    """

    lease: int
    slot: str
    office: str
    name: str
    signed: bool
    stranded: Stranded


@dataclass(frozen=True, slots=True)
class Exposure:
    """Stranded leases of a programme on a day."""

    on: date
    lines: tuple[ExposureLine, ...]

    @property
    def total(self) -> int:
        """SEK over the leases that bind."""
        return sum(line.stranded.amount for line in self.lines if line.signed)

    @property
    def offered(self) -> int:
        """SEK that signing what is offered would add."""
        return sum(line.stranded.amount for line in self.lines if not line.signed)

    def of_slot(self, key: str) -> int | None:
        """SEK over the leases of a slot, signed or offered; ``None`` where it has no lease."""
        found = [line.stranded.amount for line in self.lines if line.slot == key]
        return sum(found) if found else None


@dataclass(frozen=True, slots=True)
class ClosingCost:
    """What it would cost to leave a lease a number of years after it started."""

    lease: int
    slot: str
    office: str
    name: str
    years: int
    stranded: Stranded


def stranded(terms: LeaseTerms, on: date) -> Stranded:
    """Reckon what it costs to decide on a day to leave.

    Parameters
    ----------
    terms
        Of the lease.
    on
        Day of the decision and of the notice.

    Returns
    -------
    Stranded
        SEK, rounded to whole kronor. After the lease has run out nothing is left.
    """
    leave = exit_day(terms, on)
    if terms.ends_on is not None and on > terms.ends_on:
        return Stranded(on, terms.ends_on, 0.0, 0, 0, 0, 0)
    first = max(on, terms.starts_on)
    months = max(0.0, _month_of(leave + timedelta(days=1)) - _month_of(first))
    rent = round(terms.rent_per_month * months)
    amount = max(0, rent + terms.restoration_cost - terms.reuse_value)
    return Stranded(on, leave, months, rent, terms.restoration_cost, terms.reuse_value, amount)


def exit_day(terms: LeaseTerms, on: date) -> date:
    """Return the last day that has to be paid for when notice is given on a day."""
    leave = max(terms.earliest_exit, months_after(on, terms.notice_months))
    return min(leave, terms.ends_on) if terms.ends_on else leave


def notice_day(terms: LeaseTerms) -> date:
    """Return the last day to give notice in order to leave at the earliest exit."""
    return months_after(terms.earliest_exit, -terms.notice_months)


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of that month where it has none."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def exposure_on(programme: Programme, on: date) -> Exposure:
    """Reckon the stranded leases of a programme on a day: one query."""
    return Exposure(on, tuple(_line(row, on) for row in _leases(programme)))


def exposure_curve(
    programme: Programme, years: Iterable[int], *, month: int = 12, day: int = 31
) -> tuple[tuple[date, int], ...]:
    """Reckon the exposure to signed leases on a day of each year (its end unless told): one query.

    A lease counts from the day it was signed.
    """
    rows = list(_leases(programme))
    days = [date(year, month, day) for year in years]
    return tuple((on, Exposure(on, tuple(_line(row, on) for row in rows)).total) for on in days)


def closing_costs(programme: Programme, years: Iterable[int]) -> tuple[ClosingCost, ...]:
    """Reckon what leaving each lease so many years after its start would cost: one query."""
    wanted = tuple(years)
    return tuple(
        ClosingCost(
            row.pk, *_whose(row), number,
            stranded(terms_of(row), months_after(row.starts_on, MONTHS * number)),
        )
        for row in _leases(programme)
        for number in wanted
    )  # fmt: skip


def terms_of(row: Lease) -> LeaseTerms:
    """Read the terms of a lease from its row."""
    return LeaseTerms(
        rent_per_month=row.rent_per_month,
        starts_on=row.starts_on,
        earliest_exit=row.earliest_exit,
        ends_on=row.ends_on,
        notice_months=row.notice_months,
        restoration_cost=row.restoration_cost,
        reuse_value=row.reuse_value,
    )


def _leases(programme: Programme) -> QuerySet[Lease]:
    own = Q(programme=programme) | Q(premises__slot__programme=programme)
    return Lease.objects.filter(own).select_related("premises__slot", "office")


def _line(row: Lease, on: date) -> ExposureLine:
    signed = row.signed_on is not None and row.signed_on <= on
    return ExposureLine(row.pk, *_whose(row), signed, stranded(terms_of(row), on))


def _whose(row: Lease) -> tuple[str, str, str]:
    """Keys of the slot and the office a lease is of, and what to call it."""
    slot = row.premises.slot if row.premises else None
    office = row.office.key if row.office else ""
    return slot.key if slot else "", office, slot.name if slot else office


def _month_of(day: date) -> float:
    """Months since year 0, with the part of the month that has passed."""
    length = monthrange(day.year, day.month)[1]
    return day.year * MONTHS + day.month - 1 + (day.day - 1) / length
