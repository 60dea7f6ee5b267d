"""What a change would do, and what must be true for a clause to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from knutpunkt.programme.forecasting import Advice, WhatIf
from knutpunkt.programme.pages.changes import per_cent
from knutpunkt.programme.pages.words import day, number, said

SHOWN = 3
"""Slots shown of each gate, those least likely to keep their day first."""


@dataclass(frozen=True, slots=True)
class ClauseChanged:
    """A clause before and after; the difference in percentage points with its sign."""

    name: str
    before: str
    after: str
    difference: str
    worse: bool


@dataclass(frozen=True, slots=True)
class SlotChanged:
    """A slot whose days move."""

    name: str
    p50: tuple[str, str]
    p80: tuple[str, str]
    on_time: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a change would do."""

    heading: str
    as_of: str
    runs: str
    fewer: bool
    clauses: tuple[ClauseChanged, ...]
    slots: tuple[SlotChanged, ...]


def answer_of(found: WhatIf, question: str, runs: int) -> Answer:
    """Write out what a change does: the clauses, all together last, and the slots it moves.

    Parameters
    ----------
    question
        What was asked, for the heading.
    runs
        Of the forecast shown beside it, 0 where there is none.
    """
    together = [(_("all clauses"), found.together)] if found.together else []
    rows = [*((row.key, row) for row in found.clauses), *together]
    return Answer(
        heading=_("%(question)s: what it would do") % {"question": question},
        as_of=day(found.as_of),
        runs=number(found.runs),
        fewer=found.runs < runs,
        clauses=tuple(
            ClauseChanged(
                name=name,
                before=per_cent(row.before),
                after=per_cent(row.after),
                difference=_points(row.difference, row.standard_error),
                worse=row.difference < 0,
            )
            for name, row in rows
        ),
        slots=tuple(
            SlotChanged(
                name=row.name,
                p50=(_quantile(row.p50_before), _quantile(row.p50_after)),
                p80=(_quantile(row.p80_before), _quantile(row.p80_after)),
                on_time=(per_cent(row.on_time_before), per_cent(row.on_time_after)),
            )
            for row in found.slots
        ),
    )


def _points(difference: float, error: float) -> str:
    """``−12.3 ± 0.9``: percentage points, with the standard error of the difference."""
    if difference == 0 and error == 0:
        return _("none")
    sign = "−" if difference < 0 else "+"
    values = {"n": number(100 * abs(difference), 1), "error": number(100 * error, 1)}
    return sign + _("%(n)s ± %(error)s") % values


def _quantile(on: date | None) -> str:
    return day(on) if on else _("not foreseen")


@dataclass(frozen=True, slots=True)
class Keep:
    """A slot's latest day at a gate, and how likely it is to keep it as things stand."""

    slot: str
    day: str
    kept: str


@dataclass(frozen=True, slots=True)
class GateKept:
    """Latest days at one gate; ``enough`` says whether keeping all of them makes it likely."""

    name: str
    enough: str
    hardest: tuple[Keep, ...]
    further: tuple[Keep, ...]


@dataclass(frozen=True, slots=True)
class InsuranceLine:
    """A measure and what it adds, in percentage points."""

    name: str
    clause: str
    all: str


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """What binds a clause, what must be true for it and what would insure it."""

    clause: str
    probability: str
    binds: str
    gates: tuple[GateKept, ...]
    insurances: tuple[InsuranceLine, ...]


def advice_shown(advice: Advice, names: Mapping[str, str]) -> AdviceShown:
    """Write out advice on a clause; ``names`` are those of the slots by their keys."""
    gates = []
    for keeping in advice.keeping:
        keeps = [
            Keep(names.get(one.slot, one.slot), day(one.day), per_cent(one.kept))
            for one in sorted(keeping.dates, key=lambda one: (one.kept, one.day))
        ]
        gates.append(
            GateKept(
                name=said(keeping.dates[0], "name"),
                enough=_enough(keeping.reached, keeping.target),
                hardest=tuple(keeps[:SHOWN]),
                further=tuple(keeps[SHOWN:]),
            )
        )
    return AdviceShown(
        clause=advice.clause,
        probability=per_cent(advice.probability),
        binds=", ".join(names.get(key, key) for key in advice.binds),
        gates=tuple(gates),
        insurances=tuple(
            InsuranceLine(
                name=said(row, "name"),
                clause=_points(row.clause_gain, row.clause_error),
                all=_points(row.all_gain, row.all_error),
            )
            for row in advice.insurances
        ),
    )


def _enough(reached: float, target: float) -> str:
    values = {"reached": per_cent(reached), "target": per_cent(target)}
    if reached >= target:
        return _("Kept by all, the clause has a chance of %(reached)s.") % values
    return (
        _("Even kept by all, the clause has a chance of %(reached)s, not of %(target)s.") % values
    )
