"""Who may ask what: one table of every role and every address, and none of it left out."""

import pytest

from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.reception.api.house import TABLE
from knutpunkt.reception.selectors.menu import forget_menus
from support.network import made_office
from support.programs import ROLES, TOWN, Program, asked, program, town

# Whose word counts is decided above the database; once is enough.
pytestmark = pytest.mark.once

WORKS = {"officer", "municipal-desk", "office-manager"}
STAFF = WORKS | {"greeter"}
BOOKS = {"officer", "greeter", "office-manager"}
DESK = "errands/{errand}/"
#: Every address and the roles for which it is not forbidden.
MAY = {
    ("POST", "{office}/visits"): STAFF | {"kiosk"},
    ("POST", "{office}/calls"): WORKS,
    **{
        ("POST", DESK + action): WORKS
        for action in ("begin", "finish", "park", "resume", "release", "transfer", "no-show",
                       "recall", "add")
    },
    ("POST", DESK + "undo"): STAFF,
    ("POST", DESK + "reactivate"): STAFF,
    ("POST", DESK + "leave"): STAFF,
    ("GET", "errands/{errand}"): STAFF,
    ("GET", DESK + "why"): STAFF,
    ("POST", "{office}/sessions"): WORKS,
    ("GET", "{office}/sessions"): WORKS,
    ("DELETE", "{office}/sessions"): WORKS,
    ("POST", "{office}/sessions/close"): WORKS,
    ("GET", "{office}"): set(ROLES),
    ("GET", "{office}/waiting"): STAFF,
    ("GET", "{office}/menu"): STAFF | {"kiosk"},
    ("POST", "{office}/people"): {"officer", "greeter", "office-manager"},
    ("POST", "{office}/day/end"): {"office-manager"},
    ("GET", "{office}/bookings/slots"): BOOKS,
    ("POST", "{office}/bookings"): BOOKS,
    ("POST", "{office}/bookings/confirm"): BOOKS,
    ("POST", "{office}/bookings/cancel"): BOOKS,
    ("POST", "{office}/bookings/move"): BOOKS,
    ("POST", "{office}/bookings/check-in"): STAFF | {"kiosk"},
}  # fmt: skip
ADDRESSES = [row for row in TABLE.rows if row.needs != "node"]


@pytest.fixture
def office(db):
    """An office where a state authority and the town are served."""
    office = made_office("north")
    agreement = ServiceAgreement.objects.create(
        key="a", title_sv="A", title_en="A", valid_from="2019-06-01", recorded_by="a test"
    )
    state = {"slug": "pensions", "name_sv": "P", "name_en": "P", "kind": "agency"}
    for owner in (town(), Authority.objects.create(**state)):
        service = Service.objects.create(authority=owner, slug="guidance", name_sv="V", name_en="G")
        task = AgreementTask.objects.create(agreement=agreement, service=service)
        ServiceLevel.objects.create(
            office=office, task=task, level="guidance", valid_from="2019-06-01",
            recorded_by="a test",
        )  # fmt: skip
    forget_menus()
    yield office
    forget_menus()


def issued(office, authority=""):
    """A ticket for an authority."""
    return program(office, "greeter").post("{office}/visits", {"authority": authority})


def address(row, errand):
    """A path as it is asked: the office and the errand filled in."""
    return row.path.replace("{errand}", str(errand))


def test_the_table_leaves_no_address_out():
    assert {(row.method, row.path) for row in ADDRESSES} == set(MAY)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.method} {row.path}")
def test_a_role_may_what_the_table_says_and_no_more(role, row, office):
    errand = issued(office, TOWN if role == "municipal-desk" else "")["errand"]
    said = program(office, role).ask(row.method, address(row, errand))
    assert (said.status_code == 403) == (role not in MAY[row.method, row.path]), said.content
    assert said.status_code < 500
    if said.status_code == 403:
        assert said.json()["code"] == "not-allowed"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.method} {row.path}")
def test_another_office_is_answered_like_one_that_does_not_exist(role, row, office):
    stranger = program(made_office("south"), role)
    errand = issued(office)["errand"]

    def met(office_key, number):
        path = address(row, number).replace("{office}", office_key)
        said = asked(row.method, path, token=stranger.token)
        return said.status_code, said.json()["code"]

    theirs = met("north", errand)
    assert theirs[0] == 404
    assert theirs == met("nowhere", 10**15)


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: f"{row.method} {row.path}")
def test_without_a_token_every_address_is_the_same(row, office):
    path = address(row, issued(office)["errand"]).replace("{office}", "north")
    said = asked(row.method, path)
    assert (said.status_code, said.json()["code"]) == (401, "token-unknown")


# --- what each sees ------------------------------------------------------------------------------


def test_a_municipal_desk_sees_and_calls_only_its_own(office):
    desk = program(office, "municipal-desk")
    theirs, ours = issued(office, "pensions"), issued(office, TOWN)
    assert [one["number"] for one in desk.get("{office}/waiting")["waiting"]] == [ours["number"]]
    assert [one["errand"] for one in desk.get("{office}")["errands"]] == [ours["errand"]]
    hidden = desk.ask("GET", f"errands/{theirs['errand']}")
    assert hidden.status_code == 404
    nobody = desk.ask("GET", f"errands/{theirs['errand'] + 999}")
    assert hidden.json()["code"] == nobody.json()["code"]
    assert desk.post("{office}/calls")["errand"] == ours["errand"]


@pytest.mark.parametrize("action", ["begin", "no-show", "leave", "undo", "transfer", "add"])
def test_a_municipal_desk_does_not_touch_what_is_of_the_state(action, office):
    desk, clerk = program(office, "municipal-desk"), program(office, "officer")
    issued(office, "pensions")
    errand = clerk.post("{office}/calls")["errand"]
    body = {"authority": TOWN} if action in ("transfer", "add") else {}
    said = desk.ask("POST", f"errands/{errand}/{action}", body)
    assert (said.status_code, said.json()["code"]) == (404, "errand-unknown")


def test_why_does_not_tell_a_municipal_desk_of_others(office):
    theirs, ours = issued(office, "pensions"), issued(office, TOWN)
    path = f"errands/{ours['errand']}/why?before={theirs['errand']}"
    assert program(office, "municipal-desk").ask("GET", path).status_code == 404
    assert program(office, "greeter").ask("GET", path).status_code == 200


def test_an_officer_does_not_see_the_errands_of_the_town(office):
    ours = issued(office, TOWN)
    clerk = program(office, "officer")
    assert clerk.ask("GET", f"errands/{ours['errand']}").status_code == 404
    assert clerk.get("{office}/waiting")["waiting"] == []
    assert clerk.post("{office}/calls")["state"] == "empty"


@pytest.mark.parametrize("role", ["display", "kiosk", "node"])
def test_a_screen_is_told_numbers_and_counters_alone(role, office):
    issued(office, "pensions")
    program(office, "officer").post("{office}/calls")
    said = program(office, role).get("{office}")
    assert set(said) == {
        "office", "office_seq", "waiting", "calls", "room_for", "closed", "ended", "simulated",
    }  # fmt: skip
    assert set(said["calls"][0]) == {"number", "counter", "kind", "at"}


def test_a_menu_offers_a_municipal_desk_its_own(office):
    offered = program(office, "municipal-desk").get("{office}/menu")["services"]
    assert {one["authority"] for one in offered} == {TOWN}
    offered = program(office, "kiosk").get("{office}/menu")["services"]
    assert {one["authority"] for one in offered} == {TOWN, "pensions"}


def test_one_clerk_does_not_act_on_what_is_at_anothers_counter(office):
    issued(office)
    holder, other = program(office, "officer"), program(office, "officer")
    errand = holder.post("{office}/calls")["errand"]
    said = other.ask("POST", f"errands/{errand}/begin")
    assert (said.status_code, said.json()["code"]) == (409, "held-by-another")
    taken = other.ask("POST", "{office}/calls", {"counter": "1"})
    assert (taken.status_code, taken.json()["code"]) == (409, "counter-taken")


def test_a_revoked_token_opens_nothing(office):
    from knutpunkt.reception.actors import token_issue, token_revoke

    made, secret = token_issue(office=office, role="officer", by="a test")
    assert Program(office.key, secret).ask("GET", "{office}").status_code == 200
    token_revoke(made)
    assert Program(office.key, secret).ask("GET", "{office}").status_code == 401
