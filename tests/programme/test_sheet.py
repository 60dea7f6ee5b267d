"""The status sheet goes out, is filled in, and comes back as changes a person approves."""

import io
import threading
import zipfile
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.programme.exchange.diff import Change, ProgrammeDiff
from knutpunkt.programme.exchange.errors import (
    ChangesUnreadable,
    DeclarationsRefused,
    FileOfAnotherProgramme,
    FileTooDeep,
    FileTooLarge,
    ImportHasProblems,
    NotAStatusSheet,
    NotAWorkbook,
    NothingToApply,
    ProgrammeChangedMeanwhile,
)
from knutpunkt.programme.exchange.plan import plan_of
from knutpunkt.programme.exchange.sheet import sheet_apply, sheet_diff, sheet_export
from knutpunkt.programme.exchange.standing import standing
from knutpunkt.programme.exchange.workbook_reading import LARGEST_WORKBOOK
from knutpunkt.programme.models import Activity, LogEntry, StatusReport
from knutpunkt.programme.planned import planned_of
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import status_report
from support.programme import made_programme, pass_gates_before, project_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TODAY = date(2022, 3, 15)
NEEDS = "northtown/activity/needs"


@pytest.fixture(autouse=True)
def march_2022(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-15T12:00")


def table(content):
    """The rows of the sheet by key, and the workbook they stand in."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = {row[0].value: row for row in book.worksheets[0].iter_rows(min_row=2)}
    return book, rows


def filled(content, cells):
    """The workbook with cells filled in: ``{(key, heading): value}``."""
    book, rows = table(content)
    headings = [cell.value for cell in book.worksheets[0][1]]
    for (key, heading), value in cells.items():
        rows[key][headings.index(heading)].value = value
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content, **parts):
    """The same archive with parts replaced or added: ``{"xl/a.xml": bytes}``."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return file.getvalue()


@pytest.fixture
def sheet(small_programme):
    return sheet_export(small_programme, language="en")


def reported(programme, key, started, finished=None):
    slot, _, work = key.split("/")
    activity = project_of(programme, slot).activities.get(key=work)
    return activity_report(
        activity=activity,
        started_on=started,
        finished_on=finished,
        expected=activity.project.version,
        by="somebody else",
    )


# --- what goes out --------------------------------------------------------------------------------


def test_every_office_activity_and_gate_has_a_row(small_programme, sheet):
    _, rows = table(sheet)
    assert len(rows) == 2 * (1 + 13 + 8)
    needs = [cell.value for cell in rows[NEEDS]]
    assert needs[:4] == [NEEDS, "Northtown", "Activity", "Needs analysis"]


def test_planned_days_are_dates_of_the_critical_path(small_programme, sheet):
    _, rows = table(sheet)
    project = project_of(small_programme, "northtown")
    finishes = planned_of(small_programme, on=TODAY).finishes
    for work in project.activities.all():
        shown = rows[f"northtown/activity/{work.key}"][5].value
        assert isinstance(shown, datetime)
        assert shown.date() == finishes[project.pk, work.key]


def test_needs_start_the_day_after_the_report_and_take_twenty_five_working_days(sheet):
    _, rows = table(sheet)
    # Good Friday (15 April) and Easter Monday (18 April) 2022 are no working days.
    assert rows[NEEDS][4].value.date() == date(2022, 3, 16)
    assert rows[NEEDS][5].value.date() == date(2022, 4, 21)


def test_headings_and_names_are_swedish_for_swedes(small_programme):
    book, rows = table(sheet_export(small_programme, language="sv"))
    assert book.sheetnames[:2] == ["Läge", "Läs mig"]
    assert [cell.value for cell in book.worksheets[0][1]][6:8] == ["Påbörjad", "Avslutad"]
    assert rows[NEEDS][3].value == "Behovsanalys"


def test_only_what_people_report_can_be_written_over(sheet):
    book, rows = table(sheet)
    assert book.worksheets[0].protection.sheet
    assert book.worksheets[0].freeze_panes == "E2"

    def open_columns(key):
        return [cell.column_letter for cell in rows[key] if not cell.protection.locked]

    assert open_columns(NEEDS) == ["G", "H"]
    assert open_columns("northtown") == ["I", "J", "K", "L"]
    assert open_columns("northtown/gate/g1") == []


def test_the_same_programme_gives_the_same_bytes(small_programme, sheet):
    assert sheet_export(small_programme, language="en") == sheet


def test_exporting_takes_as_many_queries_for_two_offices_as_for_four(
    small_programme, django_assert_num_queries
):
    four = made_programme("four", ("One", "Two", "Three", "Four"))
    for programme in (small_programme, four):
        with django_assert_num_queries(6):
            sheet_export(programme)


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+46 8 1234", "-5 grader", "@SUM(A1)"])
def test_a_text_is_never_a_formula(small_programme, text):
    status_report(
        project=project_of(small_programme, "northtown"),
        as_of=TODAY,
        light="green",
        note=text,
        by="a test",
    )
    content = sheet_export(small_programme, language="en")
    _, rows = table(content)
    note = rows["northtown"][10]
    assert (note.value, note.data_type, note.quotePrefix) == (text, "s", True)
    assert not sheet_diff(small_programme, content).changes


# --- what comes back ------------------------------------------------------------------------------


def test_an_untouched_sheet_changes_nothing(small_programme, sheet):
    diff = sheet_diff(small_programme, sheet)
    assert (diff.changes, diff.problems, diff.notes) == ((), (), ())
    with pytest.raises(NothingToApply):
        sheet_apply(diff, by="a manager")


def test_a_filled_in_day_becomes_a_report_on_approval(small_programme, sheet):
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    name = ("Northtown: Behovsanalys", "Northtown: Needs analysis")
    assert diff.changes == (Change(NEEDS, "started", "", "2022-02-01", *name),)
    assert diff.changes[0].heading("sv") == "Påbörjad"
    assert sheet_apply(diff, by="a manager") == 1
    work = project_of(small_programme, "northtown").activities.get(key="needs")
    assert (work.started_on, work.finished_on) == (date(2022, 2, 1), None)
    assert small_programme.log.first().by == "a manager"


def test_a_status_is_dated_with_the_day_of_the_import(small_programme, sheet):
    cells = {("northtown", "Status"): "Gul", ("northtown", "Next step"): "Ring värden"}
    diff = sheet_diff(small_programme, filled(sheet, cells))
    assert [change.field for change in diff.changes] == ["as_of", "light", "next_step"]
    sheet_apply(diff, by="a manager")
    report = StatusReport.objects.get()
    assert (report.light, report.as_of, report.next_step) == ("amber", TODAY, "Ring värden")


def test_several_activities_of_one_project_are_taken_over_together(small_programme, sheet):
    cells = {
        (NEEDS, "Started"): date(2022, 1, 20),
        (NEEDS, "Finished"): "2022-02-20",
        ("northtown/activity/requirements", "Started"): date(2022, 2, 21),
        ("southtown/activity/needs", "Started"): date(2022, 2, 22),
    }
    sheet_apply(sheet_diff(small_programme, filled(sheet, cells)), by="a manager")
    assert Activity.objects.exclude(started_on=None).count() == 3
    assert not sheet_diff(small_programme, sheet_export(small_programme)).changes


def test_the_swedish_sheet_and_the_english_say_the_same(small_programme, sheet):
    swedish = sheet_export(small_programme, language="sv")
    cell = {("northtown", "Läge"): "röd", (NEEDS, "Påbörjad"): date(2022, 2, 1)}
    same = {("northtown", "Status"): "red", (NEEDS, "Started"): date(2022, 2, 1)}
    assert (
        sheet_diff(small_programme, filled(swedish, cell)).changes
        == sheet_diff(small_programme, filled(sheet, same)).changes
    )


def test_rows_may_be_sorted_and_taken_away(small_programme, sheet):
    book, _ = table(filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    status = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in status.iter_rows(min_row=2)]
    status.delete_rows(2, len(rows))
    for row in sorted(rows, reverse=True)[:-1]:
        status.append(row)
    diff = sheet_diff(small_programme, saved(book))
    assert [(change.row, change.new) for change in diff.changes] == [(NEEDS, "2022-02-01")]
    assert [note.sentence_en[:2] for note in diff.notes] == ["1 "]


DAYS = st.dates(date(2022, 1, 10), TODAY)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    days=st.dictionaries(
        st.sampled_from(["needs", "requirements", "search", "staff"]),
        st.tuples(DAYS, st.none() | st.integers(0, 40)),
    ),
    note=st.text(max_size=60),
)
def test_what_is_filled_in_is_what_changes(small_programme, sheet, days, note):
    cells, wanted = {}, {}
    for work, (start, length) in days.items():
        finish = (
            None if length is None else min(TODAY, start.fromordinal(start.toordinal() + length))
        )
        key = f"southtown/activity/{work}"
        cells |= {(key, "Started"): start, (key, "Finished"): finish}
        wanted |= {(key, "started"): start, (key, "finished"): finish}
    xml = "".join(c for c in note if c.isprintable())
    cells |= {("southtown", "Status"): "green", ("southtown", "Note"): f"'{xml}'"}
    diff = sheet_diff(small_programme, filled(sheet, cells))
    assert not diff.problems
    found = {(change.row, change.field): change.new for change in diff.changes}
    assert found.pop(("southtown", "note")) == f"'{xml}'"
    assert found.pop(("southtown", "light")) == "green"
    assert found.pop(("southtown", "as_of")) == TODAY.isoformat()
    assert found == {key: day.isoformat() for key, day in wanted.items() if day}
    assert ProgrammeDiff.from_json(diff.as_json()) == diff
    assert ProgrammeDiff.unsealed(diff.sealed()) == diff


# --- somebody else was faster ---------------------------------------------------------------------


def test_what_others_reported_meanwhile_is_left_alone(small_programme, sheet):
    reported(small_programme, "northtown/activity/staff", date(2022, 3, 1))
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    assert [change.row for change in diff.changes] == [NEEDS]
    assert sheet_apply(diff, by="a manager") == 1
    assert project_of(small_programme, "northtown").activities.get(key="staff").started_on


def test_two_answers_to_one_cell_are_a_conflict(small_programme, sheet):
    reported(small_programme, NEEDS, date(2022, 2, 7))
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    assert not diff.changes
    (problem,) = diff.problems
    assert problem.place == "Status!G3"
    assert "“2022-02-07” stands there now, “2022-02-01” in the file" in problem.sentence_en
    with pytest.raises(ImportHasProblems, match="somebody else"):
        sheet_apply(diff, by="a manager")


def test_changes_shown_before_others_came_are_refused(small_programme, sheet):
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    reported(small_programme, "northtown/activity/staff", date(2022, 3, 1))
    with pytest.raises(ProgrammeChangedMeanwhile, match="small"):
        sheet_apply(diff, by="a manager")
    assert project_of(small_programme, "northtown").activities.get(key="needs").started_on is None


def test_a_project_nobody_touched_does_not_hinder(small_programme, sheet):
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    reported(small_programme, "southtown/activity/staff", date(2022, 3, 1))
    assert sheet_apply(diff, by="a manager") == 1


@pytest.mark.parametrize(
    ("honest", "forged", "refusal"),
    [
        ("southtown/activity/needs", "nowhere", ProgrammeChangedMeanwhile),
        ('"new": "2022-02-02"', '"new": "2022-04-01"', ImportHasProblems),
        ('"new": "red"', '"new": "purple"', ImportHasProblems),
        ('"old": ""', '"old": "2022-01-01"', ChangesUnreadable),
        ('"field": "started"', '"field": "note"', ChangesUnreadable),
    ],
)
def test_of_forged_changes_none_is_kept(small_programme, sheet, honest, forged, refusal):
    cells = {
        (NEEDS, "Started"): date(2022, 2, 1),
        ("southtown", "Status"): "red",
        ("southtown/activity/needs", "Started"): date(2022, 2, 2),
    }
    diff = sheet_diff(small_programme, filled(sheet, cells))
    assert honest in diff.as_json()
    before = LogEntry.objects.count()
    with pytest.raises(refusal):
        sheet_apply(ProgrammeDiff.from_json(diff.as_json().replace(honest, forged)), by="a manager")
    assert LogEntry.objects.count() == before
    assert not Activity.objects.exclude(started_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_is_told_and_nothing_is_kept_twice():
    programme = made_programme("race", ("Northtown",))
    cells = {(NEEDS, "Started"): date(2022, 2, 1), ("northtown", "Status"): "green"}
    diff = sheet_diff(programme, filled(sheet_export(programme, language="en"), cells))
    barrier, told, made = threading.Barrier(2), [], []

    def approve(name):
        barrier.wait()
        try:
            made.append(sheet_apply(diff, by=name))
        except ProgrammeChangedMeanwhile as conflict:
            told.append(str(conflict))
        finally:
            connection.close()

    approving = [threading.Thread(target=approve, args=(f"manager {n}",)) for n in range(2)]
    for one in approving:
        one.start()
    for one in approving:
        one.join()
    assert (made, len(told)) == ([3], 1)
    assert StatusReport.objects.count() == 1


# --- what is wrong in the file --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({(NEEDS, "Started"): date(2022, 3, 16)}, "“Started” 2022-03-16 lies in the future"),
        ({(NEEDS, "Started"): date(1822, 3, 16)}, "lies before 1990-01-01"),
        ({(NEEDS, "Started"): "i våras"}, "“Started” i våras is no date"),
        ({(NEEDS, "Started"): "31/5 2022"}, "“Started” 31/5 2022 is no date"),
        ({(NEEDS, "Started"): "=TODAY()"}, "“Started” is a formula or an error"),
        ({(NEEDS, "Finished"): date(2022, 3, 1)}, "has no day on which it started"),
        (
            {(NEEDS, "Started"): date(2022, 3, 2), (NEEDS, "Finished"): date(2022, 3, 1)},
            "finished on 2022-03-01, before it started on 2022-03-02",
        ),
        ({(NEEDS, "Key"): "elsewhere/activity/needs"}, "“elsewhere/activity/needs” is not among"),
        ({(NEEDS, "Key"): None}, "has no key"),
        ({(NEEDS, "Key"): "northtown"}, "stands in row 2 already"),
        ({(NEEDS, "Note"): "sen"}, "“Note” does not belong to this row"),
        ({("northtown", "Status"): "lila"}, "“lila” is no status"),
        ({("northtown", "Note"): "bra"}, "The status is missing"),
        (
            {("northtown", "Status"): "red", ("northtown", "Next step"): "x" * 301},
            "“Next step” has 301 characters",
        ),
        ({("northtown/gate/g1", "Finished"): date(2022, 3, 1)}, "passed by a decision"),
    ],
)
def test_a_wrong_cell_is_named(small_programme, sheet, cells, sentence):
    diff = sheet_diff(small_programme, filled(sheet, cells))
    (problem,) = diff.problems
    assert sentence in problem.sentence_en
    assert problem.place.startswith("Status!")
    assert problem.sentence("sv") != problem.sentence("en")
    with pytest.raises(ImportHasProblems):
        sheet_apply(diff, by="a manager")


def test_an_older_status_than_the_last_is_refused(small_programme):
    project = project_of(small_programme, "northtown")
    status_report(project=project, as_of=date(2022, 3, 1), light="green", by="a test")
    sheet = sheet_export(small_programme, language="en")
    cells = {("northtown", "Status"): "red", ("northtown", "Status as of"): date(2022, 2, 1)}
    (problem,) = sheet_diff(small_programme, filled(sheet, cells)).problems
    assert "not before the one reported already (2022-03-01)" in problem.sentence_en


def test_a_project_that_is_over_is_not_in_the_sheet(small_programme):
    project = project_of(small_programme, "northtown")
    project.stopped_on = TODAY
    project.save()
    _, rows = table(sheet_export(small_programme))
    assert not any(key.startswith("northtown") for key in rows)


def test_a_passed_gate_shows_its_day(small_programme):
    project = project_of(small_programme, "northtown")
    pass_gates_before(project, "g2", day=date(2022, 3, 1))
    _, rows = table(sheet_export(small_programme))
    assert rows["northtown/gate/g1"][7].value.date() == date(2022, 3, 1)


# --- files that are none --------------------------------------------------------------------------


def test_another_file_is_refused(small_programme):
    with pytest.raises(NotAWorkbook, match="zip"):
        sheet_diff(small_programme, b"Nyckel;Kontor\n")


def test_half_a_file_is_refused(small_programme, sheet):
    with pytest.raises(NotAWorkbook):
        sheet_diff(small_programme, sheet[: len(sheet) // 2])


def test_another_workbook_is_refused(small_programme):
    with pytest.raises(NotAStatusSheet, match="hidden sheet"):
        sheet_diff(small_programme, saved(openpyxl.Workbook()))


def test_a_sheet_without_its_columns_is_refused(small_programme, sheet):
    book, _ = table(sheet)
    book.worksheets[0].delete_cols(7)
    with pytest.raises(NotAStatusSheet, match="Started"):
        sheet_diff(small_programme, saved(book))


def test_the_sheet_of_another_programme_is_refused(small_programme):
    other = sheet_export(made_programme("other", ("Elsewhere",)))
    with pytest.raises(FileOfAnotherProgramme, match="“other”, not to “small”"):
        sheet_diff(small_programme, other)


def test_a_file_that_unpacks_to_gigabytes_is_refused(small_programme, sheet):
    bomb = repacked(sheet, **{"xl/media/picture.bin": bytes(70 * 2**20)})
    assert len(bomb) < LARGEST_WORKBOOK
    with pytest.raises(FileTooLarge, match="Unpacked"):
        sheet_diff(small_programme, bomb)


def test_a_large_file_is_refused(small_programme):
    with pytest.raises(FileTooLarge, match="at most"):
        sheet_diff(small_programme, b"PK" + bytes(LARGEST_WORKBOOK))


def test_a_file_of_many_parts_is_refused(small_programme, sheet):
    many = repacked(sheet, **{f"xl/part{number}.xml": b"<a/>" for number in range(300)})
    with pytest.raises(FileTooDeep, match="200 parts"):
        sheet_diff(small_programme, many)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(small_programme, sheet, encoding):
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    bad = repacked(sheet, **{"docProps/core.xml": laughs.encode(encoding)})
    with pytest.raises(DeclarationsRefused, match=r"core\.xml"):
        sheet_diff(small_programme, bad)


REFUSALS = (
    NotAWorkbook,
    NotAStatusSheet,
    DeclarationsRefused,
    FileOfAnotherProgramme,
    FileTooLarge,
    FileTooDeep,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(at=st.floats(0, 1), byte=st.integers(0, 255))
def test_a_damaged_file_is_refused_or_read(small_programme, sheet, at, byte):
    damaged = bytearray(sheet)
    damaged[int(at * (len(sheet) - 1))] = byte
    with suppress(*REFUSALS):
        sheet_diff(small_programme, bytes(damaged))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"format": "x"}', "[" * 100_000])
def test_damaged_changes_are_refused(text):
    with pytest.raises(ChangesUnreadable):
        ProgrammeDiff.from_json(text)


def test_altered_changes_are_refused(small_programme, sheet):
    diff = sheet_diff(small_programme, filled(sheet, {(NEEDS, "Started"): date(2022, 2, 1)}))
    with pytest.raises(ChangesUnreadable, match="signature"):
        ProgrammeDiff.unsealed(diff.sealed()[:-2] + "xx")


def test_the_plan_of_the_sheet_agrees_with_that_of_the_programme(small_programme):
    reported(small_programme, NEEDS, date(2022, 1, 20), date(2022, 2, 25))
    pass_gates_before(project_of(small_programme, "northtown"), "g2", day=date(2022, 3, 1))
    plan = plan_of(standing(small_programme), as_of=TODAY)
    planned = planned_of(small_programme, on=TODAY)
    gates = {(slot, key): day for (slot, key), day in planned.days.items() if key != "open"}
    assert {key: plan.finish(f"{key[0]}/gate/{key[1]}") for key in gates} == gates
