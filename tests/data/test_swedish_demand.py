"""Demand points, basemap and calendar: what is generated must agree with what is official."""

import json
from collections import defaultdict

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from swedish_data.demand import apportion

pytestmark = pytest.mark.once

SWEDEN = shapely.box(10.5, 55.0, 24.5, 69.5)


def test_290_municipalities_in_21_counties(rows):
    municipalities = rows("municipalities")
    counties = {row["code"]: row["name"] for row in rows("counties")}
    assert (len(municipalities), len(counties)) == (290, 21)
    assert len({row["code"] for row in municipalities}) == 290
    assert {row["county_code"] for row in municipalities} == counties.keys()
    for row in municipalities:
        assert row["code"][:2] == row["county_code"]
        assert row["population_on"] == "2023-12-31"


def test_the_demand_of_every_municipality_sums_to_its_official_population(rows):
    summed = defaultdict(int)
    for row in rows("demand"):
        summed[row["municipality_code"]] += int(row["persons"])
    official = {row["code"]: int(row["population"]) for row in rows("municipalities")}
    assert summed == official
    assert sum(summed.values()) == 10_551_707


def test_a_demand_point_is_in_the_country_and_has_residents(rows):
    for row in rows("demand"):
        assert int(row["persons"]) > 0
        assert SWEDEN.covers(shapely.Point(float(row["lon"]), float(row["lat"])))


def test_a_demand_point_is_a_place_or_the_own_point_of_its_municipality(rows):
    where = ("municipality_code", "name", "lat", "lon")
    places = {row["key"]: [row[column] for column in where] for row in rows("places")}
    for row in rows("demand"):
        if row["place"]:
            assert row["key"] == row["place"]
            assert places[row["place"]] == [row[column] for column in where]
        else:
            assert row["key"] == f"m{row['municipality_code']}"


def test_a_demand_point_says_when_and_by_whom_its_residents_were_counted(rows):
    for row in rows("demand"):
        assert row["population_on"] == "2023-12-31"
        assert "SCB" in row["source"]
        assert "GeoNames" in row["source"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Järpen", "2321"),
        ("Göteborg", "1480"),
        ("Kil", "1715"),
        ("Skänninge", "0586"),
        ("Surte", "1440"),
        ("Visby", "0980"),
    ],
)
def test_a_place_lies_in_its_municipality(rows, name, code):
    assert {row["municipality_code"] for row in rows("places") if row["name"] == name} == {code}


def test_hamlets_that_borrow_a_towns_residents_are_dropped(rows):
    assert [row["key"] for row in rows("places") if row["name"] == "Anderstorp"] == ["2726032"]


def test_the_capital_is_not_counted_twice_over(rows):
    """GeoNames states 1.5 million for the city and its districts beside it."""
    stockholm = next(row for row in rows("places") if row["name"] == "Stockholm")
    point = next(row for row in rows("demand") if row["place"] == stockholm["key"])
    assert int(stockholm["inhabitants"]) > 1_500_000
    assert 400_000 < int(point["persons"]) < 600_000


def test_shares_by_largest_remainder():
    assert apportion(100, [1, 1, 1]) == [34, 33, 33]
    assert apportion(10, [7, 0, 3]) == [7, 0, 3]


@given(
    st.integers(0, 10**7),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any),
)
def test_shares_sum_to_the_total_and_miss_their_quota_by_less_than_one(total, weights):
    shares = apportion(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - total * weight / sum(weights)) < 1 + 1e-6


def test_nothing_can_be_shared_out_by_weights_of_zero():
    with pytest.raises(ValueError, match="No weight is positive"):
        apportion(5, [0, 0])


@pytest.mark.parametrize(("name", "limit"), [("basemap", 450_000), ("basemap_small", 90_000)])
def test_the_basemap_is_small_and_its_neighbours_share_their_borders(folder, rows, name, limit):
    content = (folder / f"{name}.geojson").read_bytes()
    assert len(content) <= limit
    features = json.loads(content)["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    official = {row["code"]: row["name"] for row in rows("municipalities")}
    assert {f["properties"]["code"]: f["properties"]["name"] for f in features} == official
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert not any(shape.is_empty for shape in shapes)
    assert SWEDEN.covers(shapely.union_all(shapes))


def test_the_calendar_has_thirteen_holidays_and_three_eves_a_year(rows):
    days = defaultdict(list)
    for row in rows("calendar"):
        days[row["date"][:4], row["basis"]].append(row["date"])
    assert {len(found) for (_, basis), found in days.items() if basis == "stated"} == {13}
    assert {len(found) for (_, basis), found in days.items() if basis == "assumed"} == {3}
    assert {year for year, _ in days} == {str(year) for year in range(2019, 2033)}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2022-05-26", "Kristi himmelsfärdsdag"),
        ("2022-06-24", "Midsommarafton"),
        ("2024-03-29", "Långfredagen"),
        ("2025-06-06", "Nationaldagen"),
    ],
)
def test_a_known_day_is_closed(rows, day, name):
    row = next(row for row in rows("calendar") if row["date"] == day)
    assert (row["policy"], row["name_sv"]) == ("closed", name)
