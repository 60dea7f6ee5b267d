"""A question to the search, checked: who must be served, by which sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.center.clients import Floats, Mask, nearest_cost
from knutpunkt.engines.location.center.errors import SiteMaskWrong, SiteUnknown
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.errors import FixedSiteExcluded
from knutpunkt.engines.location.validation import checked_persons


@dataclass(frozen=True, eq=False)
class Question:
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
    """

    costs: Costs
    counted: Mask
    forced: NDArray[np.intp]
    allowed: Mask
    already: Floats

    @property
    def free(self) -> int:
        """How many sites may be chosen."""
        return int(self.allowed.sum())

    def served_at(self, sites: NDArray[np.integer]) -> Floats:
        """Cost of each client that counts under a plan, 0 for the others."""
        cost = np.minimum(self.already, nearest_cost(self.costs, sites.astype(np.intp)))
        return np.where(self.counted, cost, 0.0)


def question_of(
    costs: Costs,
    forced: ArrayLike | None,
    excluded: ArrayLike | None,
    weight: ArrayLike | None,
) -> Question:
    """Check what was asked."""
    fixed = checked_sites("forced", forced, costs.sites)
    barred = checked_sites("excluded", excluded, costs.sites)
    both = fixed & barred
    if both.any():
        raise FixedSiteExcluded(site=int(both.argmax()))
    persons = np.ones(costs.clients) if weight is None else checked_persons(weight, costs.clients)
    numbers = np.flatnonzero(fixed)
    return Question(
        costs, persons > 0, numbers, ~(fixed | barred), nearest_cost(costs, numbers)
    )  # fmt: skip


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
