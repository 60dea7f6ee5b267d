"""A question in files: demand and sites as CSV, costs as CSV or distances, rules as TOML.

Demand has the columns ``key, lat, lon, persons``; sites have ``key, lat, lon`` and may have
``open`` (1: there is an office today), ``cost`` (of having the site open), ``capacity`` and
``min_load`` (how many persons it can and must serve if it is open) and further columns that group
them, such as a municipality. Costs in a file have the columns ``demand, site, cost``; a pair
that is missing cannot be served. Each ``[[rule]]`` has a ``name``, and ``sites`` (keys) or
``where`` (a column and its value), ``at_least`` and ``at_most``; with ``column`` the values of that
column are added up, as for a budget. ``[keep]`` and ``[exclude]`` give the reason for each key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.costs import (
    Costs,
    CoverCosts,
    LimitedCosts,
    MatrixCosts,
    PlaceCosts,
)
from knutpunkt.engines.location.errors import DecayInvalid, FileUnfit, OptionUnfit
from knutpunkt.engines.location.mapped import DecayCosts
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.rule_file import reasons_in, rules_in, words_in
from knutpunkt.engines.tables import Row, table_rows

Floats = NDArray[np.float64]

METRES_PER_KILOMETRE = 1000.0
LINE = "line:"
#: The rule that says how many of the offices of today close.
CLOSING = "offices that close"
#: Models that take capacities; with the last each client goes to one site.
SINGLE = "cpmp"
LOADED = ("p-median", "ufl", SINGLE)
SET_COVER = "set-cover"
DEGREES = ("lat", "lon")
#: What a coordinate may be at most; others are metres.
HIGHEST = {"lat": 90.0, "lon": 180.0}
#: More persons than there are, and sums of so many numbers stay far from infinity.
MOST = 1e12


class Travel(Protocol):
    """Travel that is not read here, such as on roads."""

    @property
    def axes(self) -> tuple[str, str]:
        """The columns of coordinates it needs: ``lat, lon`` in degrees or ``x, y`` in metres."""
        ...

    def minutes(
        self, places: tuple[Floats, Floats], keys: tuple[Sequence[str], Sequence[str]]
    ) -> Floats:
        """Minutes from demand to sites, given the places and keys of both; infinite: no way."""
        ...


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
    loads
        The same question with the sites' capacities and minimum loads, where these count.
    travel
        How travel times were made that are not read here.
    """

    question: Question
    costs: Costs
    demand: tuple[str, ...]
    sites: tuple[str, ...]
    existing: NDArray[np.bool_]
    kept: Mapping[str, str]
    excluded: Mapping[str, str]
    loads: CapacitatedQuestion | None = None
    travel: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with the files.

    Parameters
    ----------
    opens, closes
        How many new sites to open and how many open ones to close.
    model, radius
        ``p-median``, ``p-center``, ``center-median``, ``worst-share``, ``max-cover``,
        ``set-cover``, ``ufl`` or ``cpmp`` (within capacities, every client at one site); how far
        a site covers.
    within
        The most anybody may travel; none is no limit. What ``set-cover`` is asked for.
    decay
        CSV with ``minutes, cost``: what journeys are felt to cost; none: as long as they are.
    capacities
        Whether the sites' capacities and minimum loads count, as they always do with ``cpmp``.
    unserved
        What it costs to leave a person unserved; none leaves nobody so.
    """

    opens: int
    closes: int
    model: str = "p-median"
    radius: float | None = None
    within: float | None = None
    decay: Path | None = None
    capacities: bool = False
    unserved: float | None = None


def asked_of(
    demand: Path, sites: Path, costs: str | Travel, rules: Path | None, request: Request
) -> Asked:
    """Read a question from files.

    Parameters
    ----------
    demand, sites, rules
        The files; rules are none where there are none.
    costs
        A file of costs, ``line:`` and a factor, or what reckons travel times.
    request
        What to do with them.

    Raises
    ------
    TableUnfit, FileUnfit
        When a file cannot be read or a value in it is wrong; names file, line and what to do.
    LocationRefused
        When the question cannot be put.
    """
    axes = DEGREES if isinstance(costs, str) else costs.axes
    people = _keyed(demand, ("key", *axes, "persons"))
    offered = _keyed(sites, ("key", *axes))
    keys = tuple(row.cells["key"] for row in offered)
    existing = np.array([row.flag("open") for row in offered])
    persons = _numbers(people, "persons", low=0.0)
    _refuse_wishes(request, existing)
    written = words_in(rules)
    kept, excluded = (
        reasons_in(written, "keep", keys, rules),
        reasons_in(written, "exclude", keys, rules),
    )
    own = rules_in(written, offered, keys, rules)
    travel = _costs(costs, people, offered)
    if request.within is not None and request.model != SET_COVER:
        travel = LimitedCosts(travel, request.within)
    if request.decay is not None:
        travel = _decayed(travel, request.decay)
    question = _question(
        travel, persons, offered, existing, request, own, kept, excluded,
    )  # fmt: skip
    return Asked(
        question, travel, tuple(row.cells["key"] for row in people), keys, existing, kept, excluded,
        _loads(question, offered, request),
    )  # fmt: skip


def column_of(file: Path, column: str) -> Floats:
    """One column of persons, in the order of the rows."""
    return _numbers(_keyed(file, ("key", column)), column, low=0.0)


def rules_of(
    tables: Mapping[str, Any], sites: Path, axes: tuple[str, str], file: Path
) -> tuple[Rule, ...]:
    """Rules that are written in a table of a file, about sites of another."""
    offered = _keyed(sites, ("key", *axes))
    return tuple(rules_in(tables, offered, [row.cells["key"] for row in offered], file))


def _question(
    travel: Costs, persons: Floats, offered: Sequence[Row], existing: NDArray[np.bool_],
    request: Request, rules: Sequence[Rule], kept: Mapping[str, str],
    excluded: Mapping[str, str],
) -> Question:  # fmt: skip
    keys = [row.cells["key"] for row in offered]
    free = request.model in ("ufl", SET_COVER)
    paid = request.model == "ufl"
    many = int(existing.sum()) - request.closes + request.opens
    stay = existing.copy() if not request.closes and not paid else np.zeros(len(keys), np.bool_)
    stay |= np.isin(keys, list(kept))
    forbidden = np.isin(keys, list(excluded))
    own = list(rules)
    if request.closes:
        remain = int(existing.sum()) - request.closes
        own.append(Rule(CLOSING, np.flatnonzero(existing), remain, remain))
    opening = _numbers(offered, "cost") if "cost" in offered[0].cells and paid else np.zeros(0)
    cover = request.model == "max-cover"
    price = 1.0 if cover else request.unserved
    return Question(
        CoverCosts(travel, request.radius or 0.0) if cover else travel, persons,
        1 if paid else 0 if free else many, len(keys) if free else many, opening,
        None if price is None else np.full(len(persons), price), stay, forbidden, tuple(own),
    )  # fmt: skip


def _loads(
    question: Question, offered: Sequence[Row], request: Request
) -> CapacitatedQuestion | None:
    if not request.capacities and request.model != SINGLE:
        return None
    if "capacity" not in offered[0].cells:
        raise offered[0].refused("the sites have no column 'capacity'")
    least = _numbers(offered, "min_load", low=0.0) if "min_load" in offered[0].cells else None
    return CapacitatedQuestion(
        question, _numbers(offered, "capacity", low=0.0), minimum_load=least,
        single=request.model == SINGLE,
    )  # fmt: skip


def _refuse_loads(request: Request) -> None:
    for said, word in (
        (request.capacities, "--capacities"), (request.unserved is not None, "--unserved"),
    ):  # fmt: skip
        if said and request.model not in LOADED:
            raise OptionUnfit(why=f"{word} goes with {', '.join(LOADED)}, not with {request.model}")
    price = request.unserved
    if price is not None and not 0 <= price <= MOST:
        raise OptionUnfit(why=f"--unserved is {price}, not a price from 0 to {MOST:g}")
    if request.decay is not None and request.model == "max-cover":
        raise OptionUnfit(
            why="max-cover counts who is within --radius, so --decay has no meaning with it"
        )


def _refuse_wishes(request: Request, existing: NDArray[np.bool_]) -> None:
    if request.model == "max-cover" and request.radius is None:
        raise OptionUnfit(why="max-cover needs --radius, how far a site covers")
    if request.model == SET_COVER and request.within is None:
        raise OptionUnfit(why="set-cover needs --within, the most anybody may travel")
    _refuse_loads(request)
    for name, distance in (("--radius", request.radius), ("--within", request.within)):
        if distance is not None and not 0 <= distance <= MOST:
            raise OptionUnfit(why=f"{name} is {distance}, not a distance from 0 to {MOST:g}")
    there = int(existing.sum())
    if request.closes > there:
        raise OptionUnfit(why=f"{request.closes} sites are to close, but {there} are open")
    free = len(existing) - there
    if request.opens > free and request.model not in ("ufl", SET_COVER):
        why = f"{request.opens} sites are to be opened, but only {free} are not open yet"
        raise OptionUnfit(why=why)


def _keyed(file: Path, needed: Sequence[str]) -> list[Row]:
    """Rows that are told apart by their key."""
    rows: dict[str, Row] = {}
    for row in table_rows(file, needed):
        first = rows.setdefault(row.text("key"), row)
        if first is not row:
            raise row.refused(f"key {row.cells['key']!r} stands in line {first.line} too")
    return list(rows.values())


def _numbers(rows: Sequence[Row], column: str, *, low: float = -MOST, high: float = MOST) -> Floats:
    return np.array([row.number(column, low, high) for row in rows])


def _places(rows: Sequence[Row], axes: tuple[str, str]) -> Floats:
    most = [HIGHEST.get(axis, MOST) for axis in axes]
    return np.column_stack(
        [_numbers(rows, axis, low=-high, high=high) for axis, high in zip(axes, most, strict=True)]
    )


def _costs(asked: str | Travel, people: Sequence[Row], offered: Sequence[Row]) -> Costs:
    if not isinstance(asked, str):
        places = _places(people, asked.axes), _places(offered, asked.axes)
        keys = [row.cells["key"] for row in people], [row.cells["key"] for row in offered]
        return MatrixCosts(asked.minutes(places, keys))
    if not asked.startswith(LINE):
        return _table(Path(asked), people, offered)
    try:
        factor = float(asked.removeprefix(LINE))
    except ValueError as problem:
        raise FileUnfit(file=asked, line=0, why="line: is followed by a number") from problem
    if not 0 < factor <= MOST:
        why = f"the factor of a line is above 0 and at most {MOST:g}"
        raise FileUnfit(file=asked, line=0, why=why)
    return PlaceCosts(
        _places(people, DEGREES), _places(offered, DEGREES), "sphere", factor / METRES_PER_KILOMETRE
    )


def _table(file: Path, people: Sequence[Row], offered: Sequence[Row]) -> Costs:
    clients = {row.cells["key"]: place for place, row in enumerate(people)}
    columns = {row.cells["key"]: place for place, row in enumerate(offered)}
    matrix = np.full((len(people), len(offered)), np.nan)
    for row in table_rows(file, ("demand", "site", "cost")):
        client, site = clients.get(row.cells["demand"]), columns.get(row.cells["site"])
        if client is None or site is None:
            which, files = ("demand", "demand") if client is None else ("site", "sites")
            raise row.refused(f"{which} {row.cells[which]!r} is not in the file of the {files}")
        if not np.isnan(matrix[client, site]):
            raise row.refused(
                f"the cost from {row.cells['demand']!r} to {row.cells['site']!r} stands there twice"
            )
        matrix[client, site] = row.number("cost", 0.0, MOST)
    return MatrixCosts(np.nan_to_num(matrix, nan=np.inf))


def _decayed(travel: Costs, file: Path) -> Costs:
    rows = list(table_rows(file, ("minutes", "cost")))
    try:
        return DecayCosts(travel, _numbers(rows, "minutes"), _numbers(rows, "cost"))
    except DecayInvalid as problem:
        raise rows[problem.row].refused(problem.why) from problem
