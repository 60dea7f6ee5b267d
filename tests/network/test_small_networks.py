"""Small networks of any country, read from files."""

import json
from datetime import date

import pytest

from knutpunkt.core.exchange import ImportRefused
from knutpunkt.mandates.models import Mandate
from knutpunkt.network.models import Office, OfficeEvent
from knutpunkt.network.selectors import count_on, network_on
from knutpunkt.planning.loading import network_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path):
    """Import tables given as lists of rows."""

    def bring_in(**tables):
        path = tmp_path / "network.json"
        whole = {"format": "knutpunkt-network/1", "tables": tables}
        path.write_text(json.dumps(whole), encoding="utf-8")
        return network_import(path, by="siv")

    return bring_in


def mandate(slug, amends=""):
    words = {"title_sv": slug, "title_en": slug, "decided_on": "2022"}
    return {"slug": slug, "amends": amends, **words}


def test_a_mandate_may_stand_before_the_one_it_adds_to(bring):
    bring(mandates=[mandate("third", "second"), mandate("second", "first"), mandate("first")])
    assert Mandate.objects.get(slug="third").amends.amends.slug == "first"


def test_mandates_that_add_to_each_other_are_named_and_not_lost(bring):
    with pytest.raises(ImportRefused) as refused:
        bring(mandates=[mandate("one", "two"), mandate("two", "one"), mandate("three")])
    assert [(p.table, p.row) for p in refused.value.problems] == [("mandates", 1), ("mandates", 2)]
    assert not Mandate.objects.exists()


def test_a_mandate_that_adds_to_nothing_is_named(bring):
    with pytest.raises(ImportRefused, match="“nothing” is not known"):
        bring(mandates=[mandate("one", "nothing")])


def event(office, kind, day, **cells):
    return {"office": office, "kind": kind, "happened_on": day, "source": "a test", **cells}


def test_an_office_closes_and_reopens_within_one_file(bring):
    bring(
        offices=[{"key": "north"}],
        events=[
            event("north", "opened", "2022-03-01"),
            event("north", "opened", "2020-03-01"),
            event("north", "closed", "2021-03-01"),
        ],
        balances=[{"on": "2020-01-01", "total": 0, "source": "a test"}],
    )
    days = (date(2020, 6, 1), date(2021, 6, 1), date(2022, 6, 1))
    assert [count_on(day).count for day in days] == [1, 0, 1]


def test_events_that_leave_no_room_for_each_other_are_named(bring):
    with pytest.raises(ImportRefused) as refused:
        bring(
            offices=[{"key": "north"}, {"key": "south"}],
            events=[
                event("south", "opened", "2020-03-01"),
                event("north", "opened", "2020-03-01"),
                event("north", "closed", "2021-03-01"),
                event("north", "opened", "2021-03-01"),
            ],
        )
    (problem,) = refused.value.problems
    assert (problem.table, problem.row, problem.field) == ("events", 4, "happened_on")
    assert not Office.objects.exists()


def test_a_doubtful_event_leaves_room_for_others(bring):
    bring(
        offices=[{"key": "north"}],
        events=[
            event("north", "opened", "2019", confidence="doubtful"),
            event("north", "opened", "2020-03-01"),
        ],
    )
    assert network_on(date(2020, 6, 1)).office("north").open == "yes"


def test_numbers_and_truth_may_be_written_as_json_writes_them(bring):
    bring(
        counties=[{"code": 7, "name": "Seven"}],
        municipalities=[{"code": "7-1", "name": "M", "county_code": "7", "lat": 60, "lon": 15.5}],
        area_editions=[{"slug": "e", "title_sv": "e", "title_en": "e", "held": True}],
        areas=[
            {
                "edition": "e",
                "municipality_code": "7-1",
                "name": "A",
                "lat": 60.0,
                "lon": 15.0,
                "area_km2": 1,
            }
        ],
    )


def test_an_unknown_decider_is_nobody(bring):
    bring(
        offices=[{"key": "north"}],
        events=[
            event("north", "opened", "2020"),
            event("north", "closed", "2022", decided_by="unknown"),
        ],
    )
    assert OfficeEvent.objects.get(kind="closed").decided_by == ""


def test_a_text_with_a_null_character_is_refused_or_cleaned(bring):
    bring(offices=[{"key": "north", "note_en": "a\0b"}])
    assert "\0" not in Office.objects.get().note_en
