"""Accumulating priority: whoever has waited longest, weighted by class, is next.

rank = weight(class) x time waited, where booked visitors accrue from the later of their check-in
and a grace before their slot. Within a class this is first come, first served, so nobody is
overtaken by an equal. Kleinrock (1964), "A delay dependent queue discipline", Naval Research
Logistics Quarterly 11, 329-341, doi:10.1002/nav.3800110306.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MINUTE = 60_000
USUAL_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """Weights by class; ``strict`` ignores them. ``grace`` is in milliseconds."""

    key: str
    version: int
    weights: Mapping[str, float]
    strict: bool = False
    grace: int = 5 * MINUTE

    def weight(self, prio_class: str) -> float:
        """Weight of a class; 1 where the rule names none."""
        return self.weights.get(prio_class, USUAL_WEIGHT)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits: ``accrues_from`` in milliseconds, ``place`` the order of arrival."""

    key: int
    ticket: str
    prio_class: str
    accrues_from: int
    place: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Why one stands before another; minutes are those the rule counts.

    ``because`` is ``rank`` (higher), ``first`` (strict order, or ranks equal).
    """

    before: Waiting
    after: Waiting
    minutes: tuple[float, float]
    weights: tuple[float, float]
    ranks: tuple[float, float]
    because: str
    overtakes_in: float | None
    rule: Rule


def accrual_start(arrived: int, slot: int | None, rule: Rule) -> int:
    """When waiting begins to count, in milliseconds: on arrival, or a grace before the slot."""
    return arrived if slot is None else max(arrived, slot - rule.grace)


def rank(waiting: Waiting, rule: Rule, now: int) -> float:
    """Weighted minutes waited; below zero for somebody whose time has not come."""
    return rule.weight(waiting.prio_class) * (now - waiting.accrues_from) / MINUTE


def order(waiting: Iterable[Waiting], rule: Rule, now: int) -> list[Waiting]:
    """Everybody in the order in which they would be called now."""
    return sorted(waiting, key=lambda one: sort_key(one, rule, now))


def first(waiting: Iterable[Waiting], rule: Rule, now: int) -> Waiting | None:
    """Whoever is called next, or nobody."""
    return min(waiting, key=lambda one: sort_key(one, rule, now), default=None)


def sort_key(one: Waiting, rule: Rule, now: int) -> tuple[float, int, int]:
    """Smallest goes first. Ties fall to whoever accrues longer, then to the earlier arrival."""
    if rule.strict:
        return (0.0, 0, one.place)
    return (-rank(one, rule, now), one.accrues_from, one.place)


def compare(one: Waiting, other: Waiting, rule: Rule, now: int) -> Comparison:
    """Explain the order of two: who is first, the figures, and when it would turn.

    ``overtakes_in`` is in minutes from now, or nothing when it never will.
    """
    before, after = order((one, other), rule, now)
    ranks = (rank(before, rule, now), rank(after, rule, now))
    weights = (rule.weight(before.prio_class), rule.weight(after.prio_class))
    minutes = (
        (now - before.accrues_from) / MINUTE,
        (now - after.accrues_from) / MINUTE,
    )
    by_rank = not rule.strict and ranks[0] != ranks[1]
    steeper = weights[1] - weights[0]
    turns = (ranks[0] - ranks[1]) / steeper if not rule.strict and steeper > 0 else None
    return Comparison(
        before, after, minutes, weights, ranks, "rank" if by_rank else "first", turns, rule
    )
