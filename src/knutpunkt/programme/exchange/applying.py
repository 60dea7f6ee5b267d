"""Approved changes go on record: all of them or none."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from knutpunkt.core.errors import NotFound
from knutpunkt.programme.exchange.comparing import Found, compare
from knutpunkt.programme.exchange.diff import Change, ProgrammeDiff
from knutpunkt.programme.exchange.errors import (
    ChangesUnreadable,
    ImportHasProblems,
    NothingToApply,
    ProgrammeChangedMeanwhile,
)
from knutpunkt.programme.exchange.standing import Standing, standing
from knutpunkt.programme.models import Programme, Project
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import status_report


@transaction.atomic
def diff_apply(diff: ProgrammeDiff, *, by: str) -> int:
    """Take over what a person approved, in one transaction.

    Parameters
    ----------
    diff
        As it was shown; see `ProgrammeDiff.sealed`.
    by
        Who approves.

    Returns
    -------
    int
        How many cells changed.

    Raises
    ------
    ImportHasProblems
        When the file had problems, or a rule is broken by now.
    ProgrammeChangedMeanwhile
        When the projects concerned were changed since the changes were shown.
    ChangesUnreadable
        When they were not reckoned here, or midnight has passed since.
    NothingToApply
        When there is no change.
    """
    _refuse(diff)
    programme = Programme.objects.filter(key=diff.programme).first()
    if programme is None:
        raise NotFound(f"There is no programme “{diff.programme}”.")
    # Whoever else changes one of these projects waits until this is done (SQLite: any writer).
    list(Project.objects.select_for_update().filter(slot__programme=programme).order_by("pk"))
    state = standing(programme)
    if not diff.rows <= set(state.rows) or state.fingerprint(diff.rows) != diff.fingerprint:
        raise ProgrammeChangedMeanwhile(programme=programme.key)
    again = _again(state, diff)
    _refuse(again)
    if set(again.changes) != set(diff.changes):
        raise ChangesUnreadable(reason="they do not follow from the file any more")
    for key in sorted(diff.rows, key=list(state.rows).index):
        _take_over(state, key, [change for change in diff.changes if change.row == key], by)
    return len(diff.changes)


def _refuse(diff: ProgrammeDiff) -> None:
    if diff.problems:
        raise ImportHasProblems(sentences=[problem.sentence("en") for problem in diff.problems])
    if not diff.changes:
        raise NothingToApply


def _again(state: Standing, diff: ProgrammeDiff) -> ProgrammeDiff:
    """Hold the changes against the rules once more: a day may have passed, or JSON been edited."""
    found = [
        Found(
            key, key, {change.field: change.new for change in diff.changes if change.row == key}, {}
        )
        for key in diff.rows
    ]
    return compare(state, found, origin=diff.origin)


def _take_over(state: Standing, key: str, changes: list[Change], by: str) -> None:
    row = state.rows[key]
    values = {**row.values, **{change.field: change.new for change in changes}}
    project = state.projects[row.project]
    if row.kind == "slot":
        status_report(
            project=project,
            as_of=date.fromisoformat(values["as_of"]),
            light=values["light"],
            note=values["note"],
            next_step=values["next_step"],
            by=by,
        )
        return
    expected = Project.objects.values_list("version", flat=True).get(pk=project.pk)
    activity_report(
        activity=state.works[key],
        started_on=_day(values["started"]),
        finished_on=_day(values["finished"]),
        expected=expected,
        by=by,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
