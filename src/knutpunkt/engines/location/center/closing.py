"""What both searches share: their bounds and proof, and the answer they end with."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import ENGINE, Answer, Status
from knutpunkt.engines.location.answering import served
from knutpunkt.engines.location.center.clients import Floats, nearest_cost
from knutpunkt.engines.location.center.decide import Decider, Effort, efforts
from knutpunkt.engines.location.center.question import Task, task_of
from knutpunkt.engines.location.covers import ClosedBy, Proof
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question, Rule

Sites = NDArray[np.intp]

_TRIES = 12  # efforts after which it stays open whether rules can hold


@dataclass
class Found:
    """What a search knows.

    Parameters
    ----------
    question, task
        What is asked, and the same as the search takes it.
    meter, seed
        Its limits and random choices.
    inputs_hash
        Of everything that is asked.
    sites
        Free sites of the best plan; none before there is one.
    proof, closed_by
        Why nothing is below the bound, as far as it is kept, and what raised the bound last.
    """

    question: Question
    task: Task
    meter: Meter
    seed: int
    inputs_hash: str
    sites: Sites | None = None
    proof: Proof | None = None
    closed_by: ClosedBy = ""
    _proved: float = field(default=-np.inf)

    def learn(self, proof: Proof, worth: float) -> None:
        """Keep a proof that is worth more than the one kept; one by HiGHS has nothing to keep."""
        self.closed_by = proof.closed_by
        if proof.nodes and worth > self._proved:
            self.proof, self._proved = proof, worth

    def answer(
        self, status: Status, objective: float | None, bound: float | None, *,
        conflicts: tuple[str, ...] = (), unreached: tuple[int, ...] = (),
    ) -> Answer:  # fmt: skip
        """The answer, with or without a plan."""
        sites, assignment = np.zeros(0, np.intp), np.zeros(0, np.intp)
        gap = None
        if objective is not None and bound is not None and self.sites is not None:
            sites = np.sort(np.concatenate((self.task.forced, self.sites)))
            _, assignment = served(self.question, sites)
            gap = 0.0 if status == "proved" else (objective - bound) / objective
        proof = self._proof(status)
        return Answer(
            status, sites, objective, bound, gap, assignment, conflicts, unreached,
            self.meter.seconds, self.meter.spent, True, self.seed, ENGINE, self.inputs_hash,
            len(proof.nodes) if proof else 0, proof,
        )  # fmt: skip

    def _proof(self, status: Status) -> Proof | None:
        """The proof, which says so where it is not the whole one."""
        if status not in ("proved", "infeasible") or self.closed_by != "HiGHS":
            return self.proof
        nothing = Proof(0, -1.0, 0.0, np.zeros(0, np.int32), ())
        return replace(self.proof or nothing, closed_by="HiGHS")


def beyond(task: Task, limit: float) -> tuple[int, ...]:
    """Clients that count and that no site which may be open serves within a limit."""
    nearest = np.minimum(task.already, nearest_cost(task.costs, np.flatnonzero(task.allowed)))
    return tuple(np.flatnonzero(task.counted & (nearest > limit)).tolist())


def conflicts_serving(
    question: Question, cost: float, many: int, meter: Meter, seed: int
) -> tuple[str, ...]:
    """Rules that cannot hold together while everybody is served at no more than a cost.

    Any of them may be dropped to make the others possible; none when the rules have no part.

    References
    ----------
    Chinneck and Dravnieks (1991), ORSA Journal on Computing 3(2): 157-168 (the deletion filter).
    """

    def impossible(rules: list[Rule]) -> bool:
        task = task_of(replace(question, rules=tuple(rules)))
        decider = Decider(task, seed, meter, _ignored, reach=2 * cost)
        decider.add(np.flatnonzero(task.counted)[:1])
        for effort in tried(task)[:_TRIES]:
            verdict = decider.decide(cost, many, effort)
            if verdict.sites is not None or verdict.proof is not None:
                return verdict.proof is not None
        return False

    kept = list(question.rules)
    if not kept or impossible([]):
        return ()
    for rule in question.rules:
        fewer = [one for one in kept if one is not rule]
        if impossible(fewer):
            kept = fewer
    return tuple(rule.name for rule in kept)


def tried(task: Task) -> list[Effort]:
    """The first efforts; under written rules those without programs decide nothing."""
    generator = efforts()
    found = [next(generator) for _ in range(_TRIES + 3)]
    return found if task.rows is None else found[3:]


def _ignored(_sites: Sites, _served: Floats) -> None:
    """Nobody is told."""
