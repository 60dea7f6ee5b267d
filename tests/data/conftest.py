"""The embedded Swedish files, and the tool that generates some of them."""

import csv
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "knutpunkt" / "data" / "sweden"

sys.path.insert(0, str(ROOT / "tools"))


def rows_of(name):
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="session")
def folder():
    return FOLDER


@pytest.fixture(scope="session")
def rows():
    """Rows of a file by its name, read once."""
    kept = {}

    def read(name):
        if name not in kept:
            kept[name] = rows_of(name)
        return kept[name]

    return read


def pytest_generate_tests(metafunc):
    if "table" in metafunc.fixturenames:
        metafunc.parametrize("table", sorted(path.stem for path in FOLDER.glob("*.csv")))
