"""Plans: where new offices should open under a mandate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_request
from knutpunkt.engines.location import ENGINE_VERSION, Solution
from knutpunkt.planning.effects import effects_of, gains_of, share_within, sites_of
from knutpunkt.planning.errors import PlanContradictsClause
from knutpunkt.planning.notes import existing_sentence, notes_of, travel_sentence
from knutpunkt.planning.plans import (
    ExistingOffice,
    ExistingOffices,
    Plan,
    Population,
    Travel,
)
from knutpunkt.planning.prices import prices_of, steps_of
from knutpunkt.planning.problem import Case, Existing, case_of
from knutpunkt.planning.solving import Cancelled, Progress, Watcher, solved
from knutpunkt.planning.verdicts import Judged, verdicts

DETOUR = 1.3
KM_PER_HOUR = 60.0
ADJACENT_METRES = 1000.0

#: The kind of run that makes a plan. Its question holds the arguments of :func:`plan`.
RUN_KIND = "siting-plan"


def plan(
    mandate_slug: str,
    *,
    detour: float = DETOUR,
    km_per_hour: float = KM_PER_HOUR,
    adjacent_metres: float = ADJACENT_METRES,
    prices: bool = False,
    progress: Progress | None = None,
    cancel: Cancelled | None = None,
) -> Plan:
    """Choose places for the offices a mandate orders: least travel, every clause obeyed, proved.

    Parameters
    ----------
    mandate_slug
        Key of the mandate. The network is that of the day it was decided.
    detour, km_per_hour
        Straight-line distances are made longer by ``detour`` (1 or more) and travelled at
        ``km_per_hour``.
    adjacent_metres
        What counts as next to an area where the clause gives no distance.
    prices
        Also solve the question without each rule; takes some thirty times as long.
    progress
        Called with ``step`` (``plan`` or ``prices``), ``done`` of ``of`` questions and, for the
        plan, ``minutes`` per resident, their ``bound`` and ``seconds``.
    cancel
        Asked often; true breaks the work off.

    Raises
    ------
    NotFound
        When there is no such mandate.
    QuestionRefused, NetworkUnknown, DemandMissing, MembersUnknown, MandateWithoutPlaces
        When the question cannot be put.
    NoPlanPossible
        When the clauses contradict each other; names them.
    Stopped
        When it was broken off.

    References
    ----------
    Hakimi (1964), Operations Research 12(3): 450-459, doi:10.1287/opre.12.3.450 (the p-median).
    """
    case = case_of(
        mandate_slug, detour=detour, km_per_hour=km_per_hour, adjacent_metres=adjacent_metres
    )
    watcher = Watcher(progress, cancel)
    steps = 1 + (steps_of(case) if prices else 0)
    watcher.tell("plan", 0, steps)
    solution = solved(case, watcher, steps=steps)
    found = _plan(case, solution)
    if prices:
        found = replace(found, prices=prices_of(case, solution, watcher))
    watcher.tell("done", steps, steps)
    return found


def plan_request(question: dict[str, Any], *, by: str) -> Run:
    """Ask for a plan in the background; the same question about the same facts is one run.

    Parameters
    ----------
    question
        The arguments of :func:`plan`: ``mandate_slug``, ``detour``, ``km_per_hour``,
        ``adjacent_metres``, ``prices``.
    by
        Who asks.

    Raises
    ------
    KnutpunktError
        As :func:`plan` when the question cannot be put; nothing is queued then.
    """
    case = case_of(
        question["mandate_slug"],
        detour=question["detour"],
        km_per_hour=question["km_per_hour"],
        adjacent_metres=question["adjacent_metres"],
    )
    fingerprint = f"{ENGINE_VERSION} {case.problem.inputs_hash()}"
    return run_request(RUN_KIND, question, by=by, fingerprint=fingerprint)


def _plan(case: Case, solution: Solution) -> Plan:
    assert solution.objective is not None
    assert solution.bound is not None
    assert solution.gap is not None
    effects = effects_of(case, solution.sites)
    judged = verdicts(case, [case.material.candidates[site] for site in solution.sites])
    _refuse_broken(judged)
    mandate = case.material.mandate
    return Plan(
        mandate=mandate.slug,
        title_sv=mandate.title_sv,
        title_en=mandate.title_en,
        on=case.material.existing.on.isoformat(),
        status=solution.status,
        gap=solution.gap,
        objective=solution.objective,
        bound=solution.bound,
        seconds=solution.seconds,
        seed=solution.seed,
        engine=solution.engine,
        inputs_hash=solution.inputs_hash,
        adjacent_metres=case.adjacent_metres,
        travel=_travel(case),
        population=_population(case),
        existing=_existing(case.material.existing),
        mean_minutes_before=effects.before.mean_minutes,
        mean_minutes_after=effects.after.mean_minutes,
        share_within_30_before=share_within(case, effects.before),
        share_within_30_after=share_within(case, effects.after),
        sites=sites_of(case, effects, solution.sites, judged),
        clauses=tuple(one.verdict for one in judged),
        gains=gains_of(case, effects),
        notes=notes_of(case),
    )


def _refuse_broken(judged: Sequence[Judged]) -> None:
    broken = [one.verdict.key for one in judged if one.verdict.status == "broken"]
    if broken:
        raise PlanContradictsClause(clauses=broken)


def _travel(case: Case) -> Travel:
    source = case.travel.source
    return Travel(source.method, dict(source.parameters), *travel_sentence(source))


def _population(case: Case) -> Population:
    points = case.material.points
    return Population(
        on=tuple(sorted({point.population_on.isoformat() for point in points})),
        persons=sum(point.persons for point in points),
        points=len(points),
        sources=tuple(sorted({point.source for point in points} - {""})),
    )


def _existing(existing: Existing) -> ExistingOffices:
    sentence_sv, sentence_en = existing_sentence(existing)
    return ExistingOffices(
        on=existing.on.isoformat(),
        count=len(existing.offices) + len(existing.left_out) + existing.unnamed,
        unnamed=existing.unnamed,
        left_out=existing.left_out,
        perhaps=existing.perhaps,
        sentence_sv=sentence_sv,
        sentence_en=sentence_en,
        offices=tuple(
            ExistingOffice(o.key, o.name, o.address.municipality_code, lat, lon)
            for o in existing.offices
            if (lat := o.address.lat) is not None and (lon := o.address.lon) is not None
        ),
    )
