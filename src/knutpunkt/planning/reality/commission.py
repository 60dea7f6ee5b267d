"""Our places for a commission against the offices that really opened under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from knutpunkt.engines.travel import great_circle_kilometres
from knutpunkt.mandates.selectors.attributions import attributions
from knutpunkt.mandates.verdicts import Opening
from knutpunkt.network.selectors import Register
from knutpunkt.planning.errors import NothingToCompare
from knutpunkt.planning.problem import Case, case_of, offices_ordered
from knutpunkt.planning.reality.choosing import Chosen, Floats, Question, best, nearest, with_limits
from knutpunkt.planning.reality.ground import Ground, placed, site_of
from knutpunkt.planning.reality.values import (
    CommissionAnswer,
    CommissionView,
    Drawn,
    Overlap,
    Pair,
    Plan,
    Site,
)

MANDATE = "2021-05"
WITHIN_KM = (1, 5, 10, 25)
ADJACENT_METRES = 1000.0


@dataclass(frozen=True, eq=False)
class _Asked:
    """The question, what its sites are, and which of them are the real ones."""

    ground: Ground
    case: Case
    question: Question
    sites: tuple[Site, ...]
    real: tuple[int, ...]


def commission_answer(register: Register, ground: Ground) -> CommissionAnswer:
    """Hold our places against the real ones, and price the list of named municipalities.

    Raises
    ------
    NothingToCompare
        When no office at a known place opened under it.
    KnutpunktError
        As :func:`knutpunkt.planning.services.plan` when the commission cannot be planned for.
    """
    case = case_of(
        MANDATE, detour=ground.detour, km_per_hour=ground.km_per_hour,
        adjacent_metres=ADJACENT_METRES,
    )  # fmt: skip
    openings = opened_under(MANDATE, register)
    real = _placed(openings)
    if not real:
        raise NothingToCompare(what=f"opening at a known place under commission {MANDATE}")
    asked = _asked(ground, case, real, ())
    view, ours = _view(asked)
    assumed, _ = _view(_asked(ground, case, real, ground.assumed))
    existing = case.material.existing
    return CommissionAnswer(
        mandate=MANDATE,
        on=existing.on.isoformat(),
        persons=int(ground.persons.sum()),
        named=len(existing.offices),
        unnamed=existing.unnamed,
        listed=len(_listed(case)),
        pairs=pairs_of(view.ours.sites, real),
        unconfirmed=tuple(o.name for o in openings if o.opened.awaited),
        unplaced=tuple(o.name for o in openings if o.office not in {site.key for site in real}),
        view=view,
        assumed=assumed,
        assumed_codes=tuple(site.code for site in ground.assumed),
        drawn=_drawn(asked, ours.sites),
        engine=ours.engine,
    )


def opened_under(mandate: str, register: Register) -> list[Opening]:
    """Openings that count for a commission, by day; planned ones too: one query."""
    found = attributions(register, register.on(date.max))
    return [opening for view, opening in found if view.mandate == mandate]


def _placed(openings: Iterable[Opening]) -> tuple[Site, ...]:
    return tuple(
        site_of(one.office, one.name, address)
        for one in openings
        if (address := one.address) is not None and address.lat is not None
    )


def pairs_of(ours: Sequence[Site], real: Sequence[Site]) -> tuple[Pair, ...]:
    """Put the nearest of ours and theirs in each municipality together, then those left over."""
    km = kilometres(ours, real)
    same = np.array([[a.code == b.code for b in real] for a in ours])
    free_ours, free_real = set(range(len(ours))), set(range(len(real)))
    found = []
    for a, b in sorted(np.argwhere(same).tolist(), key=lambda pair: km[pair[0], pair[1]]):
        if a in free_ours and b in free_real:
            found.append(Pair(ours[a].municipality, ours[a], real[b], float(km[a, b])))
            free_ours.remove(a)
            free_real.remove(b)
    found += [Pair(ours[a].municipality, ours[a], None, None) for a in free_ours]
    found += [Pair(real[b].municipality, None, real[b], None) for b in free_real]
    return tuple(sorted(found, key=_by_municipality))


def pairs_within(km: Floats, limit: float) -> int:
    """How many pairs can be made that lie no further apart: a maximum matching.

    References
    ----------
    Kuhn (1955), Naval Research Logistics Quarterly 2: 83-97, doi:10.1002/nav.3800020109.
    """
    partner: dict[int, int] = {}

    def paired(row: int, tried: set[int]) -> bool:
        for column in np.flatnonzero(km[row] <= limit).tolist():
            if column in tried:
                continue
            tried.add(column)
            if column not in partner or paired(partner[column], tried):
                partner[column] = row
                return True
        return False

    return sum(paired(row, set()) for row in range(len(km)))


def kilometres(ours: Sequence[Site], real: Sequence[Site]) -> Floats:
    """Straight-line kilometres, shape ``(ours, real)``."""
    return great_circle_kilometres(
        [(site.lat, site.lon) for site in ours], [(site.lat, site.lon) for site in real]
    )


def _by_municipality(pair: Pair) -> tuple[bool, bool, str, str]:
    office = pair.real or pair.ours
    return pair.ours is None, pair.real is None, pair.municipality, office.name if office else ""


def _asked(ground: Ground, case: Case, real: Sequence[Site], assumed: Sequence[Site]) -> _Asked:
    material = case.material
    candidates = tuple(
        Site(f"{c.basis}:{number}", c.place, c.code, c.municipality, c.lat, c.lon, c.basis)
        for number, c in enumerate(material.candidates)
    )
    existing = placed(material.existing.offices)
    sites = (*candidates, *existing, *assumed, *real)
    first_real = len(sites) - len(real)
    question = Question(
        cost=ground.minutes_to(sites),
        persons=ground.persons,
        stays=tuple(range(len(candidates), first_real)),
        candidates=tuple(range(len(candidates))),
        count=offices_ordered(material),
        limits=tuple((r.name, r.sites, r.at_least, r.at_most) for r in case.rules),
    )
    return _Asked(ground, case, question, sites, tuple(range(first_real, len(sites))))


def _view(asked: _Asked) -> tuple[CommissionView, Chosen]:
    named = {r.name for r in asked.case.rules if r.clause in _lists(asked.case)}
    single = {r.name for r in asked.case.rules if r.municipality is not None}
    every = {r.name for r in asked.case.rules}
    ours, chosen = _without(asked, "ours", frozenset())
    real = _plan(asked, "real", asked.real, None)
    forced = len(_listed(asked.case) & {site.code for site in real.sites})
    view = CommissionView(
        before=asked.ground.travelled(nearest(asked.question, asked.question.stays)[0]),
        real=real,
        ours=ours,
        without_list=_without(asked, "without_list", named)[0],
        without_names=_without(asked, "without_names", named | single)[0],
        without_rules=_without(asked, "without_rules", every)[0],
        overlap=overlap_of(ours.sites, real.sites, forced),
    )
    return view, chosen


def _drawn(asked: _Asked, ours: Sequence[int]) -> Drawn:
    drawn = {"before": (), "real": asked.real, "ours": ours}
    return {
        key: asked.ground.mean_by_municipality(
            nearest(asked.question, [*asked.question.stays, *sites])[0]
        )
        for key, sites in drawn.items()
    }


def overlap_of(ours: Sequence[Site], real: Sequence[Site], forced: int) -> Overlap:
    """Count how far two sets agree."""
    km = kilometres(ours, real)
    shared = Counter(site.code for site in ours) & Counter(site.code for site in real)
    within = {limit: pairs_within(km, limit) for limit in WITHIN_KM}
    return Overlap(len(real), shared.total(), forced, within)


def _without(asked: _Asked, key: str, dropped: frozenset[str] | set[str]) -> tuple[Plan, Chosen]:
    question = replace(asked.question, limits=with_limits(asked.question, dropped))
    chosen = best(question)
    return _plan(asked, key, chosen.sites, chosen), chosen


def _plan(asked: _Asked, key: str, sites: Sequence[int], chosen: Chosen | None) -> Plan:
    minutes, _ = nearest(asked.question, [*asked.question.stays, *sites])
    places = tuple(asked.sites[site] for site in sites)
    travelled = asked.ground.travelled(minutes)
    if chosen is None:
        return Plan(key, "real", places, travelled)
    return Plan(key, chosen.status, places, travelled, chosen.bound, chosen.gap, chosen.inputs_hash)


def _lists(case: Case) -> set[str]:
    return {term.key for term in case.material.terms if term.type == "named"}


def _listed(case: Case) -> frozenset[str]:
    return frozenset[str]().union(*(t.codes for t in case.material.terms if t.type == "named"))
