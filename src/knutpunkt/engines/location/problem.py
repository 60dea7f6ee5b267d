"""The question: which sites to open beside those that stay, under quotas."""

import hashlib
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.errors import QuotaUnknown
from knutpunkt.engines.location.validation import (
    checked_costs,
    checked_mask,
    checked_persons,
    checked_quota_sites,
    refuse_impossible_counts,
    refuse_impossible_range,
    refuse_missing_labels,
    refuse_repeated_names,
)


@dataclass(frozen=True, eq=False)
class Quota:
    """How many of some sites must or may be opened.

    Parameters
    ----------
    name
        Unique in its problem; answers refer to it.
    sites
        Site numbers, or a boolean mask of shape ``(sites,)``. Only **new** sites count: a fixed
        or excluded site may be named, but never fills a quota.
    at_least, at_most
        Bounds on the number of new sites among them; ``None`` is no upper bound.
    """

    name: str
    sites: ArrayLike
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, eq=False)
class Problem:
    """Open ``new_sites`` sites so that the residents' travel to the nearest open one is least.

    The arrays are copied, checked and made read-only when the problem is made.

    Parameters
    ----------
    cost
        Minutes from demand point to site, one way, shape ``(points, sites)``, finite, not below 0.
    persons
        Residents per demand point, shape ``(points,)``, finite, not below 0.
    fixed_open
        Sites that are open and stay so, boolean, shape ``(sites,)``.
    excluded
        Sites that must not be opened, boolean, shape ``(sites,)``.
    new_sites
        How many sites to open beside the fixed ones, exactly.
    quotas
        Rules on the number of new sites in groups; the groups may overlap.
    labels
        Names of the sites, none or one for each. The engine only carries them.

    Raises
    ------
    LocationRefused
        One of the classes in :mod:`knutpunkt.engines.location.errors`, with the place.

    References
    ----------
    Hakimi (1964), Operations Research 12(3): 450-459, doi:10.1287/opre.12.3.450 (the p-median).
    """

    cost: NDArray[np.float64]
    persons: NDArray[np.float64]
    fixed_open: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    new_sites: int
    quotas: tuple[Quota, ...] = ()
    labels: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        cost = checked_costs(self.cost)
        points, sites = cost.shape
        self._set("cost", cost)
        self._set("persons", checked_persons(self.persons, points))
        self._set("fixed_open", checked_mask("fixed_open", self.fixed_open, sites))
        self._set("excluded", checked_mask("excluded", self.excluded, sites))
        refuse_impossible_counts(self.fixed_open, self.excluded, self.new_sites)
        refuse_repeated_names([quota.name for quota in self.quotas])
        self._set("quotas", tuple(_checked(quota, sites) for quota in self.quotas))
        self._set("labels", tuple(self.labels))
        refuse_missing_labels(self.labels, sites)

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    @property
    def candidates(self) -> NDArray[np.intp]:
        """Numbers of the sites that may be opened: neither fixed nor excluded."""
        return np.flatnonzero(~(self.fixed_open | self.excluded))

    def opened(self, new: ArrayLike) -> NDArray[np.bool_]:
        """Mask of the fixed sites and the ``new`` ones (site numbers), shape ``(sites,)``."""
        mask = self.fixed_open.copy()
        mask[np.asarray(new, dtype=np.intp)] = True
        return mask

    def inputs_hash(self) -> str:
        """SHA-256 over every array, number and quota of the question (labels are left out)."""
        digest = hashlib.sha256()
        for array in (self.cost, self.persons, self.fixed_open, self.excluded):
            digest.update(f"{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        digest.update(f"new_sites={self.new_sites}".encode())
        for quota in self.quotas:
            digest.update(f"{quota.name!r} {quota.at_least} {quota.at_most}".encode())
            digest.update(np.asarray(quota.sites, dtype=np.int64).tobytes())
        return digest.hexdigest()


def with_quota_dropped(problem: Problem, name: str) -> Problem:
    """Return the same problem without one quota, to learn what that rule costs.

    Raises
    ------
    QuotaUnknown
        When no quota has the name.
    """
    kept = tuple(quota for quota in problem.quotas if quota.name != name)
    if len(kept) == len(problem.quotas):
        raise QuotaUnknown(quota=name)
    return replace(problem, quotas=kept)


def _checked(quota: Quota, sites: int) -> Quota:
    numbers = checked_quota_sites(quota.name, quota.sites, sites)
    at_most = None if quota.at_most is None else int(quota.at_most)
    refuse_impossible_range(quota.name, int(quota.at_least), at_most)
    return Quota(quota.name, numbers, int(quota.at_least), at_most)
