"""A certificate: a file from which anybody can recompute that no plan costs less.

It holds the question, the plan, and payments. From payments the bound follows by one formula: what
all clients pay, plus the prices of the cheapest permitted sites, where a site is worth what its
clients would pay above their cost. Sites are fixed where turning one round would cost more than
the plan; a search is checked node by node. Checking uses numpy alone and none of the lists, cuts
and kernels of the search.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer, Proof
from knutpunkt.engines.location.checking import Check, Checked
from knutpunkt.engines.location.costs import costs_described
from knutpunkt.engines.location.errors import CertificateUnreadable
from knutpunkt.engines.location.question import Question, Rule

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FORMAT = "knutpunkt location certificate 1"
WORST_FORMAT = "knutpunkt worst share certificate 1"


def certificate_write(file: Path, question: Question, answer: Answer) -> None:
    """Write the question, the plan, and from what its bound follows.

    Parameters
    ----------
    file
        An ``.npz`` file; it is written anew.
    question, answer
        An answer with a plan, to this question.
    """
    assert answer.proof is not None, "an answer without a plan has nothing to certify"
    said = {
        "format": FORMAT, "status": answer.status, "closed_by": answer.proof.closed_by,
        "objective": answer.objective, "bound": answer.bound, "engine": answer.engine,
        "inputs_hash": answer.inputs_hash,
    }  # fmt: skip
    arrays = {"sites": answer.sites} | proof_arrays(answer.proof)
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


def write_whole(file: Path, said: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a certificate so that a file of its name is always whole."""
    unfinished = file.with_name(f"{file.name}.part")
    with unfinished.open("wb") as stream:
        np.savez_compressed(stream, said=np.array(json.dumps(said)), **arrays)
    unfinished.replace(file)


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
    except (OSError, BadZipFile, KeyError, ValueError, TypeError, IndexError) as problem:
        raise CertificateUnreadable(file=file.name, why=str(problem)) from problem


def _checked(file: Path, said: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Checked:
    if said["format"] == FORMAT:
        return Check(question_again(said, arrays), said, arrays).checked()
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
