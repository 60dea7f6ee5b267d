"""Simulated days: as an event file, and played over HTTP at a server of their own."""

import csv
import gzip
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import date

import pytest

from knutpunkt.reception import transitions
from knutpunkt.reception.counting.importing import events_import
from knutpunkt.reception.errors import OfficeUnknown
from knutpunkt.reception.models import Event
from knutpunkt.reception.selectors.figures import figures
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.simulating import event_file, places
from knutpunkt.reception.simulating.asked import Asked, planned, tokens_of
from knutpunkt.reception.simulating.errors import SimulationAskedWrongly
from knutpunkt.reception.simulating.mixes import Service, kinds
from knutpunkt.reception.simulating.places import usual_span, working_days
from knutpunkt.reception.simulating.plans import day_of, size_of
from knutpunkt.reception.simulating.wire import Speaker
from support.network import swedish_network  # noqa: F401  # a fixture
from support.reception import contradictions_read

# Its days are played over HTTP; that on the other database is the races' work.
pytestmark = pytest.mark.once

MONDAY = date(2025, 3, 3)
SERVICES = (
    Service("skatteverket", "id-card", "full"),
    Service("skatteverket", "guidance", "guidance"),
    Service("forsakringskassan", "errands", "guidance"),
    Service("arbetsformedlingen", "guidance", "by-booking"),
)


def asked(days=4, visits=80.0, seed=7):
    return Asked(offices=1, days=days, seed=seed, visits=visits, first_day=MONDAY)


def rows_of(wish, office="gavle"):
    """Rows of an office as a program reads them."""
    made = event_file.OfficeRows(office)
    spans = {(office, day): usual_span(day) for day in wish.working_days}
    text = [
        row
        for day, plan in planned(wish, office, SERVICES, spans)
        for row in made.day(plan, wish.seed, day.isoformat())
    ]
    return list(csv.DictReader(text, fieldnames=event_file.COLUMNS, strict=True)), made


def cells_are_where_they_belong(row):
    """Whether a row has what its kind needs, and nothing that others need."""
    about_errand = row["kind"] in (*transitions.TRANSITIONS, *transitions.BEGINNINGS, "undone")
    assert None not in row  # no cell too many
    assert all(value is not None for value in row.values())  # none too few
    assert bool(row["errand"]) == about_errand
    assert bool(row["outcome"]) == (row["kind"] == "finished")
    assert bool(row["ticket"]) == (row["kind"] in ("issued", "checked-in"))
    assert bool(row["state"]) == (row["kind"] == "added")
    if row["data"]:
        assert isinstance(json.loads(row["data"]), dict)


# --- event files ----------------------------------------------------------------------------------


def test_every_row_has_its_cells_and_every_sequence_is_legal():
    rows, made = rows_of(asked(days=10))
    assert [int(row["seq"]) for row in rows] == list(range(1, made.seq + 1))
    instants = [int(row["at"]) for row in rows]
    assert instants == sorted(instants)
    states, opened = {}, set()
    for row in rows:
        cells_are_where_they_belong(row)
        errand, kind = row["errand"], row["kind"]
        if kind == "session-opened":
            opened.add(row["session"])
        elif kind == "session-closed":
            opened.remove(row["session"])
        elif row["session"]:
            assert row["session"] in opened
        if kind in transitions.BEGINNINGS:
            assert errand == row["seq"]
            states[errand] = transitions.WAITING
        elif kind == "undone":
            states[errand] = transitions.SERVING
        elif kind in transitions.TRANSITIONS:
            way = transitions.TRANSITIONS[kind]
            assert states[errand] in way.before
            states[errand] = way.after
    assert set(states.values()) <= set(transitions.CLOSED)


def test_each_day_ends_once_and_each_ticket_is_given_once_a_day():
    rows, _made = rows_of(asked(days=5))
    given, ends = Counter(), 0
    for row in rows:
        ends += row["kind"] == "day-ended"
        if row["ticket"]:
            given[ends, row["ticket"]] += 1
    assert ends == 5
    assert set(given.values()) == {1}


def test_sessions_are_labelled_once_over_all_days():
    rows, _made = rows_of(asked(days=5))
    labels = [row["session"] for row in rows if row["kind"] == "session-opened"]
    assert len(labels) == len(set(labels))


def test_outcomes_say_what_they_need_to_say():
    rows, _made = rows_of(asked(days=20))
    codes = Counter(row["outcome"] for row in rows if row["kind"] == "finished")
    assert set(codes) == set(transitions.BY_CLERK)
    for row in rows:
        referred = row["outcome"] == "referred_authority"
        assert bool(row["next_authority"]) == bool(row["next_channel"]) == referred
        assert row["next_channel"] in ("", *transitions.CHANNELS)
        assert bool(row["missing_level"]) == (row["outcome"] == "beyond_service_level")


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    assert rows_of(asked())[0] == rows_of(asked())[0]
    assert rows_of(asked())[0] != rows_of(asked(seed=8))[0]


def test_a_packed_file_holds_what_a_plain_one_holds(tmp_path):
    for name in ("events.csv", "events.csv.gz"):
        with event_file.opened(tmp_path / name) as out:
            out.write("gavle,1,day-ended,0,,,,,,,,,,,,,,,,,\n")
    plain = (tmp_path / "events.csv").read_bytes()
    assert gzip.decompress((tmp_path / "events.csv.gz").read_bytes()) == plain
    assert plain.startswith(b"#knutpunkt-events,1,simulated\noffice,seq,kind,at,")


@pytest.mark.django_db(transaction=True)
def test_a_simulated_file_is_taken_by_the_import_as_it_is(swedish_network, tmp_path):  # noqa: F811  # a fixture
    forget_menus()
    wish, office = asked(days=5, visits=120), "simulated-0001"
    services = places.services_of(office, MONDAY)
    spans = places.opening_spans([office], wish.working_days)
    made = event_file.OfficeRows(office)
    with event_file.opened(tmp_path / "week.csv") as out:
        for day, plan in planned(wish, office, services, spans):
            out.writelines(made.day(plan, wish.seed, day.isoformat()))
    found = events_import(tmp_path / "week.csv", make_office=places.office_made)
    assert (found.simulated, found.events, found.visits) == (True, made.seq, made.visits)
    assert found.still_open == 0
    kept = Event.objects.filter(office__key=office)
    assert kept.count() == kept.filter(simulated=True).count() == made.seq
    total = figures(wish.working_days[0], wish.working_days[-1], offices=[office]).total
    assert total.value("visits") == made.visits


@pytest.mark.django_db
def test_only_offices_whose_key_says_so_are_made_up():
    with pytest.raises(OfficeUnknown):
        places.office_made("atlantis")
    assert places.office_made("simulated-0017").key == "simulated-0017"


# --- plans ----------------------------------------------------------------------------------------


def test_offices_differ_in_size_and_are_one_in_the_mean():
    sizes = [size_of(f"office-{n}", seed=1) for n in range(4000)]
    assert sum(sizes) / len(sizes) == pytest.approx(1, abs=0.04)
    assert min(sizes) < 0.4
    assert max(sizes) > 2.5
    assert size_of("gavle", seed=1) == size_of("gavle", seed=1)


def test_a_larger_office_has_more_counters_and_never_fewer_than_two():
    what, span = kinds(SERVICES), usual_span(MONDAY)
    counters = [
        len({shift.counter for shift in day_of("x", MONDAY, span, what, seed=1, visits=v).shifts})
        for v in (1, 40, 120, 400)
    ]
    assert counters[0] == 2
    assert counters == sorted(counters)
    assert counters[-1] > 5


def test_working_days_leave_weekends_out():
    found = working_days(date(2025, 3, 7), 3)
    assert found == (date(2025, 3, 7), date(2025, 3, 10), date(2025, 3, 11))


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [{"offices": 0}, {"days": 0}, {"visits": -1.0}])
def test_a_simulation_of_nothing_is_refused(wrong):
    usual = {"offices": 1, "days": 1, "seed": 1, "visits": 59.0, "first_day": MONDAY}
    with pytest.raises(SimulationAskedWrongly, match="cannot be simulated"):
        Asked(**usual | wrong)


def test_tokens_are_read_as_json_or_as_lines(tmp_path):
    file = tmp_path / "tokens"
    file.write_text("gavle abc\nboras def\n")
    assert tokens_of(file, 1) == {"gavle": "abc"}
    file.write_text('{"gavle": "abc", "boras": "def"}')
    assert tokens_of(file, 2) == {"gavle": "abc", "boras": "def"}


def test_too_few_tokens_are_refused(tmp_path):
    file = tmp_path / "tokens"
    file.write_text("gavle abc\n")
    with pytest.raises(SimulationAskedWrongly, match="names 1 offices, 2 are asked for"):
        tokens_of(file, 2)
    with pytest.raises(SimulationAskedWrongly, match="cannot be read"):
        tokens_of(tmp_path / "nowhere", 1)


@pytest.mark.parametrize("url", ["", "localhost:8000", "https://example.invalid", "ftp://x"])
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(SimulationAskedWrongly, match="no address"):
        Speaker(url)


# --- over HTTP ------------------------------------------------------------------------------------


def ran(home, *words):
    command = [sys.executable, "-m", "knutpunkt.cli.main", "reception", "simulate", *words]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "KNUTPUNKT_HOME": str(home)}
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


@pytest.mark.slow
@pytest.mark.once  # its server has a database of its own
def test_days_played_over_http_contradict_nothing_and_say_that_they_are_simulated(tmp_path):
    home = tmp_path / "home"
    words = ("--offices", "2", "--days", "2", "--visits-per-day", "25", "--seed", "3")
    done = ran(tmp_path, *words, "--first-day", "2025-03-03", "--home", str(home), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    assert told["total"]["refused"] == 0

    base = sqlite3.connect(f"file:{home / 'knutpunkt.sqlite3'}?mode=ro", uri=True)

    def read(sql, *values):
        return base.execute(sql, values).fetchall()

    offices = [row[0] for row in read("SELECT DISTINCT office_id FROM reception_event")]
    assert len(offices) == 2
    for office in offices:
        assert contradictions_read(read, office) == []
    visits = "SELECT COUNT(*) FROM reception_event WHERE kind IN ('issued', 'checked-in')"
    assert read(visits)[0][0] == told["total"]["visits"] > 20
    assert read("SELECT COUNT(*) FROM reception_visit WHERE NOT simulated")[0][0] == 0
    days = read("SELECT DISTINCT local_day FROM reception_event ORDER BY 1")
    assert [row[0] for row in days] == ["2025-03-03", "2025-03-04"]
    still_open = "SELECT COUNT(*) FROM reception_accesstoken WHERE revoked_at IS NULL"
    assert read(still_open)[0][0] == 0
