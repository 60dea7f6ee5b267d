"""Plans are adopted and never changed; changes are asked for, decided once, and take effect."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core.models import WrittenForGood
from knutpunkt.network.services import Invalid
from knutpunkt.programme.log import log_verify
from knutpunkt.programme.models import Activity, BaselineLine, Project, Risk
from knutpunkt.programme.planned import planned_of
from knutpunkt.programme.selectors.control import earned, slips, status_ages
from knutpunkt.programme.services.changes import (
    ChangeDecidedAlready,
    ChangeImpossible,
    ChangeIncomplete,
    DecidedBeforeAsked,
    change_ask,
    change_decide,
)
from knutpunkt.programme.services.control import (
    BaselineEmpty,
    BaselineLineUnknown,
    ImpactOutOfOrder,
    RiskClosed,
    StatusAlreadyNewer,
    _fingerprint,
    baseline_adopt,
    baseline_verify,
    risk_close,
    risk_record,
    status_report,
)
from knutpunkt.programme.services.money import StrangerToProgramme
from support.programme import made_programme, pass_gate, project_of

START = date(2022, 1, 10)
BY = {"by": "a test"}
DECIDER = {"decided_by": "Director", "delegation": "Delegation 1", **BY}


def adopt(programme, on=START, **more):
    told = {"name": "First plan", "cause": "The commission", "adopted_on": on, **BY, **more}
    return baseline_adopt(programme=programme, **told)


def ask(programme, kind, slot=None, **more):
    told = {"reason": "No premises", "asked_on": START, **BY, **more}
    place = programme.slots.get(key=slot) if slot else None
    return change_ask(programme=programme, kind=kind, slot=place, **told)


def decide(change, decision="approved", on=START, **more):
    return change_decide(change=change, decision=decision, decided_on=on, **{**DECIDER, **more})


# --- status ---------------------------------------------------------------------------------------


def test_status_is_old_from_the_thirty_first_day(small_programme):
    project = project_of(small_programme, "northtown")
    status_report(project=project, as_of=date(2022, 3, 1), light="amber", **BY)
    ages = {}
    for day in (30, 31):
        on = date(2022, 3, 1) + timedelta(days=day)
        ages[day] = next(a for a in status_ages([small_programme], on) if a.project == project)
    assert (ages[30].old, ages[31].old) == (False, True)


def test_status_without_a_report_ages_from_the_start_of_the_work(
    small_programme, django_assert_num_queries
):
    with django_assert_num_queries(1):
        ages = status_ages([small_programme], START + timedelta(days=31))
    assert [(age.newest, age.days, age.old) for age in ages] == [(None, 31, True)] * 2


def test_status_is_not_reported_behind_a_newer_one(small_programme):
    project = project_of(small_programme, "northtown")
    status_report(project=project, as_of=date(2022, 3, 1), light="green", **BY)
    with pytest.raises(StatusAlreadyNewer, match="2022-03-01"):
        status_report(project=project, as_of=date(2022, 2, 1), light="red", **BY)
    with pytest.raises(Invalid, match="light"):
        status_report(project=project, as_of=date(2022, 4, 1), light="pink", **BY)


# --- baselines ------------------------------------------------------------------------------------


def test_a_baseline_holds_the_days_of_the_critical_path(small_programme):
    baseline = adopt(small_programme)
    planned = planned_of(small_programme, on=START)
    lines = {(row.slot.key, row.gate): row.day for row in baseline.lines.select_related("slot")}
    assert lines == planned.days
    # Needs analysis: 25 working days from Tuesday 11 January 2022 on.
    assert lines["northtown", "g1"] == date(2022, 2, 14)
    # 25 + 20 + 60 + 45 + 65 + 5 + 12 + 3 working days: needs to works, IT 5 days on, opening.
    assert lines["northtown", "open"] == lines["northtown", "g7"] == date(2023, 1, 11)


def test_a_gate_that_closes_several_activities_waits_for_the_last(small_programme):
    project = project_of(small_programme, "northtown")
    Activity.objects.filter(project=project, key="permit").update(mode=200, high=300)
    planned = planned_of(small_programme, on=START)
    assert planned.days["northtown", "g4"] == planned.finishes[project.pk, "permit"]
    assert planned.finishes[project.pk, "tender"] < planned.days["northtown", "g4"]


def test_baselines_are_many_and_written_for_good(small_programme):
    first = adopt(small_programme)
    second = adopt(small_programme, days={("northtown", "open"): date(2023, 5, 1)}, name="Second")
    assert (first.number, second.number) == (1, 2)
    line = first.lines.first()
    for record in (first, line):
        with pytest.raises(WrittenForGood):
            record.save()
        with pytest.raises(WrittenForGood):
            record.delete()
    assert baseline_verify(first)
    assert baseline_verify(second)


def test_a_line_altered_behind_the_back_is_noticed(small_programme):
    baseline = adopt(small_programme)
    line = BaselineLine.objects.filter(baseline=baseline).first()
    BaselineLine.objects.filter(pk=line.pk).update(day=line.day + timedelta(days=1))
    assert not baseline_verify(baseline)


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["g1", "open"])), st.dates(), min_size=1
    )
)
def test_the_fingerprint_knows_the_lines_and_not_their_order(plan):
    backwards = dict(reversed(plan.items()))
    assert _fingerprint(backwards) == _fingerprint(plan)
    key = next(iter(plan))
    other = date.fromordinal(plan[key].toordinal() % 700_000 + 1)
    assert _fingerprint({**plan, key: other}) != _fingerprint(plan)


@pytest.mark.parametrize("line", [("nowhere", "open"), ("northtown", "g99")])
def test_a_line_of_an_unknown_slot_or_gate_is_refused(small_programme, line):
    with pytest.raises(BaselineLineUnknown, match=line[1]):
        adopt(small_programme, days={line: START})
    with pytest.raises(BaselineEmpty):
        adopt(small_programme, days={})
    assert not small_programme.baselines.exists()


def test_slip_is_the_distance_to_the_baseline_in_force(small_programme):
    adopt(small_programme)
    adopt(small_programme, date(2022, 6, 1), name="Second")
    late = slips(small_programme, planned_of(small_programme, on=date(2022, 3, 1)), START)
    # Work that has not started starts on 2 March: 25 working days end on 5 April, not 14 February.
    assert {slip.days for slip in late if slip.gate == "g1"} == {50}
    later = planned_of(small_programme, on=date(2022, 6, 1))
    assert {slip.days for slip in slips(small_programme, later, date(2022, 6, 1))} == {0}


def test_what_has_finished_keeps_its_day_in_the_plan(small_programme):
    project = project_of(small_programme, "northtown")
    work = project.activities.filter(key="needs")
    work.update(started_on=date(2022, 1, 12), finished_on=date(2022, 3, 3))
    planned = planned_of(small_programme, on=date(2022, 3, 3))
    assert planned.finishes[project.pk, "needs"] == date(2022, 3, 3)
    before = planned_of(small_programme, on=date(2022, 3, 2))
    assert before.finishes[project.pk, "needs"] == date(2022, 3, 2)


def test_earned_schedule_counts_gates_in_weeks(small_programme):
    gates = [f"g{number}" for number in range(1, 5)]
    days = {
        (slot, gate): START + timedelta(weeks=4 * number, days=-1)
        for slot in ("northtown", "southtown")
        for number, gate in enumerate(gates, start=1)
    }
    adopt(small_programme, days=days)
    assert earned(small_programme, START + timedelta(days=3)) is None
    for slot in ("northtown", "southtown"):
        pass_gate(project_of(small_programme, slot).gates.get(key="g1"), day=date(2022, 3, 1))
    found = earned(small_programme, START + timedelta(weeks=8, days=-1))
    assert (found.earned, found.elapsed, found.index) == (pytest.approx(7), 8, pytest.approx(7 / 8))


def test_there_is_no_earned_schedule_without_a_plan(small_programme):
    assert earned(small_programme, date(2022, 6, 1)) is None


# --- changes --------------------------------------------------------------------------------------


def test_an_approved_drop_ends_slot_and_project(small_programme):
    change = ask(small_programme, "drop", "northtown", effect={"clauses": {"named": [0.8, 0.0]}})
    decide(change, on=date(2022, 2, 1))
    project = project_of(small_programme, "northtown")
    assert project.slot.dropped_on == project.stopped_on == date(2022, 2, 1)
    assert project.slot.dropped_why == "No premises"
    change.refresh_from_db()
    assert change.effect == {"clauses": {"named": [0.8, 0.0]}}
    assert ("northtown", "g1") not in planned_of(small_programme, on=date(2022, 2, 1)).days
    log_verify(small_programme)


def test_a_refused_change_changes_nothing(small_programme):
    decide(ask(small_programme, "drop", "northtown"), "refused")
    project = project_of(small_programme, "northtown")
    assert (project.slot.dropped_on, project.stopped_on) == (None, None)


def test_a_substitution_keeps_the_slot(small_programme):
    other = project_of(small_programme, "southtown").slot.municipality
    slot = small_programme.slots.get(key="northtown")
    details = {"municipality": other.code, "name": "Southtown centre", "place": "The square"}
    decide(ask(small_programme, "substitute", "northtown", details=details))
    project = project_of(small_programme, "northtown")
    assert project.slot_id == slot.pk
    assert (project.slot.municipality, project.slot.name) == (other, "Southtown centre")
    assert project.version == 1


def test_a_delay_holds_back_the_first_activity_that_has_not_started(small_programme):
    project = project_of(small_programme, "northtown")
    project.activities.filter(key="needs").update(started_on=START)
    decide(ask(small_programme, "delay", "northtown", details={"not_before": "2022-09-05"}))
    held = project.activities.exclude(not_before=None).get()
    assert (held.key, held.not_before) == ("requirements", date(2022, 9, 5))
    planned = planned_of(small_programme, on=date(2022, 2, 1))
    assert planned.days["northtown", "g2"] == date(2022, 9, 30)  # 20 working days from the 5th


def test_an_insertion_adds_a_slot_with_its_project(small_programme):
    wave = small_programme.waves.get().number
    details = {"name": "Spare", "wave": wave, "clause": "named"}
    decide(ask(small_programme, "insert", details=details))
    project = project_of(small_programme, "spare")
    assert (project.kind, project.slot.clause.key) == ("open", "named")
    assert project.gates.count() == project_of(small_programme, "northtown").gates.count()


@pytest.mark.parametrize(
    ("kind", "slot", "details", "missing"),
    [
        ("drop", None, {}, "slot"),
        ("substitute", "northtown", {}, "municipality"),
        ("substitute", "northtown", {"municipality": "9999"}, "municipality"),
        ("delay", "northtown", {"not_before": "soon"}, "not_before"),
        ("insert", None, {"wave": 1}, "name"),
        ("insert", None, {"name": "Spare", "wave": "x"}, "wave"),
        ("insert", None, {"name": "Spare", "wave": 1, "clause": "none"}, "clause"),
    ],
)
def test_a_change_that_does_not_say_what_is_refused(small_programme, kind, slot, details, missing):
    with pytest.raises(ChangeIncomplete, match=missing):
        ask(small_programme, kind, slot, details=details)
    assert not small_programme.changes.exists()


def test_an_office_that_is_open_is_neither_dropped_nor_delayed(small_programme):
    late = ask(small_programme, "drop", "northtown")
    Project.objects.filter(slot__key="northtown").update(opened_to_public=date(2022, 5, 2))
    with pytest.raises(ChangeImpossible, match="2022-05-02"):
        decide(late)
    late.refresh_from_db()
    assert late.decision == ""
    with pytest.raises(ChangeImpossible):
        ask(small_programme, "delay", "northtown", details={"not_before": "2023-01-01"})


def test_a_slot_of_another_programme_is_refused(small_programme):
    other = made_programme("other", ("Elsewhere",))
    with pytest.raises(StrangerToProgramme, match="Elsewhere"):
        change_ask(
            programme=small_programme, slot=other.slots.get(), kind="drop", reason="x",
            asked_on=START, **BY,
        )  # fmt: skip


def test_a_decision_needs_a_day_after_the_question_and_a_delegation(small_programme):
    change = ask(small_programme, "other")
    with pytest.raises(DecidedBeforeAsked):
        decide(change, on=START - timedelta(days=1))
    with pytest.raises(Invalid):
        decide(change, delegation="")
    with pytest.raises(Invalid, match="decision"):
        decide(change, "perhaps")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_a_change_one_is_told():
    programme = made_programme("race", ("Northtown",))
    change = ask(programme, "drop", "northtown")
    barrier, told, made = threading.Barrier(4), [], []

    def press(name):
        barrier.wait()
        try:
            made.append(decide(change, decided_by=name))
        except ChangeDecidedAlready as conflict:
            told.append(conflict)
        finally:
            connection.close()

    pressing = [threading.Thread(target=press, args=(f"manager {n}",)) for n in range(4)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert (len(made), len(told)) == (1, 3)
    assert {conflict.status for conflict in told} == {409}
    assert all(made[0].decided_by in str(conflict) for conflict in told)
    assert programme.log.filter(kind="change-decided").count() == 1


# --- risks ----------------------------------------------------------------------------------------


def risk(programme, **more):
    told = {
        "key": "permit-office",
        "name": "The permit office is overloaded",
        "cause": "permit-office",
        "probability": 0.3,
        "impact": (10, 20, 60),
        **BY,
        **more,
    }
    return risk_record(programme=programme, **told)


def test_a_risk_is_kept_once_and_the_log_keeps_what_was_thought(small_programme):
    risk(small_programme, slots=small_programme.slots.all(), activity="permit")
    again = risk(small_programme, probability=0.5, slots=[])
    assert (Risk.objects.get(), again.probability, again.slots.count()) == (again, 0.5, 0)
    assert again.activity == "permit"
    said = small_programme.log.filter(kind="risk-recorded").order_by("number")
    assert [entry.details["probability"] for entry in said] == [0.3, 0.5]


def test_a_risk_is_closed_once(small_programme):
    found = risk(small_programme)
    risk_close(risk=found, closed_on=date(2022, 5, 1), **BY)
    with pytest.raises(RiskClosed, match="2022-05-01"):
        risk_close(risk=found, closed_on=date(2022, 6, 1), **BY)
    with pytest.raises(RiskClosed):
        risk(small_programme)


def test_a_risk_has_an_impact_from_low_to_high_and_a_probability(small_programme):
    with pytest.raises(ImpactOutOfOrder, match="30, 20, 60"):
        risk(small_programme, impact=(30, 20, 60))
    with pytest.raises(Invalid):
        risk(small_programme, probability=1.5)
    other = made_programme("other", ("Elsewhere",))
    with pytest.raises(StrangerToProgramme):
        risk(small_programme, slots=other.slots.all())
