"""In the admin programmes are looked at; what may be written there is told to the log."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from knutpunkt.core.models import Immutable
from knutpunkt.programme.admin.doors import OnlyLookedAt
from knutpunkt.programme.log import log_verify
from knutpunkt.programme.models import Appropriation, Evidence
from knutpunkt.programme.services.control import baseline_adopt
from knutpunkt.programme.windows import window_issue
from support.programme import file_all, project_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
admin.autodiscover()

MODELS = sorted(apps.get_app_config("programme").get_models(), key=lambda m: m._meta.model_name)
WRITTEN = {"appropriation", "criterion", "risk", "wave"}


def page(model, what, *args):
    name = model if isinstance(model, str) else model._meta.model_name
    return reverse(f"admin:programme_{name}_{what}", args=args)


@pytest.fixture
def filled(small_programme):
    """Something of most kinds on record, one document secret."""
    baseline_adopt(
        programme=small_programme, name="Plan", cause="Start",
        adopted_on=small_programme.starts_on, by="a test",
    )  # fmt: skip
    for key in ("g1", "g3"):
        file_all(project_of(small_programme, "northtown").gates.get(key=key))
    slot = small_programme.slots.first()
    window_issue(slot=slot, issued_to="Northtown", expires_on=date(2999, 1, 1), by="a test")
    return small_programme


def test_every_model_is_registered_and_what_is_kept_for_good_is_only_looked_at():
    pages = {model: admin.site.get_model_admin(model) for model in MODELS}
    writable = {m for m, shown in pages.items() if not isinstance(shown, OnlyLookedAt)}
    assert {m._meta.model_name for m in writable} == WRITTEN | {"programme"}
    assert not [model for model in writable if issubclass(model, Immutable)]
    assert all(shown.search_fields for shown in pages.values())


@pytest.mark.parametrize("role", ["programme-manager", "administrator"])
def test_every_list_opens_and_only_some_take_new_records(signed_in, filled, role):
    client = signed_in(role)
    for model in MODELS:
        name = model._meta.model_name
        assert client.get(page(model, "changelist"), {"q": "north"}).status_code == 200, name
        expected = 200 if name in WRITTEN else 403
        assert client.get(page(model, "add")).status_code == expected, name
        first = model._default_manager.first()
        if first is not None and role == "programme-manager":
            assert client.get(page(model, "change", first.pk)).status_code == 200, name
            assert client.get(page(model, "delete", first.pk)).status_code == 403, name


def test_a_planner_looks_and_does_not_write(signed_in, filled):
    client = signed_in("planner")
    assert client.get(page("slot", "changelist")).status_code == 200
    assert client.get(page("appropriation", "add")).status_code == 403


@pytest.mark.parametrize(("role", "listed"), [("administrator", 0), ("programme-manager", 1)])
def test_secret_evidence_is_listed_only_for_those_who_may_read_it(signed_in, filled, role, listed):
    secret = Evidence.objects.filter(secret=True).first()
    client = signed_in(role)
    shown = client.get(page("evidence", "changelist")).content.decode()
    assert (page("evidence", "change", secret.pk) in shown) is bool(listed)
    status = client.get(page("evidence", "change", secret.pk)).status_code
    assert status == (200 if listed else 302)


def test_neither_link_nor_hash_of_a_window_is_shown(signed_in, filled):
    window = filled.slots.first().windows.get()
    shown = signed_in("programme-manager").get(page("sharedwindow", "change", window.pk))
    assert window.token_hash not in shown.content.decode()
    assert "Northtown" in shown.content.decode()


def test_what_is_written_in_the_admin_is_told_to_the_log(signed_in, filled):
    client = signed_in("programme-manager")
    row = {"programme": filled.pk, "year": 2022, "item": "2:5", "amount": 10, "source": ""}
    client.post(page("appropriation", "add"), row)
    given = Appropriation.objects.get()
    client.post(page("appropriation", "change", given.pk), {**row, "amount": 12})
    told = list(filled.log.filter(kind="appropriation-set").order_by("number"))
    assert [entry.details["amount"] for entry in told] == [10, 12]
    wave = filled.waves.get()
    days = {
        "programme": filled.pk, "number": wave.number, "starts_on": wave.starts_on.isoformat(),
        "window_from": "", "window_to": "2024-12-31",
    }  # fmt: skip
    assert client.post(page("wave", "change", wave.pk), days).status_code == 302
    entry = filled.log.get(kind="edited-in-admin")
    assert entry.details["fields"] == ["window_to"]
    assert entry.by == "the-programme-manager"
    log_verify(filled)


@pytest.mark.parametrize("model", ["activity", "gate", "evidence", "logentry"])
def test_a_longer_list_takes_no_more_queries(
    model, signed_in, filled, django_assert_max_num_queries
):
    client = signed_in("programme-manager")
    client.get(page(model, "changelist"))
    with django_assert_max_num_queries(25):
        client.get(page(model, "changelist"))
