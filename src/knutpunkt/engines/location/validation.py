"""Checks of a location problem: every refusal names the place, before anything is computed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.errors import (
    CoordinateInvalid,
    CostNegative,
    CostNotFinite,
    FixedSiteExcluded,
    LabelsMissing,
    NewSitesNegative,
    NoSiteOpen,
    PersonsInvalid,
    ProblemEmpty,
    QuotaNameTaken,
    QuotaRangeInvalid,
    QuotaSiteUnknown,
    ShapeWrong,
    TooFewCandidates,
)


def checked_costs(costs: ArrayLike, *, finite: bool = True) -> NDArray[np.float64]:
    """Read-only float table of shape ``(points, sites)``, not below 0, infinite only where told."""
    table = np.array(costs, dtype=np.float64, order="C")
    if table.size == 0:
        points, sites = (*table.shape, 0, 0)[:2]
        raise ProblemEmpty(points=points, sites=sites)
    if table.shape != (len(table), table[0].size):
        raise ShapeWrong(array="cost", shape=table.shape, expected="(points, sites)")
    right = np.isfinite(table) if finite else ~np.isnan(table)
    if not right.all():
        point, site = np.argwhere(~right)[0].tolist()
        raise CostNotFinite(point=point, site=site, cost=float(table[point, site]))
    if table.min() < 0:
        point, site = np.argwhere(table < 0)[0].tolist()
        raise CostNegative(point=point, site=site, cost=float(table[point, site]))
    table.flags.writeable = False
    return table


def checked_persons(persons: ArrayLike, points: int) -> NDArray[np.float64]:
    """Read-only weights of shape ``(points,)``, finite and not below 0."""
    weights = np.array(persons, dtype=np.float64)
    if weights.shape != (points,):
        raise ShapeWrong(array="persons", shape=weights.shape, expected=f"({points},)")
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        point = int(wrong.argmax())
        raise PersonsInvalid(point=point, persons=float(weights[point]))
    weights.flags.writeable = False
    return weights


def checked_mask(name: str, mask: ArrayLike, sites: int) -> NDArray[np.bool_]:
    """Read-only boolean mask of shape ``(sites,)``."""
    flags = np.asarray(mask)
    if flags.dtype != np.bool_ or flags.shape != (sites,):
        expected = f"({sites},), boolean"
        raise ShapeWrong(array=f"{name} ({flags.dtype})", shape=flags.shape, expected=expected)
    flags = np.array(flags, dtype=np.bool_)
    flags.flags.writeable = False
    return flags


def checked_quota_sites(quota: str, chosen: ArrayLike, sites: int) -> NDArray[np.intp]:
    """Sorted distinct site numbers of a quota given as numbers or as a mask."""
    numbers = np.asarray(chosen)
    if numbers.dtype == np.bool_:
        return np.flatnonzero(checked_mask(f"quota {quota!r}", numbers, sites))
    if numbers.size == 0:
        return np.empty(0, dtype=np.intp)
    if not np.issubdtype(numbers.dtype, np.integer):
        raise QuotaSiteUnknown(quota=quota, site=numbers.ravel()[0], sites=sites)
    unknown = (numbers < 0) | (numbers >= sites)
    if unknown.any():
        raise QuotaSiteUnknown(quota=quota, site=int(numbers[unknown][0]), sites=sites)
    return np.unique(numbers).astype(np.intp)


def refuse_impossible_range(quota: str, at_least: int, at_most: int | None) -> None:
    """Refuse a quota that no number of sites satisfies."""
    if at_least < 0 or (at_most is not None and at_most < at_least):
        raise QuotaRangeInvalid(quota=quota, at_least=at_least, at_most=at_most)


def refuse_repeated_names(names: Sequence[str]) -> None:
    """Refuse two quotas of one name."""
    for place, name in enumerate(names):
        if name in names[:place]:
            raise QuotaNameTaken(quota=name)


def refuse_impossible_counts(
    fixed_open: NDArray[np.bool_], excluded: NDArray[np.bool_], new_sites: int
) -> None:
    """Refuse contradictory masks and a number of new sites that cannot be opened."""
    both = fixed_open & excluded
    if both.any():
        raise FixedSiteExcluded(site=int(both.argmax()))
    if new_sites < 0:
        raise NewSitesNegative(new_sites=new_sites)
    candidates = int((~(fixed_open | excluded)).sum())
    if new_sites > candidates:
        raise TooFewCandidates(new_sites=new_sites, candidates=candidates)
    if new_sites == 0 and not fixed_open.any():
        raise NoSiteOpen


def refuse_missing_labels(labels: Sequence[str], sites: int) -> None:
    """Refuse labels that do not match the sites one to one."""
    if labels and len(labels) != sites:
        raise LabelsMissing(labels=len(labels), sites=sites)


def checked_axes(points: ArrayLike, what: str, *, sphere: bool) -> NDArray[np.float64]:
    """Coordinates by axis, shape ``(2, points)``; those of a sphere in radians."""
    given = np.asarray(points, np.float64)
    if given.ndim != 2 or given.shape[1] != 2 or not len(given):  # noqa: PLR2004  # two coordinates
        raise CoordinateInvalid(what=what, number=0, value=given.shape)
    most = np.array([90.0, 180.0]) if sphere else np.array([np.inf, np.inf])
    wrong = ~np.isfinite(given) | (np.abs(given) > most)
    if wrong.any():
        number = int(np.flatnonzero(wrong.any(axis=1))[0])
        raise CoordinateInvalid(what=what, number=number, value=tuple(given[number].tolist()))
    return np.ascontiguousarray((np.deg2rad(given) if sphere else given).T)
