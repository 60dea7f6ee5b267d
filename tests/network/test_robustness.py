"""What one faulty or surprising record must not do to the rest of the register."""

from datetime import date

import pytest

from knutpunkt.network import services
from knutpunkt.network.checks import BalanceContradicted
from knutpunkt.network.models import OfficeEvent, OpeningBalance
from knutpunkt.network.selectors import count_on, network_on
from support.network import happened, made_balance, made_office

pytestmark = pytest.mark.django_db


def open_on(day, known_on=None):
    return network_on(day, known_on=known_on).office("north").open


def test_a_doubtful_event_is_shown_and_breaks_nothing(office):
    happened(office, "opened", "2021-05-24")
    happened(office, "closed", "2021-05-27")
    OfficeEvent.objects.create(
        office=office,
        kind="closed",
        happened_on="2021-05-23",
        confidence="doubtful",
        recorded_by="a test",
    )
    found = network_on(date(2021, 5, 25)).office("north")
    assert found.open == "yes"
    assert len(found.events) == 3


def test_of_a_chain_of_corrections_the_last_one_known_stands(office):
    first = happened(office, "opened", "2022-05-31", published_on="2022-05-01")
    second = services.fact_correct(
        first, by="a test", happened_on="2022-06-15", published_on="2022-08-01"
    )
    services.fact_correct(second, by="a test", happened_on="2022-09-01", published_on="2022-07-01")
    assert open_on(date(2022, 7, 20), known_on=date(2022, 6, 1)) == "yes"
    assert open_on(date(2022, 7, 20), known_on=date(2022, 7, 10)) == "no"
    assert open_on(date(2022, 7, 20)) == "no"


def test_a_pause_ends_with_the_stay(office):
    for kind, day in (
        ("opened", "2022-01-01"),
        ("paused", "2022-03-01"),
        ("closed", "2022-06-01"),
        ("opened", "2023-01-01"),
    ):
        happened(office, kind, day)
    assert network_on(date(2022, 4, 1)).office("north").state == "paused"
    assert network_on(date(2023, 2, 1)).office("north").state == "open"


def test_a_balance_and_the_events_of_its_offices_may_not_contradict_each_other(office):
    made_balance(date(2021, 5, 26), 3, office)
    with pytest.raises(BalanceContradicted, match="counted as open on 2021-05-26"):
        happened(office, "opened", "2022-01-10")


def test_a_balance_cannot_be_corrected_below_the_offices_it_names(office):
    other = made_office("south")
    balance = made_balance(date(2021, 5, 26), 3, office, other)
    with pytest.raises(BalanceContradicted, match="2 offices are named in a balance of 1"):
        services.fact_correct(balance, by="a test", total=1)
    assert count_on(date(2021, 5, 26)).count == 3
    assert OpeningBalance.objects.count() == 1
