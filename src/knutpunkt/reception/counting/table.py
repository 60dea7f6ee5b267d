"""Errands as a table of columns: one row each, words as numbers into short lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.engines.ledger.facts import ErrandFacts, errand_facts
from knutpunkt.engines.ledger.kinds import Kind
from knutpunkt.engines.ledger.local_time import local_day_and_hour
from knutpunkt.reception.counting.reading import Log, described
from knutpunkt.reception.models.visits import PER_OFFICE

Column = NDArray[np.integer[Any]]

#: Columns that hold places in a list of words.
WORDED = (
    "service", "level", "language", "prio_class", "arrival", "outcome", "next_authority",
    "next_channel", "missing_level",
)  # fmt: skip
NUMBERS = ("office", "day", "hour", "people", "end", "opens", "simulated")
DURATIONS = ("waited", "way", "served")
COLUMNS = (*NUMBERS, *WORDED, *DURATIONS)
#: Words that tell how an errand ended; the others tell how it stands.
_OF_THE_END = ("outcome", "next_authority", "next_channel", "missing_level")


@dataclass(frozen=True)
class ErrandTable:
    """Errands by office, visit and errand.

    ``day`` is an ordinal, ``opens`` 1 on the first errand of a visit; transferred errands are in
    it (the visitor waited for them), withdrawn ones and practice are not.
    """

    columns: dict[str, Column]
    words: dict[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def rows(self, mask: NDArray[np.bool_]) -> ErrandTable:
        """Those rows for which the mask is true."""
        columns = {name: column[mask] for name, column in self.columns.items()}
        return ErrandTable(columns, self.words)


def errand_table(log: Log, *, first: date, last: date) -> ErrandTable:
    """Errands of the visits that began on the days from first to last, as the log tells.

    The log must begin no later than the first day; visits that began before it are left out.
    """
    facts = _described(log, errand_facts(log.events))
    visit_first = np.append(True, facts.visit[1:] != facts.visit[:-1])[: len(facts.visit)]
    begins = np.maximum.accumulate(np.where(visit_first, np.arange(len(facts.visit)), 0))
    day, hour = local_day_and_hour(facts.made_at, NETWORK_ZONE)
    day = day[begins]
    wanted = (day >= first.toordinal()) & (day <= last.toordinal())
    # A visit whose ticket is not in this piece of the log belongs to an earlier one.
    wanted &= facts.errand[begins] == facts.visit
    wanted &= facts.end != Kind.WITHDRAWN
    numbers = {
        "office": facts.visit // PER_OFFICE,
        "day": day,
        "hour": hour,
        "people": _numbers(log, "people")[facts.what[begins]],
        "end": facts.end,
        "opens": visit_first.astype(np.int64),
        "simulated": _numbers(log, "simulated")[facts.what],
        "waited": facts.waited,
        "way": facts.way,
        "served": facts.served,
    }
    return _worded(log, facts, numbers, wanted)


def _described(log: Log, facts: ErrandFacts) -> ErrandFacts:
    """Describe in full the last events of errands that are still open; there are few."""
    if not len(facts.what):
        return facts
    short = np.flatnonzero(_numbers(log, "full")[facts.what] == 0)
    if not len(short):
        return facts
    what = facts.what.copy()
    what[short] = described(log, facts.last[short].tolist())
    return replace(facts, what=what)


def _numbers(log: Log, name: str) -> NDArray[np.int64]:
    return np.array(log.descriptions.words(name), dtype=np.int64)


def _worded(
    log: Log, facts: ErrandFacts, numbers: dict[str, Any], wanted: NDArray[np.bool_]
) -> ErrandTable:
    columns: dict[str, Column] = {name: column[wanted] for name, column in numbers.items()}
    words = {}
    for name in WORDED:
        what = facts.what_at_end if name in _OF_THE_END else facts.what
        columns[name], words[name] = _listed(*log.descriptions.coded(name), what[wanted])
    return ErrandTable(columns, words)


def _listed(
    words: tuple[str, ...], places: NDArray[np.int64], what: NDArray[np.int64]
) -> tuple[Column, tuple[str, ...]]:
    """Only the words that occur, in alphabetical order, and each row's place among them."""
    column = places[what]
    used = np.flatnonzero(np.bincount(column, minlength=len(words)))
    among = np.zeros(len(words) + 1, dtype=np.int64)
    among[used] = np.arange(len(used))
    return among[column], tuple(words[place] for place in used.tolist())


def joined(tables: Sequence[ErrandTable], names: Iterable[str] = COLUMNS) -> ErrandTable:
    """One table of several: rows in the order given, words put together into one list each."""
    columns: dict[str, Column] = {}
    words: dict[str, tuple[str, ...]] = {}
    for name in names:
        if name in WORDED:
            columns[name], words[name] = _joined_words(tables, name)
        else:
            parts = [table.columns[name] for table in tables]
            columns[name] = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    return ErrandTable(columns, words)


def _joined_words(
    tables: Sequence[ErrandTable], name: str
) -> tuple[NDArray[np.uint16], tuple[str, ...]]:
    union = tuple(sorted({word for table in tables for word in table.words[name]}))
    place = {word: number for number, word in enumerate(union)}
    parts: list[NDArray[np.uint16]] = []
    for table in tables:
        of_table = np.array([place[word] for word in table.words[name]], dtype=np.uint16)
        parts.append(of_table[table.columns[name]] if len(table.columns[name]) else of_table[:0])
    return (np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint16)), union
