"""What screens show is folded from events: in order, told once, and to whom it may be told."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.live_board import MOST_REPLAYED, Board, Names
from knutpunkt.reception.live_words import (
    EVERY,
    OF_AUTHORITY,
    OF_THE_STATE,
    PUBLIC,
    event_words,
    heard_by,
    pass_read,
    snapshot_words,
    staff_pass,
)
from knutpunkt.reception.transitions import (
    BEGINNINGS,
    CALLED,
    SERVING,
    TRANSITIONS,
    WAITING,
    actions_in,
)
from knutpunkt.web.live.bodies import Message
from knutpunkt.web.live.lines import QUEUE_LENGTH, STILL_HERE, Door, Line, TooManyStreams
from knutpunkt.web.live.offices import Offices
from knutpunkt.web.live.streams import _stream

pytestmark = pytest.mark.once

DAY = "2022-09-13"
NOW = to_ms(clock.instant("2022-09-13T11:00"))
SERVICES = {7: "skatteverket/guidance", 8: "ystads-kommun/guidance"}


def happened(seq, kind="issued", **facts):
    """An event as the ledger tells it."""
    usual = {
        "office_id": 1, "office_seq": seq, "kind": kind, "at": NOW + seq, "local_day": DAY,
        "visit": seq, "errand": seq, "session": None, "state": "waiting", "version": 1,
        "ticket": f"A{seq}", "counter": "", "service_id": 7, "level": "2", "language": "ar",
        "prio_class": "ordinary", "arrival": "walk_in", "people": 1, "outcome": "",
        "next_authority": "", "next_channel": "", "practice": False, "simulated": False,
        "data": None, "authority": "skatteverket", "accrues_from": NOW, "due_at": None,
        "place": "inside",
    }  # fmt: skip
    return usual | facts


def empty_board(seq=0):
    board = Board(1, "north", seq, DAY, names=Names(SERVICES, frozenset({"ystads-kommun"})))
    board.said = seq
    return board


# --- the board ------------------------------------------------------------------------------------


def test_a_called_number_stands_until_it_is_served_and_stays_among_the_last_calls():
    board = empty_board()
    board.apply(happened(1))
    assert board.waiting == 1
    board.apply(happened(2, "called", errand=1, ticket="A1", state="called", counter="3"))
    assert (board.waiting, [one.number for one in board.now]) == (0, ["A1"])
    board.apply(happened(3, "finished", errand=1, ticket="A1", state="done", counter="3"))
    assert (board.now, [one.counter for one in board.calls]) == ([], ["3"])


def test_a_visitor_with_two_errands_waits_once():
    board = empty_board()
    board.apply(happened(1))
    board.apply(happened(2, "added", visit=1, ticket="A1"))
    assert board.waiting == 1


def test_a_call_that_is_taken_back_is_no_longer_shown():
    board = empty_board()
    board.apply(happened(1))
    board.apply(happened(2, "called", errand=1, visit=1, ticket="A1", state="called", counter="3"))
    board.apply(happened(3, "undone", errand=1, visit=1, ticket="A1", state="waiting"))
    assert (board.calls, board.now, board.waiting) == ([], [], 1)


@pytest.mark.parametrize("kind", ["finished", "missed", "parked", "transferred", "left", "swept"])
def test_a_number_that_is_no_longer_at_its_counter_is_not_called_now(kind):
    board = empty_board()
    board.apply(happened(1, "called", state="called", counter="3"))
    assert board.called.number == "A1"
    board.apply(happened(2, "called", state="called", counter="4"))
    board.apply(happened(3, "begun", errand=2, visit=2, ticket="A2", state="serving", counter="4"))
    assert board.called.number == "A2"
    over = TRANSITIONS[kind].after
    board.apply(happened(4, kind, errand=2, visit=2, ticket="A2", state=over, counter="4"))
    assert board.called.number == "A1"
    board.apply(happened(5, kind, errand=1, visit=1, ticket="A1", state=over, counter="3"))
    assert board.called is None
    assert [call.number for call in board.calls] == ["A2", "A1"]


def test_a_number_called_to_two_counters_stands_once_among_the_last_calls():
    board = empty_board()
    board.apply(happened(1, "called", ticket="K8", state="called", counter="1"))
    board.apply(happened(2, "transferred", errand=1, ticket="K8", state="transferred", counter="1"))
    board.apply(happened(3, "added", ticket="K8"))
    board.apply(happened(4, "called", errand=3, ticket="K8", state="called", counter="2"))
    assert [(call.number, call.counter) for call in board.calls] == [("K8", "2")]


def test_an_ended_day_is_closed_and_calls_nobody_until_the_next():
    board = empty_board()
    board.apply(happened(1, "called", state="called", counter="3"))
    board.apply(happened(2, "swept", errand=1, visit=1, ticket="A1", state="swept", counter="3"))
    ended = {"errand": None, "visit": None, "ticket": "", "state": ""}
    told = board.apply(happened(3, "day-ended", data={"day": DAY}, **ended))
    assert told.public
    assert (board.called, board.calls, board.closed_at(NOW)) == (None, [], True)
    assert not board.closed_at(NOW + 24 * 3_600_000)
    board.apply(happened(4, local_day="2022-09-14"))
    assert not board.closed_at(NOW)


def test_the_end_of_yesterday_closes_nothing_today():
    board = empty_board()
    ended = {"errand": None, "visit": None, "ticket": "", "state": ""}
    board.apply(happened(1, "day-ended", data={"day": "2022-09-12"}, **ended))
    assert not board.closed_at(NOW)


def test_the_next_day_begins_with_an_empty_screen():
    board = empty_board()
    board.apply(happened(1, "called", state="called", counter="3"))
    board.apply(happened(2, local_day="2022-09-14"))
    assert (board.calls, board.now, board.waiting) == ([], [], 1)


def test_a_closing_shows_until_it_ends():
    board = empty_board()
    until = {"until": NOW + 60_000}
    board.apply(happened(1, "closed", errand=None, visit=None, ticket="", state="", data=until))
    assert board.closed_at(NOW)
    assert not board.closed_at(NOW + 60_000)
    board.apply(happened(2, "reopened", errand=None, visit=None, ticket="", state=""))
    assert not board.closed_at(NOW)


@st.composite
def lives(draw):
    """Events of several visitors, each walking the state machine, mixed with practice."""
    states, found = {}, []
    for seq in range(1, draw(st.integers(1, 60)) + 1):
        open_ = [errand for errand, (state, _) in states.items() if actions_in(state)]
        errand = draw(st.sampled_from([0, *open_]))
        if not errand:
            errand, kind = seq, draw(st.sampled_from(["issued", "checked-in"]))
            states[errand] = (BEGINNINGS[kind][0], draw(st.booleans()))
        else:
            kind = draw(st.sampled_from(actions_in(states[errand][0])))
            states[errand] = (TRANSITIONS[kind].after, states[errand][1])
        state, practice = states[errand]
        found.append(
            happened(seq, kind, errand=errand, visit=errand, state=state, practice=practice)
        )
    return found, states


@given(lives())
def test_the_board_agrees_with_the_states_the_events_left(lived):
    events, states = lived
    board = empty_board()
    for event in events:
        board.apply(event)
    real = {errand: state for errand, (state, practice) in states.items() if not practice}
    assert board.waiting == sum(state == WAITING for state in real.values())
    assert {one.errand for one in board.now} == {
        errand for errand, state in real.items() if state in (CALLED, SERVING)
    }


@given(lives(), st.integers(0, 60))
def test_who_replays_hears_what_who_stayed_heard_and_can_tell_that_nothing_lacks(lived, at):
    events, _ = lived
    board = empty_board()
    stayed = [told for told in map(board.apply, events) if told.public and told.seq > at]
    replayed = board.since(min(at, board.seq))
    assert [told.seq for told in replayed if told.public] == [told.seq for told in stayed]
    last = at
    for told in stayed:
        assert told.after <= last < told.seq
        last = told.seq


def test_only_so_much_is_replayed():
    board = empty_board()
    for seq in range(1, MOST_REPLAYED + 11):
        board.apply(happened(seq))
    assert board.since(9) is None
    assert len(board.since(10)) == MOST_REPLAYED
    assert board.since(board.seq) == []
    assert board.since(board.seq + 1) is None


# --- who is told what -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("audience", "authority", "details"),
    [
        (PUBLIC, "skatteverket", False),
        (EVERY, "skatteverket", True),
        (EVERY, "ystads-kommun", True),
        (OF_THE_STATE, "skatteverket", True),
        (OF_THE_STATE, "", True),
        (OF_THE_STATE, "ystads-kommun", False),
        (OF_AUTHORITY + "ystads-kommun", "ystads-kommun", True),
        (OF_AUTHORITY + "ystads-kommun", "skatteverket", False),
        (OF_AUTHORITY + "ystads-kommun", "", False),
    ],
)
def test_details_go_to_whom_the_errand_concerns(audience, authority, details):
    board = empty_board()
    service = next((pk for pk, key in SERVICES.items() if key.startswith(f"{authority}/")), None)
    told = board.apply(happened(1, authority=authority, service_id=service))
    words = event_words(told, board, audience)
    assert ("language" in words) is details
    assert ("errand" in words) is details
    assert words["number"] == "A1"


def test_an_alarm_is_told_to_staff_alone():
    board = empty_board()
    told = board.apply(happened(1, "alarm", errand=None, visit=None, ticket="", state=""))
    assert not heard_by(PUBLIC, told)
    assert heard_by(OF_THE_STATE, told)
    assert event_words(told, board, OF_AUTHORITY + "ystads-kommun")["kind"] == "alarm"


def test_a_snapshot_has_numbers_and_counters_alone():
    board = empty_board()
    board.apply(happened(1))
    board.apply(happened(2, "called", state="called", counter="3"))
    words = snapshot_words(board)
    assert set(words["now"][0]) == {"number", "counter", "state", "version", "since"}
    assert set(words["recent"][0]) == {"number", "counter", "at"}
    assert not {"ar", "skatteverket"} & set(map(str, words.values()))


@pytest.mark.parametrize(("kind", "authority"), [("kiosk", ""), ("", ""), ("municipal-desk", "")])
def test_a_pass_is_not_made_for_whom_it_is_not(kind, authority):
    with pytest.raises(ValueError, match=r"pass|stream"):
        staff_pass("north", kind, authority)


def test_a_pass_is_read_back_for_its_office_and_its_time():
    leave = staff_pass("north", "municipal-desk", "ystads-kommun")
    assert pass_read(leave, "north").audience == OF_AUTHORITY + "ystads-kommun"
    assert pass_read(leave, "south") is None
    assert pass_read("", "north") is None
    with clock.said_to_be(clock.now() + timedelta(hours=12, seconds=1)):
        assert pass_read(leave, "north") is None


# --- lines ----------------------------------------------------------------------------------------


class Heard:
    """A line's other end that takes everything."""

    def __init__(self, offices, watched, audience=PUBLIC, last=None):
        self.line = Line()
        offices.join(watched, self.line, audience, last)

    async def numbers(self):
        text = (await self.line.parts()).decode()
        return [int(part[4:].split("\n")[0]) for part in text.split("\n\n") if "id: " in part]


@given(st.permutations(range(1, 9)), st.integers(1, 4))
def test_events_that_overtake_each_other_are_told_in_order_and_once(order, together):
    async def told():
        offices = Offices(lambda _: None)
        offices.read("north", empty_board())
        heard = Heard(offices, offices._by_key["north"], last=0)
        for first in range(0, len(order), together):
            offices.told(1, [happened(seq) for seq in order[first : first + together]])
            offices.told(1, [happened(order[first])])
        return await heard.numbers()

    assert asyncio.run(told()) == list(range(1, 9))


def test_a_gap_that_does_not_close_is_asked_for():
    asked = []

    async def told():
        offices = Offices(asked.append)
        offices.read("north", empty_board())
        Heard(offices, offices._by_key["north"])
        asked.clear()
        offices.told(1, [happened(2)])
        await asyncio.sleep(0.1)

    asyncio.run(told())
    assert asked == [1]


def test_a_screen_that_takes_nothing_is_let_go_and_holds_up_nobody():
    async def stuck():
        line = Line()
        never = asyncio.Event()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.body":
                await never.wait()

        streaming = asyncio.create_task(_stream(line, never.wait, send))
        await asyncio.sleep(0)
        for _ in range(QUEUE_LENGTH + 3):
            line.push(b"event: office\n\n")
            await asyncio.sleep(0)
        await asyncio.wait_for(streaming, 1)
        return line.ended

    assert asyncio.run(stuck())


def test_an_address_has_so_many_streams_and_this_machine_as_many_as_there_are():
    door = Door(most=5, per_address=2)
    lines = [Line("192.0.2.7"), Line("192.0.2.7")]
    for line in lines:
        door.enter(line)
    with pytest.raises(TooManyStreams) as refusal:
        door.enter(Line("192.0.2.7"))
    assert refusal.value.status == 429
    for _ in range(3):
        door.enter(Line("127.0.0.1"))
    with pytest.raises(TooManyStreams) as refusal:
        door.enter(Line("198.51.100.1"))
    assert refusal.value.status == 503
    door.leave(lines[0])
    door.enter(Line("192.0.2.7"))
    assert len(door) == 5


def test_every_line_hears_something_within_twenty_seconds_and_ends_with_its_pass():
    async def beaten():
        door = Door()
        lines = [Line() for _ in range(45)]
        passing = Line(expires=NOW)
        for line in [*lines, passing]:
            door.enter(line)
        for _ in range(20):
            door.beat(NOW)
        assert [await line.parts() for line in lines] == [STILL_HERE] * 45
        assert await passing.parts() == b""

    asyncio.run(beaten())
