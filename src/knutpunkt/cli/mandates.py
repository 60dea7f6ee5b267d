"""Commands about commissions."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from typing import Any

from knutpunkt.cli.printing import day_of, known_day, print_json, print_table
from knutpunkt.cli.ready import ready


def listing(chosen: Namespace) -> int:
    """Print all commissions."""
    ready()
    from knutpunkt.mandates.selectors import mandate_list

    found = mandate_list()
    if chosen.json:
        print_json([{**asdict(m), "title": m.title_en} for m in found])
    else:
        print_table(
            ("commission", "decided on", "title"),
            [(m.slug, m.decided_on, m.title_en) for m in found],
        )
    return 0


def check(chosen: Namespace) -> int:
    """Print each clause of a commission with its verdict on a day."""
    day, known_on = day_of(chosen.on), known_day(chosen.known_on)
    ready()
    from knutpunkt.mandates.selectors import check as judge

    judged = judge(chosen.mandate, on=day, known_on=known_on)
    if chosen.json:
        content = judged.as_dict()
        for clause in content["clauses"]:
            clause["sentence"], clause["because"] = clause["sentence_en"], clause["because_en"]
        print_json(content)
        return 0
    print(f"{judged.mandate.title_en} (decided {judged.mandate.decided_on}), on {day}")
    print_table(
        ("clause", "verdict", "sentence", "short by", "because"),
        [(c.key, c.verdict, c.sentence_en, _short(c), c.because_en) for c in judged.clauses],
    )
    if judged.slack:
        print(judged.slack.sentence_en)
    print(f"Opened: {', '.join(judged.opened) or 'none'}.")
    if judged.later_closed:
        print(f"Opened and later closed: {', '.join(judged.later_closed)}.")
    return 0


def _short(clause: Any) -> str | int:
    """How many are missing: a range where rough dates leave it open."""
    least, most = clause.short_by_at_least, clause.short_by
    return most if least == most else f"{least} to {most}"
