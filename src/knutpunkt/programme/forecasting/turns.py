"""Who goes first where crews are short, when nobody has said so.

The engine lets projects that are ready alike take a crew in the order of the list, in every run.
For projects that differ in nothing but their name that order is an accident of the alphabet. In
each run their openings are therefore dealt out among them by lot: exactly what a random order of
such projects gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.programme.forecasting.rows import SlotRow


def dealt_by_lot(
    simulation: Simulation, slots: Sequence[SlotRow], *, apart: Collection[str] = ()
) -> Simulation:
    """Deal the openings of like projects out among them, run by run.

    Parameters
    ----------
    simulation
        In which crews were short.
    slots
        What was simulated.
    apart
        Keys of projects that something sets apart, such as a risk or a change.
    """
    finish = simulation.finish.copy()
    kept = dict(simulation.activity_finish)
    row = {key: at for at, key in enumerate(simulation.projects)}
    for group in _alike(slots, apart):
        lot = _lots(group, simulation)
        places = np.array([row[project] for project in group])
        finish[places] = np.take_along_axis(finish[places], lot, axis=0)
        for activity in {key for project, key in kept if project in group}:
            moments = np.array([kept[project, activity] for project in group])
            exchanged = np.take_along_axis(moments, lot, axis=0)
            kept.update(((project, activity), exchanged[k]) for k, project in enumerate(group))
    return replace(simulation, finish=finish, activity_finish=kept)


def _alike(slots: Sequence[SlotRow], apart: Collection[str]) -> list[list[str]]:
    """Projects that differ in nothing a simulation knows but their key."""
    found: dict[Any, list[str]] = defaultdict(list)
    for slot in slots:
        if slot.gone_on is None and slot.opened is None and slot.project not in apart:
            like = (slot.mandate, slot.reference_class, slot.starts_on, slot.shut_until, slot.work)
            found[like, slot.wave].append(slot.project)
    return [sorted(group) for group in found.values() if len(group) > 1]


def _lots(group: Sequence[str], simulation: Simulation) -> NDArray[np.intp]:
    """Whose opening each project gets, shape ``(projects, runs)``; a lot belongs to a name."""
    drawn = [
        np.random.default_rng([simulation.seed, crc32(key.encode())]).random(simulation.runs)
        for key in group
    ]
    order: NDArray[np.intp] = np.argsort(drawn, axis=0)
    return order
