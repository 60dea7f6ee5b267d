"""What a study stands on, read from the register: residents, places, offices, areas, clauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from knutpunkt.engines.travel import TravelRefused, TravelSource, straight_line_minutes
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.network.models import Area, County, Municipality
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, network_on
from knutpunkt.planning.errors import DemandMissing, NetworkUnknown, QuestionRefused
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.problem import Candidate, Existing, Material, Rule, rules_of
from knutpunkt.planning.problem.areas import areas_on
from knutpunkt.planning.problem.rows import Term, existing_of, localities, middles_of, terms_of
from knutpunkt.planning.studies.question import Question

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A site: a place where an office may open, or an office there is."""

    key: str
    name: str
    code: str
    municipality: str
    county: str
    lat: float
    lon: float
    basis: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a study is about. The sites are first the places, then the offices.

    ``minutes`` has shape ``(points, sites)``, ``area_minutes`` ``(areas, sites)``, ``persons``
    ``(points,)``.
    """

    question: Question
    network: NetworkOnDay
    existing: Existing
    points: tuple[DemandPoint, ...]
    places: int
    sites: tuple[Spot, ...]
    municipalities: Mapping[str, tuple[str, str]]
    counties: Mapping[str, str]
    edition: str
    areas: tuple[Area, ...]
    terms: tuple[Term, ...]
    clauses: tuple[Rule, ...]
    persons: Floats
    minutes: Floats
    area_minutes: Floats
    source: TravelSource

    @property
    def is_office(self) -> NDArray[np.bool_]:
        """Which sites are offices there are, shape ``(sites,)``."""
        return np.arange(len(self.sites)) >= self.places

    def number_of(self, key: str) -> int:
        """Find a site by its key.

        Raises
        ------
        QuestionRefused
            When the study has no such place or office.
        """
        for number, spot in enumerate(self.sites):
            if spot.key == key:
                return number
        raise QuestionRefused(
            reason=_("No place or office “%(key)s” can be part of this study.") % {"key": key},
            hint=_("Choose a place on record, or an office that was surely open on the day."),
        )


def ground_of(question: Question) -> Ground:
    """Read what a question stands on: some twenty queries.

    Raises
    ------
    NetworkUnknown, DemandMissing, MembersUnknown, NotFound, QuestionRefused
        When the question cannot be put, with the reason.
    """
    network = network_on(question.on)
    existing = existing_of(network)
    if network.balance is None or not existing.offices:
        raise NetworkUnknown(on=question.on)
    points = _points(question.population_on)
    towns = {m.code: (m.name, m.county_id) for m in Municipality.objects.all()}
    names = {code: name for code, (name, _county) in towns.items()}
    terms = terms_of(mandate_get(question.mandate)) if question.mandate else ()
    places = [*localities(names), *middles_of(terms, names)] if question.opens else []
    edition, areas = areas_on(question.on)
    sites = (
        *(_place(place, towns) for place in places),
        *(_office(office, towns) for office in existing.offices),
    )
    where = np.array([(spot.lat, spot.lon) for spot in sites])
    minutes, source = _minutes(question, np.array([(p.lat, p.lon) for p in points]), where)
    around, _source = _minutes(question, np.array([(a.lat, a.lon) for a in areas]), where)
    return Ground(
        question=question,
        network=network,
        existing=existing,
        points=points,
        places=len(places),
        sites=sites,
        municipalities=towns,
        counties=dict(County.objects.values_list("code", "name")),
        edition=edition.slug if edition else "",
        areas=areas,
        terms=terms,
        clauses=_clauses(question, terms, tuple(places), points, existing, names),
        persons=np.array([point.persons for point in points], dtype=np.float64),
        minutes=minutes,
        area_minutes=around,
        source=source,
    )


def _points(population_on: date | None) -> tuple[DemandPoint, ...]:
    inhabited = DemandPoint.objects.filter(persons__gt=0)
    found = tuple(inhabited.filter(population_on=population_on) if population_on else inhabited)
    if not found and population_on and inhabited.exists():
        raise QuestionRefused(
            reason=_("No population of %(day)s is on record.") % {"day": population_on},
            hint=_("Choose a day whose population was imported, or none."),
        )
    if not found:
        raise DemandMissing
    return found


def _clauses(
    question: Question,
    terms: tuple[Term, ...],
    places: tuple[Candidate, ...],
    points: tuple[DemandPoint, ...],
    existing: Existing,
    names: Mapping[str, str],
) -> tuple[Rule, ...]:
    if not terms:
        return ()
    mandate = mandate_get(question.mandate)
    material = Material(mandate, terms, points, places, existing, names)
    return rules_of(material, adjacent_metres=question.adjacent_metres)


def _place(place: Candidate, towns: Mapping[str, tuple[str, str]]) -> Spot:
    return Spot(place.key, place.place, place.code, place.municipality, towns[place.code][1],
                place.lat, place.lon, place.basis)  # fmt: skip


def _office(office: OfficeOnDay, towns: Mapping[str, tuple[str, str]]) -> Spot:
    address = office.address
    assert address.lat is not None
    assert address.lon is not None
    code = address.municipality_code or ""
    name, county = towns.get(code, ("", ""))
    return Spot(office.key, office.name, code, name, county, address.lat, address.lon, "office")


def _minutes(question: Question, points: Floats, sites: Floats) -> tuple[Floats, TravelSource]:
    travel = question.travel
    try:
        found = straight_line_minutes(
            points.reshape(-1, 2), sites, detour=travel.detour, km_per_hour=travel.km_per_hour
        )
    except TravelRefused as refusal:
        raise QuestionRefused(reason=str(refusal), hint=refusal.hint) from None
    return found.minutes, found.source
