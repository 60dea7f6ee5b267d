import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.schedule.simulation_cases import (
    TODAY,
    chain,
    changed,
    classes,
    days,
    lognormal,
    programme,
)
from knutpunkt.engines.schedule import overlays
from knutpunkt.engines.schedule.binding import RunsDiffer
from knutpunkt.engines.schedule.errors import DuplicateKey, NameUnknown, OutOfRange
from knutpunkt.engines.schedule.model import Gate, Risk
from knutpunkt.engines.schedule.simulate import simulate


def slots(count, **facts):
    return [
        chain(f"p{at}", lognormal(50, 100), reference_class="c", **facts) for at in range(count)
    ]


def plan(*projects, **rest):
    return programme(*projects, classes=classes(sd=0.2, mean_sd=0.1), common_sd=0.1, **rest)


def test_a_delay_moves_its_project_by_its_length_and_no_other():
    base = plan(*slots(4))
    found = overlays.what_if(
        base, overlays.start_no_earlier(base, ["p1"], TODAY + 30), runs=300, seed=1
    )
    assert found.later_by["p1"] == pytest.approx((30,) * 4, abs=1e-3)
    assert found.later["p1"] == 1
    assert [found.later[key] for key in ("p0", "p2", "p3")] == [0, 0, 0]
    assert found.later_by["p0"] == (0, 0, 0, 0)


def test_dropping_a_project_of_28_takes_its_factor_out_of_the_chance_of_all():
    base = programme(*[chain(f"p{at}", lognormal(5, 20)) for at in range(4)])
    found = overlays.what_if(base, overlays.drop(base, "p3"), runs=20_000, seed=1)
    # Median 10 days: one half each.
    before, _ = found.chances(TODAY + 10, 4)
    _, after = found.chances(TODAY + 10, 3)
    assert before == pytest.approx(1 / 16, abs=0.008)
    assert after == pytest.approx(1 / 8, abs=0.01)
    assert found.only_before == ("p3",)


def test_a_spare_slot_helps_and_is_known_to_help():
    base = plan(*slots(5))
    spare = chain("spare", lognormal(50, 100), reference_class="c")
    found = overlays.what_if(base, overlays.insert(base, spare), runs=4000, seed=1)
    before, after = found.chances(TODAY + 90, 5)
    assert after > before
    assert found.standard_error(TODAY + 90, 5) < math.sqrt(after * (1 - after) / 4000)
    assert found.only_after == ("spare",)


def test_dropping_a_project_unlearns_nothing():
    closed = replace(slots(1)[0], not_before=TODAY - 150, not_open_by=TODAY)
    base = plan(closed, *slots(3)[1:])
    found = overlays.what_if(base, overlays.drop(base, "p0"), runs=500, seed=1)
    assert np.array_equal(found.before.of("p1"), found.after.of("p1"))


def test_other_premises_change_their_own_project_only():
    base = plan(*slots(3))
    other = overlays.substitute(base, "p0", reference_class="", durations={"a0": lognormal(10, 20)})
    found = overlays.what_if(base, other, runs=300, seed=1)
    assert found.later_by["p0"][1] < -30
    assert found.later["p1"] == 0


def test_another_crew_never_delays_the_last_opening_of_equal_jobs():
    sites = [changed(each, "a0", crew="fit-out") for each in slots(5)]
    base = plan(*sites, crews={"fit-out": 1})
    found = overlays.what_if(base, overlays.add_crew(base, "fit-out"), runs=200, seed=1)
    assert (found.after.finish.max(axis=0) <= found.before.finish.max(axis=0) + 1e-3).all()
    assert found.later_by["p4"][1] < 0


def test_bringing_a_wave_forward_undoes_its_delay():
    base = plan(*slots(3))
    late = overlays.start_no_earlier(base, ["p0", "p1"], TODAY + 50)
    assert overlays.bring_forward(late, ["p0", "p1"], 0.0) == base


@settings(max_examples=30, deadline=None)
@given(
    per_year=st.integers(1, 4),
    starts=st.lists(st.integers(-100, 900), min_size=1, max_size=9),
)
def test_no_year_has_more_starts_than_the_budget_allows(per_year, starts):
    base = plan(*[replace(each, not_before=TODAY + start)
                  for each, start in zip(slots(len(starts)), starts, strict=True)])  # fmt: skip
    cut = overlays.start_at_most(base, per_year)
    years = [date.fromordinal(int(each.not_before)).year for each in cut.projects]
    assert max(years.count(year) for year in years) <= per_year
    for old, new in zip(base.projects, cut.projects, strict=True):
        assert new.not_before >= max(old.not_before, TODAY)
    assert overlays.start_at_most(cut, per_year) == cut


def test_what_has_begun_needs_no_new_budget():
    begun = changed(slots(1)[0], "a0", started=TODAY - 10)
    base = plan(begun, *slots(3)[1:])
    cut = overlays.start_at_most(base, 1)
    assert cut.projects[0] == begun
    new_years = [float(date(2021, 7, 29).toordinal()), float(date(2022, 1, 1).toordinal())]
    assert [each.not_before for each in cut.projects[1:]] == new_years


def test_risks_of_dropped_projects_go_with_them():
    risk = Risk("landlord", 0.5, days(30), ("p0", "p1"))
    base = plan(*slots(3), risks=(risk,))
    assert overlays.drop(base, "p0").risks == (replace(risk, projects=("p1",)),)
    assert overlays.drop(base, "p0", "p1").risks == ()


def test_a_project_that_never_opens_in_both_arms_moves_by_no_number():
    stopped = changed(slots(1)[0], "a0", gate=Gate(stop=1.0))
    base = plan(stopped)
    found = overlays.what_if(base, base, runs=10, seed=1)
    assert all(math.isnan(move) for move in found.later_by["p0"])


def test_arms_with_different_numbers_are_not_compared():
    base = plan(*slots(2))
    with pytest.raises(RunsDiffer):
        overlays.compare(simulate(base, runs=10, seed=1), simulate(base, runs=10, seed=2))


@pytest.mark.parametrize(
    "overlay",
    [
        lambda base: overlays.drop(base, "q"),
        lambda base: overlays.substitute(base, "q"),
        lambda base: overlays.substitute(base, "p0", durations={"a9": days(1)}),
        lambda base: overlays.start_no_earlier(base, ["q"], TODAY),
        lambda base: overlays.add_crew(base, "q"),
    ],
)
def test_what_the_programme_does_not_have_cannot_be_changed(overlay):
    with pytest.raises(NameUnknown):
        overlay(plan(*slots(2)))


def test_a_project_cannot_be_inserted_twice():
    base = plan(*slots(2))
    with pytest.raises(DuplicateKey):
        overlays.insert(base, base.projects[0])


def test_a_programme_needs_somebody_and_some_budget():
    base = plan(*slots(2), crews={"fit-out": 1})
    with pytest.raises(OutOfRange):
        overlays.add_crew(base, "fit-out", more=-1)
    with pytest.raises(OutOfRange):
        overlays.start_at_most(base, 0)
