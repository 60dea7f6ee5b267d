"""Openings and closings in rounds, asked of files."""

import json
import subprocess
import sys

import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

DEMAND = """key,lat,lon,persons,later
west,60.0,15.0,10,1
middle,60.0,16.0,9,1
east,60.0,17.0,8,50
"""
SITES = """key,lat,lon,open
w,60.0,15.0,0
m,60.0,16.0,0
e,60.0,17.0,0
"""


@pytest.fixture
def asked(tmp_path, capsys):
    def run(*arguments, code=0, existing="", text="", plain=False):
        (tmp_path / "d.csv").write_text(DEMAND)
        sites = SITES
        for key in existing:
            line = next(row for row in SITES.splitlines() if row.startswith(key))
            sites = sites.replace(line, f"{line[:-1]}1")
        (tmp_path / "s.csv").write_text(sites)
        words = ["siting", "solve", "--demand", str(tmp_path / "d.csv")]
        words += ["--sites", str(tmp_path / "s.csv"), *([] if plain else ["--json"])]
        if text:
            (tmp_path / "rounds.toml").write_text(text)
            words += ["--rounds", str(tmp_path / "rounds.toml")]
        capsys.readouterr()
        assert main([*words, *arguments]) == code
        printed = capsys.readouterr()
        if plain:
            return printed.out
        return json.loads(printed.out) if printed.out else printed.err

    return run


def test_rounds_may_be_counts(asked, tmp_path, capsys):
    file = str(tmp_path / "c.npz")
    found = asked("--rounds", "1,2,3", "--certificate", file)
    assert found["status"] == "proved"
    assert [one["opens"] for one in found["rounds"]] == [["m"], ["w"], ["e"]]
    # A degree of longitude is 55.6 kilometres there.
    assert found["rounds"][0]["cost"] == pytest.approx(18 * 55.6, rel=1e-3)
    assert found["order"]["greedy"] == pytest.approx(found["objective"])
    assert main(["siting", "verify", file]) == 0
    assert "no plan costs less" in capsys.readouterr().out


def test_closings_are_counted_from_the_first_round_on(asked):
    found = asked("--rounds", "1,2", "--close", "2", existing="wme")
    assert [one["closes"] for one in found["rounds"]] == [["e"], ["w"]]
    assert [one["open"] for one in found["rounds"]] == [["w", "m"], ["m"]]


def test_rounds_in_a_file_have_weights_people_and_rules_of_their_own(asked):
    text = """
[[round]]
open = 1
weight = 6
[[round.rule]]
name = "west first"
sites = ["w"]
at_least = 1
[[round]]
open = 2
demand = "later"
weight = 12
"""
    found = asked(text=text)
    assert [one["opens"] for one in found["rounds"]] == [["w"], ["e"]]
    assert [one["weight"] for one in found["rounds"]] == [6, 12]
    assert found["rounds"][1]["cost"] == pytest.approx(55.6, rel=1e-3)


def test_what_the_order_costs_is_said_in_words(asked):
    said = asked("--rounds", "1,3", plain=True)
    assert "Best round by round instead: 0.000 more." in said
    assert "The last round costs 0.000 more than its best alone." in said


def test_a_rule_of_a_round_that_cannot_hold_is_named(asked):
    text = '[[round]]\nopen = 1\n[[round.rule]]\nname = "two"\nsites = ["w","m"]\nat_least = 2\n'
    found = asked(text=text, code=1)
    assert (found["status"], found["conflicts"]) == ("infeasible", ["two"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rounds", "2,1"), "The rounds count 2, 1"),
        (("--rounds", "one"), "The rounds are 'one'"),
        (("--rounds", "1,2", "--open", "3"), "end with 2, but 3 are asked for"),
        (("--rounds", "1,2", "--open", "2", "--close", "2"), "not both"),
        (("--rounds", "1,2", "--model", "p-center"), "go with the model p-median"),
        (("--rounds", "1,9"), "9 sites are to be open"),
        (("--rounds", "0,1"), "leave no site open"),
    ],
)
def test_rounds_that_cannot_be_are_refused_in_words(asked, words, said):
    assert said in asked(*words, code=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1", "is not known; there are [[round]]"),
        ("[[round]]\nopens = 1", "round 1 says 'opens'"),
        ("[[round]]\nopen = 1\nclose = 1", "called 'close' alone"),
        ("[[round]]\nopen = 1\n[[round]]\nclose = 1", "round 2 has no whole number called 'open'"),
        ('[[round]]\nopen = 1\nweight = "much"', "a weight is 'much'"),
        ('[[round]]\nopen = 1\ndemand = "1999"', "column '1999' is missing"),
    ],
)
def test_a_wrong_file_of_rounds_is_refused_in_words(asked, text, said):
    assert said in asked(text=text, code=1)


CHECKED = """
import sys
from pathlib import Path
from knutpunkt.engines.location.certificate import certificate_check
assert certificate_check(Path(sys.argv[1])).gap == 0
loaded = sorted({name.partition(".")[0] for name in sys.modules} & {"numba", "highspy"})
assert not loaded, loaded
"""


@pytest.mark.parametrize("words", [("--rounds", "1,2"), ("--open", "1", "--model", "worst-share")])
def test_a_proof_is_checked_with_numpy_alone(asked, tmp_path, words):
    file = str(tmp_path / "c.npz")
    share = ("--share", "0.3") if "worst-share" in words else ()
    asked(*words, *share, "--certificate", file)
    done = subprocess.run(
        [sys.executable, "-c", CHECKED, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
