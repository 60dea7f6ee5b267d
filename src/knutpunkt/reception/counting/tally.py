"""From a table of errands to figures, for all together and by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.ledger.kinds import Kind
from knutpunkt.engines.ledger.quantiles import durations_by_group
from knutpunkt.reception import transitions
from knutpunkt.reception.counting.definitions import DURATION_FIGURES
from knutpunkt.reception.counting.figure import Figure, Group, SentOn, Solvable
from knutpunkt.reception.counting.table import DURATIONS, ErrandTable

Ints = NDArray[np.int64]

#: Columns every tally reads.
NEEDED = (
    "opens", "people", "end", "outcome", "simulated", "service", "missing_level", *DURATIONS,
)  # fmt: skip


@dataclass(frozen=True)
class Grouping:
    """For each errand its group, as a place in a list of keys."""

    keys: tuple[str, ...]
    places: NDArray[np.integer]


def grouping(
    table: ErrandTable,
    by: str,
    *,
    office_keys: Mapping[int, str],
    services: Mapping[str, tuple[str, str]],
) -> Grouping:
    """Sort the errands of a table into groups.

    Parameters
    ----------
    by
        One of ``GROUPINGS``, or nothing: all in one.
    office_keys, services
        Key of each office, authority and key of each service, by number.
    """
    if not by:
        return Grouping(("",), np.zeros(len(table), dtype=np.uint8))
    if by == "office":
        return _of_numbers(table.columns["office"], lambda number: office_keys[number])
    if by == "hour":
        return _of_numbers(table.columns["hour"], lambda hour: f"{hour:02}")
    if by in ("day", "month"):
        length = len("2025-01-31" if by == "day" else "2025-01")
        return _of_numbers(
            table.columns["day"], lambda day: date.fromordinal(day).isoformat()[:length]
        )
    if by in ("authority", "service"):
        return _of_services(table, by, services)
    return Grouping(table.words[by], table.columns[by])


def _of_numbers(column: NDArray[np.integer], name: Callable[[int], str]) -> Grouping:
    least = int(column.min(initial=0)) if len(column) else 0
    shifted = column - least
    used = np.flatnonzero(np.bincount(shifted)) + least if len(column) else column
    names = [name(number) for number in used.tolist()]
    keys = tuple(sorted(set(names)))
    place = {key: number for number, key in enumerate(keys)}
    lookup = np.zeros(int(used[-1]) - least + 1 if len(used) else 1, dtype=np.uint16)
    for number, text in zip(used.tolist(), names, strict=True):
        lookup[number - least] = place[text]
    return Grouping(keys, lookup[shifted])


def _of_services(table: ErrandTable, by: str, services: Mapping[str, tuple[str, str]]) -> Grouping:
    def named(number: str) -> str:
        authority, service = services.get(number, ("", ""))
        return authority if by == "authority" or not authority else f"{authority}/{service}"

    names = [named(number) for number in table.words["service"]]
    keys = tuple(sorted(set(names)))
    lookup = np.array([keys.index(name) for name in names], dtype=np.uint16)
    return Grouping(keys, lookup[table.columns["service"]] if len(table) else lookup[:0])


def groups(table: ErrandTable, by: Grouping) -> tuple[Group, ...]:
    """Figures of every group, in the order of its keys; groups without errands are left out."""
    counts = _counts(table, by)
    outcomes = _outcomes(table, by)
    times = {
        name: durations_by_group(table.columns[name], by.places, len(by.keys)) for name in DURATIONS
    }
    there = np.bincount(by.places, minlength=len(by.keys)) > 0
    made = []
    for place in np.flatnonzero(there).tolist():
        found = {name: int(column[place]) for name, column in counts.items()}
        mix = {code: int(column[place]) for code, column in outcomes.items()}
        found |= {code: mix.get(code, 0) for code in ("left_before_call", "no_show")}
        found["sent_on"] = sum(mix.get(cause, 0) for cause in transitions.SENT_ON)
        figures = {name: Figure(name, number) for name, number in found.items()}
        for name in DURATIONS:
            figures |= _percentiles(name, *times[name][place])
        outcome_mix = {code: Figure("outcome", number) for code, number in mix.items()}
        made.append(Group(by.keys[place], figures, outcome_mix))
    return tuple(made)


def _percentiles(name: str, known: int, values: tuple[int | None, ...]) -> dict[str, Figure]:
    keys = DURATION_FIGURES[name]
    found = {key: Figure(key, value) for key, value in zip(keys, values, strict=True)}
    return {name: Figure(name, known), **found}


def _counts(table: ErrandTable, by: Grouping) -> dict[str, Ints]:
    """Visits, errands and people by group; a visit counts once in each group it has errands in."""
    count = len(by.keys)
    passed_on = np.flatnonzero(table.columns["end"] == Kind.TRANSFERRED)
    opens = table.columns["opens"] == 1
    people = table.columns["people"]
    first = by.places[opens]
    more = _not_yet_counted(opens, by.places)
    in_more = by.places[more]
    came = np.bincount(first, weights=people[opens], minlength=count)
    came += np.bincount(in_more, weights=people[more], minlength=count)
    return {
        "visits": np.bincount(first, minlength=count) + np.bincount(in_more, minlength=count),
        "errands": np.bincount(by.places, minlength=count)
        - np.bincount(by.places[passed_on], minlength=count),
        "people": came.astype(np.int64),
    }


def _not_yet_counted(opens: NDArray[np.bool_], places: NDArray[np.integer]) -> NDArray[np.intp]:
    """Later errands of visits whose group none of the visit's earlier errands has."""
    later = np.flatnonzero(~opens)
    new = np.ones(len(later), dtype=np.bool_)
    among = np.arange(len(later))  # those that have an errand so many rows before
    back = 0
    while len(among):
        back += 1
        row = later[among]
        new[among[places[row - back] == places[row]]] = False
        among = among[~opens[row - back]]
    return later[new]


def _outcomes(table: ErrandTable, by: Grouping) -> dict[str, Ints]:
    """Errands by outcome and group. One that was passed on has no outcome."""
    words, count = table.words["outcome"], len(by.keys)
    pairs = table.columns["outcome"].astype(np.int64) * count + by.places
    by_outcome = np.bincount(pairs, minlength=count * len(words)).reshape(len(words), count)
    found = {word: by_outcome[place] for place, word in enumerate(words)}
    return {code: found[code] for code in transitions.OUTCOMES if code in found}


def sent_on(table: ErrandTable, authorities: Grouping) -> tuple[SentOn, ...]:
    """Errands that had to be sent on, by authority and cause."""
    outcomes = _outcomes(table, authorities)
    return tuple(
        SentOn(authority, cause, Figure("sent_on", int(outcomes[cause][place])))
        for place, authority in enumerate(authorities.keys)
        for cause in transitions.SENT_ON
        if cause in outcomes and outcomes[cause][place]
    )


def solvable(table: ErrandTable, authorities: Grouping) -> tuple[Solvable, ...]:
    """Errands beyond the service level, by authority and the level that would have solved them."""
    words, levels = table.words["outcome"], table.words["missing_level"]
    if "beyond_service_level" not in words:
        return ()
    beyond = table.columns["outcome"] == words.index("beyond_service_level")
    pairs = authorities.places[beyond].astype(np.int64) * len(levels)
    pairs += table.columns["missing_level"][beyond]
    counted = np.bincount(pairs, minlength=len(authorities.keys) * len(levels))
    by_authority = counted.reshape(len(authorities.keys), len(levels))
    return tuple(
        Solvable(authority, level, Figure("solvable", int(by_authority[i, j])))
        for i, authority in enumerate(authorities.keys)
        for j, level in enumerate(levels)
        if level and by_authority[i, j]
    )
