"""What the worker can do for planning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knutpunkt.core import runs
from knutpunkt.planning.errors import NoPlanPossible
from knutpunkt.planning.services import RUN_KIND, plan
from knutpunkt.planning.studies.answering import series_answer, study_answer
from knutpunkt.planning.studies.services import RUN_KIND as STUDY_KIND
from knutpunkt.planning.studies.services import SERIES_KIND


@runs.kind(RUN_KIND)
def siting_plan(
    question: Mapping[str, Any], report: runs.Report, cancelled: runs.Cancelled
) -> dict[str, Any]:
    """Make a plan. That none is possible is an answer too, with its reason in both languages."""
    try:
        return plan(**question, progress=report, cancel=cancelled).as_dict()
    except NoPlanPossible as refusal:
        return {
            "status": "infeasible",
            "conflicts": list(refusal.conflicts),
            "sentence_sv": refusal.sentence_sv,
            "sentence_en": refusal.sentence_en,
        }


@runs.kind(STUDY_KIND)
def siting_study(
    question: Mapping[str, Any], report: runs.Report, cancelled: runs.Cancelled
) -> dict[str, Any]:
    """Answer a version of a study; the answer is kept with the version."""
    return study_answer(question["version"], report, cancelled)


@runs.kind(SERIES_KIND)
def siting_series(
    question: Mapping[str, Any], report: runs.Report, cancelled: runs.Cancelled
) -> dict[str, Any]:
    """Answer the studies of a series many at once; their own runs price the answers."""
    return series_answer(question["series"], report, cancelled)
