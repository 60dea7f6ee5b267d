"""OR-Library p-median instances: objective, published optimum, status and seconds.

    python bench/location.py --data FOLDER [--json] [--only pmed1,pmed6] [--time-limit 60]

FOLDER/pmed holds pmed1.txt ... pmed40.txt and pmedopt.txt from
https://people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html. Seconds start with the matrix of
shortest paths in memory; the paths are counted apart.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location import Problem, solve


@dataclass(frozen=True)
class Row:
    """One instance and what became of it."""

    instance: str
    n: int
    p: int
    objective: float | None
    optimum: float | None
    gap: float | None
    status: str
    seconds: float
    prepare_seconds: float


def main() -> int:
    """Run the instances and print a table or JSON."""
    arguments = parsed_arguments()
    if arguments.data is None:
        print("No instances were given: use --data FOLDER, with FOLDER/pmed/pmed1.txt and so on.")
        return 0
    folder = arguments.data / "pmed"
    files = instance_files(folder, arguments.only)
    if not files:
        print(f"No instance pmedN.txt lies in {folder}.", file=sys.stderr)
        return 1
    optima = published_optima(folder / "pmedopt.txt")
    rows = []
    if not arguments.json:
        print("instance    n    p  objective    optimum  status       gap  seconds")
    for file in files:
        rows.append(solved(file, optima.get(file.stem), arguments.time_limit))
        if not arguments.json:
            print(line(rows[-1]), flush=True)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        print(summary(rows))
    return 0


def parsed_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with a folder pmed of instances")
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a table")
    parser.add_argument("--only", default="", help="names of instances, with commas between")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds per instance")
    return parser.parse_args()


def instance_files(folder: Path, only: str) -> list[Path]:
    """Instances in the order of their numbers."""
    wanted = set(filter(None, only.split(",")))
    files = [file for file in folder.glob("pmed*.txt") if file.stem.removeprefix("pmed").isdigit()]
    return sorted(
        (file for file in files if not wanted or file.stem in wanted),
        key=lambda file: int(file.stem.removeprefix("pmed")),
    )


def published_optima(file: Path) -> dict[str, float]:
    """Optimal values by instance; empty when the file is missing."""
    if not file.exists():
        return {}
    words = (row.split() for row in file.read_text().splitlines())
    return {row[0]: float(row[1]) for row in words if row and row[0].startswith("pmed")}


def read_network(file: Path) -> tuple[NDArray[np.float64], int]:
    """Edge lengths (infinite where there is none) and p; of two equal edges the last counts."""
    numbers = np.array(file.read_text().split(), dtype=np.int64)
    n, edges, p = numbers[:3].tolist()
    lengths = np.full((n, n), np.inf)
    np.fill_diagonal(lengths, 0.0)
    for one, other, length in numbers[3 : 3 + 3 * edges].reshape(edges, 3).tolist():
        lengths[one - 1, other - 1] = lengths[other - 1, one - 1] = length
    return lengths, p


def shortest_paths(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """All-pairs shortest paths (Floyd 1962, doi:10.1145/367766.368168)."""
    paths = lengths.copy()
    for via in range(len(paths)):
        np.minimum(paths, paths[:, via, None] + paths[via], out=paths)
    return paths


def solved(file: Path, optimum: float | None, time_limit: float) -> Row:
    """Solve one instance."""
    began = time.perf_counter()
    lengths, p = read_network(file)
    paths = shortest_paths(lengths)
    prepared = time.perf_counter()
    n = len(paths)
    nowhere = np.zeros(n, dtype=np.bool_)
    problem = Problem(paths, np.ones(n), nowhere, nowhere, p)
    solution = solve(problem, time_limit=time_limit)
    return Row(
        instance=file.stem,
        n=n,
        p=p,
        objective=solution.objective,
        optimum=optimum,
        gap=solution.gap,
        status=solution.status,
        seconds=round(time.perf_counter() - prepared, 3),
        prepare_seconds=round(prepared - began, 3),
    )


def line(row: Row) -> str:
    """One row of the table."""
    objective = "-" if row.objective is None else f"{row.objective:.0f}"
    optimum = "-" if row.optimum is None else f"{row.optimum:.0f}"
    gap = "-" if row.gap is None else f"{row.gap:.4%}"
    return (
        f"{row.instance:8} {row.n:4} {row.p:4} {objective:>10} {optimum:>10}"
        f"  {row.status:7} {gap:>8} {row.seconds:8.2f}"
    )


def summary(rows: list[Row]) -> str:
    """How many are proved, agree with the published optimum, and how long all took."""
    proved = sum(row.status == "proved" for row in rows)
    agree = sum(row.objective == row.optimum for row in rows)
    seconds = sum(row.seconds for row in rows)
    return (
        f"{proved} of {len(rows)} proved, {agree} equal to the published optimum, {seconds:.1f} s."
    )


if __name__ == "__main__":
    sys.exit(main())
