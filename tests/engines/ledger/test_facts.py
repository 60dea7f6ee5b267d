"""How long an errand waited, walked and was served, and how it ended, from its events alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.ledger.errors import LogOutOfOrder
from knutpunkt.engines.ledger.facts import UNKNOWN, ErrandEvents, errand_facts
from knutpunkt.engines.ledger.kinds import Kind, kind_named

MINUTE = 60_000
BEGINS = {Kind.ISSUED, Kind.CHECKED_IN, Kind.ADDED, Kind.ADDED_SERVING}


def log(*happened):
    """Events as (minute, kind, errand) or (minute, kind, errand, accrues from minute).

    An errand's visit is itself; ``what`` is the number of the event.
    """
    columns = {name: [] for name in ErrandEvents.__annotations__}
    for number, (minute, kind, errand, *accrues) in enumerate(happened, 1):
        columns["number"].append(number)
        columns["at"].append(round(minute * MINUTE))
        columns["kind"].append(kind)
        columns["visit"].append(errand)
        columns["errand"].append(errand)
        columns["accrues"].append(round(accrues[0] * MINUTE) if accrues else 0)
        columns["what"].append(number)
    return ErrandEvents(**{n: np.array(c, dtype=np.int64) for n, c in columns.items()})


def facts(*happened):
    """Facts of a log as one dictionary for each errand."""
    found = errand_facts(log(*happened))
    names = list(vars(found))
    return [
        dict(zip(names, row, strict=True))
        for row in zip(*(c.tolist() for c in vars(found).values()), strict=True)
    ]


def test_an_ordinary_errand_waits_walks_and_is_served():
    [errand] = facts(
        (0, Kind.ISSUED, 1), (7, Kind.CALLED, 1), (8, Kind.BEGUN, 1), (20, Kind.FINISHED, 1)
    )
    assert (errand["waited"], errand["way"], errand["served"]) == (420, 60, 720)
    assert (errand["end"], errand["calls"], errand["what_at_end"]) == (Kind.FINISHED, 1, 4)


def test_parked_time_is_not_service():
    [errand] = facts(
        (0, Kind.ISSUED, 1), (1, Kind.CALLED, 1), (2, Kind.BEGUN, 1), (5, Kind.PARKED, 1),
        (30, Kind.RESUMED, 1), (34, Kind.FINISHED, 1),
    )  # fmt: skip
    assert errand["served"] == (3 + 4) * 60


def test_a_call_nobody_came_to_does_not_end_the_wait():
    [errand] = facts(
        (0, Kind.ISSUED, 1), (5, Kind.CALLED, 1), (6, Kind.RECALLED, 1), (8, Kind.MISSED, 1),
        (12, Kind.REACTIVATED, 1), (20, Kind.CALLED, 1), (21, Kind.RECALLED, 1),
        (22, Kind.BEGUN, 1), (30, Kind.FINISHED, 1),
    )  # fmt: skip
    assert (errand["waited"], errand["way"], errand["calls"]) == (20 * 60, 120, 2)


def test_what_was_taken_back_did_not_happen():
    plain = ((0, Kind.ISSUED, 1), (5, Kind.CALLED, 1), (6, Kind.BEGUN, 1))
    [undone] = facts(*plain, (10, Kind.FINISHED, 1), (10.5, Kind.UNDONE, 1), (14, Kind.FINISHED, 1))
    [never] = facts(*plain, (14, Kind.FINISHED, 1))
    told = ("waited", "way", "served", "end", "calls")
    assert [undone[name] for name in told] == [never[name] for name in told]
    assert undone["what_at_end"] == 6


def test_an_action_taken_back_last_leaves_the_errand_where_it_was():
    [errand] = facts(
        (0, Kind.ISSUED, 1), (5, Kind.CALLED, 1), (6, Kind.BEGUN, 1), (9, Kind.FINISHED, 1),
        (9.5, Kind.UNDONE, 1),
    )  # fmt: skip
    assert (errand["end"], errand["what_at_end"], errand["what"]) == (Kind.BEGUN, 3, 5)
    assert errand["served"] == UNKNOWN


def test_a_booked_visitor_waits_from_when_waiting_counts():
    early, late = facts(
        (0, Kind.CHECKED_IN, 1, 25), (1, Kind.CHECKED_IN, 2, 25), (20, Kind.CALLED, 1),
        (21, Kind.BEGUN, 1), (31, Kind.CALLED, 2), (32, Kind.BEGUN, 2),
    )  # fmt: skip
    assert early["waited"] == 0
    assert late["waited"] == 6 * 60


def test_an_errand_begun_at_once_has_no_wait_and_no_way():
    [errand] = facts((0, Kind.ADDED_SERVING, 1), (3, Kind.FINISHED, 1))
    assert (errand["waited"], errand["way"], errand["served"]) == (UNKNOWN, UNKNOWN, 180)


def test_an_errand_finished_from_the_call_has_a_wait_and_no_service():
    [errand] = facts((0, Kind.ISSUED, 1), (4, Kind.CALLED, 1), (5, Kind.FINISHED, 1))
    assert (errand["waited"], errand["way"], errand["served"]) == (240, UNKNOWN, UNKNOWN)


def test_service_of_a_swept_errand_is_unknown_because_nobody_said_when_it_ended():
    [errand] = facts(
        (0, Kind.ISSUED, 1), (4, Kind.CALLED, 1), (5, Kind.BEGUN, 1), (300, Kind.SWEPT, 1)
    )
    assert (errand["waited"], errand["served"]) == (240, UNKNOWN)


def test_an_errand_from_before_the_log_is_left_out():
    [errand] = facts((0, Kind.CALLED, 1), (1, Kind.ISSUED, 2), (2, Kind.BEGUN, 1))
    assert errand["errand"] == 2


def test_an_empty_log_has_no_errands():
    assert facts() == []


def test_a_log_out_of_order_is_refused():
    events = log((0, Kind.ISSUED, 1), (1, Kind.CALLED, 1))
    turned = ErrandEvents(**{name: column[::-1] for name, column in vars(events).items()})
    with pytest.raises(LogOutOfOrder, match="Event 1 does not come after"):
        errand_facts(turned)


def test_kinds_have_the_names_events_carry():
    assert kind_named("checked-in") == Kind.CHECKED_IN
    assert kind_named("added", serving=True) == Kind.ADDED_SERVING
    with pytest.raises(KeyError):
        kind_named("day-ended")


# --- the same by hand, errand by errand -----------------------------------------------------------


def by_hand(events):
    """One errand's facts, read as a person would: one event after the other."""
    stands = [event for event in not_taken_back(events) if event[1] != Kind.RECALLED]
    if not stands or stands[0][1] not in BEGINS:
        return None
    steps = list(zip(stands, [*stands[1:], (0, None)], strict=True))
    answered = [
        (call[0], after)
        for call, after in steps
        if call[1] == Kind.CALLED and after[1] in (Kind.BEGUN, Kind.FINISHED)
    ]
    waited = (answered[0][0] - stands[0][0]) * 60 if answered else UNKNOWN
    came = answered and answered[0][1][1] == Kind.BEGUN
    way = (answered[0][1][0] - answered[0][0]) * 60 if came else UNKNOWN
    times = [
        (after[0] - now[0]) * 60 if after[1] else 0
        for now, after in steps
        if now[1] in (Kind.BEGUN, Kind.RESUMED, Kind.ADDED_SERVING)
    ]
    end = stands[-1][1]
    over = times and end in (Kind.FINISHED, Kind.TRANSFERRED)
    return waited, way, sum(times) if over else UNKNOWN, end


def not_taken_back(events):
    """Each event that was not taken back by a later one."""
    stands = []
    for event in events:
        if event[1] != Kind.UNDONE:
            stands.append(event)
        elif stands:
            stands.pop()
    return stands


lives = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(sorted(set(Kind) - BEGINS))), max_size=14
)


@given(st.lists(st.tuples(st.sampled_from(sorted(BEGINS)), lives), min_size=1, max_size=6))
def test_columns_say_the_same_as_reading_each_errand_by_hand(many):
    """Also of lives no reception would allow: the counting does not rely on the rules."""
    told = []
    for number, (beginning, life) in enumerate(many, 1):
        minute = number
        mine = [(minute, beginning, number)]
        for step, kind in life:
            minute += step
            mine.append((minute, kind, number))
        told.append(mine)
    merged = sorted((event for mine in told for event in mine), key=lambda event: event[0])
    found = {fact["errand"]: fact for fact in facts(*merged)}
    for number, mine in enumerate(told, 1):
        expected = by_hand(mine)
        if expected is None:
            assert number not in found
        else:
            fact = found[number]
            assert (fact["waited"], fact["way"], fact["served"], fact["end"]) == expected
