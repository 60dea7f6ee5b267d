"""Real closings against the best set of the same size.

The question is a *p*-median turned round: the candidates are the offices open on the day before
the first closing, none is fixed, and as many are chosen as were left. *Never leave a municipality*
asks for at least one of the chosen in each municipality that had one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from knutpunkt.network.closing import DECIDERS, Closing, closings
from knutpunkt.network.selectors import NetworkOnDay, Register
from knutpunkt.planning.errors import NothingToCompare
from knutpunkt.planning.reality.choosing import Chosen, Floats, Limit, Question, best, nearest
from knutpunkt.planning.reality.ground import LONGER_BY_MINUTES, Ground, placed
from knutpunkt.planning.reality.values import (
    ClosedOffice,
    ClosingPlan,
    ClosingRound,
    ClosingView,
    ClosuresAnswer,
    Drawn,
    Loss,
    Plan,
    Site,
)

MUCH_LONGER_MINUTES = 15.0


@dataclass(frozen=True, eq=False)
class _Asked:
    """The offices of the day before, those assumed beside them, and the travel to all."""

    ground: Ground
    question: Question
    sites: tuple[Site, ...]
    before: Floats

    def numbers(self, keys: Collection[str]) -> tuple[int, ...]:
        return tuple(n for n in self.question.candidates if self.sites[n].key in keys)

    def open_without(self, closed: Iterable[int]) -> list[int]:
        every = {*self.question.candidates, *self.question.stays}
        return sorted(every.difference(closed))


def closures_answer(register: Register, ground: Ground) -> ClosuresAnswer:
    """Hold the closings on record against the best sets of their size: seven queries.

    Raises
    ------
    NothingToCompare
        When no closing of an office with a known position is on record.
    """
    every = closings()
    network = register.on(_day_before(register, {one.office for one in every}))
    offices = placed(network.open_offices(perhaps=True))
    closed = [one for one in every if one.office in {site.key for site in offices}]
    if not closed:
        raise NothingToCompare(what="closing of an office with a known position")
    views = [_asked(ground, offices, ()), _asked(ground, offices, ground.assumed)]
    decided = [one for one in closed if one.decided_by in DECIDERS]
    rounds = [_round("known", closed, views)]
    if 0 < len(decided) < len(closed):
        rounds.append(_round("decided", decided, views))
    return ClosuresAnswer(
        on=network.day.isoformat(),
        persons=int(ground.persons.sum()),
        named=len(offices),
        unnamed=network.balance.unnamed if network.balance else 0,
        unplaced=tuple(o.name for o in network.open_offices(perhaps=True) if o.address.lat is None),
        unconfirmed=_unconfirmed(network),
        municipalities=len({site.code for site in offices}),
        rounds=tuple(one for one, _ in rounds),
        drawn=_drawn(rounds[0][0].view, views[0]),
        engine=rounds[0][1],
    )


def _day_before(register: Register, keys: Collection[str]) -> date:
    """The day before the first closing could have taken place."""
    days = [
        event.earliest
        for office in register.on(date.max).offices
        for event in office.events
        if office.key in keys and event.kind == "closed"
    ]
    return min(days, default=date.max) - timedelta(days=1)


def _unconfirmed(network: NetworkOnDay) -> tuple[str, ...]:
    perhaps = network.open_offices(perhaps=True)
    return tuple(office.name for office in perhaps if office.open == "perhaps")


def _asked(ground: Ground, offices: Sequence[Site], assumed: Sequence[Site]) -> _Asked:
    sites = (*offices, *assumed)
    question = Question(
        cost=ground.minutes_to(sites),
        persons=ground.persons,
        stays=tuple(range(len(offices), len(sites))),
        candidates=tuple(range(len(offices))),
        count=len(offices),
    )
    return _Asked(ground, question, sites, nearest(question, range(len(sites)))[0])


def _round(
    key: str, closed: Sequence[Closing], views: Sequence[_Asked]
) -> tuple[ClosingRound, str]:
    view, engine = _view(closed, views[0])
    assumed, _ = _view(closed, views[1])
    rows = tuple(sorted(_closed(closed, view, views[0]), key=lambda row: -row.loss.person_minutes))
    return ClosingRound(key, rows, view, assumed), engine


def _view(closed: Sequence[Closing], asked: _Asked) -> tuple[ClosingView, str]:
    real = asked.numbers({one.office for one in closed})
    free = replace(asked.question, count=asked.question.count - len(real))
    chosen = best(free)
    staying = best(replace(free, limits=one_in_each(asked.sites, free.candidates)))
    alike = best(replace(free, limits=as_many_alone(asked.sites, free.candidates, real)))
    view = ClosingView(
        before=asked.ground.travelled(asked.before),
        real=_plan("real", real, asked, None),
        best=_plan("best", _closed_by(chosen, asked), asked, chosen),
        staying=_plan("staying", _closed_by(staying, asked), asked, staying),
        alike=_plan("alike", _closed_by(alike, asked), asked, alike),
    )
    return view, chosen.engine


def one_in_each(sites: Sequence[Site], candidates: Sequence[int]) -> tuple[Limit, ...]:
    """Keep at least one office in each municipality that has one."""
    codes = sorted({sites[number].code for number in candidates})
    return tuple(
        (code, tuple(n for n in candidates if sites[n].code == code), 1, None) for code in codes
    )


def as_many_alone(
    sites: Sequence[Site], candidates: Sequence[int], closed: Collection[int]
) -> tuple[Limit, ...]:
    """Close as many of the offices that are alone in their municipality as ``closed`` does."""
    offices = Counter(sites[number].code for number in candidates)
    alone = tuple(number for number in candidates if offices[sites[number].code] == 1)
    kept = len(set(alone).difference(closed))
    return (("alone", alone, kept, kept),)


def municipalities_left(offices: Sequence[Site], closed: Collection[int]) -> tuple[str, ...]:
    """Names of the municipalities where no office is left."""
    kept = {site.code for number, site in enumerate(offices) if number not in closed}
    return tuple(sorted({site.municipality for site in offices if site.code not in kept}))


def _drawn(view: ClosingView, asked: _Asked) -> Drawn:
    plans = {"real": view.real, "staying": view.staying, "alike": view.alike}
    drawn = {"before": asked.ground.mean_by_municipality(asked.before)}
    for key, one in plans.items():
        closed = asked.numbers({site.key for site in one.plan.sites})
        minutes, _ = nearest(asked.question, asked.open_without(closed))
        drawn[key] = asked.ground.mean_by_municipality(minutes)
    return drawn


def _closed_by(chosen: Chosen, asked: _Asked) -> tuple[int, ...]:
    return tuple(sorted(set(asked.question.candidates).difference(chosen.sites)))


def _plan(key: str, closed: Sequence[int], asked: _Asked, chosen: Chosen | None) -> ClosingPlan:
    minutes, _ = nearest(asked.question, asked.open_without(closed))
    sites = tuple(asked.sites[number] for number in closed)
    travelled = asked.ground.travelled(minutes)
    plan = Plan(key, "real", sites, travelled)
    if chosen is not None:
        plan = replace(
            plan, status=chosen.status, bound=chosen.bound, gap=chosen.gap,
            inputs_hash=chosen.inputs_hash,
        )  # fmt: skip
    offices = [asked.sites[number] for number in asked.question.candidates]
    return ClosingPlan(plan, loss_of(asked, minutes), municipalities_left(offices, set(closed)))


def loss_of(asked: _Asked, minutes: Floats) -> Loss:
    """Compare with the way before."""
    persons = asked.ground.persons
    more = np.maximum(minutes - asked.before, 0.0)
    longer = more > LONGER_BY_MINUTES
    hit = float(persons[longer].sum())
    total = float(persons @ more)
    return Loss(
        person_minutes=total,
        longer=int(hit),
        minutes=total / hit if hit else 0.0,
        much_longer=int(persons[more > MUCH_LONGER_MINUTES].sum()),
    )


def _closed(closed: Sequence[Closing], view: ClosingView, asked: _Asked) -> Iterable[ClosedOffice]:
    staying_keys = {site.key for site in view.staying.plan.sites}
    alike_keys = {site.key for site in view.alike.plan.sites}
    for one in closed:
        (number,) = asked.numbers({one.office})
        site = asked.sites[number]
        minutes, _ = nearest(asked.question, asked.open_without([number]))
        yield ClosedOffice(
            office=site,
            last_day=one.last_day,
            finding=one.finding,
            loss=loss_of(asked, minutes),
            in_staying=site.key in staying_keys,
            in_alike=site.key in alike_keys,
            same_point=same_point(site, asked.sites),
        )


def same_point(site: Site, sites: Iterable[Site]) -> str:
    """Name another office that the register puts at the very point, if there is one."""
    twins = (s.name for s in sites if s.key != site.key and (s.lat, s.lon) == (site.lat, site.lon))
    return next(twins, "")
