"""The words of the commands that solve location problems from files."""

from __future__ import annotations

import argparse
import math
from argparse import ArgumentTypeError

MODELS = ("p-median", "p-center", "worst-share", "max-cover", "ufl", "cpmp")
#: More than any count, work or seed.
MOST = 10**18
FILE_MODELS = (
    "p-median", "p-center", "center-median", "worst-share", "max-cover", "set-cover", "ufl", "cpmp",
)  # fmt: skip
SHARE = "which share of the persons is the worst-off, e.g. 0.05 (worst-share)"


def location_bench(command: argparse.ArgumentParser) -> None:
    """What can be asked of published instances."""
    command.add_argument(
        "file", help="an instance: OR-Library pmed, cap or pmedcap, TSPLIB, a covering city"
    )
    command.add_argument("--model", required=True, choices=MODELS, help="the question")
    command.add_argument(
        "--p", type=counts, help="how many sites, e.g. 10,50 (default: the file's)"
    )
    command.add_argument("--radius", type=distance, help="how far a site covers (max-cover)")
    command.add_argument("--share", type=float, help=SHARE)
    command.add_argument("--time-limit", type=float, default=60.0, help="seconds each (60)")
    command.add_argument("--seed", type=natural, default=0, help="seed of random choices (0)")


def siting_solving(command: argparse.ArgumentParser) -> None:
    """What can be asked of files of one's own."""
    command.add_argument("--demand", required=True, help="CSV: key, lat, lon, persons")
    command.add_argument(
        "--sites",
        required=True,
        help="CSV: key, lat, lon; also open, cost, capacity, min_load and groups of any name",
    )
    command.add_argument("--open", type=natural, default=0, help="how many new sites to open (0)")
    command.add_argument("--close", type=natural, default=0, help="how many open ones to close (0)")
    command.add_argument(
        "--costs", default="line:1.0",
        help="CSV with demand, site, cost; line:F for F times the straight line in kilometres; "
        "road:GRAPH for minutes on a road network (CSV of edges, or a folder) (line:1.0)",
    )  # fmt: skip
    command.add_argument(
        "--road-speed", type=float, help="km/h on edges with neither minutes nor a speed"
    )
    command.add_argument("--walk-speed", type=float, help="km/h to and from the road (5)")
    command.add_argument("--walk-most", type=float, help="longest walk to the road, metres (2000)")
    command.add_argument("--rules", help="TOML with [[rule]] tables")
    command.add_argument("--model", choices=FILE_MODELS, default="p-median", help="the question")
    command.add_argument(
        "--capacities", action="store_true",
        help="obey the sites' columns capacity and min_load; people may be split over sites, "
        "with cpmp every place goes to one site (p-median, ufl, cpmp)",
    )  # fmt: skip
    command.add_argument(
        "--unserved", type=float, help="what it costs to leave a person unserved (default: nobody)"
    )
    command.add_argument("--radius", type=float, help="how far a site covers (max-cover)")
    command.add_argument("--within", type=float, help="the most anybody may travel (set-cover)")
    command.add_argument("--share", type=float, help=SHARE)
    command.add_argument("--decay", help="CSV with minutes, cost: what journeys are felt to cost")
    command.add_argument(
        "--rounds", help="how many have opened (or closed) after each round, e.g. 12,28, or TOML"
    )
    command.add_argument("--time-limit", type=float, default=60.0, help="seconds (60)")
    command.add_argument("--work-limit", type=natural, help="stop where an earlier answer stopped")
    command.add_argument("--seed", type=natural, default=0, help="seed of random choices (0)")
    command.add_argument("--certificate", help="write a proof that siting verify checks (.npz)")


def siting_many(command: argparse.ArgumentParser) -> None:
    """What can be asked of many questions at once."""
    command.add_argument("file", help="TOML with [[scenario]] tables: the words of siting solve")
    command.add_argument("--workers", type=int, help="processes at once (one per core)")
    command.add_argument("--memory", type=int, help="most megabytes of each process")
    command.add_argument(
        "--cluster", default="", help="address of a dask scheduler instead, e.g. tcp://host:8786"
    )
    command.add_argument("--keep", help="file for answers as they arrive; asked again, they stay")


def siting_verifying(command: argparse.ArgumentParser) -> None:
    """What can be checked."""
    command.add_argument("file", help="a file that siting solve wrote with --certificate")


def natural(text: str) -> int:
    """Read a whole number, 0 or more."""
    try:
        found = int(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"{text[:20]!r} is not a whole number") from problem
    if not 0 <= found <= MOST:
        raise ArgumentTypeError(f"{text[:20]} is not between 0 and {MOST:,}")
    return found


def distance(text: str) -> float:
    """Read a distance, 0 or more."""
    try:
        found = float(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"{text[:20]!r} is not a number") from problem
    if not 0 <= found < math.inf:
        raise ArgumentTypeError(f"{text[:20]} is not a distance, 0 or more")
    return found


def counts(text: str) -> list[int]:
    """Read 10,50 as numbers of sites."""
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as problem:
        raise ArgumentTypeError(f"{text!r} is not a list of numbers such as 10,50") from problem
    if min(found) < 1:
        raise ArgumentTypeError("at least one site has to be open")
    if max(found) > MOST:
        raise ArgumentTypeError(f"{max(found)} sites are more than there are")
    return found
