"""Capacities on generated problems: a plan for places that can carry only so much.

    python bench/capacity.py [--limit SECONDS] [--json]

Demand is strewn over a square of 300 kilometres with Pareto weights, sites are some of its places,
capacities differ by 30 % around what lets the open sites be filled to a stated share. The rows with
rules have quotas that overlap, a budget, and minimum loads. ``single`` keeps every client at one
site. Seconds are those of the processor, which a shared machine does not stretch; the limit counts
the same ones.
"""

import argparse
import json
import time
from dataclasses import asdict, dataclass

import numpy as np

from knutpunkt.engines.location.capacity import CapacitatedQuestion, solve_capacitated
from knutpunkt.engines.location.capacity.ready import loads_ready
from knutpunkt.engines.location.costs import PlaceCosts
from knutpunkt.engines.location.question import Question, Rule


@dataclass(frozen=True)
class Row:
    """One problem and what became of it."""

    work: str
    objective: float | None
    gap_percent: float | None
    seconds: float
    status: str
    closed_by: str
    nodes: int


#: Name, clients, sites, open ones, one site each, share filled, minimum load as a share, rules.
PROBLEMS = (
    ("300 x 60, 10 open, split", 300, 60, 10, False, 0.9, 0.0, False),
    ("300 x 60, 25 open, split", 300, 60, 25, False, 0.9, 0.0, False),
    ("300 x 60, 20 open, split, rules", 300, 60, 20, False, 0.85, 0.3, True),
    ("300 x 60, 10 open, single", 300, 60, 10, True, 0.9, 0.0, False),
    ("2000 x 150, 100 open, split", 2000, 150, 100, False, 0.9, 0.0, False),
    ("2000 x 150, 100 open, split, rules", 2000, 150, 100, False, 0.85, 0.2, True),
)


def question(
    clients: int, sites: int, count: int, *, single: bool, fill: float, least: float, rules: bool
) -> CapacitatedQuestion:
    """One generated problem."""
    draw = np.random.default_rng(0)
    people = draw.random((clients, 2)) * 300
    places = people[draw.choice(clients, sites, replace=False)]
    demand = np.minimum(np.ceil((draw.pareto(1.5, clients) + 1) * 20), 400 if single else 2000)
    capacity = np.ceil(demand.sum() / count / fill * draw.uniform(0.7, 1.3, sites))
    written = _rules(places, count, draw) if rules else ()
    asked = Question(PlaceCosts(people, places), demand, count, count, rules=written)
    return CapacitatedQuestion(asked, capacity, minimum_load=capacity * least, single=single)


def _rules(places: np.ndarray, count: int, draw: np.random.Generator) -> tuple[Rule, ...]:
    west, east = np.flatnonzero(places[:, 0] < 100), np.flatnonzero(places[:, 0] > 200)
    north, every = np.flatnonzero(places[:, 1] > 150), np.arange(len(places))
    return (
        Rule("west", west, at_least=len(west) // 2),
        Rule("east", east, at_most=count // 4),
        Rule("north", north, int(count * 0.4), int(count * 0.6)),
        Rule("budget", every, None, count * 9.0, draw.uniform(5, 15, len(places))),
    )


def main() -> int:
    """Solve every problem and print a row for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    loads_ready()
    rows = []
    for name, clients, sites, count, single, fill, least, rules in PROBLEMS:
        asked = question(clients, sites, count, single=single, fill=fill, least=least, rules=rules)
        begun = time.process_time()
        limit = begun + chosen.limit
        found = solve_capacitated(asked, cancel=lambda limit=limit: time.process_time() > limit)
        passed = time.process_time() - begun
        gap = None if found.gap is None else 100 * found.gap
        closed = found.proof.closed_by if found.proof else ""
        rows.append(Row(name, found.objective, gap, passed, found.status, closed, found.nodes))
        if not chosen.json:
            print(
                f"{name:<36}{found.objective or 0:>14,.0f} {gap or 0:9.4f} % {found.status:>10}"
                f" {passed:7.1f} s  {closed}",
                flush=True,
            )
    if chosen.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
