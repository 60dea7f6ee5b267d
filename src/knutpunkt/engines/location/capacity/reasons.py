"""Why no plan exists: at once where a client or the totals show it, otherwise by leaving out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from knutpunkt.engines.location.capacity.limits import (
    LOAD_TOLERANCE,
    NEED,
    ROOM,
    Limits,
    load_rules,
)
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.obeying import conflicts_of
from knutpunkt.engines.location.question import Question, Rule

ReasonCode = Literal[
    "client_too_large",
    "client_unreachable",
    "capacity_short",
    "minimum_loads_too_great",
    "rules_conflict",
    "no_assignment",
]
#: Whether a question with some things left out has a plan; none when that was not settled.
Possible = Callable[[CapacitatedQuestion], bool | None]


@dataclass(frozen=True)
class Reason:
    """Why no plan exists.

    Parameters
    ----------
    code
        ``client_too_large``: ``client`` asks for more than any site it may use carries.
        ``client_unreachable``: no allowed site can serve ``client``. ``capacity_short``: the
        greatest capacities that may be open together stay below the demand.
        ``minimum_loads_too_great``: the least loads of the sites that must be open exceed the
        demand. ``rules_conflict``: ``conflicts`` cannot hold together. ``no_assignment``: only the
        search found that nothing fits; ``conflicts`` cannot hold together then.
    client
        The client in question, or ``None``.
    needed, available
        The two amounts that do not fit, or ``None``.
    conflicts
        Names of rules, and of capacities and minimum loads, that cannot hold together.
    """

    code: ReasonCode
    client: int | None = None
    needed: float | None = None
    available: float | None = None
    conflicts: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The reason in words."""
        if self.code == "client_too_large":
            return (
                f"Client {self.client} asks for {self.needed:g}; "
                f"no site it may use carries more than {self.available:g}."
            )
        if self.code == "client_unreachable":
            return f"No allowed site can serve client {self.client}."
        if self.code == "capacity_short":
            return (
                f"The clients ask for {self.needed:g}; "
                f"the sites that may be open together carry {self.available:g}."
            )
        if self.code == "minimum_loads_too_great":
            return (
                f"The sites that must be open need {self.needed:g}; "
                f"the clients ask for {self.available:g}."
            )
        if self.conflicts:
            return f"These cannot hold together: {', '.join(self.conflicts)}."
        return (
            "Every choice of sites was ruled out: the clients cannot be assigned within the loads."
        )


def plain_reason(question: CapacitatedQuestion, limits: Limits) -> Reason | None:
    """Say why no plan exists, if a client, the totals or the rules show it."""
    return _of_a_client(question) or _of_totals(question) or _of_rules(question, limits)


def _of_a_client(question: CapacitatedQuestion) -> Reason | None:
    if question.unserved is not None:
        return None
    able = np.isfinite(question.serving) & ~question.asked.excluded
    alone = ~able.any(axis=1)
    if alone.any():
        return Reason("client_unreachable", client=int(alone.argmax()))
    if not question.single:
        return None
    greatest = np.where(able, question.capacity, 0.0).max(axis=1)
    large = question.size > greatest * (1 + LOAD_TOLERANCE)
    if not large.any():
        return None
    client = int(large.argmax())
    needed, available = float(question.size[client]), float(greatest[client])
    return Reason("client_too_large", client=client, needed=needed, available=available)


def _of_totals(question: CapacitatedQuestion) -> Reason | None:
    asked, total = question.asked, float(question.size.sum())
    forced = asked.forced
    allowed = ~asked.excluded & ~forced
    many = int(forced.sum())
    carried = (
        np.sort(question.capacity[allowed])[::-1][: asked.at_most - many].sum()
        + question.capacity[forced].sum()
    )
    if question.unserved is None and carried < total * (1 - LOAD_TOLERANCE):
        return Reason("capacity_short", needed=total, available=float(carried))
    fewest = max(asked.at_least - many, 0)
    loads = np.sort(question.least_load[allowed])[:fewest].sum() + question.least_load[forced].sum()
    if loads > total * (1 + LOAD_TOLERANCE):
        return Reason("minimum_loads_too_great", needed=float(loads), available=total)
    return None


def _of_rules(question: CapacitatedQuestion, limits: Limits) -> Reason | None:
    asked = question.asked
    names = {rule.name for rule in asked.rules}
    loads = [
        replace(rule, name=_apart(rule.name, names))
        for rule in load_rules(question, limits.capacity[: question.sites])
    ]
    if limits.fewest > limits.most:
        return Reason("rules_conflict", conflicts=(ROOM, NEED))
    if not asked.rules and not loads:
        return None
    together = replace(
        asked, rules=(*asked.rules, *loads), at_least=limits.fewest, at_most=limits.most
    )
    found = conflicts_of(together)
    return None if found is None else Reason("rules_conflict", conflicts=found)


def _apart(name: str, taken: set[str]) -> str:
    """A name that no rule has."""
    while name in taken:
        name = f"the {name}"
    return name


def searched_reason(question: CapacitatedQuestion, possible: Possible) -> Reason:
    """Name what cannot hold together, by leaving out one thing after the other.

    References
    ----------
    Chinneck and Dravnieks (1991), ORSA Journal on Computing 3(2): 157-168,
    doi:10.1287/ijoc.3.2.157 (the deletion filter).
    """
    names: list[str] = []
    for rule in question.asked.rules:
        fewer = _without_rule(question, rule)
        if possible(fewer) is False:
            question = fewer
        else:
            names.append(rule.name)
    for name, fewer in (
        (ROOM, replace(question, capacity=np.full(question.sites, question.size.sum() + 1.0))),
        (NEED, replace(question, minimum_load=np.zeros(question.sites))),
    ):
        if possible(fewer) is False:
            question = fewer
        else:
            names.append(_apart(name, {rule.name for rule in question.asked.rules}))
    return Reason("no_assignment", conflicts=tuple(names))


def _without_rule(question: CapacitatedQuestion, rule: Rule) -> CapacitatedQuestion:
    asked: Question = question.asked
    kept = tuple(one for one in asked.rules if one.name != rule.name)
    return replace(question, asked=replace(asked, rules=kept))
