"""The back-test: made from what was known then, held against what was published later."""

from datetime import date

import pytest

from knutpunkt.network.models import PublishedCount
from knutpunkt.programme.forecasting import backtest
from knutpunkt.programme.forecasting.errors import CountNotPublished
from support.network import happened, made_office

pytestmark = [pytest.mark.once, pytest.mark.slow]

RUNS = 1_000


@pytest.fixture(scope="module")
def found(swedish_network, django_db_blocker):
    with django_db_blocker.unblock():
        return backtest(runs=RUNS)


def test_it_is_held_against_126_and_135_from_117_and_123(found):
    assert [then.as_of for then in found.forecasts] == [date(2021, 9, 30), date(2022, 6, 30)]
    assert [(then.known_least, then.known_most) for then in found.forecasts] == [
        (117, 117),
        (123, 123),
    ]
    for then in found.forecasts:
        assert [target.published for target in then.targets] == [126, 135]


def test_what_is_under_way_is_what_the_commissions_order_and_had_not_opened(found):
    assert [then.under_way for then in found.forecasts] == [3 + 28, 0 + 25]


def test_inside_is_counted_as_printed(found):
    targets = [target for then in found.forecasts for target in then.targets]
    assert found.inside == sum(t.p10 <= t.published <= t.p90 for t in targets)
    assert f"{found.inside} of {found.of}" in found.sentence_en


def test_quantiles_rise_and_the_share_below_belongs_to_them(found):
    for then in found.forecasts:
        for target in then.targets:
            assert then.known_least <= target.p10 <= target.p50 <= target.p90
            assert target.below <= target.up_to
            assert target.month_earlier[1] <= target.p50
            assert not (target.inside and target.below > 0.91)


def test_the_plan_taken_at_its_word_says_134_for_the_end_of_2022(found):
    first = found.forecasts[0].targets[0]
    assert (first.plan_says, first.plan_says_on) == (134, date(2022, 12, 31))
    assert first.plan_least <= 126 <= first.plan_most


def test_what_became_known_later_changes_no_forecast(swedish_network, db, found):
    happened(made_office("later"), "opened", "2021-08-01", published_on="2023-01-01", source="x")
    assert backtest(runs=RUNS).forecasts == found.forecasts


def test_clauses_are_shown_with_their_probability_then_and_their_verdict_now(found):
    last = {(c.mandate, c.key): c for c in found.forecasts[1].clauses}
    total = last["2021-05", "total"]
    assert total.verdict == "breached"
    assert total.brier == pytest.approx(total.probability**2)
    assert last["2021-05", "adjacent-malmo"].brier is None


def test_it_says_what_it_does_not_show(found):
    said = " ".join(note.sentence_en for note in found.notes)
    for words in ("written after the events", "uncertain", "Closings are not forecast"):
        assert words in said


def test_a_day_without_a_published_count_is_refused(swedish_network, db):
    PublishedCount.objects.filter(counted_on="2022-12-15").delete()
    with pytest.raises(CountNotPublished) as told:
        backtest(runs=RUNS)
    assert "2022-12-15" in str(told.value)
