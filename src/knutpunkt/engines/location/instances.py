"""Published instances of location problems, read from the files they come in.

======== ==========================================================================================
pmed     OR-Library, p-median: ``vertices edges p``, then one edge a line; of an edge that stands
         there twice the last one counts. Costs are shortest paths, clients are sites.
cap      OR-Library, facility location: ``sites clients``, per site its capacity and opening cost,
         per client its demand and the cost of serving all of it from each site.
pmedcap  OR-Library, capacitated p-median: ``number optimum``, ``clients p capacity``, per client
         ``number x y demand``; many in one file stand behind their count. Costs are Euclidean
         distances rounded down.
tsp      TSPLIB with ``EUC_2D``: every place is client and site, distances rounded down.
city     The same layout with ``TYPE : MCLP`` and a ``DEMAND_SECTION``: coordinates in degrees
         (``COORD``, metres on a sphere) or in metres, and a demand per place.
======== ==========================================================================================

Sources: https://people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html, …/capinfo.html,
…/pmedcapinfo.html; http://comopt.ifi.uni-heidelberg.de/software/TSPLIB95/
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.costs import Costs, MatrixCosts, PlaceCosts
from knutpunkt.engines.location.errors import InstanceUnreadable

Floats = NDArray[np.float64]

EDGE, PLACE, COORDINATES = 3, 4, 2


@dataclass(frozen=True, eq=False)
class Published:
    """What a file says.

    Parameters
    ----------
    name
        Of the file, with its number where there are many in one.
    costs
        Of serving clients from sites.
    weight
        Of each client in the objective, shape ``(clients,)``.
    p
        How many sites to open, where the file says so.
    opening, capacity
        Of each site, shape ``(sites,)``; none where it has none.
    demand
        What each client takes of a capacity, shape ``(clients,)``; none without capacities.
    prepare_seconds
        How long the shortest paths took; 0 where there are none.
    """

    name: str
    costs: Costs
    weight: Floats
    p: int | None = None
    opening: Floats | None = None
    capacity: Floats | None = None
    demand: Floats | None = None
    prepare_seconds: float = 0.0


def published_in(file: Path) -> list[Published]:
    """Read a file of published instances; which format it has is seen from its content.

    Raises
    ------
    InstanceUnreadable
        When it cannot be read, or is in none of the formats.
    """
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise InstanceUnreadable(file=file.name, why=str(problem.strerror)) from problem
    try:
        if "NODE_COORD_SECTION" in text:
            return [_places(file.stem, text)]
        return _numbers(file.stem, text)
    except (ValueError, IndexError, OverflowError) as problem:
        why = f"it is in none of the formats pmed, cap, pmedcap, tsp and city ({problem})"
        raise InstanceUnreadable(file=file.name, why=why) from problem


def _numbers(name: str, text: str) -> list[Published]:
    # Some of the files say "capacity" where one number holds for all sites.
    words = text.replace("capacity", "nan").split()
    given = np.array(words, np.float64)
    if _is_pmed(given):
        return [_pmed(name, given)]
    if _is_cap(given):
        return [_cap(name, given)]
    return _pmedcaps(name, given)


def _is_pmed(given: Floats) -> bool:
    return len(given) > EDGE and len(given) == EDGE + EDGE * int(given[1])


def _is_cap(given: Floats) -> bool:
    sites, clients = int(given[0]), int(given[1])
    return len(given) == 2 + 2 * sites + clients * (1 + sites)


def _pmed(name: str, given: Floats) -> Published:
    from knutpunkt.engines.location.kernels.matrices import shortest_paths

    many, p = int(given[0]), int(given[2])
    edges = given[EDGE:].reshape(-1, EDGE)
    ends = edges[:, :2].astype(np.intp) - 1
    if len(ends) and (ends.min() < 0 or ends.max() >= many):
        raise ValueError("an edge names a vertex that is not there")
    if not (edges[:, 2] >= 0).all():
        raise ValueError("the length of an edge is below 0")
    paths = np.full((many, many), np.inf)
    # Of a repeated edge the last one counts: numpy assigns in order.
    for (a, b), length in zip(ends.tolist(), edges[:, 2].tolist(), strict=True):
        paths[a, b] = paths[b, a] = length
    np.fill_diagonal(paths, 0.0)
    shortest_paths(np.zeros((1, 1)))  # compiled before the clock runs
    begun = time.perf_counter()
    shortest_paths(paths)
    passed = time.perf_counter() - begun
    return Published(name, MatrixCosts(paths), np.ones(many), p, prepare_seconds=passed)


def _cap(name: str, given: Floats) -> Published:
    sites, clients = int(given[0]), int(given[1])
    about = given[2 : 2 + 2 * sites].reshape(sites, 2)
    rows = given[2 + 2 * sites :].reshape(clients, 1 + sites)
    capacity = None if np.isnan(about[:, 0]).any() else about[:, 0].copy()
    return Published(
        name, MatrixCosts(rows[:, 1:]), np.ones(clients), None, about[:, 1].copy(), capacity,
        rows[:, 0].copy(),
    )  # fmt: skip


def _pmedcaps(name: str, given: Floats) -> list[Published]:
    """One instance, or their count and then one after the other."""
    begin = 0
    if len(given) != 5 + PLACE * int(given[2]):
        begin = 1
    found = []
    while begin < len(given):
        clients, p = int(given[begin + 2]), int(given[begin + 3])
        rows = given[begin + 5 : begin + 5 + PLACE * clients].reshape(clients, PLACE)
        xy, demand = rows[:, 1:3], rows[:, 3].copy()
        costs = PlaceCosts(xy, xy, "plane-floor")
        capacity = np.full(clients, given[begin + 4])
        number = name if begin == 0 else f"{name}-{int(given[begin])}"
        found.append(
            Published(number, costs, np.ones(clients), p, capacity=capacity, demand=demand)
        )
        begin += 5 + PLACE * clients
    if not found:
        raise ValueError("it holds nothing")
    return found


def _places(name: str, text: str) -> Published:
    head, _, rest = text.partition("NODE_COORD_SECTION")
    lines = [line.split(":", 1) for line in head.splitlines() if ":" in line]
    said = {name.strip(): value.strip() for name, value in lines}
    many = int(said["DIMENSION"]) if "DIMENSION" in said else None
    body, _, behind = rest.partition("DEMAND_SECTION")
    rows = np.array(body.replace("EOF", "").split(), np.float64)
    wide = len(rows) // many if many else PLACE - 1
    places = rows.reshape(-1, wide)[:, -COORDINATES:]
    kind = said.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    if behind.strip():
        demand = np.array(behind.replace("EOF", "").split(), np.float64)
        demand = demand.reshape(len(places), -1)[:, -1].copy()
        measure = "sphere" if kind == "COORD" else "plane"
        return Published(name, PlaceCosts(places, places, measure), demand)
    if kind != "EUC_2D":
        raise ValueError(f"distances of type {kind} are not read, only EUC_2D")
    return Published(name, PlaceCosts(places, places, "plane-floor"), np.ones(len(places)))
