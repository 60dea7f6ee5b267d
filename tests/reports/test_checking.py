"""A report whose text and facts do not agree is not built, and the place is named."""

import pytest

from knutpunkt.reports.writing import problems_of, standing_text, wording
from knutpunkt.reports.writing.markup import standing

pytestmark = pytest.mark.once

WORDS = wording("sv")
TABLE = "{table:clauses}"


def problems(facts, text, section="deviations", **more):
    texts = {section: text, "commission": TABLE}
    return [problem.sentence for problem in problems_of(WORDS, texts, facts, **more)]


def test_a_text_of_references_has_no_problem(facts):
    text = "Den {fact:report.as_of} har {fact:openings.counted} kontor öppnat, se kapitel 3."
    assert problems(facts, text) == []


def test_a_typed_number_is_named_with_its_place_and_the_fact_that_has_it(facts):
    text = "Allt är känt.\n\nVi har öppnat 26 kontor."
    (found,) = problems(facts, text)
    assert found.startswith("Kapitel 4, stycke 2: talet ”26” är skrivet för hand.")
    assert "{fact:openings.counted}" in found


def test_a_typed_number_that_no_fact_has_is_told_so(facts):
    (found,) = problems(facts, "Vi har öppnat 27 kontor.")
    assert "talet ”27”" in found
    assert "Inget faktum har det värdet" in found


def test_a_number_in_words_is_a_number(facts):
    (found,) = problems(facts, "Vi har öppnat tjugosex kontor.")
    assert "openings.counted" in found


def test_a_claim_beside_a_reference_must_agree_with_the_fact(facts):
    assert problems(facts, "Hela {fact:openings.counted=26} kontor.") == []
    (found,) = problems(facts, "Hela {fact:openings.counted=28} kontor.")
    assert "texten säger ”28”, men faktumet openings.counted är ”26”" in found


def test_a_reference_to_no_fact_names_those_that_are_near(facts):
    (found,) = problems(facts, "Hela {fact:openings.count} kontor.")
    assert "openings.counted" in found


def test_a_sentence_may_not_call_a_clause_what_it_is_not(facts):
    wrong = "Villkoret {fact:clause.total.paraphrase} är uppfyllt."
    assert "är ”pågår”" in problems(facts, wrong)[0]
    right = "Villkoret {fact:clause.total.paraphrase} är ännu inte uppfyllt."
    assert problems(facts, right) == []


def test_a_clause_that_is_left_out_keeps_the_report_from_being_built(facts):
    found = problems_of(WORDS, {"commission": "Vi fick ett uppdrag."}, facts)
    assert "Villkoret ”total” i uppdraget nämns inte" in found[0].sentence
    assert not problems_of(WORDS, {"summary": "{fact:clause.total.verdict}"}, facts)


def test_a_clause_mentioned_only_in_an_appendix_is_left_out(facts):
    assert problems_of(WORDS, {"method": TABLE}, facts)


def test_what_is_secret_may_not_be_named(facts):
    text = "Se hyresofferten Dnr-Hemlig 77."
    found = problems(facts, text, secrets=["dnr-hemlig 77"], literals=["Dnr-Hemlig 77"])
    assert found == ["Kapitel 4, stycke 1: texten nämner ett underlag som omfattas av sekretess."]


@pytest.mark.parametrize(
    "text", ["{table:nothing}", "{map:nothing}", "{fact:Stor}", "En { klammer."]
)
def test_what_cannot_be_read_is_told(facts, text):
    assert problems(facts, text)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_both_languages_have_the_same_sections_tables_and_lists(language):
    words = wording(language)
    assert list(words.sections) == list(WORDS.sections)
    assert words.words.keys() == WORDS.words.keys()
    for key, table in words.tables.items():
        mine = WORDS.tables[key]
        assert (table.group, [c[1:] for c in table.columns]) == (
            mine.group,
            [c[1:] for c in mine.columns],
        )
    assert {k: v.group for k, v in words.lists.items()} == {
        k: v.group for k, v in WORDS.lists.items()
    }


def test_a_paragraph_stands_only_where_its_condition_holds(facts):
    text = standing_text(WORDS.sections["summary"], facts)
    assert "kontor säkert öppnat under uppdraget" in text
    assert "Marginalen" not in text
    assert "?" not in text


def test_a_condition_may_ask_for_a_value(facts):
    facts.put("openings.possible", 0, "offices", "a test")
    text = "?openings.counted=26\nSå många.\n\n?!openings.possible=0\nFler."
    assert standing(text, facts) == "Så många."
