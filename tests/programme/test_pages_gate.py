"""The page of a gate: what is asked for, who sees what, and decisions that meet."""

from datetime import date

import pytest

from knutpunkt.mandates.models import Attribution, Clause
from knutpunkt.network.models import Office
from knutpunkt.programme.models import Evidence, GateDecision, Project
from knutpunkt.programme.services.evidence import evidence_file
from knutpunkt.programme.services.gates import gate_decide
from support.pages import every_variable_is_there, quick_hash, value_of, words
from support.programme import file_all, pass_gate, pass_gates_before, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

SLOT = "/programme/small/northtown/"
DAY = date(2023, 1, 2)

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
def manager(signed_in, project):
    return signed_in("programme-manager")


def page_of(key):
    return f"{SLOT}gates/{key}/"


def decision(outcome="hold", **more):
    return {
        "outcome": outcome, "decided_on": "2023-01-02", "decided_by": "Director Lund",
        "delegation": "Delegation 7", "conditions": "Ask the landlord again", "dnr": "2023/9",
        "expected": "0", **more,
    }  # fmt: skip


def decided_by_somebody_else(gate, outcome="hold"):
    return gate_decide(
        gate=gate, outcome=outcome, decided_on=DAY, decided_by="Director Berg",
        delegation="Delegation 1", expected=gate.decisions_made, by="somebody",
    )  # fmt: skip


def secret_lease(project):
    asked = project.gates.get(key="g3").requirements.get(key="lease")
    return evidence_file(
        requirement=asked, title="Lease with Hidden AB", dnr="2023/666", dated_on=DAY,
        secret=True, upload=None, by="a test",
    )  # fmt: skip


# --- what is there --------------------------------------------------------------------------------


def test_the_page_names_what_is_filed_and_what_is_missing(manager, project):
    file_all(project.gates.get(key="g1"))[1].delete()
    page = words(manager.get(page_of("g1")))
    assert "Needs analysis filed" in page
    assert "Note of the talk with the municipality missing" in page
    assert "Earlier gates have passed" in page
    assert "The gate cannot pass yet" in page


def test_an_earlier_gate_that_is_open_is_named(manager, project):
    page = words(manager.get(page_of("g2")))
    assert "Earlier gates: G1 Needs are known has not passed" in page


@pytest.mark.parametrize("address", ["gates/g77/", "gates/open/"])
def test_a_gate_that_is_not_there_is_not_found(manager, address):
    assert manager.get(SLOT + address).status_code == 404


def test_secret_evidence_is_shown_to_whoever_may_see_it(manager, project):
    secret_lease(project)
    page = words(manager.get(page_of("g3")))
    assert "Lease with Hidden AB, diary number 2023/666" in page


@pytest.mark.parametrize("role", ["reader", "planner", "administrator"])
def test_of_secret_evidence_others_learn_only_that_it_is_there(signed_in, project, role):
    evidence = secret_lease(project)
    Evidence.objects.filter(pk=evidence.pk).update(file_name="hidden-ab.pdf", sha256="0" * 64)
    answer = signed_in(role).get(page_of("g3"))
    assert "secret, diary number secret" in words(answer)
    page = answer.content.decode()
    for kept_back in ("Hidden", "666", "hidden-ab", f"evidence/{evidence.pk}/"):
        assert kept_back not in page


def test_a_document_is_filed_at_the_gate_and_withdrawn_with_a_reason(manager, project):
    asked = project.gates.get(key="g1").requirements.get(key="needs")
    filed = {"requirement": asked.pk, "title": "Needs", "dnr": "2022/1", "dated_on": "2022-05-01"}
    answer = manager.post(page_of("g1") + "evidence/", filed)
    assert answer["Location"] == page_of("g1") + "#criteria"
    address = f"{SLOT}evidence/{Evidence.objects.get().pk}/withdrawal/"
    refused = manager.post(address, {"why": ""})
    assert refused.status_code == 400
    assert Evidence.objects.get().withdrawn_at is None
    assert manager.post(address, {"why": "Wrong place"})["Location"].endswith("#criteria")
    assert "Wrong place" in words(manager.get(page_of("g1")))
    assert manager.post(address, {"why": "Again"}).status_code == 409


def test_a_document_for_another_gate_is_refused_here(manager, project):
    other = project.gates.get(key="g2").requirements.get()
    filed = {"requirement": other.pk, "title": "Needs", "dnr": "2022/1", "dated_on": "2022-05-01"}
    assert manager.post(page_of("g1") + "evidence/", filed).status_code == 400


def test_whoever_may_not_see_a_secret_may_not_withdraw_it(signed_in, project):
    address = f"{SLOT}evidence/{secret_lease(project).pk}/withdrawal/"
    assert signed_in("planner").post(address, {"why": "No"}).status_code == 403


# --- deciding -------------------------------------------------------------------------------------


def test_a_decision_is_recorded_with_who_and_by_which_delegation(manager, project):
    answer = manager.post(page_of("g1") + "decisions/", decision())
    assert answer["Location"] == page_of("g1")
    made = GateDecision.objects.get()
    assert (made.outcome, made.decided_by, made.recorded_by) == (
        "hold", "Director Lund", "the-programme-manager",
    )  # fmt: skip
    page = words(manager.get(page_of("g1")))
    assert "The decision is on record." in page
    assert "Ask the landlord again" in page


@pytest.mark.parametrize("role", ["reader", "planner", "administrator"])
def test_only_the_programme_manager_decides(signed_in, project, role):
    person = signed_in(role)
    assert "Record the decision" not in words(person.get(page_of("g1")))
    assert person.post(page_of("g1") + "decisions/", decision()).status_code == 403
    assert not GateDecision.objects.exists()


def test_go_without_the_evidence_is_refused_and_what_was_typed_is_kept(manager, project):
    answer = manager.post(page_of("g1") + "decisions/", decision("go"))
    assert answer.status_code == 409
    assert "asks for documents that were not there on" in words(answer)
    assert "Needs analysis, Note of the talk" in words(answer)
    assert value_of(answer, "decided_by") == "Director Lund"
    assert "Ask the landlord again" in words(answer)


@pytest.mark.parametrize("missing", ["outcome", "decided_on", "decided_by", "delegation"])
def test_a_decision_that_lacks_something_comes_back_with_the_field_named(manager, project, missing):
    answer = manager.post(page_of("g1") + "decisions/", decision(**{missing: ""}))
    assert answer.status_code == 400
    assert f'href="#decision-{missing}"' in answer.content.decode()
    assert not GateDecision.objects.exists()


def test_of_two_who_decide_at_once_the_second_sees_what_the_first_did(manager, project):
    seen = decision("stop")
    decided_by_somebody_else(project.gates.get(key="g1"))
    answer = manager.post(page_of("g1") + "decisions/", seen)
    assert answer.status_code == 409
    page = words(answer)
    assert "Decided in the meantime" in page
    assert "Director Berg" in page
    assert value_of(answer, "delegation") == "Delegation 7"
    assert "Ask the landlord again" in page
    assert [row.outcome for row in GateDecision.objects.all()] == ["hold"]
    again = manager.post(page_of("g1") + "decisions/", seen | {"expected": "1"})
    assert again.status_code == 302


def test_the_form_of_a_conflict_counts_the_decision_its_reader_now_sees(manager, project):
    decided_by_somebody_else(project.gates.get(key="g1"))
    answer = manager.post(page_of("g1") + "decisions/", decision())
    assert value_of(answer, "expected") == "1"


def test_what_was_typed_is_kept_even_when_the_other_let_the_gate_pass(manager, project):
    gate = project.gates.get(key="g1")
    file_all(gate)
    decided_by_somebody_else(gate, "go")
    answer = manager.post(page_of("g1") + "decisions/", decision())
    assert answer.status_code == 409
    assert value_of(answer, "decided_by") == "Director Lund"
    assert "Record the decision" not in words(answer)


def test_a_gate_that_passed_leads_to_the_next(manager, project):
    assert "Next: G" not in words(manager.get(page_of("g1")))
    pass_gate(project.gates.get(key="g1"))
    page = manager.get(page_of("g1"))
    assert "Next: G2" in words(page)
    assert f'href="{page_of("g2")}"' in page.content.decode()


def test_a_gate_that_passed_offers_no_decision(manager, project):
    gate = project.gates.get(key="g1")
    file_all(gate)
    decided_by_somebody_else(gate, "go")
    page = words(manager.get(page_of("g1")))
    assert "passed 2 Jan 2023" in page
    assert "Record the decision" not in page


# --- the gate that writes into the register -------------------------------------------------------


@pytest.fixture
def at_the_door(project):
    """The project with only the opening left to decide."""
    gate = pass_gates_before(project, "g7")
    file_all(gate)
    return gate


def opening(**more):
    return decision("go", happened_on="2023-01-02", inaugurated_on="2023-01-20",
                    locality="Northtown", **more)  # fmt: skip


def test_what_the_opening_counts_for_is_asked_and_nothing_is_preselected(manager, project):
    page = manager.get(page_of("g7")).content.decode()
    assert 'name="attribution"' in page
    assert "checked" not in page
    assert "Counts for no clause" in page


def test_an_opening_without_an_answer_is_refused_at_the_question(manager, at_the_door):
    answer = manager.post(page_of("g7") + "decisions/", opening())
    assert answer.status_code == 400
    assert 'href="#register-attribution"' in answer.content.decode()
    assert value_of(answer, "inaugurated_on") == "2023-01-20"
    assert not Office.objects.exists()


@pytest.mark.parametrize("counts", [True, False])
def test_an_opening_is_written_into_the_register_with_the_answer(manager, at_the_door, counts):
    clause = Clause.objects.get()
    answer = f"clause:{clause.pk}" if counts else "none"
    sent = manager.post(page_of("g7") + "decisions/", opening(attribution=answer))
    assert sent.status_code == 302
    project = Project.objects.get(pk=at_the_door.project_id)
    assert (project.opened_to_public, project.inaugurated) == (DAY, date(2023, 1, 20))
    assert Attribution.objects.filter(clause=clause).count() == int(counts)
    office = manager.get(f"/offices/{project.office.key}/")
    assert office.status_code == 200


def test_holding_at_the_door_asks_nothing_for_the_register(manager, at_the_door):
    sent = manager.post(page_of("g7") + "decisions/", decision("hold"))
    assert sent.status_code == 302
    assert not Office.objects.exists()


def test_latitude_and_longitude_belong_together(manager, at_the_door):
    sent = opening(attribution="none", lat="60.1")
    answer = manager.post(page_of("g7") + "decisions/", sent)
    assert answer.status_code == 400
    assert 'href="#register-lon"' in answer.content.decode()


def test_what_the_register_refuses_is_said_and_nothing_is_written(manager, at_the_door):
    sent = opening(attribution="none", office_key="north") | {"happened_on": "2023-03-09"}
    answer = manager.post(page_of("g7") + "decisions/", sent)
    assert answer.status_code == 400
    assert "2023-03-09 has not come yet" in words(answer)
    assert not GateDecision.objects.filter(gate=at_the_door).exists()
