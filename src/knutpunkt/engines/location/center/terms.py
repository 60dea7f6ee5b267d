"""What can be asked of every covering question besides its size, and the question it makes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from knutpunkt.engines.location.center.question import checked_sites
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.meter import Meter, Now
from knutpunkt.engines.location.question import Question, Rule


class Terms(TypedDict, total=False):
    """Keyword arguments of :func:`solve_center` and :func:`solve_covering`.

    Parameters
    ----------
    weight
        Clients of weight 0 do not count, shape ``(clients,)``; all do without it.
    forced, excluded
        Sites every choice has and none may have, as numbers or as a mask.
    rules
        Further rules on the open sites, forced ones among them.
    time_limit, work_limit
        Seconds, and entries of lists looked at; the work limit is exact and repeatable, the time
        limit only picks where to stop.
    progress, cancel
        Told of every better plan or bound; asked often, true ends the search with what it has.
    seed
        The same seed gives the same search.
    """

    weight: ArrayLike | None
    forced: ArrayLike | None
    excluded: ArrayLike | None
    rules: Sequence[Rule]
    time_limit: float | None
    work_limit: int | None
    progress: Callable[[Now], object] | None
    cancel: Callable[[], bool] | None
    seed: int


class Search(NamedTuple):
    """How a search is limited and watched."""

    meter: Meter
    seed: int


def search_of(terms: Terms) -> Search:
    """The limits of the terms."""
    meter = Meter(
        terms.get("time_limit"), terms.get("work_limit"), terms.get("progress"), terms.get("cancel")
    )
    return Search(meter, terms.get("seed", 0))


def masks_of(costs: Costs, terms: Terms) -> dict[str, Any]:
    """The sites every choice has and none may have, as masks."""
    return {
        name: checked_sites(name, given, costs.sites)
        for name, given in (("forced", terms.get("forced")), ("excluded", terms.get("excluded")))
    }


def question_of(costs: Costs, at_least: int, at_most: int, terms: Terms) -> Question:
    """The checked question behind a covering question.

    Raises
    ------
    LocationRefused
        With what is wrong and where, before anything is computed.
    """
    weight = terms.get("weight")
    persons = np.ones(costs.clients) if weight is None else np.asarray(weight, np.float64)
    return Question(
        costs, persons, at_least, at_most, rules=tuple(terms.get("rules", ())),
        **masks_of(costs, terms),
    )  # fmt: skip


def covering_hash(question: Question, model: str, radius: float | None) -> str:
    """SHA-256 over everything that is asked of a p-center or a covering."""
    said = f"{question.inputs_hash()} {model} {radius!r}"
    return hashlib.sha256(said.encode()).hexdigest()
