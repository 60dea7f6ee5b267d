"""The Swedish commissions as they can be judged from published facts."""

from datetime import date

import pytest

from knutpunkt.core.errors import NotFound
from knutpunkt.mandates.selectors import check, mandate_list, under_way
from knutpunkt.network.selectors import Register

pytestmark = pytest.mark.django_db

MIDSUMMER = date(2022, 6, 27)
LATER = date(2025, 6, 30)


def verdicts(slug, day, **known):
    return {clause.key: clause.verdict for clause in check(slug, on=day, **known).clauses}


def clause(judged, key):
    return next(found for found in judged.clauses if found.key == key)


def test_four_mandates_are_on_record_in_order_of_decision(swedish_network, db):
    assert [mandate.slug for mandate in mandate_list()] == [
        "2020-06",
        "2021-05",
        "2022-06",
        "2024-11",
    ]
    assert mandate_list()[2].amends == "2021-05"


def test_an_unknown_mandate_is_refused_with_those_there_are(swedish_network, db):
    with pytest.raises(NotFound, match="Known are: 2020-06, 2021-05"):
        check("2019-01", on=MIDSUMMER)


# --- May 2021: at least 28 ------------------------------------------------------------------------


def test_three_of_the_28_are_open_at_midsummer_2022_where_the_press_counts_five(
    swedish_network, db
):
    judged = check("2021-05", on=MIDSUMMER)
    assert judged.opened == ("Borgholm", "Järpen", "Laholm")
    total, first_round = clause(judged, "total"), clause(judged, "round-1")
    assert (total.verdict, total.short_by, len(total.counted)) == ("open", 25, 3)
    assert (first_round.verdict, first_round.short_by) == ("open", 10)
    assert clause(judged, "named-23").short_by == 20
    assert clause(judged, "metro-quota").counted == ()


def test_gamlestaden_and_varnhem_count_for_the_commission_of_2020_by_inference(swedish_network, db):
    shown = {view.office: view for view in check("2021-05", on=MIDSUMMER).attributions}
    for office, quota in (
        ("goteborg-gamlestaden", "metro-goteborg"),
        ("malmo-varnhem", "metro-malmo"),
    ):
        view = shown[office]
        assert (view.mandate, view.clause, view.basis) == ("2020-06", quota, "inferred")
        assert view.opened == "yes"
        assert view.note_sv


def test_the_minima_leave_no_slack(swedish_network, db):
    slack = check("2021-05", on=MIDSUMMER).slack
    assert (slack.total, slack.committed, slack.left) == (28, 28, 0)
    assert slack.sentence_en == (
        "23 named + 5 in the areas = 28 of at least 28: none to place freely."
    )
    assert "23 namngivna + 5 i områdena = 28" in slack.sentence_sv


def test_both_versions_of_the_plan_are_kept(swedish_network, db):
    plans = check("2021-05", on=MIDSUMMER).plans
    sizes = [(plan.plan, plan.phase, plan.at_least, plan.adopted_on) for plan in plans]
    assert sizes == [
        ("plan-1", "1", 13, "2021-05-27"),
        ("plan-1", "2", 15, "2021-05-27"),
        ("plan-2", "1", 14, "2021-09-29"),
        ("plan-2", "2", 14, "2021-09-29"),
    ]
    assert [len(plan.members) for plan in plans] == [0, 0, 14, 14]


def test_on_the_day_of_the_decision_everything_is_open(swedish_network, db):
    judged = check("2021-05", on=date(2021, 5, 26))
    assert judged.opened == ()
    assert {found.verdict for found in judged.clauses if found.type != "report_due"} == {"open"}
    assert "does not begin until 2022-01-01" in clause(judged, "total").because_en


def test_whether_the_first_round_was_kept_cannot_be_decided(swedish_network, db):
    judged = clause(check("2021-05", on=date(2022, 12, 31)), "round-1")
    assert (judged.verdict, judged.short_by, len(judged.possible)) == ("undecided", 10, 23)
    assert "Planned but not confirmed" in judged.because_en
    assert "Planerat men obekräftat" in judged.because_sv


def test_two_of_the_28_had_opened_and_closed_again_by_midsummer_2025(swedish_network, db):
    judged = check("2021-05", on=LATER)
    assert {"Filipstad", "Växjö Araby"} <= set(judged.opened)
    assert judged.later_closed == ("Filipstad", "Växjö Araby")
    assert {"filipstad", "vaxjo-araby"} <= {
        view.office for view in judged.attributions if view.closed == "yes"
    }
    the_day_before = check("2021-05", on=date(2025, 6, 13))
    assert the_day_before.later_closed == ("Filipstad",)


def test_28_by_the_end_of_2023_was_missed_because_nordmaling_came_too_late(swedish_network, db):
    judged = check("2021-05", on=LATER)
    total, named = clause(judged, "total"), clause(judged, "named-23")
    assert (total.verdict, named.verdict) == ("breached", "breached")
    assert "Opened too late: Nordmaling" in total.because_en
    assert "Not in time: Nordmaling" in named.because_en
    assert len(total.counted) + len(total.possible) == 27


def test_nearness_to_areas_is_undecided_and_names_the_edition_that_is_missing(swedish_network, db):
    judged = check("2021-05", on=LATER)
    near = [found for found in judged.clauses if found.type == "adjacent_area"]
    assert {found.verdict for found in near} == {"undecided"}
    assert len(near) == 4
    assert all("police-2021" in found.because_en for found in near)


def test_reports_are_met_open_or_not_on_record(swedish_network, db):
    told = verdicts("2021-05", LATER)
    assert (told["report-1"], told["report-2"], told["report-final"]) == (
        "met",
        "undecided",
        "undecided",
    )
    assert verdicts("2021-05", MIDSUMMER)["report-final"] == "open"


def test_in_may_2022_nobody_could_know_of_an_opening_told_in_june(swedish_network, db):
    known = check("2021-05", on=MIDSUMMER, known_on=date(2022, 5, 31))
    assert known.opened == ("Laholm",)
    assert len(clause(known, "total").counted) == 1


# --- the others -----------------------------------------------------------------------------------


def test_of_the_four_of_2020_two_came_too_late_and_two_are_not_dated_well_enough(
    swedish_network, db
):
    assert verdicts("2020-06", MIDSUMMER) == {
        "ulricehamn": "undecided",
        "metro-stockholm": "undecided",
        "metro-goteborg": "breached",
        "metro-malmo": "breached",
    }
    assert verdicts("2020-06", LATER) == verdicts("2020-06", MIDSUMMER)
    assert set(verdicts("2020-06", date(2021, 5, 26)).values()) == {"open"}


def test_no_source_says_whether_the_mobile_pilot_began(swedish_network, db):
    judged = check("2022-06", on=LATER)
    assert {found.verdict for found in judged.clauses} == {"undecided"}
    assert all("No source" in found.because_en for found in judged.clauses)
    assert set(verdicts("2022-06", MIDSUMMER).values()) <= {"open", "undecided"}


def test_the_plan_for_a_smaller_network_was_lodged_three_days_early(swedish_network, db):
    assert verdicts("2024-11", date(2025, 1, 27)) == {"report-1": "open"}
    assert verdicts("2024-11", date(2025, 1, 28)) == {"report-1": "met"}
    assert check("2024-11", on=LATER).attributions == (), "it orders no office"


def test_how_many_are_short_is_a_range_where_openings_are_rough(swedish_network, db):
    total = clause(check("2021-05", on=LATER), "total")
    assert (total.short_by_at_least, total.short_by) == (1, 24)


def test_what_was_not_yet_known_to_have_been_lodged_is_not_called_missing(swedish_network, db):
    judged = check("2021-05", on=date(2022, 6, 27), known_on=date(2021, 6, 30))
    assert clause(judged, "report-1").verdict == "undecided"


def test_what_is_under_way_is_what_was_ordered_and_has_not_opened(swedish_network, db):
    days = {
        date(2020, 5, 31): 0,
        date(2021, 5, 26): 4,
        date(2021, 5, 27): None,
        MIDSUMMER: 25,
    }
    register = Register()
    for day, expected in days.items():
        assert under_way(register, register.on(day)).count == expected, day


def test_judging_costs_the_same_few_queries_for_every_mandate(
    swedish_network, db, django_assert_max_num_queries
):
    for mandate in ("2020-06", "2021-05", "2022-06", "2024-11"):
        with django_assert_max_num_queries(18):
            check(mandate, on=LATER)
