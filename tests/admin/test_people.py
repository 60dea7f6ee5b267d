"""Accounts and appointments in the admin."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from knutpunkt.accounts.models import Appointment, Device, User
from knutpunkt.accounts.services import device_issue
from knutpunkt.core import clock

pytestmark = pytest.mark.django_db

PASSWORD = "bänken-under-lindarna-7"
ADD = "admin:accounts_appointment_add"


@pytest.fixture
def siv(administrator):
    administrator.post(
        reverse("admin:accounts_user_add"),
        {
            "username": "siv",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    return User.objects.get(username="siv")


def appointing(person, role, **given):
    return {"user": person.pk, "role": role, "valid_from": clock.today().isoformat(), **given}


def test_an_administrator_creates_an_account_and_the_log_says_so(siv, boss):
    assert siv.check_password(PASSWORD)
    assert not siv.is_staff
    assert LogEntry.objects.get(object_id=str(siv.pk)).user == boss


def test_an_appointment_in_the_admin_names_who_made_it_once(administrator, siv, ulricehamn, boss):
    administrator.post(reverse(ADD), appointing(siv, "office-manager", office=ulricehamn.pk))
    made = Appointment.objects.get(user=siv)
    assert (made.office, made.appointed_by) == (ulricehamn, "boss")
    assert User.objects.get(pk=siv.pk).is_staff
    entry = LogEntry.objects.get(object_id=str(made.pk), content_type__model="appointment")
    assert entry.user == boss


@pytest.mark.parametrize(("role", "missing"), [("officer", "an office"), ("county-reader", "a c")])
def test_a_role_without_its_place_is_refused_with_the_sentence(administrator, siv, role, missing):
    answer = administrator.post(reverse(ADD), appointing(siv, role))
    assert f"needs {missing}" in " ".join(answer.context["adminform"].form.non_field_errors())
    assert not Appointment.objects.filter(user=siv).exists()


def test_an_appointment_that_ends_before_it_begins_is_refused(administrator, siv):
    early = (clock.today() - timedelta(days=1)).isoformat()
    answer = administrator.post(reverse(ADD), appointing(siv, "reader", valid_to=early))
    assert answer.status_code == 200
    assert not Appointment.objects.filter(user=siv).exists()


def test_an_appointment_is_given_a_last_day_and_nothing_else_changes(administrator, siv):
    administrator.post(reverse(ADD), appointing(siv, "planner"))
    made = Appointment.objects.get(user=siv)
    today = clock.today().isoformat()
    administrator.post(
        reverse("admin:accounts_appointment_change", args=[made.pk]),
        {"valid_to": today, "role": "administrator"},
    )
    ended = Appointment.objects.get(user=siv)
    assert (ended.role, ended.valid_to) == ("planner", clock.today())


@pytest.mark.parametrize("last", ["", "2001-01-01"])
def test_a_last_day_before_the_first_is_refused(administrator, siv, last):
    administrator.post(reverse(ADD), appointing(siv, "planner"))
    made = Appointment.objects.get(user=siv)
    answer = administrator.post(
        reverse("admin:accounts_appointment_change", args=[made.pk]), {"valid_to": last}
    )
    assert "it cannot end on" in " ".join(answer.context["adminform"].form.non_field_errors())


def test_neither_accounts_nor_appointments_are_deleted(administrator, siv):
    address = reverse("admin:accounts_user_delete", args=[siv.pk])
    assert administrator.get(address).status_code == 403


def test_a_device_is_taken_out_of_service_from_the_list(administrator, ulricehamn, boss):
    device, _ = device_issue(ulricehamn, "kiosk", "Door", by=boss)
    administrator.post(
        reverse("admin:accounts_device_changelist"),
        {"action": "revoke", "_selected_action": [device.pk]},
    )
    assert Device.objects.get().revoked_at is not None
