"""What the command answers can be checked, repeated, and read by every program."""

import json

import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

DEMAND = "key,lat,lon,persons\na,60,15,4\nb,60,15,3\nc,60,15,2\n"
SITES = "key,lat,lon,open,cost\nm,60,15,0,20\nn,60,15,0,2\no,60,15,0,3\n"
COSTS = "demand,site,cost\na,m,1\nb,m,4\nc,m,3\na,n,5\nb,n,2\nc,n,9\nb,o,2\nc,o,3\n"
DECAY = "minutes,cost\n0,0\n9,18\n"
RULES = '[keep]\nm = "the lease runs on"\n'


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """What a command says as JSON that any program reads, and the code it ends with."""
    monkeypatch.chdir(tmp_path)
    files = {"d.csv": DEMAND, "s.csv": SITES, "c.csv": COSTS, "w.csv": DECAY, "r.toml": RULES}
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    def run(*words):
        capsys.readouterr()
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out, parse_constant=pytest.fail)

    def solved(*words):
        question = ("--demand", "d.csv", "--sites", "s.csv", "--costs", "c.csv")
        return run("siting", "solve", *question, *words)

    run.solved = solved
    return run


@pytest.mark.parametrize("decay", [(), ("--decay", "w.csv")])
@pytest.mark.parametrize(("within", "least"), [("3", 16.0), ("8", 16.0), ("9", 16.0)])
def test_the_file_proves_the_least_travel_of_a_centre_within_a_limit(told, within, least, decay):
    words = ("--model", "center-median", "--open", "2", "--within", within, *decay)
    code, answer = told.solved(*words, "--certificate", "c.npz")
    least *= 2 if decay else 1
    assert (code, answer["status"], answer["objective"]) == (0, "proved", least)
    code, checked = told("siting", "verify", "c.npz")
    assert (code, checked["holds"], checked["bound"]) == (0, True, least)


@pytest.mark.parametrize(
    ("words", "least"),
    [
        (("--model", "ufl", "--unserved", "0", "--rules", "r.toml"), 20.0),
        (("--model", "center-median", "--open", "2"), 16.0),
        (("--model", "worst-share", "--share", "0.2", "--open", "1", "--rules", "r.toml"), 4.0),
    ],
)
def test_an_answer_is_repeated_from_its_work(told, words, least):
    _, first = told.solved(*words)
    assert (first["status"], first["objective"]) == ("proved", least)
    _, again = told.solved(*words, "--work-limit", str(first["work"]))
    assert [again[word] for word in ("status", "objective", "sites", "work")] == [
        first[word] for word in ("status", "objective", "sites", "work")
    ]
    _, nothing = told.solved(*words, "--work-limit", "0")
    assert nothing["status"] != "proved"


def test_numbers_that_json_does_not_have_are_null(told, tmp_path):
    code, answer = told.solved("--model", "p-center", "--open", "1", "--within", "1")
    assert (code, answer["status"], answer["bound"]) == (1, "infeasible", None)


#: A small core that is left to HiGHS.
PLACES = "key,lat,lon,persons\nd0,60,15,1\nd1,60,15,1\nd2,60,15,10\n"
OFFERED = (
    "key,lat,lon,open,cost,grp\ns0,60,15,0,20,A\ns1,60,15,1,20,A\ns2,60,15,0,2,B\ns3,60,15,1,0,A\n"
)
TRAVEL = (
    "demand,site,cost\nd0,s1,15\nd0,s2,35.66\nd1,s0,35\nd1,s1,18\nd1,s2,3\nd1,s3,34.18\n"
    "d2,s0,11.33\nd2,s1,24.72\nd2,s3,18.77\n"
)
BUDGET = """[[rule]]
name = "few"
where = { grp = "B" }
at_most = 2
[[rule]]
name = "budget"
where = { grp = "A" }
column = "cost"
at_most = 4
"""


def test_a_proof_that_highs_closed_is_repeated_from_its_work(told, tmp_path):
    files = {"d.csv": PLACES, "s.csv": OFFERED, "c.csv": TRAVEL, "r.toml": BUDGET}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    words = ("--model", "ufl", "--rules", "r.toml", "--seed", "3")
    _, first = told.solved(*words)
    assert (first["status"], first["closed_by"]) == ("proved", "HiGHS")
    _, again = told.solved(*words, "--work-limit", str(first["work"]))
    assert (again["status"], again["work"]) == ("proved", first["work"])
