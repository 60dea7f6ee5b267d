"""Writes of studies: made, changed into a next version, turned back, called off, approved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.core.models import Run, RunState
from knutpunkt.core.runs import run_cancel, run_request
from knutpunkt.planning.errors import (
    PricesUnfinished,
    QuestionRefused,
    ReasonMissing,
    StudyApproved,
    StudyWithoutPlan,
)
from knutpunkt.planning.models import (
    Study,
    StudyAnswer,
    StudyPrices,
    StudySeries,
    StudyVersion,
)
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.changes import Change, changed
from knutpunkt.planning.studies.engine import fingerprint
from knutpunkt.planning.studies.ground import Ground, ground_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.rules import ABOUT_SEVERAL, WrittenRule

#: The kind of run that answers a version. Its question holds the version's number.
RUN_KIND = "siting-study"
#: The kind of run that answers the studies of a series at once, before each has its turn.
SERIES_KIND = "siting-series"
LONGEST_SERIES = 40


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question that can be put: its plain values, and a mark of the facts it is about."""

    question: dict[str, Any]
    mark: str


def study_create(*, title: str, question: Question, by: str) -> Study:
    """Put a question and ask for its answer.

    Raises
    ------
    KnutpunktError
        When the question cannot be put; nothing is written then.
    """
    # Gathered before the transaction: while it computes, nobody else waits for the database.
    asked = _asked(ground_of(question))
    with transaction.atomic():
        return _written(title, asked, by=by)


def version_add(
    *, parent: StudyVersion, question: Question, change: Change, by: str
) -> StudyVersion:
    """Add a version to a study and ask for its answer; the study now stands at it.

    Raises
    ------
    StudyApproved
        When the study is approved.
    KnutpunktError
        When the question cannot be put.
    """
    asked = _asked(ground_of(question))
    with transaction.atomic():
        # The row is taken first, so that two who change at once get numbers one after the other.
        standing = Study.objects.filter(pk=parent.study_id, approved=None)
        if not standing.update(title=F("title")):
            raise StudyApproved(study=parent.study)
        newest = StudyVersion.objects.filter(study=parent.study_id).aggregate(n=Max("number"))
        version = StudyVersion.objects.create(
            study=parent.study,
            number=newest["n"] + 1,
            parent=parent,
            question=asked.question,
            change=_named_change(change, asked.question).as_json(),
            made_by=by,
        )
        current_set(version=version)
        _run(version, asked.mark, by=by)
        return version


def study_change(*, version: StudyVersion, change: Change, by: str) -> StudyVersion:
    """Make the next version by hand: add, remove, forbid or force a place, or drop a rule.

    Raises
    ------
    StudyApproved, KnutpunktError
        As :func:`version_add`.
    """
    question = changed(question_of(version.question), change)
    return version_add(parent=version, question=question, change=change, by=by)


def current_set(*, version: StudyVersion) -> None:
    """Let the study stand at a version: a new one, or an earlier one again.

    Raises
    ------
    StudyApproved
        When the study is approved.
    """
    standing = Study.objects.filter(pk=version.study_id, approved=None)
    if not standing.update(current=version):
        raise StudyApproved(study=version.study)


def version_solve(*, version: StudyVersion, by: str) -> Run:
    """Ask for the answer of a version again, after it was called off or failed."""
    asked = _asked(ground_of(question_of(version.question)))
    return _run(version, asked.mark, by=by)


def version_cancel(*, version: StudyVersion) -> None:
    """Call the search off; the best plan so far is kept as the answer."""
    for run in Run.objects.filter(
        kind=RUN_KIND,
        question__version=version.pk,
        state__in=(RunState.QUEUED, RunState.RUNNING),
    ):
        run_cancel(run.pk)


@transaction.atomic
def study_approve(*, version: StudyVersion, by: str, reason: str) -> Study:
    """Approve a version with a reason; the study is final then.

    Raises
    ------
    ReasonMissing
        When no reason is given.
    StudyWithoutPlan
        When the version has no plan.
    PricesUnfinished
        When a place or rule is not priced yet.
    StudyApproved
        When the study is approved already.
    """
    if not reason.strip():
        raise ReasonMissing
    answer = StudyAnswer.objects.filter(version=version).first()
    if answer is None or answer.objective is None:
        raise StudyWithoutPlan(study=version.study)
    # One statement checks and writes: whatever happens meanwhile, nothing unfinished is approved.
    priced = Exists(StudyPrices.objects.filter(answer=answer, complete=True))
    taken = Study.objects.filter(priced, pk=version.study_id, approved=None).update(
        current=version, approved=version, approved_by=by, approved_at=clock.now(),
        reason=reason.strip(),
    )  # fmt: skip
    study = Study.objects.get(pk=version.study_id)
    if not taken:
        raise (StudyApproved if study.approved_id else PricesUnfinished)(study=study)
    return study


def series_create(
    *, title: str, question: Question, vary: str, first: int, last: int, by: str, step: int = 1
) -> StudySeries:
    """Put the same question for every number from ``first`` to ``last``, each as a study.

    Where the budget varies, the number of offices may be left to it.

    Raises
    ------
    QuestionRefused
        When the numbers make no series.
    KnutpunktError
        When one of the questions cannot be put; nothing is written then.
    """
    _refuse_series(vary, first, last, step)
    numbers = range(first, last + 1, step)
    questions = [_with_number(question, vary, number) for number in numbers]
    # Read once: what a study stands on is the same for every number above 0.
    ground = ground_of(questions[0])
    asked = [_asked(replace(ground, question=one)) for one in questions]
    with transaction.atomic():
        series = StudySeries.objects.create(
            title=title, vary=vary, first=first, last=last, step=step, made_by=by
        )
        run_request(SERIES_KIND, {"series": str(series.pk)}, by=by)
        for number, one in zip(numbers, asked, strict=True):
            _written(f"{title} ({number})", one, by=by, series=series)
        return series


def _with_number(question: Question, vary: str, number: int) -> Question:
    if vary == StudySeries.Vary.BUDGET:
        return replace(question, spending=replace(question.spending, most=float(number)))
    if vary == StudySeries.Vary.OPEN:
        return replace(question, open=number)
    return replace(question, close=number)


def _refuse_series(vary: str, first: int, last: int, step: int) -> None:
    if vary not in StudySeries.Vary.values or not 0 < first <= last or step < 1:
        raise QuestionRefused(
            reason=_("From %(first)s to %(last)s is no series.") % {"first": first, "last": last},
            hint=_("Begin at 1 or more and end no earlier."),
        )
    many = len(range(first, last + 1, step))
    if many > LONGEST_SERIES:
        raise QuestionRefused(
            reason=_("A series of %(n)s studies is too long.") % {"n": many},
            hint=_("Ask for at most %(n)s at a time.") % {"n": LONGEST_SERIES},
        )


def _asked(ground: Ground) -> _Asked:
    """Refuse what cannot be put, and write out what can."""
    mark = fingerprint(ground, bounds_of(ground))
    return _Asked(_named(ground, ground.question).as_json(), mark)


def _written(title: str, asked: _Asked, *, by: str, series: StudySeries | None = None) -> Study:
    study = Study.objects.create(title=title, made_by=by, series=series)
    version = StudyVersion.objects.create(
        study=study, number=1, question=asked.question, made_by=by
    )
    Study.objects.filter(pk=study.pk).update(current=version)
    study.current = version
    _run(version, asked.mark, by=by)
    return study


def _run(version: StudyVersion, mark: str, *, by: str) -> Run:
    return run_request(RUN_KIND, {"version": version.pk}, by=by, fingerprint=mark)


def _named(ground: Ground, question: Question) -> Question:
    """Write into each rule the name of what it is about."""
    return replace(
        question,
        rules=tuple(
            replace(rule, label=rule.label or _label(ground, rule)) for rule in question.rules
        ),
    )


def _named_change(change: Change, question: dict[str, Any]) -> Change:
    """Take the rule of a change as the question has it: with the name of what it is about."""
    written = [WrittenRule.of_json(rule) for rule in question["rules"]]
    same = [rule for rule in written if change.rule and rule.key == change.rule.key]
    return replace(change, rule=same[0]) if same else change


def _label(ground: Ground, rule: WrittenRule) -> str:
    if rule.at:
        return ground.sites[ground.number_of(rule.at)].name
    if rule.kind in ABOUT_SEVERAL or rule.scope == "site":
        return ", ".join(ground.sites[ground.number_of(key)].name for key in rule.codes)
    if rule.scope == "area_class":
        return ", ".join(rule.codes)
    if rule.scope == "county":
        return ", ".join(ground.counties.get(code, code) for code in rule.codes)
    return ", ".join(ground.municipalities.get(code, (code, ""))[0] for code in rule.codes)
