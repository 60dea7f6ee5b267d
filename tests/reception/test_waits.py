"""The wait told with a ticket: from the queue as it is, and how often it was right."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from knutpunkt.core import clock
from knutpunkt.engines.queueing.waiting import Pace
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import Event
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.selectors.pace import ASSUMED, counted, forget_paces, pace_of
from knutpunkt.reception.selectors.waits import HitRate, forget_hit_rates, hit_rate, wait_at
from knutpunkt.reception.services.calls import (
    errand_begin,
    errand_call_next,
    errand_finish,
    errand_leave,
    errand_undo,
)
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from support.network import swedish_network  # noqa: F401  # a fixture

PLACE = "goteborg-gamlestaden"
TEN = datetime(2022, 6, 28, 8, tzinfo=UTC)  # ten o'clock in Sweden
DAY = date(2022, 6, 28)


@pytest.fixture(autouse=True)
def _fresh():
    forget_everything()
    yield
    forget_everything()


def forget_everything():
    forget_menus()
    forget_paces()
    forget_hit_rates()


@pytest.fixture
def place(swedish_network, db):  # noqa: F811  # the fixture of that name
    return Office.objects.get(key=PLACE)


@pytest.fixture
def clerk(place):
    return Actor(place.pk, place.key, "office-manager", "K1")


def at(minutes):
    """Let it be so many minutes after ten."""
    return clock.said_to_be(TEN + timedelta(minutes=minutes))


def comes(clerk, minutes, **said):
    with at(minutes):
        return visit_open(by=clerk, **said)


def opens(clerk, counter, minutes=0.0, **said):
    with at(minutes):
        return session_open(by=clerk, counter=counter, **said)


def serves(clerk, counter, begins, ends):
    """Call whoever is next, serve and finish; the errand."""
    with at(begins):
        called = errand_call_next(by=clerk, counter=counter)
        errand_begin(by=clerk, errand=called.errand)
    with at(ends):
        errand_finish(by=clerk, errand=called.errand, outcome="solved_here")
    return called.errand


# --- the wait now ---------------------------------------------------------------------------------


def test_nothing_is_told_while_no_counter_is_open(clerk):
    assert comes(clerk, 0).more["wait"] is None


def test_a_free_counter_is_told_as_at_once(clerk):
    opens(clerk, "1")
    found = comes(clerk, 1)
    assert found.more["wait"] == {"low": 0, "mid": 0, "high": 1}
    assert found.more["ahead"] == 0


def test_behind_one_who_is_served_the_wait_is_what_is_left_of_that_service(clerk):
    opens(clerk, "1")
    comes(clerk, 0)
    with at(1):
        errand_call_next(by=clerk, counter="1")
    wait = comes(clerk, 1).more["wait"]
    assert wait["low"] <= 1
    assert 5 <= wait["mid"] <= 9  # median of a service of ten minutes that varies much
    assert 16 <= wait["high"] <= 26


def test_the_wait_grows_with_the_queue_and_shrinks_with_counters(clerk):
    opens(clerk, "1")
    for _visitor in range(6):
        comes(clerk, 1)
    one_counter = comes(clerk, 1).more
    assert one_counter["ahead"] == 6
    opens(clerk, "2", 1)
    two_counters = comes(clerk, 1).more["wait"]
    assert two_counters["mid"] < one_counter["wait"]["mid"]


def test_counters_that_cannot_serve_it_do_not_count(clerk):
    opens(clerk, "1", skills={"authorities": ["skatteverket"]})
    with at(1):
        assert wait_at(clerk.office, authority="pensionsmyndigheten") is None
        assert wait_at(clerk.office, authority="skatteverket")["high"] == 1


def test_who_waits_for_another_counter_is_not_ahead(clerk):
    opens(clerk, "1", skills={"authorities": ["skatteverket"]})
    opens(clerk, "2", skills={"authorities": ["pensionsmyndigheten"]})
    for _visitor in range(4):
        comes(clerk, 1, authority="pensionsmyndigheten")
    found = comes(clerk, 2, authority="skatteverket").more
    assert found["ahead"] == 0
    assert found["wait"]["high"] == 1


def test_practice_makes_nobody_wait(clerk):
    opens(clerk, "1")
    for _visitor in range(4):
        comes(clerk, 1, practice=True)
    assert comes(clerk, 1).more["ahead"] == 0


def test_the_wait_takes_two_reads_however_many_wait(clerk, django_assert_num_queries):
    opens(clerk, "1")
    for _visitor in range(12):
        comes(clerk, 1)
    pace_of(clerk.office)
    with at(2):
        wait_at(clerk.office, authority="skatteverket")
        with django_assert_num_queries(2):
            wait_at(clerk.office, authority="skatteverket")


def test_the_queue_is_found_by_its_index(clerk):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite tells its plan in words")
    opens(clerk, "1")
    with at(1), CaptureQueriesContext(connection) as seen:
        wait_at(clerk.office)
    asked = next(one["sql"] for one in seen if "FROM reception_errand" in one["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "office_id=? AND local_day=? AND state=?" in plan


# --- pace -----------------------------------------------------------------------------------------


def rows(lasts, *, service=7, gap=60):
    """Rows of one counter that serves one after the other, in minutes, with a gap between."""
    found, now = [], 0
    for errand, minutes in enumerate(lasts, 1):
        found.append(("issued", now, DAY, errand, None, service, "waiting"))
        found.append(("called", now + 1, DAY, errand, 1, service, "called"))
        now += int(minutes * 60_000)
        found.append(("finished", now, DAY, errand, 1, service, "done"))
        now += gap * 60_000
    return found


def test_without_events_the_pace_is_the_assumed_one():
    assert counted([]).of(None) == ASSUMED


def test_few_observations_move_the_pace_a_little_and_many_nearly_all_the_way():
    few, many = counted(rows([30] * 2)).of(7), counted(rows([30] * 2000)).of(7)
    assert 10 < few.mean < 15
    assert many.mean == pytest.approx(30, rel=0.02)
    assert many.cv < 0.1


def test_a_service_with_its_own_events_has_its_own_pace():
    found = counted([*rows([5] * 200, service=1), *rows([20] * 200, service=2)])
    assert found.of(1).mean < 7
    assert found.of(2).mean > 17
    assert found.of(99) == found.usual == found.of(None)


def test_the_breath_between_two_belongs_to_the_pace_while_somebody_waits():
    waiting = [("issued", 0, DAY, n, None, 1, "waiting") for n in range(1, 402)]
    served, now = [], 0
    for errand in range(1, 401):
        served.append(("called", now + 60_000, DAY, errand, 1, 1, "called"))
        now += 6 * 60_000
        served.append(("finished", now, DAY, errand, 1, 1, "done"))
    assert counted([*waiting, *served]).of(1).mean == pytest.approx(6, rel=0.06)


def test_who_gives_up_is_counted_per_minute_waited():
    left = [
        row
        for n in range(1, 11)
        for row in (
            ("issued", 0, DAY, n, None, 1, "waiting"),
            ("left", 20 * 60_000, DAY, n, None, 1, "left"),
        )
    ]
    left.sort(key=lambda row: row[1])
    assert counted(left).giving_up == pytest.approx(1 / 20)


def test_the_pace_of_an_office_is_read_from_its_own_events(clerk):
    opens(clerk, "1")
    for n in range(12):
        comes(clerk, n * 30)
        serves(clerk, "1", n * 30 + 0.5, n * 30 + 25)
    with at(400):
        forget_paces()
        assert pace_of(clerk.office).usual.mean > ASSUMED.mean + 3  # they took 24.5


def test_a_pace_is_never_of_no_length():
    assert isinstance(counted(rows([0.001] * 3000)).of(7), Pace)


# --- promises kept --------------------------------------------------------------------------------


def six_who_are_told_at_once(clerk, late):
    """Six visitors to a free counter; the last ``late`` of them are let wait nine minutes."""
    opens(clerk, "1")
    for n in range(6):
        begins = n * 20
        comes(clerk, begins)
        waits = 9 if n >= 6 - late else 0.5
        serves(clerk, "1", begins + waits, begins + waits + 5)


def test_the_hit_rate_is_the_share_of_promises_kept(clerk):
    six_who_are_told_at_once(clerk, late=2)
    assert hit_rate(clerk.office, DAY) == HitRate(pytest.approx(4 / 6), 6)


def test_fewer_than_five_tell_nothing(clerk):
    opens(clerk, "1")
    for n in range(4):
        comes(clerk, n * 20)
        serves(clerk, "1", n * 20 + 0.5, n * 20 + 5)
    assert hit_rate(clerk.office, DAY + timedelta(days=1)) is None
    with at(0):
        assert hit_rate(clerk.office, DAY) is None


def test_who_left_or_was_told_nothing_is_not_counted(clerk):
    comes(clerk, -5)  # no counter is open: nothing is told
    opens(clerk, "1", -4)
    serves(clerk, "1", -3, -1)
    six_who_are_told_at_once(clerk, late=0)
    gone = comes(clerk, 200)
    with at(201):
        errand_leave(by=clerk, errand=gone.errand)
    assert Event.objects.filter(kind="left").exists()
    with at(300):
        assert hit_rate(clerk.office, DAY) == HitRate(1.0, 6)


def test_a_call_that_was_taken_back_is_no_call(clerk):
    six_who_are_told_at_once(clerk, late=0)
    visitor = comes(clerk, 150)
    with at(150.5):
        errand_call_next(by=clerk, counter="1")
    with at(150.9):
        errand_undo(by=clerk, errand=visitor.errand)
    serves(clerk, "1", 170, 175)
    with at(300):
        found = hit_rate(clerk.office, DAY)
    assert (found.tickets, found.share) == (7, pytest.approx(6 / 7))


def test_an_office_nobody_knows_has_no_hit_rate(db):
    assert hit_rate(987_654, DAY) is None
