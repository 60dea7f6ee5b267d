"""Branching: part the sites that a client may be served by into two halves.

Two branches on one site are lopsided: closing it hardly changes anything. Parting the sites of a
client between which the relaxed plans waver cuts both ways.

References
----------
Ceselli and Righini (2005), Networks 45(3): 125-142, doi:10.1002/net.20059 (the rule; here the
halves are grouped by how alike their sites serve the clients).
"""

import numpy as np

from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import Case, Relaxed

# Clients of great demand decide more; this power of the demand weighs them.
WEIGHT_OF_DEMAND = 0.7
# So many clients are looked at closely.
MOST_CLIENTS = 15
# A site with less than this share of a client is not one the relaxed plans waver on.
SMALLEST_SHARE = 0.02


def site_distances(cost: Floats) -> Floats:
    """How differently two sites serve the clients, shape ``(sites, sites)``."""
    finite = np.isfinite(cost)
    dearest = 2 * cost[finite].max(initial=0.0)
    known = np.where(finite, cost, dearest)
    return np.array([np.abs(known - row).mean(axis=1) for row in known])


def parted(case: Case, relaxed: Relaxed, distances: Floats) -> tuple[Flags, Flags] | None:
    """Pairs to rule out in each of two branches, shape ``(sites, clients)`` each.

    Every plan of the case is in one of the branches. ``None`` when no client has two sites left.
    """
    able = np.isfinite(case.cost) & ~case.closed[:, None]
    best, halves = -1.0, None
    for client in _wavering(case, relaxed, able):
        score, half = _halved(relaxed.mean[:, client], able[:, client], distances)
        score *= float(case.question.size[client]) ** WEIGHT_OF_DEMAND + 1e-9
        if score > best:
            best, halves = score, (client, half)
    if halves is None:
        return None
    client, half = halves
    one, other = np.zeros_like(able), np.zeros_like(able)
    one[:, client] = able[:, client] & half
    other[:, client] = able[:, client] & ~half
    return one, other


def _wavering(case: Case, relaxed: Relaxed, able: Flags) -> list[int]:
    """Clients with two sites left, those whose greatest share is least and demand great first."""
    weight = np.where(able, relaxed.mean, 0.0)
    total = np.maximum(weight.sum(axis=0), 1e-12)
    spread = 1.0 - weight.max(axis=0) / total
    promise = spread * case.question.size**WEIGHT_OF_DEMAND
    order = np.argsort(-promise, kind="stable")
    numbers: list[int] = order[able.sum(axis=0)[order] > 1][:MOST_CLIENTS].tolist()
    return numbers


def _halved(mean: Floats, able: Flags, distances: Floats) -> tuple[float, Flags]:
    """How evenly a client's sites can be parted, and one of the halves."""
    weight = np.where(able, mean, 0.0)
    total = float(weight.sum())
    candidates = np.flatnonzero(weight > SMALLEST_SHARE * total)
    if len(candidates) < 2:  # noqa: PLR2004  # nothing to waver between
        candidates = np.flatnonzero(able)
    share = weight[candidates] / (total or 1.0)
    apart = np.minimum.outer(share, share) * distances[np.ix_(candidates, candidates)]
    np.fill_diagonal(apart, -1.0)
    one, other = divmod(int(apart.argmax()), len(candidates))
    first, second = candidates[one], candidates[other]
    half = able & (distances[first] <= distances[second])
    half[second] = False
    near = float(weight[half].sum()) / (total or 1.0)
    return min(near, 1.0 - near), half
