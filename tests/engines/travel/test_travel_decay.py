"""How often people go by how far they have, from counts and catchments."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knutpunkt.engines.travel import DecayUnmeasured, VisitsInvalid, visiting_decay
from knutpunkt.engines.travel.decay import nonnegative_least_squares

#: Residents of four catchments within 10 minutes and further away.
PEOPLE = [[1_000, 0], [500, 1_000], [0, 2_000], [200, 400]]


def test_two_visits_a_year_near_and_half_a_visit_further_away_are_found_again():
    # By hand: 2 × 1,000; 2 × 500 + ½ × 1,000; ½ × 2,000; 2 × 200 + ½ × 400.
    decay = visiting_decay([2_000, 1_500, 1_000, 600], PEOPLE, [10])
    assert decay.rates == pytest.approx([2.0, 0.5])
    assert (decay.offices, decay.error) == (4, pytest.approx(0, abs=1e-12))
    assert decay.of([0, 10, 10.1, 400]) == pytest.approx([2, 2, 0.5, 0.5])


def test_who_has_further_never_goes_more_often_even_where_the_counts_say_so():
    # By hand: one rate for all is the best that does not rise; weights are 1 / visits.
    visits = np.array([500, 1_250, 2_000, 500])
    total = np.array(PEOPLE).sum(axis=1)
    rate = (total @ (visits / visits)) / (total @ (total / visits))
    assert visiting_decay(visits, PEOPLE, [10]).rates == pytest.approx([rate, rate])


def test_a_band_where_nobody_lives_takes_the_rate_of_the_nearer_one():
    people = [[1_000, 0, 0, 0], [500, 0, 1_000, 0], [0, 0, 2_000, 0]]
    decay = visiting_decay([2_000, 1_500, 1_000], people, [10, 30, 60])
    assert decay.rates == pytest.approx([2.0, 2.0, 0.5, 0.5])


tables = st.lists(
    st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=4, max_size=7
)  # fmt: skip


@given(tables, st.lists(st.integers(0, 200), min_size=7, max_size=7))
def test_rates_never_rise_and_are_never_negative(people, visits):
    try:
        decay = visiting_decay(visits[: len(people)], people, [10, 30])
    except DecayUnmeasured:
        assume(False)  # hypothesis' own way to pass over an example
    assert (decay.rates >= 0).all()
    assert (np.diff(decay.rates) <= 1e-9).all()


@given(tables, st.lists(st.integers(-99, 200), min_size=7, max_size=7))
def test_no_choice_of_columns_comes_nearer(rows, wanted):
    table, wanted = np.array(rows, float), np.array(wanted[: len(rows)], float)
    assume(np.linalg.matrix_rank(table) == 3)
    assume(np.linalg.cond(table) < 1e6)
    found = nonnegative_least_squares(table, wanted)
    assert (found >= 0).all()
    least = np.inf
    for some in product([False, True], repeat=3):
        part = table[:, some]
        tried = np.linalg.lstsq(part, wanted, rcond=None)[0] if any(some) else np.zeros(0)
        if (tried >= 0).all():
            least = min(least, float(np.sum((part @ tried - wanted) ** 2)))
    assert float(np.sum((table @ found - wanted) ** 2)) <= least * (1 + 1e-9) + 1e-6


@pytest.mark.parametrize(
    ("visits", "people"),
    [
        ([], np.zeros((0, 2))),
        ([5, 5], [[1, 2], [2, 1]]),  # two offices for two bands: any noise would be fitted
        ([5, 10, 15], [[1, 2], [2, 4], [3, 6]]),  # all catchments look alike
        ([5, 6, 7], [[1, 0], [2, 0], [3, 0]]),  # nobody lives further away
    ],
)
def test_counts_that_do_not_tell_it_are_refused(visits, people):
    with pytest.raises(DecayUnmeasured, match="do not tell"):
        visiting_decay(visits, people, [10])


@pytest.mark.parametrize(
    ("visits", "people", "ends"),
    [
        ([-1, 1, 1], np.ones((3, 2)), [10]),
        ([np.nan, 1, 1], np.ones((3, 2)), [10]),
        ([1, 1, 1], np.ones((3, 3)), [10]),
        ([1, 1, 1], np.ones((3, 3)), [30, 10]),
    ],
)
def test_numbers_that_cannot_be_are_refused(visits, people, ends):
    with pytest.raises(VisitsInvalid):
        visiting_decay(visits, people, ends)
