"""Events of a former system: taken over whole when they could have happened, refused when not."""

import csv
import gzip
import io
import json
from contextlib import suppress

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Authority, Office, Service
from knutpunkt.reception.counting.audit import audit
from knutpunkt.reception.counting.event_file import COLUMNS, EventsRefused
from knutpunkt.reception.counting.importing import events_import
from knutpunkt.reception.models import (
    CounterSession,
    Errand,
    Event,
    OfficeDay,
    OfficeSequence,
    TicketCounter,
    Visit,
    key_of,
)

MORNING = to_ms(clock.instant("2025-03-04T10:00"))
MINUTE = 60_000
ORDINARY = (
    {"kind": "session-opened", "session": "s1", "counter": "1", "data": {"staff": "K7"}},
    {"kind": "issued", "errand": 2, "visit": 2, "ticket": "A1", "service": "agency/advice",
     "level": "guidance", "language": "ar", "people": 2},
    {"kind": "called", "errand": 2, "session": "s1"},
    {"kind": "begun", "errand": 2, "session": "s1"},
    {"kind": "finished", "errand": 2, "session": "s1", "outcome": "solved_here"},
    {"kind": "added", "errand": 6, "visit": 2, "session": "s1", "state": "serving"},
    {"kind": "finished", "errand": 6, "session": "s1", "outcome": "beyond_service_level",
     "missing_level": "full", "service": "agency/advice", "level": "guidance"},
    {"kind": "session-closed", "session": "s1"},
    {"kind": "day-ended"},
)  # fmt: skip


@pytest.fixture
def office(db):
    owner = Authority.objects.create(slug="agency", name_sv="Myndigheten", name_en="The agency")
    Service.objects.create(authority=owner, slug="advice", name_sv="Råd", name_en="Advice")
    return Office.objects.create(key="ulricehamn", recorded_by="a test")


def written(events, *, origin="recorded", office="ulricehamn", first=1, begins=MORNING):
    """Events as a file; every one a minute after the one before where it says nothing."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["#knutpunkt-events", "1", origin])
    writer.writerow(COLUMNS)
    for number, event in enumerate(events):
        usual = {"office": office, "seq": first + number, "at": begins + number * MINUTE}
        row = usual | event
        if isinstance(row.get("data"), dict):
            row["data"] = json.dumps(row["data"])
        writer.writerow([row.get(name, "") for name in COLUMNS])
    return file.getvalue()


def brought_in(folder, events, **said):
    """Import events; what came of it."""
    file = folder / "events.csv"
    file.write_text(written(events, **said), encoding="utf-8")
    return events_import(file)


def rows_of_the_reception():
    """How many rows there are of everything an import writes."""
    models = (Event, Visit, Errand, CounterSession, OfficeDay, TicketCounter)
    return [model.objects.count() for model in models]


def test_an_ordinary_morning_is_taken_over(office, tmp_path):
    found = brought_in(tmp_path, ORDINARY)
    assert (found.events, found.visits, found.errands, found.still_open) == (9, 1, 2, 0)
    visit = Visit.objects.get()
    assert (visit.pk, visit.ticket, visit.party_size) == (key_of(office.pk, 2), "A1", 2)
    assert visit.closed_at == clock.instant("2025-03-04T10:06")
    first, second = Errand.objects.order_by("pk")
    assert (first.state, first.outcome, first.version, first.calls) == ("done", "solved_here", 4, 1)
    assert (second.ordinal, second.missing_level, second.authority) == (2, "full", "agency")
    assert OfficeSequence.objects.get(office=office).last == 9
    session = CounterSession.objects.get()
    assert (session.pk, session.staff) == (key_of(office.pk, 1), "K7")
    called = Event.objects.get(office_seq=3)
    assert (called.ticket, called.counter, called.language) == ("A1", "1", "ar")
    assert (called.state, called.session) == ("called", session.pk)
    assert TicketCounter.objects.get().last == 1
    assert OfficeDay.objects.get().report == {"visits": 1, "errands": 2, "people": 2}


def test_what_was_taken_over_stands_a_recount(office, tmp_path):
    brought_in(tmp_path, ORDINARY)
    day = clock.instant("2025-03-04T10:00").date()
    made = audit(day, day)
    assert made.differences == []
    assert made.events == 9


def test_a_compressed_file_is_read_and_simulated_events_say_so(office, tmp_path):
    file = tmp_path / "events.csv.gz"
    file.write_bytes(gzip.compress(written(ORDINARY, origin="simulated").encode()))
    assert events_import(file).simulated
    assert not Event.objects.filter(simulated=False).exists()
    assert Visit.objects.get().simulated


def test_instants_may_be_written_for_people(office, tmp_path):
    events = [{**ORDINARY[0], "at": "2025-03-04T09:59:59.500+01:00"}, *ORDINARY[1:]]
    brought_in(tmp_path, events)
    assert Event.objects.get(office_seq=1).at == clock.instant("2025-03-04T09:59:59.500")


def test_later_days_go_on_where_the_log_ended(office, tmp_path):
    brought_in(tmp_path, ORDINARY)
    tomorrow = MORNING + 24 * 60 * MINUTE
    more = [{"kind": "issued", "errand": 10, "visit": 10, "ticket": "A1"},
            {"kind": "left", "errand": 10}]  # fmt: skip
    found = brought_in(tmp_path, more, first=10, begins=tomorrow)
    assert found.events == 2
    assert OfficeSequence.objects.get().last == 11


def test_a_transfer_continues_with_the_wait_of_its_parent(office, tmp_path):
    events = [
        *ORDINARY[:4],
        {"kind": "transferred", "errand": 2, "session": "s1"},
        {"kind": "added", "errand": 6, "visit": 2, "data": {"parent": 2}},
        {"kind": "swept", "errand": 6},
    ]
    brought_in(tmp_path, events)
    parent, child = Errand.objects.order_by("pk")
    assert child.parent_id == parent.pk
    assert child.accrues_from == parent.accrues_from
    assert (parent.state, child.outcome) == ("transferred", "left_before_call")
    assert child.service_id == parent.service_id


def changed(place, **to):
    """The ordinary morning with one event otherwise."""
    return [event | to if number == place else event for number, event in enumerate(ORDINARY)]


REFUSED = {
    "a gap in the sequence": (changed(2, seq=4), 5, "its number should be 3"),
    "time that runs backwards": (changed(2, at=MORNING), 5, "earlier than the event before"),
    "a call of somebody who is served": (
        [*ORDINARY[:4], {"kind": "called", "errand": 2, "session": "s1"}], 7,
        "A1 was serving and cannot be called"),
    "a counter that was not open": (changed(2, session="s9"), 5, "was not open"),
    "two visitors at one counter": (
        [*ORDINARY[:4], {"kind": "issued", "errand": 5, "visit": 5, "ticket": "A2"},
         {"kind": "called", "errand": 5, "session": "s1"}], 8, "the counter had A1 already"),
    "one number for two": (
        [*ORDINARY[:2], {"kind": "issued", "errand": 3, "visit": 3, "ticket": "A1"}], 5,
        "A1 was given to somebody else"),
    "somebody at two counters": (
        [*ORDINARY[:3], {"kind": "session-opened", "session": "s2", "counter": "2"},
         {"kind": "begun", "errand": 2, "session": "s2"}], 7, "A1 is at another counter"),
    "an outcome only the house gives": (changed(4, outcome="no_show"), 7, "not allowed as outcome"),
    "a referral to nobody": (changed(4, outcome="referred_authority"), 7, "only who is referred"),
    "a missing level without a name": (changed(6, missing_level=""), 9, "beyond_service_level"),
    "an errand nobody has": (changed(2, errand=77), 5, "no such errand"),
    "a visit by another number": (changed(1, visit=1), 4, "number of their own event"),
    "practice": (changed(1, ticket="Ö1"), 4, "practice"),
    "an unknown office": (changed(1, office="nowhere"), 4, "no office “nowhere”"),
    "an unknown service": (changed(1, service="agency/magic"), 4, "no service “agency/magic”"),
    "an unknown kind": (changed(2, kind="vanished"), 5, "nothing is called “vanished”"),
    "an unreadable instant": (changed(2, at="soon"), 5, "soon"),
    "data that is none": (changed(2, data="[1]"), 5, "not a JSON object"),
    "a counter left with somebody at it": (
        [*ORDINARY[:4], {"kind": "session-closed", "session": "s1"}], 7, "still had A1"),
    "two sessions at one counter": (
        [*ORDINARY[:1], {"kind": "session-opened", "session": "s2", "counter": "1"}], 4,
        "somebody sat at counter 1"),
    "a parked errand left behind": (
        [*ORDINARY[:4], {"kind": "parked", "errand": 2, "session": "s1"},
         {"kind": "session-closed", "session": "s1"}], 8, "was not released first"),
    "an undo after more than a minute": (
        [*ORDINARY[:5], {"kind": "undone", "errand": 2, "session": "s1",
                         "at": MORNING + 4 * MINUTE + 60_001}], 8, "no longer be taken back"),
    "an undo of nothing": (
        [*ORDINARY[:2], {"kind": "undone", "errand": 2}], 5, "nothing was done with A1"),
    "the name of a visitor": (
        changed(1, data={"name": "Anna Andersson 19121212-1212"}), 4, "does not say “name”"),
    "words with an event that has none": (changed(4, data={"note": "x"}), 7, "does not say “note”"),
    "staff by their name": (changed(0, data={"staff": "Anna Andersson"}), 3, "staff in data"),
    "staff by their personal number": (changed(0, data={"staff": "19121212-1212"}), 3, "staff"),
    "a wait beyond all numbers": (changed(1, data={"accrues_from": 10**26}), 4, "accrues_from"),
    "a time that is true": (changed(1, data={"due_at": True}), 4, "due_at"),
    "an interpreter that is no language": (changed(1, data={"interpreter": [1]}), 4, "interpreter"),
    "needs that are none": (changed(1, data={"needs": {"a": 1}}), 4, "needs in data"),
    "a parent that is none": (changed(5, data={"parent": "2"}), 8, "parent in data"),
    "an authority nobody knows": (changed(0, data={"authorities": ["x"]}), 3, "authorities"),
    "an escaped NUL": (changed(1, data='{"interpreter": "a\\u0000"}'), 4, "interpreter in data"),
    "a name with a NUL": (changed(1, data='{"a\\u0000": 1}'), 4, "does not say “a”"),
    "a NUL in a column": (changed(2, outcome="a\0b"), 5, "NUL"),
    "data nested too deeply": (changed(1, data="[" * 1_900), 4, "cannot be read"),
    "data without an end": (changed(1, data="[" * 20_000), 4, "longer than 2000"),
    "what has not happened yet": (changed(8, at="2100-01-01T00:00"), 11, "in the future"),
    "an instant beyond all years": (changed(8, at=10**26), 11, "is not a number"),
    "digits of another script": (changed(8, seq="٩"), 11, "is not a number"),
    "an instant in another script": (changed(0, at="١٢٣"), 3, "is not a number"),
    "a number with a sign": (changed(1, people="-2"), 4, "is not a number"),
    "a language that is a path": (changed(1, language="../../et"), 4, "no code of a language"),
    "a level nobody knows": (changed(3, service="agency/advice", level="magic"), 6, "no level"),
    "a ticket of somebody else": (
        [*ORDINARY[:2], {"kind": "issued", "errand": 3, "visit": 3, "ticket": "B7"},
         {"kind": "left", "errand": 2, "ticket": "B7"}], 6, "ticket of its errand is A1"),
    "a visit of somebody else": (
        [*ORDINARY[:2], {"kind": "left", "errand": 2, "visit": 1}], 5, "another visit"),
    "somebody invited whom nobody knows": (
        [*ORDINARY[:2], {"kind": "invited", "visit": 10**10}], 5, "no such visit"),
    "another counter than the session's": (changed(2, counter="2"), 5, "is at counter 1"),
    "a counter with a path for a name": (
        [{"kind": "alarm", "counter": "../etc"}], 3, "cannot be called"),
    "a day that ends twice": ([*ORDINARY, {"kind": "day-ended"}], 12, "had ended its day"),
    "somebody who comes after the end": (
        [*ORDINARY, {"kind": "issued", "errand": 10, "visit": 10, "ticket": "A2"}], 12,
        "had ended its day"),
}  # fmt: skip


@pytest.mark.parametrize("rule", REFUSED)
def test_what_could_not_have_happened_is_refused_with_its_line(office, tmp_path, rule):
    events, line, reason = REFUSED[rule]
    with pytest.raises(EventsRefused, match=reason) as refused:
        brought_in(tmp_path, events)
    assert (refused.value.file, refused.value.line) == ("events.csv", line)


def test_nothing_stays_of_a_file_that_is_refused_in_its_last_line(office, tmp_path):
    before = rows_of_the_reception()
    with pytest.raises(EventsRefused):
        brought_in(tmp_path, [*ORDINARY, {"kind": "day-ended", "seq": 99}])
    assert rows_of_the_reception() == before


def test_a_day_the_office_has_events_of_is_refused(office, tmp_path):
    brought_in(tmp_path, ORDINARY)
    with pytest.raises(EventsRefused, match="has events up to 2025-03-04"):
        brought_in(tmp_path, [{"kind": "day-ended"}], first=10, begins=MORNING + 60 * MINUTE)


def test_an_office_that_works_through_its_node_is_refused(office, tmp_path):
    OfficeSequence.objects.create(office=office, owner="bus-1")
    with pytest.raises(EventsRefused, match="through its node bus-1"):
        brought_in(tmp_path, ORDINARY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "should begin with"),
        ("#knutpunkt-events,2,recorded\n", "should begin with"),
        ("#knutpunkt-events,1,invented\n", "simulated or recorded"),
        ("#knutpunkt-events,1,recorded\noffice,seq\n", "columns should be"),
        ("#knutpunkt-events,1,recorded\n" + ",".join(COLUMNS) + "\na,1\n", "has 2 columns"),
    ],
)
def test_a_file_of_another_kind_is_refused(office, tmp_path, text, reason):
    file = tmp_path / "events.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(EventsRefused, match=reason):
        events_import(file)


def test_a_broken_archive_is_refused(office, tmp_path):
    file = tmp_path / "events.csv.gz"
    file.write_bytes(gzip.compress(written(ORDINARY).encode())[:-20])
    with pytest.raises(EventsRefused, match="cannot be read"):
        events_import(file)
    assert not Event.objects.exists()


@pytest.mark.parametrize("place", [15, 40, 120, -30, -6])
def test_an_archive_with_a_flipped_byte_is_refused(office, tmp_path, place):
    file = tmp_path / "events.csv.gz"
    packed = bytearray(gzip.compress(written(ORDINARY).encode()))
    packed[place] ^= 0xFF
    file.write_bytes(packed)
    with pytest.raises(EventsRefused):
        events_import(file)
    assert not Event.objects.exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.integers(0, len(ORDINARY) - 1),
    column=st.sampled_from(COLUMNS),
    value=st.one_of(
        st.text(max_size=12), st.integers().map(str),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda some: st.lists(some, max_size=3) | st.dictionaries(
                st.sampled_from(["staff", "due_at", "accrues_from", "parent", "needs", "x"]), some),
            max_leaves=5,
        ).map(json.dumps),
    ),
)  # fmt: skip
def test_whatever_stands_in_a_row_it_is_taken_over_or_refused(
    office, tmp_path, place, column, value
):
    file = tmp_path / "events.csv"
    text = written(changed(place, **{column: value}))
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with transaction.atomic():
        with suppress(EventsRefused):
            events_import(file)
        transaction.set_rollback(True)


def test_what_is_simulated_may_lie_ahead_and_what_belongs_to_a_visit_is_kept(office, tmp_path):
    ahead = to_ms(clock.now()) + 24 * 60 * MINUTE
    data = {"due_at": ahead + 2 * MINUTE, "interpreter": "ar", "needs": "sight,quiet"}
    events = [{"kind": "checked-in", "errand": 1, "visit": 1, "ticket": "B1", "data": data},
              {"kind": "left", "errand": 1}]  # fmt: skip
    brought_in(tmp_path, events, origin="simulated", begins=ahead)
    visit = Visit.objects.get()
    assert (visit.interpreter, visit.access_needs) == ("ar", "sight,quiet")
    assert to_ms(Errand.objects.get().due_at) == data["due_at"]


def test_offices_may_lie_among_each_other(office, tmp_path):
    Office.objects.create(key="tranemo", recorded_by="a test")
    one = written(ORDINARY).splitlines()
    other = written(ORDINARY, office="tranemo").splitlines()[2:]
    mixed = [line for pair in zip(one[2:], other, strict=True) for line in pair]
    file = tmp_path / "events.csv"
    file.write_text("\n".join([*one[:2], *mixed]) + "\n", encoding="utf-8")
    assert events_import(file).offices == 2
    assert Visit.objects.count() == 2


def test_an_errand_still_open_at_the_end_can_be_gone_on_with(office, tmp_path):
    found = brought_in(tmp_path, ORDINARY[:3])
    assert found.still_open == 1
    held = Errand.objects.get()
    assert (held.state, held.session_id) == ("called", key_of(office.pk, 1))
    assert Visit.objects.get().closed_at is None
    assert connection.in_atomic_block
