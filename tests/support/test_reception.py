"""What reads the log from outside finds what is planted in it."""

import pytest

from support.reception import Told, gaps, impossible_lives, odd_numbers


def told(seq, kind, state, version, *, errand=1, session=None, **more):
    said = {"at": seq, "local_day": "2022-09-13", "visit": 1, "ticket": "A1", "request_key": None}
    return Told(
        office_seq=seq, id=seq, kind=kind, errand=errand, session=session, state=state,
        version=version, **said | more,
    )  # fmt: skip


LIFE = [
    told(1, "issued", "waiting", 1),
    told(2, "called", "called", 2, session=7),
    told(3, "begun", "serving", 3, session=7),
    told(4, "finished", "done", 4, session=7),
    told(5, "undone", "serving", 5, session=7),
]
ROW = (1, 1, "serving", 5, 7)


def test_a_life_in_order_is_in_order():
    assert gaps(LIFE, 5) == []
    assert impossible_lives(LIFE, [ROW]) == []


@pytest.mark.parametrize(
    ("events", "row", "why"),
    [
        ([*LIFE[:2], told(3, "called", "called", 3, session=8)], (1, 1, "called", 3, 8), "called"),
        (
            [*LIFE[:2], told(3, "begun", "serving", 2, session=7)],
            (1, 1, "serving", 2, 7),
            "version",
        ),
        ([*LIFE[:1], told(2, "called", "called", 2)], (1, 1, "called", 2, None), "by nobody"),
        ([told(1, "called", "called", 1, session=7)], (1, 1, "called", 1, 7), "begins by"),
        (LIFE[:4], (1, 1, "serving", 4, 7), "its events say"),
        (LIFE[:1], None, "has events and no row"),
    ],
)
def test_an_impossible_life_is_named(events, row, why):
    assert why in "; ".join(impossible_lives(events, [row] if row else []))


def test_two_errands_at_one_counter_are_named():
    second = [
        told(6, "issued", "waiting", 1, errand=2),
        told(7, "called", "called", 2, errand=2, session=7),
    ]
    found = impossible_lives([*LIFE, *second], [ROW, (2, 1, "called", 2, 7)])
    assert found == ["7: session 7 has two errands"]


@pytest.mark.parametrize(
    ("events", "last", "why"),
    [
        ([LIFE[0], LIFE[2]], 3, "2 events"),
        (LIFE[:2], 3, "says 3"),
        ([LIFE[0], told(2, "called", "called", 2, at=0)], 2, "backwards"),
        ([told(n, "issued", "waiting", 1, request_key="k") for n in (1, 2)], 2, "2 times"),
    ],
)
def test_a_log_with_a_gap_or_a_double_is_named(events, last, why):
    assert why in "; ".join(gaps(events, last))


DAY = "2022-09-13"


@pytest.mark.parametrize(
    ("visits", "last"),
    [
        ([(1, DAY, "A", 1), (2, DAY, "A", 1)], 2),
        ([(1, DAY, "A", 1), (2, DAY, "A", 3)], 3),
        ([(1, DAY, "A", 1)], 2),
    ],
)
def test_a_number_given_twice_or_left_out_is_named(visits, last):
    events = [
        told(n, "issued", "waiting", 1, visit=v, ticket=f"A{x}")
        for n, (v, _, _, x) in enumerate(visits)
    ]
    assert odd_numbers(events, visits, [(DAY, "A", last)])
    assert not odd_numbers(events[:1], visits[:1], [(DAY, "A", 1)])


def test_another_number_on_paper_than_in_the_row_is_named():
    found = odd_numbers([told(1, "issued", "waiting", 1)], [(1, DAY, "A", 2)], [(DAY, "A", 2)])
    assert any("A2 in its row, A1 in its event" in one for one in found)
