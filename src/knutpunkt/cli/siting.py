"""The command that plans where to open."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from knutpunkt.cli.printing import print_json, print_table
from knutpunkt.cli.ready import ready

MOST_GAINING = 10


def plan(chosen: Namespace) -> int:
    """Print the best places for what a commission orders, with the proof."""
    ready()
    from knutpunkt.planning.services import plan as make

    optional = {}
    if chosen.adjacent_metres is not None:
        optional["adjacent_metres"] = chosen.adjacent_metres
    made = make(
        chosen.mandate,
        detour=chosen.detour,
        km_per_hour=chosen.speed,
        prices=chosen.prices,
        progress=_show if sys.stderr.isatty() else None,
        **optional,
    )
    if chosen.json:
        print_json(made.as_dict())
    else:
        _print(made)
    return 0


def _show(progress: Mapping[str, Any]) -> None:
    """Keep one line on the terminal up to date."""
    words = " ".join(f"{name} {value}" for name, value in progress.items() if value is not None)
    print(f"\r{words[:79]:<79}\r", end="", file=sys.stderr, flush=True)


def _print(made: Any) -> None:
    print(f"{made.title_en}: {len(made.sites)} places, {made.status}, gap {made.gap:.4%}")
    print_table(
        ("place", "municipality", "counts for", "people nearer", "minutes each"),
        [
            (s.place, s.municipality, ", ".join(s.why), s.persons, round(s.minutes, 1))
            for s in made.sites
        ],
    )
    print()
    print_table(
        ("clause", "status", "because"), [(c.key, c.status, c.sentence_en) for c in made.clauses]
    )
    print()
    print(
        f"Mean {made.mean_minutes_before:.2f} → {made.mean_minutes_after:.2f} minutes; within 30 "
        f"minutes {made.share_within_30_before:.1%} → {made.share_within_30_after:.1%}."
    )
    print("Who gains most:")
    print_table(
        ("municipality", "residents", "minutes before", "after"),
        [
            (g.municipality, g.persons, round(g.minutes_before, 1), round(g.minutes_after, 1))
            for g in made.gains[:MOST_GAINING]
        ],
    )
    if made.prices is not None:
        _print_prices(made.prices)
    print()
    for sentence in (made.travel.sentence_en, made.existing.sentence_en):
        print(sentence)
    for note in made.notes:
        print(note.sentence_en)
    print(f"Solved in {made.seconds:.1f} s, {made.engine}, inputs {made.inputs_hash[:12]}.")


def _print_prices(prices: Any) -> None:
    print()
    print("What each rule costs against the best plan without it:")
    print_table(
        ("rule", "person-minutes", "seconds per resident", "status"),
        [
            (p.label_en, round(p.person_minutes), round(60 * p.minutes_per_resident, 2), p.status)
            for p in (*prices.clauses, *prices.named)
        ],
    )
    free = prices.free_optimum
    print(
        f"Free optimum with as many offices: {free.mean_minutes:.2f} minutes "
        f"({free.person_minutes:,.0f} person-minutes less), {free.status}."
    )
