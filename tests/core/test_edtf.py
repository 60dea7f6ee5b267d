"""Rough dates: what each form can mean, and what is refused."""

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import edtf
from knutpunkt.core.errors import RoughDateUnreadable

pytestmark = pytest.mark.once

KNOWN = {
    "2022-05-31": ("2022-05-31", "2022-05-31"),
    "2022-02": ("2022-02-01", "2022-02-28"),
    "2024-02": ("2024-02-01", "2024-02-29"),
    "2022": ("2022-01-01", "2022-12-31"),
    "2022-21": ("2022-03-01", "2022-05-31"),
    "2022-22": ("2022-06-01", "2022-08-31"),
    "2022-23": ("2022-09-01", "2022-11-30"),
    "2022-24": ("2022-01-01", "2022-03-31"),
    "2022-28": ("2022-01-01", "2022-03-31"),
    "2022-33": ("2022-01-01", "2022-03-31"),
    "2022-36": ("2022-10-01", "2022-12-31"),
    "2022-37": ("2022-01-01", "2022-04-30"),
    "2022-39": ("2022-09-01", "2022-12-31"),
    "2022-40": ("2022-01-01", "2022-06-30"),
    "2022-41": ("2022-07-01", "2022-12-31"),
    "20XX": ("2000-01-01", "2099-12-31"),
    "202X": ("2020-01-01", "2029-12-31"),
    "2021-XX": ("2021-01-01", "2021-12-31"),
    "2021-XX-XX": ("2021-01-01", "2021-12-31"),
    "2021-02-XX": ("2021-02-01", "2021-02-28"),
    "2022-05/2022-07": ("2022-05-01", "2022-07-31"),
    "2022-05-03/..": ("2022-05-03", "9999-12-31"),
    "../2022": ("0001-01-01", "2022-12-31"),
    "[2022-01-01..2022-06-27]": ("2022-01-01", "2022-06-27"),
    "[..2021-05-26]": ("0001-01-01", "2021-05-26"),
    "[2019-01-25..]": ("2019-01-25", "9999-12-31"),
    "[2021-03, 2021-05]": ("2021-03-01", "2021-05-31"),
    "[2021-05-03, 2021-03-01, 2021-04]": ("2021-03-01", "2021-05-03"),
    "  2022-05-31 ": ("2022-05-31", "2022-05-31"),
}


@pytest.mark.parametrize("text", KNOWN)
def test_a_rough_date_has_a_first_and_a_last_day(text):
    rough = edtf.parse(text)
    assert (rough.earliest.isoformat(), rough.latest.isoformat()) == KNOWN[text]
    assert rough.text == text.strip()


REFUSED = [
    "",
    " ",
    "~2022",
    "2022~",
    "2022-05?",
    "2022-05%",
    "2022-13",
    "2022-00",
    "2022-42",
    "2022-02-29",
    "2022-21-XX",
    "2022-5-1",
    "22-05-01",
    "0000",
    "20220501",
    "2022-05-01T11:00",
    "2022-W05",
    "2022-06/2022-05",
    "[2022-06..2022-05]",
    "2022/2023/2024",
    "20..21/2022",
    "[2021..2022..2023]",
    "[2021, soon, 2022]",
    "[]",
    "[,]",
    "[..]",
    "/",
    "../..",
    "[2021",
    "2021]",
    "{2021, 2022}",
    "2021..2022",
    "2X21",
    "XXXX",
    "2021-1X",
    "２０２２",
    "next week",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_bounds_is_refused_with_the_text_and_a_hint(text):
    with pytest.raises(RoughDateUnreadable) as refused:
        edtf.parse(text)
    assert f"“{text}”" in str(refused.value)
    assert "2022-05-31" in refused.value.hint


def test_about_and_perhaps_are_refused_with_the_reason():
    with pytest.raises(RoughDateUnreadable, match="have no bounds"):
        edtf.parse("2022~")


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
simple = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y}"),
    st.builds("{}-{}".format, st.integers(1900, 2100), st.integers(21, 41)),
    days.map(lambda day: f"{day:%Y-%m}-XX"),
    days.map(lambda day: f"{day:%Y}"[:3] + "X"),
)
written = st.one_of(
    simple,
    st.builds("{}/{}".format, simple, simple),
    st.builds("[{}..{}]".format, simple, simple),
    st.builds("[..{}]".format, simple),
    st.builds("[{}..]".format, simple),
    st.builds("[{}, {}]".format, simple, simple),
    st.text("0123456789-X./[], ", max_size=14),
)


@given(written)
def test_the_earliest_day_is_never_after_the_latest(text):
    try:
        rough = edtf.parse(text)
    except RoughDateUnreadable:
        return
    assert rough.earliest <= rough.latest


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text):
    try:
        edtf.parse(text)
    except RoughDateUnreadable:
        return


@given(days)
def test_a_day_means_itself(day):
    assert edtf.parse(day.isoformat()) == edtf.one_day(day)
    assert edtf.one_day(day).exact


@given(st.integers(1900, 2100))
def test_halves_and_quarters_and_thirds_divide_a_year(year):
    for first, last in ((33, 36), (37, 39), (40, 41)):
        parts = [edtf.parse(f"{year}-{number}") for number in range(first, last + 1)]
        assert (parts[0].earliest, parts[-1].latest) == (date(year, 1, 1), date(year, 12, 31))
        for before, after in pairwise(parts):
            assert after.earliest - before.latest == timedelta(days=1)


# Seasons and other divisions of the year are left open by the standard; the two may differ there.
compared = st.one_of(
    days.map(date.isoformat),
    days.map(lambda day: f"{day:%Y-%m}"),
    days.map(lambda day: f"{day:%Y}"),
    days.map(lambda day: f"{day:%Y-%m}-XX"),
    days.map(lambda day: f"{day:%Y}-XX"),
    st.builds("{}/{}".format, days.map(date.isoformat), days.map(lambda day: f"{day:%Y-%m}")),
    st.builds("[{}..{}]".format, days.map(date.isoformat), days.map(date.isoformat)),
    st.builds("{}-{:02}".format, st.integers(1900, 2100), st.integers(0, 13)),
    st.builds("{}-02-{}".format, st.integers(1900, 2100), st.integers(28, 31)),
)


@given(compared)
def test_the_bounds_are_those_of_the_reference_implementation(text):
    try:
        ours = edtf.parse(text)
        theirs = parse_edtf(text)
    except (RoughDateUnreadable, EDTFParseException, calendar.IllegalMonthError, ValueError):
        return
    bounds = theirs.lower_strict(), theirs.upper_strict()
    assert (ours.earliest, ours.latest) == tuple(date(*bound[:3]) for bound in bounds)


@pytest.mark.parametrize("text", ["2022-05-31", "2022-02", "2022", "2022-05/2022-07", "2021-02-XX"])
def test_the_reference_implementation_accepts_what_the_comparison_rests_on(text):
    assert parse_edtf(text)


def test_the_last_day_of_the_calendar_has_no_tomorrow():
    assert edtf.next_day(date(2022, 2, 28)) == date(2022, 3, 1)
    assert edtf.next_day(edtf.DUSK) == edtf.DUSK
