"""Location problems from files: published instances, questions of one's own, certificates."""

import json
import subprocess
import sys

import numpy as np
import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

# A path of four vertices, 1 - 2 - 3 - 4, each edge of length 2. The edge 1-2 stands there twice;
# the last one counts.
PMED = "4 4 1\n1 2 9\n1 2 2\n2 3 2\n3 4 2\n"
# Two sites, three clients: opening costs 10 and 4.
CAP = "2 3\n100 10\n100 4\n1 1 5\n1 2 6\n1 7 1\n"
# Three clients at 0, 3 and 10; a site holds demand 2, so two have to open.
PMEDCAP = "1 3\n3 2 2\n1 0 0 1\n2 3 0 1\n3 10 0 1\n"
TSP = """NAME : road
TYPE : TSP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1.9 0
3 3.8 0
4 20 0
EOF
"""
CITY = """NAME : town
TYPE : MCLP
EDGE_WEIGHT_TYPE : COORD
DIMENSION : 3
NODE_COORD_SECTION
59.0 18.0
59.001 18.0
59.1 18.0
DEMAND_SECTION
10
5
7
EOF
"""


@pytest.fixture
def solved(tmp_path, capsys):
    """Solve an instance given as text."""

    def run(text, *arguments, name="instance.txt"):
        file = tmp_path / name
        file.write_text(text)
        capsys.readouterr()
        assert main(["bench", "location", str(file), "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_of_an_edge_that_stands_there_twice_the_last_counts(solved):
    (row,) = solved(PMED, "--model", "p-median")
    # From vertex 2 or 3: 2 + 0 + 2 + 4.
    assert (row["objective"], row["bound"], row["gap"]) == (8, 8, 0)
    assert row["status"] == "proved"
    assert row["sites"] in ([1], [2])
    assert {"instance", "n", "p", "model", "seconds", "prepare_seconds"} <= row.keys()


def test_the_number_of_sites_may_be_a_list(solved):
    rows = solved(PMED, "--model", "p-median", "--p", "1,2,4")
    assert [(row["p"], row["objective"]) for row in rows] == [(1, 8), (2, 4), (4, 0)]


def test_a_center_is_as_far_as_the_furthest(solved):
    (row,) = solved(PMED, "--model", "p-center")
    assert (row["objective"], row["status"]) == (4, "proved")


def test_opening_costs_decide_how_many_open(solved):
    (row,) = solved(CAP, "--model", "ufl")
    # The second alone: 4 + 5 + 6 + 1; the first alone: 10 + 1 + 2 + 7; both: 14 + 1 + 2 + 1.
    assert (row["objective"], row["sites"], row["p"]) == (16, [1], None)


def test_a_capacity_sends_people_further(solved):
    (row,) = solved(PMEDCAP, "--model", "cpmp")
    assert (row["objective"], row["status"]) == (3, "proved")


def test_distances_of_the_plane_are_rounded_down(solved):
    (row,) = solved(TSP, "--model", "p-median", "--p", "2", name="road.tsp")
    assert (row["objective"], row["sites"]) == (2, [1, 3])


def test_coverage_counts_demand_on_a_sphere(solved):
    rows = solved(CITY, "--model", "max-cover", "--p", "1,2", "--radius", "200")
    assert [(row["objective"], row["bound"]) for row in rows] == [(15, 15), (22, 22)]
    # 0.001 degrees of latitude are 111.19 metres.
    (row,) = solved(CITY, "--model", "max-cover", "--p", "1", "--radius", "111")
    assert row["objective"] == 10


@pytest.mark.parametrize(
    ("text", "model", "said"),
    [
        ("hello", "p-median", "none of the formats"),
        (CAP, "p-median", "number of sites"),
        (CITY, "max-cover", "number of sites"),
        (PMED, "ufl", "opening cost"),
        (TSP, "cpmp", "capacity"),
        (TSP.replace("EUC_2D", "GEO"), "p-median", "GEO"),
    ],
)
def test_what_a_model_lacks_is_said(tmp_path, capsys, text, model, said):
    file = tmp_path / "instance.txt"
    file.write_text(text)
    assert main(["bench", "location", str(file), "--model", model]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(" ", "\t"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", " \n\n  "),
        lambda text: text.rstrip("\n"),
        lambda text: text.replace("\nEOF", "EOF"),
    ],
    ids=["CRLF", "tabs", "byte order mark", "empty lines", "no end of line", "EOF at a number"],
)
@pytest.mark.parametrize(
    ("text", "words", "objective"),
    [
        (PMED, ("--model", "p-median"), 8),
        (CAP, ("--model", "ufl"), 16),
        (PMEDCAP, ("--model", "cpmp"), 3),
        (TSP, ("--model", "p-median", "--p", "2"), 2),
        (CITY, ("--model", "max-cover", "--p", "1", "--radius", "200"), 15),
        (CITY.replace("COORD", "32", 1), ("--model", "max-cover", "--p", "1", "--radius", "1"), 22),
    ],
    ids=["pmed", "cap", "pmedcap", "tsp", "city", "city in the plane"],
)
def test_white_space_and_ends_of_lines_change_nothing(solved, change, text, words, objective):
    (row,) = solved(change(text), *words)
    assert row["objective"] == objective


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        (PMED.replace("3 4 2", "3 5 2"), "edge 4 names a vertex that is not there"),
        (PMED.replace("3 4 2", "3 4 -2"), "the length of edge 4 is -2"),
        (PMED.replace("3 4 2", "3 4 nan"), "edge 4 is not of numbers"),
        (PMED.replace("3 4 2", "3 4 1e308"), "'1e308' is beyond every published number"),
        (PMED.replace("4 4 1", "30000 4 1"), "more than 20,000 vertices"),
        (PMED.replace("4 4 1", "4.5 4 1"), "the number of vertices is 4.5"),
        (PMED.replace("3 4 2", "3 4"), "not as many as any format asks for"),
        (CAP.replace("1 7 1", "1 x 1"), "'x' is no number"),
        ("2\n" + PMEDCAP, "it says that it holds 2 instances and holds 1"),
        ("1\n" + PMEDCAP.replace("3 2 2", "-3 2 2"), "the number of clients is -3"),
        ("1\n" + PMEDCAP.replace("3 2 2", "4 2 2"), "4 clients need 16 numbers, and 12 are left"),
        (PMEDCAP.replace("3 10 0 1", "3 10 0 -1"), "capacity of a pmedcap is below 0"),
        (TSP.replace("4 20 0", "4 20"), "11 numbers are not 4 places of 2 or 3"),
        (TSP.replace("DIMENSION : 4", "DIMENSION : 5"), "12 numbers are not 5 places of 2 or 3"),
        (TSP.replace("DIMENSION : 4", "DIMENSION : x"), "'x' is no number"),
        (TSP.replace("4 20 0", "4 20 inf"), "'inf' is beyond every published number"),
        (TSP.partition("1 0 0")[0], "there are no places"),
        (CITY.replace("10\n5\n7", "10\n5"), "2 numbers are not 3 demands of 1 or 2"),
        ("4 4 1\0", "it is no text"),
    ],
)
def test_what_is_wrong_with_an_instance_is_said(tmp_path, capsys, text, said):
    file = tmp_path / "instance.txt"
    file.write_text(text)
    assert main(["bench", "location", str(file), "--model", "p-median", "--p", "1"]) == 1
    told = capsys.readouterr().err
    assert f"error: instance.txt was not read: {'' if 'text' in said else 'it is in none'}" in told
    assert said in told


def test_what_is_no_instance_is_refused_quickly(tmp_path, capsys):
    for place, said in (
        (str(tmp_path), "it is a folder"),
        (str(tmp_path / "missing"), "missing was not read: No such file"),
        ("/dev/zero", "it is no text"),
    ):
        assert main(["bench", "location", place, "--model", "p-median"]) == 1
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("--p", "0"), ("--p", "x"), ("--p", "9" * 30), ("--radius", "nan"), ("--seed", "-1")]
)
def test_an_option_that_is_no_number_for_it_is_wrong_usage(tmp_path, capsys, words):
    (tmp_path / "i.txt").write_text(PMED)
    with pytest.raises(SystemExit) as ended:
        main(["bench", "location", str(tmp_path / "i.txt"), "--model", "p-median", *words])
    assert ended.value.code == 2
    assert f"argument {words[0]}" in capsys.readouterr().err


# --- questions of one's own ---

DEMAND = """key,lat,lon,persons
north,60.00,15.0,100
middle,59.50,15.0,10
south,59.00,15.0,80
"""
SITES = """key,lat,lon,open,cost,region
n,60.00,15.0,1,5,A
m,59.50,15.0,0,2,B
s,59.00,15.0,0,9,B
e,59.50,17.0,1,1,C
"""


@pytest.fixture
def asked(tmp_path, capsys):
    """Ask a question in files; the rules are given as text."""
    (tmp_path / "d.csv").write_text(DEMAND)
    (tmp_path / "s.csv").write_text(SITES)

    def run(*arguments, rules="", code=0):
        words = ["siting", "solve", "--demand", str(tmp_path / "d.csv")]
        words += ["--sites", str(tmp_path / "s.csv"), "--json", *arguments]
        if rules:
            (tmp_path / "r.toml").write_text(rules)
            words += ["--rules", str(tmp_path / "r.toml")]
        capsys.readouterr()
        assert main(words) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if printed.out else printed.err

    return run


def test_a_new_site_opens_where_it_saves_most(asked):
    found = asked("--open", "1")
    assert (found["status"], found["opened"], found["closed"]) == ("proved", ["s"], [])
    assert found["assignment"] == {"north": "n", "middle": "n", "south": "s"} or found[
        "assignment"
    ]["middle"] in ("n", "s")
    # Half a degree of latitude is 55.597 km.
    assert found["objective"] == pytest.approx(10 * 55.597, rel=1e-4)


def test_a_site_closes_while_another_opens(asked):
    found = asked("--open", "1", "--close", "1", "--costs", "line:2")
    assert (found["opened"], found["closed"]) == (["s"], ["e"])
    assert found["objective"] == pytest.approx(2 * 10 * 55.597, rel=1e-4)


def test_of_the_plans_best_for_the_furthest_the_one_with_least_travel(asked):
    # One new site: m leaves south half a degree away, s leaves middle so.
    found = asked("--open", "1", "--model", "p-center")
    assert found["objective"] == pytest.approx(55.597, rel=1e-4)
    found = asked("--open", "1", "--model", "center-median")
    assert (found["status"], found["opened"]) == ("proved", ["s"])
    assert found["objective"] == pytest.approx(10 * 55.597, rel=1e-4)


def test_nobody_travels_further_than_allowed_and_who_would_is_named(asked, tmp_path):
    found = asked("--open", "1", "--within", "56", "--certificate", str(tmp_path / "c.npz"))
    assert (found["status"], found["opened"]) == ("proved", ["s"])
    assert main(["siting", "verify", str(tmp_path / "c.npz")]) == 0
    found = asked("--open", "1", "--within", "20", code=1)
    assert found["status"] == "infeasible"
    assert found["unreached"] in (["middle"], ["south"])


def test_the_fewest_offices_within_a_distance_and_whom_none_can_reach(asked, tmp_path, capsys):
    file = tmp_path / "c.npz"
    found = asked("--model", "set-cover", "--within", "56", "--certificate", str(file))
    # n and e are open and stay; one of the others reaches south.
    assert (found["status"], found["objective"], found["bound"]) == ("proved", 3, 3)
    assert found["assignment"]["south"] in ("m", "s")
    assert main(["siting", "verify", str(file)]) == 0
    assert "Proved: no plan has fewer sites." in capsys.readouterr().out
    found = asked("--model", "set-cover", "--within", "20")
    assert found["opened"] == ["m", "s"]
    found = asked("--model", "set-cover", "--within", "20", rules='[exclude]\ns = "x"\n', code=1)
    assert (found["status"], found["unreached"]) == ("infeasible", ["south"])
    few = '[[rule]]\nname = "none in B"\nwhere = { region = "B" }\nat_most = 0\n'
    found = asked("--model", "set-cover", "--within", "56", rules=few, code=1)
    assert (found["status"], found["conflicts"]) == ("infeasible", ["none in B"])


def test_a_center_obeys_written_rules_and_has_a_certificate(asked, tmp_path, capsys):
    file = tmp_path / "c.npz"
    budget = '[[rule]]\nname = "budget"\nwhere = {}\ncolumn = "cost"\nat_most = 9\n'
    words = ("--open", "1", "--model", "p-center", "--certificate", str(file))
    found = asked(*words, rules=budget)
    assert (found["status"], found["opened"], found["conflicts"]) == ("proved", ["m"], [])
    assert main(["siting", "verify", str(file), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["objective"], checked["gap"]) == (found["objective"], 0)
    again = asked(*words, "--work-limit", str(found["work"]), rules=budget)
    assert (again["sites"], again["bound"]) == (found["sites"], found["bound"])
    found = asked(*words, rules=budget.replace("9", "7"), code=1)
    assert (found["status"], found["conflicts"]) == ("infeasible", ["budget"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--costs", "road:net.pbf"), "extracts of OpenStreetMap are not read here"),
        (("--costs", "road:"), "road: is followed by a file"),
        (("--costs", "road:nowhere.csv"), "nowhere.csv: it cannot be read"),
        (("--model", "max-cover"), "needs --radius"),
        (("--within", "-3"), "--within is -3.0"),
        (("--model", "set-cover"), "set-cover needs --within"),
        (("--costs", "line:zero"), "followed by a number"),
        (("--close", "5"), "5 sites are to close, but 2 are open"),
        (("--close", "1", "--open", "3"), "3 sites are to be opened, but only 2 are not open yet"),
    ],
)
def test_a_question_that_cannot_be_put_is_refused_in_words(asked, words, said):
    assert said in asked("--open", "1", *words, code=1)


def test_rules_speak_of_columns_and_keys(asked):
    rules = """
[keep]
e = "the lease runs until 2030"
[exclude]
s = "no premises"
[[rule]]
name = "one in B"
where = { region = "B" }
at_least = 1
[[rule]]
name = "budget"
sites = ["m", "s"]
column = "cost"
at_most = 3
"""
    found = asked("--open", "1", "--close", "1", rules=rules)
    assert (found["opened"], found["closed"]) == (["m"], ["n"])
    assert found["kept"] == {"e": "the lease runs until 2030"}


def test_rules_that_contradict_are_named(asked):
    rules = '[[rule]]\nname = "two in A"\nwhere = { region = "A" }\nat_least = 2\n'
    found = asked("--open", "1", rules=rules, code=1)
    assert (found["status"], found["conflicts"]) == ("infeasible", ["two in A"])


def test_costs_may_come_from_a_file_and_what_is_missing_cannot_be_served(asked, tmp_path):
    costs = tmp_path / "c.csv"
    costs.write_text("demand,site,cost\nnorth,n,3\nmiddle,m,1\nsouth,m,4\n")
    found = asked("--open", "1", "--costs", str(costs))
    assert (found["opened"], found["objective"]) == (["m"], 3 * 100 + 10 + 4 * 80)
    costs.write_text("demand,site,cost\nnorth,n,3\nmiddle,m,1\n")
    found = asked("--open", "1", "--costs", str(costs), code=1)
    assert (found["status"], found["unreached"]) == ("infeasible", ["south"])


def test_a_certificate_is_checked_and_a_changed_one_is_not_believed(asked, tmp_path, capsys):
    file = tmp_path / "out.npz"
    asked("--open", "1", "--certificate", str(file))
    assert main(["siting", "verify", str(file), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["holds"], checked["gap"]) == (True, 0)
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["weight"] = arrays["weight"] * 0.5
    np.savez(file, **arrays)
    assert main(["siting", "verify", str(file)]) == 1
    assert "hash" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("north,60.00,15.0,many", "line 2: persons is 'many'"),
        ("north,60.00,15.0,-1", "persons"),
        ("north,160.00,15.0,1", "line 2: lat is '160.00', above 90"),
        ("south,60.00,15.0,1", "stands in line 2 too"),
    ],
)
def test_a_wrong_row_is_named(asked, tmp_path, change, said):
    (tmp_path / "d.csv").write_text(DEMAND.replace("north,60.00,15.0,100", change))
    assert said in asked("--open", "1", code=1)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ('[[rule]]\nname = "x"\nsites = ["q"]', "'q', which is no site"),
        ('[[rule]]\nname = "x"\nwhere = { county = "A" }', "column 'county'"),
        ('[[rule]]\nname = "x"\nat_leest = 1', "says 'at_leest'"),
        ("[[rule", "r.toml"),
        ('[keep]\nq = "why"', "[keep] names 'q'"),
    ],
)
def test_a_wrong_rule_is_named(asked, rules, said):
    assert said in asked("--open", "1", rules=rules, code=1)


START = """
import sys
from knutpunkt.cli.main import main
main(["network", "count", "--on", "2022-06-27"])
import knutpunkt.planning.services, knutpunkt.web.urls
loaded = sorted({name.partition(".")[0] for name in sys.modules} & {"numba", "llvmlite"})
assert not loaded, loaded
"""


def test_what_solves_nothing_never_loads_the_compiler(tmp_path):
    around = {"KNUTPUNKT_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", START], env=around, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


# --- capacities ---

LOADED = """key,lat,lon,open,capacity,min_load
n,60.00,15.0,1,105,0
m,59.50,15.0,0,90,0
s,59.00,15.0,0,90,95
e,59.50,17.0,1,30,20
"""


@pytest.fixture
def loaded(asked, tmp_path):
    """Ask a question in files whose sites have capacities."""

    def run(*arguments, sites=LOADED, **others):
        (tmp_path / "s.csv").write_text(sites)
        return asked("--capacities", *arguments, **others)

    return run


OPEN = LOADED.replace("s,59.00,15.0,0,90,95", "s,59.00,15.0,0,90,0")


def test_people_are_split_over_sites_that_can_carry_only_so_much(loaded, tmp_path, capsys):
    file = tmp_path / "c.npz"
    found = loaded("--open", "1", "--certificate", str(file), sites=OPEN)
    # The far office in the east needs 20 persons; the ten of the middle lose least by going there.
    assert (found["status"], found["opened"]) == ("proved", ["s"])
    assert found["loads"]["e"] == pytest.approx(20)
    assert sum(found["loads"].values()) == pytest.approx(190)
    assert found["past_a_nearer"] >= 20
    assert found["unserved"] == {}
    assert found["shares"]["middle"]["e"] == pytest.approx(1)
    assert main(["siting", "verify", str(file)]) == 0
    assert "Proved" in capsys.readouterr().out


def test_with_one_site_each_nobody_is_split(loaded):
    found = loaded("--open", "1", "--model", "cpmp", sites=OPEN.replace(",30,20", ",30,0"))
    assert found["assumption"] == "one site each"
    assert {len(where) for where in found["shares"].values()} == {1}
    assert found["status"] == "proved"


def test_whom_it_pays_to_leave_out_is_listed(loaded):
    found = loaded("--open", "0", "--unserved", "30", sites=OPEN)
    # North fits into n; e needs 20 of the others, all of whom are further away than 30 km.
    assert found["status"] == "proved"
    assert found["loads"]["n"] == pytest.approx(100)
    assert found["loads"]["e"] == pytest.approx(20)
    assert sum(found["unserved"].values()) == pytest.approx(70)


def test_too_little_capacity_is_said_with_both_amounts(loaded):
    found = loaded("--open", "0", sites=OPEN, code=1)
    assert found["status"] == "infeasible"
    assert found["reason"] == (
        "The clients ask for 190; the sites that may be open together carry 135."
    )


@pytest.mark.parametrize(
    ("words", "sites", "said"),
    [
        (("--model", "p-center"), OPEN, "not with p-center"),
        (("--unserved", "-1"), OPEN, "-1.0, not a price"),
        ((), SITES, "no column 'capacity'"),
        ((), OPEN.replace("105", "many"), "capacity is 'many'"),
        ((), LOADED, "Site 2 opens with a load of at least 95"),
    ],
)
def test_capacities_that_cannot_be_are_refused_in_words(loaded, words, sites, said):
    assert said in loaded("--open", "1", *words, sites=sites, code=1)
