"""The calendar feed tells gates, openings and reports, and tells again when they move."""

import itertools
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.engines.schedule.errors import ActivitiesInCycle
from knutpunkt.mandates.models import Clause
from knutpunkt.programme.exchange.calendar import calendar_feed, events_of
from knutpunkt.programme.models import Link, StoredForecast
from knutpunkt.programme.planned import planned_of
from knutpunkt.programme.services.activities import activity_report
from support.programme import made_programme, pass_gates_before, project_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TODAY = date(2022, 3, 15)


@pytest.fixture(autouse=True)
def march_2022(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-15T12:00")


def events(programme, **options):
    """Events of a feed by their summary."""
    feed = icalendar.Calendar.from_ical(calendar_feed(programme, **options))
    return {str(event["summary"]): event for event in feed.walk("VEVENT")}


def day(event):
    return event["dtstart"].dt


@pytest.fixture
def report(small_programme):
    return Clause.objects.create(
        mandate=small_programme.mandate,
        key="report-1",
        type="report_due",
        window_to=date(2022, 9, 30),
        paraphrase_sv="Första delredovisningen.",
        paraphrase_en="First interim report.",
    )


# --- what stands in it ----------------------------------------------------------------------------


def test_gates_stand_on_their_planned_day(small_programme):
    found = events(small_programme, language="en")
    planned = planned_of(small_programme, on=TODAY).days
    first = found["Northtown: G1 Needs are known"]
    # 25 working days from 16 March; Good Friday and Easter Monday 2022 lie between.
    assert day(first) == date(2022, 4, 21) == planned["northtown", "g1"]
    assert first["status"] == "TENTATIVE"


def test_a_passed_gate_stands_on_its_day(small_programme):
    pass_gates_before(project_of(small_programme, "northtown"), "g2", day=date(2022, 3, 1))
    first = events(small_programme, language="en")["Northtown: G1 Needs are known"]
    assert (day(first), first["status"]) == (date(2022, 3, 1), "CONFIRMED")


def test_an_opening_is_planned_with_its_last_gate(small_programme):
    opening = events(small_programme, language="en")["Northtown opens"]
    assert day(opening) == planned_of(small_programme, on=TODAY).days["northtown", "open"]
    assert "To be open by 2023-12-31." in opening["description"]


def test_an_opening_is_expected_on_its_p50_once_it_was_forecast(small_programme):
    StoredForecast.objects.create(
        programme=small_programme,
        as_of=TODAY,
        runs=1000,
        seed=1,
        engine="x",
        inputs_hash="0" * 64,
        result={"slots": [{"key": "northtown", "p50": "2023-05-02", "p80": None}]},
    )
    found = events(small_programme, language="sv")
    assert day(found["Northtown öppnar"]) == date(2023, 5, 2)
    told = found["Northtown öppnar"]["description"]
    assert "Med 50 procents säkerhet senast 2023-05-02." in told
    assert "80 procents" not in told
    planned = planned_of(small_programme, on=TODAY).days["southtown", "open"]
    assert day(found["Southtown öppnar"]) == planned


def test_a_door_that_opened_stands_on_that_day(small_programme):
    project = project_of(small_programme, "northtown")
    project.opened_to_public = date(2022, 3, 10)
    project.save()
    opened = events(small_programme, language="en")["Northtown opened"]
    assert (day(opened), opened["status"]) == (date(2022, 3, 10), "CONFIRMED")


def test_reports_stand_on_the_day_they_are_due(small_programme, report):
    found = events(small_programme, language="sv")
    due = found["Redovisning: Första delredovisningen."]
    assert day(due) == date(2022, 9, 30)
    assert due["categories"].to_ical() == b"Redovisning"


def test_the_swedish_commission_has_its_three_reports(swedish_programme):
    found = events(swedish_programme, language="en", as_of=date(2021, 6, 1))
    due = sorted(day(event) for name, event in found.items() if name.startswith("Report: "))
    assert due == [date(2021, 11, 30), date(2022, 1, 31), date(2024, 2, 23)]
    assert len(found) == 28 * (8 + 1) + 3
    first = found["Report: First interim report in autumn 2021."]
    assert first["description"] == "Lodged between 2021-05-26 and 2021-09-29."


def test_what_was_dropped_is_cancelled_under_the_same_name(small_programme):
    before = events(small_programme, language="en")
    project = project_of(small_programme, "northtown")
    slot = project.slot
    slot.dropped_on, slot.dropped_why = TODAY, "No premises"
    slot.save()
    after = events(small_programme, language="en")
    assert {name: event["uid"] for name, event in after.items()} == {
        name: event["uid"] for name, event in before.items()
    }
    assert after["Northtown opens"]["status"] == "CANCELLED"
    assert after["Southtown opens"]["status"] == "TENTATIVE"


def test_an_event_links_to_its_page(small_programme):
    found = events(
        small_programme, language="en", address=lambda path: "https://example.se/" + "/".join(path)
    )
    assert found["Northtown opens"]["url"] == "https://example.se/northtown"
    assert found["Northtown: G1 Needs are known"]["url"] == "https://example.se/northtown/g1"


# --- how it is written ----------------------------------------------------------------------------


def test_every_event_is_a_whole_day_of_its_own_name(small_programme, report):
    feed = icalendar.Calendar.from_ical(calendar_feed(small_programme))
    found = feed.walk("VEVENT")
    assert len({event["uid"] for event in found}) == len(found) == 2 * (8 + 1) + 1
    for event in found:
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)
        assert event["dtstamp"].dt == datetime(2022, 3, 15, 11, tzinfo=UTC)
        assert event["transp"] == "TRANSPARENT"


def test_the_feed_keeps_to_the_standard(small_programme, report):
    feed = calendar_feed(small_programme)
    lines = feed.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    calendar = icalendar.Calendar.from_ical(feed)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["prodid"]
    assert not calendar.errors
    assert not any(event.errors for event in calendar.walk())


def test_the_same_day_gives_the_same_bytes(small_programme, report):
    assert calendar_feed(small_programme) == calendar_feed(small_programme)


def test_the_languages_differ_in_words_alone(small_programme, report):
    swedish, english = (
        sorted(
            (event["uid"], day(event)) for event in events(small_programme, language=own).values()
        )
        for own in ("sv", "en")
    )
    assert swedish == english


def test_whatever_happens_the_sequence_grows(small_programme):
    def sequence(on):
        return events(small_programme, language="en", as_of=on)["Northtown opens"]["sequence"]

    seen = [sequence(TODAY)]
    project = project_of(small_programme, "northtown")
    activity_report(
        activity=project.activities.get(key="needs"),
        started_on=date(2022, 2, 1),
        finished_on=None,
        expected=0,
        by="a test",
    )
    seen += [sequence(TODAY), sequence(TODAY + timedelta(days=1))]
    assert all(before < after for before, after in itertools.pairwise(seen))


def test_two_offices_cost_as_many_queries_as_four(small_programme, django_assert_num_queries):
    four = made_programme("four", ("One", "Two", "Three", "Four"))
    for programme in (small_programme, four):
        with django_assert_num_queries(11):
            calendar_feed(programme)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(days=st.lists(st.integers(0, 900), min_size=2, max_size=4, unique=True))
def test_no_planned_day_lies_in_the_past_and_none_comes_earlier_as_days_pass(small_programme, days):
    before = {}
    for number in sorted(days):
        on = date(2022, 1, 10) + timedelta(days=number)
        now = {event.key: event.day for event in events_of(small_programme, as_of=on)}
        assert min(now.values()) >= on
        assert all(now[key] >= earlier for key, earlier in before.items())
        before = now


def test_activities_that_wait_in_a_circle_are_refused(small_programme):
    project = project_of(small_programme, "northtown")
    works = {work.key: work for work in project.activities.all()}
    Link.objects.create(project=project, before=works["opening"], after=works["needs"])
    with pytest.raises(ActivitiesInCycle, match="activity/needs"):
        calendar_feed(small_programme)
