import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines import travel
from knutpunkt.engines.travel import straight_line

STOCKHOLM = (59.3293, 18.0686)
GOTHENBURG = (57.7089, 11.9746)
places = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=6)


def test_stockholm_to_gothenburg_is_397_kilometres_along_the_great_circle():
    kilometres = travel.great_circle_kilometres([STOCKHOLM], [GOTHENBURG])
    assert kilometres[0, 0] == pytest.approx(397, abs=0.5)


def test_a_quarter_of_the_equator_is_a_quarter_of_the_circumference():
    kilometres = travel.great_circle_kilometres([(0, 0)], [(0, 90), (90, 0), (0, 180)])
    assert kilometres[0] == pytest.approx([np.pi / 2 * 6371, np.pi / 2 * 6371, np.pi * 6371])


def test_one_degree_north_at_sixty_an_hour_takes_its_kilometres_times_the_detour():
    times = travel.straight_line_minutes([(59, 18)], [(60, 18)], detour=1.3, km_per_hour=60)
    assert times.kilometres[0, 0] == pytest.approx(1.3 * np.pi * 6371 / 180)
    assert times.minutes[0, 0] == pytest.approx(times.kilometres[0, 0])


def test_twice_the_speed_halves_the_minutes_and_not_the_kilometres():
    slow = travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG], km_per_hour=40)
    fast = travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG], km_per_hour=80)
    assert slow.minutes == pytest.approx(2 * fast.minutes)
    assert slow.kilometres == pytest.approx(fast.kilometres)


def test_the_times_say_how_they_were_made():
    source = travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG]).source
    assert source.method == "straight_line"
    assert source.parameters == {"detour": 1.3, "km_per_hour": 60.0}
    assert str(source) == "Straight line × 1.3 at 60 km/h"


@given(places, places)
def test_the_way_back_is_as_long_as_the_way_there(here, there):
    out = travel.great_circle_kilometres(here, there)
    back = travel.great_circle_kilometres(there, here)
    assert out == pytest.approx(back.T, abs=1e-6)


@given(st.tuples(*[st.tuples(st.floats(-90, 90), st.floats(-180, 180))] * 3))
def test_no_detour_over_a_third_place_is_shorter(triple):
    kilometres = travel.great_circle_kilometres(triple, triple)
    # Near antipodes the arc sine loses half of its digits: a metre is what remains sure.
    assert kilometres[0, 2] <= kilometres[0, 1] + kilometres[1, 2] + 1e-3


def test_blocks_give_the_same_answer_as_one_piece(monkeypatch):
    random = np.random.default_rng(1)
    points = random.uniform((55, 11), (69, 24), (50, 2))
    whole = travel.great_circle_kilometres(points, points[:7])
    monkeypatch.setattr(straight_line, "BLOCK", 20)
    assert np.array_equal(travel.great_circle_kilometres(points, points[:7]), whole)


def test_no_points_give_an_empty_table():
    assert travel.straight_line_minutes([], [STOCKHOLM]).minutes.shape == (0, 1)


def test_a_missing_position_is_refused_with_its_row():
    with pytest.raises(travel.CoordinateMissing, match="Row 1 of the sites") as refused:
        travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG, (float("nan"), 18)])
    assert refused.value.row == 1


@pytest.mark.parametrize("place", [(6580822, 674032), (90.1, 0), (0, -180.1), (float("inf"), 0)])
def test_a_position_off_the_globe_is_refused_with_its_row(place):
    with pytest.raises(travel.CoordinateOutOfRange, match="Row 2 of the points"):
        travel.straight_line_minutes([STOCKHOLM, GOTHENBURG, place], [STOCKHOLM])


@pytest.mark.parametrize("coordinates", [[1, 2, 3], [[1, 2, 3]], 5.0])
def test_a_table_that_is_not_latitude_and_longitude_is_refused(coordinates):
    with pytest.raises(travel.CoordinatesMisshapen, match="points"):
        travel.straight_line_minutes(coordinates, [STOCKHOLM])


@pytest.mark.parametrize("detour", [0.99, float("nan"), float("inf")])
def test_a_detour_shorter_than_the_line_is_refused(detour):
    with pytest.raises(travel.DetourTooShort):
        travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG], detour=detour)


@pytest.mark.parametrize("speed", [0, -5, float("nan")])
def test_a_speed_of_nothing_is_refused(speed):
    with pytest.raises(travel.SpeedNotPositive):
        travel.straight_line_minutes([STOCKHOLM], [GOTHENBURG], km_per_hour=speed)
