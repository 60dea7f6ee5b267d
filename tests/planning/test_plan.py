"""The plan for the commission of May 2021 on the embedded network."""

import json

import pytest

from knutpunkt.core.errors import NotFound
from knutpunkt.core.runs import Stopped
from knutpunkt.mandates.models import Clause
from knutpunkt.network.models import Area, AreaEdition
from knutpunkt.network.selectors import area_test
from knutpunkt.planning import errors
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.services import plan

pytestmark = pytest.mark.django_db

CITIES = {"0181", "0380", "0484", "0580", "0581", "0680", "0780", "1283"}


def members(key):
    clause = Clause.objects.get(mandate__slug="2021-05", key=key)
    return set(clause.members.values_list("code", flat=True))


def metres_to_area(site):
    areas = list(Area.objects.filter(edition__slug="police-2023"))
    return area_test(site.lat, site.lon, areas, "police-2023").metres


def test_twenty_eight_places_are_proved_best(swedish_plan):
    assert (swedish_plan.status, swedish_plan.gap) == ("proved", 0)
    assert len({(site.lat, site.lon) for site in swedish_plan.sites}) == 28
    assert swedish_plan.bound <= swedish_plan.objective


def test_every_clause_is_satisfied_or_not_about_places(swedish_plan):
    found = {clause.key: clause.status for clause in swedish_plan.clauses}
    assert set(found.values()) == {"satisfied", "not_spatial"}
    assert {key for key, status in found.items() if status == "not_spatial"} == {
        "round-1", "report-1", "report-2", "report-final",
    }  # fmt: skip


def test_each_named_municipality_has_exactly_one_place(swedish_plan):
    codes = [site.code for site in swedish_plan.sites]
    named = members("named-23")
    assert len(named) == 23
    assert all(codes.count(code) == 1 for code in named)


def test_five_or_six_stand_in_the_metropolitan_areas_on_top_of_the_named(swedish_plan):
    metro = members("metro-quota") - members("named-23")
    assert sum(site.code in metro for site in swedish_plan.sites) in (5, 6)


def test_the_eight_cities_get_their_office_next_to_an_area(swedish_plan):
    assert members("adjacent-named-8") == CITIES
    for site in swedish_plan.sites:
        if site.code in CITIES:
            assert metres_to_area(site) <= 1000


@pytest.mark.parametrize("metro", ["stockholm", "goteborg", "malmo"])
def test_each_metropolitan_area_has_an_office_next_to_an_area(swedish_plan, metro):
    here = members(f"adjacent-{metro}") - members("named-23")
    near = [s for s in swedish_plan.sites if s.code in here and metres_to_area(s) <= 1000]
    assert near
    assert all(f"adjacent-{metro}" in site.why for site in near)


def test_residents_travel_less_than_before(swedish_plan):
    assert swedish_plan.mean_minutes_after < swedish_plan.mean_minutes_before
    assert swedish_plan.share_within_30_after > swedish_plan.share_within_30_before


def test_what_places_save_and_what_municipalities_gain_is_the_same_sum(swedish_plan):
    persons = swedish_plan.population.persons
    saved = persons * (swedish_plan.mean_minutes_before - swedish_plan.mean_minutes_after)
    assert sum(s.person_minutes for s in swedish_plan.sites) == pytest.approx(saved)
    assert sum(g.person_minutes for g in swedish_plan.gains) == pytest.approx(saved)
    assert len(swedish_plan.gains) == 290


def test_the_plan_says_what_it_does_not_know(swedish_plan):
    assert (swedish_plan.existing.count, swedish_plan.existing.unnamed) == (116, 44)
    assert "44 that no source names are treated as absent" in swedish_plan.existing.sentence_en
    assert swedish_plan.travel.sentence_sv == "Fågelvägen × 1,3 i 60 km/h."
    assert any("police-2021" in note.sentence_en for note in swedish_plan.notes)


def test_the_plan_is_plain_json(swedish_plan):
    kept = json.loads(json.dumps(swedish_plan.as_dict(), allow_nan=False))
    assert kept["sites"][0]["place"] == swedish_plan.sites[0].place


def test_the_same_question_gives_the_same_places(swedish_plan):
    again = plan("2021-05")
    assert again.sites == swedish_plan.sites
    assert again.inputs_hash == swedish_plan.inputs_hash


@pytest.mark.parametrize(
    ("mandate", "refusal", "words"),
    [
        ("2099-01", NotFound, "Known are: 2020-06"),
        ("2020-06", errors.NetworkUnknown, "2020-06-30"),
        ("2022-06", errors.MembersUnknown, "pilot-municipalities"),
        ("2024-11", errors.MandateWithoutPlaces, "2024-11"),
    ],
)
def test_a_mandate_that_cannot_be_planned_for_is_refused(swedish_network, mandate, refusal, words):
    with pytest.raises(refusal, match=words):
        plan(mandate)


@pytest.mark.parametrize(
    "parameter", [{"detour": 0.9}, {"km_per_hour": 0.0}, {"adjacent_metres": -1.0}]
)
def test_a_senseless_parameter_is_refused(swedish_network, parameter):
    with pytest.raises(errors.QuestionRefused):
        plan("2021-05", **parameter)


def test_without_residents_there_is_nothing_to_plan(swedish_network):
    DemandPoint.objects.update(persons=0)
    with pytest.raises(errors.DemandMissing):
        plan("2021-05")


def test_work_that_is_broken_off_gives_no_half_plan(swedish_network):
    with pytest.raises(Stopped):
        plan("2021-05", cancel=lambda: True)


def test_a_city_without_an_area_is_named(swedish_network):
    Area.objects.filter(municipality="0680").delete()
    with pytest.raises(errors.NoPlanPossible) as refused:
        plan("2021-05")
    assert refused.value.conflicts == ("adjacent-named-8",)
    assert "Jönköping" in refused.value.sentence_sv
    assert "police-2023" in refused.value.sentence_en


def test_without_any_edition_the_clauses_about_areas_are_named(swedish_network):
    AreaEdition.objects.update(held=False)
    with pytest.raises(errors.NoPlanPossible, match="no edition of the area list"):
        plan("2021-05")


@pytest.mark.slow
def test_a_greater_distance_never_means_more_travel(swedish_network, swedish_plan):
    assert plan("2021-05", adjacent_metres=3000).objective <= swedish_plan.objective


@pytest.mark.slow
def test_prices_compare_with_the_same_question_without_the_rule(swedish_network, swedish_plan):
    prices = plan("2021-05", prices=True).prices
    assert len(prices.named) == 23
    assert {price.clause for price in prices.clauses} == {
        "named-23", "metro-quota", "adjacent-named-8", "adjacent-stockholm",
        "adjacent-goteborg", "adjacent-malmo",
    }  # fmt: skip
    every = [*prices.named, *prices.clauses]
    free = prices.free_optimum
    assert {price.status for price in every} == {free.status} == {"proved"}
    assert all(0 <= price.person_minutes <= free.person_minutes for price in every)
    assert len(free.sites) == 28
    assert free.objective + free.person_minutes == pytest.approx(swedish_plan.objective)
