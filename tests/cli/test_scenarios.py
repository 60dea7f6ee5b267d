"""Many questions in one file: the answers of one at a time, kept as they arrive."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

DEMAND = "key,lat,lon,persons\nnorth,60.00,15.0,100\nmiddle,59.50,15.0,10\nsouth,59.00,15.0,80\n"
SITES = "key,lat,lon,open,region\nn,60.00,15.0,1,A\nm,59.50,15.0,0,B\ns,59.00,15.0,0,B\n"
RULES = '[[rule]]\nname = "{name}"\nwhere = {{ region = "A" }}\nat_least = {least}\n'
FILE = """
demand = "d.csv"
sites = "s.csv"

[[scenario]]
name = "south"
open = 1

[[scenario]]
name = "both"
open = 2
certificate = "both.npz"

[[scenario]]
name = "furthest"
open = 1
model = "p-center"

[[scenario]]
open = 1
close = 1
costs = "line:2"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "d.csv").write_text(DEMAND)
    (tmp_path / "s.csv").write_text(SITES)
    return tmp_path


@pytest.fixture
def asked(folder, capsys):
    """Answer the scenarios of a text."""

    def run(text, *words, code=0):
        (folder / "many.toml").write_text(text)
        capsys.readouterr()
        assert main(["siting", "scenarios", str(folder / "many.toml"), "--json", *words]) == code
        said = capsys.readouterr()
        return json.loads(said.out) if said.out else said.err

    return run


UNSTEADY = ("seconds",)


def steady(rows):
    return [{k: v for k, v in row.items() if k not in UNSTEADY} for row in rows]


def test_the_answers_come_in_the_order_of_the_file_and_are_those_of_each_alone(
    asked, folder, capsys
):
    here = asked(FILE, "--workers", "1")
    there = asked(FILE, "--workers", "2")
    assert [row["scenario"] for row in here] == ["south", "both", "furthest", "scenario 4"]
    assert steady(here) == steady(there)
    # Half a degree of latitude is 55.597 km.
    assert here[0]["opened"] == ["s"]
    assert here[0]["objective"] == pytest.approx(10 * 55.597, rel=1e-4)
    assert here[1]["objective"] == 0
    words = ["--demand", str(folder / "d.csv"), "--sites", str(folder / "s.csv"), "--json"]
    main(["siting", "solve", *words, "--open", "1", "--close", "1", "--costs", "line:2"])
    alone = json.loads(capsys.readouterr().out)
    assert steady([alone | {"scenario": "scenario 4"}]) == steady(here[3:])


def test_a_certificate_comes_home_from_the_process_that_made_it(asked, folder):
    asked(FILE, "--workers", "2")
    assert main(["siting", "verify", str(folder / "both.npz")]) == 0


def test_a_scenario_without_a_plan_says_so_and_the_others_are_answered(asked, folder):
    (folder / "r.toml").write_text(RULES.format(name="three in A", least=3))
    text = FILE + '\n[[scenario]]\nname = "too much"\nopen = 1\nrules = "r.toml"\n'
    found = asked(text, "--workers", "1", code=1)
    assert [row["status"] for row in found] == ["proved"] * 4 + ["infeasible"]
    assert found[4]["conflicts"] == ["three in A"]


def test_what_is_kept_is_not_computed_again_unless_the_question_changed(asked, folder):
    kept = folder / "answers.jsonl"
    first = asked(FILE, "--workers", "1", "--keep", str(kept))
    lines = kept.read_text().splitlines()
    assert len(lines) == 4
    # The line that was cut off by a crash counts as not written.
    kept.write_text("\n".join([*lines[:3], lines[3][:40]]) + "\n")
    again = asked(FILE, "--workers", "1", "--keep", str(kept))
    assert again[:3] == first[:3]
    assert steady(again) == steady(first)
    (folder / "d.csv").write_text(DEMAND.replace("100", "101"))
    asked(FILE, "--workers", "1", "--keep", str(kept))
    assert len(kept.read_text().splitlines()) == 9


def test_a_command_that_was_killed_goes_on_where_it_was(folder):
    table = '[[scenario]]\nname = "n{n}"\nopen = 1\nseed = {n}\n'
    scenarios = [table.format(n=n) for n in range(60)]
    (folder / "many.toml").write_text('demand = "d.csv"\nsites = "s.csv"\n' + "".join(scenarios))
    kept = folder / "answers.jsonl"
    words = ["siting", "scenarios", str(folder / "many.toml"), "--workers", "2", "--json"]
    command = [sys.executable, "-m", "knutpunkt.cli.main", *words, "--keep", str(kept)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ends = time.monotonic() + 200
    while not (kept.exists() and kept.read_text().count("\n")) and time.monotonic() < ends:
        time.sleep(0.005)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    before = kept.read_text().count("\n")
    assert before > 0
    done = subprocess.run(command, capture_output=True, check=True)
    rows = json.loads(done.stdout)
    assert [row["scenario"] for row in rows] == [f"n{n}" for n in range(60)]
    assert {row["status"] for row in rows} == {"proved"}
    marks = [json.loads(line)["mark"] for line in kept.read_text().splitlines()]
    assert len(set(marks)) == 60


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("demand = ", "many.toml"),
        ('demand = "d.csv"', "there is no [[scenario]]"),
        (FILE.replace('"both"', '"south"'), "two scenarios are called 'south'"),
        (FILE.replace("open = 2", "opens = 2"), "scenario 'both'"),
        (FILE.replace("open = 2", 'open = "two"'), "'two' is not a whole number"),
        (FILE.replace("open = 2", 'rules = "gone.toml"'), "gone.toml"),
        (FILE.replace("open = 2", "open = 9"), "sites are to be open"),
        (FILE.replace('"both.npz"', '"both.npz"\nmodel = "set-cover"'), "needs --within"),
    ],
)
def test_a_file_that_asks_wrongly_is_refused_before_anything_is_computed(asked, text, said):
    assert said in asked(text, code=1)


def test_no_workers_are_refused(asked):
    assert "0 is no number of workers" in asked(FILE, "--workers", "0", code=2)


def test_a_switch_is_written_as_true_and_rounds_are_refused_in_words(asked, folder):
    loads = SITES.replace("region", "region,capacity").replace(",A\n", ",A,190\n")
    (folder / "s.csv").write_text(loads.replace(",B\n", ",B,190\n"))
    text = 'demand = "d.csv"\nsites = "s.csv"\n\n[[scenario]]\nname = "loads"\nopen = 1\n'
    (told,) = asked(f"{text}capacities = true\n")
    assert sum(told["loads"].values()) == pytest.approx(190.0)
    (told,) = asked(f"{text}capacities = false\n")
    assert "loads" not in told
    assert "one by one" in asked(f'{text}rounds = "1"\n', code=1)
