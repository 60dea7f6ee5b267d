"""From rows to arrays: the case of a mandate, ready for the engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location import LocationRefused, Problem, Quota
from knutpunkt.engines.travel import TravelRefused, TravelTimes, straight_line_minutes
from knutpunkt.planning.errors import NetworkUnknown, QuestionRefused
from knutpunkt.planning.problem.rows import Material, material_of
from knutpunkt.planning.problem.rules import Rule, offices_ordered, rules_of


@dataclass(frozen=True, slots=True)
class Case:
    """A question to the engine and what its numbers stand for.

    The sites of the problem are first the candidates, in their order, then the existing offices.
    """

    material: Material
    rules: tuple[Rule, ...]
    adjacent_metres: float
    travel: TravelTimes
    problem: Problem


def case_of(slug: str, *, detour: float, km_per_hour: float, adjacent_metres: float) -> Case:
    """Gather the case of a mandate.

    Parameters
    ----------
    slug
        Key of the mandate.
    detour, km_per_hour
        Of the straight-line travel times.
    adjacent_metres
        What counts as next to an area where a clause gives no distance.

    Raises
    ------
    QuestionRefused
        When a parameter makes no sense.
    NotFound, NetworkUnknown, DemandMissing, MembersUnknown, MandateWithoutPlaces
        When the mandate cannot be planned for, with the reason.
    """
    if not (np.isfinite(adjacent_metres) and adjacent_metres >= 0):
        raise QuestionRefused(
            reason=f"A distance of {adjacent_metres:g} m to an area is not possible.",
            hint="Give metres, 0 or more.",
        )
    material = material_of(slug)
    if not material.existing.offices:
        raise NetworkUnknown(on=material.existing.on)
    rules = rules_of(material, adjacent_metres=adjacent_metres)
    ordered = offices_ordered(material)
    try:
        travel = _travel(material, detour, km_per_hour)
        problem = _problem(material, rules, ordered, travel)
    except (TravelRefused, LocationRefused) as refusal:
        raise QuestionRefused(reason=str(refusal), hint=refusal.hint) from None
    return Case(material, rules, adjacent_metres, travel, problem)


def _travel(material: Material, detour: float, km_per_hour: float) -> TravelTimes:
    points = np.array([(point.lat, point.lon) for point in material.points])
    return straight_line_minutes(points, _sites(material), detour=detour, km_per_hour=km_per_hour)


def _sites(material: Material) -> NDArray[np.float64]:
    candidates = [(place.lat, place.lon) for place in material.candidates]
    offices = [(office.address.lat, office.address.lon) for office in material.existing.offices]
    return np.array(candidates + offices, dtype=np.float64).reshape(-1, 2)


def _problem(
    material: Material, rules: tuple[Rule, ...], ordered: int, travel: TravelTimes
) -> Problem:
    sites = travel.minutes.shape[1]
    return Problem(
        cost=travel.minutes,
        persons=np.array([point.persons for point in material.points], dtype=np.float64),
        fixed_open=np.arange(sites) >= len(material.candidates),
        excluded=np.zeros(sites, dtype=np.bool_),
        new_sites=ordered,
        quotas=tuple(
            Quota(rule.name, np.array(rule.sites, dtype=np.intp), rule.at_least, rule.at_most)
            for rule in rules
        ),
    )
