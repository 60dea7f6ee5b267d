"""Activities: what has happened is reported; of two reporters the slower is told."""

from datetime import date

import pytest

from knutpunkt.network.services import Invalid
from knutpunkt.programme.services.activities import (
    ReportedAhead,
    activity_estimate,
    activity_report,
)
from knutpunkt.programme.writing import ProjectChangedMeanwhile
from support.programme import project_of

START, END = date(2022, 2, 1), date(2022, 3, 1)


@pytest.fixture
def activity(small_programme):
    project = project_of(small_programme, "northtown")
    return project.activities.select_related("project__slot__programme").get(key="needs")


def report(activity, started=START, finished=END, expected=0):
    return activity_report(
        activity=activity, started_on=started, finished_on=finished, expected=expected, by="a test"
    )


def test_a_report_is_kept_and_logged(activity):
    report(activity)
    entry = activity.project.slot.programme.log.first()
    assert entry.kind == "activity-reported"
    assert entry.details["after"] == ["2022-02-01", "2022-03-01"]


def test_the_slower_of_two_reporters_is_told(activity):
    report(activity)
    with pytest.raises(ProjectChangedMeanwhile, match="Northtown"):
        report(activity, finished=None)
    activity.refresh_from_db()
    assert activity.finished_on == END


@pytest.mark.parametrize(
    ("started", "finished", "refusal"),
    [
        (START, date(2999, 1, 1), ReportedAhead),
        (END, START, Invalid),
        (None, END, Invalid),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_nothing_is_written(
    activity, started, finished, refusal
):
    with pytest.raises(refusal):
        report(activity, started, finished)
    activity.project.refresh_from_db()
    assert activity.project.version == 0


@pytest.mark.parametrize("days", [(5, 4, 10), (-1, 2, 3), (1, 5, 4)])
def test_an_estimate_runs_from_low_to_high(activity, days):
    low, mode, high = days
    with pytest.raises(Invalid):
        activity_estimate(
            activity=activity,
            low=low,
            mode=mode,
            high=high,
            shape="pert",
            basis="expert",
            basis_note="",
            expected=0,
            by="a test",
        )
