"""Facts about travel: the nearest office before the commission and with the offices it opened.

Straight-line travel between demand points and offices, weighed with residents: the measure of the
plans (Hakimi 1964, Operations Research 12(3): 450-459, doi:10.1287/opre.12.3.450).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.travel import straight_line_minutes
from knutpunkt.mandates.selectors import MandateCheck
from knutpunkt.network.models import Municipality
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, Register
from knutpunkt.planning.models import DemandPoint
from knutpunkt.reports.building.question import Question
from knutpunkt.reports.facts import FactTable

DETOUR, KM_PER_HOUR = 1.3, 60.0
NEAR_MINUTES = 30.0
LEAST_SAVED = 0.05


@dataclass(frozen=True, slots=True)
class Residents:
    """Where people live: municipality code, residents and position of every demand point."""

    codes: NDArray[np.str_]
    persons: NDArray[np.float64]
    positions: NDArray[np.float64]
    on: str
    sources: tuple[str, ...]

    def minutes(self, offices: Sequence[OfficeOnDay]) -> NDArray[np.float64]:
        """Minutes from every point to the nearest of the offices, shape ``(points,)``."""
        sites = positions_of(offices)
        times = straight_line_minutes(self.positions, sites, detour=DETOUR, km_per_hour=KM_PER_HOUR)
        nearest: NDArray[np.float64] = times.minutes.min(axis=1)
        return nearest

    def mean(self, minutes: NDArray[np.float64], here: NDArray[np.bool_] | None = None) -> float:
        """Minutes per resident, of the country or of some of its points."""
        persons = self.persons if here is None else self.persons[here]
        taken = minutes if here is None else minutes[here]
        return float(persons @ taken / persons.sum())


def residents() -> Residents | None:
    """Read where people live: one query; nothing where no demand points are on record."""
    rows = list(
        DemandPoint.objects.filter(persons__gt=0).values_list(
            "municipality_id", "persons", "lat", "lon", "population_on", "source"
        )
    )
    if not rows:
        return None
    return Residents(
        codes=np.array([row[0] for row in rows]),
        persons=np.array([row[1] for row in rows], dtype=np.float64),
        positions=np.array([row[2:4] for row in rows], dtype=np.float64),
        on=max(row[4] for row in rows).isoformat(),
        sources=tuple(sorted({row[5] for row in rows} - {""})),
    )


def positions_of(offices: Sequence[OfficeOnDay]) -> NDArray[np.float64]:
    """Positions of the offices that have one, shape ``(offices, 2)``."""
    placed = [
        (lat, lon)
        for office in offices
        if (lat := office.address.lat) is not None and (lon := office.address.lon) is not None
    ]
    return np.array(placed, dtype=np.float64).reshape(-1, 2)


def travel_facts(
    facts: FactTable, question: Question, check: MandateCheck, decided_on: date | None
) -> None:
    """Put travel before the commission and after its openings into the fact table."""
    people = residents()
    register = Register(known_on=question.as_of)
    before = register.on(decided_on) if decided_on else None
    if people is None or before is None or not len(positions_of(before.open_offices())):
        return
    opened = _opened(register.on(question.as_of), check)
    if not opened:
        return
    query = f'reports.travel("{question.mandate}", before={decided_on}, after={question.as_of})'
    old = people.minutes(before.open_offices())
    new = np.minimum(old, people.minutes(opened))
    facts.put("travel.people", int(people.persons.sum()), "persons", query, sources=people.sources)
    facts.put("travel.people_on", people.on, "day", query, sources=people.sources)
    for when, minutes in (("before", old), ("after", new)):
        facts.put(f"travel.{when}", people.mean(minutes), "minutes", f"{query}.{when}")
        near = float(people.persons[minutes <= NEAR_MINUTES].sum() / people.persons.sum())
        facts.put(f"travel.near_{when}", near, "share", f"{query}.near_{when}")
    still = register.on(question.as_of).open_offices()
    unplaced = sum(office.address.lat is None for office in still)
    facts.put("travel.unplaced", unplaced or None, "offices", f"{query}.unplaced")
    facts.put("travel.open", len(still), "offices", f"{query}.open")
    facts.put("travel.near", NEAR_MINUTES, "minutes", "reports.travel.NEAR_MINUTES")
    facts.put("travel.detour", f"{DETOUR:g}".replace(".", ","), "text", "reports.travel.DETOUR")
    facts.put("travel.speed", int(KM_PER_HOUR), "km/h", "reports.travel.KM_PER_HOUR")
    _municipalities(facts, people, old, new, query)


def _opened(network: NetworkOnDay, check: MandateCheck) -> list[OfficeOnDay]:
    """Offices that surely opened under the commission and can be placed."""
    own = {a.office for a in check.attributions if a.mandate == check.mandate.slug}
    sure = {a.office for a in check.attributions if a.opened == "yes"}
    return [
        office
        for office in network.offices
        if office.key in own & sure and office.address.lat is not None
    ]


def _municipalities(
    facts: FactTable,
    people: Residents,
    old: NDArray[np.float64],
    new: NDArray[np.float64],
    query: str,
) -> None:
    """Municipalities whose residents got nearer, those that gained most first."""
    names = dict(Municipality.objects.values_list("code", "name"))
    gains = []
    for code in np.unique(people.codes):
        here = people.codes == code
        before, after = people.mean(old, here), people.mean(new, here)
        if before - after >= LEAST_SAVED:
            gains.append((before - after, str(code), before, after, people.persons[here].sum()))
    for _, code, before, after, persons in sorted(gains, key=lambda gain: (-gain[0], gain[1])):
        member = facts.member("gain", code)
        asked = f'{query}["{code}"]'
        facts.put(f"{member}.municipality", names.get(code, code), "text", asked)
        facts.put(f"{member}.persons", int(persons), "persons", asked, sources=people.sources)
        facts.put(f"{member}.before", before, "minutes", f"{asked}.before")
        facts.put(f"{member}.after", after, "minutes", f"{asked}.after")
