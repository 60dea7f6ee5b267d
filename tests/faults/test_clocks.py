"""Clocks that are wrong, and the two nights of the year on which they are put forward and back.

Whatever the clocks say, the log stays in order, nobody has waited a negative time, no ticket is
lost, and the numbers begin at 1 when a new day begins where the office is.
"""

import json
from datetime import datetime
from itertools import pairwise

import pytest

from support.faults import record
from support.reception import OFFICE, Asked, Line, contradictions, log_of, office_number
from support.servers import servers_running

pytestmark = pytest.mark.slow

VISITS, CALLS = f"/api/reception/{OFFICE}/visits", f"/api/reception/{OFFICE}/calls"
MINUTE = 60_000


@pytest.fixture(scope="module")
def server(installation):
    """A server that is told what time it is."""
    with servers_running(installation, now="", KNUTPUNKT_SIMULATION="1") as (running,):
        yield running


class Desk:
    """A clerk whose server is told a time with every request."""

    def __init__(self, port, token):
        self.line, self.token, self.actions = Line(port), token, 0

    def at(self, moment, path, **body):
        self.actions += 1
        when = (("X-Simulated-At", moment),)
        reply = self.line.ask(Asked("POST", path, body, self.token, "", when))
        assert reply.done, reply
        return reply.said

    def ticket(self, moment, **body):
        return self.at(moment, VISITS, **body)

    def act(self, moment, errand, action, **body):
        return self.at(moment, f"/api/reception/errands/{errand}/{action}", **body)


@pytest.fixture(scope="module")
def token(installation):
    return installation.tokens(OFFICE, "office-manager=clock")[0]


@pytest.fixture
def desk(server, token):
    desk = Desk(server.port, token)
    yield desk
    desk.line.close()


def events_of(installation, *answers):
    """The events that answers name, in the order of the answers."""
    by_seq = {event.office_seq: event for event in log_of(installation.read, number(installation))}
    return [by_seq[answer["office_seq"]] for answer in answers]


def number(installation):
    return office_number(installation, OFFICE)


def told(case, desk, wrong):
    record(case, rounds=1, actions=desk.actions, found=len(wrong))
    assert not wrong, wrong


def below(said, name=""):
    """Names of the numbers below nothing in an answer."""
    if isinstance(said, dict):
        return [found for key, value in said.items() for found in below(value, f"{name}.{key}")]
    if isinstance(said, list):
        return [found for value in said for found in below(value, name)]
    return [name] if isinstance(said, int | float) and said < 0 else []


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_device_whose_clock_is_five_minutes_wrong_changes_nothing(installation, desk, minutes):
    day = f"2022-10-0{4 if minutes < 0 else 5}"
    device = f"{day}T10:{5 + minutes:02}:00+02:00"
    given = desk.ticket(f"{day}T10:05", at_device=device)
    called = desk.at(f"{day}T10:06", CALLS, errand=given["errand"], at_device=device)
    ended = desk.act(f"{day}T10:08", given["errand"], "finish", outcome="solved_here")
    first, second, third = events_of(installation, given, called, ended)
    wrong = (
        [] if (second.at - first.at, third.at - second.at) == (MINUTE, 2 * MINUTE) else ["times"]
    )
    kept = installation.read(
        "SELECT at_device FROM reception_event WHERE id IN (?, ?)", first.id, second.id
    )
    if {at for (at,) in kept} != {int(datetime.fromisoformat(device).timestamp() * 1000)}:
        wrong.append(f"what the device said was not kept: {kept}")
    wrong += contradictions(installation)
    told(f"device clock {minutes:+} min", desk, wrong)


def test_a_server_clock_set_back_five_minutes_makes_no_time_negative(installation, desk):
    """Between every two actions the clock jumps: 10:05, 10:00, 10:06, 10:01 …"""
    day = "2022-10-06"
    moments = [f"{day}T10:{minute:02}" for pair in range(5, 12) for minute in (pair, pair - 5)]
    clock = iter(moments)
    tickets = [desk.ticket(next(clock)) for _ in range(3)]
    answers = list(tickets)
    for ticket in tickets:
        errand = ticket["errand"]
        answers.append(desk.at(next(clock), CALLS, errand=errand))
        answers.append(desk.act(next(clock), errand, "begin"))
        answers.append(desk.act(next(clock), errand, "finish", outcome="solved_here"))
    events = events_of(installation, *answers)
    wrong = [
        f"{after.office_seq} is {before.at - after.at} ms before {before.office_seq}"
        for before, after in pairwise(events)
        if after.at < before.at
    ]
    wrong += contradictions(installation)
    told("server clock set back 5 min between actions", desk, wrong)


def test_a_counter_opened_before_the_clock_was_set_back_can_be_closed_and_the_day_ended(
    installation, desk
):
    day = "2022-10-07"
    desk.at(f"{day}T15:58", f"/api/reception/{OFFICE}/sessions", counter="9")
    waits = desk.ticket(f"{day}T15:59")
    desk.at(f"{day}T15:54", f"/api/reception/{OFFICE}/sessions/close", counter="9")
    desk.at(f"{day}T15:58", f"/api/reception/{OFFICE}/sessions", counter="9")
    ended = desk.at(f"{day}T15:53", f"/api/reception/{OFFICE}/day/end")
    state = installation.read(
        "SELECT state, outcome FROM reception_errand WHERE id = ?", waits["errand"]
    )
    wrong = [] if state == [("swept", "left_before_call")] else [f"{state} after {ended}"]
    wrong += contradictions(installation)
    told("day ended while the clock is set back", desk, wrong)


def test_a_clock_set_back_over_midnight_gives_no_number_of_yesterday_twice(installation, desk):
    before = [desk.ticket(f"2022-10-11T23:5{minute}") for minute in (7, 8, 9)]
    after = [desk.ticket("2022-10-12T00:02"), desk.ticket("2022-10-11T23:57")]
    again = desk.ticket("2022-10-12T00:03")
    numbers = [ticket["number"] for ticket in (*before, *after, again)]
    wrong = [] if numbers == ["A1", "A2", "A3", "A1", "A2", "A3"] else [f"numbers {numbers}"]
    told("server clock set back over midnight", desk, wrong + contradictions(installation))


# The tests go on from day to day: the log of an office knows one direction.
@pytest.mark.parametrize(
    ("night", "begins", "called", "minutes"),
    [
        # 02:30 comes twice: from the first to the second is an hour.
        ("2022-10-30", "02:58+02:00", "02:03+01:00", 5),
        # 02:00 does not exist: from 01:58 to 03:03 are five minutes.
        ("2023-03-26", "01:58+01:00", "03:03+02:00", 5),
        ("2023-10-29", "02:30+02:00", "02:30+01:00", 60),
    ],
)
def test_a_night_in_which_the_clocks_change_counts_true_minutes(
    installation, desk, night, begins, called, minutes
):
    given = desk.ticket(f"{night}T{begins}")
    answer = desk.at(f"{night}T{called}", CALLS, errand=given["errand"])
    desk.act(f"{night}T{called}", given["errand"], "finish", outcome="solved_here")
    first, second = events_of(installation, given, answer)
    wrong = [] if second.at - first.at == minutes * MINUTE else [f"{second.at - first.at} ms"]
    wrong += [f"{e.local_day} is not {night}" for e in (first, second) if e.local_day != night]
    wrong += contradictions(installation)
    told(f"night of {night}, {begins} to {called}", desk, wrong)


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        # The day begins at midnight of the office, an hour of UTC earlier or later.
        ("2024-03-30T23:59+01:00", "2024-03-31T00:00+01:00"),
        ("2024-03-31T23:59+02:00", "2024-04-01T00:00+02:00"),
        ("2024-10-26T23:59+02:00", "2024-10-27T00:00+02:00"),
        ("2024-10-27T23:59+01:00", "2024-10-28T00:00+01:00"),
    ],
)
def test_numbers_begin_at_one_at_midnight_of_the_office(installation, desk, evening, morning):
    """Twice within two minutes, on both sides of midnight."""
    first, second = [desk.ticket(evening) for _ in range(2)]
    third, fourth = [desk.ticket(morning) for _ in range(2)]
    days = [event.local_day for event in events_of(installation, first, second, third, fourth)]
    wrong = [] if days == [evening[:10]] * 2 + [morning[:10]] * 2 else [f"days {days}"]
    if int(second["number"][1:]) != int(first["number"][1:]) + 1:
        wrong.append(f"{first['number']} is followed by {second['number']}")
    if (third["number"], fourth["number"]) != ("A1", "A2"):
        wrong.append(f"the day begins with {third['number']}, {fourth['number']}")
    told(f"midnight before {morning[:10]}", desk, wrong + contradictions(installation))


def test_the_recount_of_all_these_days_agrees_and_no_figure_is_below_nothing(installation):
    """The product's own words about the days above."""
    days = ("--from", "2022-10-01", "--to", "2024-12-31")
    audited = installation.command("reception", "audit", *days, "--json")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    figures = installation.command("reception", "figures", *days, "--office", OFFICE, "--json")
    assert figures.returncode == 0, figures.stderr
    assert below(json.loads(figures.stdout)) == []
