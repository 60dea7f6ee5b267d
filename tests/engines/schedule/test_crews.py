from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.schedule.simulation_cases import TODAY, chain, changed, days, lognormal, programme
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.errors import NameUnknown, OutOfRange
from knutpunkt.engines.schedule.model import Gate, Link
from knutpunkt.engines.schedule.simulate import simulate


def crewed(key, duration, *, start=0.0, **facts):
    """A project of one activity that needs the fit-out crew."""
    site = changed(chain(key, duration), "a0", crew="fit-out", **facts)
    return replace(site, not_before=TODAY + start)


def test_one_crew_works_one_after_the_other():
    sites = [crewed(f"p{at}", lognormal(5, 20)) for at in range(6)]
    alone = simulate(programme(*sites, crews={"fit-out": 6}), runs=300, seed=1)
    one = simulate(programme(*sites, crews={"fit-out": 1}), runs=300, seed=1)
    total = (alone.finish - TODAY).sum(axis=0)
    assert one.finish.max(axis=0) - TODAY == pytest.approx(total, rel=1e-4)
    assert np.sort(one.finish, axis=0)[0] == pytest.approx(alone.finish[0], abs=1e-3)


def test_two_crews_share_four_jobs():
    sites = [crewed(f"p{at}", days(length)) for at, length in enumerate([10, 7, 5, 4])]
    done = simulate(programme(*sites, crews={"fit-out": 2}), runs=1, seed=1)
    # 10 and 7 begin; the third follows the 7, the fourth the 10.
    assert (done.finish[:, 0] - TODAY).tolist() == [10, 7, 12, 14]


def test_a_job_that_fits_before_a_later_one_goes_first():
    # The order of planned starts is long, short; in the runs the long one comes late.
    late = changed(chain("late", days(5, "triangular", 5, 60), days(20)), "a1", crew="fit-out")
    short = crewed("short", days(10), start=30)
    done = simulate(
        programme(late, short, crews={"fit-out": 1}), runs=2000, seed=1, keep=[("late", "a0")]
    )
    ready = done.activity_finish["late", "a0"] - TODAY
    assert (done.of("short")[ready > 40] - TODAY == 40).all()
    begun_before = ready < 30
    assert done.of("short")[begun_before] - TODAY == pytest.approx(
        np.maximum(ready[begun_before] + 20, 30) + 10, abs=2e-3
    )


@settings(max_examples=25, deadline=None)
@given(
    jobs=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15)), min_size=2, max_size=6),
    size=st.integers(1, 3),
)
def test_no_crew_is_in_two_places(jobs, size):
    sites = [
        crewed(f"p{at}", days(length, "triangular", length / 2, 2 * length), start=start)
        for at, (start, length) in enumerate(jobs)
    ]
    plan = programme(*sites, crews={"fit-out": size})
    alone = simulate(replace(plan, crews={"fit-out": len(sites)}), runs=20, seed=1)
    done = simulate(plan, runs=20, seed=1)
    starts = np.array([[site.not_before] for site in sites])
    work = alone.finish - starts
    begun = done.finish - work
    assert (begun >= starts - 0.01).all()
    for moment in begun + 0.01:
        busy = (begun <= moment) & (moment < done.finish - 0.01)
        assert busy.sum(axis=0).max() <= size


def test_a_crew_rests_at_weekends():
    # 2021-07-29 is a Thursday.
    week = Calendar.of(date(2021, 1, 1), date(2021, 12, 31))
    sites = [crewed(key, days(2), calendar="week") for key in ("a", "b")]
    plan = programme(*sites, crews={"fit-out": 1}, calendars={"week": week})
    done = simulate(plan, runs=1, seed=1)
    assert [week.finish_date(moment) for moment in done.finish[:, 0]] == [
        date(2021, 7, 30),
        date(2021, 8, 3),
    ]


def test_what_is_under_way_has_its_crew():
    begun = crewed("begun", days(20), started=TODAY - 5)
    waiting = crewed("waiting", days(10))
    done = simulate(programme(waiting, begun, crews={"fit-out": 1}), runs=1, seed=1)
    assert (done.finish[:, 0] - TODAY).tolist() == [25, 15]


def test_a_stopped_project_frees_its_crew():
    stopped = changed(chain("stops", days(1), days(50)), "a0", gate=Gate(stop=0.5))
    stopped = changed(stopped, "a1", crew="fit-out")
    waiting = crewed("waits", days(10), start=2)
    done = simulate(programme(stopped, waiting, crews={"fit-out": 1}), runs=500, seed=1)
    never = np.isinf(done.of("stops"))
    assert set(done.of("waits")[never] - TODAY) == {12}
    assert set(done.of("waits")[~never] - TODAY) == {61}


def test_a_project_known_to_be_closed_waits_for_a_crew_and_opens_later():
    closed = replace(crewed("closed", lognormal(40, 120)), not_before=TODAY - 60, not_open_by=TODAY)
    other = crewed("other", days(100))
    done = simulate(programme(closed, other, crews={"fit-out": 1}), runs=500, seed=1)
    assert done.of("closed").min() > TODAY
    # The closed one began first, so the other waits for it.
    assert done.of("other") == pytest.approx(done.of("closed") + 100, abs=0.01)


@settings(max_examples=10, deadline=None)
@given(tile=st.integers(4, 3000))
def test_crews_do_not_depend_on_the_size_of_a_tile(tile):
    sites = [crewed(f"p{at}", lognormal(5, 20)) for at in range(4)]
    sites.append(replace(sites[0], key="closed", not_before=TODAY - 12, not_open_by=TODAY))
    plan = programme(*sites, crews={"fit-out": 2})
    whole = simulate(plan, runs=101, seed=1)
    assert np.array_equal(whole.finish, simulate(plan, runs=101, seed=1, tile=tile).finish)


@settings(max_examples=25, deadline=None)
@given(
    tile=st.integers(4, 500),
    closed=st.booleans(),
    between=st.sampled_from([0.0, 6.0]),
    side_by_side=st.booleans(),
)
def test_projects_built_alike_ask_for_crews_in_the_same_order_alone_and_stacked(
    tile, closed, between, side_by_side
):
    # A small tile takes them one by one; two activities that need a crew may even begin together.
    site = chain("p", lognormal(4, 9), days(between), lognormal(5, 20), days(1))
    for needs in ("a0", "a2"):
        site = changed(site, needs, crew="fit-out")
    if side_by_side:
        links = (Link("a0", "a3"), Link("a1", "a2"), Link("a2", "a3"))
        site = replace(site, links=links)
    if closed:
        site = replace(site, not_before=TODAY - 14, not_open_by=TODAY)
    sites = [replace(site, key=f"p{at}") for at in range(5)]
    plan = programme(*sites, crews={"fit-out": 2})
    whole = simulate(plan, runs=101, seed=1)
    assert np.array_equal(whole.finish, simulate(plan, runs=101, seed=1, tile=tile).finish)


def test_a_crew_that_the_programme_does_not_have_is_refused():
    with pytest.raises(NameUnknown, match="fit-out"):
        simulate(programme(crewed("p", days(5))), runs=5, seed=1)


def test_a_crew_of_nobody_is_refused():
    with pytest.raises(OutOfRange, match="fit-out"):
        simulate(programme(crewed("p", days(5)), crews={"fit-out": 0}), runs=5, seed=1)
