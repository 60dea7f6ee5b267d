"""The page of a project: what is reported, filed, promised and spent, and by whom."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from knutpunkt.programme.models import Evidence, Project, StatusReport
from knutpunkt.programme.services.activities import activity_report
from knutpunkt.programme.services.control import baseline_adopt
from knutpunkt.programme.services.evidence import evidence_withdraw
from knutpunkt.programme.services.gates import gate_decide
from knutpunkt.programme.services.money import cost_record
from knutpunkt.programme.services.starting import programme_create, project_start
from support.network import made_office
from support.pages import every_variable_is_there, quick_hash, rows, value_of, words
from support.programme import file_all, pass_gate, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/northtown/"
PDF = b"%PDF-1.7 a lease"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2023-03-01T10:00")


@pytest.fixture
def project(small_programme):
    return project_of(small_programme, "northtown")


@pytest.fixture
def planner(signed_in, project):
    return signed_in("planner")


def needs(project):
    return project.activities.get(key="needs")


def reported(project, **more):
    days = {"started_on": "2022-02-01", "finished_on": "2022-03-01"}
    return {**days, "expected": project.version, **more}


def address(activity):
    return f"{PAGE}activities/{activity.pk}/report/"


def filing(project, **more):
    asked = project.gates.get(key="g3").requirements.get(key="lease")
    return {
        "requirement": str(asked.pk), "title": "Lease of Main street 5", "dnr": "2023/77",
        "dated_on": "2023-02-01", "upload": SimpleUploadedFile("lease.pdf", PDF), **more,
    }  # fmt: skip


# --- reading --------------------------------------------------------------------------------------


def test_the_two_days_of_an_opening_stand_apart(planner, project):
    Project.objects.filter(pk=project.pk).update(
        opened_to_public="2023-02-06", inaugurated="2023-02-20"
    )
    page = words(planner.get(PAGE))
    assert "Opened to the public 6 Feb 2023" in page
    assert "Inaugurated 20 Feb 2023" in page


def test_gates_tell_evidence_decision_plan_and_baseline(planner, small_programme, project):
    baseline_adopt(
        programme=small_programme, name="First", cause="Start", adopted_on=date(2022, 2, 1),
        days={("northtown", "g2"): date(2022, 9, 30)}, by="a test",
    )  # fmt: skip
    pass_gate(project.gates.get(key="g1"))
    page = rows(planner.get(PAGE))
    (first,) = [row for row in page if row.startswith("G1")]
    (second,) = [row for row in page if row.startswith("G2")]
    assert "2 of 2 documents" in first
    assert "passed 2 Jan 2023" in first
    assert "next" in second
    assert "30 Sep 2022" in second


def test_a_project_asks_as_often_with_one_document_as_with_many(
    planner, project, django_assert_max_num_queries
):
    for gate in project.gates.all():
        file_all(gate)
    planner.get(PAGE)
    with django_assert_max_num_queries(40):
        planner.get(PAGE)


def test_promises_stand_beside_what_happened_even_before_the_opening(planner, project):
    page = words(planner.get(PAGE))
    assert "The office has not opened, so little can be compared." in page
    assert "Opened 31 December 2023 deadline of round 1" in page


def test_costs_are_shown_by_year_item_and_kind(planner, small_programme, project):
    for kind, amount in (("plan", 2_000_000), ("outcome", 500_000), ("outcome", -100_000)):
        cost_record(
            programme=small_programme, project=project, year=2023, item="1:15", kind=kind,
            amount=amount, by="a test",
        )  # fmt: skip
    (line,) = [row for row in rows(planner.get(PAGE)) if row.startswith("2023 1:15")]
    assert line.split("1:15 ")[1] == "SEK 2,000,000 – SEK 400,000 –"


def test_a_slot_that_has_had_two_projects_shows_the_one_asked_for(signed_in, municipality, db):
    programme = programme_create(
        key="moves", title_sv="Flyttar", title_en="Moves", starts_on=date(2023, 1, 1), by="a test"
    )
    office = made_office("north", municipality=municipality, street="Old street 1")
    started = {"programme": programme, "office": office, "ends_by": date(2024, 1, 1)}
    first = project_start(kind="move", by="a test", **started)
    Project.objects.filter(pk=first.pk).update(stopped_on="2023-02-01")
    second = Project.objects.create(
        slot=first.slot, kind="close", template=first.template, office=office
    )
    reader = signed_in("planner")
    page = f"/programme/moves/{first.slot.key}/"
    assert "close an office" in words(reader.get(page)).lower()
    assert "Promised and happened" not in words(reader.get(page))
    sums = words(reader.get("/programme/moves/"))
    assert "Closed 0" in sums
    assert "Opened to the public" not in sums
    old = words(reader.get(page, {"project": first.pk}))
    assert "The project was stopped on 1 February 2023." in old
    assert "Report the status" not in old
    assert reader.get(page, {"project": second.pk + 1}).status_code == 404


def test_where_nothing_was_ever_reported_no_status_is_called_old(planner, project):
    page = words(planner.get(PAGE))
    assert "No status has been reported yet." in page
    assert "The status is older than 30 days." not in page


# --- activities -----------------------------------------------------------------------------------


def test_a_planner_reports_an_activity_and_returns_to_the_page(planner, project):
    answer = planner.post(address(needs(project)), reported(project))
    assert answer["Location"] == PAGE + "#work"
    done = needs(project)
    assert (done.started_on, done.finished_on) == (date(2022, 2, 1), date(2022, 3, 1))
    page = planner.get(PAGE)
    assert "The report is on record." in words(page)
    assert "started 1 February 2022, finished 1 March 2022" in words(page)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"finished_on": "2022-01-01"}, "It cannot finish before it starts."),
        ({"started_on": ""}, "Say also when it started."),
        ({"finished_on": "2023-03-02"}, "2023-03-02 has not come yet"),
    ],
)
def test_a_report_that_cannot_be_comes_back_as_it_was_typed(planner, project, wrong, said):
    answer = planner.post(address(needs(project)), reported(project, **wrong))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert said in words(answer)
    assert 'role="alert"' in page
    number = needs(project).pk
    for name, value in reported(project, **wrong).items():
        if name != "expected" and value:
            assert f'value="{value}"' in page
            assert f'id="activity-{number}-{name}"' in page
    assert needs(project).finished_on is None


def test_of_two_who_report_at_once_the_second_is_told_and_may_send_again(planner, project):
    seen = reported(project, finished_on="2022-04-04")
    activity_report(
        activity=project.activities.get(key="requirements"), started_on=date(2022, 3, 2),
        finished_on=None, expected=project.version, by="somebody else",
    )  # fmt: skip
    answer = planner.post(address(needs(project)), seen)
    assert answer.status_code == 409
    assert "Somebody else changed the project" in words(answer)
    assert "Written in the meantime" in words(answer)
    assert "Requirements on the premises: started 2 March 2022" in words(answer)
    assert 'value="2022-04-04"' in answer.content.decode()
    project.refresh_from_db()
    again = planner.post(address(needs(project)), {**seen, "expected": project.version})
    assert again.status_code == 302


def test_the_form_of_a_conflict_carries_the_newest_version(planner, project):
    Project.objects.filter(pk=project.pk).update(version=7)
    answer = planner.post(address(needs(project)), reported(project))
    assert 'name="expected" value="7"' in answer.content.decode()


def test_an_activity_of_another_slot_is_not_found(planner, small_programme, project):
    other = needs(project_of(small_programme, "southtown"))
    assert planner.post(address(other), reported(project)).status_code == 404


def test_a_reader_reads_but_reports_nothing(signed_in, project):
    reader = signed_in("reader")
    page = reader.get(PAGE).content.decode()
    assert "/report/" not in page
    assert "/evidence/" not in page
    assert reader.post(address(needs(project)), reported(project)).status_code == 403
    assert reader.post(PAGE + "status/", {}).status_code == 403
    assert reader.post(PAGE + "evidence/", filing(project)).status_code == 403


def test_a_project_that_has_ended_offers_no_form(planner, project):
    Project.objects.filter(pk=project.pk).update(stopped_on="2023-02-01")
    page = planner.get(PAGE)
    assert "The project was stopped on 1 February 2023." in words(page)
    assert "/report/" not in page.content.decode()
    refused = planner.post(address(needs(project)), reported(project))
    assert refused.status_code == 409


# --- estimates ------------------------------------------------------------------------------------


def estimated(project, **more):
    return {
        "low": "5", "mode": "8", "high": "20", "shape": "pert", "basis": "expert",
        "basis_note": "Asked the builder", "expected": project.version, **more,
    }  # fmt: skip


def estimate_of(activity):
    return f"{PAGE}activities/{activity.pk}/estimate/"


def test_a_planner_estimates_an_activity_anew(planner, project):
    assert "Estimate anew" in words(planner.get(PAGE))
    answer = planner.post(estimate_of(needs(project)), estimated(project))
    assert answer["Location"] == PAGE + "#work"
    done = needs(project)
    assert (done.low, done.mode, done.high, done.basis) == (5, 8, 20, "expert")
    page = words(planner.get(PAGE))
    assert "The estimate is on record." in page
    assert "5–8–20 working days, expert judgement" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"mode": "4"}, "The most likely cannot be below the lowest."),
        ({"high": "7"}, "The highest cannot be below the most likely."),
        ({"low": "-1"}, "greater than or equal to 0"),
    ],
)
def test_an_estimate_that_cannot_be_comes_back_as_it_was_typed(planner, project, wrong, said):
    before = needs(project).high
    answer = planner.post(estimate_of(needs(project)), estimated(project, **wrong))
    assert answer.status_code == 400
    assert said in words(answer)
    assert 'value="Asked the builder"' in answer.content.decode()
    assert needs(project).high == before


def test_an_estimate_on_a_project_changed_meanwhile_is_shown_what_was_written(planner, project):
    seen = estimated(project)
    activity_report(
        activity=project.activities.get(key="requirements"), started_on=date(2022, 3, 2),
        finished_on=None, expected=project.version, by="somebody else",
    )  # fmt: skip
    answer = planner.post(estimate_of(needs(project)), seen)
    assert answer.status_code == 409
    assert "Requirements on the premises: started 2 March 2022" in words(answer)
    project.refresh_from_db()
    again = {**seen, "expected": project.version}
    assert planner.post(estimate_of(needs(project)), again).status_code == 302


def test_a_reader_estimates_nothing(signed_in, project):
    reader = signed_in("reader")
    assert "/estimate/" not in reader.get(PAGE).content.decode()
    assert reader.post(estimate_of(needs(project)), estimated(project)).status_code == 403


# --- status ---------------------------------------------------------------------------------------


def test_the_light_is_chosen_and_never_given(planner, project):
    page = planner.get(PAGE).content.decode()
    assert "checked" not in page
    status = {"as_of": "2023-02-28", "light": "red", "note": "Landlord silent", "next_step": "Call"}
    assert planner.post(PAGE + "status/", status)["Location"] == PAGE + "#status"
    assert StatusReport.objects.get().light == "red"
    assert "off track" in words(planner.get(PAGE))


def test_a_status_without_a_judgement_comes_back_with_what_was_typed(planner, project):
    answer = planner.post(PAGE + "status/", {"as_of": "2023-02-28", "note": "Landlord silent"})
    assert answer.status_code == 400
    assert "Landlord silent" in words(answer)
    assert not StatusReport.objects.exists()


def test_a_status_older_than_the_newest_is_refused_with_the_reason(planner, project):
    for day, status in (("2023-02-28", 302), ("2023-02-01", 409)):
        answer = planner.post(PAGE + "status/", {"as_of": day, "light": "green"})
        assert answer.status_code == status
    assert "is older" in words(answer)


# --- evidence -------------------------------------------------------------------------------------


def test_evidence_is_filed_and_the_bar_moves(planner, project):
    assert planner.post(PAGE + "evidence/", filing(project))["Location"] == PAGE + "#gates"
    (line,) = [row for row in rows(planner.get(PAGE)) if row.startswith("G3")]
    assert "1 of 2 documents" in line
    assert Evidence.objects.get().filed_by == "the-planner"


def test_a_document_in_disguise_is_refused_and_what_was_typed_is_kept(planner, project):
    disguised = filing(project, upload=SimpleUploadedFile("lease.pdf", b"MZ not a document"))
    answer = planner.post(PAGE + "evidence/", disguised)
    assert answer.status_code == 415
    assert "is not what its name says" in words(answer)
    assert value_of(answer, "title") == "Lease of Main street 5"
    assert not Evidence.objects.exists()


def test_a_document_without_a_diary_number_is_refused_at_the_field(planner, project):
    answer = planner.post(PAGE + "evidence/", filing(project, dnr=""))
    assert answer.status_code == 400
    assert 'href="#evidence-dnr"' in answer.content.decode()
    assert 'id="evidence-dnr_error"' in answer.content.decode()


def filed(project, **more):
    from knutpunkt.programme.services.evidence import evidence_file

    gate = project.gates.get(key="g3")
    values = {"secret": False, "title": "Lease of Main street 5", "dnr": "2023/77", **more}
    return evidence_file(
        requirement=gate.requirements.get(key="lease"), dated_on=date(2023, 2, 1),
        upload=SimpleUploadedFile("lägenhet.pdf", PDF), by="a test", **values,
    )  # fmt: skip


def test_a_document_is_sent_to_be_kept_and_never_shown_as_a_page(planner, project):
    answer = planner.get(f"{PAGE}evidence/{filed(project).pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "l%C3%A4genhet.pdf" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("role", "status"), [("programme-manager", 200), ("planner", 403), ("administrator", 403)]
)
def test_secret_evidence_is_sent_only_to_whoever_may_see_it(signed_in, project, role, status):
    page = f"{PAGE}evidence/{filed(project, secret=True).pk}/"
    assert signed_in(role).get(page).status_code == status


def test_a_stranger_gets_no_document(client, project):
    page = f"{PAGE}evidence/{filed(project).pk}/"
    assert client.get(page)["Location"] == f"/login/?next={page}"


def test_a_document_is_not_found_under_another_slot_nor_without_a_file(planner, project):
    evidence = filed(project)
    other = f"/programme/small/southtown/evidence/{evidence.pk}/"
    assert planner.get(other).status_code == 404
    Evidence.objects.update(file_name="")
    assert planner.get(f"{PAGE}evidence/{evidence.pk}/").status_code == 404


def test_a_document_that_was_altered_is_not_sent(planner, project, own_home):
    evidence = filed(project)
    (own_home / "evidence" / evidence.sha256[:2] / evidence.sha256).write_bytes(b"other")
    answer = planner.get(f"{PAGE}evidence/{evidence.pk}/")
    assert answer.status_code == 500
    assert "is not the one that was filed" in words(answer)


def test_the_log_of_a_project_names_no_secret(planner, project):
    evidence = filed(project, secret=True, title="The hidden landlord", dnr="2023/SECRET")
    evidence_withdraw(evidence=evidence, why="The hidden reason", by="a test")
    gate_decide(
        gate=project.gates.get(key="g1"), outcome="hold", decided_on=date(2023, 2, 1),
        decided_by="Director", delegation="Delegation 1", expected=0, by="a test",
    )  # fmt: skip
    page = words(planner.get(PAGE))
    assert "Evidence withdrawn G3 Premises chosen and lease signed" in page
    assert "G1 Needs are known: hold, Director" in page
    for secret in ("hidden", "SECRET"):
        assert secret not in page
