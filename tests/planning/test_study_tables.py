"""Tables, charts and changes of studies: what stands first, what is marked, what gives way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.changes import INSTEAD, Change, changed
from knutpunkt.planning.studies.charts import Scale, bars_of, course_chart, frontier_chart
from knutpunkt.planning.studies.fieldsets import FOLDED
from knutpunkt.planning.studies.forms import SeriesForm, StudyForm
from knutpunkt.planning.studies.mapping import named
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.sheets import Column, Sheet
from knutpunkt.planning.studies.tables import table_of
from support.studies import fixed
from support.towns import question

AREAS = (Column("Area"), Column("Town"), Column("Before", 1), Column("After", 1))
SWEDISH = Reader("sv")


def areas(*rows):
    return Sheet("areas", "Areas", "", AREAS, rows)


# --- tables ---------------------------------------------------------------------------------------


def test_what_changes_stands_first_and_the_rest_can_be_opened():
    sheet = areas(("North", "N", 5.0, 5.0), ("South", "S", 63.0, 29.9), ("East", "E", 1.0, 1.01))
    table = table_of(sheet, SWEDISH)
    assert [line.head for line in table.lines] == ["South"]
    assert [line.head for line in table.further] == ["North", "East"]


@given(st.lists(st.tuples(st.text(), st.text(), *[st.floats(0, 500)] * 2), max_size=40))
def test_no_row_is_lost_or_told_twice(rows):
    for whole in (False, True):
        table = table_of(areas(*rows), SWEDISH, whole=whole)
        heads = sorted(line.head for line in (*table.lines, *table.further))
        assert heads == sorted(row[0] or "–" for row in rows)


def test_a_column_that_says_nothing_is_left_out_unless_all_of_it_is_asked_for():
    sheet = Sheet("rules", "Rules", "", (Column("Rule"), Column("Reason"), Column("Hours", 0)),
                  (("One", "", -12.0), ("Two", None, 0.0)))  # fmt: skip
    table = table_of(sheet, SWEDISH)
    assert [label for label, _number in table.columns] == ["Rule", "Hours"]
    # A minus sign, not a hyphen.
    assert table.lines[0].cells[0][0] == "\N{MINUS SIGN}12"
    assert table.narrow
    assert len(table_of(sheet, SWEDISH, whole=True).columns) == 3


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ({"name": "Kiruna", "municipality": "Kiruna"}, "Kiruna"),
        ({"name": "Brastad", "municipality": "Lysekil"}, "Brastad, Lysekil"),
        ({"name": "Nowhere"}, "Nowhere"),
    ],
)
def test_a_place_is_named_with_its_municipality_once(site, said):
    assert named(site) == said


# --- charts ---------------------------------------------------------------------------------------


def test_offices_are_marked_one_by_one():
    chart = frontier_chart([(n, 20 - n, f"{n}", "#") for n in range(1, 7)], whole=True)
    assert [mark.value for mark in chart.across] == [1, 2, 3, 4, 5, 6]
    assert {mark.decimals for mark in chart.across} == {0}


@given(st.floats(0, 1e6), st.floats(1e-6, 1e6))
def test_marks_written_with_their_decimals_all_differ(low, span):
    marks = Scale(low, low + span, 0.0, 100.0).marks()
    written = [f"{mark.value:.{mark.decimals}f}" for mark in marks]
    assert len(set(written)) == len(written)


def test_a_search_that_was_over_at_once_is_not_drawn():
    assert course_chart([[0.0, 30.0, 10.0], [0.01, 20.0, 20.0]]) is None
    assert course_chart([[0.0, 30.0, 10.0], [2.0, 20.0, 20.0]]) is not None


def test_the_longest_bar_is_whole_and_the_others_are_its_share():
    bars = bars_of([("up to 10", 50, 200), ("over 10", 150, 0)])
    assert [(bar.before, bar.after) for bar in bars] == [("25.00", "100.00"), ("75.00", "0.00")]
    assert bars_of([("nobody", 0, 0)])[0].before == "0.00"


# --- changes and forms ----------------------------------------------------------------------------


def instead(here, there, reason="Dragged."):
    rule = WrittenRule(kind="must_open", at=there, label=there, reason=reason)
    return Change(INSTEAD, here, here, reason, rule)


def test_another_place_instead_keeps_the_number_and_earlier_rules_about_both_give_way():
    rules = (fixed("must_open", "place-1"), fixed("never_open", "place-2"), fixed("keep", "office"))
    asked = changed(question(open=3, rules=rules), instead("place-1", "place-2"))
    assert asked.open == 3
    assert {rule.key for rule in asked.rules} == {
        "keep:office", "never_open:place-1", "must_open:place-2",
    }  # fmt: skip


def test_a_place_dragged_there_and_back_again_is_where_it_was():
    there = changed(question(open=1), instead("place-1", "place-2"))
    back = changed(there, instead("place-2", "place-1"))
    assert {rule.key for rule in back.rules} == {"never_open:place-2", "must_open:place-1"}


@pytest.mark.parametrize(
    "change", [Change(INSTEAD, "place-1", "Place 1", "Why."), instead("place-1", "place-1")]
)
def test_another_place_has_to_be_another_one(change):
    with pytest.raises(QuestionRefused):
        changed(question(open=1), change)


def test_every_field_that_is_folded_away_is_one_of_the_form():
    for form in (StudyForm, SeriesForm):
        assert {name for names in FOLDED.values() for name in names} <= set(form.base_fields)
