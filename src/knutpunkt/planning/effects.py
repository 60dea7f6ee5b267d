"""What new places mean: to the country, to each municipality, and through each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location import Evaluation, evaluate
from knutpunkt.planning.plans import Gain, Site
from knutpunkt.planning.problem import Candidate, Case
from knutpunkt.planning.verdicts import Judged

WITHIN_MINUTES = 30.0
# Less than this is rounding, not a nearer office.
NEARER_BY_MINUTES = 1e-9


@dataclass(frozen=True, slots=True)
class Effects:
    """Travel before and after, and the minutes each demand point saves, shape ``(points,)``."""

    before: Evaluation
    after: Evaluation
    saved: NDArray[np.float64]


def effects_of(case: Case, sites: NDArray[np.intp]) -> Effects:
    """Evaluate the network before and after, from the problem's own arrays."""
    before = evaluate(case.problem, case.problem.fixed_open)
    after = evaluate(case.problem, case.problem.opened(sites))
    return Effects(before, after, before.minutes - after.minutes)


def share_within(case: Case, travel: Evaluation) -> float:
    """Share of the residents with an office within half an hour."""
    persons = case.problem.persons
    return float(persons[travel.minutes <= WITHIN_MINUTES].sum() / persons.sum())


def sites_of(
    case: Case, effects: Effects, sites: NDArray[np.intp], clauses: Sequence[Judged]
) -> tuple[Site, ...]:
    """Describe every place of a plan, those that save most first."""
    found = [_site(case, effects, int(site), clauses) for site in sites]
    return tuple(sorted(found, key=lambda site: -site.person_minutes))


def gains_of(case: Case, effects: Effects) -> tuple[Gain, ...]:
    """Describe every municipality with residents, those that gain most first."""
    points = case.material.points
    codes = np.array([point.municipality_id for point in points])
    found = [_gain(case, effects, code, codes == code) for code in np.unique(codes)]
    return tuple(sorted(found, key=lambda gain: (-gain.person_minutes, gain.code)))


def _site(case: Case, effects: Effects, number: int, clauses: Sequence[Judged]) -> Site:
    candidate = case.material.candidates[number]
    nearer = (effects.after.assignment == number) & (effects.saved > NEARER_BY_MINUTES)
    persons = case.problem.persons[nearer]
    saved = float(persons @ effects.saved[nearer])
    return Site(
        place=candidate.place,
        basis=candidate.basis,
        municipality=candidate.municipality,
        code=candidate.code,
        lat=candidate.lat,
        lon=candidate.lon,
        why=_why(candidate, clauses),
        persons=int(persons.sum()),
        minutes=saved / float(persons.sum()) if persons.size else 0.0,
        person_minutes=saved,
    )


def _why(candidate: Candidate, clauses: Sequence[Judged]) -> tuple[str, ...]:
    """The clauses about places it counts for; the total where it counts for no other."""
    serves = [clause.verdict for clause in clauses if candidate in clause.counted]
    placed = [clause.key for clause in serves if clause.type != "at_least"]
    return tuple(placed or [clause.key for clause in serves])


def _gain(case: Case, effects: Effects, code: str, here: NDArray[np.bool_]) -> Gain:
    persons = case.problem.persons[here]
    residents = float(persons.sum())
    before = float(persons @ effects.before.minutes[here])
    after = float(persons @ effects.after.minutes[here])
    return Gain(
        code=str(code),
        municipality=case.material.municipalities[str(code)],
        persons=int(residents),
        minutes_before=before / residents,
        minutes_after=after / residents,
        person_minutes=before - after,
    )
