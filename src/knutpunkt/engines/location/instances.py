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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.costs import Costs, MatrixCosts, PlaceCosts
from knutpunkt.engines.location.errors import InstanceUnreadable

Floats = NDArray[np.float64]

EDGE, PLACE, COORDINATES = 3, 4, 2
#: Published instances are far smaller; a larger file is something else.
LARGEST = 500_000_000
LARGEST_NUMBER = 1e15
#: The shortest paths between all vertices of a graph are a table of 3 GB then.
MOST_VERTICES = 20_000


class _Unfit(ValueError):
    """Why a file is in none of the formats, in words."""


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
    text = _text(file)
    try:
        if "NODE_COORD_SECTION" in text:
            return [_places(file.stem, text)]
        return _numbers(file.stem, text)
    except (ValueError, IndexError, OverflowError) as problem:
        reason = f" ({problem})" if isinstance(problem, _Unfit) else ""
        why = f"it is in none of the formats pmed, cap, pmedcap, tsp and city{reason}"
        raise InstanceUnreadable(file=file.name or str(file), why=why) from problem


def _text(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as problem:
        why = "it is a folder" if file.is_dir() else problem.strerror or str(problem)
        raise InstanceUnreadable(file=file.name or str(file), why=why) from problem
    if len(content) > LARGEST or b"\0" in content:
        why = "it is no text" if b"\0" in content else "it is too large for a published instance"
        raise InstanceUnreadable(file=file.name, why=why)
    return content.decode("utf-8-sig", errors="replace")


def _numbers(name: str, text: str) -> list[Published]:
    # Some of the files say "capacity" where one number holds for all sites.
    words = text.replace("capacity", "nan").split()
    if not words:
        raise _Unfit("it is empty")
    given = np.array([_number(word) for word in words])
    if _is_pmed(given):
        return [_pmed(name, given)]
    if _is_cap(given):
        return [_cap(name, given)]
    return _pmedcaps(name, given)


def _number(word: str) -> float:
    try:
        found = float(word.replace("_", "?"))
    except ValueError:
        raise _Unfit(f"{word[:20]!r} is no number") from None
    if abs(found) > LARGEST_NUMBER:
        raise _Unfit(f"{word[:20]!r} is beyond every published number")
    return found


def _count(value: float, what: str) -> int:
    if not (value >= 1 and value == int(value)):
        raise _Unfit(f"the number of {what} is {value:g}")
    return int(value)


def _is_pmed(given: Floats) -> bool:
    return len(given) > EDGE and len(given) == EDGE + EDGE * given[1]


def _is_cap(given: Floats) -> bool:
    if len(given) <= EDGE:
        return False
    sites, clients = given[0], given[1]
    return bool(len(given) == 2 + 2 * sites + clients * (1 + sites))


def _pmed(name: str, given: Floats) -> Published:
    from knutpunkt.engines.location.kernels.matrices import shortest_paths

    many, p = _count(given[0], "vertices"), int(given[2]) if given[2] >= 1 else None
    if many > MOST_VERTICES:
        raise _Unfit(f"more than {MOST_VERTICES:,} vertices are too many for all shortest paths")
    edges = given[EDGE:].reshape(-1, EDGE)
    if np.isnan(edges).any():
        raise _Unfit(f"edge {int(np.isnan(edges).any(axis=1).argmax()) + 1} is not of numbers")
    ends = edges[:, :2].astype(np.intp) - 1
    if len(ends) and (ends.min() < 0 or ends.max() >= many):
        number = int(((ends < 0) | (ends >= many)).any(axis=1).argmax())
        raise _Unfit(f"edge {number + 1} names a vertex that is not there")
    if not (edges[:, 2] >= 0).all():
        number = int((~(edges[:, 2] >= 0)).argmax())
        raise _Unfit(f"the length of edge {number + 1} is {edges[number, 2]:g}")
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
    sites, clients = _count(given[0], "sites"), _count(given[1], "clients")
    about = given[2 : 2 + 2 * sites].reshape(sites, 2)
    rows = given[2 + 2 * sites :].reshape(clients, 1 + sites)
    capacity = None if np.isnan(about[:, 0]).any() else about[:, 0].copy()
    return Published(
        name, MatrixCosts(rows[:, 1:]), np.ones(clients), None, about[:, 1].copy(), capacity,
        rows[:, 0].copy(),
    )  # fmt: skip


def _pmedcaps(name: str, given: Floats) -> list[Published]:
    """One instance, or their count and then one after the other."""
    begin = 0 if len(given) > EDGE and len(given) == 5 + PLACE * given[2] else 1
    found = []
    while begin < len(given):
        head = given[begin : begin + 5]
        rows = given[begin + 5 : begin + 5 + PLACE * _clients(given, head, begin)]
        number = name if begin == 0 else f"{name}-{_count(head[0], 'an instance')}"
        found.append(_pmedcap(number, head, rows.reshape(-1, PLACE)))
        begin += 5 + rows.size
    if len(given) != 5 + PLACE * given[2] and len(found) != given[0]:
        raise _Unfit(f"it says that it holds {given[0]:g} instances and holds {len(found)}")
    return found


def _clients(given: Floats, head: Floats, begin: int) -> int:
    if begin + len(head) >= len(given) or len(head) < 5:  # noqa: PLR2004  # number, best, n, p, Q
        raise _Unfit(f"{len(given)} numbers are not as many as any format asks for")
    clients = _count(head[2], "clients")
    left = len(given) - begin - 5
    if left < PLACE * clients:
        raise _Unfit(f"{clients} clients need {PLACE * clients} numbers, and {left} are left")
    return clients


def _pmedcap(name: str, head: Floats, rows: Floats) -> Published:
    if not np.isfinite(rows).all() or not head[4] >= 0 or (rows[:, 3] < 0).any():
        raise _Unfit("a place, demand or capacity of a pmedcap is below 0 or no number")
    xy, clients = rows[:, 1:3], len(rows)
    return Published(
        name, PlaceCosts(xy, xy, "plane-floor"), np.ones(clients),
        int(head[3]) if head[3] >= 1 else None,
        capacity=np.full(clients, head[4]), demand=rows[:, 3].copy(),
    )  # fmt: skip


def _places(name: str, text: str) -> Published:
    head, _, rest = text.partition("NODE_COORD_SECTION")
    lines = [line.split(":", 1) for line in head.splitlines() if ":" in line]
    said = {name.strip(): value.strip() for name, value in lines}
    kind = said.get("EDGE_WEIGHT_TYPE", "EUC_2D")
    body, _, behind = rest.partition("DEMAND_SECTION")
    places = _rows(body, "places", said, (COORDINATES, COORDINATES + 1))[:, -COORDINATES:]
    if behind.strip():
        demand = _rows(behind, "demands", said, (1, 2))[:, -1].copy()
        if len(demand) != len(places):
            raise _Unfit(f"there are {len(places)} places and {len(demand)} demands")
        measure = "sphere" if kind == "COORD" else "plane"
        return Published(name, PlaceCosts(places, places, measure), demand)
    if kind != "EUC_2D":
        raise _Unfit(f"distances of type {kind[:20]} are not read, only EUC_2D")
    return Published(name, PlaceCosts(places, places, "plane-floor"), np.ones(len(places)))


def _rows(text: str, what: str, said: Mapping[str, str], widths: tuple[int, int]) -> Floats:
    """Rows of a section, however they are broken into lines; a number may stand before each."""
    text = text.replace("EOF", "")
    words = text.split()
    if not words:
        raise _Unfit(f"there are no {what}")
    numbers = np.array([_number(word) for word in words])
    if "DIMENSION" in said:
        many = _count(_number(said["DIMENSION"]), what)
    else:
        first = next(line for line in text.splitlines() if line.strip())
        many = len(words) // len(first.split())
    if len(words) not in [many * wide for wide in widths]:
        raise _Unfit(f"{len(words)} numbers are not {many} {what} of {widths[0]} or {widths[1]}")
    return numbers.reshape(many, -1)
