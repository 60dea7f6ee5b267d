"""Every model has its pages, and they open for those who may."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from knutpunkt.accounts.services import Post
from knutpunkt.network.models import OfficeName
from knutpunkt.network.services import office_create

pytestmark = pytest.mark.django_db

# The addresses of the web discover the pages; this module asks before any address is used.
admin.autodiscover()

OURS = sorted(
    model._meta.label_lower
    for model in apps.get_models()
    if model.__module__.startswith("knutpunkt.")
)
WRITTEN_HERE = {"appropriation", "criterion", "risk", "wave"}
# Whatever else belongs to a programme, a report or a reception changes only through its own pages.
ONLY_LOOKED_AT = {"core.run"} | {
    label
    for label in OURS
    if label.startswith(("programme.", "reports.", "reception.", "planning.study"))
    and label.partition(".")[2] not in WRITTEN_HERE
}


def page(label, what):
    return reverse(f"admin:{label.replace('.', '_')}_{what}")


def test_every_model_has_a_page():
    missing = [label for label in OURS if not admin.site.is_registered(apps.get_model(label))]
    assert len(OURS) > 30
    assert missing == []


def test_roles_have_taken_the_place_of_groups():
    assert not admin.site.is_registered(Group)


@pytest.mark.slow
def test_every_list_and_form_opens_for_the_administrator(administrator, ulricehamn):
    answers = {}
    for label in OURS:
        answers[label] = administrator.get(page(label, "changelist")).status_code
        if label not in ONLY_LOOKED_AT:
            answers[f"{label} add"] = administrator.get(page(label, "add")).status_code
    assert {what for what, status in answers.items() if status != 200} == set()


@pytest.mark.slow
def test_every_list_can_be_searched(administrator, ulricehamn):
    for label in OURS:
        answer = administrator.get(page(label, "changelist"), {"q": "ulrice"})
        assert answer.status_code == 200, label
        assert admin.site.get_model_admin(apps.get_model(label)).search_fields, label


def test_nothing_opens_for_a_reader(sign_in):
    reader = sign_in("reader")
    statuses = {reader.get(page(label, what)).status_code
                for label in OURS if label not in ONLY_LOOKED_AT
                for what in ("changelist", "add")}  # fmt: skip
    assert statuses == {302}


def test_a_planner_sees_the_register_and_adds_nothing_to_it(sign_in):
    planner = sign_in("planner")
    assert planner.get(page("network.officeevent", "changelist")).status_code == 200
    assert planner.get(page("network.officeevent", "add")).status_code == 403
    assert planner.get(page("accounts.user", "changelist")).status_code == 403
    assert planner.get(page("planning.demandpoint", "add")).status_code == 200


@pytest.mark.parametrize(
    "label", ["network.office", "network.officeevent", "network.officeaddress"]
)
def test_a_longer_list_takes_no_more_queries(
    label, administrator, many_offices, django_assert_max_num_queries
):
    many_offices(3)
    address = page(label, "changelist")
    administrator.get(address)
    with django_assert_max_num_queries(30) as few:
        administrator.get(address)
    many_offices(10)
    with django_assert_max_num_queries(len(few)):
        answer = administrator.get(address)
    assert len(answer.context["cl"].result_list) > 10


def test_the_admin_bears_the_name_of_the_house(administrator):
    shown = administrator.get(reverse("admin:index")).content.decode()
    assert "Django" not in shown
    assert "Background runs" in shown


def test_an_office_stands_in_its_list_with_its_name_of_today(administrator, ulricehamn):
    """A name that begins in 2090 is not yet the name."""
    name = {"office": ulricehamn, "recorded_by": "loader"}
    OfficeName.objects.create(name="Torget", valid_from="2023-05-01", **name)
    OfficeName.objects.create(name="Månbasen", valid_from="2090-01-01", **name)
    (office,) = administrator.get(page("network.office", "changelist")).context["cl"].result_list
    assert (office.key, office.current_name) == ("ulricehamn", "Torget")


def test_an_office_manager_issues_a_device_for_the_own_office_only(sign_in, ulricehamn):
    other = office_create(key="boras", name="Borås", by="loader")
    manager = sign_in("office-manager", Post(office=ulricehamn))
    refused = manager.post(
        page("accounts.device", "add"), {"office": other.pk, "kind": "kiosk", "name": "Door"}
    )
    assert "You may not issue devices for this office." in refused.content.decode()
    issued = manager.post(
        page("accounts.device", "add"),
        {"office": ulricehamn.pk, "kind": "kiosk", "name": "Door"},
        follow=True,
    )
    assert "is shown only now" in issued.content.decode()


def test_an_administrator_cannot_take_over_an_account_above_their_own(administrator, boss):
    boss.__class__.objects.create_superuser("root", password="x")
    above = boss.__class__.objects.get(username="root")
    address = reverse("admin:auth_user_password_change", args=[above.pk])
    assert administrator.get(address).status_code == 403


def test_nobody_deletes_many_rows_at_once(administrator):
    address = reverse("admin:network_municipality_changelist")
    answer = administrator.post(address, {"action": "delete_selected", "_selected_action": "zz"})
    assert answer.status_code in (200, 302)
