"""Rules over sites alone: how many open, and the quotas. Small, so HiGHS settles them at once."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.milp import Milp, is_one
from knutpunkt.engines.location.problem import Problem, quota_members


@dataclass(frozen=True, eq=False)
class SiteRules:
    """Open ``count`` candidates so that every quota holds.

    Parameters
    ----------
    count
        Number of candidates to open, exactly.
    members
        Which candidate belongs to which quota, shape ``(quotas, candidates)``.
    at_least, at_most
        Bounds per quota, shape ``(quotas,)``; no upper bound is written as ``count``.
    """

    count: int
    members: NDArray[np.bool_]
    at_least: NDArray[np.intp]
    at_most: NDArray[np.intp]

    def obeyed_by(self, chosen: NDArray[np.bool_]) -> bool:
        """Tell whether the chosen candidates obey the count and every quota."""
        counts = self.members @ chosen.astype(np.intp)
        return bool(
            chosen.sum() == self.count
            and (counts >= self.at_least).all()
            and (counts <= self.at_most).all()
        )

    def without(self, quota: int) -> "SiteRules":
        """Return the rules without one quota."""
        kept = np.arange(len(self.at_least)) != quota
        return replace(
            self, members=self.members[kept], at_least=self.at_least[kept],
            at_most=self.at_most[kept],
        )  # fmt: skip


def site_rules(problem: Problem) -> SiteRules:
    """Return the rules of a problem, over its candidates."""
    count = problem.new_sites
    at_most = [count if quota.at_most is None else quota.at_most for quota in problem.quotas]
    return SiteRules(
        count=count,
        members=quota_members(problem, problem.candidates),
        at_least=np.array([quota.at_least for quota in problem.quotas], dtype=np.intp),
        at_most=np.array(at_most, dtype=np.intp),
    )


def cheapest_choice(rules: SiteRules, price: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """Choose the candidates of least total price that obey the rules, or ``None``.

    Parameters
    ----------
    rules
        Over the same candidates as ``price``.
    price
        Of each candidate, may be below 0, shape ``(candidates,)``.
    """
    if len(price) == 0:
        nothing = np.zeros(0, dtype=np.bool_)
        return nothing if rules.obeyed_by(nothing) else None
    answer = _choice_model(rules, price / _magnitude(price), integers=len(price)).minimise()
    assert answer.optimal or answer.infeasible, "a model over sites alone is always settled"
    return None if answer.values is None else is_one(answer.values)


def quota_prices(
    rules: SiteRules, price: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Price the quotas: what one unit of each bound adds to the cheapest choice.

    Parameters
    ----------
    rules
        Over the same candidates as ``price``.
    price
        Of each candidate, may be below 0, shape ``(candidates,)``.

    Returns
    -------
    tuple
        Prices of ``at_least`` and of ``at_most``, not below 0, shape ``(quotas,)`` each: the dual
        prices of the choice when sites may be opened in part.
    """
    scale = _magnitude(price)
    answer = _choice_model(rules, price / scale, integers=0).minimise()
    # The first row is the count, which the relaxation keeps.
    each = answer.row_prices[1:] * scale
    return np.maximum(each, 0.0), np.maximum(-each, 0.0)


def _magnitude(price: NDArray[np.float64]) -> float:
    """Size of the prices; dividing by it suits the solver's absolute tolerances."""
    return float(np.abs(price).max(initial=0.0)) or 1.0


def _choice_model(rules: SiteRules, price: NDArray[np.float64], *, integers: int) -> Milp:
    sites = len(price)
    model = Milp(cost=price, lower=np.zeros(sites), upper=np.ones(sites), integers=integers)
    add_site_rules(model, rules)
    return model


def add_site_rules(model: Milp, rules: SiteRules) -> None:
    """Add the count and the quotas as rows over the first columns of a model."""
    columns = np.arange(rules.members.shape[1])
    model.add_row(columns, np.ones(len(columns)), rules.count, rules.count)
    for quota, member in enumerate(rules.members):
        chosen = np.flatnonzero(member)
        low, high = rules.at_least[quota], rules.at_most[quota]
        model.add_row(chosen, np.ones(len(chosen)), float(low), float(high))


def conflicting_quotas(rules: SiteRules) -> list[int]:
    """Return quotas that cannot hold together, none of them superfluous (deletion filter).

    References
    ----------
    Chinneck and Dravnieks (1991), ORSA Journal on Computing 3(2): 157-168,
    doi:10.1287/ijoc.3.2.157.
    """
    kept = list(range(len(rules.at_least)))
    for quota in range(len(rules.at_least)):
        fewer = rules.without(kept.index(quota))
        if cheapest_choice(fewer, np.zeros(fewer.members.shape[1])) is None:
            rules = fewer
            kept.remove(quota)
    return kept
