"""Intervals of thresholds: the least bound looked at first, closed or split until none is left."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Proof, Step
from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question, sorted_rules
from knutpunkt.engines.location.state import CLOSE
from knutpunkt.engines.location.worst.looking import Look, looked
from knutpunkt.engines.location.worst.span import Evidence, Span, added_within, question_within
from knutpunkt.engines.location.worst.tail import shares_of, tail_of

Floats = NDArray[np.float64]

#: Up to so many pairs of client and site all costs are known, and only these can be thresholds.
FEW_PAIRS = 4_000_000
#: Otherwise an interval so narrow, as a share of its end, is not split further.
NARROW = 1e-10
#: A split leaves each side at least such a share.
LEAST_SIDE = 0.3
#: Nodes of a search on one threshold at the first look, and how many times as many at the next.
FIRST_NODES, MORE_NODES = 60, 10
#: How much of what is known of the worst-off a newly found plan replaces.
NEWER = 0.5


@dataclass
class Spans:
    """The search.

    Parameters
    ----------
    question, persons
        What is asked, and how many persons are the worst-off.
    meter, seed
        Counts the work and says when to stop; of all random choices.
    best, total, threshold, cost
        The best plan, what its worst-off cost in all (opening costs among it), from which cost
        they are counted, and what everybody costs.
    closed, replayable, nodes
        Evidence of what is settled; whether the same work gives the same; nodes looked at.
    """

    question: Question
    persons: float
    meter: Meter
    seed: int
    best: NDArray[np.bool_] = field(init=False)
    total: float = np.inf
    threshold: float = 0.0
    cost: Floats = field(init=False)
    closed: list[Evidence] = field(default_factory=list)
    replayable: bool = True
    nodes: int = 0
    _heap: list[tuple[float, int, Span]] = field(default_factory=list)
    _stuck: list[Span] = field(default_factory=list)
    _made: int = 0
    _ticks: Floats | None = None

    def begin(self, start: Sequence[int]) -> bool:
        """Find a first plan; false when it leaves somebody unserved."""
        sites, paid, before = np.array(start, np.intp), None, np.inf
        threshold = 0.0
        while not (np.isfinite(self.total) and self.meter.over()):
            point = Span(threshold, threshold, -np.inf, np.zeros(len(self.question.weight)), paid)
            look = self._looked(point, sites, cutoff=np.inf)
            if not np.isfinite(self.total):
                return False
            if not self.total < before - CLOSE * abs(before):
                break
            sites, paid, before = np.flatnonzero(self.best), look.paid, self.total
            threshold = self.threshold
        self._plant(paid)
        return True

    @property
    def limit(self) -> float:
        """The bound at which an interval is closed."""
        return self.total - CLOSE * abs(self.total) - 1e-12

    @property
    def bound(self) -> float:
        """What the worst-off of every plan cost at least, in all."""
        left = [self.total, *(span.bound for span in self._open)]
        return float(min(left))

    @property
    def proved(self) -> bool:
        """Whether no plan is better."""
        return self.bound >= self.limit

    @property
    def _open(self) -> list[Span]:
        return [*(span for _, _, span in self._heap), *self._stuck]

    def evidence(self) -> tuple[Evidence, ...]:
        """From what the bound follows: intervals that cover every threshold."""
        kept = [*self.closed, *(s.evidence for s in self._open if s.evidence is not None)]
        return tuple({id(one): one for one in kept}.values())

    def run(self) -> None:
        """Look at intervals until all are closed or time is up."""
        while self._heap and not self.meter.over():
            span = heapq.heappop(self._heap)[2]
            self._settle(span)
            self.meter.tell(self.total / self.persons, self.bound / self.persons)
        for span in self._open:
            if span.bound >= self.limit and span.evidence is not None:
                self.closed.append(span.evidence)
        self._stuck = [span for span in self._open if span.bound < self.limit]
        self._heap = []

    def _plant(self, paid: Floats | None) -> None:
        """The interval of all thresholds: beyond its end the threshold alone costs too much."""
        question = self.question
        least = float(np.minimum(question.opening, 0.0).sum())
        far = max(0.0, (self.total - least) / self.persons)
        if question.costs.clients * question.costs.sites <= FEW_PAIRS:
            self._ticks = _ticks_of(question, far)
        others = sorted_rules(question.rules)[1]
        nobody = np.zeros(len(question.weight))
        proof = Proof((Step(nobody, np.zeros(len(others))),), (), "multipliers")
        evidence = Evidence(0.0, far, nobody, proof)
        self._push(Span(0.0, far, least, self.cost, paid, evidence))

    def _push(self, span: Span) -> None:
        ticks = self._ticks
        if ticks is not None:
            inside = ticks[(ticks >= span.low) & (ticks <= span.high)]
            if not len(inside):
                return
            span.low, span.high = float(inside[0]), float(inside[-1])
        self._made += 1
        heapq.heappush(self._heap, (span.bound, self._made, span))

    def _settle(self, span: Span) -> None:
        """Close an interval, or split it, or leave it where it cannot be split."""
        if span.bound < self.limit:
            look = self._looked(span, np.flatnonzero(self.best), cutoff=self.limit)
        if span.bound >= self.limit:
            assert span.evidence is not None
            self.closed.append(span.evidence)
        elif self._is_point(span) or self.meter.over():
            span.looks += 1
            self._push(span)
        else:
            self._split(span, look)

    def _is_point(self, span: Span) -> bool:
        little = 0.0 if self._ticks is not None else NARROW * span.high
        return span.high - span.low <= little

    def _looked(self, span: Span, start: NDArray[np.intp], cutoff: float) -> Look:
        """Solve the p-median of an interval; better plans and bounds are noted."""
        question, meter, persons = self.question, self.meter, self.persons
        low, high = span.low, span.high
        share = shares_of(np.clip(span.cost, low, high), question.weight, persons)
        if low == high:
            share = np.zeros(len(share))
        added = added_within(question.weight, persons, low, high, share)
        left = None if meter.work_limit is None else max(0, meter.work_limit - meter.spent)
        inner = Meter(meter.left, left, cancel=meter.cancel)
        look = looked(
            question_within(question, low, high, share), inner,
            np.random.default_rng([self.seed, self._made]), start=start, paid=span.paid,
            cutoff=cutoff - added, final=np.isfinite(cutoff) and self._is_point(span),
            nodes=FIRST_NODES * MORE_NODES ** (span.looks + self._is_point(span)),
        )  # fmt: skip
        meter.add(inner.spent)
        self.replayable &= look.whole
        self.nodes += look.nodes
        # Adding and taking away may round a bound down that reached the cutoff.
        bound = max(look.bound + added, cutoff if look.bound >= cutoff - added else -np.inf)
        if bound > span.bound:
            span.bound = bound
            span.evidence = Evidence(low, high, share, look.proof)
        self._offer(look.sites)
        return look

    def _offer(self, sites: NDArray[np.intp]) -> None:
        question = self.question
        cost = served(question, sites)[0]
        if not np.isfinite(cost[question.weight > 0]).all():
            return
        tail = tail_of(cost, question.weight, self.persons)
        total = tail.total + float(question.opening[sites].sum())
        if total < self.total:
            self.total, self.threshold, self.cost = total, tail.threshold, cost
            self.best = np.zeros(question.costs.sites, np.bool_)
            self.best[sites] = True
            self.meter.tell(total / self.persons, -np.inf, self.best)

    def _split(self, span: Span, look: Look) -> None:
        cost = served(self.question, look.sites)[0]
        cost = np.where(np.isfinite(cost), cost, span.high)
        at = tail_of(cost, self.question.weight, self.persons).threshold
        known = (1 - NEWER) * span.cost + NEWER * cost
        for low, high in self._parts(span, at):
            self._push(Span(low, high, span.bound, known, look.paid, span.evidence))

    def _parts(self, span: Span, at: float) -> list[tuple[float, float]]:
        """Two intervals that together hold every threshold of one, cut near a threshold."""
        low, high = span.low, span.high
        side = LEAST_SIDE * (high - low)
        at = min(max(at, low + side), high - side)
        if self._ticks is None:
            return [(low, at), (at, high)]
        inside = self._ticks[(self._ticks >= low) & (self._ticks <= high)]
        cut = int(np.searchsorted(inside, at, side="right"))
        cut = min(max(cut, 1), len(inside) - 1)
        return [(low, float(inside[cut - 1])), (float(inside[cut]), high)]


def _ticks_of(question: Question, far: float) -> Floats:
    """All costs that can be a plan's threshold, ascending; 0 is always among them."""
    counted = np.flatnonzero(question.weight > 0)
    table = question.costs.between(counted, np.arange(question.costs.sites)).ravel()
    if question.ceiling is not None:
        table = np.concatenate((table, question.ceiling[counted]))
    return np.unique(np.concatenate(([0.0], table[table <= far])))
