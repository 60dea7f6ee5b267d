"""What a search tells while it goes on: the sites of its best plan, and no others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.location import Problem, evaluate, solve


def problem(seed, *, points=60, sites=25, new=5, fixed=2):
    draw = np.random.default_rng(seed)
    where, places = draw.random((points, 2)), draw.random((sites, 2))
    cost = np.hypot(*(where[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    standing = np.zeros(sites, dtype=bool)
    standing[:fixed] = True
    return Problem(
        cost=cost, persons=draw.integers(1, 100, points).astype(float), fixed_open=standing,
        excluded=np.zeros(sites, dtype=bool), new_sites=new,
    )  # fmt: skip


@given(st.integers(0, 10_000))
def test_the_sites_told_cost_what_is_told_of_them(seed):
    asked, heard = problem(seed), []
    answer = solve(asked, progress=heard.append)
    assert heard
    for now in heard:
        open_ = np.zeros(len(asked.fixed_open), dtype=bool)
        open_[now.sites] = True
        assert open_.sum() == 7
        assert open_[:2].all()
        assert evaluate(asked, open_).person_minutes == pytest.approx(now.incumbent)
    assert heard[-1].incumbent == pytest.approx(answer.objective)


def test_what_was_told_does_not_change_afterwards():
    heard = []
    solve(problem(7), progress=lambda now: heard.append((now, now.sites.copy())))
    assert all((now.sites == then).all() for now, then in heard)
