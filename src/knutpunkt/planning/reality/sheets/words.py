"""Words that several sheets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both
from knutpunkt.planning.reality.sheets.blocks import Grid, percent
from knutpunkt.planning.reality.values import Drawn, Home, Plan, Travelled

NAMED: Both = ("namngivna kontor", "named offices")
ASSUMED: Both = ("övriga antagna", "the rest assumed")

BASES: Mapping[str, Both] = {
    "street": ("gata", "street"),
    "square": ("torg", "square"),
    "district": ("stadsdel", "district"),
    "district-centroid": ("stadsdelens mitt", "middle of the district"),
    "town-centre": ("ortens centrum", "town centre"),
    "town-point": ("ortens punkt", "point of the town"),
    "municipality-point": ("kommunens punkt", "point of the municipality"),
}


def basis(key: str) -> Both:
    """How finely a position is known."""
    return BASES.get(key, (key or "okänd", key or "unknown"))


def proof(plan: Plan) -> Both:
    """What is proved of a set of places."""
    match plan.status:
        case "real":
            return "beslutat", "decided"
        case "in_turn":
            return "en i taget", "one by one"
        case "proved":
            return "bevisat bäst", "proved best"
    sv, en = percent(plan.gap or 0.0)
    return f"högst {sv} från bäst", f"within {en} of the best"


def proofs(plan: Plan, other: Plan) -> Both:
    """What is proved in the one view and the other, once where it is the same."""
    one, two = proof(plan), proof(other)
    return one if one == two else (f"{one[0]}; {two[0]}", f"{one[1]}; {two[1]}")


def columns(name: Both) -> tuple[Both, ...]:
    """Headings of the figures of one view: mean minutes, within half an hour, beyond an hour."""
    return (
        (f"minuter, {name[0]}", f"minutes, {name[1]}"),
        ("inom 30 min", "within 30 min"),
        ("över 60 min", "beyond 60 min"),
    )


def figures(travelled: Travelled) -> tuple[Both, ...]:
    """Those figures."""
    return (
        both(travelled.mean_minutes, 2),
        percent(travelled.within_30),
        both(travelled.beyond_60),
    )


def by_county(
    title: Both, drawn: Drawn, homes: Sequence[Home], heads: Mapping[str, Both], decimals: int = 1
) -> Grid:
    """The twin of a map: mean minutes per resident of each county."""
    counties = sorted({home.county for home in homes})
    rows = []
    for county in counties:
        own = [home for home in homes if home.county == county]
        persons = sum(home.persons for home in own)
        means = [
            sum(home.persons * drawn[key][home.code] for home in own) / persons for key in heads
        ]
        cells = tuple(both(mean, decimals) for mean in means)
        rows.append(((county, county), both(persons), *cells))
    header = (("län", "county"), ("invånare", "residents"), *heads.values())
    return Grid(title, header, tuple(rows))
