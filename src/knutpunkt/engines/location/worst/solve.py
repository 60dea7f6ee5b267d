"""The mean of the worst share: the threshold searched by intervals, each bounded by a p-median."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import ENGINE, Answer
from knutpunkt.engines.location.answering import answered, served
from knutpunkt.engines.location.meter import Meter, Now
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.worst.errors import NobodyCounts, ShareInvalid
from knutpunkt.engines.location.worst.span import Evidence

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WorstAnswer:
    """The plan whose worst-off have it least bad.

    Parameters
    ----------
    answer
        As for every question; objective and bound are means over the worst-off, opening costs
        shared out among them.
    share, persons
        The share of everybody that is counted, and how many persons that is.
    threshold
        From which cost on somebody is among them; none without a plan.
    mean
        The mean over everybody, without opening costs; none without a plan.
    evidence
        From what the bound follows, interval by interval.
    """

    answer: Answer
    share: float
    persons: float
    threshold: float | None
    mean: float | None
    evidence: tuple[Evidence, ...]


def solve_worst(
    question: Question,
    share: float,
    *,
    time_limit: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    start: Sequence[int] = (),
    progress: Callable[[Now], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> WorstAnswer:
    """Find the sites that make the mean cost of the worst-off share of all persons least.

    Parameters
    ----------
    question
        Costs, weights, counts, rules and opening costs, as for :func:`answered`.
    share
        Above 0; 1 counts everybody, very little the worst-off client alone. The client at the
        edge counts in part.
    time_limit, work_limit, seed, start, progress, cancel
        As for :func:`answered`.

    Raises
    ------
    ShareInvalid, NobodyCounts
        When the share is none, or nobody has any weight.
    TimeLimitInvalid, WorkLimitInvalid
        When a limit is below 0.

    References
    ----------
    Tamir (2001), Discrete Applied Mathematics 109(3): 293-307 (the k-centrum of a graph); Espejo,
    Marin and Rodriguez-Chia (2012), European Journal of Operational Research 218(2): 362-368.
    """
    from knutpunkt.engines.location.obeying import conflicts_of
    from knutpunkt.engines.location.worst.spans import Spans

    persons = share * _checked_total(question, share)
    meter = Meter(time_limit, work_limit, progress, cancel)
    if meter.over() or (question.rules and conflicts_of(question) is not None):
        return _without_plan(question, share, persons, meter, seed)
    spans = Spans(question, persons, meter, seed)
    if not spans.begin(start):
        found = _without_plan(question, share, persons, meter, seed)
        if found.answer.status in ("infeasible", "unknown"):
            return found
        spans.begin(found.answer.sites.tolist())
    spans.run()
    sites = np.flatnonzero(spans.best)
    cost, assignment = served(question, sites)
    counted = question.weight > 0
    objective, proved = spans.total / persons, spans.proved
    bound = objective if proved else min(spans.bound / persons, objective)
    answer = Answer(
        "proved" if proved else "gap", sites, objective, bound,
        0.0 if proved else (objective - bound) / max(abs(objective), 1e-300), assignment, (), (),
        meter.seconds, max(1, meter.spent), spans.replayable, seed, ENGINE,
        inputs_hash(question, share), spans.nodes, None,
    )  # fmt: skip
    mean = float(question.weight[counted] @ cost[counted]) / float(question.weight.sum())
    return WorstAnswer(answer, share, persons, spans.threshold, mean, spans.evidence())


def inputs_hash(question: Question, share: float) -> str:
    """SHA-256 over everything that is asked, the share among it."""
    return f"{question.inputs_hash()}-{float(share).hex()}"


def _checked_total(question: Question, share: float) -> float:
    if not 0 < share <= 1:
        raise ShareInvalid(share=share)
    total = float(question.weight.sum())
    if total <= 0:
        raise NobodyCounts
    return total


def _without_plan(
    question: Question, share: float, persons: float, meter: Meter, seed: int
) -> WorstAnswer:
    """Why there is no plan: the same as for the p-median, whose plans these are."""
    left = None if meter.work_limit is None else max(0, meter.work_limit - meter.spent)
    found = answered(
        question, time_limit=meter.left, work_limit=left, seed=seed, cancel=meter.cancel
    )
    said = replace(found, seconds=meter.seconds, work=meter.spent + found.work,
                   inputs_hash=inputs_hash(question, share))  # fmt: skip
    return WorstAnswer(said, share, persons, None, None, ())
