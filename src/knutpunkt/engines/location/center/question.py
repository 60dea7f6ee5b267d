"""A question as the search takes it: who must be served, by which sites, under which rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.center.clients import Floats, Mask, nearest_cost
from knutpunkt.engines.location.center.errors import SiteMaskWrong, SiteUnknown
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.question import Question, rule_rows


@dataclass(frozen=True, eq=False)
class Rows:
    """Written rules as rows over the sites; the first is the number of sites.

    Parameters
    ----------
    parts
        Factor of each site, none beyond 1, shape ``(rows, sites)``.
    least, most
        What the free sites have to add up to, forced ones taken off, shape ``(rows,)``.
    kind
        Sites of the same factors have the same kind, shape ``(sites,)``.
    """

    parts: Floats
    least: Floats
    most: Floats
    kind: NDArray[np.int32]

    def obeyed(self, sites: NDArray[np.integer]) -> bool:
        """Whether free sites obey every row."""
        part = self.parts[:, sites]
        total, little = part.sum(axis=1), 1e-9 * (1 + np.abs(part).sum(axis=1))
        return bool((total >= self.least - little).all() and (total <= self.most + little).all())


@dataclass(frozen=True, eq=False)
class Task:
    """Clients that count, sites that may be chosen, and what forced sites do already.

    Parameters
    ----------
    costs
        Costs of the whole problem.
    counted
        Clients with a weight above 0, shape ``(clients,)``.
    forced
        Numbers of sites that every plan has, ascending.
    allowed
        Sites that may be chosen besides, shape ``(sites,)``.
    already
        Cost from each client to the nearest forced site, shape ``(clients,)``.
    rows
        Written rules; none without any, where nothing but the number of sites is limited.
    """

    costs: Costs
    counted: Mask
    forced: NDArray[np.intp]
    allowed: Mask
    already: Floats
    rows: Rows | None = None

    @property
    def free(self) -> int:
        """How many sites may be chosen."""
        return int(self.allowed.sum())

    @property
    def kind(self) -> NDArray[np.int32]:
        """Sites that rules tell apart differ in kind, shape ``(sites,)``."""
        return np.zeros(self.costs.sites, np.int32) if self.rows is None else self.rows.kind

    def obeyed(self, sites: NDArray[np.integer]) -> bool:
        """Whether free sites obey the written rules."""
        return self.rows is None or self.rows.obeyed(sites)

    def served_at(self, sites: NDArray[np.integer]) -> Floats:
        """Cost of each client that counts under a plan, 0 for the others."""
        cost = np.minimum(self.already, nearest_cost(self.costs, sites.astype(np.intp)))
        return np.where(self.counted, cost, 0.0)


def task_of(question: Question) -> Task:
    """What a checked question asks of the search."""
    numbers = np.flatnonzero(question.forced)
    return Task(
        question.costs, question.weight > 0, numbers, ~(question.forced | question.excluded),
        nearest_cost(question.costs, numbers), _rows(question, numbers),
    )  # fmt: skip


def _rows(question: Question, forced: NDArray[np.intp]) -> Rows | None:
    if not question.rules:
        return None
    parts, least, most = rule_rows(question.rules, question.costs.sites)
    parts = np.vstack((np.ones((1, question.costs.sites)), parts))
    scale = np.maximum(np.abs(parts).max(axis=1), 1e-300)
    parts = parts / scale[:, None]
    before = parts[:, forced].sum(axis=1)
    least = np.concatenate(([float(question.at_least)], least)) / scale - before
    most = np.concatenate(([float(question.at_most)], most)) / scale - before
    _, kind = np.unique(parts, axis=1, return_inverse=True)
    return Rows(parts, least, most, kind.reshape(-1).astype(np.int32))


def checked_sites(name: str, given: ArrayLike | None, sites: int) -> Mask:
    """Sites given by number or as a mask, as a mask."""
    array = np.asarray([] if given is None else given)
    if array.dtype == np.bool_:
        if array.shape != (sites,):
            raise SiteMaskWrong(name=name, shape=array.shape, sites=sites)
        return array.copy()
    mask = np.zeros(sites, np.bool_)
    for site in array.ravel().tolist():
        if site != int(site) or not 0 <= site < sites:
            raise SiteUnknown(name=name, site=site, sites=sites)
        mask[int(site)] = True
    return mask
