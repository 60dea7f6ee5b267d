"""Rounds: what opens or closes by which day, and what the order costs."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.models import Study
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.changes import Change, changed
from knutpunkt.planning.studies.engine import solve, travel_to
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.rounds import Round, weights_of
from knutpunkt.planning.studies.rules import WrittenRule
from support.pages import every_variable_is_there, words
from support.studies import answered, fixed, keys
from support.towns import DAY, question, towns

__all__ = ["every_variable_is_there"]

SOON, LATER = date(2021, 12, 31), date(2022, 12, 31)
PERSONS = [10, 40, 10, 500, 10, 70, 390, 5]


def rounds(*numbers):
    return tuple(Round(day, n) for day, n in zip((SOON, LATER), numbers, strict=True))


def travel(ground, plan):
    return float(ground.persons @ travel_to(ground, plan).minutes)


def every_order(ground, first, last):
    """The networks after two rounds in which places open, as pairs of masks."""
    for late in combinations(range(ground.places), last):
        for early in combinations(late, first):
            plans = [ground.is_office.copy() for _ in range(2)]
            plans[0][list(early)] = True
            plans[1][list(late)] = True
            yield plans


def every_closing(ground, first, last):
    offices = np.flatnonzero(ground.is_office)
    for late in combinations(offices, last):
        for early in combinations(late, first):
            plans = [ground.is_office.copy() for _ in range(2)]
            plans[0][list(early)] = False
            plans[1][list(late)] = False
            yield plans


# --- the best order -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [(1, 2), (1, 3), (0, 2)])
@pytest.mark.parametrize("rule", [None, "must_open", "quota"])
def test_no_other_order_gives_less_travel_over_the_rounds(first, last, rule):
    towns(PERSONS, offices=[0])
    rules = {
        None: (),
        "must_open": (fixed("must_open", "place-2"),),
        "quota": (WrittenRule(kind="quota", scope="county", codes=("A",), at_least=2),),
    }[rule]
    asked = question(open=last, rounds=rounds(first, last), rules=rules)
    ground = ground_of(asked)
    west = np.array([spot.county == "A" for spot in ground.sites]) & ~ground.is_office

    def obeyed(plan):
        if rule == "must_open":
            return plan[ground.number_of("place-2")]
        return rule is None or (plan & west).sum() >= 2

    shares = weights_of(asked.rounds)
    totals = [
        sum(share * travel(ground, plan) for share, plan in zip(shares, plans, strict=True))
        for plans in every_order(ground, first, last)
        if obeyed(plans[-1])
    ]
    found = solve(ground, bounds_of(ground))
    assert found.objective == pytest.approx(min(totals))
    assert found.bound <= found.objective
    assert found.status == "proved"
    assert [int(plan.sum()) for plan in found.order.open] == [1 + first, 1 + last]
    assert (found.order.open[0] <= found.order.open[1]).all()
    assert (found.open == found.order.open[-1]).all()
    assert obeyed(found.open)
    alone = min(travel(ground, plans[-1]) for plans in every_order(ground, first, last)
                if obeyed(plans[-1]))  # fmt: skip
    assert found.order.end_alone == pytest.approx(alone)
    assert found.order.end >= found.order.end_alone - 1e-6
    if found.order.greedy is not None:
        assert found.order.greedy >= found.objective - 1e-6


@pytest.mark.django_db
def test_what_is_closed_once_stays_closed():
    towns(PERSONS, offices=[0, 2, 3, 5, 7])
    gone = fixed("must_close", "office-3")
    asked = question(close=3, rounds=rounds(1, 3), rules=(gone,))
    ground = ground_of(asked)
    shares = weights_of(asked.rounds)
    closed = ground.number_of("office-3")
    totals = [
        sum(share * travel(ground, plan) for share, plan in zip(shares, plans, strict=True))
        for plans in every_closing(ground, 1, 3)
        if not plans[-1][closed]
    ]
    found = solve(ground, bounds_of(ground))
    assert found.objective == pytest.approx(min(totals))
    assert [int(plan.sum()) for plan in found.order.open] == [4, 2]
    assert (found.order.open[1] <= found.order.open[0]).all()
    assert not found.open[closed]


@pytest.mark.django_db
def test_rules_that_no_order_obeys_are_named():
    towns(PERSONS, offices=[0])
    both = tuple(
        WrittenRule(kind="quota", scope="county", codes=(code,), at_least=2) for code in "AB"
    )
    ground = ground_of(question(open=3, rounds=rounds(1, 3), rules=both))
    found = solve(ground, bounds_of(ground))
    assert (found.status, found.order) == ("infeasible", None)
    assert {rule.key for rule in both} <= set(found.conflicts)


# --- questions ------------------------------------------------------------------------------------


def test_a_round_counts_until_the_next_and_the_last_for_a_year():
    three = (Round(SOON, 1), Round(date(2022, 3, 1), 2), Round(date(2023, 3, 1), 3))
    assert weights_of(three) == [60 / 790, 365 / 790, 365 / 790]


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_the_rounds_share_the_whole_time(days):
    ends = [DAY.toordinal() + total for total in np.cumsum(days).tolist()]
    made = [Round(date.fromordinal(end), n) for n, end in enumerate(ends)]
    assert sum(weights_of(made)) == pytest.approx(1)
    assert all(weight > 0 for weight in weights_of(made))


def test_rounds_are_the_same_after_they_were_kept():
    asked = Question(on=DAY, open=3, rounds=rounds(1, 3))
    assert question_of(asked.as_json()) == asked


def test_the_last_round_follows_what_is_tried_by_hand():
    asked = Question(on=DAY, open=3, rounds=rounds(1, 3))
    more = changed(asked, Change("add", "place-1", reason="Tried."))
    assert [one.offices for one in more.rounds] == [1, 4]
    whole = Question(on=DAY, open=3, rounds=rounds(3, 3))
    fewer = changed(whole, Change("remove", "place-1", reason="Tried."))
    assert [one.offices for one in fewer.rounds] == [2, 2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"open": 3, "rounds": rounds(1, 2)},
        {"open": 3, "rounds": rounds(4, 3)},
        {"open": 3, "rounds": rounds(-1, 3)},
        {"open": 3, "close": 1, "rounds": rounds(1, 3)},
        {"open": 3, "rounds": rounds(1, 3), "objective": "farthest"},
        {"open": 3, "rounds": (Round(LATER, 1), Round(SOON, 3))},
        {"open": 3, "rounds": (Round(DAY.replace(year=2020), 1), Round(SOON, 3))},
        {"open": 3, "rounds": tuple(Round(date(2022, 1, n), 3) for n in range(1, 14))},
    ],
)
def test_rounds_that_make_no_order_are_refused(wrong):
    with pytest.raises(QuestionRefused) as refusal:
        question(**wrong)
    assert refusal.value.hint


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("every_variable_is_there")
def test_the_page_says_what_opens_in_each_round_and_what_the_order_costs(sign_in):
    towns(PERSONS, offices=[0])
    answer = answered(question(open=2, rounds=rounds(1, 2)))
    told = answer.effects["rounds"]
    assert [len(one["opened"]) for one in told] == [1, 1]
    assert {name for one in told for name in one["opened"]} == {
        key.replace("place-", "Place ") for key in keys(answer, "opened")
    }
    assert told[-1]["mean"] == pytest.approx(answer.effects["summary"]["mean_after"])
    assert answer.prices.complete
    address = f"/siting/studies/{answer.version.study_id}/versions/1/"
    planner = sign_in("planner")
    seen = words(planner.get(address, headers={"accept-language": "en"}))
    for said in ("In rounds: 1 until 2021-12-31, 2 until 2022-12-31.", "Round by round",
                 "Travel is averaged over the rounds.", "if it alone counted"):  # fmt: skip
        assert said in seen
    assert "Omgång för omgång" in words(planner.get(address))
    for kind in ("xlsx", "pdf", "csv"):
        assert planner.get(f"{address}study.{kind}").status_code == 200


@pytest.mark.django_db
def test_a_planner_writes_the_rounds_in_the_form(sign_in):
    towns(PERSONS, offices=[0])
    form = {"title": "North", "on": "2021-06-01", "open": "3", "close": "0", "detour": "1",
            "km_per_hour": "60", "rounds": "1: 2021-12-31\n3: 2022-12-31"}  # fmt: skip
    planner = sign_in("planner")
    assert planner.post("/siting/studies/new/", form).status_code == 302
    assert question_of(Study.objects.get().current.question).rounds == rounds(1, 3)
    refused = planner.post("/siting/studies/new/", form | {"rounds": "1: soon"},
                           headers={"accept-language": "en"})  # fmt: skip
    assert refused.status_code == 400
    assert "A round has no day" in words(refused)


@pytest.mark.django_db
@pytest.mark.parametrize(("opens", "closes"), [(3, 0), (0, 2)])
def test_the_network_told_during_a_search_is_that_of_the_last_round(opens, closes):
    towns(PERSONS, offices=[0, 3, 6])
    asked = question(open=opens, close=closes, rounds=rounds(1, opens or closes))
    ground, heard = ground_of(asked), []
    found = solve(ground, bounds_of(ground), told=lambda *now: heard.append(now))
    assert found.status == "proved"
    plans = [sites for *_rest, sites in heard if sites is not None]
    assert plans
    for sites in plans:
        after = np.isin(np.arange(len(ground.sites)), sites)
        assert after.sum() == 3 + opens - closes
        assert (after >= ground.is_office).all() if opens else (after <= ground.is_office).all()
