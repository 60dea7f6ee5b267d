"""How often faults are provoked, and what came of it.

``KNUTPUNKT_FAULT_ROUNDS``    rounds of each race (20)
``KNUTPUNKT_FAULT_KILLS``     kills of the server, and of PostgreSQL (2)
``KNUTPUNKT_FAULT_CUT``       seconds the line is cut (3)
``KNUTPUNKT_FAULT_DISPLAYS``  displays that all come back at once (300)
``KNUTPUNKT_FAULT_RESULTS``   file to which every case adds a line; none is written without it
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from support import environment


def _number(name: str, usual: int) -> int:
    return int(os.environ.get(f"KNUTPUNKT_FAULT_{name}", usual))


ROUNDS = _number("ROUNDS", 20)
KILLS = _number("KILLS", 2)
CUT_SECONDS = _number("CUT", 3)
DISPLAYS = _number("DISPLAYS", 300)
#: How many collide, round by round.
CROWDS = tuple(range(2, 17))


def crowd_of(round_number: int) -> int:
    """How many collide in a round: 2, 3, … 16 and again from 2."""
    return CROWDS[round_number % len(CROWDS)]


def crowds(rounds: int = ROUNDS) -> list[int]:
    """How many collide in each of some rounds: from 2 to 16 whatever the number of rounds."""
    if rounds >= len(CROWDS):
        return [crowd_of(number) for number in range(rounds)]
    step = (len(CROWDS) - 1) / max(rounds - 1, 1)
    return [CROWDS[round(number * step)] for number in range(rounds)]


def record(case: str, *, rounds: int, actions: int, found: int, note: str = "") -> None:
    """Keep what a case came to: how often it was tried and how many faults were found."""
    kept = os.environ.get("KNUTPUNKT_FAULT_RESULTS")
    if not kept:
        return
    row: dict[str, Any] = {
        "case": case, "database": environment.DATABASE, "rounds": rounds, "actions": actions,
        "found": found, "note": note,
    }  # fmt: skip
    with Path(kept).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
