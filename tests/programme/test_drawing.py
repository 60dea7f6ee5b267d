"""Drawings: everything lies within the frame, in order, and the table beside has the same rows."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.programme.drawing import fan as fans
from knutpunkt.programme.drawing import gantt as gantts
from knutpunkt.programme.drawing.columns import HEIGHT, WIDTH, Column, columns
from knutpunkt.programme.drawing.counting import Countscale
from knutpunkt.programme.drawing.fan import FanDay, fan
from knutpunkt.programme.drawing.gantt import Group, Row, Stop, gantt
from knutpunkt.programme.drawing.shapes import box, diamond, steps
from knutpunkt.programme.drawing.timescale import Timescale

pytestmark = pytest.mark.once

TODAY = date(2022, 6, 28)
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
maybe = st.none() | days


def points_of(path):
    """Corners of an outline; H and V keep the other coordinate."""
    x = y = 0.0
    for command, text in re.findall(r"([MLHV])([-\d. ]+)", path.outline):
        numbers = [float(number) for number in text.split()]
        x = numbers[0] if command in "MLH" else x
        y = numbers[-1] if command in "MLV" else y
        yield x, y


def within(drawing):
    """Whether every corner lies in the frame."""
    return all(
        -0.05 <= x <= drawing.width + 0.05 and -0.05 <= y <= drawing.height + 0.05
        for path in drawing.paths
        for x, y in points_of(path)
    )


@st.composite
def chart_rows(draw):
    number = draw(st.integers(1, 6))
    return [
        Row(
            key=f"row-{at}",
            name=draw(st.text(min_size=1, max_size=60)),
            starts=draw(days),
            ends=draw(maybe),
            begun=draw(maybe),
            done=draw(maybe),
            adopted=draw(maybe),
            early=draw(maybe),
            late=draw(maybe),
            deadline=draw(maybe),
            stops=tuple(Stop(day, "gate", True) for day in draw(st.lists(days, max_size=3))),
            after=("row-0",) if at else (),
        )
        for at in range(number)
    ]


# --- known answers --------------------------------------------------------------------------------


def test_the_middle_of_the_time_stands_in_the_middle():
    scale = Timescale(date(2022, 1, 1), date(2022, 1, 11), 100, 200)
    assert scale.x(date(2022, 1, 6)) == 150
    assert (scale.x(date(2021, 1, 1)), scale.x(date(2023, 1, 1))) == (100, 200)


def test_a_year_is_marked_by_months_where_they_fit_and_by_quarters_where_not():
    scale = Timescale(date(2022, 1, 1), date(2022, 12, 31), 0, 100)
    assert scale.marks(6)[0].label == "2022"
    assert len(scale.marks(12)) == 12
    assert len(scale.marks(6)) == 4


def test_round_numbers_are_marked():
    assert Countscale(28, 100, 0).marks(8) == (0, 5, 10, 15, 20, 25)
    assert Countscale(3, 100, 0).marks(8) == (0, 1, 2, 3)


def test_a_box_and_a_diamond_are_written_with_points_whatever_the_language():
    assert box("a", 1, 2, 3.5, 4).outline == "M1.0 2.0H4.5V6.0H1.0Z"
    assert diamond("a", 10, 10, 2).outline == "M10.0 8.0L12.0 10.0L10.0 12.0L8.0 10.0Z"


def test_what_is_counted_keeps_its_height_until_the_next_day():
    assert steps([(0, 5), (10, 3)]) == ((0, 5), (10, 5), (10, 3))


def test_a_project_that_ends_ahead_of_today_has_its_bar_and_is_passed_by_the_line_of_today():
    row = Row("a", "A", date(2022, 1, 1), ends=date(2022, 3, 1), begun=date(2022, 1, 1))
    drawing = gantt([Group("", (row,))], today=TODAY, label="chart", today_word="Today")
    kinds = [path.kind for path in drawing.paths]
    assert {"planned", "done", "today"} <= set(kinds)
    assert drawing.label == "chart"


def test_what_is_expected_without_an_end_reaches_the_edge():
    row = Row("a", "A", date(2022, 1, 1), early=date(2022, 9, 1))
    drawing = gantt([Group("", (row,))], today=TODAY, label="chart", today_word="Today")
    (expected,) = [path for path in drawing.paths if path.kind == "expected"]
    assert max(x for x, _y in points_of(expected)) == gantts.WIDE.width - 12


# --- properties -----------------------------------------------------------------------------------


@given(rows=chart_rows(), frame=st.sampled_from([gantts.WIDE, gantts.NARROW]))
def test_every_bar_and_gate_lies_within_the_frame(rows, frame):
    groups = [Group("Round 1", tuple(rows[:1])), Group("", tuple(rows[1:]))]
    drawing = gantt(groups, today=TODAY, label="chart", today_word="Today", frame=frame)
    assert within(drawing)


@given(rows=chart_rows())
def test_every_row_has_its_name_once(rows):
    drawing = gantt([Group("", tuple(rows))], today=TODAY, label="", today_word="Today")
    assert sum(text.kind.startswith("name") for text in drawing.texts) == len(rows)


@given(
    counts=st.lists(
        st.tuples(*[st.integers(0, 500)] * 6, st.none() | st.integers(0, 500)),
        min_size=1,
        max_size=20,
    ),
    frame=st.sampled_from([fans.WIDE, fans.NARROW]),
)
def test_every_line_of_a_fan_lies_within_the_frame(counts, frame):
    rows = [
        FanDay(TODAY + timedelta(days=30 * at), *numbers[:6], numbers[6], numbers[6])
        for at, numbers in enumerate(counts)
    ]
    words = {"as_of": "a day", "demanded": "asked for"}
    assert within(fan(rows, as_of=TODAY, label="", words=words, frame=frame))


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_the_larger_amount_has_the_higher_column(amounts):
    drawing = columns([Column(str(at), n, str(n)) for at, n in enumerate(amounts)], label="")
    assert within(drawing)
    tops = [min(y for _x, y in points_of(path)) for path in drawing.paths if path.kind == "column"]
    assert (drawing.width, drawing.height) == (WIDTH, HEIGHT)
    for n, top in zip(amounts, tops, strict=True):
        assert all(top <= other for m, other in zip(amounts, tops, strict=True) if n > m)


# --- refusals -------------------------------------------------------------------------------------


def test_no_row_draws_an_empty_chart_and_no_error():
    drawing = gantt([], today=TODAY, label="", today_word="Today")
    assert not [path for path in drawing.paths if path.kind in ("planned", "done")]


def test_a_fan_without_a_day_is_refused():
    with pytest.raises(IndexError):
        fan([], as_of=TODAY, label="", words={"as_of": "", "demanded": ""})
