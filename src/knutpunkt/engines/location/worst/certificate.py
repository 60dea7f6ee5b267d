"""A certificate of the worst share: the question, the plan, and a p-median's proof per interval."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.certificate import (
    WORST_FORMAT,
    proof_arrays,
    question_arrays,
    question_said,
    write_whole,
)
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.worst.solve import WorstAnswer


def worst_certificate_write(file: Path, question: Question, found: WorstAnswer) -> None:
    """Write the question, the plan, and from what the bound of every interval follows.

    Parameters
    ----------
    file
        An ``.npz`` file; it is written anew.
    question, found
        An answer with a plan, to this question.
    """
    answer = found.answer
    assert found.evidence, "an answer without a plan has nothing to certify"
    cost = np.where(question.weight > 0, served(question, answer.sites)[0], 0.0)
    said = {
        "format": WORST_FORMAT, "status": answer.status, "engine": answer.engine,
        "share": found.share, "objective": answer.objective, "bound": answer.bound,
        "inputs_hash": question.inputs_hash(),
        "median": float(question.weight @ cost) + float(question.opening[answer.sites].sum()),
        "intervals": [[one.low, one.high, one.proof.closed_by] for one in found.evidence],
    }  # fmt: skip
    arrays: dict[str, Any] = question_arrays(question) | {"sites": answer.sites}
    for number, one in enumerate(found.evidence):
        own = {"share": one.share} | proof_arrays(one.proof)
        arrays |= {f"interval_{number}_{name}": array for name, array in own.items()}
    write_whole(file, said | question_said(question), arrays)
