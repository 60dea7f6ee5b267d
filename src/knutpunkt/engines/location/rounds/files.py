"""Rounds in a file or a few numbers, for a question in files.

A file is TOML with a table ``[[round]]`` for each: ``open`` or ``close``, how many sites have
opened or closed after it, counted from the first round; ``weight``, how much it counts (1);
``demand``, the column of the demand file that holds its persons; and ``[[round.rule]]`` tables
as in a file of rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from knutpunkt.engines.location.errors import FileUnfit
from knutpunkt.engines.location.files import (
    CLOSING,
    DEGREES,
    Asked,
    Request,
    Travel,
    asked_of,
    column_of,
    rules_of,
)
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.rounds.errors import RoundsInvalid
from knutpunkt.engines.location.rounds.rounds import Round
from knutpunkt.engines.location.rule_file import words_in

KNOWN_WORDS = {"open", "close", "weight", "demand", "rule"}
#: Tables of a file of rounds, as they are written.
ROUND_TABLES = ("[[round]]",)
MODEL = "p-median"


@dataclass(frozen=True, eq=False)
class AskedRounds:
    """A roll-out from files: the question, its names, and its rounds."""

    asked: Asked
    question: Question
    rounds: tuple[Round, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """Where a roll-out is written.

    Parameters
    ----------
    demand, sites, costs, rules
        As for :func:`asked_of`.
    """

    demand: Path
    sites: Path
    costs: str | Travel
    rules: Path | None


def rollout_of(files: Files, rounds: str, request: Request) -> AskedRounds:
    """Read a roll-out from files.

    Parameters
    ----------
    rounds
        Counts such as ``12,28``, or the name of a TOML file.
    request
        Its ``opens`` or ``closes`` is what the last round ends with; 0 where the rounds say it.

    Raises
    ------
    RoundsInvalid, FileUnfit
        When the rounds contradict each other, the request or the files.
    LocationRefused
        When the question cannot be put.
    """
    if request.model != MODEL:
        raise RoundsInvalid(why=f"go with the model {MODEL}, not with {request.model}")
    tables, file = _tables(rounds, closing=request.closes > 0)
    closing = "close" in tables[0]
    counts = _counts(tables, "close" if closing else "open", file)
    _refuse_request(counts[-1], request, closing=closing)
    opens, closes = (0, counts[-1]) if closing else (counts[-1], 0)
    asked = asked_of(
        files.demand, files.sites, files.costs, files.rules,
        replace(request, opens=opens, closes=closes),
    )  # fmt: skip
    today = int(asked.existing.sum())
    axes = DEGREES if isinstance(files.costs, str) else files.costs.axes
    own = tuple(
        Round(
            today - count if closing else today + count, _weight(table, file),
            column_of(files.demand, str(table["demand"])) if "demand" in table else None,
            rules_of(table, files.sites, axes, file),
        )
        for table, count in zip(tables, counts, strict=True)
    )  # fmt: skip
    return AskedRounds(asked, _question(asked, closing=closing), own)


def _question(asked: Asked, *, closing: bool) -> Question:
    """The question without what only one round would ask."""
    question = asked.question
    rules = tuple(rule for rule in question.rules if rule.name != CLOSING)
    excluded = question.excluded | ~asked.existing if closing else question.excluded
    return replace(question, rules=rules, excluded=np.array(excluded))


def _tables(text: str, *, closing: bool) -> tuple[Sequence[Mapping[str, Any]], Path]:
    word = "close" if closing else "open"
    if not text.endswith(".toml"):
        try:
            return [{word: int(part)} for part in text.split(",")], Path("--rounds")
        except ValueError as problem:
            why = f"are {text!r}; give counts such as 12,28, or a file that ends in .toml"
            raise RoundsInvalid(why=why) from problem
    file = Path(text)
    tables = words_in(file, ROUND_TABLES).get("round", [])
    if not tables:
        raise FileUnfit(file=file.name, line=0, why="there is no [[round]]")
    for number, table in enumerate(tables, 1):
        strange = sorted(set(table) - KNOWN_WORDS)
        if strange:
            raise FileUnfit(file=file.name, line=0, why=f"round {number} says {strange[0]!r}")
    return tables, file


def _counts(tables: Sequence[Mapping[str, Any]], word: str, file: Path) -> list[int]:
    counts = []
    for number, table in enumerate(tables, 1):
        count = table.get(word)
        if not isinstance(count, int) or ("open" in table) == ("close" in table):
            why = f"round {number} has no whole number called {word!r} alone"
            raise FileUnfit(file=file.name, line=0, why=why)
        counts.append(count)
    if counts != sorted(counts) or counts[0] < 0:
        why = f"count {', '.join(map(str, counts))}; each counts all from the first round on"
        raise RoundsInvalid(why=why)
    return counts


def _weight(table: Mapping[str, Any], file: Path) -> float:
    weight = table.get("weight", 1.0)
    if not isinstance(weight, int | float):
        raise FileUnfit(file=file.name, line=0, why=f"a weight is {weight!r}, not a number")
    return float(weight)


def _refuse_request(last: int, request: Request, *, closing: bool) -> None:
    asked, other = (request.closes, request.opens) if closing else (request.opens, request.closes)
    if other:
        raise RoundsInvalid(why="either open or close sites, not both")
    if asked not in (0, last):
        raise RoundsInvalid(why=f"end with {last}, but {asked} are asked for")
