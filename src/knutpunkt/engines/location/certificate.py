"""A certificate: a file from which anybody can recompute that no plan costs less.

It holds the question, the plan, and payments. From payments the bound follows by one formula: what
all clients pay, plus the prices of the cheapest permitted sites, where a site is worth what its
clients would pay above their cost. Sites are fixed where turning one round would cost more than
the plan; a search is checked node by node. Checking uses numpy alone and none of the lists, cuts
and kernels of the search. The certificate of a p-center or a set cover holds the tree of
:mod:`knutpunkt.engines.location.covers` in place of payments.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location import covers
from knutpunkt.engines.location.answer import Answer, Proof
from knutpunkt.engines.location.capacity.checking import LoadCheck
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.checking import Check, Checked
from knutpunkt.engines.location.costs import costs_described
from knutpunkt.engines.location.covers import proof_described
from knutpunkt.engines.location.errors import CertificateUnreadable
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.whole import whole_file

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FORMAT = "knutpunkt location certificate 1"
WORST_FORMAT = "knutpunkt worst share certificate 1"
SUM, CENTER, COVER = "sum", "p-center", "set-cover"


def certificate_write(
    file: Path, question: Question | CapacitatedQuestion, answer: Answer, *, model: str = SUM,
    radius: float | None = None,
) -> None:  # fmt: skip
    """Write the question, the plan, and from what its bound follows.

    Parameters
    ----------
    file
        An ``.npz`` file; it is written anew.
    question, answer
        An answer with a plan, to this question.
    model, radius
        What is least: ``sum`` of the costs, the greatest (``p-center``), or the number of sites
        that serve everybody within ``radius`` (``set-cover``).

    Raises
    ------
    FileUnwritable
        When it cannot be written; what had its name before stays.
    """
    assert answer.objective is not None, "an answer without a plan has nothing to certify"
    proof = answer.proof
    loads = question if isinstance(question, CapacitatedQuestion) else None
    question = question.asked if isinstance(question, CapacitatedQuestion) else question
    said = {
        "format": FORMAT, "status": answer.status, "model": model, "radius": radius,
        "closed_by": proof.closed_by if proof else "",
        "objective": answer.objective, "bound": answer.bound, "engine": answer.engine,
        "inputs_hash": answer.inputs_hash,
    }  # fmt: skip
    arrays = {"sites": answer.sites}
    if isinstance(proof, covers.Proof):
        more, tree = proof_described(proof)
        said, arrays = said | more, arrays | tree
    elif proof is not None:
        arrays |= proof_arrays(proof)
    arrays |= {} if loads is None else _load_arrays(loads, answer)
    write_whole(file, said | question_said(question), question_arrays(question) | arrays)


def question_said(question: Question) -> dict[str, Any]:
    """What a certificate says of a question in words and numbers."""
    return {
        "at_least": question.at_least, "at_most": question.at_most,
        "rules": [[rule.name, rule.at_least, rule.at_most] for rule in question.rules],
    }  # fmt: skip


def question_arrays(question: Question) -> dict[str, Any]:
    """Arrays from which, with :func:`question_said`, the question is made again."""
    arrays: dict[str, Any] = {f"costs_{k}": v for k, v in question.costs.described().items()}
    arrays |= {"weight": question.weight, "opening": question.opening,
               "forced": question.forced, "excluded": question.excluded}  # fmt: skip
    if question.ceiling is not None:
        arrays["ceiling"] = question.ceiling
    for number, rule in enumerate(question.rules):
        arrays[f"rule_{number}_sites"] = np.asarray(rule.sites)
        if rule.factors is not None:
            arrays[f"rule_{number}_factors"] = np.asarray(rule.factors)
    return arrays


def proof_arrays(proof: Proof) -> dict[str, Any]:
    """Payments and nodes of a proof."""
    arrays: dict[str, Any] = {
        "steps": np.array([step.paid for step in proof.steps]),
        "rule_prices": np.array([step.rule_prices for step in proof.steps]),
    }
    if proof.tree:
        arrays["tree"] = np.array([(n.parent, n.site, n.opened) for n in proof.tree], np.int64)
        arrays["tree_paid"] = np.array([node.paid for node in proof.tree])
    return arrays


def _load_arrays(loads: CapacitatedQuestion, answer: Answer) -> dict[str, Any]:
    """What a certificate holds besides where sites can carry only so much."""
    assert answer.allotment is not None
    assert isinstance(answer.proof, Proof)
    return {
        "demand": loads.size, "capacity": loads.capacity, "minimum_load": loads.least_load,
        "single": np.array(loads.single), "shares": answer.allotment.shares,
        "tree_rule_prices": np.array([node.rule_prices for node in answer.proof.tree]),
    }  # fmt: skip


def write_whole(file: Path, said: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a certificate so that a file of its name is always whole."""
    with whole_file(file) as stream:
        np.savez_compressed(stream, said=np.array(json.dumps(said)), **arrays)


def certificate_check(file: Path) -> Checked:
    """Recompute everything a certificate claims, with numpy alone.

    Raises
    ------
    CertificateUnreadable
        When the file is no certificate, or does not hold what one needs.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        said = json.loads(str(arrays["said"]))
        return _checked(file, said, arrays)
    except CertificateUnreadable:
        raise
    except OSError as problem:
        why = "it is a folder" if file.is_dir() else problem.strerror or str(problem)
        raise CertificateUnreadable(file=file.name or str(file), why=why) from problem
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as problem:
        raise CertificateUnreadable(file=file.name, why="it is no archive, or cut off") from problem
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as problem:
        why = "it lacks what one needs, or holds what none can"
        raise CertificateUnreadable(file=file.name, why=why) from problem


def _checked(file: Path, said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Checked:
    if said["format"] == FORMAT:
        question = question_again(said, arrays)
        if "capacity" in arrays:
            return LoadCheck(_with_loads(question, arrays), said, arrays).checked()
        model = said.get("model", SUM)
        if model not in (SUM, CENTER, COVER):
            raise CertificateUnreadable(file=file.name, why=f"the model {model!r} is not known")
        if model != SUM:
            from knutpunkt.engines.location.center.certified import covering_checked

            return covering_checked(question, said, arrays)
        return Check(question, said, arrays).checked()
    if said["format"] == WORST_FORMAT:
        from knutpunkt.engines.location.worst.checking import worst_checked

        return worst_checked(question_again(said, arrays), said, arrays)
    raise CertificateUnreadable(file=file.name, why="it is of another format")


def question_again(said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Question:
    """The question that a certificate holds."""
    costs = {k.removeprefix("costs_"): v for k, v in arrays.items() if k.startswith("costs_")}
    rules = tuple(
        Rule(name, arrays[f"rule_{n}_sites"], low, high, arrays.get(f"rule_{n}_factors"))
        for n, (name, low, high) in enumerate(said["rules"])
    )
    return Question(
        costs_described(costs), arrays["weight"], said["at_least"], said["at_most"],
        arrays["opening"], arrays.get("ceiling"), arrays["forced"], arrays["excluded"], rules,
    )  # fmt: skip


def _with_loads(question: Question, arrays: Mapping[str, NDArray[Any]]) -> CapacitatedQuestion:
    return CapacitatedQuestion(
        question, arrays["capacity"], arrays["demand"], arrays["minimum_load"],
        single=bool(arrays["single"]),
    )  # fmt: skip
