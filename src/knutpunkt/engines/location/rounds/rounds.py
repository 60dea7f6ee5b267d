"""Rounds, and the one question that they make of a question.

A site that opens in a round is one of the sites of that question, and everybody in a round is one
of its clients, whom only sites of this round and earlier ones serve. Closing is opening with the
rounds read backwards. So plans, bounds, rules and certificates are those of every other question.

References
----------
Van Roy and Erlenkotter (1982), Management Science 28(10): 1091-1105 (dynamic facility location);
Albareda-Sambola et al. (2009), Computers & Operations Research 36(12): 3363-3375.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.errors import CountImpossible
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.rounds.costs import RoundCosts
from knutpunkt.engines.location.rounds.errors import RoundsInvalid, RoundWeightInvalid
from knutpunkt.engines.location.validation import checked_persons

Floats = NDArray[np.float64]

ONCE = "site {site} once"
OPEN_AFTER = "open after round {number}"


@dataclass(frozen=True, eq=False)
class Round:
    """What is open after a round, and how much that counts.

    Parameters
    ----------
    open
        How many sites are open in all after this round, those fixed open included.
    weight
        How much the round counts, for instance the months until the next one; not below 0.
    demand
        Weights of the clients in this round, shape ``(clients,)``; the question's when not given.
    rules
        Further rules on what is open after this round.
    """

    open: int
    weight: float = 1.0
    demand: Floats | None = None
    rules: tuple[Rule, ...] = ()


class Unrolled:
    """A question and its rounds as one question.

    Parameters
    ----------
    question
        What serving costs; its rules are those of the last round, its counts are not used.
    rounds
        In the order in which they come.

    Raises
    ------
    RoundsInvalid, RoundWeightInvalid, LocationRefused
        When the rounds, or the question they make, cannot be.
    """

    def __init__(self, question: Question, rounds: Sequence[Round]) -> None:
        _refuse(rounds)
        _refuse_counts(question, rounds)
        self.question, self.rounds = question, tuple(rounds)
        self.backwards = rounds[0].open > rounds[-1].open
        self.inner = tuple(reversed(rounds)) if self.backwards else tuple(rounds)
        self.weights = np.array([one.weight for one in self.inner])
        self.demands = [
            question.weight if one.demand is None
            else checked_persons(one.demand, question.costs.clients)
            for one in self.inner
        ]  # fmt: skip
        self.whole = self._whole()

    @property
    def many(self) -> int:
        """How many rounds there are."""
        return len(self.rounds)

    @property
    def open(self) -> list[int]:
        """How many sites are open after each round, from the fewest up."""
        return [one.open for one in self.inner]

    def open_after(self, begins: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """Sites that are open after each round as it comes.

        Parameters
        ----------
        begins
            Inner round in which each site begins to be open, ``many`` for never.
        """
        inner = [np.flatnonzero(begins <= r) for r in range(self.many)]
        return inner[::-1] if self.backwards else inner

    def begins(self, sites: NDArray[np.intp]) -> NDArray[np.intp]:
        """From sites of the one question to the inner round in which each begins; no site twice.

        A site that the plan has twice saves nothing the second time; another takes that place.
        """
        own = self.question.costs.sites
        begins = np.full(own, self.many, np.intp)
        np.minimum.at(begins, sites % own, sites // own)
        spare = np.flatnonzero((begins == self.many) & ~self.question.excluded).tolist()
        for number in range(self.many):
            for _ in range(self.open[number] - int((begins <= number).sum())):
                begins[spare.pop(0)] = number
        return begins

    def opening(self, begins: NDArray[np.intp]) -> float:
        """What having sites open costs over all rounds."""
        later = np.append(np.cumsum(self.weights[::-1])[::-1], 0.0)
        return float(self.question.opening @ later[begins])

    def sites(self, begins: NDArray[np.intp]) -> NDArray[np.intp]:
        """Sites of the one question, ascending."""
        some = np.flatnonzero(begins < self.many)
        return np.sort(begins[some] * self.question.costs.sites + some)

    def obeyed(self, begins: NDArray[np.intp]) -> bool:
        """Whether every rule holds."""
        chosen = self.sites(begins)
        for rule in self.whole.rules:
            members = np.asarray(rule.sites)
            factors = np.ones(len(members)) if rule.factors is None else np.asarray(rule.factors)
            total = float(factors[np.isin(members, chosen)].sum())
            little = 1e-9 * (1 + float(np.abs(factors).sum()))
            if rule.at_least is not None and total < rule.at_least - little:
                return False
            if rule.at_most is not None and total > rule.at_most + little:
                return False
        return True

    def _whole(self) -> Question:
        question, many = self.question, self.many
        own = question.costs.sites
        later = np.cumsum(self.weights[::-1])[::-1]
        forced = np.zeros((many, own), np.bool_)
        forced[0] = question.forced
        excluded = np.tile(question.excluded, (many, 1))
        excluded[1:] |= question.forced
        ceiling = question.ceiling
        return Question(
            RoundCosts(question.costs, many),
            np.concatenate([w * d for w, d in zip(self.weights, self.demands, strict=True)]),
            self.open[-1], self.open[-1], (later[:, None] * question.opening).ravel(),
            None if ceiling is None else np.tile(ceiling, many), forced.ravel(), excluded.ravel(),
            self._rules(),
        )  # fmt: skip

    def _rules(self) -> tuple[Rule, ...]:
        """Counts after each round, rules of the rounds, and that no site opens twice."""
        question, many = self.question, self.many
        own, last = question.costs.sites, 0 if self.backwards else many - 1
        rules = [
            Rule(OPEN_AFTER.format(number=self._number(r)), np.arange((r + 1) * own), count, count)
            for r, count in enumerate(self.open[:-1])
        ]
        given = [(last, rule) for rule in question.rules]
        given += [(r, rule) for r, one in enumerate(self.inner) for rule in one.rules]
        rules += [_until(rule, r, own) for r, rule in given]
        if given or question.opening.any():
            free = np.flatnonzero(~(question.forced | question.excluded))
            rules += [
                Rule(ONCE.format(site=site), site + own * np.arange(many), None, 1)
                for site in free.tolist()
            ]
        return tuple(rules)

    def _number(self, inner: int) -> int:
        return self.many - inner if self.backwards else inner + 1


def _until(rule: Rule, inner: int, own: int) -> Rule:
    """A rule on what is open after a round, over the sites that began by then."""
    members = np.asarray(rule.sites)
    until = range(inner + 1)
    factors = None if rule.factors is None else np.tile(np.asarray(rule.factors), inner + 1)
    sites = np.concatenate([members + r * own for r in until])
    return Rule(rule.name, sites, rule.at_least, rule.at_most, factors)


def _refuse(rounds: Sequence[Round]) -> None:
    if not rounds:
        raise RoundsInvalid(why="are none")
    counts = [one.open for one in rounds]
    if counts not in (sorted(counts), sorted(counts, reverse=True)):
        raise RoundsInvalid(why=f"leave {', '.join(map(str, counts))} sites open, up and down")
    if min(counts) < 1:
        raise RoundsInvalid(why="leave no site open, so that nobody is served")
    for number, one in enumerate(rounds, 1):
        if not 0 <= one.weight < np.inf:
            raise RoundWeightInvalid(number=number, weight=one.weight)


def _refuse_counts(question: Question, rounds: Sequence[Round]) -> None:
    forced, available = int(question.forced.sum()), int((~question.excluded).sum())
    for one in rounds:
        if not forced <= one.open <= available:
            raise CountImpossible(
                at_least=one.open, at_most=one.open, forced=forced, available=available
            )
