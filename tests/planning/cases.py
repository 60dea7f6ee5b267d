"""Small made-up cases: a row of towns along a parallel, some of them with offices."""

from datetime import date

import numpy as np

from knutpunkt.engines.travel import straight_line_minutes
from knutpunkt.mandates.models import Mandate
from knutpunkt.network.models import Area, AreaEdition, Municipality
from knutpunkt.network.selectors import AddressOnDay, OfficeOnDay
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.problem import Candidate, Case, Existing, Material, Term
from knutpunkt.planning.problem.areas import AreaList
from knutpunkt.planning.problem.case import _problem
from knutpunkt.planning.problem.rules import offices_ordered, rules_of

DAY = date(2021, 5, 26)
LAT = 60.0


def term(
    key, kind, members=(), *, at_least=None, at_most=None, on_top_of="", areas=(), metres=None
):
    """A clause; ``areas`` are (code, longitude) of round areas of half a square kilometre."""
    return Term(
        key=key,
        type=kind,
        at_least=at_least,
        at_most=at_most,
        members=tuple((code, f"Town {code}") for code in members),
        on_top_of=on_top_of,
        distance_m=metres,
        areas=_areas(areas) if kind == "adjacent_area" else None,
        paraphrase_sv=f"{key} på svenska",
        paraphrase_en=f"{key} in English",
    )


def material(terms, persons, *, places=None, offices=(0,)):
    """Towns 0, 1, 2… stand half a degree apart; each has one candidate place unless told."""
    codes = [str(number) for number in range(len(persons))]
    return Material(
        mandate=Mandate(slug="made-up", title_sv="Påhittat", title_en="Made up"),
        terms=tuple(terms),
        points=tuple(
            DemandPoint(
                key=code,
                municipality=Municipality(code=code, name=f"Town {code}"),
                lat=LAT,
                lon=lon_of(code),
                persons=residents,
                population_on=DAY,
            )
            for code, residents in zip(codes, persons, strict=True)
        ),
        candidates=tuple(
            Candidate(f"Place {code}", "place", code, f"Town {code}", LAT, lon_of(code))
            for code in (codes if places is None else places)
        ),
        existing=Existing(DAY, tuple(_office(number) for number in offices), (), (), 0),
        municipalities={code: f"Town {code}" for code in codes},
    )


def case(terms, persons, *, adjacent_metres=1000.0, **more):
    """The case of some clauses."""
    made = material(terms, persons, **more)
    rules = rules_of(made, adjacent_metres=adjacent_metres)
    sites = [(place.lat, place.lon) for place in made.candidates]
    sites += [(office.address.lat, office.address.lon) for office in made.existing.offices]
    points = np.array([(point.lat, point.lon) for point in made.points])
    travel = straight_line_minutes(points, np.array(sites))
    problem = _problem(made, rules, offices_ordered(made), travel)
    return Case(made, rules, adjacent_metres, travel, problem)


def lon_of(code):
    return 15 + int(code) / 2


def _office(number):
    address = AddressOnDay(
        "", "", "", str(number), "", None, "", LAT, lon_of(number), "street", certain=True
    )
    return OfficeOnDay(
        f"office-{number}", f"Office {number}", "fixed", "open", "yes", address,
        (), (), (), in_balance=True, confidence="high", published_on="", source="",
        note_sv="", note_en="",
    )  # fmt: skip


def _areas(areas):
    edition = AreaEdition(slug="made-up-list")
    found = tuple(
        Area(name=f"Area {code}", municipality_id=code, lat=LAT, lon=lon, area_km2=0.5)
        for code, lon in areas
    )
    return AreaList(edition, found, edition) if found else None
