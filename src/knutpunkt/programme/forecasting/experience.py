"""What earlier openings teach: reference classes from this commission and those before it.

The ratio of a project is its actual working days against those the template gives it without any
stretching, both from the day its round could begin. Offices not open count with the time they have
taken so far; leaving them out would make every class look faster than it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.posterior import Prior
from knutpunkt.engines.schedule.reference import Estimate, Observation, reference_classes
from knutpunkt.engines.schedule.simulate import simulate
from knutpunkt.programme.forecasting.known import days_of
from knutpunkt.programme.forecasting.problem import end_of, programme_of, start_of
from knutpunkt.programme.forecasting.rows import SlotRow

#: Runs for the time the template gives; its median is then within two working days.
RUNS: Final = 1_000
SEED: Final = 1
#: Classes answered for even where nothing is known of one.
CLASSES: Final = ("metro", "rural", "vulnerable")


@dataclass(frozen=True, slots=True)
class Experience:
    """Observations, the classes estimated from them, and the prior they were added to."""

    observations: tuple[Observation, ...]
    estimate: Estimate
    prior: Prior


def experience_of(
    slots: Sequence[SlotRow], *, calendar: Calendar, prior: Prior | None = None
) -> Experience:
    """Estimate reference classes from all slots known on a day, opened or not.

    Parameters
    ----------
    slots
        Of this commission and of earlier ones; dropped and stopped ones are left out.
    calendar
        Working days.
    prior
        What is held beforehand.
    """
    held = prior or Prior()
    counted = [slot for slot in slots if slot.gone_on is None]
    typical = _typical_days(counted, calendar)
    pairs = zip(counted, typical, strict=True)
    seen = [_observed(slot, days, calendar) for slot, days in pairs]
    observations = tuple(one for one in seen if one is not None)
    classes = {*CLASSES, *(slot.reference_class for slot in slots)}
    return Experience(
        observations, reference_classes(observations, classes=classes, prior=held), held
    )


def _observed(slot: SlotRow, typical: float, calendar: Calendar) -> Observation | None:
    start = start_of(slot.starts_on)
    if typical <= 0:
        return None
    if slot.opened is not None:
        earliest, latest = days_of(slot.opened, not_before=slot.starts_on)
        least, most = (float(calendar.between(start, end_of(day))) for day in (earliest, latest))
        return Observation(slot.reference_class, typical, max(least, 0.0), max(most, 1.0))
    if slot.shut_until is None or slot.shut_until <= slot.starts_on:
        return None
    elapsed = float(calendar.between(start, end_of(slot.shut_until)))
    return Observation.unopened(slot.reference_class, planned=typical, elapsed=elapsed)


def _typical_days(slots: Sequence[SlotRow], calendar: Calendar) -> list[float]:
    """Median working days from the start of the round to the opening, by the template alone."""
    bare = [_untouched(slot) for slot in slots]
    kinds = {(slot.work, slot.starts_on): slot for slot in bare}
    if not kinds:
        return []
    named = {kind: replace(slot, key=str(at)) for at, (kind, slot) in enumerate(kinds.items())}
    begin = start_of(min(slot.starts_on for slot in bare))
    programme = programme_of(list(named.values()), known_until=begin, calendar=calendar, causes={})
    found = simulate(programme, runs=RUNS, seed=SEED)
    days = {
        kind: float(calendar.between(start_of(kind[1]), float(np.median(found.of(slot.project)))))
        for kind, slot in named.items()
    }
    return [days[slot.work, slot.starts_on] for slot in bare]


def _untouched(slot: SlotRow) -> SlotRow:
    """Take the slot as it was planned, before anything of it had happened."""
    works = tuple(
        replace(row, started_on=None, finished_on=None, not_before=None) for row in slot.work.works
    )
    gates = tuple(replace(gate, passed_on=None) for gate in slot.work.gates)
    work = replace(slot.work, works=works, gates=gates)
    return replace(slot, work=work, opened=None, shut_until=None, mandate="planned")
