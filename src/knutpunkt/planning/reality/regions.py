"""The rule of 2020, *a functional region without an office gets one*, against distance alone.

The rule gave four places. The register holds no functional regions, so the rule itself is not run
again; asked is where four offices would have gone had nothing but distance counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from knutpunkt.network.selectors import OfficeOnDay, Register
from knutpunkt.planning.errors import NothingToCompare
from knutpunkt.planning.reality.choosing import Chosen, Floats, Question, best, nearest
from knutpunkt.planning.reality.ground import FAR_MINUTES, Ground, localities, placed
from knutpunkt.planning.reality.values import (
    Plan,
    RegionsAnswer,
    RegionView,
    Remote,
    RuledPlace,
    Site,
)

RULED = ("storuman", "torsby", "vansbro", "asele")
"""Offices the rule gave, opened in June 2020. Source:
https://www.regeringen.se/pressmeddelanden/2020/06/uppdrag-till-statens-servicecenter-om-att-oppna-nya-servicekontor/
"""
SHOWN = 10


@dataclass(frozen=True, eq=False)
class _Asked:
    """The question, its sites, which of them the rule gave, and minutes of each site."""

    ground: Ground
    question: Question
    sites: tuple[Site, ...]
    ruled: tuple[int, ...]


def regions_answer(register: Register, ground: Ground) -> RegionsAnswer:
    """Hold the four places against distance alone: one query beside those of the register.

    Raises
    ------
    NothingToCompare
        When the register does not hold the four offices with their position and day.
    """
    ruled, day = _ruled(register)
    network = register.on(day)
    offices = placed(o for o in network.open_offices(perhaps=True) if o.key not in RULED)
    places = localities(ground.names)
    asked = _asked(ground, places, offices, ruled)
    wider = _asked(ground, places, (*offices, *ground.assumed), ruled)
    view, engine = _view(asked)
    assumed, _ = _view(wider)
    return RegionsAnswer(
        on=day.isoformat(),
        persons=int(ground.persons.sum()),
        named=len(offices),
        unnamed=ground.unnamed,
        candidates=len(places),
        view=view,
        assumed=assumed,
        assumed_codes=tuple(site.code for site in ground.assumed),
        drawn={"before": _before(asked), "before_assumed": _before(wider)},
        engine=engine,
    )


def _ruled(register: Register) -> tuple[tuple[Site, ...], date]:
    """The four offices, and the day before the first of them opened."""
    offices = [office for office in register.on(date.max).offices if office.key in RULED]
    sites, opened = placed(offices), [day for office in offices for day in _opened(office)]
    if len(sites) < len(RULED) or not opened:
        raise NothingToCompare(what=f"opening at a known place of {', '.join(RULED)}")
    return sites, min(opened) - timedelta(days=1)


def _opened(office: OfficeOnDay) -> list[date]:
    return [event.earliest for event in office.events if event.kind == "opened"]


def _asked(
    ground: Ground, places: Sequence[Site], offices: Sequence[Site], ruled: Sequence[Site]
) -> _Asked:
    sites = (*places, *offices, *ruled)
    first_ruled = len(sites) - len(ruled)
    question = Question(
        cost=ground.minutes_to(sites),
        persons=ground.persons,
        stays=tuple(range(len(places), first_ruled)),
        candidates=tuple(range(len(places))),
        count=len(ruled),
    )
    return _Asked(ground, question, sites, tuple(range(first_ruled, len(sites))))


def _view(asked: _Asked) -> tuple[RegionView, str]:
    before, _ = nearest(asked.question, asked.question.stays)
    remote = remote_of(asked.ground, before)
    least = best(asked.question)
    far = (asked.question.cost > FAR_MINUTES).astype(np.float64)
    beyond = best(replace(asked.question, cost=far))
    view = RegionView(
        before=asked.ground.travelled(before),
        rule=_plan("rule", asked, asked.ruled, None),
        least_travel=_plan("least_travel", asked, least.sites, least),
        fewest_beyond=_plan("fewest_beyond", asked, beyond.sites, beyond),
        furthest_first=_plan("furthest_first", asked, furthest_first(asked), None),
        ruled=_ruled_places(asked, before, remote),
        remote=remote[:SHOWN],
    )
    return view, least.engine


def _before(asked: _Asked) -> dict[str, float]:
    return asked.ground.mean_by_municipality(nearest(asked.question, asked.question.stays)[0])


def furthest_first(asked: _Asked) -> list[int]:
    """Open in turn in the municipality with the longest way, counting each office before the next.

    The place is the one in that municipality that leaves its own residents the least travel.
    """
    question, codes = asked.question, asked.ground.codes
    chosen: list[int] = []
    for _ in range(question.count):
        minutes, _ = nearest(question, [*question.stays, *chosen])
        means = asked.ground.mean_by_municipality(minutes)
        own = {asked.sites[number].code for number in question.candidates}
        code = max(own & set(means), key=lambda one: (means[one], one))
        here = codes == code
        places = [n for n in question.candidates if asked.sites[n].code == code]
        after = np.minimum(minutes[here, None], question.cost[np.ix_(here, places)])
        chosen.append(places[int((question.persons[here] @ after).argmin())])
    return chosen


def remote_of(ground: Ground, minutes: Floats) -> tuple[Remote, ...]:
    """Every municipality by its mean minutes, the furthest first."""
    means = ground.mean_by_municipality(minutes)
    order = sorted(means, key=lambda code: (-means[code], code))
    return tuple(
        Remote(
            rank, code, ground.names[code], int(ground.persons[ground.codes == code].sum()),
            means[code],
        )
        for rank, code in enumerate(order, start=1)
    )  # fmt: skip


def _ruled_places(
    asked: _Asked, before: Floats, remote: Sequence[Remote]
) -> tuple[RuledPlace, ...]:
    numbers = [*asked.question.candidates, *asked.ruled]
    saved = np.maximum(before[:, None] - asked.question.cost[:, numbers], 0.0)
    alone = dict(zip(numbers, (asked.question.persons @ saved).tolist(), strict=True))
    by_code = {one.code: one for one in remote}
    found = []
    for number in asked.ruled:
        better = sum(alone[other] > alone[number] for other in asked.question.candidates)
        site = asked.sites[number]
        found.append(RuledPlace(site, better + 1, alone[number], by_code[site.code]))
    return tuple(sorted(found, key=lambda one: one.rank))


def _plan(key: str, asked: _Asked, sites: Sequence[int], chosen: Chosen | None) -> Plan:
    minutes, _ = nearest(asked.question, [*asked.question.stays, *sites])
    travelled = asked.ground.travelled(minutes)
    plan = Plan(key, "real", tuple(asked.sites[site] for site in sites), travelled)
    if chosen is None:
        return plan if key == "rule" else replace(plan, status="in_turn")
    return replace(
        plan, status=chosen.status, bound=chosen.bound, gap=chosen.gap,
        inputs_hash=chosen.inputs_hash,
    )  # fmt: skip
