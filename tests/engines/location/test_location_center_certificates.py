"""Certificates of p-centers and set covers: recomputed from the file alone, refused if changed."""

import dataclasses

import numpy as np
import pytest

from knutpunkt.engines.location.center import Search, center_answered, covering_answered
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import MatrixCosts, PlaceCosts
from knutpunkt.engines.location.covers import Proof
from knutpunkt.engines.location.errors import CertificateUnreadable
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question, Rule

RADIUS = 190.0


def strewn(many=70, *, p=6, rules=()):
    places = np.random.default_rng(8).uniform(0, 1000, (many, 2))
    return Question(PlaceCosts(places, places, "plane"), np.ones(many), p, p, rules=rules)


def rings(*lengths):
    """Clients on rings, each near two sites: a proof needs a tree."""
    many = sum(lengths)
    matrix = np.full((many, many), 9.0)
    first = 0
    for length in lengths:
        here = first + np.arange(length)
        matrix[here, here] = matrix[here, np.roll(here, 1)] = 1.0
        first += length
    return Question(MatrixCosts(matrix), np.ones(many), 3, 3)


def center_in(file, question):
    answer = center_answered(question, Search(Meter(), 0))
    certificate_write(file, question, answer, model="p-center")
    return answer


@pytest.fixture
def file(tmp_path):
    return tmp_path / "plan.npz"


BUDGET = Rule("budget", np.arange(70), None, 130.0, np.random.default_rng(1).uniform(9, 40, 70))


@pytest.mark.parametrize("question", [strewn(), rings(3, 3), strewn(rules=(BUDGET,))])
def test_the_file_alone_proves_the_centre(file, question):
    answer = center_in(file, question)
    checked = certificate_check(file)
    assert answer.status == "proved"
    assert checked.holds
    assert checked.objective == answer.objective
    assert checked.nodes == len(answer.proof.nodes)
    if answer.proof.closed_by != "HiGHS":
        assert checked.sentence == "Proved: no plan has a smaller greatest cost."
        assert (checked.bound, checked.gap) == (answer.objective, 0)


def test_the_file_alone_proves_the_cover(file):
    question = dataclasses.replace(strewn(), at_least=0, at_most=70)
    answer = covering_answered(question, RADIUS, Search(Meter(), 0))
    certificate_write(file, question, answer, model="set-cover", radius=RADIUS)
    checked = certificate_check(file)
    assert checked.sentence == "Proved: no plan has fewer sites."
    assert checked.objective == checked.bound == len(answer.sites)


def test_what_highs_closed_is_said_and_not_counted(file):
    question = strewn()
    answer = center_answered(question, Search(Meter(), 0))
    weaker = center_answered(
        dataclasses.replace(question, at_least=7, at_most=7), Search(Meter(), 0)
    )
    proof = dataclasses.replace(weaker.proof, closed_by="HiGHS")
    certificate_write(file, question, dataclasses.replace(answer, proof=proof), model="p-center")
    checked = certificate_check(file)
    assert checked.holds
    assert checked.bound == pytest.approx(weaker.objective)
    assert checked.gap == pytest.approx(1 - weaker.objective / answer.objective)
    assert "closed by HiGHS, of which no proof is kept" in checked.sentence


def test_a_proof_by_highs_alone_certifies_nothing(file):
    question = strewn()
    answer = center_answered(question, Search(Meter(), 0))
    proof = Proof(0, -1.0, 0.0, np.zeros(0, np.int32), (), "HiGHS")
    certificate_write(file, question, dataclasses.replace(answer, proof=proof), model="p-center")
    checked = certificate_check(file)
    assert (checked.bound, checked.gap) == (0, 1)


def changed(file, **arrays):
    with np.load(file) as stored:
        kept = {name: stored[name] for name in stored.files}
    np.savez(file, **(kept | {name: make(kept) for name, make in arrays.items()}))


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("weights", lambda kept: kept["weights"] * 0, "proof does not hold"),
        ("weights", lambda kept: -kept["weights"], "proof does not hold"),
        ("clients", lambda kept: kept["clients"][::-1], "proof does not hold"),
        ("leaf", lambda kept: kept["leaf"][:0], "Certified to 100"),
        ("costs_clients", lambda kept: kept["costs_clients"] * 1.01, "hash"),
        ("weight", lambda kept: kept["weight"] * 2, "hash"),
        ("sites", lambda kept: kept["sites"][:-1], "opens 5 sites"),
        ("sites", lambda kept: (kept["sites"] + 1) % 70, "costs"),
    ],
)
def test_a_changed_file_is_not_believed(file, name, make, said):
    center_in(file, strewn())
    changed(file, **{name: make})
    checked = certificate_check(file)
    assert said in checked.sentence
    assert not (checked.holds and checked.gap == 0)


@pytest.mark.parametrize("claim", ["proved", "limit", "many"])
def test_a_greater_claim_is_not_believed(file, claim):
    answer = center_in(file, strewn())
    old = {"proved": answer.proof.bound, "limit": answer.proof.limit, "many": answer.proof.many}
    new = old | {claim: old[claim] + 1, "proved": old["proved"] + 1}
    text = lambda kept: np.array(  # noqa: E731
        str(kept["said"])
        .replace(f'"proved": {old["proved"]}', f'"proved": {new["proved"]}')
        .replace(f'"limit": {old["limit"]}', f'"limit": {new["limit"]}')
        .replace(f'"many": {old["many"]}', f'"many": {new["many"]}')
    )
    changed(file, said=text)
    assert certificate_check(file).sentence == "The proof does not hold."


def test_every_node_of_a_tree_is_needed(file):
    center_in(file, rings(3, 3))
    with np.load(file) as stored:
        leaves = len(stored["weights"])
    assert leaves > 1
    for leaf in range(leaves):
        center_in(file, rings(3, 3))

        def without(kept, leaf=leaf):
            weights = kept["weights"].copy()
            weights[leaf] = 0
            return weights

        changed(file, weights=without)
        assert not certificate_check(file).holds


def test_an_unknown_model_is_refused(file):
    center_in(file, strewn())
    changed(file, said=lambda kept: np.array(str(kept["said"]).replace("p-center", "p-other")))
    with pytest.raises(CertificateUnreadable, match="p-other"):
        certificate_check(file)
