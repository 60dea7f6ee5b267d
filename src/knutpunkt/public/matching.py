"""What a visitor's words can mean: an office, a municipality, a place or an old name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from knutpunkt.core.text import fold
from knutpunkt.network.models import Municipality, OfficeName, Place, PlaceAlias
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, metres_between

KINDS = ("office", "municipality", "place", "alias")
OTHERS = 6
SAME_PLACE_METRES = 5_000
SUGGESTIONS = 5

Position = tuple[float | None, float | None]

#: Words people put around a name that no name in the register has.
AROUND = {"kommun", "kommunen", "servicekontor", "servicekontoret", "municipality", "service"}


@dataclass(frozen=True, slots=True)
class Match:
    """Something with a name that the words can mean.

    Attributes
    ----------
    kind
        ``office``, ``municipality``, ``place``, ``alias`` or ``position``.
    name, within
        Its name, and the municipality (for a municipality the county) it lies in.
    lat, lon
        Where distances are measured from; ``None`` where the register has no position.
    office
        Key of the office that is meant by its own name or an old one.
    inhabitants
        Of the place or municipality, to break ties.
    """

    kind: str
    name: str
    within: str
    lat: float | None
    lon: float | None
    office: str | None = None
    inhabitants: int = 0

    @property
    def label(self) -> str:
        """The name with where it lies, unless that is not known or says the same."""
        within = self.within if self.within != self.name else ""
        return ", ".join(part for part in (self.name, within) if part)


@dataclass(frozen=True, slots=True)
class Matches:
    """The best reading of the words, others, and names much like them when there is none."""

    best: Match | None
    others: tuple[Match, ...] = ()
    suggestions: tuple[str, ...] = ()


def matches(query: str, network: NetworkOnDay) -> Matches:
    """Read a visitor's words: four queries.

    Whole names come before beginnings, beginnings before parts; then offices before
    municipalities, places and old names; ties go to the place with more inhabitants. A reading
    offered before, with where it lies, is read as itself.
    """
    wanted, labelled = _wanted(query), query.strip()
    named = _everything_named(network)
    found = sorted(
        (
            (rank, folded, match)
            for folded, match in named
            if (rank := EXACT if labelled == match.label else _rank(wanted, folded)) < MISS
        ),
        key=lambda hit: (hit[0], KINDS.index(hit[2].kind), -hit[2].inhabitants, hit[1]),
    )
    if not found:
        return Matches(None, suggestions=_suggestions(wanted, named))
    best = found[0][2]
    others = _distinct(
        match
        for _rank, _folded, match in found[1:]
        if match.label != best.label and not _same_place(match, best)
    )
    return Matches(best, tuple(others[:OTHERS]))


EXACT, BEGINNING, WORD, MISS = range(4)


def _wanted(query: str) -> str:
    words = fold(query).split()
    kept = [word for word in words if word not in AROUND]
    return " ".join(kept or words)


def _rank(wanted: str, folded: str) -> int:
    if not wanted:
        return MISS
    if folded in (wanted, f"{wanted} s"):
        return EXACT
    if folded.startswith(wanted):
        return BEGINNING
    return WORD if f" {wanted}" in folded else MISS


def _everything_named(network: NetworkOnDay) -> list[tuple[str, Match]]:
    inhabited: dict[str, int] = {}
    found: list[tuple[str, Match]] = []
    places = list(Place.objects.select_related("municipality"))
    middles = _middles(places)
    for town in Municipality.objects.select_related("county"):
        inhabited[town.code] = town.population or 0
        lat, lon = middles.get(town.code, (town.lat, town.lon))
        match = Match(
            "municipality", town.name, town.county.name, lat, lon, None, inhabited[town.code]
        )
        found.append((fold(town.name), match))
    for place in places:
        within = place.municipality.name
        match = Match("place", place.name, within, place.lat, place.lon, None, place.inhabitants)
        found.append((place.folded, match))
    offices = {office.key: office for office in network.offices}
    aliases = _aliases(offices, inhabited, middles)
    return [*found, *aliases, *_office_names(offices, inhabited)]


def _middles(places: Iterable[Place]) -> dict[str, Position]:
    """Where people mean by the name of a municipality: its largest place of the same name.

    The middle of the area of a municipality can lie far from its town.
    """
    namesakes = [
        place
        for place in places
        if place.lat is not None and place.folded == fold(place.municipality.name)
    ]
    namesakes.sort(key=lambda place: place.inhabitants)
    return {place.municipality_id: (place.lat, place.lon) for place in namesakes}


def _aliases(
    offices: dict[str, OfficeOnDay], inhabited: dict[str, int], middles: dict[str, Position]
) -> Iterable[tuple[str, Match]]:
    for alias in PlaceAlias.objects.select_related("municipality", "office"):
        town = alias.municipality
        office = offices.get(alias.office.key) if alias.office else None
        if office is not None:
            yield alias.folded, _of_office("alias", alias.alias, office, inhabited)
        else:
            lat, lon = middles.get(town.code, (town.lat, town.lon))
            persons = inhabited[town.code]
            yield alias.folded, Match("alias", alias.alias, town.name, lat, lon, None, persons)


def _office_names(
    offices: dict[str, OfficeOnDay], inhabited: dict[str, int]
) -> Iterable[tuple[str, Match]]:
    for row in OfficeName.objects.known_on(None).select_related("office"):
        office = offices.get(row.office.key)
        if office is not None:
            match = _of_office("office", row.name, office, inhabited)
            yield row.folded, match
            yield from ((part, match) for part in _parts(row.folded, office.address.municipality))


def _parts(folded: str, municipality: str) -> Iterable[str]:
    """What people call an office: without the municipality that its name begins with."""
    rest = folded.removeprefix(f"{fold(municipality)} ")
    return (rest,) if rest != folded else ()


def _of_office(kind: str, name: str, office: OfficeOnDay, inhabited: dict[str, int]) -> Match:
    address = office.address
    persons = inhabited.get(address.municipality_code or "", 0)
    return Match(kind, name, address.municipality, address.lat, address.lon, office.key, persons)


def _same_place(match: Match, best: Match) -> bool:
    """Whether two readings lead to the same answer, because they lie at the same place."""
    if match.lat is None or match.lon is None or best.lat is None or best.lon is None:
        return match.label == best.label
    return metres_between(match.lat, match.lon, best.lat, best.lon) < SAME_PLACE_METRES


def _distinct(found: Iterable[Match]) -> list[Match]:
    """Without a label twice, and without two readings of one name at the same place."""
    kept: list[Match] = []
    for match in found:
        if not any(_same_reading(match, other) for other in kept):
            kept.append(match)
    return kept


def _same_reading(match: Match, other: Match) -> bool:
    if match.label == other.label:
        return True
    return fold(match.name) == fold(other.name) and _same_place(match, other)


def _suggestions(wanted: str, named: list[tuple[str, Match]]) -> tuple[str, ...]:
    """Names that differ from the words by little."""
    by_folded = {folded: match.name for folded, match in reversed(named)}
    close = get_close_matches(wanted, by_folded, n=SUGGESTIONS, cutoff=0.7)
    return tuple(dict.fromkeys(by_folded[folded] for folded in close))
