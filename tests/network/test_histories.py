"""Two hundred random histories against a recount from a log of what was done.

The recount is plain Python over the log: it folds recordings, corrections and withdrawals as they
were known on a day, then counts by enumerating which days the events can have fallen on. It reads
nothing from the database.
"""

import random
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import transaction

from knutpunkt.network import services
from knutpunkt.network.life import ImpossibleHistory
from knutpunkt.network.models import Office
from knutpunkt.network.selectors import count_on
from support.network import made_balance

HISTORIES = 200
FIRST = date(2022, 1, 1)
BALANCE = 4  # day number of the balance
LENGTH = 26  # days of the small calendar
NEVER = 10_000
TOTAL = 9

pytestmark = pytest.mark.django_db


def day(number):
    return FIRST + timedelta(days=number)


def text(low, high):
    """A rough day in words: one day, an interval, or open to the past or the future."""
    if low == high:
        return day(low).isoformat()
    first = "" if low is None else day(low).isoformat()
    last = "" if high is None else day(high).isoformat()
    return f"[{first}..{last}]"


class Log:
    """What was done to one small network, in words, in order."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.now = 40  # days after FIRST; recordings happen one day after the other
        self.records = []  # (office, kind, low, high, awaited, replaces, withdraws, known)
        self.rows = []

    def stands(self, known=None):
        """Indices of records that stand as known on a day."""
        seen = [k for k, record in enumerate(self.records) if known is None or record[7] <= known]
        replaced = {self.records[k][5] for k in seen}
        return [k for k in seen if k not in replaced and not self.records[k][6]]

    def chain(self, office, known=None):
        own = [self.records[k] for k in self.stands(known) if self.records[k][0] == office]
        return [(kind, low, high, awaited) for _, kind, low, high, awaited, *_ in own]


def in_time(event):
    _, low, high, _ = event
    return (-99 if low is None else low, 99 if high is None else high)


def possible_worlds(chain):
    """Every way the openings and closings of an office can have fallen; None where there is none.

    An office opens, closes, opens …; a closing for which no opening is on record had one, some day.
    """
    opened, closed = (
        sorted((e for e in chain if e[0] == kind), key=in_time) for kind in ("opened", "closed")
    )
    order = []
    for k in range(max(len(opened), len(closed))):
        order += opened[k : k + 1] + closed[k : k + 1]
    if [e[0] for e in order] != [("opened", "closed")[k % 2] for k in range(len(order))]:
        return None
    worlds = [()]
    for kind, low, high, awaited in order:
        longer = []
        for world in worlds:
            if world and world[-1] == NEVER:
                longer.append((*world, NEVER))
                continue
            start = world[-1] + (kind == "opened") if world else -2
            stop = LENGTH + 2 if high is None or awaited else high
            choices = range(max(start, -2 if low is None else low), stop + 1)
            longer += [(*world, choice) for choice in choices]
            if awaited:
                longer.append((*world, NEVER))
        worlds = longer
    sure = [not awaited for *_, awaited in order]
    return [
        world
        for world in worlds
        if not any(s and d == NEVER for s, d in zip(sure, world, strict=True))
    ] or None


def is_open(world, number):
    return any(
        world[k] <= number and (k + 1 == len(world) or number <= world[k + 1])
        for k in range(0, len(world), 2)
    )


def agreeing(log, office, members, known=None):
    """Worlds of an office that agree with the balance."""
    worlds = possible_worlds(log.chain(office, known)) or []
    return [world for world in worlds if is_open(world, BALANCE) == (office in members)]


def recount(log, members, number, known):
    """Bounds of the number of open offices, from the log alone; None where the log contradicts."""
    named = [office for office in members if log.chain(office, known)]
    least = most = TOTAL - len(named)
    for office in sorted({record[0] for record in log.records}):
        if not log.chain(office, known):
            continue
        answers = {is_open(world, number) for world in agreeing(log, office, members, known)}
        if not answers:
            return None
        least += answers == {True}
        most += True in answers
    return least, most


def drawn_day(log):
    """A day, often exact, sometimes rough or open on a side."""
    low = log.chance.randrange(LENGTH - 2)
    shape = log.chance.random()
    if shape < 0.6:
        return low, low
    if shape < 0.9:
        return low, min(low + log.chance.randrange(1, 6), LENGTH - 1)
    return (None, low) if shape < 0.95 else (low, None)


def lived(log, offices, members, at_time):
    """Do something random: record, re-date or withdraw; what is refused changes nothing."""
    log.now += 1
    at_time.setenv("KNUTPUNKT_NOW", f"{day(log.now)}T12:00")
    standing = log.stands()
    choice = log.chance.random()
    if choice < 0.6 or not standing:
        office = log.chance.choice(list(offices))
        kind = "closed" if len(log.chain(office)) % 2 else "opened"
        low, high = drawn_day(log)
        awaited = low is not None and log.chance.random() < 0.15
        record = (office, kind, low, high, awaited, None, False, day(log.now))
        act = partial(
            services.event_record,
            office=offices[office],
            kind=kind,
            happened_on=text(low, high),
            basis="planned" if awaited else "stated",
        )
    else:
        index = log.chance.choice(standing)
        office, kind, _, _, awaited, *_ = log.records[index]
        low, high = drawn_day(log)
        withdraws = choice > 0.85
        record = (office, kind, low, high, awaited, index, withdraws, day(log.now))
        change = services.fact_withdraw if withdraws else services.fact_correct
        values = {} if withdraws else {"happened_on": text(low, high)}
        act = partial(change, log.rows[index], **values)
    log.records.append(record)
    if log.chain(office) and not agreeing(log, office, members):
        # In no world: other tests look at what is refused then. Here it does not happen.
        log.records.pop()
        return
    try:
        log.rows.append(act(by="siv"))
    except ImpossibleHistory:
        pytest.fail(f"refused although possible: {log.chain(office)}")


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in (1, 2, 3))]
)
def test_random_histories_are_counted_as_an_independent_recount_counts_them(part, monkeypatch):
    compared = 0
    for seed in range(part, HISTORIES, 4):
        with transaction.atomic():
            compared += history_agrees(seed, monkeypatch)
            transaction.set_rollback(True)
    assert compared > HISTORIES // 2


def history_agrees(seed, at_time):
    """Live through one history and compare four counts; returns how many could be compared."""
    log = Log(seed)
    at_time.setenv("KNUTPUNKT_NOW", f"{day(39)}T12:00")
    offices = {f"o{k}": Office.objects.create(key=f"o{k}", recorded_by="siv") for k in range(3)}
    members = [key for key in offices if log.chance.random() < 0.4]
    made_balance(day(BALANCE), TOTAL, *(offices[key] for key in members))
    for _ in range(log.chance.randrange(2, 9)):
        lived(log, offices, members, at_time)
    compared = 0
    for _ in range(4):
        number = log.chance.randrange(BALANCE, LENGTH)
        known = log.chance.choice([None, day(log.chance.randrange(40, log.now + 1))])
        told = recount(log, members, number, known)
        if told is not None:
            counted = count_on(day(number), known_on=known)
            assert (counted.at_least, counted.at_most) == told, (seed, number, known, log.records)
            assert counted.count == (told[0] if told[0] == told[1] else None)
            compared += 1
    return compared
