"""The clauses of a mandate as rules on the number of new offices among candidate places.

Four readings, each one stated to the reader of a plan:

1. A named municipality gets at least one new office.
2. A quota *on top of* a named clause counts new offices in its municipalities except the named
   ones: their offices are spoken for.
3. A clause about areas that asks for as many offices as it has municipalities asks for one in
   each of them; otherwise for so many among all of them together.
4. Where a quota covers all municipalities of such a clause, the offices near an area are among
   those that count for the quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knutpunkt.network.selectors import area_test
from knutpunkt.planning.errors import MandateWithoutPlaces, MembersUnknown
from knutpunkt.planning.problem.rows import Candidate, Material, Term


@dataclass(frozen=True, slots=True)
class Rule:
    """A bound on how many new offices open among some candidates.

    ``municipality`` (code, name) is set where the rule speaks of one municipality.
    """

    name: str
    clause: str
    municipality: tuple[str, str] | None
    sites: tuple[int, ...]
    at_least: int
    at_most: int | None = None


def rules_of(material: Material, *, adjacent_metres: float) -> tuple[Rule, ...]:
    """Read every clause that speaks of places.

    Raises
    ------
    MembersUnknown
        When a clause counts offices in municipalities nobody has named.
    """
    rules: list[Rule] = []
    for term in material.terms:
        if term.type not in ("named", "quota", "adjacent_area"):
            continue
        if not term.members:
            raise MembersUnknown(mandate=material.mandate.slug, clause=term.key)
        if term.type == "named":
            rules += _one_each(material, term, range(len(material.candidates)))
        elif term.type == "quota":
            rules.append(_together(material, term))
        else:
            rules += _near_areas(material, term, adjacent_metres)
    return tuple(rules)


def offices_ordered(material: Material) -> int:
    """How many offices a mandate orders at least: its total, or its parts where they are more.

    Raises
    ------
    MandateWithoutPlaces
        When it orders none.
    """
    total = max((t.at_least or 0 for t in material.terms if t.type == "at_least"), default=0)
    named = frozenset[str]().union(*(t.codes for t in material.terms if t.type == "named"))
    quotas = [t for t in material.terms if t.type == "quota"]
    beside = sum(t.at_least or 0 for t in quotas if t.on_top_of or not t.codes & named)
    ordered = max(total, len(named) + beside)
    if ordered == 0:
        raise MandateWithoutPlaces(mandate=material.mandate.slug)
    return ordered


def total_term(terms: Sequence[Term]) -> Term | None:
    """The clause that orders the whole number; smaller totals only speak of earlier days."""
    totals = [term for term in terms if term.type == "at_least"]
    return max(totals, key=lambda term: term.at_least or 0, default=None)


def counted_codes(material: Material, term: Term) -> frozenset[str]:
    """Municipalities whose new offices count for a clause."""
    if term.type == "quota":
        spoken_for = [t.codes for t in material.terms if t.key == term.on_top_of]
        return term.codes.difference(*spoken_for)
    if term.type == "adjacent_area" and not asks_each(term):
        covering = [t for t in material.terms if t.type == "quota" and t.codes >= term.codes]
        return term.codes.intersection(*(counted_codes(material, t) for t in covering))
    return term.codes


def asks_each(term: Term) -> bool:
    """Whether a clause about areas wants an office in each of its municipalities."""
    return term.at_least is None or term.at_least >= len(term.members)


def metres_allowed(term: Term, adjacent_metres: float) -> float:
    """Distance that counts as next to: the clause's own, else the assumption of the plan."""
    return adjacent_metres if term.distance_m is None else float(term.distance_m)


def is_near(candidate: Candidate, term: Term, metres: float) -> bool:
    """Whether a place lies within some metres of an area in a municipality of the clause."""
    if term.areas is None:
        return False
    areas = [area for area in term.areas.areas if area.municipality_id in term.codes]
    found = area_test(candidate.lat, candidate.lon, areas, term.areas.edition.slug)
    return found is not None and found.metres <= metres


def _one_each(material: Material, term: Term, sites: Sequence[int]) -> list[Rule]:
    rules = []
    for code, name in term.members:
        own = tuple(site for site in sites if material.candidates[site].code == code)
        rules.append(Rule(f"{term.key}:{code}", term.key, (code, name), own, 1))
    return rules


def _together(material: Material, term: Term) -> Rule:
    codes = counted_codes(material, term)
    sites = tuple(n for n, place in enumerate(material.candidates) if place.code in codes)
    return Rule(term.key, term.key, None, sites, term.at_least or 0, term.at_most)


def _near_areas(material: Material, term: Term, adjacent_metres: float) -> list[Rule]:
    metres = metres_allowed(term, adjacent_metres)
    codes = counted_codes(material, term)
    sites = tuple(
        number
        for number, place in enumerate(material.candidates)
        if place.code in codes and is_near(place, term, metres)
    )
    if asks_each(term):
        return _one_each(material, term, sites)
    return [Rule(term.key, term.key, None, sites, term.at_least or 0, term.at_most)]
