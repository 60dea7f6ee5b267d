"""What the plan promised is held against what the register says; nothing unknown is made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.network.models import Municipality
from knutpunkt.planning.models import DemandPoint
from knutpunkt.programme.models import Project, Promise
from knutpunkt.programme.selectors.outcome import OutcomeRow, promised_against_happened
from knutpunkt.programme.services.money import cost_record
from support.network import happened, made_balance, made_office
from support.programme import project_of

OPENED = date(2023, 2, 1)
LATER = date(2024, 3, 1)
LON = 15.0
#: A degree of latitude along the straight line, at 60 km/h and with a detour of 1.3: minutes.
DEGREE = 6371.0 * 3.141592653589793 / 180 * 1.3


@pytest.fixture
def towns(small_programme):
    """Northtown at 61 degrees north with 1 000 residents, Midtown at 60.5 with 500, South at 60."""
    north = small_programme.slots.get(key="northtown").municipality
    south = small_programme.slots.get(key="southtown").municipality
    middle = Municipality.objects.create(code="N1-m", name="Midtown", county=north.county)
    where = ((north, 61.0, 1_000), (middle, 60.6, 500), (south, 60.0, 2_000))
    for town, lat, persons in where:
        DemandPoint.objects.create(
            key=town.code, municipality=town, name=town.name, lat=lat, lon=LON, persons=persons,
            population_on=date(2021, 12, 31),
        )  # fmt: skip
    return {"north": north, "middle": middle, "south": south}


@pytest.fixture
def project(small_programme, towns):
    """The office in Northtown opened a year ago; one in Southtown was there before."""
    south = made_office("south", municipality=towns["south"], lat=60.0, lon=LON)
    happened(south, "opened", "2019-06-01")
    made_balance(date(2020, 1, 1), 1, south)
    north = made_office("north", municipality=towns["north"], lat=61.0, lon=LON)
    happened(north, "opened", OPENED)
    project = project_of(small_programme, "northtown")
    Project.objects.filter(pk=project.pk).update(office=north, opened_to_public=OPENED)
    return project_of(small_programme, "northtown")


def rows(project, on=LATER):
    return {row.measure: row for row in promised_against_happened(project, on).rows}


def promise(project, measure, value, unit="minutes"):
    return Promise.objects.create(
        project=project, measure=measure, value=value, unit=unit, source="plan x", made_on=OPENED
    )


def test_travel_is_reckoned_from_the_address_on_record(project):
    promise(project, "mean-minutes-before", 150.0)
    promise(project, "mean-minutes-after", 5.0)
    found = rows(project)
    before, after = found["mean-minutes-before"], found["mean-minutes-after"]
    assert before.happened == pytest.approx(DEGREE)
    assert before.difference == pytest.approx(DEGREE - 150)
    assert (after.promised, after.happened, after.difference) == (5, pytest.approx(0), -5)
    assert "2024-03-01" in after.sentence
    assert "60 km/h" in after.sentence


def test_those_who_got_nearer_and_the_neighbour_they_left_are_counted(project):
    outcome = promised_against_happened(project, LATER)
    found = {row.measure: row.happened for row in outcome.rows}
    assert found["persons-nearer"] == 1_500
    # Northtown saves the whole degree; Midtown had 0.6 of it to go and now has 0.4.
    assert found["minutes-each"] == pytest.approx((1_000 * 1.0 + 500 * 0.2) * DEGREE / 1_500)
    assert [(one.office, one.persons) for one in outcome.relief] == [("south", 1_500)]


def test_the_opening_is_the_registers_and_the_deadline_the_promise(project):
    row = rows(project)["open-by"]
    assert date.fromordinal(int(row.promised)) == date(2023, 12, 31)
    assert date.fromordinal(int(row.happened)) == OPENED
    assert row.difference == (OPENED - date(2023, 12, 31)).days


def test_costs_are_those_of_the_project(project, small_programme):
    lines = (("plan", 900), ("outcome", 700), ("outcome", 300))
    for kind, amount in lines:
        cost_record(
            programme=small_programme, project=project, year=2023, item="x", kind=kind,
            amount=amount, by="a test",
        )  # fmt: skip
    row = rows(project)["cost"]
    assert (row.promised, row.happened, row.difference) == (900, 1_000, 100)


def test_nothing_unknown_is_made_up(project):
    found = rows(project)
    assert (found["cost"].happened, found["cost"].promised) == (None, None)
    promise(project, "visits-per-year", 12_000, "visits")
    promise(project, "smiles", 3, "")
    found = rows(project)
    assert found["visits-per-year"].promised == 12_000
    assert found["visits-per-year"].happened is None
    assert found["visits-per-year"].difference is None
    assert "no visit on record" in found["visits-per-year"].sentence
    assert found["smiles"].sentence == "Nothing on record answers this promise."


def test_too_early_is_said_but_shown(project):
    early = promised_against_happened(project, date(2023, 6, 1))
    assert (early.too_early, early.days_open) == (True, 120)
    assert "too early" in early.sentence
    assert {row.measure: row for row in early.rows}["persons-nearer"].happened == 1_500
    late = promised_against_happened(project, LATER)
    assert (late.too_early, late.sentence) == (False, "Open since 2023-02-01.")


def test_an_office_that_has_not_opened_relieves_nobody(project):
    before = promised_against_happened(project, date(2022, 12, 1))
    assert (before.opened_on, before.relief) == (None, ())
    assert before.sentence.startswith("The office has not opened")
    assert {row.measure: row for row in before.rows}["persons-nearer"].happened is None


def test_a_project_without_an_office_compares_nothing(small_programme, towns):
    found = rows(project_of(small_programme, "northtown"))
    assert {row.happened for row in found.values()} == {None}
    assert found["open-by"].promised is not None


def test_a_rough_opening_gives_no_single_day(project):
    project.office.events.all().delete()
    happened(project.office, "opened", "2023-02")
    row = rows(project)["open-by"]
    assert (row.happened, row.difference) == (None, None)
    assert row.sentence == "The register dates the opening between 2023-02-01 and 2023-02-28."


def test_a_closing_at_the_neighbour_shows_in_what_happened(project):
    happened(
        project.office.__class__.objects.get(key="south"), "closed", "2023-12-31",
        basis="stated",
    )  # fmt: skip
    outcome = promised_against_happened(project, LATER)
    found = {row.measure: row.happened for row in outcome.rows}
    assert found["mean-minutes-after"] == pytest.approx(0)
    assert found["persons-nearer"] == 1_500  # Southtown now has further to go, so is not nearer
    assert outcome.relief == ()


def test_the_comparison_takes_few_queries(project, django_assert_max_num_queries):
    with django_assert_max_num_queries(17):
        promised_against_happened(project, LATER)


@given(st.none() | st.floats(-1e6, 1e6), st.none() | st.floats(-1e6, 1e6))
def test_a_difference_needs_both_sides(promised, said):
    row = OutcomeRow("cost", "SEK", promised, said, "x", {}, "")
    assert (row.difference is None) == (promised is None or said is None)
