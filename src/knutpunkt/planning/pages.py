"""A kept plan as its page shows it: every number written out in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.drawing import Drawing, dot, shaded
from knutpunkt.planning.figures import both

Kept = Mapping[str, Any]
SHOWN_GAINS = 15


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SiteLine:
    place: str
    municipality: str
    basis: str
    why: tuple[str, ...]
    persons: str
    minutes: str
    person_hours: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    key: str
    paraphrase: str
    satisfied: bool
    sentence: str
    places: str


@dataclass(frozen=True, slots=True)
class GainLine:
    municipality: str
    before: str
    after: str
    person_hours: str


@dataclass(frozen=True, slots=True)
class PriceLine:
    label: str
    seconds: str
    person_hours: str
    instead: str
    given_up: str


@dataclass(frozen=True, slots=True)
class PricesPage:
    named: tuple[PriceLine, ...]
    clauses: tuple[PriceLine, ...]
    free_minutes: str
    free_sites: str


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Everything the page of a plan shows."""

    slug: str
    title: str
    proof: str
    figures: tuple[Figure, ...]
    sites: tuple[SiteLine, ...]
    clauses: tuple[ClauseLine, ...]
    gains: tuple[GainLine, ...]
    further_gains: tuple[GainLine, ...]
    prices: PricesPage | None
    existing: str
    travel: str
    population: str
    notes: tuple[str, ...]
    maps: tuple[Drawing, ...]
    repeat: str


class Reader:
    """Chooses sentences and writes numbers in one language."""

    def __init__(self, language: str) -> None:
        self.language = "sv" if language.startswith("sv") else "en"

    def said(self, kept: Kept, name: str) -> str:
        """Choose the sentence of the language."""
        return str(kept[f"{name}_{self.language}"])

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number."""
        return both(value, decimals)[0 if self.language == "sv" else 1]


def plan_page(kept: Kept, language: str) -> PlanPage:
    """Write out a kept plan (the JSON of ``Plan.as_dict``)."""
    reader = Reader(language)
    gains = tuple(_gain(reader, gain) for gain in kept["gains"])
    return PlanPage(
        slug=kept["mandate"],
        title=reader.said(kept, "title"),
        proof=_proof(reader, kept),
        figures=_figures(reader, kept),
        sites=tuple(_site(reader, site) for site in kept["sites"]),
        clauses=tuple(_clause(reader, clause) for clause in kept["clauses"]),
        gains=gains[:SHOWN_GAINS],
        further_gains=gains[SHOWN_GAINS:],
        prices=_prices(reader, kept["prices"]) if kept["prices"] else None,
        existing=reader.said(kept["existing"], "sentence"),
        travel=reader.said(kept["travel"], "sentence"),
        population=_population(reader, kept["population"]),
        notes=tuple(reader.said(note, "sentence") for note in kept["notes"]),
        maps=_maps(kept),
        repeat=f"{kept['engine']}, seed {kept['seed']}, {kept['inputs_hash'][:16]}",
    )


def _proof(reader: Reader, kept: Kept) -> str:
    words = {
        "n": len(kept["sites"]),
        "objective": reader.number(kept["objective"] / 60),
        "seconds": reader.number(kept["seconds"], 1),
        "gap": reader.number(100 * kept["gap"], 2),
    }
    if kept["status"] == "proved":
        return (
            _(
                "Proved: no other %(n)d places under these clauses give less travel in all "
                "(%(objective)s person-hours, found in %(seconds)s s)."
            )
            % words
        )
    return (
        _(
            "Not proved: a better choice could save up to %(gap)s per cent of the travel "
            "(%(objective)s person-hours, found in %(seconds)s s)."
        )
        % words
    )


def _figures(reader: Reader, kept: Kept) -> tuple[Figure, ...]:
    minutes = [reader.number(kept[f"mean_minutes_{when}"], 1) for when in ("before", "after")]
    shares = [
        reader.number(100 * kept[f"share_within_30_{when}"], 1) for when in ("before", "after")
    ]
    return (
        Figure(_("Mean minutes to the nearest office"), *minutes),
        Figure(_("Per cent with an office within 30 minutes"), *shares),
    )


def _site(reader: Reader, site: Kept) -> SiteLine:
    return SiteLine(
        place=site["place"],
        municipality=site["municipality"],
        basis=_("middle of an area") if site["basis"] == "area" else "",
        why=tuple(site["why"]),
        persons=reader.number(site["persons"]),
        minutes=reader.number(site["minutes"], 1),
        person_hours=reader.number(site["person_minutes"] / 60),
    )


def _clause(reader: Reader, clause: Kept) -> ClauseLine:
    return ClauseLine(
        key=clause["key"],
        paraphrase=reader.said(clause, "paraphrase"),
        satisfied=clause["status"] == "satisfied",
        sentence=reader.said(clause, "sentence"),
        places=", ".join(clause["sites"]),
    )


def _gain(reader: Reader, gain: Kept) -> GainLine:
    return GainLine(
        municipality=gain["municipality"],
        before=reader.number(gain["minutes_before"], 1),
        after=reader.number(gain["minutes_after"], 1),
        person_hours=reader.number(gain["person_minutes"] / 60),
    )


def _prices(reader: Reader, prices: Kept) -> PricesPage:
    free = prices["free_optimum"]
    return PricesPage(
        named=tuple(_price(reader, price) for price in prices["named"]),
        clauses=tuple(_price(reader, price) for price in prices["clauses"]),
        free_minutes=reader.number(free["mean_minutes"], 1),
        free_sites=_spots(free["sites"]),
    )


def _price(reader: Reader, price: Kept) -> PriceLine:
    return PriceLine(
        label=price["municipality"] or reader.said(price, "label"),
        seconds=reader.number(60 * price["minutes_per_resident"], 1),
        person_hours=reader.number(price["person_minutes"] / 60),
        instead=_spots(price["instead"]),
        given_up=_spots(price["given_up"]),
    )


def _spots(spots: Sequence[Kept]) -> str:
    return ", ".join(sorted(spot["place"] for spot in spots))


def _population(reader: Reader, population: Kept) -> str:
    return _("%(persons)s residents (%(on)s) in %(points)s demand points. Source: %(source)s.") % {
        "persons": reader.number(population["persons"]),
        "on": ", ".join(population["on"]),
        "points": reader.number(population["points"]),
        "source": "; ".join(population["sources"]) or "–",
    }


def _maps(kept: Kept) -> tuple[Drawing, ...]:
    before = {gain["code"]: gain["minutes_before"] for gain in kept["gains"]}
    after = {gain["code"]: gain["minutes_after"] for gain in kept["gains"]}
    old = tuple(dot(o["lat"], o["lon"], "old", o["name"]) for o in kept["existing"]["offices"])
    new = tuple(dot(s["lat"], s["lon"], "new", s["place"]) for s in kept["sites"])
    return (
        Drawing(_("Before"), shaded(before), old),
        Drawing(_("After"), shaded(after), (*old, *new)),
    )
