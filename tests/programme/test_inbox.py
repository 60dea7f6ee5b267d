"""Everything that waits for a manager stands in the inbox, in the language of the reader."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from knutpunkt.mandates.models import Clause, ReportLodging
from knutpunkt.network.models import ServiceAgreement
from knutpunkt.programme.models import Activity, Programme, Project, StoredForecast
from knutpunkt.programme.selectors.inbox import inbox
from knutpunkt.programme.selectors.items import ORDER
from knutpunkt.programme.services.changes import change_ask, change_decide
from knutpunkt.programme.services.control import baseline_adopt, status_report
from knutpunkt.programme.services.evidence import evidence_file
from knutpunkt.programme.services.money import lease_sign
from knutpunkt.programme.services.premises import premises_propose, premises_reject
from knutpunkt.programme.services.starting import programme_create, project_start
from support.network import happened, made_office
from support.programme import file_all, made_programme, pass_gate, project_of

START = date(2022, 1, 10)
BY = {"by": "a test"}
MOST_QUERIES = 30


def kinds(on, programme=None):
    return [item.kind for item in inbox(on, programme=programme)]


def found(on, kind, programme=None):
    (item,) = [item for item in inbox(on, programme=programme) if item.kind == kind]
    return item


def adopt(programme, **days):
    plan = {("northtown", gate): day for gate, day in days.items()}
    told = {"name": "Plan", "cause": "Start", "adopted_on": START, **BY}
    return baseline_adopt(programme=programme, days=plan, **told)


def forecast(programme, as_of, p50, **more):
    row = {"key": "northtown", "name": "Northtown", "state": "under way", "p50": p50, **more}
    return StoredForecast.objects.create(
        programme=programme, as_of=as_of, runs=10, seed=1, engine="x", inputs_hash="y",
        result={"slots": [row]}, made_by="a test",
    )  # fmt: skip


def test_nothing_waits_in_a_programme_that_has_just_begun(small_programme):
    assert inbox(START, programme=small_programme) == ()


# --- status and gates -----------------------------------------------------------------------------


def test_a_status_older_than_thirty_days_is_noted(small_programme):
    for slot in ("northtown", "southtown"):
        project = project_of(small_programme, slot)
        status_report(project=project, as_of=date(2022, 3, 1), light="green", **BY)
    assert "status-old" not in kinds(date(2022, 3, 31))
    assert kinds(date(2022, 4, 1)).count("status-old") == 2
    status_report(project=project, as_of=date(2022, 4, 1), light="green", **BY)
    item = found(date(2022, 4, 1), "status-old")
    assert item.sentence == "The newest status report on “Northtown” is from 2022-03-01."
    assert item.since == date(2022, 4, 1)


def test_a_gate_the_baseline_had_passed_asks_for_evidence_and_then_for_a_decision(small_programme):
    adopt(small_programme, g1=date(2022, 2, 14))
    assert "gate-evidence-overdue" not in kinds(date(2022, 2, 14))
    gate = project_of(small_programme, "northtown").gates.get(key="g1")
    item = found(date(2022, 2, 15), "gate-evidence-overdue")
    assert item.sentence == (
        "“Northtown” was to pass “G1 Needs are known” on 2022-02-14; evidence filed: 0 of 2."
    )
    assert (item.severity, item.target.kind, item.target.key) == ("late", "gate", str(gate.pk))
    file_all(gate, day=date(2022, 2, 10))
    assert "gate-decision-overdue" in kinds(date(2022, 2, 15))
    gate.refresh_from_db()
    pass_gate(gate, day=date(2022, 2, 15))
    assert not {"gate-evidence-overdue", "gate-decision-overdue"} & set(kinds(date(2022, 2, 16)))


def test_the_newest_baseline_says_what_is_overdue(small_programme):
    adopt(small_programme, g1=date(2022, 2, 14))
    adopt(small_programme, g1=date(2022, 5, 1))
    assert "gate-evidence-overdue" not in kinds(date(2022, 3, 1))


def test_the_sentence_follows_the_language_of_the_reader(small_programme):
    adopt(small_programme, g1=date(2022, 2, 14))
    item = found(date(2022, 2, 15), "gate-evidence-overdue")
    with translation.override("sv"):
        assert "G1 Behovet är klarlagt" in item.sentence


# --- what runs out --------------------------------------------------------------------------------


def test_an_agreement_is_announced_half_a_year_ahead(db):
    ServiceAgreement.objects.create(
        key="tax-2019", title_sv="Skatt", title_en="Tax", valid_from="2019-06-01",
        valid_to="2022-12-31", published_on="2019-05-01", recorded_by="a test",
    )  # fmt: skip
    last = date(2022, 12, 31)
    assert kinds(last - timedelta(days=181)) == []
    item = found(last - timedelta(days=180), "agreement-runs-out")
    assert item.sentence == "The agreement “Tax” runs out on 2022-12-31."
    assert kinds(last) == ["agreement-runs-out"]
    assert kinds(last + timedelta(days=1)) == []


def test_a_lease_is_announced_before_it_runs_out_and_before_notice_is_due(small_programme):
    slot = small_programme.slots.get(key="northtown")
    rooms = premises_propose(slot=slot, name="Square 1", **BY)
    lease_sign(
        programme=small_programme, premises=rooms, rent_per_month=1, starts_on=START,
        earliest_exit=date(2024, 12, 31), ends_on=date(2026, 12, 31), signed_on=START, **BY,
    )  # fmt: skip
    notice = found(date(2024, 2, 1), "notice-due", small_programme)
    assert notice.sentence == (
        "Notice must be given by 2024-03-31 to leave “Northtown” on 2024-12-31, the earliest day."
    )
    assert "notice-due" not in kinds(date(2024, 4, 1), small_programme)
    ends = found(date(2026, 8, 1), "lease-runs-out", small_programme)
    assert ends.sentence == "The lease of “Northtown” runs out on 2026-12-31."


def test_an_offer_that_expires_before_the_permit_is_seen_in_time(small_programme):
    slot = small_programme.slots.get(key="northtown")
    rooms = premises_propose(slot=slot, name="Square 1", offer_until=date(2022, 5, 1), **BY)
    item = found(date(2022, 2, 1), "offer-expires")
    assert item.severity == "soon"
    assert "stands until 2022-05-01; the plan has the permit on 2022-10-04." in item.sentence
    assert found(date(2022, 5, 2), "offer-expires").severity == "late"
    premises_reject(premises=rooms, why="Too small", **BY)
    assert "offer-expires" not in kinds(date(2022, 5, 2))


def test_an_offer_that_outlasts_the_permit_or_is_signed_does_not_wait(small_programme):
    slot = small_programme.slots.get(key="northtown")
    premises_propose(slot=slot, name="Long", offer_until=date(2023, 12, 1), **BY)
    signed = premises_propose(slot=slot, name="Signed", offer_until=date(2022, 3, 1), **BY)
    lease_sign(
        programme=small_programme, premises=signed, rent_per_month=1, starts_on=START,
        earliest_exit=date(2024, 12, 31), signed_on=START, **BY,
    )  # fmt: skip
    assert "offer-expires" not in kinds(date(2022, 2, 1))


def test_a_plan_that_cannot_be_reckoned_says_so_and_hides_nothing_else(small_programme):
    slot = small_programme.slots.get(key="northtown")
    premises_propose(slot=slot, name="Square 1", offer_until=date(2022, 5, 1), **BY)
    work = Activity.objects.filter(project__slot=slot, key="needs")
    project = work.get().project
    after = project.activities.get(key="opening")
    project.links.create(before=after, after=work.get())
    found_kinds = kinds(date(2022, 4, 1))
    assert {"plan-refused", "status-old"} <= set(found_kinds)


# --- decisions, reports, answers ------------------------------------------------------------------


def test_a_change_waits_for_a_decision_after_fourteen_days(small_programme):
    change = change_ask(programme=small_programme, kind="other", reason="x", asked_on=START, **BY)
    assert "change-undecided" not in kinds(START + timedelta(days=14))
    late = START + timedelta(days=15)
    assert found(late, "change-undecided").target.key == str(change.pk)
    change_decide(
        change=change, decision="refused", decided_on=late, decided_by="D", delegation="1", **BY
    )
    assert "change-undecided" not in kinds(late)


def test_a_report_is_due_until_it_is_lodged(small_programme):
    clause = Clause.objects.create(
        mandate=small_programme.mandate, key="final", type="report_due",
        window_to=date(2022, 6, 30), paraphrase_sv="x", paraphrase_en="x",
    )  # fmt: skip
    assert "report-due" not in kinds(date(2022, 4, 30))
    assert found(date(2022, 5, 1), "report-due").severity == "soon"
    late = found(date(2022, 7, 1), "report-due")
    assert late.sentence.endswith("was due on 2022-06-30 (final); no lodging is on record.")
    ReportLodging.objects.create(clause=clause, lodged_on="2022-06-28", recorded_by="a test")
    assert "report-due" not in kinds(date(2022, 7, 1))
    assert "report-due" in kinds(date(2022, 6, 27))


def test_replies_to_a_consultation_wait_until_they_come(municipality):
    office = made_office("north", municipality=municipality)
    happened(office, "opened", "2020-01-01")
    programme = programme_create(key="p", title_sv="P", title_en="P", starts_on=START, **BY)
    project = project_start(
        programme=programme, office=office, kind="close", ends_by=date(2023, 12, 31), **BY
    )
    project.slot.wave.starts_on = START
    project.slot.wave.save()
    on = date(2022, 3, 1)
    assert "reply-missing" not in kinds(on)
    project.activities.filter(key="consult").update(started_on=date(2022, 2, 1))
    assert kinds(on).count("reply-missing") == 3
    asked = project.gates.get(key="c2").requirements.exclude(key="region")
    for requirement in asked:
        evidence_file(
            requirement=requirement, title="Reply", dnr="1", dated_on=on, secret=False,
            upload=None, **BY,
        )  # fmt: skip
    assert found(on, "reply-missing").sentence == (
        "“North”: asked for on 2022-02-01 and still missing: Reply of the region."
    )


def test_an_opening_nobody_has_attributed_waits_for_an_answer(small_programme):
    office = made_office("north")
    project = project_of(small_programme, "northtown")
    Project.objects.filter(pk=project.pk).update(office=office, opened_to_public=START)
    assert found(START, "attribution-unanswered").severity == "late"
    small_programme.mandate.clauses.get(key="named").attributions.create(
        office=office, recorded_by="a test"
    )
    assert "attribution-unanswered" not in kinds(START)


# --- forecasts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p50", "waits"), [("2023-03-31", False), ("2023-04-01", True)])
def test_a_forecast_that_moves_more_than_thirty_days_later_is_noted(small_programme, p50, waits):
    forecast(small_programme, date(2022, 3, 1), "2023-03-01")
    forecast(small_programme, date(2022, 4, 1), p50)
    assert ("forecast-later" in kinds(date(2022, 4, 1))) is waits
    assert "forecast-later" not in kinds(date(2022, 3, 31))


def test_a_slot_whose_time_left_does_not_shrink_is_noted(small_programme):
    forecast(small_programme, date(2022, 3, 1), "2022-09-01")
    forecast(small_programme, date(2022, 4, 1), "2022-10-02")
    forecast(small_programme, date(2022, 5, 1), "2022-11-01")
    item = found(date(2022, 5, 1), "no-nearer")
    assert item.sentence == (
        "“Northtown” comes no nearer: 184 days to go as of 2022-03-01, 184 days now."
    )


def test_a_forecast_that_comes_nearer_or_an_open_slot_is_not_noted(small_programme):
    forecast(small_programme, date(2022, 3, 1), "2022-09-01")
    forecast(small_programme, date(2022, 5, 15), "2022-09-20")
    assert not {"no-nearer", "forecast-later"} & set(kinds(date(2022, 5, 15)))
    forecast(small_programme, date(2022, 6, 1), "2022-12-20", state="opened")
    assert not {"no-nearer", "forecast-later"} & set(kinds(date(2022, 6, 1)))


def test_a_slot_that_loses_its_even_chance_is_noted(small_programme):
    forecast(small_programme, date(2022, 3, 1), "2022-09-01")
    forecast(small_programme, date(2022, 5, 15), None)
    assert "now it has none in sight" in found(date(2022, 5, 15), "no-nearer").sentence


# --- the whole ------------------------------------------------------------------------------------


def test_the_most_pressing_and_longest_waiting_stand_first(small_programme):
    adopt(small_programme, g1=date(2022, 2, 14))
    change_ask(programme=small_programme, kind="other", reason="x", asked_on=START, **BY)
    items = inbox(date(2022, 4, 1))
    keys = [(ORDER.index(item.severity), item.since) for item in items]
    assert keys == sorted(keys)
    assert items[0].kind == "change-undecided"


def test_one_programme_does_not_see_what_waits_in_another(small_programme):
    other = made_programme("other", ("Elsewhere",))
    on = date(2022, 4, 1)
    assert {item.programme for item in inbox(on)} == {"small", "other"}
    assert {item.programme for item in inbox(on, programme=other)} == {"other"}


def busy(programme):
    """Make something of everything wait for every slot."""
    plan = {(slot.key, "g1"): START for slot in programme.slots.all()}
    told = {"name": "Plan", "cause": "Start", "adopted_on": START, **BY}
    baseline_adopt(programme=programme, days=plan, **told)
    for number, slot in enumerate(programme.slots.all()):
        premises_propose(slot=slot, name="Rooms", offer_until=date(2022, 5, 1), **BY)
        change_ask(programme=programme, kind="drop", slot=slot, reason="x", asked_on=START, **BY)
        office = made_office(f"{programme.key}-{number}")
        if number % 2:
            Project.objects.filter(slot=slot).update(office=office, opened_to_public=START)


def test_many_slots_take_no_more_queries_than_two(db):
    counted = {}
    for slug, number in (("two", 2), ("all", 30)):
        busy(made_programme(slug, [f"Town {slug} {n}" for n in range(number)]))
        programme = Programme.objects.select_related("mandate").get(key=slug)
        forecast(programme, START, "2023-01-01")
        with CaptureQueriesContext(connection) as asked:
            items = inbox(date(2022, 4, 1), programme=programme)
        counted[number] = len(asked)
        assert len(items) > 3 * number
    assert counted[30] == counted[2] <= MOST_QUERIES


def test_all_programmes_together_take_no_more_queries(db):
    for number in range(3):
        busy(made_programme(f"p-{number}", [f"Town {number}-{n}" for n in range(3)]))
    with CaptureQueriesContext(connection) as asked:
        inbox(date(2022, 4, 1))
    assert len(asked) <= MOST_QUERIES
