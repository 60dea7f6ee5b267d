import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.schedule.network_vectors import (
    TAYLOR_1,
    TAYLOR_1_SLACK,
    TAYLOR_2,
    TAYLOR_2_SLACK,
    days,
    fourteen,
    on_node,
    project,
)
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.engines.schedule.duration import typical
from knutpunkt.engines.schedule.errors import (
    ActivitiesInCycle,
    ActualsContradict,
    DuplicateKey,
    DurationOutOfOrder,
    FinishUnknown,
    LagsCross,
    LinkEndUnknown,
    LinkTypeUnknown,
    MaximumLagTooShort,
    NameUnknown,
    NegativeDuration,
    NotANumber,
    OutOfRange,
)
from knutpunkt.engines.schedule.model import (
    Activity,
    Cause,
    Duration,
    Gate,
    Link,
    Programme,
    ReferenceClass,
)

MONDAY = date(2022, 3, 7).toordinal()
WORK = {"work": Calendar.of(date(2022, 1, 1), date(2022, 12, 31))}


def dates(made, key):
    return critical_path(made).dates["p", key]


def on_weekdays(activities, links, *, data_date=float(MONDAY), **of_project):
    return Programme((project(activities, links, **of_project),), data_date, calendars=WORK)


def work(key, count, **more):
    return Activity(key, days(count), calendar="work", **more)


# Known answers


def test_the_network_of_fourteen_activities_has_its_published_dates():
    found = critical_path(fourteen(), of="mean")
    of = {key: found.dates["fourteen", key] for _, key in found.dates}
    assert found.finish["fourteen"] == pytest.approx(50.833, abs=5e-4)
    assert of["C"].early_finish == pytest.approx(10.333, abs=5e-4)
    slack = {key: round(of[key].total_slack, 3) for key in "BDF"}
    assert slack == {"B": 8.0, "D": 1.833, "F": 1.833}
    assert found.critical("fourteen") == tuple("ACEHIKMN")


def test_the_first_network_of_taylor_has_its_published_slack():
    found = critical_path(on_node(TAYLOR_1))
    assert found.finish["p"] == 20
    assert {key: found.dates["p", key].total_slack for key in TAYLOR_1} == TAYLOR_1_SLACK
    assert found.critical("p") == ("1-3", "3-4", "4-5", "5-6", "end")


def test_the_second_network_of_taylor_has_its_published_slack():
    found = critical_path(on_node(TAYLOR_2))
    assert found.finish["p"] == 38
    assert {key: found.dates["p", key].total_slack for key in TAYLOR_2} == TAYLOR_2_SLACK


@pytest.mark.parametrize(
    ("link", "start", "finish"),
    [
        (Link("a", "b", "FS"), 10, 14),
        (Link("a", "b", "FS", lag=3), 13, 17),
        (Link("a", "b", "FS", lag=-2), 8, 12),
        (Link("a", "b", "SS"), 0, 4),
        (Link("a", "b", "SS", lag=5), 5, 9),
        (Link("a", "b", "FF"), 6, 10),
        (Link("a", "b", "FF", lag=2), 8, 12),
        (Link("a", "b", "SF", lag=7), 3, 7),
    ],
)
def test_each_type_of_link_places_its_second_activity(link, start, finish):
    found = dates(project({"a": 10, "b": 4}, [link]), "b")
    assert (found.early_start, found.early_finish) == (start, finish)


def test_the_lead_of_a_link_leaves_its_first_activity_as_critical():
    found = critical_path(project({"a": 10, "b": 4, "c": 1}, [Link("a", "c", lag=-2), ("b", "c")]))
    assert found.critical("p") == ("a", "c")
    assert found.dates["p", "b"].total_slack == found.dates["p", "b"].free_slack == 4


def test_free_slack_is_what_moves_nobody_else():
    found = critical_path(project({"a": 2, "b": 3, "c": 9, "d": 1}, ["ab", "bd", "cd"]))
    assert [found.dates["p", key].total_slack for key in "abcd"] == [4, 4, 0, 0]
    assert [found.dates["p", key].free_slack for key in "abcd"] == [0, 4, 0, 0]


# Calendars


def test_work_pauses_at_weekends_and_a_milestone_keeps_friday_evening():
    made = on_weekdays(
        {"a": work("a", 5), "gate": 0, "b": work("b", 1)}, [("a", "gate"), ("gate", "b")]
    )
    found = critical_path(made)
    assert found.dates["p", "gate"].early_finish == MONDAY + 5
    assert found.dates["p", "b"].early_start == MONDAY + 7
    assert found.critical("p") == ("a", "gate", "b")


def test_a_lag_counts_on_the_calendar_of_its_link():
    every = on_weekdays({"a": work("a", 4), "b": work("b", 1)}, [Link("a", "b", lag=2)])
    weekdays = on_weekdays(
        {"a": work("a", 4), "b": work("b", 1)}, [Link("a", "b", lag=2, calendar="work")]
    )
    assert critical_path(every).dates["p", "b"].early_start == MONDAY + 7
    assert critical_path(weekdays).dates["p", "b"].early_start == MONDAY + 8


def test_slack_is_told_in_working_days_of_the_activity():
    made = on_weekdays({"a": work("a", 8), "b": work("b", 1), "c": 0}, [("a", "c"), ("b", "c")])
    found = critical_path(made).dates["p", "b"]
    assert found.total_slack == 7
    assert (found.late_start, found.late_finish) == (MONDAY + 9, MONDAY + 10)


# What has happened


def test_nothing_unfinished_ends_before_the_data_date():
    overdue = Activity("a", days(3), started=0.0)
    made = Programme((project({"a": overdue, "b": 2}, ["ab"]),), data_date=10.0)
    found = critical_path(made)
    assert found.dates["p", "a"].early_finish == 10
    assert found.finish["p"] == 12


def test_a_started_activity_takes_its_duration_from_its_start():
    made = Programme((project({"a": Activity("a", days(8), started=6.0)}, []),), data_date=10.0)
    assert critical_path(made).finish["p"] == 14


def test_a_finished_activity_keeps_its_dates_and_is_no_longer_critical():
    done = Activity("a", days(8), started=1.0, finished=4.0)
    found = critical_path(Programme((project({"a": done, "b": 2}, ["ab"]),), data_date=10.0))
    assert (found.dates["p", "a"].early_finish, found.dates["p", "b"].early_start) == (4, 10)
    assert found.critical("p") == ("b",)


def test_a_planned_start_holds_back_only_what_follows():
    waiting = Activity("b", days(2), not_before=9.0)
    found = critical_path(project({"a": 4, "b": waiting}, ["ab"]))
    assert (found.finish["p"], found.critical("p")) == (11, ("b",))
    assert found.dates["p", "a"].total_slack == 5


def test_a_project_known_not_to_be_open_yet_is_complete_at_the_earliest_then():
    assert critical_path(project({"a": 4}, [], not_open_by=9.0)).finish["p"] == 9


def test_a_project_known_to_be_open_was_complete_between_the_two_moments():
    opened = project({"a": 4, "open": 0}, [("a", "open")], opened=(2.0, 4.0))
    assert critical_path(Programme((opened,), data_date=10.0)).finish["p"] == 3


def test_a_due_date_before_the_finish_gives_negative_slack():
    found = critical_path(project({"a": 4, "b": 2}, ["ab"]), due={"p": 5.0})
    assert [found.dates["p", key].total_slack for key in "ab"] == [-1, -1]
    assert found.dates["p", "a"].late_finish == 3


def test_what_comes_after_the_finish_is_not_on_the_path_to_it():
    found = critical_path(project({"open": 4, "review": 9}, [("open", "review")], finish="open"))
    assert (found.finish["p"], found.critical("p")) == (4, ("open",))


# Maximum lags


def test_a_maximum_lag_draws_the_first_activity_close_to_the_second():
    """An offer must not be older than 5 days when the lease is signed, which waits for consent."""
    made = project(
        {"offer": 2, "consent": 20, "lease": 1},
        [Link("offer", "lease", max_lag=5.0), ("consent", "lease")],
    )
    found = critical_path(made)
    assert (found.dates["p", "offer"].early_finish, found.finish["p"]) == (15, 21)
    assert found.dates["p", "offer"].total_slack == 5
    assert found.critical("p") == ("consent", "lease")


def test_what_a_maximum_lag_draws_along_is_driven_by_what_draws_it():
    made = project(
        {"offer": 2, "consent": 20, "lease": 1, "survey": 30, "end": 0},
        [
            Link("offer", "lease", max_lag=5.0),
            ("consent", "lease"),
            ("offer", "survey"),
            ("survey", "end"),
            ("lease", "end"),
        ],
    )
    found = critical_path(made)
    assert found.finish["p"] == 45
    assert set(found.critical("p")) == {"consent", "lease", "offer", "survey", "end"}


def test_a_maximum_lag_that_nothing_can_keep_is_refused_with_its_link():
    made = project({"a": 2, "b": 9, "c": 1}, ["ab", "bc", Link("a", "c", max_lag=5.0)])
    with pytest.raises(MaximumLagTooShort, match="“a” → “c”") as refused:
        critical_path(made)
    assert refused.value.links == (("a", "c"),)


def test_a_maximum_lag_that_fails_over_a_weekend_holds_after_it():
    close = Link("a", "b", "SS", lag=1.0, max_lag=1.5)
    activities = {"wait": work("wait", 4.5), "a": work("a", 0.5), "b": work("b", 1)}
    found = critical_path(on_weekdays(activities, [("wait", "a"), close]))
    assert found.dates["p", "a"].early_start == MONDAY + 7
    assert found.dates["p", "b"].early_start == MONDAY + 8


def test_a_maximum_lag_from_the_past_lapses_instead_of_being_refused():
    done = Activity("a", days(1), finished=1.0)
    made = project({"a": done, "b": 1}, [Link("a", "b", max_lag=5.0)])
    found = critical_path(Programme((made,), data_date=10.0))
    assert found.lapsed == (("p", "a", "b"),)
    assert found.finish["p"] == 11


# Properties

LAGS = st.integers(-4, 6)
LINK_TYPES = st.sampled_from(["FS", "SS", "FF", "SF"])


@st.composite
def networks(draw, *, types=LINK_TYPES, limits=False, lags=LAGS):
    count = draw(st.integers(2, 8))
    durations = {f"a{k}": draw(st.integers(0, 9)) for k in range(count)}
    keys = list(durations)
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))))
    links = []
    for before, after in sorted(pairs):
        if before < after:
            lag = draw(lags)
            most = draw(st.none() | st.integers(lag, lag + 12)) if limits else None
            links.append(Link(keys[before], keys[after], draw(types), lag, most))
    links += [Link(key, "end") for key in keys]
    shuffled = draw(st.permutations([*durations, "end"]))
    return project({key: durations.get(key, 0) for key in shuffled}, links, finish="end")


def starts_apart(link, durations):
    """What must lie at least between the two starts, for a link with its lag."""
    from_start = durations[link.before] if link.type[0] == "F" else 0
    to_start = durations[link.after] if link.type[1] == "F" else 0
    return from_start - to_start


def longest_starts(made):
    """Earliest starts by relaxing every demand over and over; None when they never settle."""
    durations = {a.key: a.duration.mode for a in made.activities}
    start = dict.fromkeys(durations, 0.0)
    arcs = [(x.before, x.after, starts_apart(x, durations) + x.lag) for x in made.links]
    arcs += [
        (x.after, x.before, -starts_apart(x, durations) - x.max_lag)
        for x in made.links
        if x.max_lag is not None
    ]
    for _ in range(len(start) + 1):
        before = dict(start)
        for origin, target, apart in arcs:
            start[target] = max(start[target], start[origin] + apart)
        if start == before:
            return start
    return None


def every_walk(made, key):
    """Length of the longest walk to the start of an activity, by trying all of them."""
    durations = {a.key: a.duration.mode for a in made.activities}
    walks = [
        every_walk(made, link.before) + durations[link.before]
        for link in made.links
        if link.after == key
    ]
    return max(walks, default=0)


@given(networks(types=st.just("FS"), lags=st.just(0)))
def test_early_starts_are_the_longest_of_all_walks(made):
    found = critical_path(made)
    for activity in made.activities:
        assert found.dates["p", activity.key].early_start == every_walk(made, activity.key)


@given(networks(limits=True))
def test_early_starts_are_the_longest_paths_over_lags_and_maximum_lags(made):
    expected = longest_starts(made)
    if expected is None:
        with pytest.raises(MaximumLagTooShort):
            critical_path(made)
        return
    found = critical_path(made)
    assert {key: found.dates["p", key].early_start for key in expected} == expected


@given(networks(), st.data())
def test_total_slack_is_what_an_activity_can_wait_without_moving_the_finish(made, data):
    found = critical_path(made)
    activity = data.draw(st.sampled_from(made.activities))
    of = found.dates["p", activity.key]
    for wait, moves in ((of.total_slack, False), (of.total_slack + 1, True)):
        later = replace(activity, not_before=of.early_start + wait)
        changed = tuple(later if a is activity else a for a in made.activities)
        finish = critical_path(replace(made, activities=changed)).finish["p"]
        assert (finish > found.finish["p"]) == moves


@given(networks())
def test_an_activity_is_critical_exactly_when_it_has_no_slack(made):
    found = critical_path(made)
    for of in found.dates.values():
        assert of.critical == (of.total_slack == 0)
        assert 0 <= of.free_slack <= of.total_slack


@given(networks(limits=True))
def test_late_dates_keep_every_link_and_never_precede_early_dates(made):
    if longest_starts(made) is None:
        return
    found = critical_path(made).dates
    for link in made.links:
        before, after = found["p", link.before], found["p", link.after]
        begin = before.late_start if link.type[0] == "S" else before.late_finish
        end = after.late_start if link.type[1] == "S" else after.late_finish
        assert end - begin >= link.lag
        assert link.max_lag is None or end - begin <= link.max_lag
    assert all(of.late_start >= of.early_start for of in found.values())


@given(networks(limits=True))
def test_on_a_calendar_without_days_off_dates_are_the_same(made):
    always = tuple(replace(a, calendar="always") for a in made.activities)
    named = replace(made, activities=always)
    shift = Programme((named,), 0.0, calendars={"always": Calendar.every_day()})
    try:
        plain = critical_path(made)
    except MaximumLagTooShort:
        return
    assert critical_path(shift).dates == plain.dates


@given(networks(lags=st.integers(0, 6)), st.integers(0, 13))
def test_on_working_days_early_dates_keep_links_and_slack_is_never_negative(made, offset):
    activities = tuple(replace(a, calendar="work") for a in made.activities)
    made = replace(made, activities=activities)
    found = critical_path(Programme((made,), float(MONDAY + offset), calendars=WORK)).dates
    calendar = WORK["work"]
    for activity in activities:
        of = found["p", activity.key]
        worked = calendar.between(of.early_start, of.early_finish)
        assert worked == pytest.approx(activity.duration.mode, abs=1e-6)
        assert of.late_finish >= of.early_finish - 1e-6
        assert 0 <= of.free_slack <= of.total_slack + 1e-6
    for link in made.links:
        before, after = found["p", link.before], found["p", link.after]
        begin = before.early_start if link.type[0] == "S" else before.early_finish
        end = after.early_start if link.type[1] == "S" else after.early_finish
        assert end >= begin + link.lag - 1e-6


# Durations


def test_the_mean_of_each_shape_is_its_formula():
    assert typical(Duration(1, 2, 9, "pert"), "mean") == 3
    assert typical(Duration(1, 2, 9, "triangular"), "mean") == 4
    assert typical(Duration(1, 2, 9, "fixed"), "mean") == 2
    assert typical(Duration(1, 2, 9), "mode") == 2


def test_a_lognormal_has_its_mode_below_its_median_and_its_mean_above():
    duration = Duration(10, 0, 40, "lognormal")
    spread = math.log(4) / (2 * 1.2815515655)
    assert typical(duration, "mean") == pytest.approx(20 * math.exp(spread**2 / 2))
    assert typical(duration, "mode") == pytest.approx(20 * math.exp(-(spread**2)))


# Refusals


def refuses(refusal, said, activities, links=(), **programme):
    made = Programme((project(activities, links),), data_date=5.0, **programme)
    with pytest.raises(refusal, match=said) as refused:
        critical_path(made)
    assert refused.value.hint


def test_a_circle_is_refused_with_its_activities_in_order():
    with pytest.raises(ActivitiesInCycle) as refused:
        critical_path(project(dict.fromkeys("abcde", 1), ["ab", "bc", "cd", "db", "ce"]))
    around = "".join(refused.value.cycle)
    assert around in {"bcd", "cdb", "dbc"}
    assert "wait in a circle" in str(refused.value)


def test_an_activity_that_waits_for_itself_is_refused():
    refuses(ActivitiesInCycle, "“a” → “a”", {"a": 1}, ["aa"])


def test_a_link_to_an_unknown_activity_is_refused():
    refuses(LinkEndUnknown, "“a” → “z”.*“z”", {"a": 1}, ["az"])


def test_a_finish_that_is_no_activity_is_refused():
    with pytest.raises(FinishUnknown, match="“open”"):
        critical_path(project({"a": 1}, [], finish="open"))


def test_a_key_used_twice_is_refused():
    refuses(DuplicateKey, "“a”.*activity", {"x": work("a", 1), "y": work("a", 2)}, calendars=WORK)


@pytest.mark.parametrize(
    ("activity", "refusal", "said"),
    [
        (Activity("a", days(-1)), NegativeDuration, "-1 days"),
        (Activity("a", days(math.nan)), NotANumber, "nan"),
        (Activity("a", Duration(1, 2, math.inf)), NotANumber, "inf"),
        (Activity("a", Duration(3, 2, 4)), DurationOutOfOrder, "3 ≤ 2 ≤ 4"),
        (Activity("a", Duration(9, 0, 4, "lognormal")), DurationOutOfOrder, "9 ≤ 4"),
        (Activity("a", Duration(0, 0, 4, "lognormal")), OutOfRange, "P10 0"),
        (Activity("a", Duration(1, 2, 3, "normal")), DurationOutOfOrder, "normal"),
        (Activity("a", calendar="moon"), NameUnknown, "calendar “moon”"),
        (Activity("a", causes=("rain",)), NameUnknown, "cause “rain”"),
        (Activity("a", crew="none"), NameUnknown, "crew “none”"),
        (Activity("a", gate=Gate(recycle=1.5)), OutOfRange, "go back 1.5"),
        (Activity("a", gate=Gate(rounds=-1)), OutOfRange, "rounds -1"),
        (Activity("a", gate=Gate(delay=days(-2))), NegativeDuration, "gate of activity “a”"),
        (Activity("a", not_before=math.nan), NotANumber, "earliest start"),
        (Activity("a", started=6.0), ActualsContradict, "after the data date"),
        (Activity("a", started=4.0, finished=3.0), ActualsContradict, "before it started"),
    ],
)
def test_an_activity_that_cannot_be_is_refused_by_name(activity, refusal, said):
    refuses(refusal, said, {"a": activity})


@pytest.mark.parametrize(
    ("link", "refusal", "said"),
    [
        (Link("a", "b", lag=math.nan), NotANumber, "the lag nan"),
        (Link("a", "b", max_lag=math.inf), NotANumber, "maximum lag inf"),
        (Link("a", "b", lag=4, max_lag=3), LagsCross, "at least 4 and at most 3"),
        (Link("a", "b", "XX"), LinkTypeUnknown, "XX"),
        (Link("a", "b", calendar="moon"), NameUnknown, "calendar “moon”"),
    ],
)
def test_a_link_that_cannot_be_is_refused_by_name(link, refusal, said):
    refuses(refusal, said, {"a": 1, "b": 1}, [link])


@pytest.mark.parametrize(
    ("shared", "refusal", "said"),
    [
        ({"common_sd": -1.0}, OutOfRange, "common spread -1"),
        ({"causes": (Cause("rain", math.nan),)}, NotANumber, "rain"),
        ({"classes": (ReferenceClass("new", sd=-0.1),)}, OutOfRange, "“new”"),
        ({"classes": (ReferenceClass("new"), ReferenceClass("new"))}, DuplicateKey, "“new”"),
        ({"crews": {"fitters": 0}}, OutOfRange, "fitters"),
    ],
)
def test_what_a_programme_shares_must_be_possible(shared, refusal, said):
    refuses(refusal, said, {"a": 1}, **shared)


def test_projects_need_keys_and_classes_of_their_own():
    one = project({"a": 1}, [])
    with pytest.raises(DuplicateKey, match=r"“p”.*project"):
        critical_path(Programme((one, one), 0.0))
    with pytest.raises(NameUnknown, match="reference class “rural”"):
        critical_path(project({"a": 1}, [], reference_class="rural"))
