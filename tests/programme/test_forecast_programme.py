"""Forecasts of an opened programme: its own days decide; what was forecast is kept and scored."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from knutpunkt.core.models import WrittenForGood
from knutpunkt.programme.forecasting import (
    forecast,
    forecast_store,
    forecasts_score,
    prepare,
    simulated,
)
from knutpunkt.programme.forecasting.case import widened
from knutpunkt.programme.forecasting.errors import ProgrammeNotBegun
from knutpunkt.programme.forecasting.problem import GATE, data_date, end_of, project_of
from knutpunkt.programme.log import log_verify, log_write
from knutpunkt.programme.models import ForecastScore, StoredForecast
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import risk_record
from support.programme import pass_gate
from support.programme import project_of as project_for

pytestmark = pytest.mark.slow

AS_OF = date(2022, 6, 30)
RUNS = 500


@pytest.fixture
def programme(small_programme):
    """A programme recorded when it began."""
    return small_programme


def made(programme, as_of=AS_OF, **more):
    return forecast(programme=programme.key, as_of=as_of, runs=RUNS, **more)


def slot_of(programme, key="northtown", as_of=AS_OF):
    return prepare(programme=programme.key, as_of=as_of).material.slot(key)


def report(project, key, started, finished=None):
    project.refresh_from_db()
    activity_report(
        activity=project.activities.get(key=key),
        started_on=started,
        finished_on=finished,
        expected=project.version,
        by="a test",
    )


def test_a_programme_and_its_commission_without_reports_are_forecast_alike(programme):
    by_programme = made(programme)
    drafted = forecast("small", as_of=AS_OF, runs=RUNS)
    assert (by_programme.programme, drafted.programme) == (programme.key, "")
    assert [slot.p50 for slot in by_programme.slots] == [slot.p50 for slot in drafted.slots]


def test_finished_work_brings_the_opening_nearer(programme):
    before = made(programme).slot("northtown").p50
    project = project_for(programme, "northtown")
    for key in ("needs", "requirements", "search", "lease", "permit", "tender"):
        report(project, key, date(2022, 2, 1), date(2022, 6, 1))
    after = made(programme)
    assert after.slot("northtown").p50 < before
    assert after.slot("northtown").p10 > AS_OF
    assert after.slot("northtown").p50 < after.slot("southtown").p50


def test_days_after_that_of_the_forecast_are_not_known_yet(programme):
    project = project_for(programme, "northtown")
    report(project, "needs", date(2022, 2, 1), date(2022, 8, 1))
    needs = next(row for row in slot_of(programme).work.works if row.key == "needs")
    assert (needs.started_on, needs.finished_on) == (date(2022, 2, 1), None)


def test_a_gate_nobody_has_decided_still_stands_before_what_follows(programme):
    project = project_for(programme, "northtown")
    for key in ("needs", "requirements", "search", "lease"):
        report(project, key, date(2022, 2, 1), date(2022, 5, 1))
    built = project_of(slot_of(programme), (), {}, {})
    waiting = next(one for one in built.activities if one.key == f"{GATE}g3")
    assert waiting.gate.recycle > 0
    assert {(link.before, link.after) for link in built.links} >= {
        ("lease", f"{GATE}g3"),
        (f"{GATE}g3", "works"),
    }


def test_a_passed_gate_is_never_recycled_and_closes_its_work(programme):
    gate = project_for(programme, "northtown").gates.get(key="g1")
    pass_gate(gate, day=date(2022, 3, 1))
    built = project_of(slot_of(programme), (), {}, {})
    needs = next(one for one in built.activities if one.key == "needs")
    assert needs.finished == end_of(date(2022, 3, 1))
    assert needs.gate is None


def test_work_after_the_opening_is_no_part_of_it(programme):
    built = project_of(slot_of(programme), (), {}, {})
    assert built.finish == "opening"
    assert "review" not in {one.key for one in built.activities}


def test_a_dropped_slot_opens_never_and_counts_for_nothing(programme):
    programme.slots.filter(key="northtown").update(
        dropped_on=date(2022, 6, 1), dropped_why="No premises."
    )
    log_write(programme, "dropped", by="a test")
    found = made(programme, as_of=date(2022, 6, 2))
    dropped = found.slot("northtown")
    assert (dropped.state, dropped.p50, dropped.never, dropped.on_time) == ("dropped", None, 1, 0)
    assert found.clause("named").probability == 0
    assert "impossible" in found.clause("named").sentence_en
    assert made(programme, as_of=date(2022, 5, 31)).slot("northtown").state == "under way"


def test_a_risk_delays_all_slots_it_hits(programme):
    before = made(programme).slot("southtown").p50
    risk_record(
        programme=programme,
        key="flood",
        name="The supplier's works are flooded",
        cause="fit-out-market",
        activity="works",
        probability=1,
        impact=(100, 100, 100),
        by="a test",
    )
    found = made(programme)
    assert found.slot("southtown").p50 > before + timedelta(days=100)
    assert any(one.key == "risk-flood" for one in found.parameters)


def test_a_forecast_is_kept_once_for_good_with_its_curves(programme):
    found = made(programme)
    kept = forecast_store(found, by="a test")
    assert forecast_store(found, by="another") == kept
    assert kept.result["slots"][0]["p50"] == found.slots[0].p50.isoformat()
    assert len(kept.result["curves"]["northtown"]) == 99
    assert log_verify(programme) >= 1
    with pytest.raises(WrittenForGood):
        kept.delete()


def test_the_next_forecast_says_how_far_p50_has_moved(programme):
    forecast_store(made(programme), by="a test")
    later = made(programme, as_of=AS_OF + timedelta(days=90))
    first = made(programme).slot("northtown").p50
    assert later.slot("northtown").trend_days == (later.slot("northtown").p50 - first).days
    assert made(programme).slot("northtown").trend_days is None


def opened(programme, key, day):
    project = project_for(programme, key)
    type(project).objects.filter(pk=project.pk).update(opened_to_public=day)
    log_write(programme, "opened", by="a test", project=project)


def test_an_opening_on_p50_scores_in_the_middle_and_inside(programme):
    found = made(programme)
    kept = forecast_store(found, by="a test")
    day = found.slot("northtown").p50
    opened(programme, "northtown", day)
    scores = forecasts_score(programme=programme.key, as_of=day + timedelta(days=1))
    score = next(one for one in scores if one.slot_key == "northtown")
    assert score.forecast == kept
    assert score.pit == pytest.approx(0.5, abs=0.05)
    assert (score.inside, score.before_p80) == (True, True)
    assert score.pinball > 0


def test_scoring_again_writes_nothing_new(programme):
    found = made(programme)
    forecast_store(found, by="a test")
    opened(programme, "northtown", found.slot("northtown").p90 + timedelta(days=30))
    day = found.slot("northtown").p90 + timedelta(days=31)
    first = forecasts_score(programme=programme.key, as_of=day)
    late = next(one for one in first if one.slot_key == "northtown")
    assert (late.inside, late.before_p80) == (False, False)
    assert forecasts_score(programme=programme.key, as_of=day) == ()
    assert ForecastScore.objects.count() == len(first)


def test_a_clause_is_scored_when_its_window_is_over(programme):
    said = forecast_store(made(programme), by="a test")
    over = forecasts_score(programme=programme.key, as_of=date(2024, 1, 1))
    probability = next(c["probability"] for c in said.result["clauses"] if c["key"] == "named")
    score = next(one for one in over if one.clause_key == "named")
    assert score.brier == pytest.approx(probability**2)


def test_forecasts_that_were_too_early_too_often_widen_the_next_and_say_so(swedish_programme):
    asked = {"programme": swedish_programme.key, "runs": RUNS}
    first = forecast(as_of=date(2021, 9, 30), **asked)
    early = {key: [curve[0]] * 99 for key, curve in first.curves.items()}
    spread = {
        key: tuple(moment + n * 0.1 for n, moment in enumerate(curve))
        for key, curve in early.items()
    }
    forecast_store(replace(first, curves=spread), by="a test")
    later = forecast(as_of=date(2022, 6, 30), **asked)
    assert later.record.scored >= 5
    assert later.record.rate < 0.7
    assert later.record.widened_by > 1
    assert "too rare" in later.record.sentence_en


def test_widening_keeps_the_median_and_never_goes_back_before_the_day(programme):
    case = prepare(programme=programme.key, as_of=AS_OF)
    found = simulated(case, runs=RUNS)
    wide = widened(found, 2.0)
    for project in found.projects:
        assert wide.quantiles(project, (0.5,)) == pytest.approx(found.quantiles(project, (0.5,)))
        assert wide.quantiles(project, (0.9,)) > found.quantiles(project, (0.9,))
        assert wide.of(project).min() >= data_date(case.material.slots, AS_OF)


def test_a_programme_is_not_forecast_before_it_begins(programme):
    with pytest.raises(ProgrammeNotBegun) as told:
        made(programme, as_of=programme.starts_on - timedelta(days=1))
    assert str(programme.starts_on) in told.value.hint


def test_stored_forecasts_of_other_programmes_say_nothing_about_this_one(programme):
    forecast_store(made(programme), by="a test")
    assert StoredForecast.objects.get().programme == programme
    assert made(programme, as_of=AS_OF + timedelta(days=10)).record is None
