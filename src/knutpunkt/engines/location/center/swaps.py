"""A search for a cover by so many columns: take one out, put one in, weigh what stays open.

References
----------
Gao, Weise and Li (2015), Applied Soft Computing 36: 494-506 (row weighting local search).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Mask, Numbers, Starts


class Cover(NamedTuple):
    """Rows of each column and columns of each row."""

    column_start: Starts
    row_of: Numbers
    row_start: Starts
    column_of: Numbers


class Plan(NamedTuple):
    """Where the search stands.

    Parameters
    ----------
    chosen, barred
        Columns taken, and columns that may not come back yet, shape ``(columns,)``.
    score
        Weight of the rows a column alone would cover, or alone covers, shape ``(columns,)``.
    since
        Step at which a column last came or went, shape ``(columns,)``.
    covered, weight
        How often each row is covered, and how much it weighs, shape ``(rows,)``.
    waiting, place
        Rows left open, and where each stands in that list (-1: covered), shape ``(rows,)``.
    inside, seat
        Columns taken, and where each stands in that list (-1: not taken), shape ``(columns,)``.
    many
        How many rows are open and how many columns taken, shape ``(2,)``.
    """

    chosen: Mask
    barred: Mask
    score: Starts
    since: Starts
    covered: Numbers
    weight: Starts
    waiting: Numbers
    place: Numbers
    inside: Numbers
    seat: Numbers
    many: Starts


@kernel
def search(cover: Cover, chosen: Mask, weight: Starts, many: int, steps: int, seed: int) -> int:
    """Look for ``many`` columns that cover every row.

    ``chosen`` and ``weight`` change in place, so that the search can go on where it was. Returns
    how many rows are left open, 0 when it has found a cover.
    """
    np.random.seed(seed)  # noqa: NPY002  # the only generator numba can seed here
    plan = _begun(cover, chosen, weight)
    last = -1
    for step in range(1, steps + 1):
        if plan.many[0] == 0:
            break
        if plan.many[1] == many:
            out = _least_missed(plan, last)
            _take_out(cover, plan, out)
            plan.since[out] = step
        row = plan.waiting[np.random.randint(plan.many[0])]  # noqa: NPY002  # seeded above
        last = _most_wanted(cover, plan, row)
        _put_in(cover, plan, last)
        plan.since[last] = step
        _weigh(cover, plan)
    return int(plan.many[0])


@kernel
def _begun(cover: Cover, chosen: Mask, weight: Starts) -> Plan:
    rows, columns = len(weight), len(chosen)
    plan = Plan(
        chosen,
        np.zeros(columns, np.bool_),
        np.zeros(columns, np.int64),
        np.zeros(columns, np.int64),
        np.zeros(rows, np.int32),
        weight,
        np.empty(rows, np.int32),
        np.full(rows, -1, np.int32),
        np.empty(columns, np.int32),
        np.full(columns, -1, np.int32),
        np.zeros(2, np.int64),
    )
    for i in range(rows):
        plan.waiting[i], plan.place[i] = i, i
        for entry in range(cover.row_start[i], cover.row_start[i + 1]):
            plan.score[cover.column_of[entry]] += weight[i]
    plan.many[0] = rows
    begin = chosen.copy()
    chosen[:] = False
    for j in range(columns):
        if begin[j]:
            _put_in(cover, plan, j)
    return plan


@kernel
def _least_missed(plan: Plan, last: int) -> int:
    """The column whose rows weigh least, the one that has stayed longest on a tie."""
    best = -1
    for k in range(plan.many[1]):
        j = plan.inside[k]
        if j != last and (
            best < 0
            or plan.score[j] < plan.score[best]
            or (plan.score[j] == plan.score[best] and plan.since[j] < plan.since[best])
        ):
            best = j
    return best if best >= 0 else last


@kernel
def _most_wanted(cover: Cover, plan: Plan, row: int) -> int:
    """The column for an open row that covers the most weight, the longest away on a tie."""
    best = -1
    for entry in range(cover.row_start[row], cover.row_start[row + 1]):
        j = cover.column_of[entry]
        if not plan.barred[j] and (
            best < 0
            or plan.score[j] > plan.score[best]
            or (plan.score[j] == plan.score[best] and plan.since[j] < plan.since[best])
        ):
            best = j
    return best if best >= 0 else int(cover.column_of[cover.row_start[row]])


@kernel
def _take_out(cover: Cover, plan: Plan, column: int) -> None:
    plan.chosen[column], plan.barred[column] = False, True
    plan.many[1] -= 1
    filler = plan.inside[plan.many[1]]
    plan.inside[plan.seat[column]], plan.seat[filler] = filler, plan.seat[column]
    plan.seat[column] = -1
    for entry in range(cover.column_start[column], cover.column_start[column + 1]):
        i = cover.row_of[entry]
        plan.covered[i] -= 1
        if plan.covered[i] == 0:
            plan.waiting[plan.many[0]], plan.place[i] = i, plan.many[0]
            plan.many[0] += 1
        if plan.covered[i] <= 1:
            for other in range(cover.row_start[i], cover.row_start[i + 1]):
                j = cover.column_of[other]
                if j != column:
                    plan.barred[j] = False
                    if plan.covered[i] == 0 or plan.chosen[j]:
                        plan.score[j] += plan.weight[i]


@kernel
def _put_in(cover: Cover, plan: Plan, column: int) -> None:
    plan.chosen[column] = True
    plan.inside[plan.many[1]], plan.seat[column] = column, plan.many[1]
    plan.many[1] += 1
    for entry in range(cover.column_start[column], cover.column_start[column + 1]):
        i = cover.row_of[entry]
        plan.covered[i] += 1
        if plan.covered[i] == 1:
            plan.many[0] -= 1
            filler = plan.waiting[plan.many[0]]
            plan.waiting[plan.place[i]], plan.place[filler] = filler, plan.place[i]
            plan.place[i] = -1
        if plan.covered[i] <= 2:  # noqa: PLR2004  # a second column: the first is no longer alone
            for other in range(cover.row_start[i], cover.row_start[i + 1]):
                j = cover.column_of[other]
                if j != column:
                    plan.barred[j] = False
                    if plan.covered[i] == 1 or plan.chosen[j]:
                        plan.score[j] -= plan.weight[i]


@kernel
def _weigh(cover: Cover, plan: Plan) -> None:
    """Let every open row weigh more."""
    for k in range(plan.many[0]):
        i = plan.waiting[k]
        plan.weight[i] += 1
        for entry in range(cover.row_start[i], cover.row_start[i + 1]):
            plan.score[cover.column_of[entry]] += 1
