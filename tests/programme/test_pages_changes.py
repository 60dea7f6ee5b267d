"""Changes: asked for, decided once, carried out; and the log below them."""

from datetime import date

import pytest

from knutpunkt.programme.models import ChangeRequest, LogEntry
from knutpunkt.programme.services.changes import change_ask, change_decide
from support.pages import every_variable_is_there, quick_hash, value_of, words

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/changes/"
ASK = {
    "kind": "drop",
    "slot": "northtown",
    "reason": "No premises to be had",
    "asked_on": "2022-03-01",
}
DECISION = {
    "decision": "approved",
    "decided_on": "2022-03-02",
    "decided_by": "Director",
    "delegation": "Delegation 4",
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-03T10:00")


@pytest.fixture
def manager(signed_in, small_programme):
    return signed_in("programme-manager")


@pytest.fixture
def asked(small_programme):
    return change_ask(
        programme=small_programme,
        kind="drop",
        slot=small_programme.slots.get(key="northtown"),
        reason="No premises to be had",
        asked_on=date(2022, 3, 1),
        by="a test",
    )


def decision_of(change):
    return f"{PAGE}{change.pk}/decision/"


def test_a_stranger_is_sent_to_the_login(small_programme, client):
    assert client.get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_a_planner_asks_and_the_effect_on_the_clauses_is_kept(signed_in, small_programme):
    answer = signed_in("planner").post(PAGE + "requests/", ASK)
    assert answer["Location"] == PAGE + "#waiting"
    change = ChangeRequest.objects.get()
    assert (change.asked_by, change.slot.key, change.decision) == ("the-planner", "northtown", "")
    # Both places are named: without one of them the clause cannot hold.
    assert change.effect["together"]["after"] == 0


def test_a_reader_may_neither_ask_nor_decide(signed_in, asked):
    client = signed_in("reader")
    assert client.post(PAGE + "requests/", ASK).status_code == 403
    assert client.post(decision_of(asked), DECISION).status_code == 403
    assert "Ask for a change" not in words(client.get(PAGE))


def test_an_administrator_asks_but_does_not_decide(signed_in, asked):
    assert signed_in("administrator").post(decision_of(asked), DECISION).status_code == 403


def test_a_change_without_its_slot_is_refused_beside_the_field(manager):
    answer = manager.post(PAGE + "requests/", {**ASK, "slot": ""})
    assert answer.status_code == 400
    assert "This change needs it." in words(answer)
    assert "No premises to be had" in words(answer)
    assert value_of(answer, "asked_on") == "2022-03-01"
    assert not ChangeRequest.objects.exists()


def test_an_approved_drop_is_carried_out(manager, small_programme, asked):
    answer = manager.post(decision_of(asked), DECISION)
    assert answer["Location"] == PAGE + "#decided"
    assert small_programme.slots.get(key="northtown").dropped_on == date(2022, 3, 2)
    page = words(manager.get(PAGE))
    assert "The change is approved and carried out." in page
    assert "2 March 2022 by Director, Delegation 4" in page


def test_whoever_decides_second_is_told_what_the_other_decided(manager, asked):
    change_decide(
        change=asked,
        decision="refused",
        decided_on=date(2022, 3, 2),
        decided_by="Head",
        delegation="Delegation 1",
        by="another",
    )
    answer = manager.post(decision_of(asked), DECISION)
    assert answer.status_code == 409
    assert "decided on 2022-03-02 by Head: refused" in words(answer)
    asked.refresh_from_db()
    assert asked.decision == "refused"


def test_a_decision_without_a_delegation_is_refused_and_kept_open(manager, asked):
    answer = manager.post(decision_of(asked), {**DECISION, "delegation": ""})
    assert answer.status_code == 400
    assert value_of(answer, "decided_by") == "Director"
    assert b'<details class="asks" open>' in answer.content


def test_a_change_of_another_programme_is_not_found(manager):
    assert manager.post(f"{PAGE}4711/decision/", DECISION).status_code == 404


# --- the log --------------------------------------------------------------------------------------


def test_the_log_is_verified_and_named_by_slot(manager, asked):
    page = words(manager.get(PAGE))
    assert "2 entries, each following from the one before: verified just now." in page
    assert "Change asked for" in page


def test_an_altered_log_is_told(manager, asked):
    LogEntry.objects.filter(number=1).update(by="somebody else")
    page = words(manager.get(PAGE))
    assert "Entry 1 in the log" in page
    assert "verified just now" not in page


def test_a_long_log_is_read_a_page_at_a_time(manager, small_programme):
    from knutpunkt.programme.log import log_write

    for _n in range(60):
        log_write(small_programme, "programme-opened", by="a test")
    first = manager.get(PAGE).content.decode()
    assert f"{PAGE}?before=12#log" in first
    second = manager.get(PAGE + "?before=12").content.decode()
    assert "Older entries" not in second
    assert "Newest entries" in second


def test_a_page_of_nonsense_is_the_newest(manager):
    assert manager.get(PAGE + "?before=x").status_code == 200


def test_more_changes_take_no_more_queries(manager, small_programme, django_assert_max_num_queries):
    for _n in range(8):
        change_ask(
            programme=small_programme,
            kind="other",
            reason="a",
            asked_on=date(2022, 3, 1),
            by="a test",
        )
    with django_assert_max_num_queries(20):
        manager.get(PAGE)
