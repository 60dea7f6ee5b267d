"""Costs by year and appropriation item, held against what the budget gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Sum

from knutpunkt.programme.models import Appropriation, CostKind, CostLine, Programme


@dataclass(frozen=True, slots=True)
class CostRow:
    """Amounts in SEK of a year under an item; ``None`` where nothing was said, which is not zero.

    ``expected`` is the best word on what the year will cost and ``expected_from`` whose word it
    is: the forecast; without one the largest of plan, commitment and outcome, because what is
    committed or spent has gone beyond a lower plan.
    """

    year: int
    item: str
    plan: int | None
    commitment: int | None
    outcome: int | None
    forecast: int | None
    appropriation: int | None

    @property
    def expected_from(self) -> str:
        """The kind of amount that is expected; empty when there is none."""
        if self.forecast is not None:
            return str(CostKind.FORECAST)
        said = [(amount, kind) for kind, amount in self._spoken if amount is not None]
        return max(said)[1] if said else ""

    @property
    def expected(self) -> int | None:
        """What the year will cost, by the best word on it."""
        return dict((*self._spoken, (str(CostKind.FORECAST), self.forecast))).get(
            self.expected_from
        )

    @property
    def difference(self) -> int | None:
        """What the appropriation leaves: negative when the year is expected to cost more."""
        if self.expected is None or self.appropriation is None:
            return None
        return self.appropriation - self.expected

    @property
    def _spoken(self) -> tuple[tuple[str, int | None], ...]:
        return (
            (str(CostKind.PLAN), self.plan),
            (str(CostKind.COMMITMENT), self.commitment),
            (str(CostKind.OUTCOME), self.outcome),
        )


@dataclass(frozen=True, slots=True)
class CostTable:
    """All rows by year and item, and one row per year with an empty item."""

    rows: tuple[CostRow, ...]
    years: tuple[CostRow, ...]


def cost_table(programme: Programme) -> CostTable:
    """Sum every kind of amount by year and item, beside the appropriation: two queries."""
    amounts: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    sums = CostLine.objects.filter(programme=programme).values("year", "item", "kind")
    for row in sums.annotate(sum=Sum("amount")).order_by("year", "item", "kind"):
        amounts[row["year"], row["item"]][row["kind"]] = row["sum"]
    given = Appropriation.objects.filter(programme=programme)
    for year, item, amount in given.values_list("year", "item", "amount"):
        amounts[year, item]["appropriation"] = amount
    rows = [_row(year, item, amounts[year, item]) for year, item in sorted(amounts)]
    return CostTable(tuple(rows), tuple(_by_year(rows)))


def outcome_of(project: int) -> int | None:
    """Sum what a project has cost so far, in SEK; ``None`` when no outcome is recorded: a query."""
    lines = CostLine.objects.filter(project=project, kind=CostKind.OUTCOME)
    found: int | None = lines.aggregate(sum=Sum("amount"))["sum"]
    return found


def _row(year: int, item: str, amounts: dict[str, int]) -> CostRow:
    return CostRow(
        year=year,
        item=item,
        plan=amounts.get(CostKind.PLAN),
        commitment=amounts.get(CostKind.COMMITMENT),
        outcome=amounts.get(CostKind.OUTCOME),
        forecast=amounts.get(CostKind.FORECAST),
        appropriation=amounts.get("appropriation"),
    )


def _by_year(rows: Iterable[CostRow]) -> list[CostRow]:
    """Add up the items of each year."""
    names = ("plan", "commitment", "outcome", "forecast", "appropriation")
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        for name in names:
            amount = getattr(row, name)
            if amount is not None:
                sums[row.year][name] = sums[row.year].get(name, 0) + amount
    return [_row(year, "", amounts) for year, amounts in sorted(sums.items())]
