"""Money, leases and risks: what is expected against what is given, and what leaving would cost."""

from datetime import date

import pytest

from knutpunkt.programme.models import CostLine, Lease, Premises, Risk
from knutpunkt.programme.services.control import risk_record
from knutpunkt.programme.services.money import appropriation_set, cost_record, lease_sign
from support.pages import every_variable_is_there, quick_hash, rows, value_of, words

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/money/"
COST = {"year": "2022", "item": "1:15", "kind": "plan", "amount": "5000000", "slot": "", "note": ""}
RISK = {
    "name": "Permit offices are slow",
    "cause": "permit office",
    "probability": "30",
    "low": "5",
    "mode": "10",
    "high": "40",
    "activity": "permit",
    "slots": ["northtown"],
    "basis": "expert",
    "owner": "",
    "action": "",
}

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
def rooms(small_programme):
    return Premises.objects.create(
        slot=small_programme.slots.get(key="northtown"), name="High Street 1", recorded_by="a test"
    )


def test_a_stranger_is_sent_to_the_login(small_programme, client):
    assert client.get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_an_empty_programme_says_that_nothing_is_on_record(manager):
    page = words(manager.get(PAGE))
    for sentence in ("No amount is on record.", "No lease is on record.", "No risk is on record."):
        assert sentence in page


def test_the_difference_has_a_sign_and_says_what_it_is_against(manager, small_programme):
    cost_record(programme=small_programme, year=2022, item="a", kind="plan", amount=7, by="a test")
    appropriation_set(programme=small_programme, year=2022, item="a", amount=5, by="a test")
    (row,) = rows(manager.get(PAGE))[:1]
    assert "−SEK 2" in row
    assert "against the plan" in row


def test_an_amount_is_recorded(manager):
    answer = manager.post(PAGE + "costs/", {**COST, "slot": "northtown"})
    assert answer["Location"] == PAGE + "#costs"
    line = CostLine.objects.get()
    assert (line.amount, line.project.slot.key) == (5_000_000, "northtown")


def test_an_amount_that_is_none_is_refused_and_the_form_unfolded(manager):
    answer = manager.post(PAGE + "costs/", {**COST, "amount": "much"})
    assert answer.status_code == 400
    assert value_of(answer, "item") == "1:15"
    assert b'<details class="asks" open>' in answer.content
    assert not CostLine.objects.exists()


@pytest.mark.parametrize(
    ("form", "path"), [(COST, "money/costs/"), (RISK, "risks/"), ({}, "money/leases/")]
)
def test_a_planner_reads_but_records_nothing(signed_in, small_programme, form, path):
    client = signed_in("planner")
    assert client.post(f"/programme/small/{path}", form).status_code == 403
    assert "Record an amount" not in words(client.get(PAGE))


def test_a_lease_is_recorded_and_its_exposure_shown_by_year(manager, rooms):
    terms = {
        "premises": str(rooms.pk),
        "rent_per_month": "10000",
        "starts_on": "2022-01-01",
        "earliest_exit": "2023-12-31",
        "notice_months": "0",
        "restoration_cost": "0",
        "reuse_value": "0",
        "signed_on": "2022-01-01",
    }
    assert manager.post(PAGE + "leases/", terms)["Location"] == PAGE + "#leases"
    page = manager.get(PAGE)
    # From 1 March 2022 to 31 December 2023 are 22 months.
    assert "SEK 220,000" in words(page)
    assert b'role="img" aria-label="What leaving all signed leases would cost' in page.content
    # The columns of the drawing and the rows of the table beside it are the same years.
    years = [row for row in rows(page) if row.startswith("31 December")]
    assert len(years) == page.content.decode().count('<path class="column"') == 8


def test_a_lease_of_nothing_is_refused_in_its_place(manager):
    terms = {
        "rent_per_month": "1",
        "starts_on": "2022-01-01",
        "earliest_exit": "2023-12-31",
        "notice_months": "0",
        "restoration_cost": "0",
        "reuse_value": "0",
    }
    answer = manager.post(PAGE + "leases/", terms)
    assert answer.status_code == 400
    assert "neither of which premises nor of which office" in words(answer)
    assert not Lease.objects.exists()


def test_a_lease_whose_days_cross_is_refused(manager, rooms):
    terms = {
        "premises": str(rooms.pk),
        "rent_per_month": "1",
        "starts_on": "2022-01-01",
        "earliest_exit": "2021-12-31",
        "notice_months": "0",
        "restoration_cost": "0",
        "reuse_value": "0",
    }
    answer = manager.post(PAGE + "leases/", terms)
    assert answer.status_code == 400
    assert value_of(answer, "earliest_exit") == "2021-12-31"


def test_a_risk_is_recorded_with_the_slots_it_hits(manager):
    assert manager.post("/programme/small/risks/", RISK)["Location"] == PAGE + "#risks"
    risk = Risk.objects.get()
    assert (risk.key, risk.probability) == ("permit-offices-are-slow", 0.3)
    assert [slot.key for slot in risk.slots.all()] == ["northtown"]
    assert "Costs 5–10–40 working days, together in: Northtown." in words(manager.get(PAGE))


def test_an_impact_out_of_order_is_refused(manager):
    answer = manager.post("/programme/small/risks/", {**RISK, "low": "50"})
    assert answer.status_code == 400
    assert "does not go from low to high" in words(answer)


def test_a_risk_is_closed_once(manager, small_programme):
    risk = risk_record(
        programme=small_programme,
        key="a",
        name="A",
        cause="b",
        probability=0.1,
        impact=(1, 2, 3),
        by="a test",
    )
    page = f"/programme/small/risks/{risk.pk}/closing/"
    assert manager.post(page, {"closed_on": "2022-02-01"}).status_code == 302
    assert "1 closed risk" in words(manager.get(PAGE))
    assert manager.post(page, {"closed_on": "2022-02-02"}).status_code == 409


def test_more_leases_take_no_more_queries(manager, rooms, django_assert_max_num_queries):
    for _n in range(6):
        lease_sign(
            programme=rooms.slot.programme,
            premises=rooms,
            rent_per_month=1,
            starts_on=date(2022, 1, 1),
            earliest_exit=date(2023, 1, 1),
            by="a test",
        )
    with django_assert_max_num_queries(24):
        manager.get(PAGE)
