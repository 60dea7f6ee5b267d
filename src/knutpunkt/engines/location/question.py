"""The question: whom the sites serve, what that costs, how many may open, and under which rules."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.errors import (
    CountImpossible,
    FixedSiteExcluded,
    OpeningCostInvalid,
    RuleInvalid,
    ShapeWrong,
)
from knutpunkt.engines.location.groups import is_laminar
from knutpunkt.engines.location.validation import (
    checked_mask,
    checked_persons,
    checked_quota_sites,
    refuse_repeated_names,
)

Floats = NDArray[np.float64]


def _no_numbers() -> Floats:
    return np.zeros(0)


def _no_flags() -> NDArray[np.bool_]:
    return np.zeros(0, np.bool_)


@dataclass(frozen=True, eq=False)
class Rule:
    """``at_least <= sum of factors over the open ones of some sites <= at_most``.

    Without factors it is a quota. A budget has the sites' costs as factors; two sites that open
    together or not at all have 1 and -1 between 0 and 0; sites that exclude each other are a quota
    of at most 1.

    Parameters
    ----------
    name
        Unique in its question; answers refer to it.
    sites
        Site numbers or a mask, shape ``(sites,)``. Sites fixed open count.
    at_least, at_most
        Bounds; none is no bound.
    factors
        One per named site; 1 when not given.
    """

    name: str
    sites: ArrayLike
    at_least: float | None = None
    at_most: float | None = None
    factors: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class Question:
    """Open sites so that serving everybody, and opening, costs least.

    With a number of sites and no opening costs this is the p-median; with opening costs and any
    number the uncapacitated facility location problem. Costs that are 0 within a radius and a
    ceiling of 1 make it maximal covering. An opening cost below 0 is what closing would save.

    Parameters
    ----------
    costs
        Of serving clients from sites.
    weight
        Of each client, not below 0, shape ``(clients,)``.
    at_least, at_most
        How many sites are open in all, those fixed open included.
    opening
        Cost of having a site open, shape ``(sites,)``; 0 when not given.
    ceiling
        What a client costs whom no open site serves for less, shape ``(clients,)``; without it
        everybody must be served.
    forced, excluded
        Sites that are open in every plan, and in none, boolean, shape ``(sites,)``.
    rules
        Further rules on the open sites.

    Raises
    ------
    LocationRefused
        With what is wrong and where, before anything is computed.
    """

    costs: Costs
    weight: Floats
    at_least: int
    at_most: int
    opening: Floats = field(default_factory=_no_numbers)
    ceiling: Floats | None = None
    forced: NDArray[np.bool_] = field(default_factory=_no_flags)
    excluded: NDArray[np.bool_] = field(default_factory=_no_flags)
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        sites = self.costs.sites
        self._set("weight", checked_persons(self.weight, self.costs.clients))
        for name in ("forced", "excluded"):
            given = getattr(self, name)
            given = given if np.size(given) else np.zeros(sites, np.bool_)
            self._set(name, checked_mask(name, given, sites))
        opening = self.opening if np.size(self.opening) else np.zeros(sites)
        self._set("opening", _checked_opening(opening, sites))
        if self.ceiling is not None:
            self._set("ceiling", checked_persons(self.ceiling, self.costs.clients))
        _refuse_counts(self)
        refuse_repeated_names([rule.name for rule in self.rules])
        self._set("rules", tuple(_checked_rule(rule, sites) for rule in self.rules))

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def inputs_hash(self) -> str:
        """SHA-256 over everything that is asked."""
        digest = hashlib.sha256(self.costs.fingerprint())
        arrays = [self.weight, self.opening, self.forced, self.excluded]
        for array in arrays if self.ceiling is None else [*arrays, self.ceiling]:
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        digest.update(f"{self.at_least} {self.at_most}".encode())
        for rule in self.rules:
            digest.update(f"{rule.name!r} {rule.at_least} {rule.at_most}".encode())
            digest.update(np.asarray(rule.sites, np.int64).tobytes())
            if rule.factors is not None:
                digest.update(np.asarray(rule.factors, np.float64).tobytes())
        return digest.hexdigest()


def _checked_opening(opening: ArrayLike, sites: int) -> Floats:
    costs = np.array(opening, np.float64)
    if costs.shape != (sites,):
        raise ShapeWrong(array="opening", shape=costs.shape, expected=f"({sites},)")
    if not np.isfinite(costs).all():
        site = int(np.argmin(np.isfinite(costs)))
        raise OpeningCostInvalid(site=site, cost=float(costs[site]))
    costs.flags.writeable = False
    return costs


def _refuse_counts(question: Question) -> None:
    both = question.forced & question.excluded
    if both.any():
        raise FixedSiteExcluded(site=int(both.argmax()))
    forced = int(question.forced.sum())
    available = int((~question.excluded).sum())
    low, high = question.at_least, question.at_most
    if not 0 <= low <= high or high < max(forced, 1) or low > available:
        raise CountImpossible(at_least=low, at_most=high, forced=forced, available=available)


def _checked_rule(rule: Rule, sites: int) -> Rule:
    given = np.asarray(rule.sites)
    numbers = checked_quota_sites(rule.name, given, sites)
    low = None if rule.at_least is None else float(rule.at_least)
    high = None if rule.at_most is None else float(rule.at_most)
    if any(bound is not None and np.isnan(bound) for bound in (low, high)) or (
        low is not None and high is not None and low > high
    ):
        raise RuleInvalid(rule=rule.name, why=f"asks for at least {low} and at most {high}")
    if rule.factors is None:
        return Rule(rule.name, numbers, low, high)
    factors = np.array(rule.factors, np.float64)
    if factors.shape != given.shape or not np.isfinite(factors).all():
        raise RuleInvalid(rule=rule.name, why="needs one finite factor for every site it names")
    if len(numbers) != len(given):
        raise RuleInvalid(rule=rule.name, why="names a site twice")
    return Rule(rule.name, numbers, low, high, factors[np.argsort(given, kind="stable")])


def rule_rows(rules: Sequence[Rule], sites: int) -> tuple[Floats, Floats, Floats]:
    """Rules as a matrix ``(rules, sites)`` and its least and most, infinite without a bound."""
    parts = np.zeros((len(rules), sites))
    for row, rule in zip(parts, rules, strict=True):
        row[np.asarray(rule.sites)] = 1.0 if rule.factors is None else np.asarray(rule.factors)
    least = np.array([-np.inf if rule.at_least is None else rule.at_least for rule in rules])
    most = np.array([np.inf if rule.at_most is None else rule.at_most for rule in rules])
    return parts, least, most


def bounds(rule: Rule) -> tuple[int, int]:
    """Least and most of a quota as whole numbers."""
    many = len(np.asarray(rule.sites))
    low = 0 if rule.at_least is None else max(0, int(np.ceil(rule.at_least - 1e-9)))
    high = many if rule.at_most is None else min(many, int(np.floor(rule.at_most + 1e-9)))
    return low, high


def sorted_rules(rules: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
    """Quotas that are nested or apart, which the dual obeys by itself, and all other rules."""
    nested: list[Rule] = []
    others: list[Rule] = []
    for rule in sorted(rules, key=lambda one: -len(np.asarray(one.sites))):
        members = np.asarray(rule.sites)
        quota = rule.factors is None and len(members) > 0 and bounds(rule)[1] >= 0
        fits = quota and is_laminar(members, [np.asarray(one.sites) for one in nested])
        (nested if fits else others).append(rule)
    return nested, others
