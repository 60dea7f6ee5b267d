"""The plan goes out as MS Project XML and comes back as changes a person approves."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.network.models import CalendarDay
from knutpunkt.programme.exchange import xml_reading
from knutpunkt.programme.exchange.errors import (
    DeclarationsRefused,
    FileOfAnotherProgramme,
    FileTooDeep,
    FileTooLarge,
    ImportHasProblems,
    NotProjectXml,
)
from knutpunkt.programme.exchange.mspdi import mspdi_apply, mspdi_diff, mspdi_export
from knutpunkt.programme.exchange.mspdi_tasks import finish_instant, start_instant
from knutpunkt.programme.exchange.plan import plan_of
from knutpunkt.programme.exchange.standing import standing
from knutpunkt.programme.forecasting.working_days import working_calendar
from knutpunkt.programme.models import Link
from knutpunkt.programme.planned import planned_of
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import baseline_adopt
from support.programme import made_programme, pass_gates_before, project_of

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.slow]

TODAY = date(2022, 3, 15)
NEEDS = "northtown/activity/needs"
SPACE = "{http://schemas.microsoft.com/project}"
ET.register_namespace("", SPACE[1:-1])


@pytest.fixture(autouse=True)
def march_2022(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-15T12:00")


@pytest.fixture
def plan(small_programme):
    return mspdi_export(small_programme, language="en")


def text(element, name):
    return element.findtext(SPACE + name)


def tasks(content):
    """Tasks of a file by our key."""
    root = ET.fromstring(content)
    found = {}
    for task in root.iter(f"{SPACE}Task"):
        extra = task.find(f"{SPACE}ExtendedAttribute")
        found[text(extra, "Value") if extra is not None else ""] = task
    return root, found


def edited(content, edits):
    """The file with elements of tasks set: ``{(key, element): text}``, None takes it away."""
    root, found = tasks(content)
    for (key, name), value in edits.items():
        task = found[key]
        own = task.find(SPACE + name)
        if own is None:
            own = ET.SubElement(task, SPACE + name)
        if value is None:
            task.remove(own)
        else:
            own.text = value
    return ET.tostring(root)


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


def test_the_outline_is_programme_office_activity(plan):
    _, found = tasks(plan)
    levels = {key: text(task, "OutlineLevel") for key, task in found.items()}
    assert levels["knutpunkt-plan/1 small"] == "1"
    assert levels["northtown"] == "2"
    assert levels[NEEDS] == levels["northtown/gate/g1"] == "3"
    assert len(found) == 1 + 2 * (1 + 13 + 8)


def test_needs_start_the_day_after_the_status_date_and_take_200_hours(plan):
    _, found = tasks(plan)
    needs = found[NEEDS]
    assert text(needs, "Start") == "2022-03-16T08:00:00"
    # Good Friday (15 April) and Easter Monday (18 April) 2022 are no working days.
    assert text(needs, "Finish") == "2022-04-21T17:00:00"
    assert text(needs, "Duration") == "PT200H0M0S"


def test_a_gate_is_a_milestone_after_what_it_closes(plan):
    _, found = tasks(plan)
    gate = found["northtown/gate/g6"]
    assert (text(gate, "Milestone"), text(gate, "Duration")) == ("1", "PT0H0M0S")
    before = {text(link, "PredecessorUID") for link in gate.iter(f"{SPACE}PredecessorLink")}
    closed = ("equip", "staff", "agreements", "it")
    assert before == {text(found[f"northtown/activity/{key}"], "UID") for key in closed}


def test_a_lag_is_counted_in_tenths_of_minutes(plan):
    _, found = tasks(plan)
    works = text(found["northtown/activity/works"], "UID")
    links = found["northtown/activity/it"].iter(f"{SPACE}PredecessorLink")
    (link,) = [one for one in links if text(one, "PredecessorUID") == works]
    # FF with a lag of 5 days of 480 minutes.
    assert (text(link, "Type"), text(link, "LinkLag")) == ("0", "24000")
    assert text(link, "LagFormat") == "7"


def test_all_four_kinds_of_link_are_written(small_programme):
    project = project_of(small_programme, "northtown")
    works = {work.key: work for work in project.activities.all()}
    Link.objects.create(project=project, before=works["staff"], after=works["it"], type="SS")
    Link.objects.create(
        project=project, before=works["agreements"], after=works["equip"], type="SF", lag_days=-2.5
    )
    _, found = tasks(mspdi_export(small_programme))
    kinds = {text(link, "Type") for link in found[NEEDS].iter(f"{SPACE}PredecessorLink")}
    for key in ("it", "equip"):
        links = found[f"northtown/activity/{key}"].iter(f"{SPACE}PredecessorLink")
        kinds |= {text(link, "Type") for link in links}
    assert kinds == {"0", "1", "2", "3"}
    assert not mspdi_diff(small_programme, mspdi_export(small_programme)).notes


def test_holidays_and_the_summer_stop_are_exceptions_of_the_calendar(small_programme):
    CalendarDay.objects.create(
        on=date(2022, 6, 6), name_sv="Nationaldagen", name_en="National Day", policy="closed"
    )
    for day in (date(2022, 4, 15), date(2022, 4, 18)):
        CalendarDay.objects.create(on=day, name_sv="Påsk", name_en="Easter", policy="closed")
    root, _ = tasks(mspdi_export(small_programme, language="en"))
    stops = {
        text(one, "Name"): (
            text(one.find(f"{SPACE}TimePeriod"), "FromDate"),
            text(one.find(f"{SPACE}TimePeriod"), "ToDate"),
        )
        for one in root.iter(f"{SPACE}Exception")
        if text(one.find(f"{SPACE}TimePeriod"), "FromDate").startswith("2022")
    }
    assert stops["National Day"] == ("2022-06-06T00:00:00", "2022-06-06T23:59:00")
    assert stops["Easter, Easter"] == ("2022-04-15T00:00:00", "2022-04-18T23:59:00")
    assert stops["Summer stop"] == ("2022-07-11T00:00:00", "2022-08-05T23:59:00")


def test_the_newest_baseline_is_number_zero(small_programme):
    for name, day in (("First", date(2022, 2, 1)), ("Second", date(2022, 3, 1))):
        baseline_adopt(
            programme=small_programme,
            name=name,
            cause="The first plan",
            adopted_on=day,
            by="a test",
            days={("northtown", "g1"): day, ("northtown", "open"): day + timedelta(400)},
        )
    _, found = tasks(mspdi_export(small_programme))

    def baselines(key):
        own = found[key].iter(f"{SPACE}Baseline")
        return {text(one, "Number"): text(one, "Finish")[:10] for one in own}

    assert baselines("northtown/gate/g1") == {"0": "2022-03-01", "1": "2022-02-01"}
    assert baselines("northtown") == {"0": "2023-04-05", "1": "2023-03-08"}


def test_the_longest_lag_is_told_in_a_note(plan):
    _, found = tasks(plan)
    note = text(found["northtown/activity/works"], "Notes")
    assert note == "At most 120 working days after “Negotiate and sign the lease”."


def test_what_has_happened_is_actual(small_programme):
    reported(small_programme, NEEDS, date(2022, 1, 20), date(2022, 2, 25))
    reported(small_programme, "northtown/activity/requirements", date(2022, 2, 28))
    pass_gates_before(project_of(small_programme, "northtown"), "g2", day=date(2022, 3, 1))
    _, found = tasks(mspdi_export(small_programme))
    needs, gate = found[NEEDS], found["northtown/gate/g1"]
    assert text(needs, "ActualStart") == "2022-01-20T08:00:00"
    assert text(needs, "ActualFinish") == "2022-02-25T17:00:00"
    assert (text(needs, "PercentComplete"), text(needs, "Duration")) == ("100", "PT216H0M0S")
    assert text(gate, "ActualFinish") == "2022-03-01T17:00:00"
    begun = found["northtown/activity/requirements"]
    assert (text(begun, "ActualStart"), text(begun, "ActualFinish")) == (
        "2022-02-28T08:00:00",
        None,
    )


def test_the_days_are_those_of_the_programmes_plan(small_programme):
    reported(small_programme, NEEDS, date(2022, 1, 20), date(2022, 2, 25))
    plan = plan_of(standing(small_programme), as_of=TODAY)
    project = project_of(small_programme, "northtown")
    for (number, key), day in planned_of(small_programme, on=TODAY).finishes.items():
        if number == project.pk:
            assert plan.finish(f"northtown/activity/{key}") == day


def test_the_same_plan_gives_the_same_bytes(small_programme, plan):
    assert mspdi_export(small_programme, language="en") == plan


def test_the_plan_is_indented_and_names_its_schema(plan):
    assert plan.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<Project xmlns=")
    assert b"\n  <Tasks>\n    <Task>\n      <UID>1</UID>" in plan


@pytest.mark.parametrize(
    ("moment", "start", "finish"),
    [
        (0.0, "2022-03-14T08:00", "2022-03-11T17:00"),
        (0.25, "2022-03-14T10:00", "2022-03-14T10:00"),
        (0.5, "2022-03-14T13:00", "2022-03-14T12:00"),
        (0.75, "2022-03-14T15:00", "2022-03-14T15:00"),
        (1.0, "2022-03-15T08:00", "2022-03-14T17:00"),
    ],
)
def test_a_share_of_a_day_is_that_share_of_eight_hours(moment, start, finish):
    monday = date(2022, 3, 14).toordinal()
    calendar = working_calendar(TODAY)
    assert start_instant(calendar, monday + moment) == datetime.fromisoformat(start)
    ended = finish_instant(monday + moment if moment else monday - 2.0)
    assert ended == datetime.fromisoformat(finish)


# --- what comes back ------------------------------------------------------------------------------


def test_an_untouched_plan_changes_nothing(small_programme, plan):
    diff = mspdi_diff(small_programme, plan)
    assert (diff.changes, diff.problems, diff.notes) == ((), (), ())


DAYS = st.dates(date(2022, 1, 10), TODAY)
WORKS = ("needs", "requirements", "search", "lease", "staff", "agreements")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    before=st.dictionaries(st.sampled_from(WORKS), DAYS, max_size=3),
    after=st.dictionaries(st.sampled_from(WORKS), st.tuples(DAYS, st.none() | DAYS)),
)
def test_changed_days_are_the_changes_and_nothing_else(small_programme, before, after):
    project = project_of(small_programme, "southtown")
    project.activities.update(started_on=None, finished_on=None)
    for work, day in before.items():
        project.activities.filter(key=work).update(started_on=day)
    plan = mspdi_export(small_programme, as_of=TODAY)
    untouched = mspdi_diff(small_programme, plan)
    assert (untouched.changes, untouched.problems, untouched.notes) == ((), (), ())
    edits, wanted = {}, {}
    for work, (start, end) in after.items():
        key = f"southtown/activity/{work}"
        finish = max(start, end) if end else None
        edits[key, "ActualStart"] = f"{start}T08:00:00"
        if start != before.get(work):
            wanted[key, "started"] = start.isoformat()
        if finish:
            edits[key, "ActualFinish"] = f"{finish}T17:00:00"
            wanted[key, "finished"] = finish.isoformat()
    diff = mspdi_diff(small_programme, edited(plan, edits))
    assert {(change.row, change.field): change.new for change in diff.changes} == wanted
    assert not diff.problems
    if wanted:
        assert mspdi_apply(diff, by="a manager") == len(wanted)
        assert not mspdi_diff(small_programme, mspdi_export(small_programme)).changes


def test_a_day_taken_away_is_a_change_too(small_programme):
    reported(small_programme, NEEDS, date(2022, 2, 1))
    plan = mspdi_export(small_programme)
    diff = mspdi_diff(small_programme, edited(plan, {(NEEDS, "ActualStart"): "NA"}))
    assert [(change.old, change.new) for change in diff.changes] == [("2022-02-01", "")]
    mspdi_apply(diff, by="a manager")
    assert project_of(small_programme, "northtown").activities.get(key="needs").started_on is None


def test_an_old_file_does_not_take_back_what_others_reported(small_programme, plan):
    reported(small_programme, NEEDS, date(2022, 2, 1))
    assert not mspdi_diff(small_programme, plan).changes
    later = edited(plan, {(NEEDS, "ActualStart"): "2022-02-02T08:00:00"})
    (problem,) = mspdi_diff(small_programme, later).problems
    assert "changed by somebody else since the export" in problem.sentence_en


def test_a_task_of_their_own_is_named_and_not_lost_silently(small_programme, plan):
    root, _ = tasks(plan)
    own = ET.SubElement(root.find(f"{SPACE}Tasks"), f"{SPACE}Task")
    for name, value in (("UID", "900"), ("Name", "Köp en fikabricka")):
        ET.SubElement(own, SPACE + name).text = value
    diff = mspdi_diff(small_programme, ET.tostring(root))
    (note,) = diff.notes
    assert note.place == "Köp en fikabricka (UID 900)"
    assert "is not taken over" in note.sentence_en


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({(NEEDS, "Duration"): "PT240H0M0S"}, "30 days in the file, 25 here"),
        ({(NEEDS, "Name"): "Fika"}, "is called “Behovsanalys” here"),
        ({("northtown/gate/g1", "ActualFinish"): "2022-03-01T17:00:00"}, "passed by a decision"),
        (
            {("northtown/activity/requirements", "PredecessorLink"): None},
            "The links differ between the file and the programme",
        ),
    ],
)
def test_what_is_left_aside_is_told(small_programme, plan, edits, sentence):
    diff = mspdi_diff(small_programme, edited(plan, edits))
    assert (diff.changes, diff.problems) == ((), ())
    (note,) = diff.notes
    assert sentence in note.sentence_en


def test_a_task_taken_out_of_the_file_is_told(small_programme, plan):
    root, found = tasks(plan)
    root.find(f"{SPACE}Tasks").remove(found["northtown/activity/review"])
    diff = mspdi_diff(small_programme, ET.tostring(root))
    sentences = [note.sentence_en for note in diff.notes]
    assert any("northtown/activity/review" in sentence for sentence in sentences)
    assert not diff.changes


@pytest.mark.parametrize(
    ("edits", "sentence"),
    [
        ({(NEEDS, "ActualStart"): "i våras"}, "“i våras” is no date"),
        ({(NEEDS, "ActualStart"): "2022-03-16T08:00:00"}, "lies in the future"),
        ({(NEEDS, "ActualFinish"): "2022-03-01T17:00:00"}, "no day on which it started"),
    ],
)
def test_a_wrong_day_is_named_with_its_task(small_programme, plan, edits, sentence):
    diff = mspdi_diff(small_programme, edited(plan, edits))
    (problem,) = diff.problems
    assert sentence in problem.sentence_en
    assert problem.place.startswith("Needs analysis (UID ")
    with pytest.raises(ImportHasProblems):
        mspdi_apply(diff, by="a manager")


def test_two_tasks_with_one_key_are_refused(small_programme, plan):
    copied = plan.replace(b"southtown/activity/needs", NEEDS.encode())
    (problem,) = mspdi_diff(small_programme, copied).problems
    assert "stands on two tasks" in problem.sentence_en


def test_an_unknown_key_is_refused_once_something_is_filled_in(small_programme, plan):
    strange = plan.replace(NEEDS.encode(), b"northtown/activity/nothing")
    assert "no longer in the programme" in mspdi_diff(small_programme, strange).notes[0].sentence_en
    started = edited(
        strange, {("northtown/activity/nothing", "ActualStart"): "2022-03-01T08:00:00"}
    )
    (problem,) = mspdi_diff(small_programme, started).problems
    assert "“northtown/activity/nothing”" in problem.sentence_en


# --- files that are none --------------------------------------------------------------------------


def test_the_plan_of_another_programme_is_refused(small_programme):
    other = mspdi_export(made_programme("other", ("Elsewhere",)))
    with pytest.raises(FileOfAnotherProgramme, match="“other”, not to “small”"):
        mspdi_diff(small_programme, other)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no element"),
        (b"MSProject.MPP9", "syntax error"),
        (b"<html/>", "“html”"),
        (b"<Project/>", "Text1"),
        (b"<Project><Tasks>", "no element"),
        (b'<?xml version="1.0" encoding="x-unknown"?><Project/>', "encoding"),
    ],
)
def test_another_file_is_refused(small_programme, content, reason):
    with pytest.raises(NotProjectXml, match=reason):
        mspdi_diff(small_programme, content)


def test_entities_are_refused(small_programme):
    laughs = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for content in (laughs.encode(), laughs.encode("utf-16")):
        with pytest.raises(DeclarationsRefused):
            mspdi_diff(small_programme, content)


def test_endless_files_are_refused(small_programme, monkeypatch):
    monkeypatch.setattr(xml_reading, "MOST_ELEMENTS", 1000)
    with pytest.raises(FileTooLarge):
        mspdi_diff(small_programme, bytes(xml_reading.LARGEST_XML + 1))
    with pytest.raises(FileTooDeep, match="levels"):
        mspdi_diff(small_programme, b"<a>" * 100)
    with pytest.raises(FileTooDeep, match="elements"):
        mspdi_diff(small_programme, b"<a>" + b"<b/>" * 1001)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(at=st.floats(0, 1), put=st.binary(max_size=6))
def test_a_damaged_file_is_refused_or_read(small_programme, plan, at, put):
    place = int(at * len(plan))
    with suppress(NotProjectXml, FileOfAnotherProgramme, DeclarationsRefused):
        mspdi_diff(small_programme, plan[:place] + put + plan[place + len(put) :])


# --- an independent scheduler ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def mpxj():
    """MPXJ's rendering of the scheduler of MS Project, where Java and its packages are present."""
    jpype = pytest.importorskip("jpype", reason="MPXJ is compared where jpype1 is installed")
    pytest.importorskip("mpxj", reason="MPXJ is compared where mpxj is installed")
    try:
        if not jpype.isJVMStarted():
            jpype.startJVM()
    except (OSError, jpype.JVMNotFoundException) as error:
        pytest.skip(f"MPXJ is compared where Java is installed: {error}")
    return jpype


RECKONED = ("Start", "Finish", "EarlyStart", "EarlyFinish", "LateStart", "LateFinish")


def bare(content):
    """The file without any day or slack we reckoned: links, durations, calendar, constraints."""
    root, found = tasks(content)
    for task in found.values():
        for name in (*RECKONED, "FreeSlack", "TotalSlack", "Critical"):
            if (own := task.find(SPACE + name)) is not None:
                task.remove(own)
    return root, ET.tostring(root, encoding="utf-8", xml_declaration=True)


def rescheduled(mpxj, content):
    """Days and slack (minutes) by our key, as MPXJ reckons them."""
    root, stripped = bare(content)
    file = mpxj.JClass("org.mpxj.reader.UniversalProjectReader")().read(
        mpxj.JClass("java.io.ByteArrayInputStream")(stripped)
    )
    start = mpxj.JClass("java.time.LocalDateTime").parse(text(root, "StartDate"))
    mpxj.JClass("org.mpxj.cpm.MicrosoftScheduler")().schedule(file, start)
    return {
        str(task.getText(1)): _reckoned(mpxj, file, task)
        for task in file.getTasks()
        if task.getText(1) and not task.getSummary()
    }


def worked(instant):
    """Working minutes until an instant: Friday 17:00 and Monday 08:00 are the same moment."""
    found = datetime.fromisoformat(instant)
    since_eight = (found.hour - 8) * 60 + found.minute
    today = min(since_eight, 240) + max(0, since_eight - 300)
    calendar = working_calendar(TODAY)
    days = calendar.between(TODAY.toordinal(), found.toordinal())
    return round(float(days) * 480) + (today if works_on(calendar, found) else 0)


def works_on(calendar, day):
    return float(calendar.between(day.toordinal(), day.toordinal() + 1)) > 0


def _reckoned(mpxj, file, task):
    minutes = mpxj.JClass("org.mpxj.TimeUnit").MINUTES
    days = {name: worked(str(getattr(task, f"get{name}")())) for name in RECKONED}
    slack = task.getTotalSlack().convertUnits(minutes, file.getProjectProperties())
    return {**days, "slack": float(slack.getDuration())}


def ours(content):
    _, found = tasks(content)
    return {
        key: {
            **{name: worked(text(task, name)) for name in RECKONED},
            "slack": int(text(task, "TotalSlack")) / 10,
        }
        for key, task in found.items()
        if text(task, "Summary") == "0"
    }


@pytest.fixture
def one_office(db):
    return made_programme("one", ("Northtown",))


def test_mpxj_reckons_the_same_days_and_slack(mpxj, one_office):
    content = mspdi_export(one_office)
    assert rescheduled(mpxj, content) == ours(content)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    days=st.lists(st.sampled_from([0.5, 1, 2, 3.25, 10, 20]), min_size=13, max_size=13),
    links=st.lists(
        st.tuples(
            st.integers(0, 11),
            st.integers(1, 5),
            st.sampled_from(["FS", "SS", "FF", "SF"]),
            st.sampled_from([-3, 0, 0, 0.5, 5]),
        ),
        max_size=5,
    ),
)
def test_mpxj_agrees_on_other_networks(mpxj, one_office, days, links):
    project = project_of(one_office, "northtown")
    project.links.all().delete()
    works = list(project.activities.all())
    for work, length in zip(works, days, strict=True):
        work.low = work.mode = work.high = length
        work.shape = "fixed"
        work.save()
    for first, step, kind, lag in links:
        if first + step < len(works):
            ends = {"before": works[first], "after": works[first + step], "type": kind}
            Link.objects.update_or_create(project=project, **ends, defaults={"lag_days": lag})
    content = mspdi_export(one_office)
    assert rescheduled(mpxj, content) == ours(content)


def test_mpxj_agrees_once_work_is_under_way(mpxj, one_office):
    reported(one_office, NEEDS, date(2022, 1, 20), date(2022, 2, 25))
    reported(one_office, "northtown/activity/requirements", date(2022, 2, 28))
    pass_gates_before(project_of(one_office, "northtown"), "g2", day=date(2022, 3, 1))
    content = mspdi_export(one_office)
    assert rescheduled(mpxj, content) == ours(content)
