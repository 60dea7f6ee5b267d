"""The certificate of a p-center or a set cover, recomputed with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.center.clients import EQUAL, up_to
from knutpunkt.engines.location.center.proof import center_proof_holds, covering_proof_holds
from knutpunkt.engines.location.center.terms import covering_hash
from knutpunkt.engines.location.checking import Checked, wrong_with
from knutpunkt.engines.location.covers import Proof, proof_read
from knutpunkt.engines.location.question import Question

CENTER, COVER = "p-center", "set-cover"


def covering_checked(
    question: Question, said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> Checked:
    """What the certificate of a p-center or a set cover proves, or what is wrong with it.

    Raises
    ------
    KeyError, ValueError
        When the file lacks what such a certificate needs.
    """
    if said["model"] not in (CENTER, COVER):
        raise ValueError(said["model"])
    sites = np.unique(arrays["sites"])
    objective = _objective(question, said, sites)
    if isinstance(objective, str):
        return _broken(objective)
    if not abs(objective - said["objective"]) <= EQUAL * (1 + abs(objective)):
        return _broken(f"The plan costs {objective}, not {said['objective']}.")
    if len(sites) != len(arrays["sites"]):
        return _broken("The plan names a site twice.")
    proof = proof_read(said, arrays) if "leaf" in arrays else None
    bound = _bound(question, said, proof)
    if bound is None:
        return _broken("The proof does not hold.")
    closed = bound >= objective * (1 - EQUAL)
    gap = 0.0 if closed else (objective - bound) / objective
    bound = objective if closed else bound
    nodes = len(proof.nodes) if proof else 0
    return Checked(True, _sentence(said, bound, gap), objective, bound, gap, nodes)


def _broken(sentence: str) -> Checked:
    return Checked(False, sentence, np.nan, np.nan, np.nan, 0)


def _objective(question: Question, said: Mapping[str, Any], sites: NDArray[np.intp]) -> float | str:
    """The greatest cost or the number of sites, or what is wrong with the plan."""
    if covering_hash(question, said["model"], said["radius"]) != said["inputs_hash"]:
        return "The question was changed: its hash does not agree."
    wrong = wrong_with(question, sites)
    if wrong:
        return wrong
    counted = question.weight > 0
    greatest = float(served(question, sites)[0][counted].max(initial=0.0))
    if said["model"] == CENTER:
        return greatest
    if greatest > up_to(said["radius"]):
        return f"The plan leaves somebody at {greatest}."
    return float(len(sites))


def _bound(question: Question, said: Mapping[str, Any], proof: Proof | None) -> float | None:
    """What no plan has less than; none when the proof does not hold."""
    by_force = float(question.forced.sum()) if said["model"] == COVER else 0.0
    if proof is None or not proof.nodes:
        return by_force
    if said["model"] == CENTER:
        return proof.bound if center_proof_holds(question, proof) else None
    holds = covering_proof_holds(question, said["radius"], proof)
    return max(by_force, float(proof.many + 1)) if holds else None


def _sentence(said: Mapping[str, Any], bound: float, gap: float) -> str:
    less = "has a smaller greatest cost" if said["model"] == CENTER else "has fewer sites"
    if gap == 0:
        return f"Proved: no plan {less}."
    certified = f"Certified to {100 * gap:.4f} %"
    if said["closed_by"] == "HiGHS":
        return f"{certified}, closed by HiGHS, of which no proof is kept."
    below = "a greatest cost" if said["model"] == CENTER else "a number of sites"
    return f"{certified}: no plan has {below} below {bound:.6g}."
