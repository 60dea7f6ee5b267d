"""Build the generated files of the embedded Swedish network.

``python tools/build_data.py`` writes them; ``--check`` compares them with the
committed ones and exits 1 with one sentence per file that differs. The hand-written
files in the same folder are only read.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from swedish_data.basemap import basemap, basemap_small
from swedish_data.calendar_days import calendar
from swedish_data.demand import demand
from swedish_data.municipalities import municipalities_read
from swedish_data.places import places, places_table
from swedish_data.polygons import municipality_polygons

FOLDER = Path(__file__).resolve().parents[1] / "src" / "knutpunkt" / "data" / "sweden"


def files_build(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Every generated file by name, and the disagreements worth a look.

    Parameters
    ----------
    folder
        Where the hand-written ``municipalities.csv`` lies.
    """
    municipalities = municipalities_read(folder)
    polygons = municipality_polygons()
    found, disagreements = places(municipalities, polygons)
    files = {
        "places.csv": places_table(found),
        "demand.csv": demand(municipalities, found),
        "basemap.geojson": basemap(municipalities, polygons),
        "basemap_small.geojson": basemap_small(municipalities, polygons),
        "calendar.csv": calendar(),
    }
    return files, disagreements


def files_write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write every file and print its size."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
        print(f"{name:24}{len(content):>10} bytes")


def files_differing(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """One sentence per generated file that is missing or not what would be built now."""
    sentences = []
    for name, content in files.items():
        path = folder / name
        if not path.exists():
            sentences.append(f"{name} is missing; run tools/build_data.py.")
        elif path.read_bytes() != content:
            sentences.append(f"{name} differs from what its sources give; run tools/build_data.py.")
    return sentences


def main(arguments: list[str] | None = None) -> int:
    """Write or check; 0 done, 1 different."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="the data folder")
    chosen = parser.parse_args(arguments)
    files, disagreements = files_build(chosen.folder)
    for sentence in disagreements:
        print(sentence, file=sys.stderr)
    if not chosen.check:
        files_write(files, chosen.folder)
        return 0
    differing = files_differing(files, chosen.folder)
    for sentence in differing:
        print(sentence, file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
