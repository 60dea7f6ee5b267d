import math
from dataclasses import replace
from datetime import date
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
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.engines.schedule.errors import (
    ActivitiesInCycle,
    NameUnknown,
    NegativeDuration,
    OutOfRange,
    SimulationStopped,
)
from knutpunkt.engines.schedule.model import (
    Activity,
    Cause,
    Duration,
    Gate,
    Link,
    Project,
    Risk,
)
from knutpunkt.engines.schedule.simulate import simulate

# Heizer and Render's 14 tasks; figures in the module head of the bench.
TEXTBOOK = {
    "A": (5, 5, 7, ""), "B": (1, 2, 5, ""), "C": (5, 5, 5, "A"), "D": (4, 8, 13, "A"),
    "E": (1, 10, 17, "BC"), "F": (1, 5, 7, "D"), "G": (2, 6, 9, "D"), "H": (4, 4, 6, "EF"),
    "I": (2, 7, 10, "GH"), "J": (2, 4, 7, "I"), "K": (6, 10, 13, "I"), "L": (2, 6, 6, "J"),
    "M": (2, 2, 3, "K"), "N": (7, 7, 12, "LM"),
}  # fmt: skip


def textbook():
    activities = [Activity(key, Duration(*row[:3])) for key, row in TEXTBOOK.items()]
    links = [Link(before, key) for key, row in TEXTBOOK.items() for before in row[3]]
    return Project("net", tuple(activities), tuple(links), "N")


def since_today(simulation, project):
    return simulation.of(project) - TODAY


def test_certain_durations_add_up():
    done = simulate(programme(chain("p", days(5), days(7))), runs=10, seed=1)
    assert since_today(done, "p").tolist() == [12.0] * 10


def test_twelve_triangular_durations_have_mean_36_and_variance_14():
    found = since_today(
        simulate(programme(chain("p", *[days(2, "triangular", 1, 6)] * 12)), runs=40_000, seed=1),
        "p",
    )
    assert found.mean() == pytest.approx(36, abs=4 * math.sqrt(14 / 40_000))
    assert found.var() == pytest.approx(14, rel=4 * math.sqrt(2 / 40_000))


def test_the_textbook_net_is_done_when_the_textbook_says():
    found = since_today(simulate(programme(textbook()), runs=100_000, seed=1), "net")
    assert np.quantile(found, [0.5, 0.8]) == pytest.approx([51.60, 54.35], abs=0.06)
    assert np.mean(found <= 53) == pytest.approx(0.666, abs=0.006)


def test_the_last_of_thirteen_is_as_late_as_order_statistics_say():
    sites = [chain(f"p{at}", lognormal(5, 20)) for at in range(13)]
    done = simulate(programme(*sites), runs=40_000, seed=1)
    law = NormalDist((math.log(5) + math.log(20)) / 2, math.log(4) / (2 * 1.2815515655))
    median_of_last = math.exp(law.inv_cdf(0.5 ** (1 / 13)))
    late = done.finish.max(axis=0) - TODAY > median_of_last
    assert late.mean() == pytest.approx(0.5, abs=4 * 0.5 / 200)


def test_independent_projects_meet_a_deadline_together_by_the_power_of_one():
    law = NormalDist(math.log(10), math.log(2) / 1.2815515655)
    deadline = TODAY + math.exp(law.inv_cdf(0.85))
    sites = [chain(f"p{at}", lognormal(5, 20)) for at in range(28)]
    open_ = simulate(programme(*sites), runs=100_000, seed=3).open_by([deadline])[0]
    chance = 0.85**28
    assert np.mean(open_ == 28) == pytest.approx(chance, abs=4 * math.sqrt(chance / 100_000))


def test_projects_with_a_common_cause_correlate_as_theory_says():
    shared, own = 0.3, 0.4
    site = chain("a", days(100), reference_class="c")
    caused = [changed(replace(site, key=key), "a0", causes=("permits",)) for key in ("a", "b")]
    done = simulate(
        programme(*caused, causes=(Cause("permits", shared),), classes=classes(sd=own)),
        runs=40_000,
        seed=2,
    )
    logs = np.log(done.finish - TODAY)
    expected = shared**2 / (shared**2 + own**2)
    assert np.corrcoef(logs)[0, 1] == pytest.approx(expected, abs=4 / 200)
    # A cause has the mean 1; the class adds exp(own² / 2).
    mean = 100 * math.exp(own**2 / 2)
    assert since_today(done, "a").mean() == pytest.approx(mean, rel=0.015)


def test_a_class_has_its_mean_and_both_its_spreads():
    done = simulate(
        programme(
            chain("a", days(100), reference_class="c"),
            chain("b", days(100), reference_class="c"),
            classes=classes(mean=0.3, mean_sd=0.2, sd=0.1),
            common_sd=0.15,
        ),
        runs=40_000,
        seed=2,
    )
    logs = np.log((done.finish - TODAY) / 100)
    assert logs.mean() == pytest.approx(0.3, abs=0.008)
    assert np.cov(logs) == pytest.approx(np.array([[0.0725, 0.0625], [0.0625, 0.0725]]), rel=0.03)


def test_what_is_not_scaled_keeps_its_length():
    site = changed(chain("p", days(30), reference_class="c"), "a0", not_scaled=True)
    done = simulate(
        programme(site, classes=classes(mean=1.0, sd=1.0), common_sd=1.0), runs=100, seed=1
    )
    assert since_today(done, "p").tolist() == [30.0] * 100


def test_dropping_a_project_leaves_every_other_draw_as_it_was():
    sites = [chain(f"p{at}", days(2, "pert", 1, 6), lognormal(3, 9), reference_class="c")
             for at in range(5)]  # fmt: skip
    shared = {"classes": classes(sd=0.2, mean_sd=0.1), "common_sd": 0.1}
    all_ = simulate(programme(*sites, **shared), runs=501, seed=7)
    fewer = simulate(programme(*sites[:2], *sites[3:], **shared), runs=501, seed=7)
    for key in fewer.projects:
        assert np.array_equal(all_.of(key), fewer.of(key))


@settings(max_examples=20, deadline=None)
@given(tile=st.integers(2, 5000), runs=st.integers(1, 301), seed=st.integers(0, 5))
def test_numbers_depend_on_the_seed_but_not_on_the_size_of_a_tile(tile, runs, seed):
    gate = Gate(recycle=0.3, delay=lognormal(10, 30), stop=0.05)
    sites = [
        changed(chain(f"p{at}", lognormal(5, 20), days(3, "triangular", 1, 9)), "a0", gate=gate)
        for at in range(3)
    ]
    late = replace(sites[0], key="late", not_before=TODAY - 20, not_open_by=TODAY)
    under_way = programme(*sites, late, common_sd=0.2)
    whole = simulate(under_way, runs=runs, seed=seed, keep=[("p1", "a0"), ("late", "a0")])
    parts = simulate(
        under_way, runs=runs, seed=seed, tile=tile, keep=[("p1", "a0"), ("late", "a0")]
    )
    assert np.array_equal(whole.finish, parts.finish)
    for key, moments in whole.activity_finish.items():
        assert np.array_equal(moments, parts.activity_finish[key])


LINKS = st.tuples(
    st.sampled_from(["FS", "SS", "FF", "SF"]), st.integers(-3, 9), st.sampled_from(["", "week"])
)


@settings(max_examples=60, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 12), min_size=4, max_size=4),
    drawn=st.lists(LINKS, min_size=4, max_size=4),
    started=st.integers(0, 20),
)
def test_without_chance_the_forecast_is_the_critical_path(lengths, drawn, started):
    week = Calendar.of(date(2021, 1, 1), date(2022, 12, 31), off=[date(2021, 8, 4)])
    activities = [
        Activity(f"a{at}", days(n), "week" if at % 2 else "") for at, n in enumerate(lengths)
    ]
    activities[0] = replace(activities[0], started=TODAY - started)
    ends = [("a0", "a1"), ("a0", "a2"), ("a1", "a3"), ("a2", "a3")]
    links = [Link(*end, *link[:2], None, link[2]) for end, link in zip(ends, drawn, strict=True)]
    site = Project("p", tuple(activities), tuple(links), "a3")
    plan = programme(site, calendars={"week": week})
    done = simulate(plan, runs=2, seed=1)
    assert done.of("p")[0] == pytest.approx(critical_path(plan).finish["p"], abs=2e-3)


def test_work_waits_for_monday():
    # From Thursday three working days last until Monday night.
    week = Calendar.of(date(2021, 1, 1), date(2021, 12, 31))
    site = changed(chain("p", days(3)), "a0", calendar="week")
    done = simulate(programme(site, calendars={"week": week}), runs=1, seed=1)
    assert week.finish_date(done.of("p")[0]) == date(2021, 8, 2)


def test_what_stops_never_opens():
    site = changed(chain("p", days(5), days(5)), "a0", gate=Gate(stop=0.25))
    done = simulate(programme(site), runs=40_000, seed=1, keep=[("p", "a0"), ("p", "a1")])
    stopped = np.isinf(done.of("p"))
    assert stopped.mean() == pytest.approx(0.25, abs=0.009)
    assert np.isinf(done.activity_finish["p", "a1"]).mean() == stopped.mean()
    assert done.quantiles("p", (0.1, 0.7, 0.8)) == (TODAY + 10, TODAY + 10, math.inf)


def test_going_back_costs_what_a_truncated_geometric_law_says():
    gate = Gate(recycle=0.4, delay=days(20), rounds=3)
    site = changed(chain("p", days(5)), "a0", gate=gate)
    found = since_today(simulate(programme(site), runs=40_000, seed=1), "p")
    expected = 5 + 20 * (0.4 + 0.4**2 + 0.4**3)
    assert found.mean() == pytest.approx(expected, abs=4 * found.std() / 200)
    assert sorted(set(found.tolist())) == [5, 25, 45, 65]


def test_a_risk_strikes_its_projects_in_the_same_runs():
    sites = [chain("a", days(5)), chain("b", days(9)), chain("c", days(9))]
    risk = Risk("landlord", 0.2, days(30), ("a", "b"), "a0")
    done = simulate(programme(*sites, risks=(risk,)), runs=40_000, seed=1)
    struck = since_today(done, "a") == 35
    assert struck.mean() == pytest.approx(0.2, abs=0.008)
    assert np.array_equal(struck, since_today(done, "b") == 39)
    assert set(since_today(done, "c").tolist()) == {9.0}


def test_a_maximum_lag_lapses_as_often_as_the_wait_is_longer():
    site = Project(
        "p",
        (
            Activity("offer", days(0)),
            Activity("permit", days(50, "triangular", 0, 100)),
            Activity("sign", days(0)),
        ),
        (Link("offer", "sign", max_lag=75.0), Link("permit", "sign")),
        "sign",
    )
    done = simulate(programme(site), runs=20_000, seed=1)
    assert done.lapses["p", "offer", "sign"] == pytest.approx(0.125, abs=0.01)


def test_the_longer_of_two_branches_is_critical():
    site = Project(
        "p",
        (
            Activity("a", days(10, "triangular", 0, 20)),
            Activity("b", days(10, "triangular", 0, 20)),
            Activity("c", days(1)),
            Activity("open"),
        ),
        (Link("a", "open"), Link("b", "open"), Link("c", "open")),
        "open",
    )
    found = simulate(programme(site), runs=20_000, seed=1, criticality=True).criticality
    assert found["p", "a"] == pytest.approx(0.5, abs=0.015)
    assert found["p", "a"] + found["p", "b"] == pytest.approx(1, abs=0.005)
    assert found["p", "open"] == 1
    assert found["p", "c"] < 0.02


def test_projects_built_alike_are_the_same_alone_and_together():
    sites = [chain(f"p{at}", days(5 + at, "pert", 1, 20 + at), lognormal(4, 9)) for at in range(6)]
    together = simulate(programme(*sites), runs=100, seed=4)
    for site in sites:
        alone = simulate(programme(site), runs=100, seed=4)
        assert alone.of(site.key) == pytest.approx(together.of(site.key), abs=1e-3)


def test_a_caller_can_stop_a_simulation():
    seen = []

    def watch(done, of):
        seen.append((done, of))
        return True

    with pytest.raises(SimulationStopped, match="after 50 of 50"):
        simulate(programme(chain("p", days(5))), runs=50, seed=1, watch=watch)
    assert seen == [(50, 50)]


def test_what_is_not_there_cannot_be_kept():
    with pytest.raises(NameUnknown, match="a9"):
        simulate(programme(chain("p", days(5))), runs=5, seed=1, keep=[("p", "a9")])


def test_a_simulation_without_runs_is_refused():
    with pytest.raises(OutOfRange, match="runs"):
        simulate(programme(chain("p", days(5))), runs=0, seed=1)


def test_a_circle_is_refused_with_its_activities():
    site = chain("p", days(5), days(6))
    site = replace(site, links=(*site.links, Link("a1", "a0")))
    with pytest.raises(ActivitiesInCycle, match="a0"):
        simulate(programme(site), runs=5, seed=1)


def test_an_unknown_project_has_no_quantiles():
    done = simulate(programme(chain("p", days(5))), runs=5, seed=1)
    with pytest.raises(NameUnknown, match="q"):
        done.quantiles("q")


@pytest.mark.parametrize(
    ("risk", "refusal"),
    [
        (Risk("r", 0.5, days(3), ("q",)), NameUnknown),
        (Risk("r", 0.5, days(3), ("p",), "a9"), NameUnknown),
        (Risk("r", 1.5, days(3), ("p",)), OutOfRange),
        (Risk("r", 0.5, days(-3), ("p",)), NegativeDuration),
    ],
)
def test_a_risk_that_cannot_strike_is_refused(risk, refusal):
    with pytest.raises(refusal, match="isk “r”"):
        simulate(programme(chain("p", days(5)), risks=(risk,)), runs=5, seed=1)
