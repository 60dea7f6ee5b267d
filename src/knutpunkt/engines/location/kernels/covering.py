"""Plans that cover much: sites taken out and put in while what is covered once is kept counted.

A client is covered or not, so what opening or closing a site changes is a sum over the clients
that nobody, or nobody else, covers. These sums are kept for every site and only touched where a
client comes under cover or loses it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Mask, Starts

#: A client whom so many open sites cover tells nothing about which of them are neighbours.
CROWD = 8


class Cover(NamedTuple):
    """Who covers whom: clients of each site, sites of each client, and what each is worth."""

    begins: Starts
    client: Starts
    start: Starts
    site: Starts
    worth: Floats


class Covered(NamedTuple):
    """A plan while it changes.

    How many open sites cover each client, and the sum of their numbers; what opening each closed
    site adds and closing each open one loses; which are open; what is uncovered, and the work.
    """

    times: Starts
    by: Starts
    gain: Floats
    chosen: Mask
    left: Floats
    work: Starts


class Cooling(NamedTuple):
    """Turns, most sites exchanged in one, and how much worse a plan may be at first and last."""

    turns: int
    most: int
    hot: float
    cold: float


@kernel
def _opened(j: int, cover: Cover, now: Covered) -> None:
    own = 0.0
    for e in range(cover.begins[j], cover.begins[j + 1]):
        i = cover.client[e]
        if now.times[i] == 0:
            own += cover.worth[i]
            now.work[0] += cover.start[i + 1] - cover.start[i]
            for f in range(cover.start[i], cover.start[i + 1]):
                now.gain[cover.site[f]] -= cover.worth[i]
        elif now.times[i] == 1:
            now.gain[now.by[i]] -= cover.worth[i]
        now.times[i] += 1
        now.by[i] += j
    now.left[0] -= own
    now.gain[j] = own
    now.chosen[j] = True


@kernel
def _closed(j: int, cover: Cover, now: Covered) -> None:
    own = 0.0
    now.chosen[j] = False
    for e in range(cover.begins[j], cover.begins[j + 1]):
        i = cover.client[e]
        now.times[i] -= 1
        now.by[i] -= j
        if now.times[i] == 0:
            own += cover.worth[i]
            now.work[0] += cover.start[i + 1] - cover.start[i]
            for f in range(cover.start[i], cover.start[i + 1]):
                now.gain[cover.site[f]] += cover.worth[i]
        elif now.times[i] == 1:
            now.gain[now.by[i]] += cover.worth[i]
    now.left[0] += own
    now.gain[j] = own


@kernel
def _begun(cover: Cover, open_: Starts) -> Covered:
    clients, sites = len(cover.worth), len(cover.begins) - 1
    gain = np.zeros(sites)
    for i in range(clients):
        for f in range(cover.start[i], cover.start[i + 1]):
            gain[cover.site[f]] += cover.worth[i]
    now = Covered(
        np.zeros(clients, np.int64), np.zeros(clients, np.int64), gain, np.zeros(sites, np.bool_),
        np.full(1, cover.worth.sum()), np.zeros(1, np.int64),
    )  # fmt: skip
    for j in open_:
        _opened(j, cover, now)
    return now


@kernel
def _best_closed(now: Covered, barred: Mask, other: int) -> int:
    """The closed site that adds most, of equals the first; ``other`` where none adds more."""
    best, most = other, -1.0 if other < 0 else now.gain[other]
    for j in range(len(now.gain)):
        if now.gain[j] > most and not now.chosen[j] and not barred[j]:
            best, most = j, now.gain[j]
    now.work[0] += len(now.gain) // 8
    return best


@kernel
def _marked(j: int, cover: Cover, now: Covered, place: Starts, marks: Mask) -> None:
    """Mark the places of the open sites that share clients with a site."""
    for e in range(cover.begins[j], cover.begins[j + 1]):
        i = cover.client[e]
        if now.times[i] == 1:
            marks[place[now.by[i]]] = True
        elif 1 < now.times[i] < CROWD:
            now.work[0] += cover.start[i + 1] - cover.start[i]
            for f in range(cover.start[i], cover.start[i + 1]):
                if now.chosen[cover.site[f]]:
                    marks[place[cover.site[f]]] = True


@kernel
def _put_in(k: int, j: int, cover: Cover, now: Covered, open_: Starts, place: Starts) -> None:
    _opened(j, cover, now)
    open_[k], place[j] = j, k


@kernel
def _improved(
    cover: Cover, now: Covered, open_: Starts, place: Starts, marks: Mask, none: Mask
) -> None:
    """Exchange marked sites one by one for what covers most in their stead, until none is left."""
    moved = True
    while moved:
        moved = False
        for k in np.random.permutation(len(open_)):  # noqa: NPY002  # numba's own generator
            if not marks[k]:
                continue
            marks[k] = False
            old = open_[k]
            _closed(old, cover, now)
            new = _best_closed(now, none, old)
            _put_in(k, new, cover, now, open_, place)
            if new != old:
                moved = True
                _marked(old, cover, now, place, marks)
                _marked(new, cover, now, place, marks)


@kernel
def _neighbours(
    first: int, many: int, cover: Cover, now: Covered, open_: Starts, place: Starts
) -> Starts:
    """Places of some open sites around one, drawn among those that share clients."""
    found = np.empty(many, np.int64)
    found[0] = first
    marks, taken = np.zeros(len(open_), np.bool_), np.zeros(len(open_), np.bool_)
    taken[first] = True
    for n in range(1, many):
        _marked(open_[found[n - 1]], cover, now, place, marks)
        pick, seen = -1, 0
        for k in range(len(open_)):
            if not taken[k]:
                close = marks[k]
                # One of the neighbours; anybody where there is none.
                seen += 1 if close else 0
                if pick < 0 or (close and np.random.randint(seen) == 0):  # noqa: NPY002  # as above
                    pick = k
        found[n] = pick
        taken[pick] = True
    return found


@kernel
def _shaken(
    cover: Cover, now: Covered, open_: Starts, place: Starts, marks: Mask, barred: Mask, most: int
) -> None:
    """Take out some neighbours and put others in, each what covers most."""
    many = min(len(open_), 1 + np.random.randint(most))  # noqa: NPY002  # as above
    first = np.random.randint(len(open_))  # noqa: NPY002  # as above
    out = _neighbours(first, many, cover, now, open_, place)
    old = open_[out].copy()
    for k in range(many):
        _marked(old[k], cover, now, place, marks)
    for k in range(many):
        _closed(old[k], cover, now)
        barred[old[k]] = True
    for k in range(many):
        new = _best_closed(now, barred, -1)
        _put_in(out[k], new if new >= 0 else old[k], cover, now, open_, place)
        marks[out[k]] = True
        _marked(open_[out[k]], cover, now, place, marks)
    for k in range(many):
        barred[old[k]] = False


@kernel
def _back(cover: Cover, now: Covered, open_: Starts, place: Starts, kept: Starts) -> None:
    """Back to a plan kept before."""
    stays = np.zeros(len(now.gain), np.bool_)
    for j in kept:
        stays[j] = True
    for j in open_:
        if not stays[j]:
            _closed(j, cover, now)
    for k in range(len(kept)):
        if not now.chosen[kept[k]]:
            _opened(kept[k], cover, now)
        open_[k], place[kept[k]] = kept[k], k


@kernel
def annealed(
    cover: Cover, first: Starts, seed: int, cooling: Cooling
) -> tuple[float, Starts, Starts, int]:
    """Shake and improve a plan again and again.

    Returns what the best plan leaves uncovered, that plan, the plan kept last, and the work.
    """
    np.random.seed(seed)  # noqa: NPY002  # numba's own generator, seeded for every call
    open_, place = first.copy(), np.zeros(len(cover.begins) - 1, np.int64)
    for k in range(len(open_)):
        place[open_[k]] = k
    now, little = _begun(cover, open_), 1e-9 * cover.worth.sum()
    none, barred = np.zeros(len(place), np.bool_), np.zeros(len(place), np.bool_)
    marks = np.ones(len(open_), np.bool_)
    _improved(cover, now, open_, place, marks, none)
    kept, kept_left = open_.copy(), now.left[0]
    best, best_left = open_.copy(), now.left[0]
    for turn in range(cooling.turns):
        if best_left <= 0.0:
            break
        warm = cooling.hot * (cooling.cold / cooling.hot) ** (turn / cooling.turns)
        marks[:] = False
        _shaken(cover, now, open_, place, marks, barred, cooling.most)
        _improved(cover, now, open_, place, marks, none)
        worse = now.left[0] - kept_left
        if worse <= 0 or np.random.random() < np.exp(-worse / warm):  # noqa: NPY002  # as above
            kept[:], kept_left = open_, now.left[0]
            if kept_left < best_left - little:
                best[:], best_left = kept, kept_left
        else:
            _back(cover, now, open_, place, kept)
    return best_left, best, kept, now.work[0]
