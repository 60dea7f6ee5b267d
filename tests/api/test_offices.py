"""Offices on a day, page by page, one by one and by distance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.network.selectors import network_on
from knutpunkt.public.api.errors import ParameterRefused
from knutpunkt.public.api.paging import cursor_of, key_of, page_after

DAY = "2022-06-27"


def everything(ask, **parameters):
    """Keys of all pages in order."""
    keys, cursor = [], {}
    while True:
        page = ask("offices", **parameters, **cursor)
        keys += [office["key"] for office in page["items"]]
        if page["next_cursor"] is None:
            return keys
        cursor = {"cursor": page["next_cursor"]}


def test_the_named_open_offices_and_the_unnamed_make_the_count(ask):
    page = ask("offices", on=DAY, open="yes", limit=200)
    assert len(page["items"]) + page["unnamed"] == 123
    assert ask("counts", on=DAY)["count"] == 123


def test_pages_hold_every_office_once_whatever_their_length(ask):
    whole = everything(ask, on=DAY, limit=200)
    assert whole == sorted(whole)
    assert len(set(whole)) == len(whole) > 100
    assert everything(ask, on=DAY, limit=17) == whole


class _Key:
    def __init__(self, key):
        self.key = key


@given(st.sets(st.text("abc", min_size=1)), st.integers(1, 5))
def test_pages_put_together_are_the_whole_in_order(keys, limit):
    seen, cursor = [], None
    while True:
        page, cursor = page_after([_Key(key) for key in keys], cursor, limit)
        seen += [one.key for one in page]
        if cursor is None:
            break
    assert seen == sorted(keys)


@given(st.from_regex(r"[-a-zA-Z0-9_]{1,80}", fullmatch=True))
def test_a_cursor_leads_back_to_its_key(key):
    cursor = cursor_of(key)
    assert key_of(cursor) == key
    assert cursor != key
    assert len(cursor) <= 120


@given(st.from_regex(r"[-a-zA-Z0-9_]{1,120}", fullmatch=True))
def test_what_was_not_given_out_as_a_cursor_is_refused(text):
    with pytest.raises(ParameterRefused, match="is not a cursor"):
        key_of(text)


def test_the_next_address_leads_to_the_next_page_and_keeps_the_question(ask, client):
    page = ask("offices", on=DAY, state="open", limit=5)
    following = client.get(page["next"]).json()
    assert following["on"] == DAY
    assert {office["state"] for office in following["items"]} == {"open"}
    assert following["items"][0]["key"] > page["items"][-1]["key"]


def test_a_day_as_known_then_leaves_out_what_was_published_later(ask):
    known = set(everything(ask, on=DAY, known_on="2021-06-30", limit=200))
    assert "jarpen" not in known
    assert "jarpen" in everything(ask, on=DAY, limit=200)


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"municipality": "2321"}, {"jarpen"}),
        ({"municipality": "2321", "open": "no"}, set()),
        ({"county": "23", "open": "yes", "state": "open", "municipality": "2321"}, {"jarpen"}),
    ],
)
def test_offices_are_narrowed_by_place_and_state(ask, narrowed, expected):
    assert set(everything(ask, on=DAY, **narrowed)) == expected


def test_a_state_can_be_asked_for_twice(ask, client):
    answer = client.get(f"/api/offices?on={DAY}&state=open&state=closing&limit=200").json()
    assert {office["state"] for office in answer["items"]} == {"open", "closing"}


def test_offices_are_narrowed_by_what_they_do(ask):
    with_it = set(everything(ask, on="2023-06-01", authority="skatteverket", limit=200))
    assert with_it
    here = set(everything(ask, on="2023-06-01", limit=200))
    assert with_it <= here


def test_an_office_tells_its_history_services_and_week(ask):
    office = ask("offices/jarpen", on=DAY)
    assert (office["name"], office["address"]["municipality"]) == ("Järpen", "Åre")
    assert "opened" in {event["kind"] for event in office["events"]}
    assert all(event["source"] for event in office["events"])
    assert len(office["week"]) == 7
    assert office["week"][0]["date"] == DAY
    assert office["services"]


def test_a_closed_office_keeps_its_address_and_does_nothing_more(ask, db):
    day = "2025-12-01"
    closed = ask("offices", on=day, state="closed")["items"][0]
    told = ask(f"offices/{closed['key']}", on=day)
    assert told["last_day"]
    assert told["services"] == []


def test_the_page_says_what_the_register_says(ask):
    from datetime import date

    told = {o["key"]: o["state"] for o in ask("offices", on=DAY, limit=200)["items"]}
    assert told == {o.key: o.state for o in network_on(date(2022, 6, 27)).offices}


def test_an_unknown_office_is_refused_with_a_hint(ask):
    said = ask("offices/atlantis", status=404, known_on=DAY)
    assert said["code"] == "not-found"
    assert "“atlantis”" in said["message"]
    assert "/api/offices" in said["hint"]


# --- nearest --------------------------------------------------------------------------------------


def test_the_office_somebody_names_comes_first(ask):
    found = ask("nearest", q="Jarpen", at="2022-06-28T11:00")
    first = found["offices"][0]
    assert (first["office"]["name"], first["office"]["address"]["municipality"]) == (
        "Järpen",
        "Åre",
    )
    assert found["at"] == "2022-06-28T11:00:00+02:00"
    assert found["distance_type"] == "great-circle"


def test_offices_near_a_position_come_by_distance(ask):
    found = ask("nearest", lat=57.7, lon=11.97, at="2024-03-05T11:00", limit=5)
    metres = [near["metres"] for near in found["offices"]]
    assert metres == sorted(metres)
    assert len(metres) == 5 < found["number"]


def test_only_open_leaves_out_what_is_closed_or_unknown(ask):
    found = ask("nearest", q="Göteborg", at="2024-03-05T11:00", open="true", limit=50)
    assert {near["open"] for near in found["offices"]} <= {True}


def test_words_that_name_nothing_find_nothing(ask):
    found = ask("nearest", q="Qxzzyq")
    assert found["where"] is None
    assert found["offices"] == []


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({}, "q", "place-missing"),
        ({"q": " "}, "q", "place-missing"),
        ({"lat": 57}, "lon", "place-missing"),
        ({"lat": 91, "lon": 11}, "lat", "parameter-unreadable"),
        ({"lat": "nan", "lon": 11}, "lat", "parameter-unreadable"),
        ({"q": "Kiruna", "at": "noon"}, "at", "parameter-refused"),
        ({"q": "Kiruna", "at": "9999-12-31T23:59"}, "at", "parameter-refused"),
        ({"q": "Kiruna", "authority": "nasa"}, "authority", "unknown-key"),
        ({"q": "Kiruna", "service": "nasa"}, "service", "unknown-key"),
        ({"q": "Kiruna", "level": "best"}, "level", "parameter-unreadable"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_by_field(ask, asked, field, code):
    said = ask("nearest", status=422, **asked)
    assert (said["field"], said["code"]) == (field, code)
    assert said["message"]
