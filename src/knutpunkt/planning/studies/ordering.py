"""What opens or closes in which round, and what the order costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.rounds import Round, rollout
from knutpunkt.planning.studies.bounds import Bounds
from knutpunkt.planning.studies.ground import Ground
from knutpunkt.planning.studies.objectives import worst_share_mean
from knutpunkt.planning.studies.reaching import Search
from knutpunkt.planning.studies.rounds import weights_of

Mask = NDArray[np.bool_]

#: A bound that is lower by less proves a plan.
SURE = 1e-9


@dataclass(frozen=True, slots=True)
class Order:
    """The network after each round, and what other orders would cost, in person-minutes.

    Parameters
    ----------
    open
        Open sites after each round, shape ``(sites,)`` each.
    greedy
        Averaged over the rounds, when each round is best by itself; none if that ends with no plan.
    end, end_alone
        Of the last network here, and of the best one if only the last counted.
    end_proved
        Whether no network could be better than ``end_alone``.
    """

    open: tuple[Mask, ...]
    greedy: float | None
    end: float
    end_alone: float | None
    end_proved: bool


def rolled_out(
    ground: Ground, bounds: Bounds, asked: Question, search: Search
) -> tuple[Answer, Order | None]:
    """Find in which round each office opens, or closes, so that travel over all rounds is least.

    Parameters
    ----------
    ground, bounds
        The study. What must be open, or closed, must be so after the last round.
    asked
        The same question without rounds.
    search
        Its limits, and who is told.

    Returns
    -------
    tuple
        The answer; its objective is the travel averaged over the time, its sites those of the last
        round. And the order, nothing without a plan.
    """
    rounds, offices = ground.question.rounds, int(ground.is_office.sum())
    sign = 1 if ground.question.opens else -1
    counted = [
        Round(offices + sign * one.offices, weight)
        for one, weight in zip(rounds, weights_of(rounds), strict=True)
    ]
    found = rollout(
        _until_the_end(ground, bounds, asked), counted, time_limit=search.limit,
        progress=lambda now: search.tell(now.objective, now.bound, now.sites),
        cancel=search.cancelled,
    )  # fmt: skip
    if found.price is None:
        return found.answer, None
    masks = []
    for sites in found.open:
        mask = np.zeros(len(ground.sites), dtype=np.bool_)
        mask[sites] = True
        masks.append(mask)
    price = found.price
    alone, bound = price.end_alone, price.end_alone_bound
    proved = alone is not None and bound is not None and bound >= alone * (1 - SURE)
    return found.answer, Order(tuple(masks), price.greedy, price.end, alone, proved)


def _until_the_end(ground: Ground, bounds: Bounds, asked: Question) -> Question:
    """Let rules that fix a place or an office hold after the last round alone."""
    opening = ground.question.opens
    late = bounds.fixed & ~ground.is_office if opening else bounds.excluded & ground.is_office
    wanted = 1.0 if opening else 0.0
    rules = tuple(
        Rule(late_rule(ground, int(site), opening=opening), np.array([site]), wanted, wanted)
        for site in np.flatnonzero(late)
    )
    forced = bounds.fixed & ~late if opening else bounds.fixed
    excluded = bounds.excluded if opening else bounds.excluded & ~late
    return Question(
        asked.costs, asked.weight, 1, len(ground.sites), forced=forced, excluded=excluded,
        rules=(*asked.rules, *rules),
    )  # fmt: skip


def late_rule(ground: Ground, site: int, *, opening: bool) -> str:
    """Key of the rule that fixes a place or an office."""
    return f"{'must_open' if opening else 'must_close'}:{ground.sites[site].key}"


def order_told(ground: Ground, order: Order) -> dict[str, Any]:
    """Say what happens in each round and what the order costs, as plain values.

    Parameters
    ----------
    ground
        What the study stands on.
    order
        The networks.

    Returns
    -------
    dict
        ``rounds`` with names and minutes, and ``order`` with mean minutes of other orders.
    """
    persons = float(ground.persons.sum())
    before, told = ground.is_office, []
    for one, after in zip(ground.question.rounds, order.open, strict=True):
        minutes = ground.minutes[:, after].min(axis=1)
        told.append(
            {
                "until": one.until.isoformat(),
                "opened": _names(ground, after & ~before),
                "closed": _names(ground, before & ~after),
                "mean": float(ground.persons @ minutes) / persons,
                "worst": worst_share_mean(minutes, ground.persons),
            }
        )
        before = after
    means = {
        "greedy": None if order.greedy is None else order.greedy / persons,
        "end": order.end / persons,
        "end_alone": None if order.end_alone is None else order.end_alone / persons,
        "end_proved": order.end_proved,
    }
    return {"rounds": told, "order": means}


def _names(ground: Ground, sites: Mask) -> list[str]:
    return sorted(ground.sites[site].name for site in np.flatnonzero(sites))
