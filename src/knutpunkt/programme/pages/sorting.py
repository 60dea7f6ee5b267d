"""Which lines of a portfolio are asked for, and in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.core.text import alphabetical
from knutpunkt.programme.models import Light, Programme
from knutpunkt.programme.pages.words import day, said
from knutpunkt.programme.selectors.portfolio import Portfolio, SlotRow

LIGHTS = tuple(Light)


@dataclass(frozen=True, slots=True)
class Column:
    """A column one can sort by."""

    key: str
    title: str
    href: str
    chosen: bool
    number: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the portfolio is asked for; unknown words ask for everything."""

    round: str = ""
    gate: str = ""
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.round or self.gate)


Value = Callable[[SlotRow], Any]


def _gate_place(row: SlotRow) -> float:
    reached = row.progress.last_passed
    return -(reached.gate.position if reached else 0)


def _light_place(row: SlotRow) -> Any:
    return -LIGHTS.index(Light(row.report.light)) if row.report else None


SORTS: dict[str, Value] = {
    "name": lambda row: alphabetical(row.slot.name),
    "round": lambda row: (row.slot.wave.number, alphabetical(row.slot.name)),
    "municipality": lambda row: (
        alphabetical(row.slot.municipality.name) if row.slot.municipality else None
    ),
    "gate": _gate_place,
    "p50": lambda row: row.chance.p50 if row.chance else None,
    "p80": lambda row: row.chance.p80 if row.chance else None,
    "trend": lambda row: _fallen(row.chance.trend_days if row.chance else None),
    "status": _light_place,
    "stranded": lambda row: _fallen(row.stranded),
}
"""What each column sorts by: worst first, where there is a worst."""


def _fallen(value: float | None) -> float | None:
    return None if value is None else -value


def in_order(rows: Iterable[SlotRow], sort: str) -> list[SlotRow]:
    """Sort rows; those that have no value come last."""
    rows = list(rows)
    value = SORTS[sort or "round"]
    known = [row for row in rows if value(row) is not None]
    return sorted(known, key=value) + [row for row in rows if value(row) is None]


def understood(asked: Asked, portfolio: Portfolio) -> Asked:
    """Forget what names no round, gate or column."""
    rounds = {str(wave.number) for wave in portfolio.waves}
    gates = {key for key, _name in _gate_names(portfolio.rows)}
    return Asked(
        round=asked.round if asked.round in rounds else "",
        gate=asked.gate if asked.gate in gates else "",
        sort=asked.sort if asked.sort in SORTS else "",
    )


def narrowed(rows: Iterable[SlotRow], asked: Asked) -> list[SlotRow]:
    """Rows of the round and with the next gate asked for."""
    return [
        row
        for row in rows
        if asked.round in ("", str(row.slot.wave.number)) and asked.gate in ("", _next_key(row))
    ]


def _next_key(row: SlotRow) -> str:
    ahead = row.progress.next_gate
    return ahead.gate.key if ahead else ""


def _gate_names(rows: Iterable[SlotRow]) -> list[tuple[str, str]]:
    """Gates of all projects by key, in their order."""
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        for one in row.progress.gates:
            found.setdefault(one.gate.key, (one.gate.position, said(one.gate, "name")))
    return [(key, name) for key, (_place, name) in sorted(found.items(), key=lambda item: item[1])]


def columns(programme: Programme, asked: Asked) -> tuple[Column, ...]:
    """Headings with the address that sorts by them and keeps the filter."""
    titles = (
        ("name", _("Slot"), False),
        ("round", _("Round"), False),
        ("gate", _("Gate passed"), False),
        ("p50", _("Opens, P50"), False),
        ("p80", _("Opens, P80"), False),
        ("trend", _("Trend"), False),
        ("status", _("Own judgement"), False),
        ("stranded", _("Stranded lease"), True),
    )
    page = reverse("programme:portfolio", args=[programme.key])
    kept = {"round": asked.round, "gate": asked.gate}
    return tuple(
        Column(key, title, f"{page}?{_question(sort=key, **kept)}", key == asked.sort, is_number)
        for key, title, is_number in titles
    )


def _question(**words: str) -> str:
    return urlencode({name: value for name, value in words.items() if value})


def rounds(portfolio: Portfolio, asked: Asked) -> tuple[Choice, ...]:
    """Rounds to choose from."""
    every = Choice("", _("all rounds"), not asked.round)
    return (
        every,
        *(
            Choice(
                str(wave.number),
                _("Round %(n)d, by %(day)s") % {"n": wave.number, "day": day(wave.window_to)},
                str(wave.number) == asked.round,
            )
            for wave in portfolio.waves
        ),
    )


def gates(portfolio: Portfolio, asked: Asked) -> tuple[Choice, ...]:
    """Next gates to choose from."""
    every = Choice("", _("all gates"), not asked.gate)
    named = _gate_names(portfolio.rows)
    return (every, *(Choice(key, name, key == asked.gate) for key, name in named))
