"""A certificate of the worst share recomputed, with numpy alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.checking import PAIRS_AT_ONCE, ROUNDING, Check, Checked, is_whole
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.worst.span import added_within, question_within
from knutpunkt.engines.location.worst.tail import tail_of

Floats = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]


def worst_checked(question: Question, said: Mapping[str, Any], arrays: Arrays) -> Checked:
    """What a certificate proves: its plan, the bound of every interval, and that these suffice."""
    plan = Check(question, {**said, "objective": said["median"]}, arrays).objective_or_fault()
    if isinstance(plan, str):
        return _broken(plan)
    persons = float(said["share"]) * float(question.weight.sum())
    total = _total(question, arrays["sites"], persons)
    little = ROUNDING * (1 + abs(total))
    if not abs(total - said["objective"] * persons) <= little:
        return _broken(f"The worst-off cost {total / persons}, not {said['objective']}.")
    spans = [(float(low), float(high)) for low, high, _ in said["intervals"]]
    missing = _missing(question, spans, total, persons)
    if missing is not None:
        return _broken(f"No interval holds the threshold {missing}.")
    bound, nodes = total, 0
    for number, (low, high) in enumerate(spans):
        prefix = f"interval_{number}_"
        own = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
        found, looked_at = _bound_within(question, own, low, high, persons, total - little)
        if isinstance(found, str):
            return _broken(f"Thresholds {low} to {high}: {found}")
        bound, nodes = min(bound, found), nodes + looked_at
    bound = total if bound >= total - little else bound
    gap = (total - bound) / max(abs(total), 1e-300)
    highs = any(closed == "HiGHS" for _, _, closed in said["intervals"])
    return Checked(True, _sentence(bound / persons, gap, highs=highs), total / persons,
                   bound / persons, gap, nodes)  # fmt: skip


def _broken(sentence: str) -> Checked:
    return Checked(False, sentence, np.nan, np.nan, np.nan, 0)


def _sentence(bound: float, gap: float, *, highs: bool) -> str:
    if gap == 0:
        return "Proved: no plan is better for the worst-off."
    if highs:
        return f"Certified to {100 * gap:.4f} %, closed by HiGHS, of which no proof is kept."
    return f"Certified to {100 * gap:.4f} %: no plan costs the worst-off less than {bound:.6f}."


def _total(question: Question, sites: NDArray[np.intp], persons: float) -> float:
    cost = served(question, sites)[0]
    return tail_of(cost, question.weight, persons).total + float(question.opening[sites].sum())


def _bound_within(
    question: Question, own: Arrays, low: float, high: float, persons: float, limit: float
) -> tuple[float | str, int]:
    """The bound on the worst-off in all for thresholds of an interval, or what is wrong."""
    share = own["share"]
    asked = question_within(question, low, high, share)
    added = added_within(question.weight, persons, low, high, share)
    cutoff = limit - added
    if is_whole(asked):
        cutoff = np.ceil(cutoff) - 1 + 1e-6
    check = Check(asked, {}, own)
    found = check.bound_or_fault(cutoff)
    if isinstance(found, str):
        return found, check.nodes
    return (np.inf if found > cutoff else found + added), check.nodes


def _missing(
    question: Question, spans: Sequence[tuple[float, float]], total: float, persons: float
) -> float | None:
    """A cost that can be the threshold of a plan as good and lies in no interval; or none."""
    least = float(np.minimum(question.opening, 0.0).sum())
    far = max(0.0, (total - least) / persons)
    holes, reached = [], 0.0
    for low, high in sorted(spans):
        if low > reached:
            holes.append((reached, low))
        reached = max(reached, high)
    holes.append((reached, far))
    for begin, end in holes:
        little = ROUNDING * (1 + end)
        for costs in _all_costs(question):
            inside = costs[(costs > begin + little) & (costs < end - little)]
            if len(inside):
                return float(inside[0])
    return None


def _all_costs(question: Question) -> Iterator[Floats]:
    counted = np.flatnonzero(question.weight > 0)
    if question.ceiling is not None:
        yield question.ceiling[counted]
    sites = question.costs.sites
    step = max(1, PAIRS_AT_ONCE // len(counted))
    for begin in range(0, sites, step):
        some = np.arange(begin, min(begin + step, sites))
        yield question.costs.between(counted, some).ravel()
