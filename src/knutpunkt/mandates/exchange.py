"""Contradictions between commissions and the register, found after an import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knutpunkt.core.exchange import Problem
from knutpunkt.core.exchange.rows import Written
from knutpunkt.mandates.models import Clause

Rows = Mapping[str, Sequence[Written]]


def contradictions(rows: Rows) -> list[Problem]:
    """Find clauses that refer to a clause that is not there, and counts nobody asked for."""
    return [*_on_top_of(rows), *_not_countable(rows)]


def _on_top_of(rows: Rows) -> list[Problem]:
    known = set(Clause.objects.values_list("mandate_id", "key"))
    return [
        Problem(
            "clauses", row.number, "on_top_of", f"there is no clause “{row.instance.on_top_of}”"
        )
        for row in rows.get("clauses", ())
        if row.instance.on_top_of and (row.instance.mandate_id, row.instance.on_top_of) not in known
    ]


def _not_countable(rows: Rows) -> list[Problem]:
    kinds = dict(Clause.objects.values_list("pk", "type"))
    return [
        Problem("attributions", row.number, "clause", "openings count for named places or quotas")
        for row in rows.get("attributions", ())
        if kinds.get(row.instance.clause_id) not in ("named", "quota", "at_least")
    ]
