"""Files out and in: nothing is stored before somebody has seen and approved it."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from knutpunkt.programme.exchange.diff import ProgrammeDiff
from knutpunkt.programme.exchange.sheet import sheet_export
from knutpunkt.programme.models import Activity
from knutpunkt.programme.services.activities import activity_report
from support.pages import every_variable_is_there, quick_hash, value_of, words
from support.programme import made_programme, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/exchange/"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-01T10:00")


@pytest.fixture
def planner(signed_in, small_programme):
    return signed_in("planner")


def filled_in(programme, day=date(2022, 2, 7)):
    """A status sheet in which the first activity of Northtown has started."""
    book = openpyxl.load_workbook(io.BytesIO(sheet_export(programme, language="en")))
    sheet = book["Status"]
    heads = next(row for row in sheet.iter_rows() if any(c.value == "Started" for c in row))
    column = {cell.value: cell.column for cell in heads}
    for row in sheet.iter_rows(min_row=heads[0].row + 1):
        if str(row[column["Key"] - 1].value).startswith("northtown/activity/needs"):
            row[column["Started"] - 1].value = day
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def uploaded(content, name="status.xlsx"):
    return {"upload": SimpleUploadedFile(name, content)}


def sent(client, content, name="status.xlsx"):
    return client.post(PAGE + "uploads/", uploaded(content, name))


# --- out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "begins", "media"),
    [
        ("sheet", b"PK", "spreadsheetml"),
        ("mspdi", b"<?xml", "application/xml"),
        ("calendar", b"BEGIN:VCALENDAR", "text/calendar"),
    ],
)
def test_each_file_is_sent_to_be_kept(signed_in, small_programme, kind, begins, media):
    answer = signed_in("reader").get(f"{PAGE}files/{kind}/")
    assert answer.content.startswith(begins)
    assert media in answer["Content-Type"]
    assert re.match(r'attachment; filename="small-2022-03-01\.\w+"', answer["Content-Disposition"])


def test_a_file_of_another_kind_is_not_found(signed_in, small_programme):
    assert signed_in("reader").get(f"{PAGE}files/odt/").status_code == 404


def test_a_stranger_gets_no_calendar(small_programme, client):
    assert client.get(f"{PAGE}files/calendar/").status_code == 302


# --- in -------------------------------------------------------------------------------------------


def test_a_reader_may_bring_nothing_back(signed_in, small_programme):
    assert sent(signed_in("reader"), b"PK").status_code == 403


def test_changes_are_shown_then_approved_then_on_record(planner, small_programme):
    shown = sent(planner, filled_in(small_programme))
    assert shown.status_code == 200
    assert "The status sheet would change 1 value." in words(shown)
    assert "7 February 2022" in words(shown)
    assert not Activity.objects.exclude(started_on=None).exists()
    answer = planner.post(PAGE + "approval/", {"sealed": value_of(shown, "sealed")})
    assert answer["Location"] == PAGE
    assert Activity.objects.get(started_on=date(2022, 2, 7)).key == "needs"
    assert "1 change is on record." in words(planner.get(PAGE))


def test_a_file_without_changes_has_nothing_to_approve(planner, small_programme):
    shown = sent(planner, sheet_export(small_programme, language="en"))
    assert shown.status_code == 200
    assert "would change 0 values" in words(shown)
    assert b"Approve and store" not in shown.content


def test_a_file_with_a_problem_cannot_be_approved(planner, small_programme):
    shown = sent(planner, filled_in(small_programme, day=date(2030, 1, 1)))
    assert shown.status_code == 422
    assert "lies in the future" in words(shown)
    assert b"Approve and store" not in shown.content


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(planner, small_programme):
    shown = sent(planner, filled_in(small_programme))
    project = project_of(small_programme, "northtown")
    activity_report(
        activity=project.activities.get(key="needs"),
        started_on=date(2022, 2, 1),
        finished_on=None,
        expected=project.version,
        by="another",
    )
    answer = planner.post(PAGE + "approval/", {"sealed": value_of(shown, "sealed")})
    assert answer.status_code == 409
    assert Activity.objects.exclude(started_on=None).get().started_on == date(2022, 2, 1)


def test_what_was_altered_on_the_way_is_refused(planner, small_programme):
    shown = sent(planner, filled_in(small_programme))
    sealed = value_of(shown, "sealed")
    answer = planner.post(PAGE + "approval/", {"sealed": f"{sealed}x"})
    assert answer.status_code in (400, 409)
    assert "signature" in words(answer)


def test_changes_of_another_programme_are_not_approved_here(planner, small_programme):
    other = made_programme("other", ["Elsewhere"])
    diff = ProgrammeDiff(programme=other.key, origin="sheet")
    answer = planner.post(PAGE + "approval/", {"sealed": diff.sealed()})
    assert answer.status_code == 409


@pytest.mark.parametrize("content", [b"PK nonsense", b"<Project/>", b"nonsense", b"\x00"])
def test_a_file_that_is_none_of_these_is_refused_in_its_place(planner, content):
    answer = sent(planner, content, "plan.xml")
    assert 400 <= answer.status_code < 500
    assert "Nothing was written" in words(answer)


def test_no_file_is_refused(planner):
    assert planner.post(PAGE + "uploads/", {}).status_code == 400
