"""Which role may do what, where: one matrix, and every cell of it is asked."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from knutpunkt.accounts.rules import PERMISSIONS
from knutpunkt.core import clock
from knutpunkt.network.models import HoursRule

ROLES = (
    "reader", "county-reader", "officer", "greeter", "municipal-desk", "office-manager",
    "planner", "programme-manager", "administrator",
)  # fmt: skip

# Y yes, everywhere · o only at the own place (office, county or municipality) · . no
# The columns stand in the order of ROLES; what a permission is asked for stands last.
MATRIX = """
                                  R C O G D M P B A
network.view_office               Y Y Y Y Y Y Y Y Y  office
network.view_register             Y Y Y Y Y Y Y Y Y  nothing
network.view_county_details       . o . . . . Y Y Y  county
network.view_municipality_details . o . . o . Y Y Y  municipality
network.change_office             . . . . . o . Y Y  office
network.change_hours              . . . . . o . Y Y  office
network.change_hours              . . . . o o . Y Y  desk_hours
network.record_facts              . . . . . Y . Y Y  nothing
network.record_hours              . . . . Y Y . Y Y  nothing
network.change_register           . . . . . . . Y Y  nothing
network.decide_closing            . . . . . . . Y Y  office
network.import_network            . . . . . . . . Y  nothing
mandates.change_mandate           . . . . . . . Y Y  nothing
planning.start_study              . . . . . . Y Y Y  nothing
planning.approve_study            . . . . . . Y . .  nothing
planning.change_demand            . . . . . . Y . Y  nothing
programme.view_programme          Y Y Y Y Y Y Y Y Y  nothing
programme.change_programme        . . . . . . . Y Y  nothing
programme.report_activity         . . . . . . Y Y Y  nothing
programme.file_evidence           . . . . . . Y Y Y  nothing
programme.decide_gate             . . . . . . . Y .  nothing
programme.view_secret_evidence    . . . . . . . Y .  nothing
programme.share_window            . . . . . . . Y Y  nothing
reports.view_report               Y Y Y Y Y Y Y Y Y  nothing
reports.write_report              . . . . . . Y Y Y  nothing
reports.build_report              . . . . . . Y Y Y  nothing
reports.view_secret               . . . . . . . Y .  nothing
reception.view_figures            Y Y Y Y Y Y Y Y Y  nothing
reception.view_log                . . . . . . . . Y  nothing
accounts.appoint                  . . . . . . . . Y  nothing
accounts.issue_device_token       . . . . . o . . Y  office
accounts.view_devices             . . . . . Y . . Y  nothing
core.view_run                     . . . . . . Y Y Y  nothing
"""


def rows():
    for line in MATRIX.strip().splitlines()[1:]:
        permission, *cells, subject = line.split()
        yield permission, cells, subject


def asked_for(subject, place):
    if subject == "nothing":
        return None
    if subject == "desk_hours":
        return HoursRule(office=place.office, authority=place.authority)
    return getattr(place, subject)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_matrix_says_and_nothing_more(person, places, role):
    someone = person(role)
    wrong = []
    for permission, cells, subject in rows():
        cell = cells[ROLES.index(role)]
        for name, allowed in (("own", cell in "Yo"), ("other", cell == "Y")):
            if someone.has_perm(permission, asked_for(subject, places[name])) is not allowed:
                wrong.append(f"{permission} for the {name} {subject} should be {allowed}")
    assert not wrong, "\n".join(wrong)


def test_the_matrix_asks_for_every_permission():
    assert {permission for permission, _, _ in rows()} == set(PERMISSIONS)


def test_every_permission_stands_in_the_document():
    text = (Path(__file__).parents[2] / "docs" / "accounts.md").read_text(encoding="utf-8")
    assert [name for name in PERMISSIONS if f"`{name}`" not in text] == []


def test_a_visitor_may_look_at_offices_and_at_nothing_else(places):
    office = places["own"].office
    allowed = {name for name in PERMISSIONS if AnonymousUser().has_perm(name, office)}
    assert allowed == {"network.view_office"}


def test_a_permission_asked_without_an_office_means_everywhere(person):
    assert not person("office-manager").has_perm("network.change_office")


def test_a_municipal_desk_changes_no_hours_of_another_authority(person, places):
    rule = HoursRule(office=places["own"].office, authority=places["other"].authority)
    assert not person("municipal-desk").has_perm("network.change_hours", rule)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "ends", "counts"),
    [(-2, -1, False), (-1, 0, True), (0, 0, True), (0, None, True), (1, None, False)],
)
def test_an_appointment_counts_from_its_first_to_its_last_day(person, places, begins, ends, counts):
    today = clock.today()
    last = None if ends is None else today + ends * DAY
    manager = person("office-manager", valid_from=today + begins * DAY, valid_to=last)
    assert manager.has_perm("network.change_office", places["own"].office) is counts


def test_a_switched_off_account_may_do_nothing_more_than_a_visitor(person, places):
    boss = person("administrator")
    boss.is_active = False
    assert not boss.has_perm("network.change_office", places["own"].office)


def test_many_questions_take_one_query_of_ours(person, places, django_assert_max_num_queries):
    someone = person("officer")
    with django_assert_max_num_queries(3):  # two are Django's own, for groups
        for name in PERMISSIONS:
            someone.has_perm(name, None)
