"""The roll-out: round by round at first, then all rounds at once, with a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.answering import answered, served
from knutpunkt.engines.location.meter import Meter, Now
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.rounds.rounds import ONCE, Round, Unrolled
from knutpunkt.engines.location.rounds.starts import RoundByRound

if TYPE_CHECKING:  # at run time it is imported where something is solved, with numba
    from knutpunkt.engines.location.rounds.swaps import Swaps

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class OrderPrice:
    """What the order costs, and what it saves.

    Parameters
    ----------
    greedy
        Objective when every round is best by itself, given what came before; none if that ends
        with no plan.
    end_first
        Objective when the last round's best network comes first and is taken apart backwards.
    end_alone, end_alone_bound
        Cost of the best network for the last round alone, and what none costs less than.
    end
        Cost of the last round under the plan.
    """

    greedy: float | None
    end_first: float | None
    end_alone: float | None
    end_alone_bound: float | None
    end: float


@dataclass(frozen=True, eq=False)
class RolloutAnswer:
    """Which sites open, or close, in which round.

    Parameters
    ----------
    answer
        As for every question; its sites and clients are those of ``whole``, and the objective is
        the weighted sum of the rounds' costs.
    whole
        The one question that all rounds make; its certificate is that of the roll-out.
    open, changes
        Sites that are open after each round, and those that opened or closed in it (fixed ones
        are in none); empty without a plan.
    costs
        Of each round, what everybody costs, not weighted by the round.
    price
        What the order costs; none without a plan.
    """

    answer: Answer
    whole: Question
    open: tuple[Numbers, ...]
    changes: tuple[Numbers, ...]
    costs: tuple[float, ...]
    price: OrderPrice | None


def rollout(
    question: Question,
    rounds: Sequence[Round],
    *,
    time_limit: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    progress: Callable[[Now], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RolloutAnswer:
    """Find in which round each site opens, or closes, so that all rounds together cost least.

    Once open a site stays open; when the counts go down, once closed it stays closed.

    Parameters
    ----------
    question
        What serving costs. Its rules are those of the last round; its own counts are not used.
        Opening costs count in every round in which a site is open.
    rounds
        In the order in which they come.
    time_limit, work_limit, seed, progress, cancel
        As for :func:`answered`.

    Raises
    ------
    RoundsInvalid, RoundWeightInvalid, LocationRefused
        When the rounds, or the question they make, cannot be.
    """
    unrolled = Unrolled(question, rounds)
    meter = Meter(time_limit, work_limit, progress, cancel)
    tried = _Tried(unrolled, meter, seed)
    starts = tried.starts()
    left = None if work_limit is None else max(0, work_limit - meter.spent)
    found = answered(
        unrolled.whole, time_limit=meter.left, work_limit=left, seed=seed,
        start=unrolled.sites(starts[0]).tolist() if starts else (),
        progress=None if progress is None else _of_the_end(unrolled, progress), cancel=cancel,
    )  # fmt: skip
    meter.add(found.work)
    if found.objective is None and not starts:
        return RolloutAnswer(_without_plan(found, unrolled), unrolled.whole, (), (), (), None)
    begins = starts[0] if found.objective is None else unrolled.begins(found.sites)
    begins = min([tried.improved(begins), *starts], key=tried.total)
    return _answer(tried, found, begins)


def _swaps_of(unrolled: Unrolled, meter: Meter) -> Swaps | None:
    """Changes priced on a table, where all costs fit into one."""
    from knutpunkt.engines.location.rounds.swaps import MOST_PAIRS, Swaps

    costs = unrolled.question.costs
    return Swaps(unrolled, meter) if costs.clients * costs.sites <= MOST_PAIRS else None


def _of_the_end(unrolled: Unrolled, progress: Callable[[Now], object]) -> Callable[[Now], object]:
    """Tell the sites that are open after the last round, not those of the one question."""

    def told(now: Now) -> None:
        if now.sites is not None:
            now = now._replace(sites=unrolled.open_after(unrolled.begins(now.sites))[-1])
        progress(now)

    return told


class _Tried:
    """Roll-outs that were tried, and what they cost."""

    def __init__(self, unrolled: Unrolled, meter: Meter, seed: int) -> None:
        self.unrolled, self.meter = unrolled, meter
        self.steps = RoundByRound(unrolled, meter, seed)
        self.swaps = _swaps_of(unrolled, meter)
        self.greedy: Numbers | None = None
        self.end_first: Numbers | None = None
        self.end: Answer | None = None

    def starts(self) -> list[Numbers]:
        """Roll-outs to begin with, the best first."""
        unrolled, steps = self.unrolled, self.steps
        question = unrolled.question
        backwards = unrolled.backwards
        last = 0 if backwards else unrolled.many - 1
        self.end = steps.alone(last, question.forced, question.excluded)
        if backwards:
            self.greedy, self.end_first = steps.from_most(), steps.from_fewest(self.end)
        else:
            self.greedy, self.end_first = steps.from_fewest(), steps.from_most(self.end)
        found = [one for one in (self.greedy, self.end_first) if one is not None]
        found = [self.improved(one) for one in found if unrolled.obeyed(one)]
        return sorted((one for one in found if np.isfinite(self.total(one))), key=self.total)

    def improved(self, begins: Numbers) -> Numbers:
        """The same made better where the costs fit into a table."""
        return begins if self.swaps is None else self.swaps.improved(begins)

    def costs(self, begins: Numbers) -> list[float]:
        """What everybody costs in each inner round."""
        unrolled = self.unrolled
        found = []
        for r, demand in enumerate(unrolled.demands):
            cost = served(unrolled.question, np.flatnonzero(begins <= r))[0]
            found.append(float(demand @ np.where(demand > 0, cost, 0.0)))
        return found

    def total(self, begins: Numbers) -> float:
        """The objective, recomputed."""
        unrolled = self.unrolled
        costs = zip(unrolled.weights.tolist(), self.costs(begins), strict=True)
        # Who cannot be served in a round that does not count costs nothing.
        counted = sum((weight * cost for weight, cost in costs if weight), 0.0)
        return float(counted) + unrolled.opening(begins)


def _answer(tried: _Tried, found: Answer, begins: Numbers) -> RolloutAnswer:
    unrolled, costs = tried.unrolled, tried.costs(begins)
    objective = tried.total(begins)
    sites = unrolled.sites(begins)
    # Nobody costs less than nothing, so opening costs alone are a bound.
    least = float(np.minimum(unrolled.whole.opening, 0.0).sum())
    known = least if found.bound is None else max(least, found.bound)
    bound = objective if found.status == "proved" else min(known, objective)
    proved = found.status == "proved" or bound >= objective - 1e-9 * abs(objective)
    answer = replace(
        found, status="proved" if proved else "gap", sites=sites, objective=objective,
        bound=objective if proved else bound, seconds=tried.meter.seconds,
        gap=0.0 if proved else (objective - bound) / max(abs(objective), 1e-300),
        assignment=served(unrolled.whole, sites)[1], work=tried.meter.spent,
        replayable=found.replayable and tried.steps.replayable,
    )  # fmt: skip
    open_ = unrolled.open_after(begins)
    in_order = costs[::-1] if unrolled.backwards else costs
    end = tried.end
    price = OrderPrice(
        None if tried.greedy is None else tried.total(tried.greedy),
        None if tried.end_first is None else tried.total(tried.end_first),
        None if end is None else end.objective, None if end is None else end.bound,
        in_order[-1],
    )  # fmt: skip
    return RolloutAnswer(
        answer, unrolled.whole, tuple(open_), _changes(unrolled, open_), tuple(in_order), price
    )


def _changes(unrolled: Unrolled, open_: Sequence[Numbers]) -> tuple[Numbers, ...]:
    """What opened, or closed, in each round."""
    question = unrolled.question
    if unrolled.backwards:
        before = [np.flatnonzero(~question.excluded), *open_[:-1]]
        return tuple(np.setdiff1d(was, now) for was, now in zip(before, open_, strict=True))
    before = [np.flatnonzero(question.forced), *open_[:-1]]
    return tuple(np.setdiff1d(now, was) for was, now in zip(before, open_, strict=True))


def _without_plan(found: Answer, unrolled: Unrolled) -> Answer:
    """The answer in the words of the question: whom nobody serves, which rules contradict."""
    clients = unrolled.question.costs.clients
    once = {ONCE.format(site=site) for site in range(unrolled.question.costs.sites)}
    return replace(
        found, unreached=tuple(sorted({one % clients for one in found.unreached})),
        conflicts=tuple(name for name in found.conflicts if name not in once),
    )  # fmt: skip
