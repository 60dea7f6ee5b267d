"""What an answer means: to the country, to each part of it, and through each place.

Everything here is computed again from the travel times and the places; the engine's own figures
are not consulted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.planning.notes import existing_sentence, travel_sentence
from knutpunkt.planning.studies.bounds import Bounds
from knutpunkt.planning.studies.closing import consultation_of
from knutpunkt.planning.studies.engine import Travel, travel_to
from knutpunkt.planning.studies.ground import Floats, Ground
from knutpunkt.planning.studies.induced import induced_of
from knutpunkt.planning.studies.load import load_of
from knutpunkt.planning.studies.objectives import value_of, worst_share_mean
from knutpunkt.planning.studies.spending import spent

Mask = NDArray[np.bool_]

WITHIN_MINUTES = 30.0
# Less than this is rounding, not a nearer or farther office.
NOTICED = 1e-9
#: Upper ends of the classes of minutes, and of minutes that somebody travels further.
CLASSES = (10.0, 20.0, 30.0, 45.0, 60.0, 90.0)
FURTHER = (5.0, 10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Change:
    """The network before and after. ``saved`` are minutes per point, below 0 where it is further.

    ``before`` and ``after`` are masks of shape ``(sites,)``.
    """

    before: Mask
    after: Mask
    travel_before: Travel
    travel_after: Travel
    saved: Floats

    @property
    def opened(self) -> Mask:
        """Sites that open."""
        return self.after & ~self.before

    @property
    def closed(self) -> Mask:
        """Sites that close."""
        return self.before & ~self.after


def change_to(ground: Ground, after: Mask) -> Change:
    """Compare the network there is with the one after a plan."""
    before = ground.is_office
    was, becomes = travel_to(ground, before), travel_to(ground, after)
    return Change(before, after, was, becomes, was.minutes - becomes.minutes)


def effects_of(ground: Ground, bounds: Bounds, after: Mask) -> dict[str, Any]:
    """Work out what a plan means, as plain values.

    Parameters
    ----------
    ground
        What the study stands on.
    bounds
        Tell which points no site can reach within the longest way.
    after
        Open sites, shape ``(sites,)``.
    """
    change = change_to(ground, after)
    nearest = change.travel_before.nearest, change.travel_after.nearest
    load = load_of(ground, *nearest)
    lost = list(bounds.out_of_reach)
    return {
        "summary": _summary(ground.persons, change)
        | _objective(ground, change)
        | {"out_of_reach": _sum(ground.persons[lost])},
        "spending": _spending(ground, change),
        "sites": _sites(ground, change, load.before, load.after),
        "load": load.about(),
        "induced": induced_of(ground, load, *nearest),
        "distribution": _distribution(ground.persons, change),
        "further": _further(ground.persons, change),
        "municipalities": _parts(ground, change, by="municipality"),
        "counties": _parts(ground, change, by="county"),
        "areas": _areas(ground, change),
        "edition": ground.edition,
        "consultation": consultation_of(ground, change.closed),
    } | _assumptions(ground)


def _summary(persons: Floats, change: Change) -> dict[str, Any]:
    total = float(persons.sum())
    nearer, further = change.saved > NOTICED, change.saved < -NOTICED
    found: dict[str, Any] = {"persons": int(total)}
    for when, travel in (("before", change.travel_before), ("after", change.travel_after)):
        minutes = travel.minutes
        within = persons[minutes <= WITHIN_MINUTES].sum()
        found |= {
            f"mean_{when}": float(persons @ minutes) / total,
            f"worst_{when}": worst_share_mean(minutes, persons),
            f"longest_{when}": float(minutes[persons > 0].max()),
            f"within_{when}": float(within / total),
        }
    return found | {
        "nearer": _sum(persons[nearer]),
        "further": _sum(persons[further]),
        "gained": float(persons[nearer] @ change.saved[nearer]),
        "lost": float(-(persons[further] @ change.saved[further])),
    }


def _objective(ground: Ground, change: Change) -> dict[str, float]:
    return {
        f"objective_{when}": value_of(ground.question, travel.minutes, ground.persons)
        for when, travel in (("before", change.travel_before), ("after", change.travel_after))
    }


def _spending(ground: Ground, change: Change) -> dict[str, Any] | None:
    """What the plan costs; nothing where nothing is said of money."""
    question = ground.question
    if not question.spending.is_told:
        return None
    opened, closed = (
        [ground.sites[site].key for site in np.flatnonzero(some)]
        for some in (change.opened, change.closed)
    )
    return spent(question.spending, question.savings, opened, closed)


def _sites(ground: Ground, change: Change, before: Floats, after: Floats) -> list[dict[str, Any]]:
    """Every site that is open before or after, those that matter most first."""
    found = []
    for number in np.flatnonzero(change.before | change.after):
        spot = ground.sites[number]
        state = "stays"
        if change.opened[number] or change.closed[number]:
            state = "opened" if change.opened[number] else "closed"
        found.append(
            {
                "key": spot.key,
                "name": spot.name,
                "code": spot.code,
                "municipality": spot.municipality,
                "lat": spot.lat,
                "lon": spot.lon,
                "basis": spot.basis,
                "state": state,
                "load_before": float(before[number]),
                "load_after": float(after[number]),
                "saving": ground.question.savings.get(spot.key),
                "cost": _cost(ground, spot.key) if state == "opened" else None,
            }
            | _touched(ground.persons, change, int(number), state)
        )
    return sorted(found, key=lambda site: (-abs(site["person_minutes"]), site["key"]))


def _cost(ground: Ground, key: str) -> float | None:
    """Cost of a place that opens, over the years; nothing where nothing is said of money."""
    spending = ground.question.spending
    return spending.of_place(key) if spending.is_told else None


def _touched(persons: Floats, change: Change, site: int, state: str) -> dict[str, Any]:
    """Who gets nearer through a place that opens, or further through one that closes."""
    if state == "closed":
        touched = (change.travel_before.nearest == site) & (change.saved < -NOTICED)
    else:
        touched = (change.travel_after.nearest == site) & (change.saved > NOTICED)
        touched &= state == "opened"
    total = float(persons[touched].sum())
    minutes = float(persons[touched] @ change.saved[touched])
    return {
        "persons": int(total),
        "person_minutes": minutes,
        "minutes": minutes / total if total else 0.0,
    }


def _distribution(persons: Floats, change: Change) -> list[dict[str, Any]]:
    before = _classes(change.travel_before.minutes, persons, CLASSES)
    after = _classes(change.travel_after.minutes, persons, CLASSES)
    ends = [*CLASSES, None]
    return [
        {"to": end, "before": was, "after": becomes}
        for end, was, becomes in zip(ends, before, after, strict=True)
    ]


def _further(persons: Floats, change: Change) -> list[dict[str, Any]]:
    worse = change.saved < -NOTICED
    counted = _classes(-change.saved[worse], persons[worse], FURTHER)
    return [{"to": end, "persons": n} for end, n in zip([*FURTHER, None], counted, strict=True)]


def _classes(minutes: Floats, persons: Floats, ends: Sequence[float]) -> list[int]:
    """Residents per class; the upper end belongs to the class."""
    which = np.searchsorted(np.array(ends), minutes, side="left")
    return [int(n) for n in np.bincount(which, weights=persons, minlength=len(ends) + 1)]


def _parts(ground: Ground, change: Change, *, by: str) -> list[dict[str, Any]]:
    """Every municipality or county with residents, those that gain most first."""
    codes = [point.municipality_id for point in ground.points]
    if by == "county":
        codes = [ground.municipalities[code][1] for code in codes]
    found = []
    for code in dict.fromkeys(sorted(codes)):
        here = np.array([one == code for one in codes])
        name = ground.counties[code] if by == "county" else ground.municipalities[code][0]
        found.append({"code": code, "name": name} | _part(ground.persons[here], change, here))
    return sorted(found, key=lambda part: (-part["person_minutes"], part["code"]))


def _part(persons: Floats, change: Change, here: Mask) -> dict[str, Any]:
    total = float(persons.sum())
    saved = change.saved[here]
    return {
        "persons": int(total),
        "before": float(persons @ change.travel_before.minutes[here]) / total,
        "after": float(persons @ change.travel_after.minutes[here]) / total,
        "person_minutes": float(persons @ saved),
        "nearer": _sum(persons[saved > NOTICED]),
        "further": _sum(persons[saved < -NOTICED]),
    }


def _areas(ground: Ground, change: Change) -> list[dict[str, Any]]:
    """Every area, by the way from its middle: how many live in it is not on record."""
    found = []
    for area, row in zip(ground.areas, ground.area_minutes, strict=True):
        town = ground.municipalities[area.municipality_id][0]
        ways = {"before": float(row[change.before].min()), "after": float(row[change.after].min())}
        found.append({"name": area.name, "municipality": town} | ways)
    return sorted(found, key=lambda area: (area["after"] - area["before"], area["name"]))


def _assumptions(ground: Ground) -> dict[str, Any]:
    travel, existing = travel_sentence(ground.source), existing_sentence(ground.existing)
    return {
        "travel": {"sentence_sv": travel[0], "sentence_en": travel[1]},
        "existing": {"sentence_sv": existing[0], "sentence_en": existing[1]},
        "population": {
            "on": sorted({point.population_on.isoformat() for point in ground.points}),
            "persons": sum(point.persons for point in ground.points),
            "points": len(ground.points),
            "sources": sorted({point.source for point in ground.points} - {""}),
        },
    }


def _sum(persons: Floats) -> int:
    return int(persons.sum())
