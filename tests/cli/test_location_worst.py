"""The worst-off and distance decay, asked of files."""

import json

import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

DEMAND = """key,lat,lon,persons
a,60.00,15.0,90
b,59.00,15.0,10
"""
SITES = """key,lat,lon
a,60.00,15.0
m,59.50,15.0
b,59.00,15.0
"""
COSTS = """demand,site,cost
a,a,0
a,m,30
a,b,60
b,a,60
b,m,30
b,b,0
"""


@pytest.fixture
def asked(tmp_path, capsys):
    (tmp_path / "d.csv").write_text(DEMAND)
    (tmp_path / "s.csv").write_text(SITES)
    (tmp_path / "c.csv").write_text(COSTS)

    def run(*arguments, code=0):
        words = ["siting", "solve", "--open", "1", "--json"]
        for name in ("demand", "sites", "costs"):
            words += [f"--{name}", str(tmp_path / f"{name[0]}.csv")]
        capsys.readouterr()
        assert main([*words, *arguments]) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if printed.out else printed.err

    return run


def test_the_worst_off_share_decides_where_to_open(asked, tmp_path, capsys):
    assert asked()["opened"] == ["a"]
    file = str(tmp_path / "w.npz")
    found = asked("--model", "worst-share", "--share", "0.2", "--certificate", file)
    # From the middle everybody has 30; from a, the ten have 60 and ten more have 0: also 30.
    assert found["objective"] == pytest.approx(30)
    assert (found["status"], found["persons"]) == ("proved", pytest.approx(20))
    found = asked("--model", "worst-share", "--share", "0.15", "--certificate", file)
    assert (found["opened"], found["objective"], found["mean"]) == (["m"], 30, 30)
    assert main(["siting", "verify", file]) == 0
    assert "no plan is better for the worst-off" in capsys.readouterr().out


def test_what_journeys_are_felt_to_cost_is_read_from_a_file(asked, tmp_path):
    decay = tmp_path / "decay.csv"
    decay.write_text("minutes,cost\n0,0\n30,0\n60,100\n")
    found = asked("--decay", str(decay))
    assert (found["opened"], found["objective"]) == (["m"], 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("minutes,cost\n0,5\n30,4\n", "line 3: lets the cost fall from 5 to 4"),
        ("minutes,cost\n0,x\n", "line 2: cost is 'x'"),
        ("cost\n1\n", "column 'minutes' is missing"),
    ],
)
def test_a_cost_that_falls_with_the_journey_is_refused(asked, tmp_path, text, said):
    decay = tmp_path / "decay.csv"
    decay.write_text(text)
    assert said in asked("--decay", str(decay), code=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--model", "worst-share"), "which share of the persons"),
        (("--model", "worst-share", "--share", "2"), "is 2, not above 0"),
    ],
)
def test_a_share_is_needed_and_is_a_share(asked, words, said):
    assert said in asked(*words, code=1)


def test_covering_knows_no_decay(asked, tmp_path):
    decay = tmp_path / "decay.csv"
    decay.write_text("minutes,cost\n0,0\n30,4\n")
    words = ("--model", "max-cover", "--radius", "30", "--decay", str(decay))
    assert "max-cover counts who is within" in asked(*words, code=1)


def test_published_instances_are_asked_for_their_worst_off(tmp_path, capsys):
    file = tmp_path / "pmed.txt"
    file.write_text("4 3 1\n1 2 2\n2 3 2\n3 4 2\n")
    words = ["bench", "location", str(file), "--model", "worst-share", "--json"]
    assert main([*words, "--share", "0.5"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    # From vertex 2: 2, 0, 2, 4; the worse half has 4 and 2.
    assert (row["objective"], row["status"], row["gap"]) == (3, "proved", 0)
    assert main(words) == 1
    assert "--share" in capsys.readouterr().err
