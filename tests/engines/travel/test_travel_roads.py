"""Shortest times on roads, by hand and against searches that know no heap."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.engines.tables import TableUnfit
from knutpunkt.engines.travel import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
    SpeedNotPositive,
    great_circle_kilometres,
)
from knutpunkt.engines.travel.roads import (
    EdgeInvalid,
    FarFromRoads,
    GraphEmpty,
    LimitInvalid,
    NodeInvalid,
    PairsTooMany,
    RoadGraph,
    Walk,
    WalkInvalid,
    journeys,
    nearest_nodes,
    roads_in,
)

pytestmark = pytest.mark.once

NEVER = np.inf


def plane(nodes, *edges):
    """A graph on a line of nodes one kilometre apart."""
    place = [(1000.0 * k, 0.0) for k in range(nodes)]
    tail, head, minutes = zip(*edges, strict=True)
    return RoadGraph.of(place, tail, head, minutes, "plane")


# 0 → 1 takes 4, or 1 + 2 over node 2; 3 is a dead end that nobody leaves; 4 stands alone.
SQUARE = plane(5, (0, 1, 4), (0, 2, 1), (2, 1, 2), (1, 3, 5), (2, 3, 9), (2, 0, 1))


# --- times ---


def test_the_quickest_way_counts_and_not_the_one_with_fewest_edges():
    times = SQUARE.times_from([0, 3])
    assert times.tolist() == [[0, 3, 1, 8, NEVER], [NEVER, NEVER, NEVER, 0, NEVER]]


def test_a_road_one_way_is_no_way_back():
    assert SQUARE.times_from([1], targets=[0])[0, 0] == NEVER
    assert SQUARE.reversed.times_from([1], targets=[0])[0, 0] == 3


def test_of_edges_beside_each_other_the_quickest_counts():
    graph = plane(2, (0, 1, 7), (0, 1, 3), (0, 1, 5))
    assert graph.times_from([0])[0].tolist() == [0, 3]


def test_an_edge_may_take_no_time_also_round_and_round():
    graph = plane(3, (0, 1, 0), (1, 0, 0), (1, 1, 0), (1, 2, 2))
    assert graph.times_from([0])[0].tolist() == [0, 0, 2]


def test_nothing_is_searched_beyond_the_limit():
    assert SQUARE.times_from([0], limit=3)[0].tolist() == [0, 3, 1, NEVER, NEVER]
    assert SQUARE.times_from([0], limit=0)[0].tolist() == [0, NEVER, NEVER, NEVER, NEVER]


def floyd_warshall(nodes, edges):
    times = np.full((nodes, nodes), NEVER)
    np.fill_diagonal(times, 0)
    for a, b, minutes in edges:
        times[a, b] = min(times[a, b], minutes)
    for k in range(nodes):
        times = np.minimum(times, times[:, k, None] + times[k])
    return times


@st.composite
def networks(draw):
    nodes = draw(st.integers(1, 12))
    node = st.integers(0, nodes - 1)
    return nodes, draw(st.lists(st.tuples(node, node, st.integers(0, 6)), min_size=1, max_size=40))


@given(networks(), st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_times_are_those_of_floyd_and_warshall(network, threads):
    nodes, edges = network
    graph, wanted = plane(nodes, *edges), floyd_warshall(nodes, edges)
    every = np.arange(nodes)
    assert np.array_equal(graph.times_from(every, threads=threads), wanted)
    assert np.array_equal(graph.reversed.times_from(every, threads=threads), wanted.T)
    some = every[::2]
    assert np.array_equal(graph.times_from(some, targets=some[::-1]), wanted[some][:, some[::-1]])
    near = np.where(wanted <= 5, wanted, NEVER)
    assert np.array_equal(graph.times_from(every, limit=5), near)


def random_graph(seed, nodes=400, edges=1300):
    draw = np.random.default_rng(seed)
    minutes = np.where(draw.random(edges) < 0.1, 0.0, draw.exponential(3, edges))
    ends = draw.integers(0, nodes, (2, edges))
    return RoadGraph.of(draw.uniform(0, 1e4, (nodes, 2)), *ends, minutes, "plane"), ends, minutes


def bellman_ford(nodes, ends, minutes, source):
    times = np.full(nodes, NEVER)
    times[source] = 0
    for _ in range(nodes):
        before = times.copy()
        np.minimum.at(times, ends[1], before[ends[0]] + minutes)
        if np.array_equal(times, before):
            return times
    raise AssertionError("a way gets ever shorter")


@pytest.mark.parametrize("seed", range(5))
def test_times_are_to_the_last_digit_those_of_bellman_and_ford(seed):
    graph, ends, minutes = random_graph(seed)
    times = graph.times_from(range(20))
    for source in range(20):
        assert np.array_equal(times[source], bellman_ford(graph.nodes, ends, minutes, source))


@pytest.mark.parametrize("seed", range(3))
def test_no_way_over_a_third_node_is_shorter(seed):
    graph, _, _ = random_graph(seed, nodes=120, edges=420)
    times = graph.times_from(range(120))
    over = (times[:, :, None] + times[None, :, :]).min(axis=1)
    assert (times <= over * (1 + 1e-12)).all()


def test_threads_and_searches_before_change_nothing():
    graph, _, _ = random_graph(9)
    alone = graph.times_from(range(64), threads=1)
    assert np.array_equal(graph.times_from(range(64), threads=4), alone)
    assert np.array_equal(graph.times_from([7]), alone[7:8])


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        ((0, 1, -1.0), "Edge 1 takes -1.0 minutes"),
        ((0, 1, np.nan), "Edge 1 takes nan minutes"),
        ((0, 1, np.inf), "Edge 1 takes inf minutes"),
        ((0, 1, 1e308), r"Edge 1 takes 1e\+308 minutes"),
        ((0, 2, 1.0), "Edge 1 ends at 2, which is no node"),
        ((-1, 0, 1.0), "Edge 1 begins at -1, which is no node"),
    ],
)
def test_an_edge_that_cannot_be_is_named(edge, said):
    with pytest.raises(EdgeInvalid, match=said):
        plane(2, (0, 1, 1.0), edge)


def test_a_network_without_roads_is_refused():
    with pytest.raises(GraphEmpty, match="2 nodes and 0 edges"):
        RoadGraph.of([(0, 0), (1, 1)], [], [], [])
    with pytest.raises(CoordinatesMisshapen):
        RoadGraph.of([1, 2, 3], [0], [1], [1])
    with pytest.raises(EdgeInvalid, match="lacks an end"):
        RoadGraph.of([(0, 0), (1, 1)], [0], [1, 0], [1, 1])


@pytest.mark.parametrize("sources", [[5], [-1], [0.5], ["a"]])
def test_a_source_that_is_no_node_is_refused(sources):
    with pytest.raises(NodeInvalid, match="the nodes are 0 to 4"):
        SQUARE.times_from(sources)
    with pytest.raises(NodeInvalid):
        SQUARE.times_from([0], targets=sources)


@pytest.mark.parametrize("limit", [-1, np.nan])
def test_a_limit_of_less_than_nothing_is_refused(limit):
    with pytest.raises(LimitInvalid):
        SQUARE.times_from([0], limit=limit)


# --- the way to the road ---


@given(st.integers(0, 10_000), st.sampled_from(["sphere", "plane"]))
@settings(max_examples=60, deadline=None)
def test_the_nearest_node_is_the_one_that_trying_all_finds(seed, measure):
    draw = np.random.default_rng(seed)
    most = (90, 180) if measure == "sphere" else (5000, 5000)
    # Whole coordinates make ties, poles and the day line appear.
    nodes = np.round(draw.uniform(-1, 1, (25, 2)) * most, int(draw.integers(-1, 3)))
    asked = np.round(draw.uniform(-1, 1, (40, 2)) * most, -1)
    graph = RoadGraph.of(nodes, range(24), range(1, 25), [1.0] * 24, measure)
    if measure == "sphere":
        metres = 1000 * great_circle_kilometres(asked, nodes)
    else:
        metres = np.hypot(*(asked[:, None] - nodes[None]).transpose(2, 0, 1))
    found, away = nearest_nodes(graph, asked)
    assert away == pytest.approx(metres.min(axis=1), rel=1e-9, abs=1e-6)
    assert metres[np.arange(40), found] == pytest.approx(metres.min(axis=1), rel=1e-9, abs=1e-6)


def test_nobody_walks_to_a_node_without_roads():
    # Node 4 lies at 4 km and has no edge.
    found, metres = nearest_nodes(SQUARE, [(4000.0, 0.0)])
    assert (found[0], metres[0]) == (3, 1000)


def test_a_journey_is_a_walk_a_road_and_a_walk():
    graph = plane(2, (0, 1, 10), (1, 0, 30))
    # 600 m before the first node, 300 m behind the second; 6 km/h are 100 m a minute.
    found = journeys(graph, [(-600, 0), (1300, 0)], [(1300, 0), (-600, 0)], walk=Walk(6.0, 1000))
    assert found.minutes == pytest.approx(np.array([[6 + 10 + 3, 0], [0, 3 + 30 + 6]]))
    assert (found.point_metres.tolist(), found.site_metres.tolist()) == ([600, 300], [300, 600])
    assert found.source.method == "roads"
    assert "2 road nodes and 2 directed edges, walking 6 km/h" in str(found.source)


def test_who_is_sooner_there_on_foot_walks():
    graph = plane(2, (0, 1, 40), (1, 0, 40))
    found = journeys(graph, [(0, 0)], [(1000, 0)], walk=Walk(6.0, 1000))
    assert found.minutes[0, 0] == 10
    found = journeys(graph, [(0, 0)], [(1000, 0)], walk=Walk(6.0, 999))
    assert found.minutes[0, 0] == 40


def test_where_no_way_leads_the_time_is_infinite_and_nobody_is_dropped():
    found = journeys(SQUARE, SQUARE.place[:4], SQUARE.place[[1]], walk=Walk(5.0, 100))
    assert found.minutes[:, 0].tolist() == [3, 0, 2, NEVER]


def test_blocks_of_sites_change_nothing(monkeypatch):
    graph, _, _ = random_graph(3)
    places = np.random.default_rng(1).uniform(0, 1e4, (50, 2))
    whole = journeys(graph, places, places)
    monkeypatch.setitem(journeys.__globals__, "BLOCK", 7)
    assert np.array_equal(journeys(graph, places, places).minutes, whole.minutes)


def test_places_far_from_every_road_are_named_the_furthest_first():
    with pytest.raises(FarFromRoads, match=r"Of the sites, 'far' \(2,000 m\), '1' \(1,500 m\) lie"):
        journeys(
            SQUARE, [(0, 0)], [(0, 9), (0, 1500), (0, 2000)], walk=Walk(5, 1000),
            names=(["home"], ["near", "1", "far"]),
        )  # fmt: skip
    with pytest.raises(FarFromRoads, match=r"'4' .* and 2 more lie") as refused:
        journeys(SQUARE, [(0, 3000 + k) for k in range(5)], [(0, 0)])
    assert refused.value.names == ("4", "3", "2", "1", "0")


def test_what_no_walk_can_be_is_refused(monkeypatch):
    for speed in (0, -1, np.nan, np.inf):
        with pytest.raises(SpeedNotPositive):
            Walk(km_per_hour=speed)
    for metres in (-1, np.nan, np.inf):
        with pytest.raises(WalkInvalid):
            Walk(most=metres)
    with pytest.raises(CoordinateMissing, match="Row 1 of the sites"):
        journeys(SQUARE, [(0, 0)], [(0, 0), (np.nan, 0)])
    globe = RoadGraph.of([(59, 18), (60, 18)], [0], [1], [9])
    with pytest.raises(CoordinateOutOfRange, match="Row 0 of the demand points"):
        journeys(globe, [(6580822, 674032)], [(59, 18)])
    monkeypatch.setitem(journeys.__globals__, "MOST_PAIRS", 3)
    with pytest.raises(PairsTooMany, match="2 demand points × 2 sites are 4 travel times"):
        journeys(SQUARE, SQUARE.place[:2], SQUARE.place[:2])


# --- files ---

EDGES = """from,to,from_lat,from_lon,to_lat,to_lon,minutes,metres,km_per_hour,oneway
a,b,59.0,18.0,59.1,18.0,4,,,1
a,c,59.0,18.0,59.0,18.1,1,,,
c,b,59.0,18.1,59.1,18.0,,2000,60,no
b,d,59.1,18.0,59.1,18.1,5,99,9,0
c,d,59.0,18.1,59.1,18.1,9,,,-1
"""


@pytest.fixture
def edges(tmp_path):
    """Write a file of edges."""

    def write(text=EDGES, name="roads.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def test_a_file_of_edges_is_a_graph(edges):
    graph = roads_in(edges())
    assert (graph.nodes, graph.edges, graph.measure) == (4, 1 + 2 + 2 + 2 + 1, "sphere")
    # a to b is open one way and slower than over c; d to c is the only way of that edge.
    assert graph.times_from([0, 3]).tolist() == [[0, 3, 1, 8], [8, 5, 7, 0]]


def test_nodes_may_stand_in_a_file_of_their_own(edges, tmp_path):
    edges("node,x,y\na,0,0\nb,0,100\nc,9,0\nd,9,100\n", "nodes.csv")
    edges("from,to,minutes\na,b,2.5\nc,d,0\n", "edges.csv")
    graph = roads_in(tmp_path)
    assert (graph.measure, graph.place.tolist()[3]) == ("plane", [9, 100])
    assert graph.times_from([1]).tolist() == [[2.5, 0, NEVER, NEVER]]


def test_without_names_ends_at_the_same_place_are_one_node(edges):
    file = edges("from_x,from_y,to_x,to_y,metres\n0,0,600,0,600\n600,0,600,600,600\n")
    graph = roads_in(file, km_per_hour=36)
    assert graph.times_from([0])[0] == pytest.approx([0, 1, 2])


def test_a_bridge_and_the_road_below_it_are_two_nodes(edges):
    graph = roads_in(edges(EDGES + "e,d,59.0,18.0,59.1,18.1,1,,,1\n"))
    assert graph.nodes == 5
    assert graph.times_from([0], targets=[4])[0, 0] == NEVER


def test_a_file_from_a_spreadsheet_is_read(edges):
    text = EDGES.replace(",", ";").replace("59.0", "59,0").replace("\n", "\r\n")
    graph = roads_in(edges("\ufeff" + text + ";;;;;;;;;\r\n\r\n"))
    assert np.array_equal(graph.times_from([0]), roads_in(edges()).times_from([0]))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("4,,,1", "-4,,,1", "roads.csv, line 2: minutes is '-4', below 0"),
        ("4,,,1", "nan,,,1", "line 2: minutes is 'nan', not a finite number"),
        ("4,,,1", "1e308,,,1", "line 2: minutes is '1e308', above 1e+09"),
        ("4,,,1", "four,,,1", "line 2: minutes is 'four', not a number"),
        ("4,,,1", "4,,,maybe", "line 2: oneway is 'maybe'"),
        ("4,,,1", ",,,1", "line 2: the edge has neither minutes nor metres"),
        (",2000,60,", ",2000,,", "line 4: the edge has metres but neither"),
        (",2000,60,", ",-1,60,", "line 4: metres is '-1', below 0"),
        (",2000,60,", ",2000,0,", "line 4: km_per_hour is 0"),
        ("c,d,59.0", "c,d,95.0", "line 6: from_lat is '95.0', above 90"),
        ("c,d,59.0", "c,,59.0", "line 6: to is empty"),
        ("c,d,59.0", "c,d,58.9", "line 6: from 'c' lies at (58.9, 18.1), but at (59.0, 18.1) in l"),
        ("from_lon", "from_long", "line 1: column 'from_lon' is missing; edges hold from_lat"),
        ("59.1,18.1,9,,,-1", "59.1", "line 6: 5 cells stand under 10 columns"),
        (EDGES, EDGES.partition("\n")[0], "line 2: there is no row"),
        (EDGES, "", "roads.csv: the file is empty"),
    ],
)
def test_a_wrong_edge_is_refused_with_its_line(edges, before, after, said):
    assert before in EDGES
    with pytest.raises(TableUnfit) as refused:
        roads_in(edges(EDGES.replace(before, after)))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ("node,x,y\na,0,0\n", "edges.csv, line 2: to is 'b', which is no node of nodes.csv"),
        ("node,x,y\na,0,0\nb,0,0\n\na,1,1\n", "line 5: node 'a' stands in line 2 too"),
        ("node,x\na,0\n", "line 1: column 'y' is missing"),
        ("node,lat,lon\na,59,\n", "nodes.csv, line 2: lon is '', not a number"),
        (None, "nodes.csv: it cannot be read"),
    ],
)
def test_a_wrong_node_is_refused_with_its_line(edges, tmp_path, nodes, said):
    edges("from,to,minutes\na,b,1\n", "edges.csv")
    if nodes is not None:
        edges(nodes, "nodes.csv")
    with pytest.raises(TableUnfit) as refused:
        roads_in(tmp_path)
    assert said in str(refused.value)


def test_a_speed_of_nothing_is_refused(edges):
    with pytest.raises(SpeedNotPositive):
        roads_in(edges(), km_per_hour=0)


def test_reading_roads_never_loads_the_compiler(edges):
    code = (
        "import json, sys; from pathlib import Path; from knutpunkt.engines.travel.roads import "
        "roads_in; g = roads_in(Path(sys.argv[1])); "
        "print(json.dumps([g.edges, 'numba' in sys.modules, 'django' in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(edges())], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [8, False, False]
