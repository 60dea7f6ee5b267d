"""The rules of a study as what the engine understands: fixed, excluded, and counts of sites.

Where nothing closes, every office stays. Where some close, none is fixed: those that remain are
chosen like new places, and a count keeps the number of new places as it was asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.network.selectors import area_test
from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.rules import (
    MAX_MINUTES,
    NEVER_LEAVE,
    OPPOSITE,
    QUOTA,
    WrittenRule,
)

Mask = NDArray[np.bool_]

#: Stands for the number asked for, where the engine names what cannot hold together.
COUNT = "count"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some sites must or may be chosen; ``rule`` is the key of what asks for it."""

    name: str
    rule: str
    sites: tuple[int, ...]
    at_least: int
    at_most: int | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Fixed and excluded sites, shape ``(sites,)`` each, the number to choose, and the tallies.

    ``out_of_reach`` are points no site can reach within the longest way; they are reported, and
    nothing is asked for them.
    """

    fixed: Mask
    excluded: Mask
    new_sites: int
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
    chosen = made.numbers()
    made.count()
    return Bounds(made.fixed, made.excluded, chosen, tuple(made.tallies), made.out_of_reach)


def rule_keys(ground: Ground) -> list[str]:
    """Keys of every rule that can be left out: written ones and clauses, each once."""
    written = [rule.key for rule in ground.question.rules]
    return list(dict.fromkeys([*written, *(_clause(rule.clause) for rule in ground.clauses)]))


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
        self.fixed = offices & (self.ground.question.close == 0)
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

    def numbers(self) -> int:
        """How many sites to choose; the numbers asked for must leave room for the rules."""
        question, places = self.ground.question, self.places
        offices = int((~places).sum())
        opened, stay = question.open, offices - question.close
        if stay < 0:
            _refuse(_("%(close)s offices cannot close: %(offices)s are on record."),
                    close=question.close, offices=offices)  # fmt: skip
        forced = int((self.fixed & places).sum())
        if forced > opened:
            _refuse(_("%(forced)s places must open, but only %(open)s offices open."),
                    forced=forced, open=opened)  # fmt: skip
        kept, leaving = int((self.fixed & ~places).sum()), int((self.excluded & ~places).sum())
        if leaving > question.close:
            _refuse(_("%(forced)s offices must close, but only %(close)s close."),
                    forced=leaving, close=question.close)  # fmt: skip
        if kept > stay:
            _refuse(_("%(kept)s offices must stay, but only %(stay)s remain."),
                    kept=kept, stay=stay)  # fmt: skip
        if stay + opened == 0:
            _refuse(_("No office would be open afterwards."))
        if question.open and question.close:
            self.tally(COUNT, COUNT, places, opened, opened)
        return opened - forced + stay - kept

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

    def tally(self, name: str, rule: str, mask: Mask, least: int, most: int | None) -> None:
        """Count some sites; what is fixed among them counts already."""
        already = int((mask & self.fixed).sum())
        if most is not None and already > most:
            _refuse(_("A rule allows at most %(most)s offices where %(already)s are sure."),
                    most=most, already=already)  # fmt: skip
        least, most = max(0, least - already), None if most is None else most - already
        if least or most is not None:
            free = np.flatnonzero(mask & ~self.fixed & ~self.excluded)
            self.tallies.append(Tally(name, rule, tuple(int(s) for s in free), least, most))

    def _never_leave(self, rule: WrittenRule) -> None:
        codes = np.array([spot.code for spot in self.ground.sites])
        for code in np.unique(codes[~self.places]):
            if code:
                self.tally(f"{rule.key}:{code}", rule.key, codes == code, 1, None)

    def _reach(self, rule: WrittenRule) -> None:
        reach = (self.ground.minutes <= rule.minutes) & ~self.excluded
        asking = ~reach[:, self.fixed].any(axis=1)
        lost = asking & ~reach.any(axis=1)
        self.out_of_reach = tuple(int(point) for point in np.flatnonzero(lost))
        for number, row in enumerate(_smallest(reach[asking & ~lost])):
            self.tally(f"{rule.key}:{number}", rule.key, row, 1, None)


def quota_mask(ground: Ground, rule: WrittenRule) -> Mask:
    """Return which sites count for a quota, shape ``(sites,)``."""
    codes = set(rule.codes)
    if rule.scope == "area":
        areas = [area for area in ground.areas if area.municipality_id in codes]
        metres = ground.question.adjacent_metres
        inside = [
            spot.code in codes
            and (found := area_test(spot.lat, spot.lon, areas, ground.edition)) is not None
            and found.metres <= metres
            for spot in ground.sites
        ]
    elif rule.scope == "county":
        inside = [spot.county in codes for spot in ground.sites]
    else:
        inside = [spot.code in codes for spot in ground.sites]
    mask = np.array(inside, dtype=np.bool_)
    return mask if rule.counts == "all" else mask & ~ground.is_office


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
