"""The reception measured on real servers: every demand has its figure, every drawing its table."""

import json
import os
import subprocess
import sys

import pytest

from knutpunkt.reception.measuring.demands import judged
from knutpunkt.reception.measuring.document import document_written

pytestmark = pytest.mark.once

TINY = """
import json, os, sys
from pathlib import Path
from knutpunkt.reception.measuring.homes import migrated
migrated()
from knutpunkt.reception.measuring.measured import Extent, Place, measured
home = Path(os.environ["KNUTPUNKT_HOME"])
place = Place("sqlite", None, {"KNUTPUNKT_HOME": str(home)}, home)
json.dump(measured(place, Extent(1, 3, 0.5, 1, 2, (0, 2), (1, 2))), sys.stdout)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    home = tmp_path_factory.mktemp("measured")
    around = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "KNUTPUNKT_NOW")}
    around |= {"KNUTPUNKT_HOME": str(home), "DJANGO_SETTINGS_MODULE": "knutpunkt.web.settings"}
    done = subprocess.run(
        [sys.executable, "-c", TINY], env=around, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_every_server_and_every_demand_is_measured(found):
    rows = judged([found])
    assert len(rows) == 3 * len(found["servers"]) + 2
    assert all(row["measured"] > 0 for row in rows if row["unit"] != "ms CPU")
    # The kernel tells working time in hundredths of a second: a few calls may be too little for it,
    # and then nothing is claimed.
    assert all(row["met"] is None for row in rows if not row["measured"])
    assert {row["on"] for row in rows} == {f"sqlite, {one['server']}" for one in found["servers"]}
    assert found["floor"]["question"]["app_us"] > 0
    assert [row["waiting"] for row in found["by_queue"]] == [0, 2]
    assert [row["offices"] for row in found["by_offices"]] == [1, 2]


@pytest.mark.slow
def test_the_document_has_a_table_beside_every_drawing(found, tmp_path):
    document_written(tmp_path, [found], judged([found]))
    text = (tmp_path / "reception-speed.md").read_text()
    for name in ("reception-by-queue.svg", "reception-by-offices.svg"):
        assert f"images/{name}" in text
        assert (tmp_path / "images" / name).read_text().startswith("<svg")
    for series in ("by_queue", "by_offices"):
        for row in found[series]:
            assert f"| {row['app_cpu_ms']} |" in text


def test_a_demand_is_missed_where_the_figure_is_beyond_it_and_unknown_where_there_is_none():
    server = {
        "server": "granian", "alone": {"app_cpu_ms": 4.6, "database_cpu_ms": 0.0},
        "at_once": {"visits_per_second": 100.0}, "at_a_pace": {"call": {"p99_ms": 60.0}},
    }  # fmt: skip
    one = {
        "database": "sqlite", "servers": [server],
        "screens": {"cpu_ms_per_call": 0.0, "bytes_per_call": 4001},
    }  # fmt: skip
    assert [row["met"] for row in judged([one])] == [False, True, True, None, False]
