"""What is reported about activities."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import Activity
from knutpunkt.programme.writing import refuse_if_over, saved, take_turn


class ReportedAhead(KnutpunktError):
    """Something is reported as done on a day that has not come."""

    code = "reported-ahead"
    hint = gettext_noop("Report what has happened; plans follow from durations and links.")


@transaction.atomic
def activity_report(
    *,
    activity: Activity,
    started_on: date | None,
    finished_on: date | None,
    expected: int,
    by: str,
) -> Activity:
    """Report when an activity started and finished; empty days take a report back.

    Parameters
    ----------
    expected
        The version of the project that the reporter saw.

    Raises
    ------
    ProjectOver, ProjectChangedMeanwhile, ReportedAhead, Invalid
        When it cannot be; nothing is written then.
    """
    project = activity.project
    refuse_if_over(project)
    for day in (started_on, finished_on):
        if day is not None and day > clock.today():
            raise ReportedAhead(
                _("%(day)s has not come yet, so nothing can have happened on it.")
                % {"day": day.isoformat()}
            )
    take_turn(project, expected=expected)
    activity.refresh_from_db()
    before = (activity.started_on, activity.finished_on)
    activity.started_on = started_on
    activity.finished_on = finished_on
    saved(activity)
    log_write(
        project.slot.programme,
        "activity-reported",
        by=by,
        project=project,
        activity=activity.key,
        before=before,
        after=(started_on, finished_on),
    )
    return activity


@transaction.atomic
def activity_estimate(
    *,
    activity: Activity,
    low: float,
    mode: float,
    high: float,
    shape: str,
    basis: str,
    basis_note: str,
    expected: int,
    by: str,
) -> Activity:
    """Estimate anew how long an activity takes, and say on what basis.

    Raises
    ------
    ProjectOver, ProjectChangedMeanwhile, Invalid
        When it cannot be; nothing is written then.
    """
    project = activity.project
    refuse_if_over(project)
    take_turn(project, expected=expected)
    activity.refresh_from_db()
    before = (activity.low, activity.mode, activity.high, activity.shape)
    activity.low, activity.mode, activity.high, activity.shape = low, mode, high, shape
    activity.basis, activity.basis_note = basis, basis_note
    saved(activity)
    log_write(
        project.slot.programme,
        "activity-estimated",
        by=by,
        project=project,
        activity=activity.key,
        before=before,
        after=(low, mode, high, shape),
        basis=basis,
    )
    return activity
