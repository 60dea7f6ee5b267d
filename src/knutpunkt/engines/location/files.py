"""A question in files: demand and sites as CSV, costs as CSV or distances, rules as TOML.

Demand has the columns ``key, lat, lon, persons``; sites have ``key, lat, lon`` and may have
``open`` (1: there is an office today), ``cost`` (of having the site open) and further columns that
group them, such as a municipality. Costs in a file have the columns ``demand, site, cost``; a pair
that is missing cannot be served. Each ``[[rule]]`` has a ``name``, and ``sites`` (keys) or
``where`` (a column and its value), ``at_least`` and ``at_most``; with ``column`` the values of that
column are added up, as for a budget. ``[keep]`` and ``[exclude]`` give the reason for each key.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.costs import (
    Costs,
    CoverCosts,
    LimitedCosts,
    MatrixCosts,
    PlaceCosts,
)
from knutpunkt.engines.location.errors import DecayInvalid, FileUnfit
from knutpunkt.engines.location.mapped import DecayCosts
from knutpunkt.engines.location.question import Question, Rule

Floats = NDArray[np.float64]
Row = dict[str, str]

METRES_PER_KILOMETRE = 1000.0
LINE, ROAD = "line:", "road:"
YES = ("1", "yes", "true", "ja")
KNOWN_RULE_WORDS = {"name", "sites", "where", "column", "at_least", "at_most"}


@dataclass(frozen=True, eq=False)
class Asked:
    """A question from files, and the names of what it numbers.

    Parameters
    ----------
    question
        What the engine is asked.
    costs
        Travel costs, also where the question asks for covering.
    demand, sites
        Keys of clients and sites in the order of their numbers.
    existing
        Which sites are open today, shape ``(sites,)``.
    kept, excluded
        Reason by key for sites that stay open and that must not open.
    """

    question: Question
    costs: Costs
    demand: tuple[str, ...]
    sites: tuple[str, ...]
    existing: NDArray[np.bool_]
    kept: Mapping[str, str]
    excluded: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with the files.

    Parameters
    ----------
    opens, closes
        How many new sites to open and how many open ones to close.
    model, radius
        ``p-median``, ``p-center``, ``center-median``, ``worst-share``, ``max-cover`` or ``ufl``;
        how far a site covers.
    within
        The most anybody may travel; none is no limit.
    decay
        CSV with ``minutes, cost``: what journeys are felt to cost; none: as long as they are.
    """

    opens: int
    closes: int
    model: str = "p-median"
    radius: float | None = None
    within: float | None = None
    decay: Path | None = None


def asked_of(demand: Path, sites: Path, costs: str, rules: Path | None, request: Request) -> Asked:
    """Read a question from files.

    Raises
    ------
    FileUnfit
        When a file cannot be read or a value in it is wrong; names file, line and what to do.
    LocationRefused
        When the question cannot be put.
    """
    people = _rows(demand, ("key", "lat", "lon", "persons"))
    offered = _rows(sites, ("key", "lat", "lon"))
    keys = tuple(row["key"] for row in offered)
    existing = np.array([row.get("open", "").strip().lower() in YES for row in offered])
    travel = _costs(costs, people, offered, demand, sites)
    if request.within is not None:
        travel = LimitedCosts(travel, request.within)
    if request.decay is not None:
        travel = _decayed(travel, request.decay, request.model)
    written = _toml(rules)
    kept, excluded = (
        _reasons(written, "keep", keys, rules),
        _reasons(written, "exclude", keys, rules),
    )
    question = _question(
        travel, _numbers(people, "persons", demand), offered, existing, request,
        _own_rules(written, offered, keys, rules), kept, excluded, sites,
    )  # fmt: skip
    return Asked(
        question, travel, tuple(row["key"] for row in people), keys, existing, kept, excluded
    )


def _question(
    travel: Costs, persons: Floats, offered: Sequence[Row], existing: NDArray[np.bool_],
    request: Request, rules: Sequence[Rule], kept: Mapping[str, str],
    excluded: Mapping[str, str], file: Path,
) -> Question:  # fmt: skip
    keys = [row["key"] for row in offered]
    free = request.model == "ufl"
    many = int(existing.sum()) - request.closes + request.opens
    stay = existing.copy() if not request.closes and not free else np.zeros(len(keys), np.bool_)
    stay |= np.isin(keys, list(kept))
    forbidden = np.isin(keys, list(excluded))
    own = list(rules)
    if request.closes:
        remain = int(existing.sum()) - request.closes
        own.append(Rule("offices that close", np.flatnonzero(existing), remain, remain))
    opening = _numbers(offered, "cost", file) if "cost" in offered[0] and free else np.zeros(0)
    cover = request.model == "max-cover"
    _refuse_distances(request, file)
    return Question(
        CoverCosts(travel, request.radius or 0.0) if cover else travel, persons,
        1 if free else many, len(keys) if free else many, opening,
        np.ones(len(persons)) if cover else None, stay, forbidden, tuple(own),
    )  # fmt: skip


def _refuse_distances(request: Request, file: Path) -> None:
    if request.model == "max-cover" and request.radius is None:
        raise FileUnfit(file=file.name, line=0, why="max-cover needs --radius")
    for name, distance in (("--radius", request.radius), ("--within", request.within)):
        if distance is not None and not 0 <= distance < np.inf:
            raise FileUnfit(file=file.name, line=0, why=f"{name} is {distance}, not a distance")


def _rows(file: Path, needed: Sequence[str]) -> list[Row]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = [{k: v or "" for k, v in row.items() if k} for row in reader]
            names = reader.fieldnames or ()
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise FileUnfit(file=file.name, line=0, why=f"it cannot be read ({problem})") from problem
    missing = [name for name in needed if name not in names]
    if missing:
        raise FileUnfit(file=file.name, line=1, why=f"column {missing[0]!r} is missing")
    if not rows:
        raise FileUnfit(file=file.name, line=2, why="there is no row")
    seen: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        if "key" in needed and seen.setdefault(row["key"], line) != line:
            why = f"key {row['key']!r} stands in line {seen[row['key']]} too"
            raise FileUnfit(file=file.name, line=line, why=why)
    return rows


def _numbers(rows: Sequence[Row], column: str, file: Path) -> Floats:
    found = np.empty(len(rows))
    for place, row in enumerate(rows):
        try:
            found[place] = float(row[column])
        except (ValueError, KeyError) as problem:
            why = f"{column} is {row.get(column, '')!r}, not a number"
            raise FileUnfit(file=file.name, line=place + 2, why=why) from problem
    return found


def _costs(
    asked: str, people: Sequence[Row], offered: Sequence[Row], demand: Path, sites: Path
) -> Costs:
    if asked.startswith(LINE):
        try:
            factor = float(asked.removeprefix(LINE))
        except ValueError as problem:
            raise FileUnfit(file=asked, line=0, why="line: is followed by a number") from problem
        if not 0 < factor < np.inf:
            raise FileUnfit(file=asked, line=0, why="the factor of a line is above 0")
        places = [
            np.column_stack([_numbers(rows, axis, file) for axis in ("lat", "lon")])
            for rows, file in ((people, demand), (offered, sites))
        ]
        return PlaceCosts(places[0], places[1], "sphere", factor / METRES_PER_KILOMETRE)
    if asked.startswith(ROAD):
        why = "roads are not read here; give line:F, or a CSV with demand, site, cost"
        raise FileUnfit(file=asked, line=0, why=why)
    file = Path(asked)
    rows = _rows(file, ("demand", "site", "cost"))
    values = _numbers(rows, "cost", file)
    clients = {row["key"]: place for place, row in enumerate(people)}
    columns = {row["key"]: place for place, row in enumerate(offered)}
    matrix = np.full((len(people), len(offered)), np.inf)
    for line, (row, cost) in enumerate(zip(rows, values.tolist(), strict=True), 2):
        if row["demand"] not in clients or row["site"] not in columns:
            why = f"{row['demand']!r} or {row['site']!r} is in neither of the other files"
            raise FileUnfit(file=file.name, line=line, why=why)
        matrix[clients[row["demand"]], columns[row["site"]]] = cost
    return MatrixCosts(matrix)


def _decayed(travel: Costs, file: Path, model: str) -> Costs:
    if model == "max-cover":
        why = "max-cover counts who is within --radius, so journeys have no other cost"
        raise FileUnfit(file=file.name, line=0, why=why)
    rows = _rows(file, ("minutes", "cost"))
    try:
        return DecayCosts(travel, _numbers(rows, "minutes", file), _numbers(rows, "cost", file))
    except DecayInvalid as problem:
        raise FileUnfit(file=file.name, line=problem.row + 2, why=problem.why) from problem


def _toml(file: Path | None) -> Mapping[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise FileUnfit(file=file.name, line=0, why=str(problem)) from problem


def _reasons(
    written: Mapping[str, Any], word: str, keys: Sequence[str], file: Path | None
) -> dict[str, str]:
    found = {str(key): str(reason) for key, reason in dict(written.get(word, {})).items()}
    unknown = sorted(set(found) - set(keys))
    if unknown and file is not None:
        why = f"[{word}] names {unknown[0]!r}, which is no site"
        raise FileUnfit(file=file.name, line=0, why=why)
    return found


def _own_rules(
    written: Mapping[str, Any], offered: Sequence[Row], keys: Sequence[str], file: Path | None
) -> list[Rule]:
    if file is None:
        return []
    return [
        _rule(table, number, offered, keys, file)
        for number, table in enumerate(written.get("rule", []), 1)
    ]


def _rule(
    table: Mapping[str, Any], number: int, offered: Sequence[Row], keys: Sequence[str], file: Path
) -> Rule:
    name = str(table.get("name", f"rule {number}"))
    strange = sorted(set(table) - KNOWN_RULE_WORDS)
    if strange:
        raise FileUnfit(file=file.name, line=0, why=f"rule {name!r} says {strange[0]!r}")
    if "sites" in table:
        unknown = sorted(set(map(str, table["sites"])) - set(keys))
        if unknown:
            why = f"rule {name!r} names {unknown[0]!r}, which is no site"
            raise FileUnfit(file=file.name, line=0, why=why)
        chosen = [keys.index(str(key)) for key in table["sites"]]
    else:
        where = dict(table.get("where", {}))
        wrong = sorted(set(where) - set(offered[0]))
        if wrong:
            why = f"rule {name!r} asks for column {wrong[0]!r}, which the sites do not have"
            raise FileUnfit(file=file.name, line=0, why=why)
        chosen = [
            place for place, row in enumerate(offered)
            if all(row[column] == str(value) for column, value in where.items())
        ]  # fmt: skip
    factors = None
    if "column" in table:
        factors = _numbers([offered[place] for place in chosen], str(table["column"]), file)
    return Rule(name, np.array(chosen, np.intp), table.get("at_least"), table.get("at_most"),
                factors)  # fmt: skip
