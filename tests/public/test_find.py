"""Finding the nearest office."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.public.selectors import OFFERED, find

pytestmark = pytest.mark.django_db

TUESDAY = datetime(2022, 6, 28, 11, tzinfo=NETWORK_ZONE)


@pytest.fixture(autouse=True)
def network(swedish_network):
    """Every search here is in the embedded network."""


def test_jarpen_without_dots_finds_the_office_in_are_first():
    answer = find("Jarpen", at=TUESDAY)
    first = answer.offices[0]
    assert answer.where.kind == "office"
    assert (first.office.key, first.office.address.municipality) == ("jarpen", "Åre")
    assert first.metres == 0
    assert first.open is None


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("Åre", "municipality", "Åre"),
        ("are kommun", "municipality", "Åre"),
        ("GÖTEBORG", "municipality", "Göteborg"),
        ("Gothenburg", "alias", "Gothenburg"),
        ("Kista", "office", "Stockholm Kista"),
        ("goteborg jarntorget", "office", "Göteborg Järntorget"),
        ("Vuollerim", "place", "Vuollerim"),
        ("Vuoll", "place", "Vuollerim"),
    ],
)
def test_words_are_read_as_people_type_them(typed, kind, name):
    where = find(typed, at=TUESDAY).where
    assert (where.kind, where.name) == (kind, name)


def test_an_old_name_finds_the_office_it_means():
    answer = find("Backaplan", at=TUESDAY)
    assert answer.offices[0].office.key == "goteborg-hisingen"


def test_several_readings_are_offered():
    answer = find("Hallsta", at=TUESDAY)
    assert answer.where is not None
    labels = [match.label for match in (answer.where, *answer.others)]
    assert len(labels) == len(set(labels)) >= 2


def test_two_names_of_one_place_are_one_reading():
    answer = find("Kiruna", at=TUESDAY)
    assert answer.where.kind == "office"
    assert "Kiruna, Norrbottens län" not in [match.label for match in answer.others]


def test_a_mistyped_name_gets_suggestions_and_no_offices():
    answer = find("Jarpn", at=TUESDAY)
    assert answer.where is None
    assert "Järpen" in answer.suggestions
    assert answer.offices == ()


def test_a_closed_office_is_found_by_name_and_others_are_offered():
    answer = find("Filipstad", at=datetime(2025, 7, 1, 11, tzinfo=NETWORK_ZONE))
    assert answer.named.state == "closed"
    assert answer.offices[0].office.key == "karlskoga"


def test_unknown_hours_are_not_closed():
    everywhere = find(at=TUESDAY)
    states = {found.office.key: found.open for found in everywhere.offices}
    assert states["goteborg-gamlestaden"] is True
    assert states["jarpen"] is None
    evening = find(at=TUESDAY.replace(hour=20))
    states = {found.office.key: found.open for found in evening.offices}
    assert states["goteborg-gamlestaden"] is False
    assert states["jarpen"] is None


def test_an_open_office_says_until_when_and_a_closed_one_when_next():
    found = {f.office.key: f for f in find(at=TUESDAY).offices}["goteborg-gamlestaden"]
    assert found.until == TUESDAY.replace(hour=16)
    found = {f.office.key: f for f in find(at=TUESDAY.replace(hour=17)).offices}
    assert found["goteborg-gamlestaden"].next_opening == TUESDAY.replace(day=29, hour=10)


def test_open_only_tells_how_many_nobody_knows_about():
    every, only = find(at=TUESDAY), find(at=TUESDAY, open_only=True)
    assert all(found.open for found in only.offices)
    assert only.hours_unknown == sum(found.open is None for found in every.offices) > 0


def test_a_service_at_few_offices_narrows_the_answer():
    answer = find("Visby", at=TUESDAY, authority="skatteverket", service="id-card")
    assert {found.office.key for found in answer.offices} >= {"visby", "halmstad"}
    assert "jarpen" not in {found.office.key for found in answer.offices}
    assert answer.offices[0].level == "by-booking"
    assert find(at=TUESDAY, authority="skatteverket", level="full").offices[0].level == "full"


def test_what_nobody_offers_finds_nothing():
    assert find("Järpen", at=TUESDAY, service="fishing-licence").offices == ()


@pytest.mark.slow
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(st.floats(55, 69), st.floats(11, 24)),
    st.datetimes(datetime(2021, 6, 1), datetime(2026, 6, 1), timezones=st.just(NETWORK_ZONE)),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_offices_in_operation_come_nearest_first(position, at):
    offices = find(position=position, at=at).offices
    known = [found.metres for found in offices if found.metres is not None]
    assert [round(metres) for metres in known] == sorted(round(metres) for metres in known)
    assert all(found.office.state in OFFERED for found in offices)


def test_finding_takes_the_same_queries_however_much_is_asked(django_assert_num_queries):
    with django_assert_num_queries(10):
        find(at=TUESDAY)
    with django_assert_num_queries(14):
        find("Jarpen", at=TUESDAY, authority="skatteverket", limit=1)
    with CaptureQueriesContext(
        connection,
    ) as found:
        find("nowhere at all", at=TUESDAY)
    assert len(found) == 14


def test_the_answer_for_programs_says_what_kind_of_distance_it_gives():
    first = find("Jarpen", at=TUESDAY, limit=1).as_dict()["offices"][0]
    assert first == {
        "office": "jarpen",
        "name": "Järpen",
        "municipality": "Åre",
        "state": "open",
        "metres": 0,
        "distance_type": "great-circle",
        "open": None,
        "until": None,
        "next_opening": None,
        "hours_reason": "",
        "level": None,
    }


@pytest.mark.parametrize("typed", ["Göteborg", "Gothenburg"])
def test_a_municipality_is_measured_from_its_place_of_the_same_name(typed):
    first = find(typed, at=TUESDAY).offices[0]
    assert first.office.key == "goteborg-nordstan"
    assert first.metres < 500


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["Göteborg", "Stockholm", "Habo", "Mo", "Berg", "Hallsta", "S", "Motala"]))
def test_no_reading_is_offered_twice(typed):
    answer = find(typed, at=TUESDAY)
    readings = [answer.where, *answer.others]
    labels = [match.label for match in readings]
    assert len(set(labels)) == len(labels)
    assert not any(label.endswith((",", " ")) for label in labels)


def test_a_reading_that_was_offered_is_read_as_itself():
    offered = next(m for m in find("Berg", at=TUESDAY).others if m.within == "Linköping")
    assert find(offered.label, at=TUESDAY).where == offered
