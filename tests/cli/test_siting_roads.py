"""Where to open when people travel on roads: ``siting solve --costs road:…``."""

import json
import subprocess
import sys

import numpy as np
import pytest

from knutpunkt.cli.main import main

pytestmark = pytest.mark.once

# Three villages along a road and one behind a lake: 1 degree of latitude is 111.2 km.
DEMAND = """key,lat,lon,persons
west,60.0,15.0,100
middle,60.0,16.0,10
east,60.0,17.0,80
lake,60.1,15.0,30
"""
SITES = """key,lat,lon,open
w,60.0,15.0,0
m,60.0,16.0,0
e,60.0,17.0,0
l,60.1,15.0,0
"""
# West to east is open one way on the quick road; the lake is near as the crow flies only.
EDGES = """from,to,from_lat,from_lon,to_lat,to_lon,minutes,oneway
west,middle,60.0,15.0,60.0,16.0,20,1
middle,west,60.0,16.0,60.0,15.0,50,1
middle,east,60.0,16.0,60.0,17.0,30,
east,lake,60.0,17.0,60.1,15.0,200,
"""
TO = np.array([[0, 20, 50, 250], [50, 0, 30, 230], [80, 30, 0, 200], [280, 230, 200, 0]])
PERSONS = np.array([100, 10, 80, 30])


@pytest.fixture
def files(tmp_path):
    (tmp_path / "d.csv").write_text(DEMAND)
    (tmp_path / "s.csv").write_text(SITES)
    (tmp_path / "roads.csv").write_text(EDGES)
    return tmp_path


@pytest.fixture
def asked(files, capsys):
    """Ask for sites on the roads."""

    def run(*arguments, code=0, costs="road:roads.csv"):
        words = ["siting", "solve", "--demand", str(files / "d.csv")]
        words += ["--sites", str(files / "s.csv"), "--json", *arguments]
        words += ["--costs", costs.replace("road:", f"road:{files}/")]
        capsys.readouterr()
        assert main(words) == code
        printed = capsys.readouterr()
        return json.loads(printed.out) if printed.out else printed.err

    return run


def test_people_travel_to_the_site_in_the_direction_of_the_roads(asked):
    found = asked("--open", "1")
    # m takes 100 × 20 + 80 × 30 + 30 × 230; w would take 10 × 50 + 80 × 80 + 30 × 280, and so on.
    totals = PERSONS @ TO
    assert (found["status"], found["sites"]) == ("proved", ["m"])
    assert found["objective"] == pytest.approx(totals[1]) == pytest.approx(totals.min())
    assert found["assignment"] == dict.fromkeys(("west", "middle", "east", "lake"), "m")
    told = found["travel"]
    assert (told["method"], told["nodes"], told["edges"]) == ("roads", 4, 6)
    assert told["sites_nobody_reaches"] == []
    assert told["longest_walk"] == 0


def test_with_the_roads_turned_round_another_site_is_best(asked, files):
    turned = EDGES.replace(",20,1", ",20,-1").replace(",50,1", ",50,-1")
    (files / "roads.csv").write_text(turned)
    assert asked("--open", "1")["objective"] == pytest.approx((PERSONS @ TO.T).min())


def test_the_way_to_the_road_is_walked_and_whoever_is_too_far_is_named(asked, files):
    (files / "d.csv").write_text(DEMAND.replace("lake,60.1,15.0", "lake,60.109,15.0"))
    # 0.009 degrees are 1,000.75 metres: 10.0075 minutes at 6 km/h.
    found = asked("--open", "1", "--walk-speed", "6")
    assert found["objective"] == pytest.approx(PERSONS @ TO[:, 1] + 30 * 10.0075, rel=1e-5)
    assert found["travel"]["longest_walk"] == pytest.approx(1000.75, rel=1e-4)
    said = asked("--open", "1", "--walk-most", "1000", code=1)
    assert "Of the demand points, 'lake' (1,001 m) lie further than 1,000 metres" in said
    assert "hint: " in said


def test_whom_no_road_leads_to_a_site_is_named(asked, files):
    (files / "roads.csv").write_text(EDGES.replace("17.0,60.1,15.0,200,", "17.0,60.1,15.0,200,1"))
    # From the lake no road leads on, so its own site opens whatever else does.
    assert asked("--open", "1")["sites"] == ["l"]
    assert asked("--open", "2")["sites"] == ["m", "l"]
    (files / "s.csv").write_text(SITES.replace("l,60.1,15.0,0\n", ""))
    found = asked("--open", "1", code=1)
    assert (found["status"], found["unreached"]) == ("infeasible", ["lake"])


def test_a_site_that_nobody_reaches_is_named(asked, files):
    beyond = EDGES + "island,pier,60.5,15.0,60.5,15.1,5,\n"
    (files / "roads.csv").write_text(beyond)
    (files / "s.csv").write_text(SITES + "i,60.5,15.0,0\n")
    assert asked("--open", "1")["travel"]["sites_nobody_reaches"] == ["i"]


def test_roads_may_lie_in_the_plane(asked, files):
    flat = "key,x,y,persons\na,0,0,3\nb,1000,0,2\n"
    (files / "d.csv").write_text(flat)
    (files / "s.csv").write_text("key,x,y\np,0,0\nq,1000,0\n")
    (files / "roads.csv").write_text("from_x,from_y,to_x,to_y,metres\n0,0,1000,0,1200\n")
    found = asked("--open", "1", "--road-speed", "36", "--walk-speed", "1")
    assert (found["sites"], found["objective"]) == (["p"], pytest.approx(2 * 2))
    assert "--road-speed" in asked("--open", "1", code=1)


def test_a_folder_holds_nodes_and_edges(asked, files):
    (files / "net").mkdir()
    (files / "net" / "nodes.csv").write_text(
        "node,lat,lon\nwest,60,15\nmiddle,60,16\neast,60,17\nlake,60.1,15\n"
    )
    names = [line.split(",") for line in EDGES.splitlines()]
    (files / "net" / "edges.csv").write_text(
        "\n".join(",".join((*words[:2], *words[6:])) for words in names)
    )
    one, other = asked("--open", "2", costs="road:net"), asked("--open", "2")
    for found in (one, other):
        found.pop("seconds")
    assert one == other


def test_a_certificate_on_roads_is_checked_without_the_roads(asked, files, capsys):
    file = files / "proof.npz"
    found = asked("--open", "2", "--certificate", str(file))
    (files / "roads.csv").unlink()
    assert main(["siting", "verify", str(file), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["holds"], checked["objective"]) == (True, pytest.approx(found["objective"]))
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    assert arrays["costs_matrix"] == pytest.approx(TO)
    arrays["costs_matrix"] = arrays["costs_matrix"] * np.where(TO == 30, 0.9, 1)
    np.savez(file, **arrays)
    assert main(["siting", "verify", str(file)]) == 1
    assert "hash" in capsys.readouterr().out


def test_an_option_for_roads_needs_roads(asked):
    said = asked("--open", "1", "--walk-most", "5", costs="line:1", code=2)
    assert "--walk-most has no meaning without roads" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--walk-speed", "0"), "The speed is 0 km/h"),
        (("--road-speed", "nan"), "The speed is nan km/h"),
        (("--walk-most", "-1"), "The longest walk to a road is -1.0 metres"),
    ],
)
def test_what_cannot_be_walked_is_refused(asked, words, said):
    assert said in asked("--open", "1", *words, code=1)


def test_the_printed_table_says_how_the_times_were_made(files, capsys):
    words = ["--demand", str(files / "d.csv"), "--sites", str(files / "s.csv"), "--open", "1"]
    assert main(["siting", "solve", *words, "--costs", f"road:{files / 'roads.csv'}"]) == 0
    assert "Shortest times on 4 road nodes and 6 directed edges" in capsys.readouterr().out


def test_roads_that_cannot_be_read_are_refused_before_anything_is_compiled(files):
    (files / "roads.csv").write_text(EDGES.replace(",30,", ",-30,"))
    code = (
        "import sys; from knutpunkt.cli.main import main; "
        "code = main(sys.argv[1:]); assert 'numba' not in sys.modules; sys.exit(code)"
    )
    words = ["--demand", "d.csv", "--sites", "s.csv", "--open", "1", "--costs", "road:roads.csv"]
    done = subprocess.run(
        [sys.executable, "-c", code, "siting", "solve", *words],
        cwd=files, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "roads.csv, line 4: minutes is '-30', below 0" in done.stderr
