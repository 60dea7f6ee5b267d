import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.queueing.order import (
    MINUTE,
    Rule,
    Waiting,
    accrual_start,
    compare,
    first,
    order,
    rank,
)

USUAL = Rule("usual", 1, {"ordinary": 1.0, "booked": 1.5, "frail": 2.0, "acute": 4.0})
STRICT = Rule("strict", 1, USUAL.weights, strict=True)
CLASSES = st.sampled_from(["ordinary", "booked", "frail", "acute", "unheard of"])
NOW = 600 * MINUTE


def somebody(place, prio_class="ordinary", minutes=10.0):
    return Waiting(place, f"A{place}", prio_class, NOW - int(minutes * MINUTE), place)


@st.composite
def queues(draw):
    waited = sorted(draw(st.lists(st.integers(0, 90), max_size=15)), reverse=True)
    return [somebody(n, draw(CLASSES), minutes) for n, minutes in enumerate(waited, 1)]


def test_twice_the_weight_overtakes_who_has_waited_less_than_twice_as_long():
    ordinary, frail = somebody(1, minutes=19), somebody(2, "frail", minutes=10)
    assert order([ordinary, frail], USUAL, NOW) == [frail, ordinary]
    assert order([somebody(1, minutes=21), frail], USUAL, NOW)[1] == frail


@given(queues(), st.sampled_from([USUAL, STRICT]))
def test_within_a_class_whoever_came_first_is_first(queue, rule):
    ordered = order(queue, rule, NOW)
    for prio_class in {one.prio_class for one in queue}:
        places = [one.place for one in ordered if one.prio_class == prio_class]
        assert places == sorted(places)


@given(queues())
def test_strictly_first_come_is_the_order_of_arrival(queue):
    assert [one.place for one in order(queue, STRICT, NOW)] == [one.place for one in queue]


@given(queues(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_queue_was_read(queue, chance):
    shuffled = list(queue)
    chance.shuffle(shuffled)
    assert order(shuffled, USUAL, NOW) == order(queue, USUAL, NOW)
    assert first(shuffled, USUAL, NOW) == (order(queue, USUAL, NOW) or [None])[0]


@given(queues())
def test_equal_weights_are_first_come_first_served(queue):
    even = Rule("even", 1, {})
    assert order(queue, even, NOW) == order(queue, STRICT, NOW)


@given(st.integers(1, 200), st.integers(0, 200), CLASSES, CLASSES)
def test_nobody_waits_for_ever(earlier, later, one_class, other_class):
    """Whoever is behind now is before everybody who comes late enough: fairness of the rule."""
    one = somebody(1, one_class, minutes=earlier)
    weights = [USUAL.weight(one_class), USUAL.weight(other_class)]
    after = NOW + int(earlier * max(weights) / min(weights) + later + 1) * MINUTE
    newcomer = Waiting(2, "A2", other_class, after, 2)
    assert first([newcomer, one], USUAL, after) == one


def test_the_explanation_says_when_the_order_turns():
    ordinary, frail = somebody(1, minutes=30), somebody(2, "frail", minutes=10)
    found = compare(frail, ordinary, USUAL, NOW)
    assert (found.before, found.after, found.because) == (ordinary, frail, "rank")
    assert found.ranks == (30.0, 20.0)
    assert found.minutes == (30.0, 10.0)
    assert found.overtakes_in == pytest.approx(10.0)
    turned = NOW + 10 * MINUTE
    assert rank(frail, USUAL, turned) == pytest.approx(rank(ordinary, USUAL, turned))
    assert first([ordinary, frail], USUAL, turned + MINUTE) == frail


@given(queues().filter(lambda queue: len(queue) > 1), st.sampled_from([USUAL, STRICT]))
def test_the_order_turns_exactly_when_the_explanation_says(queue, rule):
    one, other = queue[0], queue[-1]
    found = compare(one, other, rule, NOW)
    assert [found.before, found.after] == order([one, other], rule, NOW)
    if found.overtakes_in is None:
        for later in (1, 100, 10_000):
            assert first([one, other], rule, NOW + later * MINUTE) == found.before
    else:
        turned = NOW + int((found.overtakes_in + 1) * MINUTE)
        assert first([one, other], rule, turned) == found.after


def test_strictly_first_come_never_turns():
    found = compare(somebody(1), somebody(2, "acute", minutes=300), STRICT, NOW)
    assert (found.before.place, found.because, found.overtakes_in) == (1, "first", None)


def test_booked_visitors_accrue_from_a_grace_before_their_slot():
    slot = NOW + 20 * MINUTE
    assert accrual_start(NOW, slot, USUAL) == slot - USUAL.grace
    assert accrual_start(slot + MINUTE, slot, USUAL) == slot + MINUTE
    assert accrual_start(NOW, None, USUAL) == NOW


def test_who_came_much_too_early_for_a_slot_stands_behind_a_newcomer():
    early = Waiting(1, "B1", "booked", accrual_start(NOW, NOW + 60 * MINUTE, USUAL), 1)
    assert order([early, somebody(2, minutes=0)], USUAL, NOW)[0].place == 2


def test_an_empty_queue_has_no_first():
    assert first([], USUAL, NOW) is None
