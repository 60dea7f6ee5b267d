"""Facts about money: outcome against appropriation by year and item, and what leases bind to."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Q

from knutpunkt.programme.models import Appropriation, CostLine, Lease, Programme
from knutpunkt.reports.building.recording import last_logged, recorded_after
from knutpunkt.reports.facts import FactTable

KINDS = ("plan", "commitment", "outcome", "forecast")
DAYS_PER_MONTH = 365.25 / 12


def money_facts(facts: FactTable, programme: Programme, as_of: date) -> None:
    """Put costs, appropriations and leases of a programme into the fact table: four queries."""
    _costs(facts, programme, as_of)
    _leases(facts, programme, as_of)


def _costs(facts: FactTable, programme: Programme, as_of: date) -> None:
    """Sum by year and item. An outcome of a year to come is none yet."""
    query = f'programme.costs("{programme.key}", as_of={as_of})'
    sums: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    later: Counter[tuple[int, str]] = Counter()
    lines = [
        cost
        for cost in CostLine.objects.filter(programme=programme)
        if cost.kind != "outcome" or cost.year <= as_of.year
    ]
    for cost in lines:
        row = sums[cost.year, cost.item]
        row[cost.kind] = row.get(cost.kind, 0) + cost.amount
        later[cost.year, cost.item] += recorded_after(cost.recorded_at, as_of)
    facts.put("costs.recorded", len(lines) or None, "lines", f"len({query})")
    facts.put("costs.recorded_later", later.total() or None, "lines", f"{query}.recorded_at")
    set_at = last_logged(programme, "appropriation-set", "year", "item")
    given_later = 0
    given = {}
    for appropriation in Appropriation.objects.filter(programme=programme):
        key = appropriation.year, appropriation.item
        given[key] = appropriation
        at = set_at.get((str(appropriation.year), appropriation.item))
        if recorded_after(at, as_of):
            given_later += 1
            later[key] += 1
        sums.setdefault(key, {})
    asked = f"{query}.appropriations.recorded_at"
    facts.put("appropriations.recorded_later", given_later or None, "appropriations", asked)
    for number, (year, item) in enumerate(sorted(sums), start=1):
        member = facts.member("cost", str(number))
        asked = f'{query}[{year}, "{item}"]'
        row = sums[year, item]
        found = given.get((year, item))
        facts.put(f"{member}.year", str(year), "text", asked)
        facts.put(f"{member}.item", item, "text", asked)
        for kind in KINDS:
            facts.put(f"{member}.{kind}", row.get(kind), "SEK", f"{asked}.{kind}")
        count = later[year, item] or None
        facts.put(f"{member}.recorded_later", count, "lines", f"{asked}.recorded_at")
        if found is not None:
            sources = [found.source]
            facts.put(f"{member}.appropriation", found.amount, "SEK", asked, sources=sources)
            if "outcome" in row:
                left = found.amount - row["outcome"]
                facts.put(f"{member}.left", left, "SEK", f"{asked}.left", sources=sources)


def _leases(facts: FactTable, programme: Programme, as_of: date) -> None:
    query = f'programme.leases("{programme.key}", as_of={as_of})'
    rows = Lease.objects.filter(
        Q(programme=programme) | Q(premises__slot__programme=programme),
        Q(signed_on=None, starts_on__lte=as_of) | Q(signed_on__lte=as_of),
    ).distinct()
    running = [row for row in rows if row.ends_on is None or row.ends_on >= as_of]
    if not running:
        return
    facts.put("leases.count", len(running), "leases", f"len({query})")
    rent = sum(12 * row.rent_per_month for row in running)
    facts.put("leases.rent_per_year", rent, "SEK", f"sum({query}.rent_per_month) * 12")
    last = max(row.earliest_exit for row in running)
    facts.put("leases.last_exit", last.isoformat(), "day", f"max({query}.earliest_exit)")
    stranded = sum(_stranded(row, as_of) for row in running)
    facts.put("leases.stranded", stranded, "SEK", f"sum({query}.stranded)")


def _stranded(lease: Lease, on: date) -> int:
    """What leaving at the earliest exit costs: rent until then, restoring, less what is reused."""
    months = max(0.0, (lease.earliest_exit - max(on, lease.starts_on)).days / DAYS_PER_MONTH)
    cost = lease.rent_per_month * months + lease.restoration_cost - lease.reuse_value
    return max(0, round(cost))
