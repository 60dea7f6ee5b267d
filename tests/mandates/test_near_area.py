"""In or next to an area: decided where edition, position and distance are held, else undecided."""

from datetime import date

import pytest

from knutpunkt.mandates.models import Attribution, Clause, Mandate
from knutpunkt.mandates.selectors import check
from knutpunkt.network.models import Area, AreaEdition
from support.network import happened, made_office

BY = {"recorded_by": "a test"}
# One minute of latitude is about 1 853 m; the area is a circle of 564 m around 60° N, 15° E.
MINUTE = 1 / 60
AFTER = date(2022, 12, 31)


@pytest.fixture
def edition(municipality):
    return made_edition(municipality, "list-2021", "2021")


def made_edition(municipality, slug, valid_from, *, lat=60.0, held=True):
    found = AreaEdition.objects.create(
        slug=slug, title_sv=slug, title_en=slug, valid_from=valid_from, held=held, **BY
    )
    if held:
        Area.objects.create(
            edition=found, name="Berget", municipality=municipality, lat=lat, lon=15.0, area_km2=1.0
        )
    return found


@pytest.fixture
def clause(municipality):
    mandate = Mandate.objects.create(
        slug="m", title_sv="m", title_en="m", decided_on="2021-12-01", **BY
    )
    words = {
        "mandate": mandate,
        "window_from": date(2022, 1, 1),
        "window_to": AFTER,
        "paraphrase_sv": "p",
        "paraphrase_en": "p",
    }
    total = Clause.objects.create(key="total", type="at_least", at_least=2, **words)
    near = Clause.objects.create(key="near", type="adjacent_area", at_least=1, **words)
    near.members.add(municipality)
    near.total = total
    return near


def opened(clause, municipality, key="north", *, on="2022-06-01", lat=60.0, **address):
    address = {"lat": lat, "lon": 15.0, "position_basis": "street-address"} | address
    office = made_office(key, municipality=municipality, **address)
    happened(office, "opened", on, published_on="2022-06-01")
    Attribution.objects.create(office=office, clause=clause.total, **BY)
    return office


def judged(day=AFTER):
    return next(found for found in check("m", on=day).clauses if found.key == "near")


def test_an_office_inside_an_area_is_in_it(edition, clause, municipality):
    opened(clause, municipality, lat=60.004)
    assert judged().verdict == "met"
    assert judged().counted == ("north",)


def test_without_a_distance_an_office_outside_is_undecided_and_the_distance_is_named(
    edition, clause, municipality
):
    opened(clause, municipality, lat=60 + MINUTE)
    found = judged()
    assert found.verdict == "undecided"
    assert "1290 m from Berget (list-2021)" in found.because_en
    assert "uppdraget anger inget avstånd" in found.because_sv


@pytest.mark.parametrize(("metres", "verdict"), [(1280, "breached"), (1300, "met")])
def test_with_a_distance_it_is_decided(edition, clause, municipality, metres, verdict):
    clause.distance_m = metres
    clause.save()
    opened(clause, municipality, lat=60 + MINUTE)
    assert judged().verdict == verdict


def test_a_position_that_stands_for_a_town_decides_nothing(edition, clause, municipality):
    opened(clause, municipality, position_basis="town-point")
    assert judged().verdict == "undecided"
    assert "place within the town is not known" in judged().because_en


def test_an_office_without_a_position_decides_nothing(edition, clause, municipality):
    opened(clause, municipality, lat=None, lon=None)
    assert judged().verdict == "undecided"


def test_an_edition_that_is_not_held_is_named(municipality, clause):
    made_edition(municipality, "list-2021", "2021", held=False)
    made_edition(municipality, "list-2023", "2023")
    opened(clause, municipality)
    assert judged().verdict == "undecided"
    assert "list-2021" in judged().because_en


def test_where_no_edition_is_on_record_it_is_said(clause, municipality):
    opened(clause, municipality)
    assert judged().verdict == "undecided"
    assert "No edition" in judged().because_en


def test_the_edition_of_the_opening_day_decides_and_not_a_later_one(edition, clause, municipality):
    made_edition(municipality, "list-2022", "2022-09-01", lat=61.0)
    clause.distance_m = 100
    clause.save()
    opened(clause, municipality)
    assert judged().verdict == "met"


def test_an_edition_that_had_perhaps_not_begun_leaves_the_one_before_in_question(
    edition, clause, municipality
):
    made_edition(municipality, "list-2022", "2022", lat=61.0)
    clause.distance_m = 100
    clause.save()
    opened(clause, municipality)
    assert judged().verdict == "undecided"
    assert "list-2021, list-2022" in judged().because_en


def test_the_edition_a_clause_names_decides_whenever_it_opened(edition, clause, municipality):
    clause.edition = made_edition(municipality, "list-2023", "2023", lat=61.0)
    clause.distance_m = 100
    clause.save()
    opened(clause, municipality)
    assert judged().verdict == "breached"


def test_two_offices_in_one_municipality_are_two(edition, clause, municipality):
    clause.at_least = 2
    clause.save()
    clause.members.add(municipality.county.municipalities.create(code="N1-2", name="Southtown"))
    clause.members.add(municipality.county.municipalities.create(code="N1-3", name="Easttown"))
    opened(clause, municipality, "north")
    assert judged(date(2022, 7, 1)).verdict == "open"
    opened(clause, municipality, "south")
    assert judged().verdict == "met"


def test_the_clause_is_open_until_something_opens(edition, clause):
    assert judged(date(2022, 6, 1)).verdict == "open"
    assert judged().verdict == "breached"
