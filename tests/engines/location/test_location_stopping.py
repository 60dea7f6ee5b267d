import numpy as np
import pytest

from engines.location.location_cases import obeys, random_problem
from knutpunkt.engines.location import TimeLimitInvalid, evaluate, solve
from knutpunkt.engines.location.milp import Milp


def test_without_time_nothing_is_known():
    solution = solve(random_problem(1), time_limit=0)
    assert solution.status == "unknown"
    assert (solution.objective, solution.bound, solution.gap) == (None, None, None)


@pytest.mark.parametrize("time_limit", [1e-6, 1e-4, 1e-3])
def test_a_time_out_is_never_called_proved(time_limit):
    problem = random_problem(2, points=200, sites=150, fixed=0, new_sites=12)
    assert solve(problem, time_limit=time_limit).status in {"unknown", "gap"}


def test_a_cancelled_search_keeps_the_best_plan_so_far():
    problem = random_problem(3, points=200, sites=150, fixed=0, new_sites=12)
    heard = []
    solution = solve(problem, progress=heard.append, cancel=lambda: bool(heard))
    assert solution.status == "gap"
    assert obeys(problem, solution.sites)
    assert 0 < solution.gap <= 1
    assert solution.bound < solution.objective
    travelled = evaluate(problem, problem.opened(solution.sites)).person_minutes
    assert solution.objective == travelled


def test_progress_only_ever_gets_better_and_ends_at_the_answer():
    heard = []
    solution = solve(random_problem(4), progress=heard.append)
    incumbents = [step.incumbent for step in heard]
    bounds = [step.bound for step in heard if step.bound is not None]
    assert incumbents == sorted(incumbents, reverse=True)
    assert bounds == sorted(bounds)
    assert heard[-1].incumbent == pytest.approx(solution.objective)
    assert heard[-1].bound == pytest.approx(solution.bound)
    assert [step.seconds for step in heard] == sorted(step.seconds for step in heard)


def test_a_callback_that_fails_stops_the_search_with_its_own_error():
    def failing(_step):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        solve(random_problem(4), progress=failing)


def knapsack():
    random = np.random.default_rng(0)
    columns = np.arange(40)
    model = Milp(cost=-random.uniform(1, 2, 40), lower=np.zeros(40), upper=np.ones(40), integers=40)
    for _ in range(30):
        model.add_row(columns, random.uniform(0, 1, 40), -np.inf, 7.0)
    return model


def test_the_solver_stops_when_its_listener_says_so():
    answer = knapsack().minimise(listener=lambda _primal, _dual: True)
    assert not answer.optimal
    assert not answer.infeasible


def test_the_solver_without_time_claims_no_optimum():
    answer = knapsack().minimise(seconds=0.0)
    assert not answer.optimal


@pytest.mark.parametrize("time_limit", [-1, float("nan")])
def test_a_time_limit_below_nothing_is_refused(time_limit):
    with pytest.raises(TimeLimitInvalid):
        solve(random_problem(1), time_limit=time_limit)
