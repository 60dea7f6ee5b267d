"""Percentiles by nearest rank, and hours on the wall."""

from datetime import datetime
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.ledger.facts import UNKNOWN
from knutpunkt.engines.ledger.local_time import local_day_and_hour
from knutpunkt.engines.ledger.quantiles import MOST_CELLS, SHARES, durations, durations_by_group

STOCKHOLM = ZoneInfo("Europe/Stockholm")
seconds = st.lists(st.integers(UNKNOWN, 4000), max_size=60)


def test_percentiles_of_ten_values_are_the_fifth_the_eighth_and_the_tenth():
    found = durations(np.array([30, 10, 20, 60, 50, 40, 100, 90, 80, 70]))
    assert found == (10, (50, 80, 100))


def test_one_value_is_all_its_percentiles():
    assert durations(np.array([7])) == (1, (7, 7, 7))


def test_unknown_durations_are_not_counted():
    assert durations(np.array([UNKNOWN, 5, UNKNOWN])) == (1, (5, 5, 5))
    assert durations(np.array([UNKNOWN])) == (0, (None, None, None))
    assert durations(np.array([], dtype=np.int64)) == (0, (None, None, None))


@given(seconds)
def test_a_percentile_is_the_value_at_its_rank(values):
    known = sorted(value for value in values if value != UNKNOWN)
    count, found = durations(np.array(values, dtype=np.int64))
    assert count == len(known)
    if known:
        expected = tuple(known[ceil(share * len(known)) - 1] for share in SHARES)
        assert found == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(UNKNOWN, 900)), max_size=40))
def test_groups_have_the_percentiles_they_have_alone(rows):
    groups, known = (np.array([row[k] for row in rows], dtype=np.int64) for k in (0, 1))
    alone = [durations(known[groups == group]) for group in range(6)]
    assert durations_by_group(known, groups, 6) == alone


def test_durations_too_long_for_a_table_are_sorted_instead():
    known, groups = np.array([MOST_CELLS, 5, 7]), np.array([1, 0, 1])
    assert durations_by_group(known, groups, 2) == [
        (1, (5, 5, 5)), (2, (7, MOST_CELLS, MOST_CELLS)),
    ]  # fmt: skip


def test_shares_are_exact_where_floating_numbers_are_not():
    assert Fraction(19, 20) in SHARES
    assert durations(np.arange(1, 21)) == (20, (10, 16, 19))


def test_both_nights_of_the_clock_have_their_own_hours():
    night = [
        datetime(2025, 3, 30, 0, 59, tzinfo=ZoneInfo("UTC")),
        datetime(2025, 3, 30, 1, 0, tzinfo=ZoneInfo("UTC")),
        datetime(2025, 10, 26, 0, 30, tzinfo=ZoneInfo("UTC")),
        datetime(2025, 10, 26, 1, 30, tzinfo=ZoneInfo("UTC")),
        datetime(2025, 12, 31, 23, 30, tzinfo=ZoneInfo("UTC")),
    ]
    at = np.array([int(moment.timestamp() * 1000) for moment in night])
    days, hours = local_day_and_hour(at, STOCKHOLM)
    assert hours.tolist() == [1, 3, 2, 2, 0]
    assert days.tolist() == [m.astimezone(STOCKHOLM).date().toordinal() for m in night]
