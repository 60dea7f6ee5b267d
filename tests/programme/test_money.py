"""Amounts add up beside the appropriation; a lease that is left early costs what it binds to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core.models import WrittenForGood
from knutpunkt.network.services import Invalid
from knutpunkt.programme.models import Lease
from knutpunkt.programme.selectors.exposure import (
    LeaseTerms,
    closing_costs,
    exit_day,
    exposure_curve,
    exposure_on,
    months_after,
    notice_day,
    stranded,
)
from knutpunkt.programme.selectors.money import cost_table, outcome_of
from knutpunkt.programme.services.money import (
    LeaseDaysCross,
    LeaseOfNothing,
    StrangerToProgramme,
    appropriation_set,
    cost_record,
    lease_sign,
)
from knutpunkt.programme.services.premises import premises_propose
from support.programme import made_programme, project_of

BY = {"by": "a test"}
ITEM = "2:5 ap.1"
#: 50 000 a month for the three years 2023 to 2025, nine months' notice.
TERMS = LeaseTerms(
    rent_per_month=50_000,
    starts_on=date(2023, 1, 1),
    earliest_exit=date(2025, 12, 31),
    notice_months=9,
    restoration_cost=300_000,
    reuse_value=100_000,
)


def cost(programme, kind, amount, **more):
    told = {"year": 2022, "item": ITEM, "kind": kind, "amount": amount, **BY, **more}
    return cost_record(programme=programme, **told)


def sign(programme, **more):
    told = {
        "rent_per_month": 50_000,
        "starts_on": date(2023, 1, 1),
        "earliest_exit": date(2025, 12, 31),
        "signed_on": date(2022, 9, 1),
        **BY,
        **more,
    }
    return lease_sign(programme=programme, **told)


def rooms(programme, slot="northtown"):
    return premises_propose(slot=programme.slots.get(key=slot), name="Square 1", **BY)


# --- costs ----------------------------------------------------------------------------------------


def test_amounts_add_up_by_year_and_item(small_programme, django_assert_num_queries):
    cost(small_programme, "plan", 1_000)
    cost(small_programme, "plan", -200, note="Found cheaper furniture")
    cost(small_programme, "forecast", 900)
    cost(small_programme, "plan", 500, item="2:5 ap.2")
    appropriation_set(programme=small_programme, year=2022, item=ITEM, amount=850, **BY)
    with django_assert_num_queries(2):
        table = cost_table(small_programme)
    row, other = table.rows
    assert (row.plan, row.commitment, row.forecast) == (800, None, 900)
    assert (row.expected, row.expected_from, row.difference) == (900, "forecast", -50)
    assert (other.appropriation, other.difference) == (None, None)
    (year,) = table.years
    assert (year.plan, year.appropriation) == (1_300, 850)


def test_without_a_forecast_what_is_spent_beyond_the_plan_is_expected(small_programme):
    cost(small_programme, "plan", 800)
    cost(small_programme, "outcome", 950)
    (row,) = cost_table(small_programme).rows
    assert (row.expected, row.expected_from) == (950, "outcome")


def test_an_empty_programme_has_an_empty_table(small_programme):
    assert cost_table(small_programme).rows == ()


def test_a_cost_line_is_written_for_good(small_programme):
    line = cost(small_programme, "outcome", 10)
    line.amount = 11
    with pytest.raises(WrittenForGood):
        line.save()


def test_a_project_without_an_outcome_has_not_cost_nothing(small_programme):
    project = project_of(small_programme, "northtown")
    assert outcome_of(project.pk) is None
    cost(small_programme, "outcome", 70, project=project)
    cost(small_programme, "plan", 99, project=project)
    assert outcome_of(project.pk) == 70


def test_a_cost_of_another_programmes_project_or_an_unknown_kind_is_refused(small_programme):
    other = made_programme("other", ("Elsewhere",))
    with pytest.raises(StrangerToProgramme):
        cost(small_programme, "plan", 1, project=project_of(other, "elsewhere"))
    with pytest.raises(Invalid, match="kind"):
        cost(small_programme, "guess", 1)


def test_an_appropriation_is_set_anew_and_the_log_keeps_the_old_one(small_programme):
    for amount in (100, 80):
        appropriation_set(programme=small_programme, year=2022, item=ITEM, amount=amount, **BY)
    assert small_programme.appropriations.get().amount == 80
    said = small_programme.log.filter(kind="appropriation-set").first().details
    assert (said["before"], said["amount"]) == (100, 80)


# --- stranded leases ------------------------------------------------------------------------------


def test_leaving_at_once_costs_the_rent_to_the_earliest_exit():
    found = stranded(TERMS, date(2023, 1, 1))
    assert (found.exit_on, found.months) == (date(2025, 12, 31), 36)
    assert found.amount == 36 * 50_000 + 300_000 - 100_000


def test_before_the_lease_starts_no_rent_is_paid_but_all_of_it_is_owed():
    assert stranded(TERMS, date(2022, 10, 1)).months == 36


def test_near_the_end_the_notice_decides():
    found = stranded(TERMS, date(2025, 10, 1))
    assert found.exit_on == date(2026, 7, 1)
    assert found.rent == round(50_000 * (9 + 1 / 31))
    assert notice_day(TERMS) == date(2025, 3, 31)


def test_a_lease_that_runs_out_binds_no_longer():
    ending = LeaseTerms(50_000, date(2023, 1, 1), date(2025, 12, 31), date(2025, 12, 31), 9)
    assert stranded(ending, date(2025, 12, 1)).rent == 50_000
    assert stranded(ending, date(2026, 1, 1)).amount == 0


def test_what_can_be_reused_never_makes_leaving_a_gain():
    rich = LeaseTerms(10, date(2023, 1, 1), date(2023, 1, 31), reuse_value=1_000_000)
    assert stranded(rich, date(2023, 1, 15)).amount == 0


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 3, 31), -9, date(2022, 6, 30)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
    ],
)
def test_months_end_where_the_month_does(day, months, after):
    assert months_after(day, months) == after


DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))


@given(first=DAYS, second=DAYS)
def test_waiting_never_makes_leaving_dearer_before_the_notice_binds(first, second):
    earlier, later = sorted((first, second))
    last = notice_day(TERMS)
    if later <= last:
        assert stranded(TERMS, later).amount <= stranded(TERMS, earlier).amount


@given(on=DAYS, notice=st.integers(0, 24))
def test_nobody_leaves_before_the_earliest_exit_or_within_the_notice(on, notice):
    terms = LeaseTerms(1_000, date(2023, 1, 1), date(2025, 6, 30), notice_months=notice)
    assert exit_day(terms, on) >= max(terms.earliest_exit, on)
    assert stranded(terms, on).rent >= 0


def test_exposure_counts_what_is_signed_and_shows_what_is_offered(
    small_programme, django_assert_num_queries
):
    sign(small_programme, premises=rooms(small_programme))
    sign(small_programme, premises=rooms(small_programme, "southtown"), signed_on=None)
    with django_assert_num_queries(1):
        found = exposure_on(small_programme, date(2023, 1, 1))
    assert (found.total, found.offered) == (1_800_000, 1_800_000)
    assert found.of_slot("northtown") == 1_800_000
    assert found.of_slot("nowhere") is None
    assert exposure_on(small_programme, date(2022, 8, 31)).total == 0


def test_the_curve_falls_year_by_year(small_programme, django_assert_num_queries):
    sign(small_programme, premises=rooms(small_programme), notice_months=0)
    with django_assert_num_queries(1):
        curve = exposure_curve(small_programme, range(2021, 2026))
    month = 50_000
    assert [amount for _, amount in curve] == [
        0, 36 * month, round(month * (24 + 1 / 31)), round(month * (12 + 1 / 31)),
        round(month / 31),
    ]  # fmt: skip


def test_closing_after_two_years_costs_the_third(small_programme):
    sign(small_programme, premises=rooms(small_programme), restoration_cost=5)
    costs = {one.years: one.stranded.amount for one in closing_costs(small_programme, (1, 2, 3))}
    assert costs == {1: 24 * 50_000 + 5, 2: 12 * 50_000 + 5, 3: round(50_000 * (9 + 1 / 31)) + 5}


def test_a_lease_is_of_something_and_its_days_are_in_order(office, small_programme):
    with pytest.raises(LeaseOfNothing):
        sign(small_programme)
    other = made_programme("other", ("Elsewhere",))
    with pytest.raises(StrangerToProgramme):
        sign(small_programme, premises=rooms(other, "elsewhere"))
    for wrong in ({"earliest_exit": date(2022, 12, 31)}, {"ends_on": date(2024, 1, 1)}):
        with pytest.raises(LeaseDaysCross):
            sign(small_programme, office=office, **wrong)
    with pytest.raises(Invalid, match="rent"):
        sign(small_programme, office=office, rent_per_month=-1)
    assert not Lease.objects.exists()


def test_a_lease_of_an_office_stands_under_the_office(office, small_programme):
    sign(small_programme, office=office)
    (line,) = exposure_on(small_programme, date(2023, 1, 1) + timedelta(days=1)).lines
    assert (line.office, line.slot, line.name) == ("north", "", "north")
