"""Forecasts: what was known on the day decides, and every clause comes from one simulation."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from time import process_time

import numpy as np
import pytest

from knutpunkt.core.errors import NotFound
from knutpunkt.programme.drafting import CREWS, MandateNotYetKnown, MandateOrdersNothing
from knutpunkt.programme.forecasting import forecast, forecast_of, prepare, simulated
from knutpunkt.programme.forecasting.case import case_of
from knutpunkt.programme.forecasting.errors import (
    NothingToForecast,
    ProgrammeUnknown,
    RunsOutOfRange,
)
from knutpunkt.programme.forecasting.fan import planned_by
from knutpunkt.programme.forecasting.problem import end_of
from knutpunkt.programme.templates_loading import templates_load
from support.network import happened, made_office

pytestmark = [pytest.mark.once, pytest.mark.slow]

AUTUMN, SUMMER = date(2021, 9, 30), date(2022, 6, 30)
RUNS = 500


@pytest.fixture(scope="module")
def cases(swedish_network, django_db_blocker):
    """Both cases, prepared once for all tests that only read them."""
    with django_db_blocker.unblock():
        return {day: prepare("2021-05", as_of=day) for day in (AUTUMN, SUMMER)}


@pytest.fixture
def in_autumn(cases, db):
    return cases[AUTUMN]


@pytest.fixture
def in_summer(cases, db):
    return cases[SUMMER]


@cache
def read(case, runs=RUNS):
    return forecast_of(case, simulated(case, runs=runs))


def states(made):
    return {slot.key: slot.state for slot in made.slots}


def test_in_june_2022_three_of_the_28_had_opened_and_none_in_september_2021(in_autumn, in_summer):
    assert set(states(read(in_autumn)).values()) == {"under way"}
    opened = {key for key, state in states(read(in_summer)).items() if state == "opened"}
    assert opened == {"borgholm", "laholm", "are"}
    assert len(read(in_summer).slots) == 28


def test_an_opening_on_record_is_forecast_for_the_days_it_can_have_been(in_summer):
    made = read(in_summer)
    laholm = made.slot("laholm")
    assert {laholm.p10, laholm.p50, laholm.p80, laholm.p90} == {date(2022, 5, 31)}
    borgholm = made.slot("borgholm")
    assert date(2022, 1, 1) <= borgholm.p10 <= borgholm.p90 <= date(2022, 6, 27)


def test_what_was_published_later_changes_nothing(swedish_network, db):
    before = read(prepare("2021-05", as_of=AUTUMN))
    office = made_office("tingsryd-later")
    happened(office, "opened", "2021-09-01", published_on="2022-03-01", source="later")
    assert read(prepare("2021-05", as_of=AUTUMN)) == before


def test_days_the_register_only_planned_are_no_openings_and_their_last_day_is_not_read(in_summer):
    filipstad = in_summer.material.slot("filipstad")
    assert (filipstad.state, filipstad.opened, filipstad.shut_until) == ("under way", None, SUMMER)


def test_after_a_long_silence_an_office_may_have_opened(swedish_network, db):
    case = prepare("2021-05", as_of=date(2023, 6, 30))
    tingsryd = case.material.slot("tingsryd")
    assert (tingsryd.state, tingsryd.shut_until) == ("perhaps opened", date(2022, 6, 27))
    made = read(case)
    assert made.slot("tingsryd").p10 < date(2023, 6, 30)
    assert any("may have opened after 2022-06-27" in note.sentence_en for note in made.notes)


def test_nothing_known_to_be_shut_is_forecast_before_the_day(in_summer):
    simulation = simulated(in_summer, runs=RUNS)
    for slot in in_summer.material.slots:
        if slot.opened is None:
            assert simulation.of(slot.project).min() >= end_of(SUMMER)


def test_offices_unopened_for_long_make_their_class_slower(in_summer):
    rows = {row.key: row for row in in_summer.experience.estimate.rows}
    assert (rows["vulnerable"].opened, rows["vulnerable"].censored) == (0, 8)
    alone = case_of(
        replace(
            in_summer.material,
            slots=tuple(slot for slot in in_summer.material.slots if slot.opened is not None),
        )
    )
    opened_only = {row.key: row for row in alone.experience.estimate.rows}
    assert rows["rural"].mean > opened_only["rural"].mean


def test_the_commission_of_2020_teaches_the_one_of_2021(in_autumn):
    assert [other.mandate for other in in_autumn.others] == ["2020-06"]
    metro = next(r for r in in_autumn.experience.estimate.rows if r.key == "metro")
    # Of five metropolitan offices of 2021 two belong to a round that has not begun.
    assert (metro.opened, metro.censored) == (0, 3 + 3)


def test_a_clause_of_28_of_28_has_no_slack_and_is_no_likelier_than_its_least_likely_office(
    in_summer,
):
    made = read(in_summer)
    total = made.clause("total")
    assert (total.needed, total.possible, total.slack) == (28, 28, 0)
    assert "not one office can be spared" in total.sentence_en
    assert total.probability <= min(slot.on_time for slot in made.slots if slot.wave == 2)
    assert set(total.binds) <= {slot.key for slot in made.slots}


def test_all_clauses_together_are_no_likelier_than_any_of_them(in_summer):
    made = read(in_summer)
    counted = [one.probability for one in made.clauses if one.slack is not None]
    assert 0 <= made.all_clauses <= min(counted)


def test_what_no_fact_decides_has_no_probability_but_a_sentence(in_summer):
    made = read(in_summer)
    for key in ("adjacent-named-8", "adjacent-malmo", "report-final"):
        assert made.clause(key).probability is None
        assert made.clause(key).sentence_sv
        assert made.clause(key).sentence_en
    assert made.clause("report-1").probability == 1


def test_independent_chances_agree_with_the_count_of_runs_when_nothing_is_shared(in_autumn):
    """The Poisson-binomial is exact for projects that share nothing."""
    estimate = in_autumn.experience.estimate
    apart = tuple(replace(one, mean_sd=0.0) for one in estimate.classes)
    alone = replace(
        in_autumn,
        causes={},
        material=replace(in_autumn.material, crews={}),
        experience=replace(
            in_autumn.experience, estimate=replace(estimate, classes=apart, common_sd=0.0)
        ),
    )
    made = read(alone, runs=4000)
    for key in ("total", "round-1", "metro-quota", "named-23"):
        one = made.clause(key)
        assert one.probability == pytest.approx(one.independent, abs=5 * one.standard_error)


def test_shared_causes_deepen_the_tail_of_a_clause_with_room_to_spare(in_summer):
    quota = read(in_summer, runs=2000).clause("named-23")
    assert quota.probability > quota.independent


def test_the_fan_never_falls_and_holds_what_happened(in_summer):
    fan = read(in_summer).fan
    for before, after in pairwise(fan):
        assert before.p10 <= after.p10
        assert before.p50 <= after.p50
        assert before.p90 <= after.p90
    today = next(point for point in fan if point.day == SUMMER)
    assert (today.actual_least, today.actual_most, today.p50) == (3, 3, 3)
    assert all(point.actual_least is None for point in fan if point.day > SUMMER)


def test_the_plan_gives_a_number_only_where_it_says_one(in_summer):
    fan = {point.day: point for point in read(in_summer).fan}
    assert fan[date(2021, 12, 31)].planned == 0
    assert fan[date(2022, 9, 30)].planned is None
    assert fan[date(2022, 9, 30)].planned_least == 0
    assert fan[date(2023, 12, 31)].planned == 28
    assert planned_by((), in_summer.material.slots, date(2022, 12, 31))[0] == 14
    assert fan[date(2023, 12, 31)].demanded == 28


def test_every_parameter_says_its_basis_and_why(in_summer):
    parameters = read(in_summer).parameters
    assert {one.basis for one in parameters} <= {"measured", "expert", "assumed"}
    assert all(one.name_sv and one.name_en and one.value for one in parameters)
    assert all(one.why_sv and one.why_en for one in parameters)
    keys = {one.key for one in parameters}
    assert {"prior", "class-metro", "cause-landlord-market", "work-search", "july-stop"} <= keys
    assert len(keys) == len(parameters)


def test_the_forecast_says_that_its_times_were_written_after_the_event(in_autumn):
    assert any("after the event" in note.sentence_en for note in read(in_autumn).notes)


def test_the_same_question_has_the_same_answer(in_autumn):
    again = forecast_of(in_autumn, simulated(in_autumn, runs=RUNS))
    assert again.as_dict() == read(in_autumn).as_dict()
    other = forecast_of(in_autumn, simulated(in_autumn, runs=RUNS, seed=99))
    assert other.inputs_hash == read(in_autumn).inputs_hash
    assert other.curves != read(in_autumn).curves


def test_the_answer_holds_what_is_checked_from_outside(in_autumn):
    answer = read(in_autumn).as_dict()
    assert {"p10", "p50", "p80", "p90", "state", "on_time", "never"} <= answer["slots"][0].keys()
    assert {"key", "probability", "word", "sentence"} <= answer["clauses"][0].keys()
    assert date.fromisoformat(answer["slots"][0]["p50"]) > AUTUMN
    assert len(answer["curves"]["tingsryd"]) == 99


def test_like_offices_have_like_forecasts_whatever_the_alphabet_says(in_autumn):
    made = read(in_autumn, runs=2000)
    days = [made.slot(key).p50 for key in ("askersund", "nordmaling", "tingsryd", "osthammar")]
    assert max(days) - min(days) < timedelta(days=45)


def test_a_draft_begins_with_the_crews_an_opened_programme_begins_with(in_autumn):
    assert in_autumn.material.crews == CREWS


def test_any_commission_that_orders_places_can_be_forecast(swedish_network, db):
    made = forecast("2020-06", as_of=AUTUMN, runs=RUNS)
    assert states(made)["ulricehamn"] == "opened"
    assert len(made.slots) == 4


def test_a_case_is_kept_until_something_is_recorded(swedish_network, db):
    kept = prepare("2021-05", as_of=AUTUMN)
    assert prepare("2021-05", as_of=AUTUMN) is kept
    happened(made_office("elsewhere"), "opened", "2021-08-01")
    assert prepare("2021-05", as_of=AUTUMN) is not kept


def test_hindsight_is_possible_and_says_so(swedish_network, db):
    made = forecast("2021-05", as_of=date(2022, 3, 31), known_on=SUMMER, runs=RUNS)
    assert states(made)["borgholm"] == "perhaps opened"
    assert any("could not have been made" in note.sentence_en for note in made.notes)


def test_the_register_is_read_a_number_of_times_that_does_not_grow_with_the_slots(
    swedish_network, db, django_assert_max_num_queries
):
    templates_load()
    with django_assert_max_num_queries(70):
        prepare("2021-05", as_of=date(2021, 10, 15))


@pytest.mark.slow
def test_ten_thousand_runs_of_28_offices_take_no_more_than_two_seconds(in_summer):
    began = process_time()
    forecast_of(in_summer, simulated(in_summer, runs=10_000))
    assert process_time() - began < 2


def test_openings_of_all_runs_are_moments_or_never(in_autumn):
    finish = simulated(in_autumn, runs=RUNS).finish
    assert not np.isnan(finish).any()
    assert 0 < np.isinf(finish).mean() < 0.05


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"mandate": "nonsense", "as_of": AUTUMN}, NotFound),
        ({"mandate": "2022-06", "as_of": SUMMER}, MandateOrdersNothing),
        ({"mandate": "2021-05", "as_of": date(2021, 5, 1)}, MandateNotYetKnown),
        ({"as_of": AUTUMN}, NothingToForecast),
        ({"programme": "nonsense", "as_of": AUTUMN}, ProgrammeUnknown),
        ({"mandate": "2021-05", "as_of": AUTUMN, "runs": 3}, RunsOutOfRange),
    ],
)
def test_what_cannot_be_forecast_is_refused_with_what_to_do(swedish_network, db, asked, refusal):
    with pytest.raises(refusal) as told:
        forecast(**asked)
    assert str(told.value)
    assert refusal is NotFound or told.value.hint
