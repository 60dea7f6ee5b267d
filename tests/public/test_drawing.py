"""The drawn map."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.public import drawing

positions = st.tuples(st.floats(56, 68), st.floats(13.5, 17))


def test_the_country_fits_the_drawing():
    for lat, lon in ((69.06, 20.55), (55.34, 13.36), (58.9, 10.96), (65.8, 24.17)):
        x, y = drawing.project(lat, lon)
        assert 0 <= x <= drawing.WIDTH
        assert 0 <= y <= drawing.HEIGHT


def test_a_degree_of_latitude_is_a_hundred_units():
    (_, north), (_, south) = drawing.project(60, 15), drawing.project(59, 15)
    assert south - north == pytest.approx(100)


@given(st.lists(positions, min_size=1, max_size=12))
def test_every_position_lies_within_its_frame(found):
    left, top, width, height = map(float, drawing.frame_of(found).viewbox.split())
    for lat, lon in found:
        x, y = drawing.project(lat, lon)
        assert left - 1 <= x <= left + width + 1
        assert top - 1 <= y <= top + height + 1


def test_without_positions_the_whole_country_is_shown():
    assert drawing.frame_of([]) == drawing.WHOLE


def test_the_basemap_draws_every_municipality():
    assert drawing.basemap_svg("sweden").count("M") >= 290
