"""Facts about the network on the day: our count beside the published ones."""

from __future__ import annotations

from knutpunkt.network.selectors import Comparison, Count, compare_published, count_on
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.facts import FactTable

SHOWN = 6


def network_facts(facts: FactTable, question: Question) -> None:
    """Put the size of the network into the fact table: fifteen queries."""
    day = question.as_of
    count = count_on(day, known_on=day)
    query = f"network.count_on({day}, known_on={day})"
    _count(facts, count, query)
    found = compare_published(known_on=day, until=day)
    for number, comparison in enumerate(found[-SHOWN:], start=1):
        _published(facts, comparison, f"{number}", f"network.compare_published(until={day})")


def _count(facts: FactTable, count: Count, query: str) -> None:
    sources = [count.balance.source] if count.balance else []
    facts.put("network.at_least", count.at_least, "offices", f"{query}.at_least", sources=sources)
    if count.count is not None:
        facts.put("network.count", count.count, "offices", f"{query}.count", sources=sources)
    elif count.at_most is not None:
        facts.put("network.at_most", count.at_most, "offices", f"{query}.at_most", sources=sources)


def _published(facts: FactTable, row: Comparison, key: str, query: str) -> None:
    name = facts.member("published", key)
    asked = f'{query}["{row.counted_on}"]'
    sources = [row.source]
    facts.put(f"{name}.counted_on", row.counted_on, "rough day", asked, sources=sources)
    facts.put(f"{name}.published", row.published, "offices", f"{asked}.published", sources=sources)
    facts.put(f"{name}.at_least", row.at_least, "offices", f"{asked}.at_least")
    facts.put(f"{name}.at_most", row.at_most, "offices", f"{asked}.at_most")
    # Above a lower bound alone, nobody can say how far off a figure is.
    known = row.at_most is not None or row.published < row.at_least
    difference = row.difference if known else None
    facts.put(f"{name}.difference", difference, "offices", f"{asked}.difference")
