"""The rules of a study as what the engine understands: fixed, excluded, and counts of sites.

Where nothing closes, every office stays. Where some close, none is fixed: those that remain are
chosen like new places, and a count keeps the number of new places as it was asked for. A budget
adds up what the places cost and what the offices that remain do not save.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.counting import quota_mask
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.rules import (
    ABOUT_SEVERAL,
    APART,
    MAX_MINUTES,
    NEVER_LEAVE,
    OPPOSITE,
    QUOTA,
    WrittenRule,
)

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

#: Share of a budget that is rounding.
SLACK = 1e-9

#: Stand for the number and the money asked for, where the engine names what cannot hold together.
COUNT = "count"
BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some sites must or may be open afterwards, fixed ones included.

    ``rule`` is the key of what asks for it. With ``factors`` it is a sum, as of money.
    """

    name: str
    rule: str
    sites: tuple[int, ...]
    at_least: float | None
    at_most: float | None
    factors: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Fixed and excluded sites, shape ``(sites,)`` each, how many are open in all, and the tallies.

    ``out_of_reach`` are points no site can reach within the longest way; they are reported, and
    nothing is asked for them.
    """

    fixed: Mask
    excluded: Mask
    at_least: int
    at_most: int
    tallies: tuple[Tally, ...]
    out_of_reach: tuple[int, ...]


def bounds_of(
    ground: Ground,
    *,
    without: Collection[str] = (),
    forbidden: Collection[int] = (),
    spared: Collection[int] = (),
) -> Bounds:
    """Read the rules of a study.

    Parameters
    ----------
    ground
        What the study stands on.
    without
        Keys of rules that are left out, to learn what they cost.
    forbidden, spared
        Sites that must not be open afterwards, or that must, beside the rules.

    Raises
    ------
    QuestionRefused
        When the rules contradict each other or the numbers, with the place.
    """
    made = _Bounds(ground, frozenset(without))
    made.fix()
    made.excluded[list(forbidden)] = True
    made.fixed[list(spared)] = True
    least, most = made.numbers()
    made.count()
    made.spend()
    return Bounds(made.fixed, made.excluded, least, most, tuple(made.tallies), made.out_of_reach)


def rule_keys(ground: Ground) -> list[str]:
    """Keys of every rule that can be left out: written ones, clauses and a budget, each once.

    A budget that stands in for a number is no such rule: without it everything would open.
    """
    question = ground.question
    written = [rule.key for rule in question.rules]
    counted = None not in (question.open, question.close)
    budget = [BUDGET] if counted and question.spending.most is not None else []
    clauses = [_clause(rule.clause) for rule in ground.clauses]
    return list(dict.fromkeys([*written, *clauses, *budget]))


def _clause(key: str) -> str:
    return f"clause:{key}"


@dataclass
class _Bounds:
    """The bounds while they are made."""

    ground: Ground
    without: frozenset[str]
    tallies: list[Tally] = field(default_factory=list)
    out_of_reach: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        offices = self.ground.is_office
        self.places = ~offices
        self.fixed = offices & (not self.ground.question.closes)
        self.excluded = np.zeros(len(offices), dtype=np.bool_)
        self.rules = [r for r in self.ground.question.rules if r.key not in self.without]

    def fix(self) -> None:
        """Read the rules about single places and offices."""
        about = {rule.key for rule in self.rules}
        for rule in self.rules:
            if rule.kind not in OPPOSITE:
                continue
            site = self.ground.number_of(rule.at)
            _refuse_wrong_kind(self.ground, rule, site)
            if f"{OPPOSITE[rule.kind]}:{rule.at}" in about:
                _refuse(_("Two rules about %(name)s contradict each other."),
                        name=self.ground.sites[site].name)  # fmt: skip
            mask = self.fixed if rule.kind in ("must_open", "keep") else self.excluded
            mask[site] = True

    def numbers(self) -> tuple[int, int]:
        """How many sites are open in all; the numbers asked for must leave room for the rules."""
        question, places = self.ground.question, self.places
        opened, stay = self._opened(), self._staying()
        least, most = opened[0] + stay[0], opened[1] + stay[1]
        if most == 0:
            _refuse(_("No office would be open afterwards."))
        if question.opens and question.closes:
            if question.open is not None:
                self.tally(COUNT, COUNT, places, *opened)
            if question.close is not None:
                self.tally(f"{COUNT}:close", COUNT, ~places, *stay)
        return max(1, least), most

    def _opened(self) -> tuple[int, int]:
        """Least and most places that open."""
        opened, places = self.ground.question.open, self.places
        forced, possible = int((self.fixed & places).sum()), int((places & ~self.excluded).sum())
        if opened is None:
            return forced, possible
        if forced > opened:
            _refuse(_("%(forced)s places must open, but only %(open)s offices open."),
                    forced=forced, open=opened)  # fmt: skip
        if opened > possible:
            _refuse(_("%(open)s offices cannot open: there are places for %(places)s."),
                    open=opened, places=possible)  # fmt: skip
        return opened, opened

    def _staying(self) -> tuple[int, int]:
        """Least and most offices that stay."""
        closed, offices = self.ground.question.close, ~self.places
        kept, leaving = int((self.fixed & offices).sum()), int((self.excluded & offices).sum())
        if closed is None:
            return kept, int(offices.sum()) - leaving
        stay = int(offices.sum()) - closed
        if stay < 0:
            _refuse(_("%(close)s offices cannot close: %(offices)s are on record."),
                    close=closed, offices=int(offices.sum()))  # fmt: skip
        if leaving > closed:
            _refuse(_("%(forced)s offices must close, but only %(close)s close."),
                    forced=leaving, close=closed)  # fmt: skip
        if kept > stay:
            _refuse(_("%(kept)s offices must stay, but only %(stay)s remain."),
                    kept=kept, stay=stay)  # fmt: skip
        return stay, stay

    def spend(self) -> None:
        """Read the budget: what opens costs, and what stays does not save."""
        spending = self.ground.question.spending
        if spending.most is None or BUDGET in self.without:
            return
        costs, saved = costs_of(self.ground)
        most = spending.most + float(saved)
        if float(costs[self.fixed].sum()) > most + SLACK * max(1.0, abs(most)):
            _refuse(_("What is sure to open costs more than the budget."))
        named = np.flatnonzero(costs)
        self.tallies.append(
            Tally(BUDGET, BUDGET, tuple(named.tolist()), None, most, tuple(costs[named].tolist()))
        )
        if self.ground.question.open is None:
            # Follows from the budget; said, no bound can buy the half of an office.
            self.tally(f"{BUDGET}:count", BUDGET, self.places, 0, self._payable(costs, most))

    def _payable(self, costs: Floats, most: float) -> int:
        """Count the places that could be paid if the cheapest opened."""
        left = most - float(costs[self.fixed & ~self.places].sum()) + SLACK * max(1.0, abs(most))
        sure = self.fixed & self.places
        left -= float(costs[sure].sum())
        free = np.sort(costs[self.places & ~self.fixed & ~self.excluded])
        return int(sure.sum()) + int((free.cumsum() <= left).sum())

    def count(self) -> None:
        """Read the rules that count sites."""
        for clause in self.ground.clauses:
            if _clause(clause.clause) not in self.without:
                mask = np.isin(np.arange(len(self.places)), clause.sites)
                self.tally(clause.name, _clause(clause.clause), mask, clause.at_least,
                           clause.at_most)  # fmt: skip
        for rule in self.rules:
            if rule.kind == QUOTA:
                mask = quota_mask(self.ground, rule)
                self.tally(rule.key, rule.key, mask, rule.at_least, rule.at_most)
            elif rule.kind == NEVER_LEAVE:
                self._never_leave(rule)
            elif rule.kind == MAX_MINUTES:
                self._reach(rule)
            elif rule.kind in ABOUT_SEVERAL:
                self._several(rule)

    def tally(self, name: str, rule: str, mask: Mask, least: int, most: int | None) -> None:
        """Count some sites, fixed ones included."""
        already = int((mask & self.fixed).sum())
        if most is not None and already > most:
            _refuse(_("A rule allows at most %(most)s offices where %(already)s are sure."),
                    most=most, already=already)  # fmt: skip
        if least > already or most is not None:
            sites = np.flatnonzero(mask & ~self.excluded)
            self.tallies.append(Tally(name, rule, tuple(sites.tolist()), least, most))

    def _never_leave(self, rule: WrittenRule) -> None:
        codes = np.array([spot.code for spot in self.ground.sites])
        for code in np.unique(codes[~self.places]):
            if code:
                self.tally(f"{rule.key}:{code}", rule.key, codes == code, 1, None)

    def _several(self, rule: WrittenRule) -> None:
        sites = sorted({self.ground.number_of(key) for key in rule.codes})
        if rule.kind == APART:
            mask = np.zeros(len(self.places), dtype=np.bool_)
            mask[sites] = True
            self.tally(rule.key, rule.key, mask, 0, 1)
            return
        for number, pair in enumerate(pairwise(sites)):
            self.tallies.append(
                Tally(f"{rule.key}:{number}", rule.key, pair, 0.0, 0.0, (1.0, -1.0))
            )

    def _reach(self, rule: WrittenRule) -> None:
        reach = (self.ground.minutes <= rule.minutes) & ~self.excluded
        asking = ~reach[:, self.fixed].any(axis=1)
        lost = asking & ~reach.any(axis=1)
        self.out_of_reach = tuple(int(point) for point in np.flatnonzero(lost))
        for number, row in enumerate(_smallest(reach[asking & ~lost])):
            self.tally(f"{rule.key}:{number}", rule.key, row, 1, None)


def costs_of(ground: Ground) -> tuple[Floats, float]:
    """What each site costs where it is open, over the years, and what closing them all would save.

    Parameters
    ----------
    ground
        Sites, and a question with its spending and savings.

    Returns
    -------
    tuple
        Costs, shape ``(sites,)``: of a place what opening and running it costs, of an office what
        closing it would save. A plan costs the sum over its open sites less the number beside it.
    """
    question = ground.question
    spending = question.spending
    costs = np.zeros(len(ground.sites))
    saved = 0.0
    for number, spot in enumerate(ground.sites):
        if number < ground.places:
            costs[number] = spending.of_place(spot.key)
        elif question.closes:
            costs[number] = spending.years * question.savings.get(spot.key, 0.0)
            saved += costs[number]
    return costs, saved


def _smallest(rows: Mask) -> list[Mask]:
    """Keep the rows that contain no other: an office for the smaller serves the larger too."""
    kept: list[Mask] = []
    unique = np.unique(rows, axis=0)
    for row in unique[np.argsort(unique.sum(axis=1), kind="stable")]:
        if not any((one <= row).all() for one in kept):
            kept.append(row)
    return kept


def _refuse_wrong_kind(ground: Ground, rule: WrittenRule, site: int) -> None:
    office = bool(ground.is_office[site])
    if office != (rule.kind in ("keep", "must_close")):
        _refuse(_("The rule about %(name)s fits no site of its kind."),
                name=ground.sites[site].name)  # fmt: skip


def _refuse(sentence: str, **words: object) -> None:
    raise QuestionRefused(
        reason=sentence % words, hint=_("Change the numbers or one of the rules.")
    )
