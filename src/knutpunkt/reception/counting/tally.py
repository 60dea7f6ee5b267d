"""From a table of errands to figures, for all together and by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.ledger.kinds import Kind
from knutpunkt.engines.ledger.quantiles import durations, groups_of
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
    count = len(by.keys)
    order, bounds = groups_of(by.places, count) if count > 1 else _all_in_one(table)
    counts = _counts(table, by, order, bounds)
    outcomes = _outcomes(table, by)
    made = []
    for place, key in enumerate(by.keys):
        rows = order[bounds[place] : bounds[place + 1]]
        if not len(rows):
            continue
        found = {name: int(column[place]) for name, column in counts.items()}
        found |= {
            "left_before_call": int(outcomes.get("left_before_call", _none(count))[place]),
            "no_show": int(outcomes.get("no_show", _none(count))[place]),
            "sent_on": sum(int(outcomes[c][place]) for c in transitions.SENT_ON if c in outcomes),
        }
        figures = {name: Figure(name, number) for name, number in found.items()}
        figures |= _durations(table, rows if count > 1 else slice(None))
        mix = {code: Figure("outcome", int(column[place])) for code, column in outcomes.items()}
        made.append(Group(key, figures, mix))
    return tuple(made)


def _all_in_one(table: ErrandTable) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return np.arange(len(table)), np.array([0, len(table)])


def _none(count: int) -> Ints:
    return np.zeros(count, dtype=np.int64)


def _counted(table: ErrandTable) -> NDArray[np.bool_]:
    """Errands that were not passed on; one that was is counted where it ended."""
    counted: NDArray[np.bool_] = table.columns["end"] != Kind.TRANSFERRED
    return counted


def _counts(
    table: ErrandTable, by: Grouping, order: NDArray[np.intp], bounds: NDArray[np.intp]
) -> dict[str, Ints]:
    count = len(by.keys)
    errands = np.bincount(by.places[_counted(table)], minlength=count)
    if count == 1:
        opens, people = table.columns["opens"], table.columns["people"]
        visits, came = int(opens.sum()), int(people[opens == 1].sum())
        return {"visits": np.array([visits]), "errands": errands, "people": np.array([came])}
    visit = np.cumsum(table.columns["opens"], dtype=np.int32)[order]
    new = np.append(True, visit[1:] != visit[:-1])[: len(visit)]
    new[bounds[:-1][bounds[:-1] < len(visit)]] = True
    of_new = by.places[order[new]]
    people = np.bincount(of_new, weights=table.columns["people"][order[new]], minlength=count)
    return {
        "visits": np.bincount(of_new, minlength=count),
        "errands": errands,
        "people": people.astype(np.int64),
    }


def _outcomes(table: ErrandTable, by: Grouping) -> dict[str, Ints]:
    words, count = table.words["outcome"], len(by.keys)
    pairs = table.columns["outcome"].astype(np.int64) * count + by.places
    counted = np.bincount(pairs[_counted(table)], minlength=count * len(words))
    by_outcome = counted.reshape(len(words), count)
    found = {word: by_outcome[place] for place, word in enumerate(words)}
    return {code: found[code] for code in transitions.OUTCOMES if code in found}


def _durations(table: ErrandTable, rows: NDArray[np.intp] | slice) -> dict[str, Figure]:
    figures = {}
    for name in DURATIONS:
        known, values = durations(table.columns[name][rows])
        figures[name] = Figure(name, known)
        for key, value in zip(DURATION_FIGURES[name], values, strict=True):
            figures[key] = Figure(key, value)
    return figures


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
    beyond &= _counted(table)
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
