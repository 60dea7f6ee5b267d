"""Budgets: what places cost and closings save, instead of a number or beside it."""

from itertools import chain, combinations

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.models import Study, StudySeries
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.engine import solve, travel_to
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.spending import Spending, spent
from support.pages import every_variable_is_there, words
from support.studies import answered, fixed, keys, never, silent
from support.towns import DAY, STEP, question, towns

__all__ = ["every_variable_is_there"]

AMOUNTS = st.floats(0, 1e9)
FORM = {"title": "North", "on": "2021-06-01", "detour": "1", "km_per_hour": "60"}


def page_of(answer):
    return f"/siting/studies/{answer.version.study_id}/versions/{answer.version.number}/"


def cost_of(ground, plan):
    """What a plan costs, counted place by place."""
    asked = ground.question
    opened = [ground.sites[n].key for n in np.flatnonzero(plan & ~ground.is_office)]
    closed = [ground.sites[n].key for n in np.flatnonzero(~plan & ground.is_office)]
    return spent(asked.spending, asked.savings, opened, closed)["total"]


def some_of(sites):
    return chain.from_iterable(combinations(sites, many) for many in range(len(sites) + 1))


def every_plan(ground):
    """All plans that leave any office open."""
    offices = np.flatnonzero(ground.is_office)
    for new in some_of(range(ground.places)):
        for gone in some_of(offices):
            plan = ground.is_office.copy()
            plan[list(new)] = True
            plan[list(gone)] = False
            if plan.any():
                yield plan


def refused_or_impossible(ground):
    """Whether the budget is refused outright, or named as what no plan obeys."""
    try:
        found = solve(ground, bounds_of(ground))
    except QuestionRefused as refusal:
        return "budget" in str(refusal)
    return found.status == "infeasible" and "budget" in found.conflicts


# --- the plan of least travel that can be paid ----------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("most", [-50.0, 35.0, 120.0, 1e6])
@pytest.mark.parametrize(
    ("opens", "closes"), [(None, None), (None, 0), (2, None), (None, 1), (1, 1)]
)
def test_no_plan_that_can_be_paid_gives_less_travel(most, opens, closes):
    towns([10, 40, 10, 500, 10, 70], offices=[0, 3])
    asked = question(
        open=opens, close=closes, savings={"office-0": 20.0, "office-3": 45.0},
        spending=Spending(most=most, years=2.0, opening=5.0, running=10.0,
                          opening_at={"place-3": 60.0}, running_at={"place-1": 1.0}),
    )  # fmt: skip
    ground = ground_of(asked)

    def allowed(plan):
        new, gone = (plan & ~ground.is_office).sum(), (~plan & ground.is_office).sum()
        right = opens in (None, new) and closes in (None, gone)
        return right and cost_of(ground, plan) <= most + 1e-9

    possible = [plan for plan in every_plan(ground) if allowed(plan)]
    if not possible:
        assert refused_or_impossible(ground)
        return
    found = solve(ground, bounds_of(ground))
    least = min(float(ground.persons @ travel_to(ground, plan).minutes) for plan in possible)
    assert found.status == "proved"
    assert found.objective == pytest.approx(least)
    assert allowed(found.open)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("most", "cheap", "many"), [(10.0, 7.0, 1), (14.0, 7.0, 2), (10.0, 3.0, 2), (6.9, 0.0, 1)]
)
def test_no_half_office_can_be_bought(most, cheap, many):
    towns([10, 10, 10, 500, 10], offices=[0])
    asked = question(
        open=None, spending=Spending(most=most, opening=7.0, opening_at={"place-2": cheap})
    )
    bounds = bounds_of(ground_of(asked))
    (count,) = (tally for tally in bounds.tallies if tally.name == "budget:count")
    assert (count.rule, count.at_most, count.factors) == ("budget", many, None)


@pytest.mark.django_db
def test_the_cheaper_place_opens_where_the_better_one_cannot_be_paid():
    towns([10, 10, 10, 500, 10], offices=[0])
    dear = Spending(most=100.0, opening=100.0, opening_at={"place-3": 101.0})
    answer = answered(question(open=1, spending=dear))
    assert keys(answer, "opened") < {"place-2", "place-4"}
    (price,) = answer.prices.rules
    assert (price["rule"], price["binds"], price["instead"]) == ("budget", True, ["Place 3"])
    # Town 3 then has one step to go; the small towns win and lose alike.
    assert price["person_minutes"] == pytest.approx(STEP * 500, rel=1e-3)


@pytest.mark.django_db
def test_what_a_plan_costs_is_added_up_and_told_at_each_place():
    towns([10, 10, 10, 500, 10], offices=[0, 1])
    asked = question(
        open=None, close=1, savings={"office-0": 30.0, "office-1": 30.0},
        spending=Spending(most=50.0, years=3.0, opening=20.0, running=40.0),
    )  # fmt: skip
    answer = answered(asked)
    money = answer.effects["spending"]
    assert money == {
        "once": 20.0, "yearly": 40.0, "saved": 30.0, "years": 3.0, "total": 50.0, "most": 50.0,
        "known": 1,
    }  # fmt: skip
    (opened,) = (site for site in answer.effects["sites"] if site["state"] == "opened")
    assert opened["cost"] == 20.0 + 3 * 40.0


@pytest.mark.django_db
def test_a_budget_that_stands_in_for_a_number_has_no_price():
    towns([10, 10, 10, 500, 10], offices=[0])
    spending = Spending(most=2.0, opening=1.0)
    answer = answered(
        question(open=None, spending=spending, rules=(fixed("never_open", "place-3"),))
    )
    assert [one["rule"] for one in answer.prices.rules] == ["never_open:place-3"]
    assert len(keys(answer, "opened")) == 2


@given(
    st.dictionaries(st.sampled_from("abcd"), AMOUNTS),
    st.dictionaries(st.sampled_from("abcd"), AMOUNTS),
    AMOUNTS,
    AMOUNTS,
    st.floats(0.5, 10),
)
def test_every_place_adds_its_own_cost(opening_at, running_at, opening, running, years):
    spending = Spending(None, years, opening, running, opening_at, running_at)
    whole = spent(spending, {}, list("abcd"), [])["total"]
    assert whole == pytest.approx(sum(spending.of_place(key) for key in "abcd"))


# --- questions ------------------------------------------------------------------------------------


def test_a_budget_is_the_same_after_it_was_kept():
    spending = Spending(10.0, 2.5, 1.0, 2.0, {"place-1": 4.0}, {"place-2": 5.0})
    asked = Question(on=DAY, open=None, close=None, spending=spending)
    assert question_of(asked.as_json()) == asked


def test_a_question_kept_before_there_were_budgets_is_still_understood():
    kept = Question(on=DAY, open=3).as_json()
    for new in ("spending", "minutes", "decay"):
        del kept[new]
    assert question_of(kept | {"format": 1}) == Question(on=DAY, open=3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"open": None},
        {"open": None, "spending": Spending(most=10.0)},
        {"open": 1, "spending": Spending(most=float("nan"), opening=1.0)},
        {"open": 1, "spending": Spending(opening=-1.0)},
        {"open": 1, "spending": Spending(running_at={"place-1": float("inf")})},
        {"open": 1, "spending": Spending(most=1.0, opening=1.0, years=0.0)},
    ],
)
def test_a_budget_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(QuestionRefused) as refusal:
        question(**wrong)
    assert refusal.value.hint


@pytest.mark.django_db
def test_what_is_sure_to_open_must_be_paid():
    towns([10, 10, 10], offices=[0])
    spending = Spending(most=5.0, opening=10.0)
    rules = (fixed("must_open", "place-1"),)
    with translation.override("sv"), pytest.raises(QuestionRefused, match="mer än budgeten"):
        bounds_of(ground_of(question(open=1, spending=spending, rules=rules)))


# --- pages ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("every_variable_is_there")
def test_a_planner_gives_a_budget_instead_of_a_number(sign_in):
    towns([10, 10, 10, 500, 10], offices=[0])
    planner = sign_in("planner")
    said = FORM | {"open": "", "close": "0", "budget": "900", "years": "2", "opening_cost": "100",
                   "running_cost": "200", "costs": "Place 3: 300; 250"}  # fmt: skip
    assert planner.post("/siting/studies/new/", said).status_code == 302
    version = Study.objects.get().current
    asked = question_of(version.question)
    assert (asked.open, asked.spending.most, asked.spending.years) == (None, 900.0, 2.0)
    assert asked.spending.of_place("place-3") == 800.0
    study_answer(version.pk, silent, never)
    seen = words(planner.get(page_of(version.answer), headers={"accept-language": "en"}))
    for told in ("As many open as the budget allows, 0 close.", "cost at most 900",
                 "Cost over the years", "Over 2 years that is 800.",
                 "Of the budget of 900, 100 is left."):  # fmt: skip
        assert told in seen
    assert "Av budgeten på 900 återstår 100." in words(planner.get(page_of(version.answer)))
    for kind in ("csv", "geojson", "xlsx", "pdf"):
        assert planner.get(f"{page_of(version.answer)}study.{kind}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [{"costs": "Place 3: much"}, {"open": "", "budget": ""}])
def test_a_budget_nobody_understands_comes_back_with_the_reason(sign_in, wrong):
    towns([10, 10, 10, 500, 10], offices=[0])
    told = sign_in("planner").post("/siting/studies/new/", FORM | {"close": "0"} | wrong)
    assert told.status_code == 400
    assert not Study.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("every_variable_is_there")
def test_budgets_make_a_frontier_of_cost_against_minutes(sign_in):
    towns([10, 40, 10, 500, 10, 70, 90], offices=[0])
    planner = sign_in("planner")
    said = FORM | {"open": "", "close": "0", "opening_cost": "100", "vary": "budget",
                   "first": "100", "last": "400", "step": "100"}  # fmt: skip
    told = planner.post("/siting/series/new/", said | {"years": "1", "budget": "1"})
    series = StudySeries.objects.get()
    for study in series.studies.all():
        study_answer(study.current.pk, silent, never)
    shown = planner.get(told["Location"], headers={"accept-language": "en"})
    seen = words(shown)
    assert "Mean minutes against the cost" in seen
    assert shown.content.decode().count('class="spot"') == 2 * 4
    means = [
        study.current.answer.effects["summary"]["mean_after"]
        for study in sorted(series.studies.all(), key=lambda one: one.title)
    ]
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == 4
    costs = [study.current.answer.effects["spending"]["total"] for study in series.studies.all()]
    assert sorted(costs) == [100.0, 200.0, 300.0, 400.0]
