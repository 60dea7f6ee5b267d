"""Many counters, one visitor; many kiosks, one series: whoever is first, nobody is second.

Every request goes over HTTP to real server processes, one or two on the same database; the last
bytes of a round are sent in a row, so that its requests meet in the server. Afterwards the log is
replayed from outside.
"""

from datetime import date, timedelta
from itertools import count

import pytest

from support.faults import ROUNDS, crowds, record
from support.reception import OFFICE, Asked, Crowd, contradictions
from support.servers import servers_running

pytestmark = pytest.mark.slow

MOST = 16
FIRST_DAY = date(2022, 9, 13)
ROUNDS_A_DAY = 25
VISITS, CALLS = f"/api/reception/{OFFICE}/visits", f"/api/reception/{OFFICE}/calls"
SESSIONS = f"/api/reception/{OFFICE}/sessions"


class Desks:
    """Sixteen counters and sixteen who give out tickets, and the way to the servers."""

    def __init__(self, installation, servers, counters, givers):
        self.installation, self.counters, self.givers = installation, counters, givers
        self.crowd = Crowd(*[server.port for server in servers])
        self.servers = f"{len(servers)} server{'s' * (len(servers) > 1)}"
        self.sent = 0
        self.first_day = FIRST_DAY

    def asked(self, path, body=None, *, by, round_number, key=""):
        """A request on the day of a round: the numbers begin at 1 again every 25 rounds."""
        self.sent += 1
        day = self.first_day + timedelta(days=round_number // ROUNDS_A_DAY)
        moment = f"{day}T10:{round_number % ROUNDS_A_DAY:02}"
        return Asked("POST", path, body, by, key, (("X-Simulated-At", moment),))

    def ticket(self, round_number):
        """Give out a ticket; the answer."""
        reply = self.crowd.ask(self.asked(VISITS, by=self.givers[0], round_number=round_number))
        assert reply.done, reply
        return reply.said

    def act(self, errand, action, body, *, by, round_number):
        reply = self.crowd.ask(
            self.asked(errand_path(errand, action), body, by=by, round_number=round_number)
        )
        assert reply.done, reply
        return reply.said


def errand_path(errand, action):
    return f"/api/reception/errands/{errand}/{action}"


@pytest.fixture(scope="module")
def first_days():
    """The first day of each case: none finds visitors that another left behind."""
    return (FIRST_DAY + timedelta(days=n * (ROUNDS // ROUNDS_A_DAY + 1)) for n in count())


@pytest.fixture(scope="module", params=[1, 2], ids=["one-server", "two-servers"])
def house(request, installation, first_days):
    """Servers with everybody's counter open."""
    run = f"{request.param}s"
    people = [f"officer={run}c{n}" for n in range(MOST)] + [
        f"greeter={run}g{n}" for n in range(MOST)
    ]
    tokens = installation.tokens(OFFICE, *people)
    counters, givers = tokens[:MOST], tokens[MOST:]
    with servers_running(installation, count=request.param, KNUTPUNKT_SIMULATION="1") as servers:
        house = Desks(installation, servers, counters, givers)
        house.first_day = next(first_days)
        for number, counter in enumerate(counters):
            opened = house.crowd.ask(
                house.asked(SESSIONS, {"counter": f"{run}{number}"}, by=counter, round_number=0)
            )
            assert opened.done, opened
        yield house
        house.crowd.close()


@pytest.fixture
def desks(house, first_days):
    """The house on a day of the test's own."""
    house.first_day = next(first_days)
    return house


def raced(desks, case, a_round):
    """Run the rounds; each says what was wrong with it. Then the whole log is read."""
    before = desks.sent
    wrong = []
    sizes = crowds()
    for number, size in enumerate(sizes):
        wrong += [f"round {number} of {size}: {why}" for why in a_round(number, size)]
    wrong += contradictions(desks.installation)
    record(
        f"{case}, {desks.servers}", rounds=len(sizes), actions=desks.sent - before,
        found=len(wrong),
    )  # fmt: skip
    assert not wrong, wrong[:20]


def only_one(replies, refused):
    """What is wrong when not exactly one was done and all others were refused as they should."""
    done = [reply for reply in replies if reply.done and reply.said["errand"] is not None]
    others = [reply.status for reply in replies if reply not in done]
    if len(done) != 1:
        yield f"{len(done)} of {len(replies)} got it: {[reply.text for reply in done]}"
    if set(others) - {refused}:
        yield f"refused with {others}"


def test_of_many_counters_that_call_one_gets_the_only_visitor(desks):
    def a_round(number, size):
        errand = desks.ticket(number)["errand"]
        callers = desks.counters[:size]
        replies = desks.crowd.at_once(
            [desks.asked(CALLS, by=by, round_number=number) for by in callers]
        )
        yield from only_one(replies, 200)  # the others hear that nobody waits
        finish(desks, errand, replies, callers, number)

    raced(desks, "counters call the only visitor", a_round)


def test_of_many_counters_that_pick_one_number_one_gets_it(desks):
    def a_round(number, size):
        ticket = desks.ticket(number)
        callers = desks.counters[:size]
        wanted = {"errand": ticket["errand"], "version": ticket["version"]}
        replies = desks.crowd.at_once(
            [desks.asked(CALLS, wanted, by=by, round_number=number) for by in callers]
        )
        yield from only_one(replies, 409)
        finish(desks, ticket["errand"], replies, callers, number)

    raced(desks, "counters pick one number", a_round)


def finish(desks, errand, replies, callers, number):
    """Whoever got the visitor finishes, and is free for the next round."""
    for reply, by in zip(replies, callers, strict=True):
        if reply.done and reply.said["errand"] == errand:
            outcome = {"outcome": "solved_here"}
            desks.act(errand, "finish", outcome, by=by, round_number=number)


def test_of_many_things_done_with_one_visitor_one_happens(desks):
    """One counter, sixteen hands: every action fits what they saw, and only the first is taken."""
    ways = (
        ("finish", {"outcome": "solved_here"}),
        ("park", {}),
        ("transfer", {"authority": "skatteverket"}),
        ("finish", {"outcome": "missing_document"}),
    )
    by = desks.counters[0]

    def a_round(number, size):
        errand = desks.ticket(number)["errand"]
        called = desks.crowd.ask(desks.asked(CALLS, {"errand": errand}, by=by, round_number=number))
        assert called.done, called
        begun = desks.act(errand, "begin", {}, by=by, round_number=number)
        seen = {"version": begun["version"]}
        chosen = [ways[one % len(ways)] for one in range(size)]
        replies = desks.crowd.at_once(
            [
                desks.asked(errand_path(errand, way), body | seen, by=by, round_number=number)
                for way, body in chosen
            ]
        )
        yield from only_one(replies, 409)
        for reply, (way, _) in zip(replies, chosen, strict=True):
            if reply.done and way != "finish":
                desks.act(reply.said["errand"], "leave", {}, by=by, round_number=number)

    raced(desks, "actions on one served visitor", a_round)


def test_many_kiosks_never_give_out_a_number_twice(desks):
    def a_round(number, size):
        givers = desks.givers[:size]
        replies = desks.crowd.at_once(
            [
                desks.asked(VISITS, by=by, round_number=number, key=f"{desks.servers}-{number}-{n}")
                for n, by in enumerate(givers)
            ]
        )
        if not all(reply.done for reply in replies):
            yield f"refused: {[reply.text for reply in replies if not reply.done]}"
            return
        numbers = sorted(int(reply.said["number"].lstrip("ABC")) for reply in replies)
        if numbers != list(range(numbers[0], numbers[0] + size)):
            yield f"numbers {numbers}"

    raced(desks, "kiosks on one series", a_round)


def test_one_button_pressed_many_times_gives_one_ticket(desks):
    def a_round(number, size):
        key = f"press-{desks.servers}-{number}"
        replies = desks.crowd.at_once(
            [
                desks.asked(VISITS, by=desks.givers[0], round_number=number, key=key)
                for _ in range(size)
            ]
        )
        tickets = {(reply.status, reply.said["number"], reply.said["visit"]) for reply in replies}
        if len(tickets) != 1:
            yield f"{len(tickets)} answers: {sorted(tickets)[:4]}"

    raced(desks, "one button pressed many times", a_round)
