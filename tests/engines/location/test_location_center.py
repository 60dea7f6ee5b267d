import dataclasses
import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.engines.location import FixedSiteExcluded, TimeLimitInvalid
from knutpunkt.engines.location.center import (
    Branch,
    Leaf,
    RadiusInvalid,
    SiteCountInvalid,
    SiteMaskWrong,
    SiteUnknown,
    center_proof_holds,
    covering_proof_holds,
    solve_center,
    solve_covering,
)
from knutpunkt.engines.location.center.clients import KnownClients
from knutpunkt.engines.location.center.core import core_of
from knutpunkt.engines.location.center.terms import question_of
from knutpunkt.engines.location.center.tree import TreeSearch
from knutpunkt.engines.location.costs import MatrixCosts, PlaceCosts
from knutpunkt.engines.location.errors import WorkLimitInvalid
from knutpunkt.engines.location.meter import Meter

INF = np.inf
# Five places on a road at kilometre 0, 1, 5, 6 and 10.
ROAD = np.abs(np.subtract.outer([0.0, 1, 5, 6, 10], [0.0, 1, 5, 6, 10]))


@st.composite
def small_cases(draw):
    """Up to 9 clients and 7 sites, with ties, gaps, weights, forced and excluded sites."""
    clients, sites = draw(st.integers(1, 9)), draw(st.integers(1, 7))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    matrix = random.integers(0, 12, (clients, sites)).astype(float)
    if draw(st.booleans()):
        matrix += random.random((clients, sites))
    matrix[random.random((clients, sites)) < draw(st.sampled_from([0, 0.1, 0.6]))] = INF
    state = random.integers(0, draw(st.sampled_from([1, 6])), sites)
    forced, excluded = np.flatnonzero(state == 1), np.flatnonzero(state == 2)
    if len(excluded) == sites:
        excluded = excluded[1:]
    most = sites - len(excluded)
    p = draw(st.integers(max(1, len(forced)), most))
    rules = {
        "forced": forced,
        "excluded": excluded,
        "weight": random.integers(0, 4, clients).astype(float),
    }
    return matrix, p, rules


def check_center_proof(costs, p, proof, **rules):
    return center_proof_holds(question_of(costs, p, p, rules), proof)


def check_covering_proof(costs, radius, proof, **rules):
    return covering_proof_holds(question_of(costs, 0, costs.sites, rules), radius, proof)


def choices(matrix, p, rules):
    """Every choice of exactly so many sites that obeys the rules."""
    usable = np.setdiff1d(np.arange(matrix.shape[1]), rules["excluded"])
    for chosen in combinations(usable.tolist(), p):
        if set(rules["forced"].tolist()) <= set(chosen):
            yield list(chosen)


def greatest(matrix, chosen, weight):
    counted = weight > 0
    if not counted.any():
        return 0.0
    if not chosen:
        return INF
    return float(matrix[np.ix_(counted, chosen)].min(axis=1).max())


@settings(max_examples=300, deadline=None)
@given(small_cases())
def test_the_centre_is_the_best_of_all_choices(case):
    matrix, p, rules = case
    best = min(greatest(matrix, chosen, rules["weight"]) for chosen in choices(matrix, p, rules))
    answer = solve_center(MatrixCosts(matrix), p, **rules)
    if np.isinf(best):
        assert answer.status == "infeasible"
        assert answer.objective is None
        assert (rules["weight"][list(answer.unreached)] > 0).all()
        assert check_center_proof(MatrixCosts(matrix), p, answer.proof, **rules)
        return
    assert answer.status == "proved"
    assert answer.objective == answer.bound == pytest.approx(best)
    assert answer.gap == 0
    assert len(answer.sites) == p
    assert greatest(matrix, answer.sites.tolist(), rules["weight"]) == answer.objective
    assert answer.proof is not None or best == 0
    if answer.proof is not None:
        assert check_center_proof(MatrixCosts(matrix), p, answer.proof, **rules)
        assert answer.proof.bound == pytest.approx(best)


@settings(max_examples=300, deadline=None)
@given(small_cases(), st.integers(0, 13))
def test_the_cover_is_the_smallest_of_all_choices(case, radius):
    matrix, _, rules = case
    fewest = next(
        (
            many
            for many in range(len(rules["forced"]), matrix.shape[1] + 1)
            for chosen in choices(matrix, many, rules)
            if greatest(matrix, chosen, rules["weight"]) <= radius
        ),
        None,
    )
    answer = solve_covering(MatrixCosts(matrix), radius, **rules)
    if fewest is None:
        assert answer.status == "infeasible"
        assert check_covering_proof(MatrixCosts(matrix), radius, answer.proof, **rules)
        assert answer.unreached
        for client in answer.unreached:
            assert np.delete(matrix[client], rules["excluded"]).min(initial=INF) > radius
        return
    assert answer.status == "proved"
    assert answer.objective == answer.bound == len(answer.sites) == fewest
    assert greatest(matrix, answer.sites.tolist(), rules["weight"]) <= radius
    if fewest > len(rules["forced"]):
        assert answer.proof.many == fewest - 1
        assert check_covering_proof(MatrixCosts(matrix), radius, answer.proof, **rules)


@pytest.mark.parametrize(("p", "furthest"), [(1, 5), (2, 4), (3, 1), (4, 1), (5, 0)])
def test_a_road_has_known_centres(p, furthest):
    assert solve_center(MatrixCosts(ROAD), p).objective == furthest


@pytest.mark.parametrize(("radius", "many"), [(0, 5), (1, 3), (4, 2), (5, 1)])
def test_a_road_has_known_covers(radius, many):
    assert solve_covering(MatrixCosts(ROAD), radius).objective == many


def test_places_on_one_spot_need_one_site():
    costs = PlaceCosts(np.full((6, 2), 3.0), np.full((6, 2), 3.0))
    answer = solve_center(costs, 2)
    assert (answer.status, answer.objective, len(answer.sites)) == ("proved", 0, 2)


def test_a_site_everywhere_leaves_nobody_a_way_to_go():
    costs = strewn(1, 40)
    assert solve_center(costs, 40).objective == 0


def strewn(seed, many, measure="plane"):
    random = np.random.default_rng(seed)
    places = random.uniform(0, 1000, (many, 2))
    if measure == "sphere":
        places = 55 + places / 200
    return PlaceCosts(places, places, measure)


@pytest.mark.parametrize("measure", ["plane", "plane-floor", "sphere"])
@pytest.mark.parametrize("seed", range(3))
def test_more_sites_are_never_worse_and_a_smaller_radius_needs_more(seed, measure):
    costs = strewn(seed, 120, measure)
    before = INF
    for p in (1, 2, 4, 8, 16, 40):
        answer = solve_center(costs, p)
        assert answer.status == "proved"
        assert check_center_proof(costs, p, answer.proof)
        assert answer.objective <= before
        before = answer.objective
        assert solve_covering(costs, before).objective <= p
        below = solve_covering(costs, before * (1 - 1e-6))
        assert below.objective > p
        assert below.proof.many == below.objective - 1
        assert check_covering_proof(costs, before * (1 - 1e-6), below.proof)


def test_forced_and_excluded_may_be_masks():
    mask = np.array([True, False, False, False, False])
    answer = solve_center(MatrixCosts(ROAD), 2, forced=mask, excluded=[3])
    assert answer.sites.tolist() == [0, 4]
    assert answer.objective == 5


def test_who_does_not_count_may_live_far_away():
    far = np.vstack([ROAD, np.full(5, 99.0)])
    assert solve_center(MatrixCosts(far), 2).objective == 99
    assert solve_center(MatrixCosts(far), 2, weight=[1, 1, 1, 1, 1, 0]).objective == 4


def test_a_client_whom_no_site_reaches_is_named():
    matrix = ROAD.copy()
    matrix[3] = INF
    for answer in (
        solve_center(MatrixCosts(matrix), 2),
        solve_covering(MatrixCosts(matrix), 100),
    ):
        assert answer.status == "infeasible"
        assert answer.unreached == (3,)
        assert not len(answer.sites)


def test_two_islands_cannot_share_a_site():
    islands = np.full((4, 4), INF)
    islands[:2, :2] = islands[2:, 2:] = 1
    answer = solve_center(MatrixCosts(islands), 1)
    assert answer.status == "infeasible"
    assert set(answer.unreached) < set(range(4))
    assert check_center_proof(MatrixCosts(islands), 1, answer.proof)
    assert solve_center(MatrixCosts(islands), 2).objective == 1


# --- proofs --------------------------------------------------------------------------------------


def rings(*lengths):
    """Clients on rings, each near two of its sites: an odd ring needs more than half of them."""
    many = sum(lengths)
    matrix = np.full((many, many), 9.0)
    first = 0
    for length in lengths:
        here = first + np.arange(length)
        matrix[here, here] = matrix[here, np.roll(here, 1)] = 1.0
        first += length
    return MatrixCosts(matrix)


def test_a_ring_is_refuted_by_weights_alone():
    answer = solve_center(rings(9), 4)
    assert answer.objective == 9
    assert len(answer.proof.nodes) == 1
    assert solve_center(rings(9), 5).objective == 1


def test_two_rings_need_a_tree_and_every_node_of_it():
    # With fractions, three sites are enough for two rings of three; in truth it takes four.
    costs = rings(3, 3)
    answer = solve_center(costs, 3)
    assert answer.objective == 9
    assert {type(node) for node in answer.proof.nodes} == {Branch, Leaf}
    assert check_center_proof(costs, 3, answer.proof)
    for number, node in enumerate(answer.proof.nodes):
        if isinstance(node, Leaf):
            changes = [Leaf(np.zeros_like(node.weight), node.branch_weight)]
        else:
            changes = [
                Branch(node.sites, node.at_most, node.low, node.low),
                Branch(node.sites, node.at_most - 0.5, node.low, node.high),
                Branch(node.sites + 100, node.at_most, node.low, node.high),
                Branch(node.sites, node.at_most, number, node.high),
            ]
        for changed in changes:
            assert not check_center_proof(costs, 3, with_node(answer.proof, number, changed))


def with_node(proof, number, node):
    nodes = (*proof.nodes[:number], node, *proof.nodes[number + 1 :])
    return dataclasses.replace(proof, nodes=nodes)


def test_a_proof_is_good_for_its_own_question_only():
    costs = strewn(5, 60)
    answer = solve_center(costs, 5)
    assert check_center_proof(costs, 5, answer.proof)
    assert check_center_proof(costs, 4, answer.proof)
    assert not check_center_proof(costs, 6, answer.proof)
    assert not check_center_proof(strewn(6, 60), 5, answer.proof)
    weightless = np.ones(60)
    weightless[answer.proof.clients] = 0
    assert not check_center_proof(costs, 5, answer.proof, weight=weightless)
    assert not check_center_proof(costs, 5, answer.proof, forced=answer.sites)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: {"bound": proof.bound * 1.05},
        lambda proof: {"limit": proof.limit * 1.05, "bound": proof.bound * 1.05},
        lambda proof: {"many": proof.many + 1},
        lambda proof: {"clients": proof.clients[::-1]},
        lambda proof: {"clients": np.full_like(proof.clients, proof.clients[0])},
        lambda proof: {"clients": proof.clients + 1000},
        lambda _: {"nodes": ()},
    ],
)
def test_a_tampered_proof_is_refused(change):
    costs = strewn(8, 80)
    proof = solve_center(costs, 6).proof
    assert check_center_proof(costs, 6, proof)
    tampered = dataclasses.replace(proof, **change(proof))
    assert not check_center_proof(costs, tampered.many, tampered)


def test_weights_below_nothing_or_not_whole_prove_nothing():
    costs = strewn(8, 80)
    proof = solve_center(costs, 6).proof
    (leaf,) = proof.nodes
    for weight in (leaf.weight.astype(float), -leaf.weight, leaf.weight * 2**24, leaf.weight[1:]):
        tampered = with_node(proof, 0, Leaf(weight, leaf.branch_weight))
        assert not check_center_proof(costs, 6, tampered)


def test_a_tree_finds_the_fewest_columns_and_refutes_fewer():
    for seed in range(20):
        random = np.random.default_rng(seed)
        matrix = np.where(random.random((24, 18)) < 0.2, 0.0, 1.0)
        matrix[np.arange(24), random.integers(0, 18, 24)] = 0.0
        fewest = next(
            many
            for many in range(1, 19)
            if any(
                (matrix[:, list(chosen)].min(axis=1) == 0).all()
                for chosen in combinations(range(18), many)
            )
        )
        known = KnownClients(MatrixCosts(matrix))
        known.add(np.arange(24), 0.0)
        core = core_of(known, limit=0.0, allowed=np.ones(18, bool), waiting=np.ones(24, bool))
        assert TreeSearch(core, fewest, 10_000, Meter()).run().cover.sum() <= fewest
        refuted = TreeSearch(core, fewest - 1, 10_000, Meter()).run()
        assert refuted.cover is None
        assert refuted.nodes


# --- stopping ------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_answer():
    one, other = (solve_center(strewn(3, 200), 12, seed=4) for _ in range(2))
    assert one.sites.tolist() == other.sites.tolist()
    assert one.proof.clients.tolist() == other.proof.clients.tolist()


def test_a_time_limit_is_kept_and_the_gap_is_honest():
    costs = strewn(2, 3000)
    solve_center(costs, 3, time_limit=0.1)
    began = time.perf_counter()
    answer = solve_center(costs, 60, time_limit=3.0)
    assert time.perf_counter() - began < 9
    assert answer.status == "gap"
    assert answer.bound < answer.objective
    assert answer.gap == pytest.approx((answer.objective - answer.bound) / answer.objective)
    served = costs.of(answer.sites).min(axis=1).max()
    assert served == answer.objective
    assert check_center_proof(costs, 60, answer.proof)


def test_progress_tells_better_plans_and_bounds_and_cancelling_stops():
    told = []
    answer = solve_center(strewn(2, 3000), 60, progress=told.append, cancel=lambda: len(told) > 4)
    assert answer.status == "gap"
    assert len(told) > 4
    plans = [each.objective for each in told]
    bounds = [each.bound or 0 for each in told]
    assert plans == sorted(plans, reverse=True)
    assert bounds == sorted(bounds)


# --- refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0, 6, -1, 2.5, float("nan"), "3"])
def test_an_impossible_number_of_sites_is_refused(p):
    with pytest.raises(SiteCountInvalid, match="1 to 5"):
        solve_center(MatrixCosts(ROAD), p)


def test_fewer_sites_than_are_forced_are_refused():
    with pytest.raises(SiteCountInvalid, match="2 to 5"):
        solve_center(MatrixCosts(ROAD), 1, forced=[0, 1])


@pytest.mark.parametrize("radius", [-1, float("nan")])
def test_an_impossible_radius_is_refused(radius):
    with pytest.raises(RadiusInvalid):
        solve_covering(MatrixCosts(ROAD), radius)


@pytest.mark.parametrize("site", [-1, 5, 1.5])
def test_an_unknown_site_is_refused_by_name(site):
    with pytest.raises(SiteUnknown, match="excluded names site"):
        solve_center(MatrixCosts(ROAD), 2, excluded=[site])


def test_a_mask_of_the_wrong_length_is_refused():
    with pytest.raises(SiteMaskWrong, match="5 sites"):
        solve_covering(MatrixCosts(ROAD), 2, forced=[True])


def test_a_forced_site_is_not_excluded():
    with pytest.raises(FixedSiteExcluded):
        solve_center(MatrixCosts(ROAD), 2, forced=[1], excluded=[1])


def test_a_time_limit_below_nothing_is_refused():
    with pytest.raises(TimeLimitInvalid):
        solve_center(MatrixCosts(ROAD), 2, time_limit=-1)


def test_a_work_limit_stops_where_a_time_limit_did_with_the_same_answer():
    costs = strewn(2, 900)
    for limit in (0.05, 0.4, 1.0):
        one = solve_center(costs, 30, time_limit=limit, seed=5)
        other = solve_center(costs, 30, work_limit=one.work, seed=5)
        assert one.work > 0
        assert (one.work, one.objective, one.bound) == (other.work, other.objective, other.bound)
        assert one.sites.tolist() == other.sites.tolist()


def test_more_work_is_never_worse():
    costs = strewn(4, 500)
    answers = [solve_center(costs, 25, work_limit=10**k) for k in (5, 6, 7, 8)]
    plans, bounds = [a.objective for a in answers], [a.bound for a in answers]
    assert plans == sorted(plans, reverse=True)
    assert bounds == sorted(bounds)


def test_an_answer_says_who_goes_where_and_what_it_takes_to_repeat_it():
    answer = solve_center(MatrixCosts(ROAD), 2)
    assert answer.objective == ROAD[np.arange(5), answer.assignment].max()
    assert set(answer.assignment.tolist()) <= set(answer.sites.tolist())
    assert answer.engine.startswith("location/")
    assert answer.inputs_hash == solve_center(MatrixCosts(ROAD), 2, seed=9).inputs_hash
    assert answer.inputs_hash != solve_center(MatrixCosts(ROAD), 3).inputs_hash
    assert answer.inputs_hash != solve_covering(MatrixCosts(ROAD), 4).inputs_hash


def test_a_work_limit_below_nothing_is_refused():
    with pytest.raises(WorkLimitInvalid):
        solve_center(MatrixCosts(ROAD), 2, work_limit=-1)
