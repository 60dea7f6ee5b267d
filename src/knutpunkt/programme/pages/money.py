"""Costs against what the budget gives, leases with what leaving them costs, and risks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.programme.drawing.columns import Column, columns
from knutpunkt.programme.drawing.shapes import Drawing
from knutpunkt.programme.models import CostKind, Lease, Programme, Risk
from knutpunkt.programme.pages.changes import per_cent
from knutpunkt.programme.pages.words import NOTHING, day, kronor, number, said
from knutpunkt.programme.selectors.exposure import Exposure, ExposureLine
from knutpunkt.programme.selectors.money import CostRow, CostTable

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with what kind it is."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """Amounts of a year under an item; a year without an item is its sum."""

    year: int
    item: str
    amounts: tuple[Amount, ...]
    appropriation: str
    difference: str
    short: bool
    expected: str


@dataclass(frozen=True, slots=True)
class LeaseLine:
    """A lease and what deciding today to leave it would cost."""

    name: str
    slot: str
    signed: bool
    starts: str
    ends: str
    exit: str
    leaves: str
    rent: str
    stranded: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """What leaving all signed leases at the end of a year would cost."""

    year: str
    amount: str


@dataclass(frozen=True, slots=True)
class RiskLine:
    """Something that may happen, and the slots it hits together."""

    pk: int
    name: str
    probability: str
    impact: str
    slots: str
    basis: str
    owner: str
    action: str
    closed: str


@dataclass(frozen=True, slots=True)
class MoneyPage:
    """Money, leases and risks of a programme."""

    key: str
    title: str
    today: str
    kinds: tuple[str, ...]
    costs: tuple[CostLine, ...]
    exposure: str
    offered: str
    leases: tuple[LeaseLine, ...]
    curve: Drawing | None
    years: tuple[YearLine, ...]
    risks: tuple[RiskLine, ...]
    closed: tuple[RiskLine, ...]


def money_page(
    programme: Programme,
    *,
    costs: CostTable,
    exposure: Exposure,
    leases: Mapping[int, Lease],
    curve: Iterable[tuple[date, int]],
    risks: Iterable[Risk],
) -> MoneyPage:
    """Write out the money, the leases and the risks of a programme."""
    points = tuple(curve) if exposure.lines else ()
    lines = [_risk(row) for row in risks]
    return MoneyPage(
        key=programme.key,
        title=said(programme, "title"),
        today=day(exposure.on),
        kinds=tuple(str(kind.label) for kind in CostKind),
        costs=tuple(_costs(costs)),
        exposure=kronor(exposure.total),
        offered=kronor(exposure.offered) if exposure.offered else "",
        leases=tuple(_lease(line, leases[line.lease]) for line in exposure.lines),
        curve=_curve(points) if points else None,
        years=tuple(YearLine(day(on), kronor(amount)) for on, amount in points),
        risks=tuple(line for line in lines if not line.closed),
        closed=tuple(line for line in lines if line.closed),
    )


def _costs(table: CostTable) -> Iterable[CostLine]:
    """Rows of each year, and below several of them their sum."""
    for total in table.years:
        rows = [row for row in table.rows if row.year == total.year]
        yield from map(_cost, rows)
        if len(rows) > 1:
            yield _cost(total)


def _cost(row: CostRow) -> CostLine:
    by_kind = zip(CostKind, (row.plan, row.commitment, row.outcome, row.forecast), strict=True)
    told = row.expected_from
    return CostLine(
        year=row.year,
        item=row.item,
        amounts=tuple(Amount(str(kind.label), kronor(amount)) for kind, amount in by_kind),
        appropriation=kronor(row.appropriation),
        difference=_signed(row.difference),
        short=row.difference is not None and row.difference < 0,
        expected=str(CostKind(told).label) if told and row.difference is not None else "",
    )


def _signed(amount: int | None) -> str:
    """An amount with its sign, so that more and less are told apart without colour."""
    if amount is None:
        return NOTHING
    sign = "−" if amount < 0 else "+" if amount else ""
    return f"{sign}{kronor(abs(amount))}"


def _lease(line: ExposureLine, row: Lease) -> LeaseLine:
    return LeaseLine(
        name=line.name,
        slot=line.slot,
        signed=line.signed,
        starts=day(row.starts_on),
        ends=day(row.ends_on),
        exit=day(row.earliest_exit),
        leaves=day(line.stranded.exit_on),
        rent=kronor(row.rent_per_month),
        stranded=kronor(line.stranded.amount),
    )


def _curve(points: tuple[tuple[date, int], ...]) -> Drawing:
    label = _("What leaving all signed leases would cost, by year. The table beside says the same.")
    bars = [Column(str(on.year), amount, _millions(amount)) for on, amount in points]
    return columns(bars, label=label)


def _millions(amount: int) -> str:
    return _("%(n)s m") % {"n": number(amount / MILLION, 1)}


def _risk(row: Risk) -> RiskLine:
    slots = sorted(slot.name for slot in row.slots.all())
    days = "–".join(dict.fromkeys(number(value) for value in (row.low, row.mode, row.high)))
    return RiskLine(
        pk=row.pk,
        name=row.name,
        probability=per_cent(row.probability),
        impact=_("%(days)s working days") % {"days": days},
        slots=", ".join(slots) or _("all slots"),
        basis=row.get_basis_display(),
        owner=row.owner,
        action=row.action,
        closed=day(row.closed_on) if row.closed_on else "",
    )
