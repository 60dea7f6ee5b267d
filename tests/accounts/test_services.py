"""People, appointments and devices: who made what, and what is refused."""

import hashlib
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.accounts import errors
from knutpunkt.accounts.models import Appointment, Device, Role, User
from knutpunkt.accounts.selectors import device_of_token, token_hash
from knutpunkt.accounts.services import (
    Post,
    appoint,
    appointment_end,
    device_issue,
    device_revoke,
    device_seen,
    person_create,
)
from knutpunkt.core import clock

PASSWORD = "bänken-under-lindarna-7"
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def test_the_log_names_who_created_an_account(head):
    made = person_create(username="siv", password=PASSWORD, by=head, full_name="Siv Ek")
    assert (made.first_name, made.last_name, made.is_staff) == ("Siv", "Ek", False)
    entry = LogEntry.objects.get(object_id=str(made.pk))
    assert entry.user == head
    assert made.check_password(PASSWORD)


def test_the_first_account_makes_itself_and_no_other_does(head):
    assert LogEntry.objects.get(object_id=str(head.pk)).user == head
    with pytest.raises(errors.NobodyToAnswer):
        person_create(username="second", password=PASSWORD, by=None)


def test_a_username_is_taken_whatever_its_letters(head):
    with pytest.raises(errors.UsernameTaken):
        person_create(username="HEAD", password=PASSWORD, by=head)


@pytest.mark.parametrize("password", ["short", "password1234", "siv-andersson-siv"])
def test_a_weak_password_is_refused_and_no_account_is_left(head, password):
    with pytest.raises(errors.PasswordTooWeak):
        person_create(username="siv-andersson-siv", password=password, by=head)
    assert not User.objects.filter(username="siv-andersson-siv").exists()


@pytest.mark.parametrize("role", ["officer", "greeter", "office-manager", "county-reader"])
def test_a_role_bound_to_a_place_is_refused_without_it(head, role):
    with pytest.raises(errors.AppointmentIncomplete, match="needs"):
        appoint(head, Role(role), by=head)


def test_a_municipal_desk_names_its_municipality_too(head, places):
    with pytest.raises(errors.AppointmentIncomplete, match="municipality"):
        appoint(head, Role.MUNICIPAL_DESK, by=head, post=Post(office=places["own"].office))


def test_an_appointment_names_who_made_it(head):
    assert appoint(head, Role.PLANNER, by=head).appointed_by == "head"


def test_an_appointment_that_ends_before_it_begins_is_refused(head):
    today = clock.today()
    with pytest.raises(errors.AppointmentEndsBeforeItBegins):
        appoint(head, Role.PLANNER, by=head, valid_from=today, valid_to=today - DAY)


def test_an_ended_appointment_grants_nothing_from_the_next_day(head):
    today = clock.today()
    held = appoint(head, Role.PLANNER, by=head, valid_from=today - 9 * DAY)
    assert head.has_perm("planning.approve_study")
    appointment_end(held, last_day=today - DAY, by=head)
    assert not head.has_perm("planning.approve_study")
    entry = LogEntry.objects.filter(object_id=str(held.pk)).first()
    assert (entry.user, entry.change_message) == (head, f"ends on {today - DAY}")


def test_an_appointment_that_is_over_stays_as_it_was(head):
    today = clock.today()
    held = appoint(
        head, Role.PLANNER, by=head, valid_from=today - 9 * DAY, valid_to=today - 5 * DAY
    )
    with pytest.raises(errors.AppointmentOver):
        appointment_end(held, last_day=today, by=head)
    assert Appointment.objects.get().valid_to == today - 5 * DAY


def test_only_roles_that_work_in_the_admin_are_let_in(person):
    inside = {role for role in Role if person(role).is_staff}
    assert inside == {
        Role.MUNICIPAL_DESK, Role.OFFICE_MANAGER, Role.PLANNER, Role.PROGRAMME_MANAGER,
        Role.ADMINISTRATOR,
    }  # fmt: skip


def test_the_admin_shuts_behind_an_appointment_that_ended(person):
    planner = person("planner", valid_from=clock.today() - 9 * DAY)
    appointment_end(planner.appointments.get(), last_day=clock.today() - DAY, by=planner)
    assert not User.objects.get(pk=planner.pk).is_staff


# --- devices --------------------------------------------------------------------------------------


@pytest.fixture
def kiosk(head, places):
    return device_issue(places["own"].office, "kiosk", "Entrance", by=head)


def test_only_a_hash_of_the_token_is_kept(kiosk):
    device, token = kiosk
    kept = Device.objects.values().get()
    assert token not in {str(value) for value in kept.values()}
    assert kept["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert device.issued_by == "head"


def test_a_token_has_256_bits_and_no_two_are_alike(head, places):
    office = places["own"].office
    tokens = {device_issue(office, "display", f"D{n}", by=head)[1] for n in range(5)}
    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {43}  # 256 bits at 6 to the letter


def test_the_token_finds_its_device(kiosk):
    device, token = kiosk
    assert device_of_token(token) == device


def test_a_revoked_token_opens_nothing(kiosk, head):
    device, token = kiosk
    first = device_revoke(device, by=head).revoked_at
    assert device_of_token(token) is None
    assert device_revoke(device, by=head).revoked_at == first
    assert LogEntry.objects.filter(change_message="token revoked").count() == 1


@given(st.text())
def test_no_other_text_opens_anything(text):
    assert len(token_hash(text.encode("utf-8", "replace").decode())) == 64


@pytest.mark.parametrize("guess", ["", "x", "0" * 64, "é\x00"])
def test_a_guess_finds_no_device(kiosk, guess):
    assert device_of_token(guess) is None


def test_two_devices_of_an_office_do_not_share_a_name(kiosk, head, places):
    with pytest.raises(errors.DeviceNameTaken):
        device_issue(places["own"].office, "display", "Entrance", by=head)


def test_a_device_that_calls_often_is_noted_once_a_minute(kiosk, django_assert_num_queries):
    device, _ = kiosk
    device_seen(device)
    first = Device.objects.get().seen_at
    device_seen(device)
    assert Device.objects.get().seen_at == first
