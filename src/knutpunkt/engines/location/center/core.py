"""What is left of a covering question when everything that is implied has been taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import Floats, KnownClients, Mask
from knutpunkt.engines.location.center.question import Rows

Starts = NDArray[np.int64]
Numbers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Core:
    """Rows to be covered by columns, none of which is implied by another.

    Parameters
    ----------
    client
        Number of the client of each row, shape ``(rows,)``.
    site
        Number of the site of each column, shape ``(columns,)``.
    instead
        Column that covers all that a site covers, -1 where the site covers nothing,
        shape ``(sites,)``.
    column_start, row_of
        Rows of each column.
    row_start, column_of
        Columns of each row.
    size
        How many sites a column stands for, shape ``(columns,)``.
    rules
        Written rules; none without any.
    """

    client: Numbers
    site: Numbers
    instead: Numbers
    column_start: Starts
    row_of: Numbers
    row_start: Starts
    column_of: Numbers
    size: Numbers
    rules: Rows | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.client)

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.site)

    @property
    def parts(self) -> Floats:
        """Factors of the columns in the written rules, shape ``(rules, columns)``."""
        return np.zeros((0, self.columns)) if self.rules is None else self.rules.parts[:, self.site]

    def plan(self, taken: NDArray[np.integer]) -> NDArray[np.intp]:
        """Sites for so many of each column; a column's own site comes first."""
        chosen = [self.site[taken > 0]]
        for column in np.flatnonzero(taken > 1):
            others = self.sites_of(np.array([column]))
            chosen.append(others[others != self.site[column]][: taken[column] - 1])
        return np.sort(np.concatenate(chosen)).astype(np.intp)

    def sites_of(self, columns: NDArray[np.integer]) -> NDArray[np.int32]:
        """All sites that cover no more than one of these columns, and are counted with it."""
        inside = np.zeros(self.columns + 1, np.bool_)
        inside[columns] = True
        return np.flatnonzero(inside[self.instead]).astype(np.int32)


def core_of(
    known: KnownClients, *, limit: float, allowed: Mask, waiting: Mask, rules: Rows | None = None
) -> Core:
    """Reduce the question which allowed sites serve all waiting clients within a limit.

    Parameters
    ----------
    known
        Clients with their lists.
    limit
        A site serves a client when its cost is at most this.
    allowed
        Sites that may be chosen, shape ``(sites,)``.
    waiting
        Known clients that must be served, shape ``(known,)``.
    rules
        Written rules; a site then stands in only for sites that no rule tells from it.
    """
    from knutpunkt.engines.location.center import kernels

    rows = np.flatnonzero(waiting).astype(np.int32)
    instead, may = np.arange(len(allowed), dtype=np.int32), allowed
    kind = np.zeros(len(allowed), np.int32) if rules is None else rules.kind
    while True:
        bits = kernels.packed(known.start, known.site, known.cost, rows, limit, allowed)
        start, index = kernels.members(bits)
        order = np.argsort(-np.diff(start), kind="stable").astype(np.int32)
        kept_in_stead = kernels.dominators(bits, start, index, order, kind)
        instead = np.where(instead >= 0, kept_in_stead[instead], -1).astype(np.int32)
        kept = np.flatnonzero(kept_in_stead == np.arange(len(allowed)))
        fewer = _rows_that_matter(bits, kept, rows)
        allowed = np.isin(np.arange(len(allowed)), kept)
        if len(fewer) == len(rows):
            if rules is not None:
                kept, instead = _with_idle(kept, instead, kind, may)
            return _core(known, rows, kept, instead, start, index, rules)
        rows = fewer


def _rows_that_matter(bits: NDArray[np.uint64], kept: NDArray[np.intp], rows: Numbers) -> Numbers:
    from knutpunkt.engines.location.center import kernels

    start, index = kernels.members(bits[kept])
    row_start, column_of = kernels.transposed(start, index, len(rows))
    turned = np.zeros((len(rows), (len(kept) + 63) // 64), np.uint64)
    row = np.repeat(np.arange(len(rows)), np.diff(row_start))
    bit = np.uint64(1) << (column_of & 63).astype(np.uint64)
    np.bitwise_or.at(turned, (row, column_of >> 6), bit)
    order = np.argsort(np.diff(row_start), kind="stable").astype(np.int32)
    dropped = kernels.implied(turned, row_start, column_of, order, len(kept))
    return rows[~dropped]


def _with_idle(
    kept: NDArray[np.intp], instead: Numbers, kind: Numbers, may: Mask
) -> tuple[NDArray[np.intp], Numbers]:
    """Sites that serve nobody count in rules: they go with a kept site of their kind, or alone."""
    first = np.full(int(kind.max()) + 1, -1, np.int32)
    idle = np.flatnonzero(may & (instead < 0))
    first[kind[idle][::-1]] = idle[::-1]
    first[kind[kept][::-1]] = kept[::-1]
    instead = instead.copy()
    instead[idle] = first[kind[idle]]
    return np.union1d(kept, instead[idle]).astype(np.intp), instead


def _core(
    known: KnownClients, rows: Numbers, kept: NDArray[np.intp], instead: Numbers,
    start: Starts, index: Numbers, rules: Rows | None,
) -> Core:  # fmt: skip
    from knutpunkt.engines.location.center import kernels

    lengths = np.diff(start)[kept]
    column_start = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    within = np.isin(np.repeat(np.arange(len(start) - 1), np.diff(start)), kept)
    number = np.full(len(instead) + 1, -1, np.int32)
    number[kept] = np.arange(len(kept))
    row_of = index[within]
    row_start, column_of = kernels.transposed(column_start, row_of, len(rows))
    column = number[instead]
    size = np.bincount(column[column >= 0], minlength=len(kept)).astype(np.int32)
    return Core(
        known.client[rows], kept.astype(np.int32), column, column_start, row_of,
        row_start, column_of, size, rules,
    )  # fmt: skip
