"""The plan in time: chart and table say the same, and a baseline is adopted for good."""

import re
from datetime import date

import pytest

from knutpunkt.core import clock
from knutpunkt.programme.models import Baseline
from knutpunkt.programme.pages.plan import groups_of, plan_page
from knutpunkt.programme.selectors.timeline import timeline_of, works_of
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import baseline_adopt
from support.pages import every_variable_is_there, quick_hash, rows, words
from support.programme import made_programme, pass_gate, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/plan/"
ADOPTION = "/programme/small/baselines/"
FORM = {"name": "First plan", "cause": "The programme begins", "adopted_on": "2022-02-01"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-01T10:00")


@pytest.fixture
def manager(signed_in, small_programme):
    return signed_in("programme-manager")


@pytest.fixture
def reader(signed_in, small_programme):
    return signed_in("reader")


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [PAGE, "/programme/small/northtown/plan/"])
def test_a_stranger_is_sent_to_the_login(small_programme, client, page):
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={page}")


def test_a_reader_sees_the_plan_and_may_not_adopt_it(reader):
    assert "Adopt a baseline" not in words(reader.get(PAGE))
    assert reader.post(ADOPTION, FORM).status_code == 403
    assert not Baseline.objects.exists()


# --- the chart and its twin -----------------------------------------------------------------------


def test_the_chart_and_the_table_have_the_same_rows(small_programme):
    timeline = timeline_of(small_programme, on=clock.today())
    drawn = [row.key for group in groups_of(timeline) for row in group.rows]
    written = [line.key for line in plan_page(timeline).lines]
    assert drawn == written == ["northtown", "southtown"]


def test_the_chart_has_a_name_and_is_drawn_for_wide_and_narrow(reader):
    page = reader.get(PAGE).content.decode()
    charts = re.findall(r'<svg class="drawing gantt"[^>]*role="img" aria-label="([^"]+)"', page)
    assert charts == ["Gantt chart of 2 slots. The table below says the same."] * 2


def test_a_gate_that_has_passed_says_so_in_the_table(reader, small_programme):
    pass_gate(project_of(small_programme, "northtown").gates.first(), day=date(2022, 2, 3))
    assert "◆ 3 February 2022 passed" in rows(reader.get(PAGE))[0]


def test_the_newest_baseline_is_compared_unless_another_is_asked_for(reader, small_programme):
    for name, on in (("First", date(2022, 1, 20)), ("Second", date(2022, 2, 20))):
        baseline_adopt(programme=small_programme, name=name, cause="a", adopted_on=on, by="a test")
    timelines = [
        timeline_of(small_programme, on=clock.today(), baseline=asked) for asked in ("", "1", "9")
    ]
    assert [timeline.compared.name for timeline in timelines] == ["Second", "First", "Second"]
    assert reader.get(PAGE + "?baseline=1").status_code == 200


@pytest.mark.usefixtures("small_programme")
def test_more_slots_take_no_more_queries(signed_in, django_assert_max_num_queries):
    made_programme("large", [f"Town {n}" for n in range(6)])
    client = signed_in("reader")
    for page in ("/programme/small/plan/", "/programme/large/plan/"):
        with django_assert_max_num_queries(24):
            assert client.get(page).status_code == 200


# --- one project ----------------------------------------------------------------------------------


def test_the_work_of_a_project_is_shown_with_what_it_waits_for(reader):
    page = reader.get("/programme/small/northtown/plan/")
    assert any("Search and choose premises" in row for row in rows(page))
    assert "Critical path:" in words(page)
    assert "finish to finish" in words(page)


def test_the_critical_path_leads_to_the_last_day(small_programme):
    works = works_of(project_of(small_programme, "northtown"), on=clock.today())
    last = max(work.ends for work in works)
    assert any(work.critical and work.ends == last for work in works)
    assert all(work.slack == 0 for work in works if work.critical)


def test_what_has_happened_stands_with_its_own_days(small_programme):
    project = project_of(small_programme, "northtown")
    first = project.activities.first()
    activity_report(
        activity=first,
        started_on=date(2022, 2, 7),
        finished_on=date(2022, 2, 18),
        expected=project.version,
        by="a test",
    )
    (work,) = [one for one in works_of(project, on=clock.today()) if one.row.pk == first.pk]
    assert (work.starts, work.ends) == (date(2022, 2, 7), date(2022, 2, 18))


def test_a_stopped_project_has_no_chart_but_a_reason(reader, small_programme):
    project = project_of(small_programme, "northtown")
    project.stopped_on = date(2022, 2, 1)
    project.save()
    page = reader.get("/programme/small/northtown/plan/")
    assert "The project was stopped on 1 February 2022." in words(page)
    assert b'role="img"' not in page.content


def test_a_slot_that_is_not_there_is_not_found(reader):
    assert reader.get("/programme/small/nowhere/plan/").status_code == 404


# --- adopting -------------------------------------------------------------------------------------


def test_a_manager_adopts_the_plan_and_sees_it_compared(manager):
    answer = manager.post(ADOPTION, FORM)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    page = words(manager.get(PAGE))
    assert "The baseline is adopted; it never changes." in page
    assert "1. First plan, adopted 1 February 2022" in page
    assert Baseline.objects.get().recorded_by == "the-programme-manager"


def test_a_baseline_without_a_name_is_refused_and_the_cause_kept(manager):
    answer = manager.post(ADOPTION, {**FORM, "name": ""})
    assert answer.status_code == 400
    assert "Nothing was written" in words(answer)
    assert 'value="The programme begins"' in answer.content.decode()
    assert not Baseline.objects.exists()


def test_whoever_comes_to_the_address_of_the_form_is_led_to_the_page(manager):
    answer = manager.get(ADOPTION)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
