"""The counts of the Swedish network, derived from its balance and its dated events."""

from datetime import date

import pytest

from knutpunkt.mandates.counting import count_with_reasons
from knutpunkt.network.models import OfficeEvent, PublishedCount
from knutpunkt.network.selectors import compare_published, count_on, network_on, office_on

pytestmark = [pytest.mark.django_db]

BALANCE = date(2021, 5, 26)
MIDSUMMER = date(2022, 6, 27)
YEAR_END = date(2022, 12, 31)

DAYS = [
    date(2019, 6, 1),
    BALANCE,
    date(2022, 1, 26),
    date(2022, 5, 24),
    MIDSUMMER,
    YEAR_END,
    date(2023, 6, 14),
    date(2024, 10, 1),
    date(2025, 6, 30),
    date(2026, 12, 31),
]


def test_116_offices_are_open_and_four_under_way_when_the_28_are_ordered(swedish_network, db):
    counted = count_with_reasons(BALANCE)
    assert (counted["count"], counted["under_way"]) == (116, 4)
    assert (counted["named"], counted["unnamed"]) == (72, 44)


def test_123_offices_are_open_on_the_day_the_press_counts_them(swedish_network, db):
    counted = count_with_reasons(MIDSUMMER)
    assert [counted[key] for key in ("count", "at_least", "at_most")] == [123, 123, 123]


def test_the_count_at_the_year_end_is_a_range_that_contains_the_forecast_and_says_why(
    swedish_network, db
):
    counted = count_with_reasons(YEAR_END)
    assert counted["count"] is None
    assert (counted["at_least"], counted["at_most"]) == (123, 146)
    assert counted["at_least"] <= 129 <= counted["at_most"]
    assert any("planned openings are not confirmed" in because for because in counted["because"])
    assert len(counted["perhaps"]) == 23


def test_before_the_balance_there_is_no_count(swedish_network, db):
    counted = count_with_reasons(date(2021, 5, 25))
    assert (counted["count"], counted["at_most"], counted["balance"]) == (None, None, None)
    assert "No opening balance" in counted["because"][0]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_deleting_every_published_count_changes_no_answer(swedish_network, db, day):
    before = count_with_reasons(day)
    assert PublishedCount.objects.all().delete()[0] == 23
    assert count_with_reasons(day) == before


def test_a_count_never_leaves_its_range_and_has_no_number_where_the_range_is_wide(
    swedish_network, db
):
    for day in DAYS[1:]:
        counted = count_on(day)
        assert counted.at_least <= counted.at_most
        assert counted.count == (counted.at_least if not counted.perhaps else None)
        assert counted.at_least == counted.named + counted.unnamed


def test_published_figures_stand_beside_ours_with_the_difference(swedish_network, db):
    found = {(row.counted_on, row.published): row for row in compare_published()}
    assert found["2021-05-26", 116].difference == 0
    assert found["2022-06-27", 123].difference == 0
    assert found["2022-12-31", 129].difference == 0
    assert found["2024", 149].difference == 1
    assert not found["2018-05", 103].anchored
    # One page has 117 and another 118 in the same month; both cannot be ours.
    assert found["2022-01-26", 118].difference == 0


def test_only_what_was_published_by_then_is_known(swedish_network, db):
    """In January 2022 nobody had told of the openings of that spring."""
    known = date(2022, 1, 31)
    assert count_on(MIDSUMMER, known_on=known).at_least == 118
    assert count_on(MIDSUMMER, known_on=date(2022, 6, 27)).count == 123


def test_members_of_the_balance_are_named_as_soon_as_a_source_names_them(swedish_network, db):
    then = network_on(MIDSUMMER, known_on=date(2022, 7, 1))
    assert then.office("kungalv") is None, "first named in 2025"
    assert then.office("sundbyberg").open == "yes"
    assert then.office("storuman").in_balance


def test_before_the_balance_was_published_nothing_can_be_counted(swedish_network, db):
    assert count_on(MIDSUMMER, known_on=date(2021, 5, 20)).balance is None


def test_doubtful_claims_are_shown_and_not_counted(swedish_network, db):
    counted = count_on(MIDSUMMER)
    assert [office.key for office in counted.doubtful] == ["hultsfred", "mjolby"]
    assert {office.open for office in counted.doubtful} == {"no"}
    because = count_with_reasons(MIDSUMMER)["because"]
    assert any("Hultsfred, Mjölby" in sentence for sentence in because)
    OfficeEvent.objects.filter(office__key="mjolby").update(confidence="low")
    assert count_on(MIDSUMMER).count == 123, "not of the balance, opened before it: it had closed"


def open_in(network, **where):
    return sorted(
        office.key
        for office in network.open_offices()
        if all(getattr(office.address, name) == value for name, value in where.items())
    )


def test_the_closed_sets_of_counties_and_towns(swedish_network, db):
    before, after = network_on(date(2022, 3, 1)), network_on(date(2022, 5, 18))
    assert open_in(before, county_code="18") == [
        "karlskoga",
        "lindesberg",
        "orebro-central",
        "orebro-vivalla",
    ]
    assert open_in(before, county_code="03") == ["enkoping", "tierp", "uppsala-central"]
    assert open_in(before, county_code="09") == ["visby"]
    assert len(open_in(before, municipality_code="1480")) == 5
    assert len(open_in(after, municipality_code="1480")) == 6
    assert len(open_in(after, county_code="20")) <= 7
    counties = {office.address.county_code for office in before.open_offices()}
    assert counties.isdisjoint({"10", "19"}), "no office of Blekinge or Västmanland is named"


def test_counting_takes_the_stated_number_of_queries(
    swedish_network, db, django_assert_num_queries
):
    with django_assert_num_queries(7):
        count_on(MIDSUMMER)
    with django_assert_num_queries(10):
        count_with_reasons(MIDSUMMER)


@pytest.mark.parametrize("day", [date.min, date(1, 1, 2), date(9999, 12, 30), date.max], ids=str)
def test_the_edges_of_the_calendar_can_be_asked_for(swedish_network, db, day):
    assert count_on(day).at_least >= 0


@pytest.mark.parametrize("day", [BALANCE, MIDSUMMER, date(2025, 6, 30)])
@pytest.mark.parametrize("known_on", [None, date(2022, 6, 1)])
def test_one_office_read_alone_is_as_it_is_among_all(
    swedish_network, db, django_assert_max_num_queries, day, known_on
):
    network = network_on(day, known_on=known_on)
    for office in network.offices[::7]:
        with django_assert_max_num_queries(7):
            assert office_on(office.key, day, known_on=known_on) == office
    assert office_on("nowhere", day) is None
