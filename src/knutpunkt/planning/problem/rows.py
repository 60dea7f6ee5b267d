"""What a plan is made from, read from the register: residents, places, offices, areas, clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knutpunkt.mandates.models import Clause, Mandate
from knutpunkt.mandates.selectors import mandate_get
from knutpunkt.network.models import Area, Municipality, Place
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, network_on
from knutpunkt.planning.errors import DemandMissing, NetworkUnknown
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.problem.areas import AreaList, area_lists


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where an office may open: a locality, or the middle of a special area."""

    place: str
    basis: str
    code: str
    municipality: str
    lat: float
    lon: float
    key: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A clause as a plan reads it."""

    key: str
    type: str
    at_least: int | None
    at_most: int | None
    members: tuple[tuple[str, str], ...]
    on_top_of: str
    distance_m: int | None
    areas: AreaList | None
    paraphrase_sv: str
    paraphrase_en: str

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the municipalities it speaks of."""
        return frozenset(code for code, _ in self.members)


@dataclass(frozen=True, slots=True)
class Existing:
    """Offices that surely were open and stay; those that cannot be placed are named."""

    on: date
    offices: tuple[OfficeOnDay, ...]
    left_out: tuple[str, ...]
    perhaps: tuple[str, ...]
    unnamed: int


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a plan for a mandate is made from."""

    mandate: Mandate
    terms: tuple[Term, ...]
    points: tuple[DemandPoint, ...]
    candidates: tuple[Candidate, ...]
    existing: Existing
    municipalities: Mapping[str, str]

    def term(self, key: str) -> Term:
        return next(term for term in self.terms if term.key == key)


def material_of(slug: str) -> Material:
    """Read what a plan for a mandate needs: nineteen queries.

    The network is that of the day the mandate was decided, as known now.

    Raises
    ------
    NotFound
        When there is no such mandate.
    NetworkUnknown
        When no opening balance reaches back to the day of the decision.
    DemandMissing
        When nobody lives anywhere.
    """
    mandate = mandate_get(slug)
    assert mandate.decided_latest is not None
    network = network_on(mandate.decided_latest)
    if network.balance is None:
        raise NetworkUnknown(on=network.day)
    points = tuple(DemandPoint.objects.filter(persons__gt=0))
    if not points:
        raise DemandMissing
    names = dict(Municipality.objects.values_list("code", "name"))
    terms = terms_of(mandate)
    return Material(
        mandate=mandate,
        terms=terms,
        points=points,
        candidates=(*localities(names), *middles_of(terms, names)),
        existing=existing_of(network),
        municipalities=names,
    )


def terms_of(mandate: Mandate) -> tuple[Term, ...]:
    """Read every clause of a mandate: four queries, and one per edition of areas used."""
    clauses = list(mandate.clauses.select_related("edition").prefetch_related("members"))
    lists = area_lists(clauses)
    return tuple(_term(clause, lists.get(clause.key)) for clause in clauses)


def _term(clause: Clause, areas: AreaList | None) -> Term:
    return Term(
        key=clause.key,
        type=clause.type,
        at_least=clause.at_least,
        at_most=clause.at_most,
        members=tuple(sorted((m.code, m.name) for m in clause.members.all())),
        on_top_of=clause.on_top_of,
        distance_m=clause.distance_m,
        areas=areas,
        paraphrase_sv=clause.paraphrase_sv,
        paraphrase_en=clause.paraphrase_en,
    )


def existing_of(network: NetworkOnDay) -> Existing:
    """Sort the offices of a day into those that can be placed and those that cannot."""
    sure = network.open_offices()
    perhaps = [o for o in network.open_offices(perhaps=True) if o.open == "perhaps"]
    return Existing(
        on=network.day,
        offices=tuple(office for office in sure if office.address.lat is not None),
        left_out=tuple(office.name for office in sure if office.address.lat is None),
        perhaps=tuple(office.name for office in perhaps),
        unnamed=network.balance.unnamed if network.balance else 0,
    )


def localities(names: Mapping[str, str]) -> list[Candidate]:
    """Every place with a position: one query."""
    rows = Place.objects.exclude(lat=None).order_by("key")
    return [
        Candidate(
            row.name, "place", row.municipality_id, names[row.municipality_id], lat, lon, row.key
        )
        for row in rows
        if (lat := row.lat) is not None and (lon := row.lon) is not None
    ]


def middles_of(terms: Sequence[Term], names: Mapping[str, str]) -> list[Candidate]:
    """Middles of the areas: without them many a town has no place near an area on record."""
    areas: dict[int, tuple[Area, str]] = {}
    for term in terms:
        if term.areas is not None:
            slug = term.areas.edition.slug
            areas |= {area.pk: (area, slug) for area in term.areas.areas}
    return [
        Candidate(
            a.name, "area", a.municipality_id, names[a.municipality_id], a.lat, a.lon,
            f"area:{slug}:{a.municipality_id}:{a.name}",
        )
        for a, slug in areas.values()
    ]  # fmt: skip
