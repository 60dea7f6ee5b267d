"""Who sees and does what on the staff's pages: every role at every page and every action."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.network.models import OfficeEquipment
from knutpunkt.reception.desk.pages.managing import changes
from knutpunkt.reception.models import (
    AccessToken,
    Counter,
    EquipmentFault,
    Errand,
    Event,
    OfficeDay,
    PriorityClass,
    QueueRule,
    Room,
)
from knutpunkt.reception.selectors.closures import closure_now
from support.bookings import equipped
from support.desk import (
    MUNICIPAL,
    desk,
    every_variable_is_there,
    form_on,
    house,
    municipality,
    quick_hash,
    send,
)
from support.network import made_office
from support.pages import value_of, words

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

# Whose page it is is decided above the database; once is enough.
pytestmark = [pytest.mark.once, pytest.mark.django_db]
HERE = "/reception/north/"
MANAGE = f"{HERE}manage/"
DAY = "2022-09-13"

DESK, DOOR, MANAGER, FIGURES = "at the desk", "at the door", "manager", "figures"
MAY = {
    "officer": {DESK, DOOR, FIGURES},
    "greeter": {DOOR, FIGURES},
    "municipal-desk": {DESK},
    "office-manager": {DESK, DOOR, MANAGER, FIGURES},
}
ELSEWHERE = ("reader", "county-reader", "planner", "programme-manager", "administrator")
PAGES = {
    "": DESK, "list/": DESK, "errands/1/outcome/referred_authority/": DESK,
    "errands/1/calling/": DESK, "greeter/": DOOR, "greeter/list/": DOOR, "days/": FIGURES,
    f"days/{DAY}/": FIGURES, "manage/": MANAGER, "manage/room/": MANAGER,
    "manage/counters/": MANAGER, "manage/tokens/": MANAGER, "manage/day/": MANAGER,
}  # fmt: skip
ACTIONS = {
    "calls/": DESK, "counter/": DESK, "counter/closing/": DESK, "errands/1/outcome/": DESK,
    "errands/1/transfer/": DESK, "errands/1/interpreter/": DESK, "errands/1/note/": DESK,
    "visits/1/errands/": DESK, "practice/": DESK, "greeter/people/": DOOR,
    "greeter/visits/1/invitation/": DOOR, "greeter/visits/1/entrance/": DOOR,
    "manage/room/settings/": MANAGER,
    "manage/room/rule/": MANAGER, "manage/counters/kept/": MANAGER,
    "manage/counters/freed/": MANAGER,
    "manage/tokens/issued/": MANAGER, "manage/tokens/1/end/": MANAGER,
    "manage/day/closing/": MANAGER, "manage/day/reopening/": MANAGER, "manage/day/end/": MANAGER,
}  # fmt: skip
AT_A_COUNTER = ("call", "recall", "begin", "park", "resume", "release", "miss")


def now(errand):
    return Errand.objects.select_related("visit").get(pk=errand.pk)


@pytest.fixture
def manager(desk):
    return desk.staff("office-manager")


# --- every role at every page ---------------------------------------------------------------------


@pytest.mark.parametrize("role", MAY)
def test_each_role_sees_its_pages_and_no_other(desk, role):
    browser = desk.staff(role)
    found = {page: browser.get(HERE + page).status_code for page, _for in PAGES.items()}
    expected = {page: {200, 302} if of in MAY[role] else {403} for page, of in PAGES.items()}
    expected[""] = {200, 302}  # a greeter is led to the door
    wrong = {page: code for page, code in found.items() if code not in expected[page]}
    assert not wrong


@pytest.mark.parametrize("role", MAY)
def test_no_role_does_what_is_not_its_own(desk, role):
    browser = desk.staff(role)
    desk.comes()
    before = desk.kinds()
    for action, of in ACTIONS.items():
        if of not in MAY[role]:
            assert browser.post(HERE + action).status_code == 403, action
    assert desk.kinds() == before


@pytest.mark.parametrize("role", MAY)
@pytest.mark.parametrize("page", [*PAGES, *ACTIONS])
def test_an_office_somebody_does_not_work_at_is_not_found(desk, role, page):
    made_office("south")
    browser = desk.staff(role)
    answer = browser.post if page in ACTIONS else browser.get
    assert answer(f"/reception/south/{page}").status_code == 404
    assert answer(f"/reception/no-such-office/{page}").status_code == 404


@pytest.mark.parametrize("role", ELSEWHERE)
def test_who_works_at_no_office_finds_nothing_here(desk, role):
    browser = desk.staff(role)
    assert browser.get("/reception/").status_code == 403
    for page in PAGES:
        assert browser.get(HERE + page).status_code == 404
    for action in ACTIONS:
        assert browser.post(HERE + action).status_code == 404


def test_a_visitor_is_asked_to_log_in_and_comes_to_a_page(desk, client):
    assert client.get("/reception/")["Location"] == "/login/?next=/reception/"
    assert client.get(DAYS)["Location"] == f"/login/?next={DAYS}"
    for action in ACTIONS:
        assert client.post(HERE + action)["Location"] == f"/login/?next={HERE}"


DAYS = f"{HERE}days/"


@pytest.mark.parametrize("action", AT_A_COUNTER)
def test_a_greeter_touches_no_errand_at_a_counter(desk, action):
    officer, greeter = desk.staff("officer"), desk.staff("greeter")
    officer.post(f"{HERE}counter/", {"counter": "1", "mode": "front"})
    errand = desk.comes()
    if action != "call":
        send(officer, HERE, f"{HERE}calls/")
    before = now(errand)
    said = {"version": before.version, "counter": "2"}
    assert greeter.post(f"{HERE}errands/{errand.pk}/{action}/", said).status_code in (403, 409)
    after = now(errand)
    assert (after.state, after.version) == (before.state, before.version)


def test_a_greeter_finishes_nothing(desk):
    errand = desk.comes()
    answer = desk.staff("greeter").post(
        f"{HERE}errands/{errand.pk}/outcome/", {"version": 1, "outcome": "solved_here"}
    )
    assert answer.status_code == 403


# --- the municipal desk ---------------------------------------------------------------------------


def test_each_authority_sees_only_its_own_errands_and_a_count_of_the_others(desk):
    desk.comes(language="so"), desk.comes("skatteverket/identity-check")
    desk.comes(f"{MUNICIPAL}/housing")
    municipal, officer = desk.staff("municipal-desk"), desk.staff("officer")
    theirs, ours = words(municipal.get(f"{HERE}list/")), words(officer.get(f"{HERE}list/"))
    assert "Housing help" in theirs
    assert "2 more wait for somebody else" in theirs
    for kept_back in ("Guidance", "Identity check", "Tax Agency", "Somali", "A1"):
        assert kept_back not in theirs
    assert "Identity check" in ours
    assert "1 more waits for somebody else" in ours
    assert "Housing" not in ours


def test_a_municipal_desk_can_neither_call_nor_explain_an_errand_of_the_state(desk):
    one, other = desk.comes(), desk.comes()
    municipal = desk.staff("municipal-desk")
    municipal.post(f"{HERE}counter/", {"counter": "K", "mode": "front"})
    answer = municipal.post(f"{HERE}errands/{one.pk}/call/", {"version": 1, "counter": "K"})
    assert answer.status_code == 404
    assert municipal.get(f"{HERE}why/?before={one.pk}&after={other.pk}").status_code == 404
    assert municipal.get(f"{HERE}errands/{one.pk}/calling/").status_code == 302
    send(municipal, HERE, f"{HERE}calls/")
    assert now(one).state == now(other).state == "waiting"


def test_a_municipal_desk_whose_appointment_names_no_authority_is_let_in_nowhere(desk):
    browser = desk.staff("municipal-desk")
    browser.person.appointments.update(authority=None)
    assert browser.get(HERE).status_code in (403, 404)


# --- what a manager does --------------------------------------------------------------------------


def test_the_room_is_set_and_a_wrong_letter_is_refused(desk, manager):
    page, action = f"{MANAGE}room/", f"{MANAGE}room/settings/"
    said = {"people_limit": "35", "default": "A", "booked": "B", "recall_limit": "2",
            "missed_grace_minutes": "30", "counters_expected": "4", "prints_tickets": "on",
            "another": "skatteverket", "another_letter": "S"}  # fmt: skip
    assert send(manager, page, action, **said).status_code == 302
    room = Room.objects.get()
    assert (room.people_limit, room.recall_limit, room.prints_tickets) == (35, 2, True)
    assert room.series["skatteverket"] == "S"
    assert desk.comes().visit.ticket == "S1"
    refused = send(manager, page, action, **said | {"default": "7"})
    assert refused.status_code == 422
    assert value_of(refused, "people_limit") == "35"


def test_a_new_rule_is_a_new_version_of_the_offices_own(desk, manager):
    weights = {f"weight-{name}": "1" for name in ("ordinary", "booked", "acute")}
    said = weights | {"weight-frail": "3.5", "booked_grace_minutes": "10"}
    for version in (1, 2):
        send(manager, f"{MANAGE}room/", f"{MANAGE}room/rule/", **said)
        rule = Room.objects.get().rule
        assert (rule.key, rule.version, rule.weights["frail"]) == ("north", version, 3.5)
    assert QueueRule.objects.filter(key="usual", version=1).exists()
    refused = send(manager, f"{MANAGE}room/", f"{MANAGE}room/rule/", **said | {"weight-frail": "0"})
    assert refused.status_code == 400


def test_counters_are_kept_with_their_equipment(desk, manager):
    equipped(desk.office)
    said = {"name": "4", "equipment": ["biometrics"], "in_use": "on"}
    send(manager, f"{MANAGE}counters/", f"{MANAGE}counters/kept/", **said)
    counter = Counter.objects.get()
    assert [one.pk for one in counter.equipment.all()] == ["biometrics"]
    assert OfficeEquipment.objects.exists()
    bad = send(manager, f"{MANAGE}counters/", f"{MANAGE}counters/kept/", name="no. 4")
    assert bad.status_code == 422


def test_broken_equipment_takes_its_services_away_until_it_is_mended(desk, manager):
    equipped(desk.office)
    send(manager, f"{MANAGE}counters/", f"{MANAGE}faults/", equipment="biometrics")
    assert EquipmentFault.objects.get().mended_at is None
    page = words(manager.get(MANAGE))
    assert "Not offered meanwhile: Identity check." in page
    send(manager, MANAGE, f"{MANAGE}faults/biometrics/mended/")
    assert "Everything works." in words(manager.get(MANAGE))


def test_a_token_is_shown_once_and_opens_nothing_once_revoked(desk, manager):
    page = f"{MANAGE}tokens/"
    made = send(manager, page, f"{page}issued/", role="kiosk", name="By the door")
    assert made.status_code == 200
    assert made["Cache-Control"] == "no-store"
    assert "It is shown this once." in words(made)
    assert "It is shown this once." not in words(manager.get(page))
    token = AccessToken.objects.get()
    assert token.issued_by == manager.person.username
    send(manager, page, f"{page}{token.pk}/end/")
    assert AccessToken.objects.get().revoked_at is not None


def test_a_token_of_another_office_is_not_revoked_here(desk, manager):
    from knutpunkt.reception.actors import token_issue

    token, _secret = token_issue(office=made_office("south"), role="kiosk", by="a test")
    assert manager.post(f"{MANAGE}tokens/{token.pk}/end/").status_code == 404
    assert AccessToken.objects.get().revoked_at is None


def test_what_a_closing_leads_to_is_shown_before_it_is_done(desk, manager):
    desk.house.pool()
    desk.house.booked(f"{DAY}T14:00")
    errand = desk.comes()
    page = f"{MANAGE}day/"
    said = {"reason": "staff", "bookings": "cancel", "waiting": "sweep"}
    shown = send(manager, page, f"{page}closing/", **said)
    assert "1 who waits is sent home" in words(shown)
    assert "1 booked visit falls into this time: cancelled; they are told." in words(shown)
    assert closure_now(desk.office.pk) is None
    manager.post(f"{page}closing/", form_on(shown, f"{page}closing/"))
    assert closure_now(desk.office.pk).reason == "staff"
    assert now(errand).state == "swept"
    assert "The office is closed at short notice since 12:00" in words(manager.get(MANAGE))
    send(manager, page, f"{page}reopening/")
    assert closure_now(desk.office.pk) is None


def test_the_day_is_ended_only_when_confirmed_and_its_report_can_be_read(desk, manager):
    errand = desk.comes()
    page = f"{MANAGE}day/"
    shown = send(manager, page, f"{page}end/")
    assert "End the day?" in words(shown)
    assert now(errand).state == "waiting"
    done = manager.post(f"{page}end/", form_on(shown, f"{page}end/"))
    assert done["Location"] == f"{HERE}days/{DAY}/"
    assert OfficeDay.objects.get().ended_at is not None
    report = words(manager.get(done["Location"]))
    assert "The day was ended at 12:00." in report
    assert "Visits 1 People who came together and got one number" in report
    assert "Left before the call 1" in report
    assert DAY in words(manager.get(DAYS))


@pytest.mark.parametrize("day", ["2022-09-14", "yesterday", "2022-13-01"])
def test_a_day_that_is_none_or_to_come_is_not_found(manager, day):
    assert manager.get(f"{DAYS}{day}/").status_code == 404


def test_the_log_names_nobody_but_by_pseudonym(desk, manager):
    manager.post(f"{HERE}alarm/")
    manager.post(f"{HERE}counter/", {"counter": "1", "mode": "front"})
    kept = str(list(Event.objects.values()))
    assert manager.person.username not in kept


# --- what a version of the rule changed -----------------------------------------------------------

WEIGHTS = st.dictionaries(st.sampled_from(PriorityClass.values), st.floats(0.1, 100))


def rule(weights, *, strict=False, grace=5):
    return QueueRule(key="x", weights=weights, strict=strict, booked_grace_minutes=grace)


def test_a_version_says_what_it_changed(settings):
    settings.LANGUAGE_CODE = "en"
    before, after = rule({"frail": 2.0, "ordinary": 1.0}), rule({"frail": 3.5, "ordinary": 1.0})
    assert changes(before, after) == ("finds it hard to wait 2 → 3.5",)


@given(WEIGHTS, st.booleans(), st.integers(0, 120))
def test_a_version_that_sets_the_same_changes_nothing(weights, strict, grace):
    same = rule(weights, strict=strict, grace=grace)
    assert changes(same, rule(dict(weights), strict=strict, grace=grace)) == ()
