"""How values are said, typed numbers found, and compounds broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.reports.building.assumptions import in_words
from knutpunkt.reports.building.commission import days_in_words
from knutpunkt.reports.facts import FactGivenTwice, FactTable, join_words, say
from knutpunkt.reports.rendering.hyphens import SHY, softly
from knutpunkt.reports.writing.numbers import typed_numbers

pytestmark = pytest.mark.once

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "unit", "swedish", "english"),
    [
        ("2022-11-15", "day", "15 november 2022", "15 November 2022"),
        ("2022-09-01", "month", "september 2022", "September 2022"),
        ("[..2021-05-26]", "rough day", "senast 26 maj 2021", "by 26 May 2021"),
        ("2022", "rough day", "2022", "2022"),
        (0.8, "share", "80 procent", "80 per cent"),
        (0.001, "share", "under 1 procent", "below 1 per cent"),
        (0.9999, "share", "över 99 procent", "above 99 per cent"),
        (1.0, "share", "100 procent", "100 per cent"),
        (16.54, "minutes", "16,5 minuter", "16.5 minutes"),
        (1234000, "SEK", "1 234 000 kronor", "1,234,000 SEK"),
        (-5, "SEK", "−5 kronor", "−5 SEK"),
        (28, "offices", "28", "28"),
        (None, "offices", "", ""),
    ],
)
def test_a_value_is_said_in_the_words_of_its_language(value, unit, swedish, english):
    assert say(value, unit, "sv").replace(NBSP, " ") == swedish
    assert say(value, unit, "en").replace(NBSP, " ") == english


@pytest.mark.parametrize(
    ("value", "swedish"),
    [
        ("5–10.5–20 d, pert", "5–10,5–20 arbetsdagar, PERT-fördelat"),
        (
            "15% again, 5–10–20 d; 2% stopped",
            "15 procent görs om, 5–10–20 arbetsdagar; 2 procent stoppas",
        ),
        ("× exp(0.2 Z), Z shared", "× exp(0,2 Z), Z gemensam"),
        ("30%, 5–20–60 d", "30 procent, 5–20–60 arbetsdagar"),
        ("not open", "inte öppet"),
        ("2022-01-01 (2022-06-30)", "2022-01-01 (2022-06-30)"),
    ],
)
def test_an_assumption_is_said_in_swedish_words(value, swedish):
    assert in_words(value, "sv") == swedish
    assert in_words(value, "en") == value


def test_names_left_out_of_a_list_are_counted_in_words():
    listed = "Boden, Laholm … (+17)"
    assert days_in_words(listed, "sv") == "Boden, Laholm och 17 till"
    assert days_in_words(listed, "en") == "Boden, Laholm and 17 more"


def test_names_are_joined_with_the_word_for_and():
    assert join_words(["Boden", "Laholm", "Åre"], "sv") == "Boden, Laholm och Åre"
    assert (join_words([], "sv"), join_words(["Boden"], "en")) == ("", "Boden")


def test_a_fact_that_is_not_known_is_left_out_and_one_given_twice_refused():
    table = FactTable("2022-01-31", "sv")
    table.put("a", None, "offices", "q")
    table.put("b", 1, "offices", "q")
    assert ("a" in table, "b" in table) == (False, True)
    with pytest.raises(FactGivenTwice):
        table.put("b", 2, "offices", "q")


def test_a_table_comes_back_from_its_json_with_the_same_spelling(facts):
    assert FactTable.from_dict(facts.as_dict()).canonical() == facts.canonical()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Vi öppnade 27 kontor.", ["27"]),
        ("Vi öppnade tjugosju kontor.", ["tjugosju"]),
        ("Den 27 juni 2022 öppnade det.", ["27"]),
        ("Det kostade 1 200 000 kronor.", ["1 200 000"]),
        ("Läget 2022-06-27.", ["2022-06-27"]),
        ("Under 2022 kontor", ["2022"]),
        ("I kapitel 4 och bilaga 2, under 2022 och i juni 2023.", []),
        ("Enligt lag (2019:212) och prop. 2018/19:47.", []),
        ("Två av dem, ett i taget, en efter en.", ["Två"]),
        ("Grind G7 är passerad med P80.", []),
    ],
)
def test_typed_numbers_are_found_and_years_chapters_and_laws_are_not(text, found):
    assert [typed.text for typed in typed_numbers(text, "sv")] == found


def test_a_diary_number_may_be_typed():
    assert not list(typed_numbers("Dnr 2024-01431-1.1.1.", "sv", ["2024-01431-1.1.1"]))


@given(st.integers(1, 99_999))
def test_no_typed_whole_number_passes(number):
    assert list(typed_numbers(f"Vi har {number} kontor.", "sv"))


@pytest.mark.parametrize(
    ("word", "broken"),
    [
        ("servicekontorsverksamhet", "servicekontors-verksamhet"),
        ("regiondirektör", "region-direktör"),
        ("myndighetsgemensam", "myndighets-gemensam"),
        ("tillgänglighetsanpassning", "tillgänglighets-anpassning"),
        ("Storstadsområdena", "Storstads-områdena"),
        ("återrapporteringskrav", "återrapporterings-krav"),
    ],
)
def test_compounds_are_broken_at_their_joints(word, broken):
    assert softly(word, "sv").replace(SHY, "-") == broken


@pytest.mark.parametrize(
    "word", ["servicekontor", "Stockholms", "öppningarnas", "infrastrukturen", "Härjedalen"]
)
def test_a_short_word_and_one_without_known_joints_are_not_broken(word):
    assert softly(word, "sv") == word


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö ", max_size=80))
def test_soft_hyphens_change_nothing_but_where_words_break(text):
    assert softly(text, "sv").replace(SHY, "") == text
    assert softly(text, "en") == text
