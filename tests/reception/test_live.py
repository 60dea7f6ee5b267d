"""The live streams of offices behind a real server: nothing missed, nothing doubled, no secrets."""

import http.client
import json
import time
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from knutpunkt.accounts.models import Role, User
from knutpunkt.accounts.services import Post, appoint
from knutpunkt.core import clock
from knutpunkt.network.models import Authority, County, Municipality
from knutpunkt.reception import ledger
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.live_words import staff_pass
from knutpunkt.reception.models import Counter
from knutpunkt.reception.services.calls import errand_begin, errand_call_next, errand_finish
from knutpunkt.reception.services.house import people_count
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from knutpunkt.web.live import lines
from support.network import made_office
from support.serving import server_running

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC_WORDS = {
    "seq", "after", "kind", "number", "state", "counter", "version", "waiting", "at",
}  # fmt: skip


@pytest.fixture(scope="module")
def port(django_db_setup):
    """Port of a running server over the test database, told of changes in memory."""
    with server_running() as port:
        yield port


@pytest.fixture(params=["told in memory", "read from the database"])
def heard(request, monkeypatch):
    """Both ways in which the hub hears: of its own process, and of another one's changes."""
    if request.param == "read from the database":
        monkeypatch.setattr(ledger, "_listeners", [])
    return request.param


class Reception:
    """An office with a counter, and the people who act there."""

    def __init__(self, key="north"):
        self.office = made_office(key)
        self.key = key
        Counter.objects.create(office=self.office, name="3")
        self.clerk = self.actor("officer", "siv")
        self.kiosk = self.actor("kiosk", "kiosk")
        self.greeter = self.actor("greeter", "mona")

    def actor(self, role, name):
        return Actor(self.office.pk, self.key, role, name)

    def ticket(self, **wishes):
        return visit_open(by=self.kiosk, **wishes)

    def open_counter(self, **more):
        return session_open(by=self.clerk, counter="3", **more)

    def call(self):
        return errand_call_next(by=self.clerk, counter="3")

    def served(self):
        called = self.call()
        begun = errand_begin(by=self.clerk, errand=called.errand, counter="3")
        return errand_finish(by=self.clerk, errand=begun.errand, outcome="solved_here", counter="3")


@pytest.fixture
def north():
    return Reception()


class Screen:
    """A listener that keeps what it heard."""

    def __init__(self, port, path, **headers):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.line.request("GET", path, headers=names)
        self.answer = self.line.getresponse()

    def next(self):
        """Kind, number and words of the next event."""
        said = {}
        while line := self.answer.readline().decode().rstrip("\n"):
            self._note(said, line)
        return self.next() if "data" not in said else self._event(said)

    @staticmethod
    def _note(said, line):
        name, _, value = line.partition(": ")
        said[name] = value

    @staticmethod
    def _event(said):
        return said["event"], int(said["id"]), json.loads(said["data"])

    def kinds(self, count):
        return [self.next()[2]["kind"] for _ in range(count)]

    def close(self):
        self.answer.close()
        self.line.close()


@contextmanager
def listening(port, key="north", query="", **headers):
    with closing(Screen(port, f"/live/offices/{key}{query}", **headers)) as screen:
        assert screen.answer.status == 200, screen.answer.read()
        yield screen


def status(port, path, method="GET"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.request(method, path)
        return line.getresponse().status


def test_a_screen_first_gets_the_office_as_it_is_and_then_every_change(port, north, heard):
    first = north.ticket()
    with listening(port) as screen:
        kind, seq, told = screen.next()
        assert (kind, seq) == ("snapshot", first.office_seq)
        assert (told["waiting"], told["now"], told["recent"]) == (1, [], [])
        north.open_counter()
        called = north.call()
        kind, seq, told = screen.next()
        assert (kind, seq) == ("office", called.office_seq)
        assert told["number"] == first.number == "A1"
        assert (told["kind"], told["state"], told["counter"]) == ("called", "called", "3")
        assert (told["waiting"], told["version"]) == (0, called.version)
    with listening(port) as screen:
        now = screen.next()[2]
        assert [(one["number"], one["counter"]) for one in now["now"]] == [("A1", "3")]
        assert [(one["number"], one["counter"]) for one in now["recent"]] == [("A1", "3")]


def test_an_event_is_about_200_bytes_and_says_numbers_and_counters_only(port, north, heard):
    with listening(port) as screen:
        screen.next()
        north.ticket(language="ar", access_needs="hearing", interpreter="ar", speaks="ar")
        north.open_counter()
        north.served()
        for _ in range(4):
            kind, seq, told = screen.next()
            assert set(told) == PUBLIC_WORDS
            assert len(f"id: {seq}\nevent: {kind}\ndata: {json.dumps(told)}\n\n") < 230
            assert not {"ar", "hearing", "solved_here"} & set(map(str, told.values()))


def test_practice_and_the_affairs_of_the_house_are_not_public_and_leave_no_gap(port, north, heard):
    with listening(port) as screen:
        seen = screen.next()[1]
        north.ticket(practice=True)
        people_count(by=north.greeter, change=2)
        north.open_counter()
        given = north.ticket()
        _, seq, told = screen.next()
        assert (seq, told["number"], told["waiting"]) == (given.office_seq, "A1", 1)
        assert told["after"] <= seen < seq
        another = north.ticket()
        _, seq, told = screen.next()
        assert (seq, told["after"]) == (another.office_seq, given.office_seq)


@pytest.mark.parametrize("how", ["header", "address"])
def test_who_missed_some_gets_exactly_those(port, north, heard, how):
    with listening(port) as screen:
        seen = screen.next()[1]
    north.open_counter()
    missed = [north.ticket().office_seq for _ in range(3)]
    missed += [north.call().office_seq]
    asked = {"Last_Event_ID": str(seen)} if how == "header" else {}
    with listening(port, query=f"?from={seen}" if how == "address" else "", **asked) as screen:
        told = [screen.next() for _ in missed]
        assert [seq for _, seq, _ in told] == missed
        assert [kind for kind, _, _ in told] == ["office"] * 4
        again = north.ticket()
        assert screen.next()[1] == again.office_seq


@pytest.mark.parametrize("last", ["0", "999999", "-1", "soon", "9" * 40])
def test_who_missed_too_much_or_talks_nonsense_gets_the_office_as_it_is(port, north, last):
    for _ in range(102):
        people_count(by=north.greeter, change=1)
        people_count(by=north.greeter, change=-1)
    with listening(port, Last_Event_ID=last) as screen:
        kind, seq, _ = screen.next()
        assert (kind, seq) == ("snapshot", 204)


def test_changes_told_in_memory_and_by_others_stay_in_order(port, north, monkeypatch):
    ours = list(ledger._listeners)
    with listening(port) as screen:
        screen.next()
        given = []
        for turn in range(24):
            monkeypatch.setattr(ledger, "_listeners", ours if turn % 3 else [])
            given.append(north.ticket().office_seq)
        assert [screen.next()[1] for _ in given] == given


def test_every_screen_hears_of_its_own_office(port, heard):
    offices = [Reception("north"), Reception("south"), Reception("west")]
    screens = [Screen(port, f"/live/offices/{offices[n % 3].key}") for n in range(30)]
    for screen in screens:
        screen.next()
    given = [[office.ticket().office_seq for _ in range(n + 1)] for n, office in enumerate(offices)]
    for n, screen in enumerate(screens):
        assert [screen.next()[1] for _ in given[n % 3]] == given[n % 3]
        screen.close()


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/live/offices/nowhere", "GET", 404),
        ("/live/offices/", "GET", 404),
        ("/live/offices/north/events", "GET", 404),
        ("/live/offices/" + "n" * 81, "GET", 404),
        ("/live/offices/n%00rth", "GET", 404),
        ("/live/offices/north", "POST", 405),
        ("/live/offices/north", "HEAD", 405),
        ("/live/offices/north?pass=", "GET", 200),
        ("/live/offices/north?pass=1:2:3", "GET", 403),
    ],
)
def test_what_is_no_stream_is_refused(port, north, path, method, expected):
    assert status(port, path, method) == expected


# --- staff ----------------------------------------------------------------------------------------


def test_staff_hear_whose_errand_it_is_and_since_when_it_waits(port, north, heard):
    leave = staff_pass(north.key, "officer")
    with listening(port, query=f"?pass={leave}") as screen:
        screen.next()
        given = north.ticket(language="ar", prio_class="frail")
        told = screen.next()[2]
        assert (told["errand"], told["visit"]) == (given.errand, given.visit)
        assert (told["language"], told["class"], told["place"]) == ("ar", "frail", "inside")
        assert told["accrues_from"] == told["at"]
        people_count(by=north.greeter, change=1)
        assert screen.next()[2]["kind"] == "people-counted"


def test_a_municipal_desk_hears_numbers_of_the_others_and_no_more(port, north, heard):
    leave = staff_pass(north.key, "municipal-desk", "ystads-kommun")
    with listening(port, query=f"?pass={leave}") as screen:
        screen.next()
        given = north.ticket(language="ar")
        told = screen.next()[2]
        assert told["number"] == given.number
        assert not {"errand", "visit", "language", "class", "place"} & set(told)


def test_a_pass_is_good_for_one_office_and_an_hour(port, north):
    made_office("south")
    leave = staff_pass("north", "officer")
    assert status(port, f"/live/offices/north?pass={leave}") == 200
    assert status(port, f"/live/offices/south?pass={leave}") == 403
    assert status(port, f"/live/offices/north?pass={leave[:-1]}x") == 403
    with clock.said_to_be(clock.now() - timedelta(hours=1, seconds=1)):
        old = staff_pass("north", "officer", expires=clock.now() + timedelta(days=9))
    assert status(port, f"/live/offices/north?pass={old}") == 403


@pytest.fixture
def siv(north):
    """An account, and nothing it is appointed to."""
    return User.objects.create_user("siv")


def appointed(siv, office, role="officer", **post):
    return appoint(siv, Role(role), by=siv, post=Post(office=office, **post))


def yesterday():
    return clock.today() - timedelta(days=1)


def ends_yesterday(held):
    type(held).objects.update(valid_from=yesterday(), valid_to=yesterday())


WITHDRAWN = {
    "it was deleted": lambda held: held.delete(),
    "it is over": ends_yesterday,
    "it has not begun": lambda held: type(held).objects.update(
        valid_from=clock.today() + timedelta(days=1)
    ),
    "it is in another role": lambda held: type(held).objects.update(role="greeter"),
    "it is at another office": lambda held: type(held).objects.update(office=made_office("south")),
    "the account is switched off": lambda _held: User.objects.update(is_active=False),
}


@pytest.mark.parametrize("why", WITHDRAWN)
def test_a_pass_opens_nothing_once_the_appointment_does_not_hold(port, north, siv, why):
    held = appointed(siv, north.office)
    path = f"/live/offices/north?pass={staff_pass('north', 'officer', user=siv.pk)}"
    assert status(port, path) == 200
    WITHDRAWN[why](held)
    assert status(port, path) == 403


def test_a_municipal_desk_is_let_in_for_its_own_authority_alone(port, north, siv):
    county = County.objects.create(code="12", name="Skåne")
    ystad = Municipality.objects.create(code="1286", name="Ystad", county=county)
    for slug in ("ystads-kommun", "lunds-kommun"):
        Authority.objects.create(slug=slug, name_sv=slug, name_en=slug)
    own = Authority.objects.get(slug="ystads-kommun")
    appointed(siv, north.office, "municipal-desk", municipality=ystad, authority=own)
    for authority, expected in (("ystads-kommun", 200), ("lunds-kommun", 403)):
        leave = staff_pass("north", "municipal-desk", authority, user=siv.pk)
        assert status(port, f"/live/offices/north?pass={leave}") == expected


@pytest.fixture
def quick_port(django_db_setup, monkeypatch):
    """Port of a server that looks at every line each second, not each twentieth."""
    monkeypatch.setattr(lines, "KEEP_ALIVE_SECONDS", 1)
    with server_running() as port:
        yield port


def test_an_open_stream_ends_within_a_beat_of_the_appointment(quick_port, north, siv):
    port = quick_port
    held = appointed(siv, north.office)
    leave = staff_pass("north", "officer", user=siv.pk)
    with listening(port, query=f"?pass={leave}") as screen, listening(port) as anybody:
        screen.next()
        anybody.next()
        time.sleep(1.2)
        given = north.ticket()
        assert screen.next()[1] == anybody.next()[1] == given.office_seq
        held.delete()
        assert all(line in (b": still here\n", b"\n") for line in screen.answer.readlines())
        assert north.ticket().office_seq == anybody.next()[1]


# --- what breaks ----------------------------------------------------------------------------------


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only a server can end a session")
def test_the_hub_hears_again_when_the_database_was_away(port, north, monkeypatch):
    monkeypatch.setattr(ledger, "_listeners", [])
    with listening(port) as screen:
        screen.next()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 2
        given = [north.ticket().office_seq for _ in range(3)]
        assert [screen.next()[1] for _ in given] == given
        time.sleep(1)
        begun = time.monotonic()
        assert north.ticket().office_seq == screen.next()[1]
        assert time.monotonic() - begun < 0.6  # it listens again, and does not only look


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite tells nobody")
def test_postgresql_tells_the_hub_at_once(port, north, monkeypatch):
    monkeypatch.setattr(ledger, "_listeners", [])
    with listening(port) as screen:
        screen.next()
        waited = []
        for _ in range(8):
            north.ticket()
            begun = time.monotonic()
            screen.next()
            waited.append(time.monotonic() - begun)
        assert sorted(waited)[4] < 0.2
