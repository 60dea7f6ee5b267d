"""What time it is, and how names are looked for."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.core.errors import InstantUnreadable
from knutpunkt.core.text import fold

pytestmark = pytest.mark.once


def test_a_time_without_an_offset_is_local_in_summer_and_winter():
    assert clock.instant("2022-06-28T11:00").utcoffset() == timedelta(hours=2)
    assert clock.instant("2022-01-28T11:00").utcoffset() == timedelta(hours=1)


def test_an_offset_is_kept():
    assert clock.instant("2022-06-28T11:00Z").utcoffset() == timedelta(0)


def test_the_product_can_be_frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-27T23:30Z")
    assert clock.today() == date(2022, 6, 28)


@pytest.mark.parametrize("text", ["", "soon", "2022-06-28T25:00", "11:00", "2022-02-30"])
def test_what_is_no_time_is_refused_in_a_sentence(text):
    with pytest.raises(InstantUnreadable, match="cannot be read"):
        clock.instant(text)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Järpen", "jarpen"),
        ("JÄRPEN", "jarpen"),
        ("Åre", "are"),
        ("Malå (centrum)", "mala centrum"),
        ("Växjö – Araby", "vaxjo araby"),
        ("Tromsø", "tromso"),
        ("Ærø", "aero"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("  a  b ", "a b"),
        ("", ""),
    ],
)
def test_a_name_is_found_as_people_type_it(name, typed):
    assert fold(name) == typed


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("abcåäöéüøæßÅÄÖ -'")))
def test_upper_and_lower_case_are_the_same(text):
    assert fold(text.upper()) == fold(text)
