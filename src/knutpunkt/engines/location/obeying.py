"""Rules over sites alone: what obeys them, what they cost, and which of them cannot hold together.

They are small, so HiGHS settles them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.question import Question, Rule, rule_rows

if TYPE_CHECKING:  # HiGHS is loaded where something is solved: a proof is checked without it
    from knutpunkt.engines.location.milp import Milp

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Obeyed(Protocol):
    """Rules as rows, and the sites that are open and closed already."""

    @property
    def parts(self) -> Floats: ...
    @property
    def least(self) -> Floats: ...
    @property
    def most(self) -> Floats: ...
    @property
    def forced(self) -> Mask: ...
    @property
    def closed(self) -> Mask: ...


def cheapest_obeying(at: Obeyed, price: Floats) -> Mask | None:
    """The cheapest choice that obeys every rule, forced sites included; none if none does."""
    from knutpunkt.engines.location.milp import is_one

    values = _settled(at.parts, at.least, at.most, price, at.forced, at.closed, integers=True)
    return None if values is None else is_one(values)


def nearest_obeying(at: Obeyed, chosen: Mask) -> Mask | None:
    """The choice that obeys every rule and differs from one in fewest sites."""
    return cheapest_obeying(at, np.where(chosen, -1.0, 1.0))


def rule_prices(at: Obeyed, price: Floats, others: NDArray[np.intp]) -> Floats:
    """What one unit of each of some rules is worth, when sites may be opened in part.

    Parameters
    ----------
    price
        Of the sites without the rules' own prices, shape ``(sites,)``.
    others
        Which rows of ``at.parts`` to price.
    """
    scale = float(np.abs(price).max(initial=0.0)) or 1.0
    model = _model(at.parts, at.least, at.most, price / scale, at.forced, at.closed, integers=0)
    answer = model.minimise()
    # Where nothing obeys, any prices will do.
    return answer.row_prices[others] * scale if answer.optimal else np.zeros(len(others))


def conflicts_of(question: Question) -> tuple[str, ...] | None:
    """Rules that cannot hold together though any may be dropped; none when all can hold.

    An empty answer means that the count alone cannot hold.

    References
    ----------
    Chinneck and Dravnieks (1991), ORSA Journal on Computing 3(2): 157-168,
    doi:10.1287/ijoc.3.2.157 (the deletion filter).
    """
    kept = list(question.rules)
    if _possible(question, kept):
        return None
    for rule in question.rules:
        fewer = [one for one in kept if one is not rule]
        if not _possible(question, fewer):
            kept = fewer
    return tuple(rule.name for rule in kept)


def _possible(question: Question, rules: Sequence[Rule]) -> bool:
    sites = question.costs.sites
    parts, least, most = rule_rows(rules, sites)
    parts = np.vstack((np.ones((1, sites)), parts))
    least = np.concatenate(([float(question.at_least)], least))
    most = np.concatenate(([float(question.at_most)], most))
    found = _settled(parts, least, most, np.zeros(sites), question.forced, question.excluded,
                     integers=True)  # fmt: skip
    return found is not None


def _settled(
    parts: Floats, least: Floats, most: Floats, price: Floats, forced: Mask, closed: Mask,
    *, integers: bool,
) -> Floats | None:  # fmt: skip
    scale = float(np.abs(price).max(initial=0.0)) or 1.0
    many = len(price) if integers else 0
    answer = _model(parts, least, most, price / scale, forced, closed, integers=many).minimise()
    assert answer.optimal or answer.infeasible, "a model over sites alone is always settled"
    return answer.values if answer.optimal else None


def _model(
    parts: Floats, least: Floats, most: Floats, price: Floats, forced: Mask, closed: Mask,
    *, integers: int,
) -> Milp:  # fmt: skip
    from knutpunkt.engines.location.milp import Milp

    model = Milp(
        cost=price, lower=forced.astype(np.float64), upper=(~closed).astype(np.float64),
        integers=integers,
    )  # fmt: skip
    for row, low, high in zip(parts, least, most, strict=True):
        own = np.flatnonzero(row)
        model.add_row(own, row[own], float(low), float(high))
    return model
