import math
from dataclasses import replace
from statistics import NormalDist

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
from knutpunkt.engines.schedule.model import Duration, Gate, ReferenceClass
from knutpunkt.engines.schedule.simulate import simulate


def since_today(simulation, project):
    return simulation.of(project) - TODAY


def test_a_finished_activity_is_a_fact():
    site = changed(chain("p", lognormal(5, 50), days(10)), "a0", finished=TODAY - 4)
    done = simulate(programme(site), runs=5, seed=1)
    # The second has not begun, so it begins today at the earliest.
    assert since_today(done, "p").tolist() == [10.0] * 5


def test_what_is_under_way_is_forecast_given_that_it_still_goes_on():
    elapsed = 12.0
    site = changed(chain("p", lognormal(5, 20)), "a0", started=TODAY - elapsed)
    found = since_today(simulate(programme(site), runs=40_000, seed=1), "p")
    law = NormalDist(math.log(10), math.log(2) / 1.2815515655)
    left = 1 - law.cdf(math.log(elapsed))
    median = math.exp(law.inv_cdf(1 - left / 2)) - elapsed
    assert found.min() >= 0
    assert np.mean(found > median) == pytest.approx(0.5, abs=0.01)


@settings(max_examples=25, deadline=None)
@given(
    shape=st.sampled_from(["pert", "triangular", "lognormal", "fixed"]),
    elapsed=st.floats(0, 60),
    sd=st.sampled_from([0.0, 0.4]),
)
def test_nothing_unfinished_is_forecast_before_the_data_date(shape, elapsed, sd):
    site = chain("p", Duration(5, 10, 30, shape), days(0), reference_class="c")
    site = changed(site, "a0", started=TODAY - elapsed)
    done = simulate(programme(site, classes=classes(sd=sd)), runs=200, seed=1)
    assert done.finish.min() >= TODAY


def test_an_opened_project_opened_between_two_days():
    site = replace(chain("p", days(10)), opened=(TODAY - 30, TODAY - 20))
    found = since_today(simulate(programme(site), runs=4000, seed=1), "p")
    assert -30 <= found.min() < -29.9
    assert -20.1 < found.max() <= -20
    assert found.mean() == pytest.approx(-25, abs=0.2)


def test_a_project_known_not_to_be_open_opens_later():
    site = replace(
        chain("p", lognormal(50, 150), reference_class="c"),
        not_before=TODAY - 100,
        not_open_by=TODAY + 10,
    )
    done = simulate(programme(site, classes=classes(sd=0.3)), runs=20_000, seed=1)
    waited = done.of("p") - (TODAY - 100)
    sd = math.hypot(0.3, math.log(3) / (2 * 1.2815515655))
    law = NormalDist((math.log(50) + math.log(150)) / 2, sd)
    median = math.exp(law.inv_cdf(1 - (1 - law.cdf(math.log(110))) / 2))
    assert waited.min() > 110
    assert np.mean(waited > median) == pytest.approx(0.5, abs=0.015)
    assert not done.contradicted


def posterior(z, sd_common, sd_own, sites, waited):
    """Mean and spread of the common score given that so many sites are not open yet."""
    own = NormalDist(0, sd_own)
    weight = np.exp(-(z**2) / 2) * np.array(
        [(1 - own.cdf(math.log(waited / 100) - sd_common * each)) ** sites for each in z]
    )
    weight /= weight.sum()
    mean = (weight * z).sum()
    return mean, math.sqrt((weight * (z - mean) ** 2).sum())


def test_many_closed_doors_say_that_what_they_share_is_slow():
    # 20 sites should have taken 100 days in the median, and none is open after 110.
    sd_common, sd_own, sites, waited = 0.3, 0.25, 20, 110.0
    closed = [
        replace(
            chain(f"p{at}", days(100), reference_class="c"),
            not_before=TODAY - waited,
            not_open_by=TODAY,
        )
        for at in range(sites)
    ]
    future = chain("next", days(100))
    done = simulate(
        programme(*closed, future, classes=classes(sd=sd_own), common_sd=sd_common),
        runs=20_000,
        seed=5,
    )
    score = np.log(since_today(done, "next") / 100) / sd_common
    mean, spread = posterior(np.linspace(-6, 6, 2001), sd_common, sd_own, sites, waited)
    assert mean > 1
    assert score.mean() == pytest.approx(mean, abs=0.05)
    assert score.std() == pytest.approx(spread, rel=0.08)
    # And the share of runs in which one opens within 30 days follows from both.
    law = NormalDist(0, sd_own)
    exact = np.mean(
        [
            1
            - (1 - law.cdf(math.log(1.4) - sd_common * z))
            / (1 - law.cdf(math.log(1.1) - sd_common * z))
            for z in score
        ]
    )
    assert np.mean(done.finish[:20] <= TODAY + 30) == pytest.approx(exact, abs=0.015)


def test_openings_inform_what_is_shared_as_closed_doors_do():
    sd_common, sd_own, took = 0.3, 0.2, 130.0
    opened = [
        replace(
            chain(f"p{at}", days(100), reference_class="c"),
            not_before=TODAY - 200,
            opened=(TODAY - 200 + took, TODAY - 200 + took + 1),
        )
        for at in range(6)
    ]
    done = simulate(
        programme(
            *opened, chain("next", days(100)), classes=classes(sd=sd_own), common_sd=sd_common
        ),
        runs=20_000,
        seed=5,
    )
    score = np.log(since_today(done, "next") / 100)
    precision = 1 / sd_common**2 + 6 / sd_own**2
    assert score.mean() == pytest.approx(math.log(1.305) * 6 / sd_own**2 / precision, abs=0.015)
    assert score.std() == pytest.approx(precision**-0.5, rel=0.1)


def test_learning_can_be_turned_off():
    closed = replace(chain("p", lognormal(50, 90)), not_before=TODAY - 100, not_open_by=TODAY)
    later = chain("next", days(100))
    with_ = simulate(programme(closed, later, common_sd=0.3), runs=4000, seed=1)
    without = simulate(programme(closed, later, common_sd=0.3), runs=4000, seed=1, learning=False)
    assert np.median(without.of("next")) == pytest.approx(TODAY + 100, abs=2)
    assert np.median(with_.of("next")) > TODAY + 110


def test_a_plan_that_what_is_known_contradicts_says_so():
    site = replace(chain("p", days(50)), not_before=TODAY - 100, not_open_by=TODAY)
    done = simulate(programme(site), runs=10, seed=1)
    assert done.contradicted == {"p": 1.0}
    assert (done.of("p") > TODAY).all()
    assert done.of("p") == pytest.approx(TODAY, abs=1e-6)


@st.composite
def closed_sites(draw):
    """Projects with one network, late by different times, with work of different lengths."""
    shape = draw(st.sampled_from(["pert", "triangular", "lognormal"]))
    gate = Gate(recycle=0.3, delay=lognormal(10, 30), stop=draw(st.sampled_from([0.0, 0.1])))
    begun = draw(st.booleans())
    sites = []
    for at in range(draw(st.integers(1, 4))):
        low = draw(st.integers(5, 30))
        mode = low + draw(st.integers(1, 30))
        work = Duration(low, mode, mode + draw(st.integers(1, 60)), shape)
        site = chain(f"p{at}", work, work, reference_class=draw(st.sampled_from(["c", "d"])))
        site = changed(site, "a0", gate=gate, started=TODAY - low if begun else None)
        late = draw(st.integers(0, 2 * mode))
        sites.append(replace(site, not_before=TODAY - late, not_open_by=TODAY - late / 7))
    return sites


@settings(max_examples=60, deadline=None)
@given(sites=closed_sites(), runs=st.integers(1, 90), tile=st.integers(2, 400))
def test_a_closed_project_is_the_same_alone_and_with_others_and_in_any_tile(sites, runs, tile):
    known = (ReferenceClass("c", 0.1, 0.1, 0.2), ReferenceClass("d", 0.3, 0.0, 0.4))
    ask = {"runs": runs, "seed": 3, "learning": False}
    plan = programme(*sites, classes=known, common_sd=0.1)
    together = simulate(plan, **ask, keep=[("p0", "a0")])
    for site in sites:
        alone = simulate(replace(plan, projects=(site,)), **ask)
        assert np.array_equal(together.of(site.key), alone.of(site.key))
        assert together.contradicted.get(site.key) == alone.contradicted.get(site.key)
        assert (alone.of(site.key) > TODAY).all()
    parts = simulate(plan, **ask, keep=[("p0", "a0")], tile=tile)
    assert np.array_equal(together.finish, parts.finish)
    assert np.array_equal(together.activity_finish["p0", "a0"], parts.activity_finish["p0", "a0"])


def test_what_is_drawn_again_follows_the_law_given_the_shared_factor():
    # Given what is shared, the own factor is normal beyond a bound: uniform on its own scale.
    sites = [
        replace(
            chain(f"p{at}", days(100), reference_class="c"),
            not_before=TODAY - 100 - 10 * at,
            not_open_by=TODAY,
        )
        for at in range(4)
    ]
    plan = programme(*sites, chain("next", days(100)), classes=classes(sd=0.3), common_sd=0.2)
    done = simulate(plan, runs=20_000, seed=2, learning=False)
    shared = np.log(since_today(done, "next") / 100)
    own = NormalDist(0, 0.3)
    for at, site in enumerate(sites):
        late = 100 + 10 * at
        bound = np.log(late / 100) - shared
        score = np.log((since_today(done, site.key) + late) / 100) - shared
        passed = np.array([own.cdf(each) for each in bound])
        placed = (np.array([own.cdf(each) for each in score]) - passed) / (1 - passed)
        likely = passed < 0.8  # where 32 draws are enough
        assert np.quantile(placed[likely], [0.1, 0.5, 0.9]) == pytest.approx(
            [0.1, 0.5, 0.9], abs=0.02
        )


def test_hard_to_agree_runs_borrow_from_their_like():
    # One draw in 700 agrees: hardly any run finds one in 32 attempts.
    site = replace(chain("p", lognormal(50, 100)), not_before=TODAY - 158, not_open_by=TODAY)
    done = simulate(programme(site), runs=4000, seed=1)
    law = NormalDist(math.log(math.sqrt(5000)), math.log(2) / (2 * 1.2815515655))
    expected = math.exp(law.inv_cdf(1 - (1 - law.cdf(math.log(158))) / 2))
    assert done.contradicted["p"] > 0.9
    assert np.median(done.of("p")) - (TODAY - 158) == pytest.approx(expected, rel=0.01)
