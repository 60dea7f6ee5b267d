"""An answer as tables: one source for the page, for comparing and for every export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.models import StudyAnswer, StudyPrices
from knutpunkt.planning.studies.objectives import HOUR, OBJECTIVES, is_travel, price_unit_of
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.selectors import edition_title
from knutpunkt.planning.studies.wording import Rules

Kept = Mapping[str, Any]
Cell = str | float | None

TEXT = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and, where it holds numbers, their decimals."""

    label: str
    decimals: int | None = TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heading; ``note`` says what a reader must know to read it."""

    key: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets_of(answer: StudyAnswer, prices: StudyPrices | None, rules: Rules) -> list[Sheet]:
    """Spread an answer with a plan over its tables; those with nothing to say are left out."""
    effects = answer.effects
    alternatives = {one["key"]: one for one in prices.alternatives} if prices else {}
    found = [
        _rounds(effects),
        _opened(effects, alternatives, rules.question),
        _closed(effects, alternatives, rules.question),
        _rules(prices, rules),
        _distribution(effects),
        _further(effects),
        _parts("losers", _losers(effects), _("Municipalities that lose"), _("Municipality")),
        _parts(
            "municipalities", effects["municipalities"], _("All municipalities"), _("Municipality")
        ),
        _parts("counties", effects["counties"], _("Counties"), _("County")),
        _areas(effects),
        _load(effects),
        _consultation(effects),
    ]
    return [sheet for sheet in found if sheet.rows]


def _opened(effects: Kept, alternatives: Mapping[str, Kept], question: Question) -> Sheet:
    told = bool(effects.get("spending"))
    rows = [
        (site["name"], site["municipality"], site["persons"], site["minutes"],
         _hours(site["person_minutes"]), *([site["cost"]] if told else []),
         *_alternative(alternatives.get(site["key"]), question))
        for site in effects["sites"] if site["state"] == "opened"
    ]  # fmt: skip
    costs = [Column(_("Cost over the years"), 0)] if told else []
    return Sheet(
        "opened",
        _("Places that open"),
        _(
            "The next-best alternative is what opens when this place is forbidden; its price is "
            "what that adds."
        ),
        (
            Column(_("Place")), Column(_("Municipality")), Column(_("Residents who get nearer"), 0),
            Column(_("Minutes each"), 1), Column(_("Person-hours saved"), 0), *costs,
            Column(_("Next-best alternative")), *_priced_in(question, _("Its price, %(unit)s")),
        ),
        tuple(rows),
    )  # fmt: skip


def _closed(effects: Kept, alternatives: Mapping[str, Kept], question: Question) -> Sheet:
    rows = [
        (site["name"], site["municipality"], site["persons"], -site["minutes"],
         _hours(-site["person_minutes"]), site["saving"],
         *_alternative(alternatives.get(site["key"]), question, closes=True))
        for site in effects["sites"] if site["state"] == "closed"
    ]  # fmt: skip
    return Sheet(
        "closed",
        _("Offices that close"),
        _("The price of sparing an office is what closing another one adds."),
        (
            Column(_("Office")), Column(_("Municipality")),
            Column(_("Residents who travel further"), 0), Column(_("Minutes each"), 1),
            Column(_("Person-hours lost"), 0), Column(_("Saving a year"), 0),
            Column(_("Would close instead")),
            *_priced_in(question, _("Price of sparing it, %(unit)s")),
        ),
        tuple(rows),
    )  # fmt: skip


def _rounds(effects: Kept) -> Sheet:
    return Sheet(
        "rounds",
        _("Round by round"),
        _("What opens or closes by each day, and the network from then on."),
        (
            Column(_("Until")), Column(_("Opens")), Column(_("Closes")),
            Column(_("Mean minutes"), 2), Column(_("Worst-off twentieth"), 1),
        ),
        tuple(
            (one["until"], ", ".join(one["opened"]), ", ".join(one["closed"]), one["mean"],
             one["worst"])
            for one in effects.get("rounds", ())
        ),
    )  # fmt: skip


def _priced_in(question: Question, label: str) -> tuple[Column, ...]:
    """Head the price in what the objective counts, and the travel beside it where that differs."""
    decimals = OBJECTIVES[question.objective].price_decimals
    price = Column(label % {"unit": price_unit_of(question)}, decimals)
    return (price,) if is_travel(question) else (price, Column(_("Travel, person-hours"), 0))


def _price(kept: Kept, question: Question) -> tuple[Cell, ...]:
    """Give the price of an alternative or of a rule; older answers hold the travel alone."""
    price = kept.get("price", kept["person_minutes"])
    divisor = OBJECTIVES[question.objective].price_divisor
    told = None if price is None else price / divisor
    return (told,) if is_travel(question) else (told, _hours(kept["person_minutes"]))


def _alternative(
    kept: Kept | None, question: Question, *, closes: bool = False
) -> tuple[Cell, ...]:
    """Name what another plan does instead; empty where it was not worked out."""
    nothing: tuple[Cell, ...] = (None,) if is_travel(question) else (None, None)
    if kept is None:
        return ("", *nothing)
    if kept["person_minutes"] is None:
        return (_("none is possible"), *nothing)
    names = kept["given_up"] if closes else kept["instead"]
    return (", ".join(names), *_price(kept, question))


def _rules(prices: StudyPrices | None, rules: Rules) -> Sheet:
    question = rules.question
    rows = [
        (rules.sentence(one["rule"]), rules.reason(one["rule"]),
         _("yes") if one["binds"] else _("no"), *_price(one, question), one["persons"],
         ", ".join(one["instead"]), ", ".join(one["given_up"]))
        for one in (prices.rules if prices else [])
    ]  # fmt: skip
    return Sheet(
        "rules",
        _("What each rule costs"),
        _("Each rule is left out in turn and the rest solved anew. Prices do not add up."),
        (
            Column(_("Rule")), Column(_("Reason")), Column(_("Binds")),
            *_priced_in(question, _("Price, %(unit)s")),
            Column(_("Residents who would travel less"), 0),
            Column(_("Open without it")), Column(_("Not open without it")),
        ),
        tuple(rows),
    )  # fmt: skip


def _distribution(effects: Kept) -> Sheet:
    rows = effects["distribution"]
    return Sheet(
        "distribution",
        _("Residents by minutes to the nearest office"),
        "",
        (Column(_("Minutes")), Column(_("Before"), 0), Column(_("After"), 0)),
        tuple(
            (span, row["before"], row["after"])
            for span, row in zip(spans_of(rows), rows, strict=True)
        ),
    )


def _further(effects: Kept) -> Sheet:
    rows = [
        (span, row["persons"])
        for span, row in zip(spans_of(effects["further"]), effects["further"], strict=True)
    ]
    anyone = any(persons for _span, persons in rows)
    return Sheet(
        "further",
        _("How much further people travel"),
        "",
        (Column(_("Minutes further, one way")), Column(_("Residents"), 0)),
        tuple(rows) if anyone else (),
    )


def spans_of(rows: Sequence[Kept]) -> list[str]:
    """Write classes by their ends: up to 10, 10–20, over 90."""
    ends = [f"{row['to']:g}" for row in rows if row["to"] is not None]
    between = [f"{low}–{high}" for low, high in pairwise(ends)]
    return [_("up to %(end)s") % {"end": ends[0]}, *between, _("over %(end)s") % {"end": ends[-1]}]


def _parts(key: str, parts: Sequence[Kept], title: str, head: str) -> Sheet:
    return Sheet(
        key,
        title,
        "",
        (
            Column(head), Column(_("Residents"), 0), Column(_("Mean minutes before"), 1),
            Column(_("after"), 1), Column(_("Get nearer"), 0), Column(_("Travel further"), 0),
            Column(_("Person-hours saved"), 0),
        ),
        tuple(
            (part["name"], part["persons"], part["before"], part["after"], part["nearer"],
             part["further"], _hours(part["person_minutes"]))
            for part in parts
        ),
    )  # fmt: skip


def _losers(effects: Kept) -> list[Kept]:
    """Choose the municipalities that travel more in all, those that lose most first."""
    losing = [part for part in effects["municipalities"] if part["person_minutes"] < 0]
    return sorted(losing, key=lambda part: float(part["person_minutes"]))


def _areas(effects: Kept) -> Sheet:
    note = _("From the middle of each area of %(edition)s; how many live there is not on record.")
    return Sheet(
        "areas",
        _("Vulnerable areas"),
        note % {"edition": edition_title(effects["edition"])},
        (
            Column(_("Area")), Column(_("Municipality")), Column(_("Minutes before"), 1),
            Column(_("after"), 1),
        ),
        tuple(
            (area["name"], area["municipality"], area["before"], area["after"])
            for area in effects["areas"]
        ),
    )  # fmt: skip


def _load(effects: Kept) -> Sheet:
    load = effects["load"]
    counted = set(load["measured"])
    visits = load["unit"] == "visits"
    basis = {True: _("counted"), False: _("as at the counted offices")}
    rows = [
        (site["name"], site["municipality"], site["load_before"], site["load_after"],
         site["load_after"] - site["load_before"],
         basis[site["key"] in counted] if visits else _("residents"))
        for site in sorted(effects["sites"], key=change_of_load)
    ]  # fmt: skip
    return Sheet(
        "load",
        _("Load of the offices"),
        load_note(load),
        (
            Column(_("Office")), Column(_("Municipality")), Column(_("Before"), 0),
            Column(_("After"), 0), Column(_("Change"), 0), Column(_("Basis")),
        ),
        tuple(rows),
    )  # fmt: skip


def change_of_load(site: Kept) -> float:
    """Order offices by how much their load changes, the most first."""
    return -abs(float(site["load_after"] - site["load_before"]))


def load_note(load: Kept) -> str:
    """Say what the load is counted in, and from what."""
    if load["unit"] == "residents":
        return _(
            "No reception has counted visits in the last twelve months: the load is told in "
            "residents for whom the office is the nearest."
        )
    return _(
        "Visits a year. They follow people to the nearest office, as often as they were counted "
        "there from %(first)s to %(last)s; where nothing was counted, as often as at the offices "
        "with counts. Nobody is taken to begin or to stop going."
    ) % {"first": load["first"], "last": load["last"]}


def _consultation(effects: Kept) -> Sheet:
    bodies = {
        "board": _("the board: the municipality is left"),
        "director-general": _("the director-general: another office remains"),
        "undecided": _("not known: an office no source names may remain"),
    }
    return Sheet(
        "consultation",
        _("Who may decide"),
        _("Municipality, region and county board are consulted before the decision."),
        (Column(_("Office")), Column(_("Municipality")), Column(_("Decides"))),
        tuple(
            (one["name"], one["municipality"], bodies[one["decides"]])
            for one in effects["consultation"]["offices"]
        ),
    )


def _hours(person_minutes: float | None) -> float | None:
    return None if person_minutes is None else person_minutes / HOUR
