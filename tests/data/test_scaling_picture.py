"""The picture of how the time grows shows the numbers of the table beside it."""

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def scaling():
    spec = importlib.util.spec_from_file_location("scaling", ROOT / "bench" / "scaling.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["scaling"] = module  # its dataclass looks itself up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["scaling"]


def test_the_picture_is_drawn_from_the_table(scaling):
    page = (ROOT / "docs" / "siting-speed.md").read_text(encoding="utf-8")
    rows = scaling.in_table(page)
    assert {row.clients for row in rows} >= {10_000, 600_000}
    assert {row.p for row in rows} >= {10, 1000}
    picture = ROOT / "docs" / "images" / "siting-scaling.svg"
    assert picture.read_text(encoding="utf-8") == scaling.drawn(rows)
    assert scaling.tabled(rows) in page


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_slope_of_a_power_is_its_exponent(scaling, power):
    along = [10.0, 30.0, 100.0]
    assert scaling.slope(along, [7 * one**power for one in along]) == pytest.approx(power)


def test_a_table_without_rows_is_not_drawn(scaling):
    with pytest.raises(ValueError, match="empty"):
        scaling.drawn([])
