"""How many offices are open: derived from a balance and dated events, never from what was said."""

from datetime import date

from knutpunkt.network.selectors import count_on, network_on
from support.network import happened, made_balance, made_office


def test_a_later_balance_takes_over_from_its_day(office):
    happened(office, "opened", date(2020, 1, 1))
    made_balance(date(2021, 1, 1), 10, office)
    made_balance(date(2022, 1, 1), 8)
    assert count_on(date(2021, 12, 31)).count == 10
    assert count_on(date(2022, 1, 1)).count == 8, "not named by the later balance, so not open"


def test_a_member_with_no_event_on_record_is_one_of_the_number(office):
    made_balance(date(2021, 1, 1), 3, office)
    counted = count_on(date(2021, 6, 1))
    assert (counted.count, counted.named, counted.unnamed) == (3, 1, 2)


def test_the_opening_day_and_the_last_day_count(office):
    made_balance(date(2021, 1, 1), 0)
    happened(office, "opened", date(2021, 3, 1))
    happened(office, "closed", date(2021, 3, 31))
    days = [date(2021, 2, 28), date(2021, 3, 1), date(2021, 3, 31), date(2021, 4, 1)]
    assert [count_on(day).count for day in days] == [0, 1, 1, 0]


def test_a_paused_office_stays_in_the_count(office):
    made_balance(date(2021, 1, 1), 0)
    happened(office, "opened", date(2021, 3, 1))
    happened(office, "paused", date(2021, 4, 1))
    happened(office, "resumed", date(2021, 5, 1))
    assert count_on(date(2021, 4, 15)).count == 1
    states = [network_on(date(2021, month, 15)).office("north").state for month in (2, 3, 4, 5)]
    assert states == ["planned", "open", "paused", "open"]


def test_an_announced_and_a_planned_office_are_not_counted(office):
    made_balance(date(2021, 1, 1), 0)
    happened(office, "announced", date(2021, 2, 1))
    assert network_on(date(2021, 2, 1)).office("north").state == "announced"
    happened(office, "planned", date(2021, 3, 1))
    assert network_on(date(2021, 3, 1)).office("north").state == "planned"
    assert count_on(date(2021, 3, 1)).count == 0


def test_offices_are_listed_in_swedish_order(municipality):
    for key, name in (("a", "Ängby"), ("b", "Örnsköldsvik"), ("c", "Zinkgruvan"), ("d", "Åmål")):
        office = made_office(key, municipality=municipality)
        office.names.update(name=name)
        happened(office, "opened", date(2021, 3, 1))
    names = [office.name for office in network_on(date(2022, 1, 1)).offices]
    assert names == ["Zinkgruvan", "Åmål", "Ängby", "Örnsköldsvik"]
