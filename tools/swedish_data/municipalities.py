"""The hand-written municipalities: code, name, official population and a point."""

from dataclasses import dataclass
from pathlib import Path

from swedish_data.tables import rows_read


@dataclass(frozen=True, slots=True)
class Municipality:
    """One of the 290, as ``municipalities.csv`` states it."""

    code: str
    name: str
    county_code: str
    persons: int
    persons_on: str
    lat: float
    lon: float


def municipalities_read(folder: Path) -> dict[str, Municipality]:
    """Municipalities by code, in order of code."""
    rows = sorted(rows_read(folder / "municipalities.csv"), key=lambda row: row["code"])
    return {
        row["code"]: Municipality(
            row["code"],
            row["name"],
            row["county_code"],
            int(row["population"]),
            row["population_on"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in rows
    }
