"""Rough dates, times and distances in words."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.errors import RoughDateUnreadable
from knutpunkt.public import words

days = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("2022-05-31", "31 maj 2022", "31 May 2022"),
        ("2022-05", "maj 2022", "May 2022"),
        ("2022", "2022", "2022"),
        ("[2022-05-01..2022-05-31]", "maj 2022", "May 2022"),
        (
            "[2022-01-01..2022-06-27]",
            "mellan 1 januari och 27 juni 2022",
            "between 1 January and 27 June 2022",
        ),
        ("[2023-06-14..2023-06-15]", "mellan 14 och 15 juni 2023", "between 14 and 15 June 2023"),
        (
            "[2024-12-01..2025-01-31]",
            "mellan 1 december 2024 och 31 januari 2025",
            "between 1 December 2024 and 31 January 2025",
        ),
        ("[..2021-05-26]", "senast 26 maj 2021", "by 26 May 2021"),
        ("[2019-01-25..]", "tidigast 25 januari 2019", "not before 25 January 2019"),
        ("", "", ""),
    ],
)
def test_a_rough_date_is_said_in_words(text, swedish, english):
    assert words.day_words(text, "sv") == swedish
    assert words.day_words(text, "en") == english


@given(days, days, st.sampled_from(["sv", "en"]))
def test_words_for_two_bounds_always_name_the_later_year(one, other, language):
    first, last = sorted((one, other))
    assert str(last.year) in words.day_words(f"[{first}..{last}]", language)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("By 2023-12-31.", "By 31 December 2023."),
        ("Late: ([2024-09-01..2024-10-15]).", "Late: (between 1 September and 15 October 2024)."),
        (
            "From [2019-01-25..] or [..2021-05-26]",
            "From not before 25 January 2019 or by 26 May 2021",
        ),
        ("Case 2024-01431, 28 of 28.", "Case 2024-01431, 28 of 28."),
    ],
)
def test_days_in_a_sentence_are_said_in_words(written, said):
    with translation.override("en"):
        assert words.with_days_in_words(written) == said


def test_what_is_not_a_date_has_no_words():
    with pytest.raises(RoughDateUnreadable):
        words.day_words("soon", "sv")


@pytest.mark.parametrize(
    ("minutes", "swedish", "english"),
    [
        (5 * 60, "kl. 16", "16:00"),
        (5 * 60 + 30, "kl. 16.30", "16:30"),
        (23 * 60, "i morgon kl. 10", "tomorrow 10:00"),
        (6 * 24 * 60 - 60, "måndag 4 juli kl. 10", "Monday 4 July 10:00"),
    ],
)
def test_a_moment_is_said_as_near_as_needed(minutes, swedish, english):
    here = datetime(2022, 6, 28, 11, tzinfo=NETWORK_ZONE)
    for language, said in (("sv", swedish), ("en", english)):
        with translation.override(language):
            assert words.moment(here + timedelta(minutes=minutes), seen_from=here) == said


@pytest.mark.parametrize(
    ("metres", "said"),
    [(None, ""), (0, "0 m"), (347, "350 m"), (4_180, "4,2 km"), (86_600, "87 km")],
)
def test_a_distance_has_no_more_digits_than_it_is_worth(metres, said):
    with translation.override("sv"):
        assert words.distance_words(metres) == said
