"""Which role may do what, where. The table in ``docs/accounts.md`` says the same in words.

A permission asked without an object means "everywhere", so a role that is bound to an office
does not have it. Whoever needs to know whether to offer a form at all asks for
``network.record_facts``, ``network.record_hours`` or ``accounts.view_devices``: some office,
whichever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.permissions import permissions
from rules.predicates import Predicate, always_allow

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.selectors import appointments_held
from knutpunkt.network.models import County, HoursRule, Municipality, Office

Test = Callable[[Any, Any], bool]


def _holds(*roles: Role) -> Any:
    """Hold one of the roles, wherever: for roles that are not bound to a place."""

    def test(user: Any, _subject: Any = None) -> bool:
        return any(held.role in roles for held in appointments_held(user))

    return Predicate(test, name="holds " + " or ".join(roles))


def _manages(user: Any, subject: Any = None) -> bool:
    """Whether the person manages the office, or the office that the fact is about."""
    office = subject if isinstance(subject, Office) else getattr(subject, "office", None)
    return office is not None and any(
        held.role == Role.OFFICE_MANAGER and held.office_id == office.pk
        for held in appointments_held(user)
    )


def _staffs_the_municipal_desk(user: Any, subject: Any = None) -> bool:
    """Whether the hours are those of the person's own authority at the person's own desk."""
    return isinstance(subject, HoursRule) and any(
        held.role == Role.MUNICIPAL_DESK
        and held.office_id == subject.office_id
        and held.authority_id is not None
        and held.authority_id == subject.authority_id
        for held in appointments_held(user)
    )


def _reads_the_county(user: Any, subject: Any = None) -> bool:
    code = subject.county_id if isinstance(subject, Municipality) else _county_code(subject)
    return code is not None and any(
        held.role == Role.COUNTY_READER and held.county_id == code
        for held in appointments_held(user)
    )


def _county_code(subject: Any) -> str | None:
    return subject.code if isinstance(subject, County) else None


def _serves_the_municipality(user: Any, subject: Any = None) -> bool:
    return isinstance(subject, Municipality) and any(
        held.role == Role.MUNICIPAL_DESK and held.municipality_id == subject.code
        for held in appointments_held(user)
    )


anyone = always_allow
appointed = _holds(*Role)
runs_the_house = _holds(Role.ADMINISTRATOR)
directs = _holds(Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR)
manages_the_programme = _holds(Role.PROGRAMME_MANAGER)
plans = _holds(Role.PLANNER)
manages_the_office = Predicate(_manages, name="manages the office")
manages_some_office = _holds(Role.OFFICE_MANAGER)
staffs_some_desk = _holds(Role.MUNICIPAL_DESK)
staffs_the_desk = Predicate(_staffs_the_municipal_desk, name="staffs the municipal desk")
reads_the_county = Predicate(_reads_the_county, name="reads the county")
serves_the_municipality = Predicate(_serves_the_municipality, name="serves the municipality")

PERMISSIONS = {
    # What the register says is public.
    "network.view_office": anyone,
    "network.view_register": appointed,
    "network.view_county_details": reads_the_county | plans | directs,
    "network.view_municipality_details": (
        serves_the_municipality | reads_the_county | plans | directs
    ),
    "network.change_office": manages_the_office | directs,
    "network.change_hours": manages_the_office | staffs_the_desk | directs,
    "network.record_facts": manages_some_office | directs,
    "network.record_hours": manages_some_office | staffs_some_desk | directs,
    "network.change_register": directs,
    "network.decide_closing": directs,
    "network.import_network": runs_the_house,
    "mandates.change_mandate": directs,
    "planning.start_study": plans | directs,
    # Approving is a professional judgment: running the system does not give it.
    "planning.approve_study": plans,
    "planning.change_demand": plans | runs_the_house,
    "programme.view_programme": appointed,
    "programme.change_programme": directs,
    "programme.report_activity": plans | directs,
    "programme.file_evidence": plans | directs,
    # Deciding at a gate is a professional judgment: running the system does not give it.
    "programme.decide_gate": manages_the_programme,
    "programme.view_secret_evidence": manages_the_programme,
    "programme.share_window": directs,
    "reports.view_report": appointed,
    "reports.write_report": plans | directs,
    "reports.build_report": plans | directs,
    "reports.view_secret": manages_the_programme,
    # Figures say nothing of any person; the log says what happened at every desk.
    "reception.view_figures": appointed,
    "reception.view_log": runs_the_house,
    "accounts.appoint": runs_the_house,
    "accounts.issue_device_token": manages_the_office | runs_the_house,
    "accounts.view_devices": manages_some_office | runs_the_house,
    "core.view_run": plans | directs,
}

permissions.update(PERMISSIONS)
