"""The network on any day, and the count explained."""

import re
from datetime import date

import pytest

from knutpunkt.network.models import PublishedCount
from knutpunkt.network.selectors import compare_published, network_on
from knutpunkt.network.selectors.counting import count_network
from knutpunkt.public.pages.ledger import ledger
from knutpunkt.public.published import published_beside, range_on

DAYS = [
    date(2021, 5, 26),
    date(2021, 12, 31),
    date(2022, 6, 27),
    date(2023, 6, 14),
    date(2026, 6, 1),
]


def test_the_page_shows_123_open_offices_on_the_27th_of_june_2022(english):
    text = english.get("/network?on=2022-06-27").text
    assert '<span class="big">123</span>' in text


def test_a_range_is_shown_as_a_range_with_the_offices_behind_it(english):
    text = english.get("/network?on=2022-12-31").text
    assert '<span class="big">123–' in text
    assert "The answer is a range" in text
    assert "between 28 June 2022 and 30 June 2023" in text


def test_the_44_unnamed_are_explained(english):
    assert "44 are counted but named nowhere" in english.get("/network?on=2022-06-27").text


def test_before_the_balance_nothing_is_counted(english):
    assert "No opening balance is known" in english.get("/network?on=2020-01-01").text


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_the_balance_and_the_changes_add_up_to_the_count(swedish_network, day):
    network = network_on(day)
    count, entries = count_network(network), ledger(network)
    assert network.balance.total + sum(entry.least for entry in entries) == count.at_least
    assert network.balance.total + sum(entry.most for entry in entries) == count.at_most


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_one_reading_counts_every_day_since_the_balance(swedish_network, day):
    count = count_network(network_on(day))
    assert range_on(network_on(DAYS[-1]), day) == (count.at_least, count.at_most)


@pytest.mark.django_db
def test_published_counts_stand_beside_the_same_figures_as_in_the_register(swedish_network):
    ours = {
        (f.counted_on, f.published): (f.at_least, f.at_most, f.difference)
        for f in published_beside(network_on(date(2026, 6, 1)))
        if f.at_least is not None
    }
    theirs = {
        (c.counted_on, c.published): (c.at_least, c.at_most, c.difference)
        for c in compare_published(until=date(2026, 6, 1))
        if c.anchored
    }
    assert ours == theirs
    assert len(ours) > 5


def test_without_published_counts_the_answer_is_the_same(english):
    PublishedCount.objects.all().delete()
    assert '<span class="big">123</span>' in english.get("/network?on=2022-06-27").text


def test_the_network_page_takes_the_same_queries_on_any_day(english, django_assert_num_queries):
    for day in ("2021-05-26", "2022-12-31", "2026-06-01"):
        with django_assert_num_queries(11):
            english.get(f"/network?on={day}")


def test_the_table_is_sorted_by_a_link(english):
    text = english.get("/network?on=2022-06-27&sort=county").text
    assert 'aria-sort="ascending"><a href="/network?on=2022-06-27&amp;sort=county' in text


def test_the_commission_is_judged_clause_by_clause(english):
    text = english.get("/mandates/2021-05?on=2022-06-27").text
    for name in ("Borgholm", "Laholm", "Järpen"):
        assert name in text
    assert "25 short" in text
    assert "inferred" in text


def states_in_the_table(text):
    rows = re.findall(r'<th scope="row"><a href="/offices/([^/]+)/\?on=.*?</tr>', text, re.DOTALL)
    cells = re.findall(r'<td>(<span class="state .*?)</td></tr>', text, re.DOTALL)
    return dict(zip(rows, cells, strict=True))


def test_a_closing_decided_later_is_not_the_state_of_the_day(english):
    state = states_in_the_table(english.get("/network?on=2022-06-27").text)["arvika"]
    assert "<strong>In operation</strong>" in state
    assert "(closes later: 30 May 2025)" in state
    state = states_in_the_table(english.get("/network?on=2025-04-11").text)["arvika"]
    assert "<strong>Closing</strong>" in state
    assert "closes later" not in state


def test_a_closing_of_an_office_that_opens_again_is_later_knowledge_too(english):
    state = states_in_the_table(english.get("/network?on=2022-06-27").text)["ludvika"]
    assert "<strong>In operation</strong>" in state
    assert "closes later: between 1 January and 8 December 2025" in state


def test_what_was_known_on_a_day_is_shown_when_it_is_asked_for(english):
    text = english.get("/network?on=2022-06-27&known_on=2025-06-30").text
    assert "<strong>Closing</strong>" in states_in_the_table(text)["arvika"]
    assert "closes later" not in english.get("/network?on=2022-06-27&known_on=2022-06-27").text


@pytest.mark.parametrize("day", ["2022-06-27", "2025-05-20", "2026-06-01"])
def test_every_mark_on_the_map_is_in_its_legend(english, day):
    text = english.get(f"/network?on={day}").text
    drawn = set(re.findall(r'class="dot (\w+)"', text))
    legend = set(re.findall(r'<li><span class="state (\w+)">', text))
    assert drawn <= legend == {"open", "perhaps", "planned", "closed"}


def test_an_office_nobody_confirms_is_left_off_the_map(english):
    text = english.get("/network?on=2022-06-27").text
    assert "<title>Hultsfred</title>" not in text
    assert "<title>Järpen</title>" in text
