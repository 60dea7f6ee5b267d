"""Reference classes on the end dates of the United Kingdom's major projects, 2014 to 2023.

    python bench/reference_class.py --data FOLDER [--json]

FOLDER holds gmpp_end_date_slip.csv (project_key, first_year, last_year, planned_days_at_first,
end_date_change_days, category_at_first), one row per project seen in more than one year, derived
from https://www.gov.uk/government/collections/major-projects-data. Printed are the slips in per
cent of the planned length as counted, the figures they are compared with, and what the estimator
makes of each category. Re-approved end dates are not outcomes: this tries the code, it is no class
for offices.
"""

import argparse
import csv
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.reference import (
    Observation,
    predictive_quantiles,
    reference_classes,
)

LEVELS = (0.5, 0.8, 0.9)
# Slip in per cent at P50, P80 and P90, reckoned from the same sheets by other code.
EXPECTED: dict[str, tuple[float | None, ...]] = {
    "all": (0.0, 43.0, 94.0),
    "seen 3 years or more": (21.0, 66.0, None),
}


@dataclass(frozen=True)
class Slip:
    """One project: how long it was to take and by how much its end moved, in days."""

    planned: float
    change: float
    years: int
    category: str


@dataclass(frozen=True)
class Row:
    """Quantiles of slip of a set of projects, in per cent of the planned length."""

    set: str
    n: int
    basis: str
    p50: float | None
    p80: float | None
    p90: float | None


def main() -> int:
    """Print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, help="folder with gmpp_end_date_slip.csv")
    parser.add_argument("--json", action="store_true", help="rows as JSON instead of a table")
    arguments = parser.parse_args()
    if arguments.data is None:
        print("No data was given: use --data FOLDER, with FOLDER/gmpp_end_date_slip.csv.")
        return 0
    file = arguments.data / "gmpp_end_date_slip.csv"
    if not file.is_file():
        print(f"No gmpp_end_date_slip.csv lies in {arguments.data}.", file=sys.stderr)
        return 1
    slips = read_slips(file)
    rows = [*counted(slips), *expected(slips), *estimated(slips)]
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
        return 0
    print(f"{'projects':68} {'n':>4}  {'basis':9} {'P50':>6} {'P80':>6} {'P90':>6}")
    for row in rows:
        print(line(row))
    return 0


def line(row: Row) -> str:
    """One row of the table."""
    slips = ["-" if slip is None else f"{slip:+.0f}" for slip in (row.p50, row.p80, row.p90)]
    return f"{row.set:68} {row.n:4}  {row.basis:9}" + "".join(f" {slip:>6}" for slip in slips)


def read_slips(file: Path) -> list[Slip]:
    """Every project of the file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Slip(
                float(row["planned_days_at_first"]),
                float(row["end_date_change_days"]),
                int(row["last_year"]) - int(row["first_year"]),
                row["category_at_first"] or "no category",
            )
            for row in csv.DictReader(lines)
        ]


def sets(slips: list[Slip]) -> dict[str, list[Slip]]:
    """The two readings that are compared with published figures."""
    return {"all": slips, "seen 3 years or more": [slip for slip in slips if slip.years >= 3]}


def counted(slips: list[Slip]) -> list[Row]:
    """Quantiles as they lie in the data."""
    return [
        Row(name, len(some), "counted", *(100 * quantiles([s.change / s.planned for s in some])))
        for name, some in sets(slips).items()
    ]


def expected(slips: list[Slip]) -> list[Row]:
    """The figures to compare with."""
    return [Row(name, len(some), "expected", *EXPECTED[name]) for name, some in sets(slips).items()]


def estimated(slips: list[Slip]) -> list[Row]:
    """What the estimator forecasts for the next project of each category."""
    rows = []
    for name, some in sets(slips).items():
        estimate = reference_classes(
            [
                Observation.exact(s.category, planned=s.planned, actual=s.planned + s.change)
                for s in some
            ]
        )
        for known, row in zip(estimate.classes, estimate.rows, strict=True):
            factors = predictive_quantiles(known, LEVELS, common_sd=estimate.common_sd)
            slip = [100 * (factor - 1) for factor in factors]
            rows.append(Row(f"{name}: {known.key}", row.opened, "estimated", *slip))
    return rows


def quantiles(shares: list[float]) -> NDArray[np.float64]:
    """Quantiles at the levels of the table."""
    return np.array(np.quantile(shares, LEVELS))


if __name__ == "__main__":
    sys.exit(main())
