"""Writes of prices: kept as they arrive, and taken up again where they were called off."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import run_request
from knutpunkt.planning.errors import (
    FactsChanged,
    PricesComplete,
    StudyApproved,
    StudyWithoutPlan,
)
from knutpunkt.planning.models import Study, StudyAnswer, StudyPrices, StudyVersion
from knutpunkt.planning.studies.bounds import Bounds, bounds_of
from knutpunkt.planning.studies.engine import fingerprint
from knutpunkt.planning.studies.ground import Ground, ground_of
from knutpunkt.planning.studies.pricing import NOTHING, Prices
from knutpunkt.planning.studies.question import question_of
from knutpunkt.planning.studies.services import RUN_KIND

UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def prices_kept(answer: StudyAnswer) -> Prices:
    """Read what is priced by now: one query."""
    found = StudyPrices.objects.filter(answer=answer).first()
    if found is None:
        return NOTHING
    return Prices(found.alternatives, found.rules, found.free, found.complete)


def prices_keep(*, answer: StudyAnswer, prices: Prices) -> None:
    """Keep what is priced by now. Prices that are complete stay as they are."""
    said = {
        "alternatives": prices.alternatives,
        "rules": prices.rules,
        "free": prices.free,
        "complete": prices.complete,
    }
    with transaction.atomic():
        # Guarded: a worker that was given up for lost cannot undo what another one completed.
        unfinished = StudyPrices.objects.filter(answer=answer, complete=False)
        if not unfinished.update(**said):
            StudyPrices.objects.get_or_create(answer=answer, defaults=said)


def prices_resume(*, version: StudyVersion, by: str) -> Run:
    """Ask for the prices that are missing; those that are kept are not worked out again.

    Raises
    ------
    StudyWithoutPlan
        When the version has no plan to price.
    PricesComplete
        When nothing is missing.
    FactsChanged
        When the register no longer says what the plan was made from.
    StudyApproved
        When the study is approved.
    """
    answer = StudyAnswer.objects.filter(version=version).first()
    if answer is None or answer.objective is None:
        raise StudyWithoutPlan(study=version.study)
    ground = ground_of(question_of(version.question))
    mark = refuse_other_facts(answer, ground, bounds_of(ground))
    with transaction.atomic():
        # The row is taken first: an approval comes before or after, never in between.
        if not Study.objects.filter(pk=version.study_id, approved=None).update(title=F("title")):
            raise StudyApproved(study=version.study)
        if prices_kept(answer).complete:
            raise PricesComplete(study=version.study)
        runs = Run.objects.filter(kind=RUN_KIND, question__version=version.pk)
        standing = runs.filter(state__in=UNDER_WAY, cancel_asked=False).first()
        # Each time is asked for anew: a run that was called off here is done, with an answer.
        again = f"{mark} again {runs.count()}"
        return standing or run_request(
            RUN_KIND, {"version": version.pk}, by=by, fingerprint=again
        )  # fmt: skip


def refuse_other_facts(answer: StudyAnswer, ground: Ground, bounds: Bounds) -> str:
    """Compare the register with what an answer was made from; return the mark of both.

    Raises
    ------
    FactsChanged
        When they differ: prices of today would be held against a plan of another day.
    """
    mark = fingerprint(ground, bounds)
    if not mark.endswith(answer.inputs_hash):
        raise FactsChanged(study=answer.version.study)
    return mark
