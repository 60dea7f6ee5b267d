"""Gates pass with evidence and a decision; the one before the door writes into the register."""

import threading
from datetime import date

import pytest
from django.db import connection

from knutpunkt.core.models import WrittenForGood
from knutpunkt.mandates.models import Attribution, Clause
from knutpunkt.mandates.selectors import check
from knutpunkt.network.closing import ClosingAgainstTheRule
from knutpunkt.network.models import OfficeEvent
from knutpunkt.network.selectors import network_on
from knutpunkt.network.services import Invalid
from knutpunkt.programme.models import GateDecision, Project
from knutpunkt.programme.selectors.progress import progress_of
from knutpunkt.programme.services.evidence import evidence_withdraw
from knutpunkt.programme.services.gates import (
    DecidedAhead,
    EarlierGateOpen,
    EvidenceMissing,
    GateChangedMeanwhile,
    GatePassed,
    gate_decide,
)
from knutpunkt.programme.services.registering import (
    AttributionUnanswered,
    DetailsMissing,
    OpeningDetails,
)
from knutpunkt.programme.services.starting import programme_create, project_start
from knutpunkt.programme.writing import ProjectOver
from support.network import happened, made_office
from support.programme import file_all, made_programme, pass_gate, pass_gates_before, project_of

DAY = date(2023, 1, 2)
WHO = {"decided_by": "Director", "delegation": "Delegation 1", "by": "a test"}


def opening(programme, **more):
    clause = Clause.objects.get(mandate__slug=programme.mandate.slug, key="named")
    return OpeningDetails(happened_on=DAY, **{"clause": clause, **more})


def decide(gate, outcome="go", **more):
    return gate_decide(
        gate=gate,
        **{
            "outcome": outcome,
            "decided_on": DAY,
            "expected": gate.decisions_made,
            **WHO,
            **more,
        },
    )


# --- evidence and order ---------------------------------------------------------------------------


def test_a_gate_passes_only_with_all_its_evidence(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    file_all(gate)[0].delete()
    with pytest.raises(EvidenceMissing, match="Needs analysis"):
        decide(gate)
    assert not GateDecision.objects.exists()


def test_a_document_from_after_the_decision_opens_no_gate(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    file_all(gate, day=date(2023, 1, 3))
    with pytest.raises(EvidenceMissing, match="2023-01-02"):
        decide(gate)


def test_what_a_gate_closes_is_finished_by_its_decision_where_nobody_reported_it(small_programme):
    project = project_of(small_programme, "northtown")
    project.activities.filter(key="needs").update(started_on=date(2022, 12, 1))
    pass_gate(project.gates.get(key="g1"))
    needs = project.activities.get(key="needs")
    assert (needs.started_on, needs.finished_on) == (date(2022, 12, 1), DAY)


def test_withdrawn_evidence_no_longer_counts(small_programme):
    project = project_of(small_programme, "northtown")
    gate = project.gates.get(key="g1")
    filed = file_all(gate)
    full = progress_of([project])[project.pk].share
    evidence_withdraw(evidence=filed[0], why="Wrong document", by="a test")
    assert progress_of([project])[project.pk].share < full
    with pytest.raises(EvidenceMissing):
        decide(gate)


def test_progress_is_the_share_of_evidence_filed(small_programme, django_assert_num_queries):
    project = project_of(small_programme, "northtown")
    file_all(project.gates.get(key="g1"))
    file_all(project.gates.get(key="g1"))  # a second document for the same thing adds nothing
    asked = sum(gate.requirements.count() for gate in project.gates.all())
    projects = list(Project.objects.all())
    with django_assert_num_queries(2):
        found = progress_of(projects)
    assert found[project.pk].filed == 2
    assert found[project.pk].share == pytest.approx(2 / asked)


def test_gates_pass_in_their_order(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g2")
    file_all(gate)
    with pytest.raises(EarlierGateOpen, match="G1"):
        decide(gate)


def test_a_decision_is_not_dated_tomorrow_nor_before_the_last_one(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    with pytest.raises(DecidedAhead):
        decide(gate, "hold", decided_on=date(2999, 1, 1))
    decide(gate, "hold")
    gate.refresh_from_db()
    with pytest.raises(DecidedAhead, match="2023-01-02"):
        decide(gate, "hold", decided_on=date(2022, 12, 31))


def test_a_decision_names_who_and_by_which_delegation(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    with pytest.raises(Invalid, match="delegation"):
        decide(gate, "hold", delegation="")


def test_a_gate_that_passed_is_decided_no_more(small_programme):
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    pass_gate(gate)
    gate.refresh_from_db()
    with pytest.raises(GatePassed):
        decide(gate, "stop")


def test_stop_ends_the_project_and_recycle_reopens_the_work(small_programme):
    project = project_of(small_programme, "northtown")
    gate = project.gates.get(key="g1")
    project.activities.filter(key="needs").update(started_on=DAY, finished_on=DAY)
    decide(gate, "recycle")
    assert project.activities.get(key="needs").finished_on is None
    gate.refresh_from_db()
    decide(gate, "stop")
    project.refresh_from_db()
    assert project.stopped_on == DAY
    gate.refresh_from_db()
    with pytest.raises(ProjectOver):
        decide(gate)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_is_told_and_nothing_is_lost():
    programme = made_programme("race", ("Northtown",))
    gate = project_of(programme, "northtown").gates.get(key="g1")
    barrier, told, made = threading.Barrier(4), [], []

    def press(name):
        barrier.wait()
        try:
            made.append(decide(gate, "hold", expected=0, by=name))
        except GateChangedMeanwhile as conflict:
            told.append(str(conflict))
        finally:
            connection.close()

    pressing = [threading.Thread(target=press, args=(f"manager {n}",)) for n in range(4)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert (len(made), len(told)) == (1, 3)
    assert GateDecision.objects.filter(gate=gate).count() == 1
    assert all("Director" in sentence for sentence in told)


# --- the register ---------------------------------------------------------------------------------


def test_the_last_gate_before_the_door_puts_the_office_into_the_register(small_programme):
    project = project_of(small_programme, "northtown")
    gate = pass_gates_before(project, "g7")
    details = opening(small_programme, office_key="northtown", inaugurated_on=date(2022, 12, 20))
    pass_gate(gate, opening=details)
    project.refresh_from_db()
    assert (project.opened_to_public, project.inaugurated) == (DAY, date(2022, 12, 20))
    assert network_on(DAY).office("northtown").open == "yes"
    assert network_on(date(2023, 1, 1)).office("northtown").open == "no"
    counted = check("small", on=DAY)
    assert [view.office for view in counted.attributions] == ["northtown"]


def test_an_opening_without_an_answer_about_the_commission_is_refused(small_programme):
    project = project_of(small_programme, "northtown")
    gate = pass_gates_before(project, "g7")
    for details in (
        opening(small_programme, clause=None),
        opening(small_programme, counts_for_none=True),
    ):
        gate.refresh_from_db()
        with pytest.raises(AttributionUnanswered):
            pass_gate(gate, opening=details)
    assert not OfficeEvent.objects.exists()
    assert not GateDecision.objects.filter(gate=gate).exists()


def test_an_opening_may_count_for_no_clause(small_programme):
    gate = pass_gates_before(project_of(small_programme, "northtown"), "g7")
    pass_gate(gate, opening=opening(small_programme, clause=None, counts_for_none=True))
    assert not Attribution.objects.exists()


@pytest.mark.parametrize("details", [None, OpeningDetails(happened_on=date(2999, 1, 1))])
def test_the_register_is_told_only_what_has_happened(small_programme, details):
    gate = pass_gates_before(project_of(small_programme, "northtown"), "g7")
    with pytest.raises(DetailsMissing):
        pass_gate(gate, opening=details)
    assert not OfficeEvent.objects.exists()


def test_a_project_is_complete_when_its_last_gate_has_passed(small_programme):
    project = project_of(small_programme, "northtown")
    pass_gate(pass_gates_before(project, "g7"), opening=opening(small_programme))
    pass_gate(project.gates.get(key="g8"), day=date(2023, 4, 3))
    project.refresh_from_db()
    assert project.completed_on == date(2023, 4, 3)


# --- moving and closing ---------------------------------------------------------------------------


def open_office(municipality, key="north"):
    office = made_office(key, municipality=municipality, street="Old street 1")
    happened(office, "opened", "2020-01-01")
    return office


def office_project(office, kind):
    programme = programme_create(
        key="p", title_sv="P", title_en="P", starts_on=date(2022, 1, 1), by="a test"
    )
    return project_start(
        programme=programme, office=office, kind=kind, by="a test", ends_by=date(2023, 12, 31)
    )


def test_a_move_gives_the_office_its_new_address_from_the_day(municipality):
    office = open_office(municipality)
    gate = pass_gates_before(office_project(office, "move"), "m5")
    pass_gate(gate, opening=OpeningDetails(DAY, street="New street 2"))
    assert network_on(DAY).office("north").address.street == "New street 2"
    assert network_on(date(2022, 6, 1)).office("north").address.street == "Old street 1"


def test_a_closing_follows_the_closing_rule(municipality):
    office = open_office(municipality)
    gate = pass_gates_before(office_project(office, "close"), "c5")
    by_director = OpeningDetails(DAY, decider="director-general", another_remains=False)
    with pytest.raises(ClosingAgainstTheRule):
        pass_gate(gate, opening=by_director)
    gate.refresh_from_db()
    pass_gate(gate, opening=OpeningDetails(DAY, decider="board", another_remains=False))
    assert network_on(date(2023, 1, 3)).office("north").open == "no"


def test_decisions_and_log_are_written_for_good(small_programme):
    entry = small_programme.log.first()
    entry.kind = "another"
    with pytest.raises(WrittenForGood):
        entry.save()
    with pytest.raises(WrittenForGood):
        entry.delete()
