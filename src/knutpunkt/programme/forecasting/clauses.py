"""How likely each clause of a commission is, from the one joint simulation.

Counts, named places and quotas are counted run by run. Whether an office stands next to a
vulnerable area is geometry the register does not hold, and whether a report is lodged is people's
work: of both only what is already decided has a probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from knutpunkt.engines.schedule.binding import what_binds
from knutpunkt.engines.schedule.chances import Chance, chances
from knutpunkt.engines.schedule.clauses import Clause, Group
from knutpunkt.engines.schedule.simulation import Simulation
from knutpunkt.programme.forecasting.answers import ClauseChance, Word
from knutpunkt.programme.forecasting.problem import end_of, start_of
from knutpunkt.programme.forecasting.rows import ClauseRow, SlotRow
from knutpunkt.programme.forecasting.sentences import clause_sentence, undecided_sentence

COUNTED: Final = ("at_least", "named", "quota")
#: Slots shown as binding, and how surely each must help.
MOST_BINDING: Final = 5
SURELY: Final = 2.0
WORDS: Final[dict[str, Word]] = {
    "likely": "likely",
    "at_risk": "at risk",
    "unlikely": "unlikely",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """All clauses, and the probability that those which can be reckoned hold together."""

    clauses: tuple[ClauseChance, ...]
    together: float | None


def judge(clauses: Sequence[ClauseRow], slots: Sequence[SlotRow], simulation: Simulation) -> Judged:
    """Give every clause its probability, or say why it has none.

    Parameters
    ----------
    clauses
        Of one commission.
    slots
        Its slots; those dropped or stopped count for nothing.
    simulation
        In which every other slot is a project.
    """
    counted = counted_clauses(clauses, slots)
    found = chances(list(counted.values()), simulation) if counted else None
    by_key = {chance.key: chance for chance in found.clauses} if found else {}
    judged = tuple(
        _counted(row, counted[row.key], by_key[row.key], slots, simulation)
        if row.key in counted
        else _decided(row, slots, simulation)
        for row in clauses
    )
    lost = any(row.verdict in LOST and row.key in counted for row in clauses)
    return Judged(judged, (0.0 if lost else found.all_hold) if found else None)


#: Verdicts nothing can turn any more: what the register rules out has no chance.
LOST = ("breached", "impossible")


def counted_clauses(clauses: Sequence[ClauseRow], slots: Sequence[SlotRow]) -> dict[str, Clause]:
    """Clauses that can be counted over the projects of a simulation, by key."""
    alive = [slot for slot in slots if slot.gone_on is None]
    return {
        row.key: Clause(
            row.key,
            _groups(row, alive),
            window_until=end_of(row.window_to),
            window_from=start_of(row.window_from) if row.window_from else -math.inf,
        )
        for row in clauses
        if row.type in COUNTED and row.facts_held
    }


def _groups(row: ClauseRow, slots: Sequence[SlotRow]) -> tuple[Group, ...]:
    own = [slot for slot in slots if slot.clause == row.key]
    if row.type == "at_least":
        return (Group(tuple(slot.project for slot in slots), row.at_least, row.at_most),)
    if row.type == "quota":
        return (Group(tuple(slot.project for slot in own), row.at_least, row.at_most),)
    places = {
        code: tuple(slot.project for slot in own if slot.municipality_code == code)
        for code in row.members
    }
    if row.at_least == len(places):
        return tuple(Group(projects, 1) for projects in places.values())
    # So many of the named places, whichever: each counts with its first slot.
    firsts = tuple(projects[0] for projects in places.values() if projects)
    return (Group(firsts, row.at_least),)


def _counted(
    row: ClauseRow,
    clause: Clause,
    chance: Chance,
    slots: Sequence[SlotRow],
    simulation: Simulation,
) -> ClauseChance:
    if row.verdict in LOST:
        return replace(_decided(row, slots, simulation), independent=0.0)
    needed = sum(group.at_least for group in clause.groups)
    possible = sum(group.most for group in clause.groups)
    sentence = clause_sentence(chance.probability, needed, possible, simulation.runs)
    return ClauseChance(
        key=row.key,
        type=row.type,
        verdict_now=row.verdict,
        probability=chance.probability,
        standard_error=chance.standard_error,
        independent=chance.independent,
        word=WORDS[chance.rating],
        needed=needed,
        possible=possible,
        slack=possible - needed,
        binds=_binding(clause, chance, slots, simulation),
        sentence_sv=sentence[0],
        sentence_en=sentence[1],
    )


def _binding(
    clause: Clause, chance: Chance, slots: Sequence[SlotRow], simulation: Simulation
) -> tuple[str, ...]:
    """Slots whose opening in time would help most; where no single one helps, the least likely."""
    if chance.probability == 1:
        return ()
    found = what_binds(clause, simulation)
    helping = [one for one in found if one.gain > SURELY * one.standard_error]
    latest = sorted(found, key=lambda one: (one.in_time, one.project))
    keys = {slot.project: slot.key for slot in slots}
    return tuple(keys[one.project] for one in (helping or latest)[:MOST_BINDING])


def _decided(row: ClauseRow, slots: Sequence[SlotRow], simulation: Simulation) -> ClauseChance:
    """Judge what no simulation can: by what is already on record."""
    certain = {"met": 1.0, "breached": 0.0, "impossible": 0.0}.get(row.verdict)
    sentence = undecided_sentence(row, certain, at_most=_ceiling(row, slots, simulation))
    return ClauseChance(
        key=row.key,
        type=row.type,
        verdict_now=row.verdict,
        probability=certain,
        standard_error=None if certain is None else 0.0,
        independent=None,
        word=None if certain is None else ("likely" if certain else "unlikely"),
        needed=row.at_least,
        possible=len(row.members) or row.at_least,
        slack=None,
        binds=(),
        sentence_sv=sentence[0],
        sentence_en=sentence[1],
    )


def _ceiling(row: ClauseRow, slots: Sequence[SlotRow], simulation: Simulation) -> float | None:
    """Offices next to an area must at least be open: no clause about them is likelier than that."""
    if row.type != "adjacent_area" or not row.facts_held:
        return None
    members = [
        slot.project
        for slot in slots
        if slot.municipality_code in row.members and slot.gone_on is None
    ]
    opened = Clause(
        row.key,
        (Group(tuple(members), row.at_least),),
        window_until=end_of(row.window_to),
        window_from=start_of(row.window_from) if row.window_from else -math.inf,
    )
    return chances([opened], simulation).clauses[0].probability
