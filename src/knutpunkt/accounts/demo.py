"""Accounts for trying the product on one's own machine: one for each role.

The passwords are random, made once, and kept in a file that only its owner may read.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from knutpunkt.accounts.errors import DemoAccountsUnwanted, DemoFolderUnwritable
from knutpunkt.accounts.models import AT_AN_OFFICE, Appointment, Role, User
from knutpunkt.accounts.services import Post, appoint, person_create
from knutpunkt.core import clock
from knutpunkt.network.models import Authority, County, Municipality, Office
from knutpunkt.network.selectors import OfficeOnDay, network_on

FILE = "demo-accounts.txt"
PASSWORD_BYTES = 12


class DemoAccount(NamedTuple):
    """What somebody needs to sign in and try a role."""

    username: str
    password: str
    role: str


def demo_accounts(folder: Path, *, also_on_a_server: bool = False) -> list[DemoAccount]:
    """Return the demo accounts, created where they lack. Asked again, it returns the same.

    Parameters
    ----------
    folder
        Where the file with the passwords is kept (``KNUTPUNKT_HOME``); it exists.
    also_on_a_server
        Create them on a database other than SQLite too.

    Returns
    -------
    list of DemoAccount
        In the order of the roles. Roles bound to a place lack while no such place is on record.

    Raises
    ------
    DemoAccountsUnwanted
        On a database server, unless asked for.
    DemoFolderUnwritable
        When the passwords cannot be kept.
    """
    if connection.vendor != "sqlite" and not also_on_a_server:
        raise DemoAccountsUnwanted(database=connection.vendor)
    kept = _kept(folder / FILE)
    wanted = [DemoAccount(f"demo-{role}", _password(kept, role), role.value) for role in Role]
    there = set(
        User.objects.filter(username__startswith="demo-", is_active=True).values_list(
            "username", flat=True
        )
    )
    complete = all(account.username in there for account in wanted)
    if not (kept and complete):
        wanted = _create(wanted)
        _keep(folder / FILE, wanted)
    return wanted


def demo_offices() -> dict[str, str]:
    """Return at which office the demo accounts bound to one work: its key, by user name."""
    held = Appointment.objects.filter(user__username__startswith="demo-", office__isnull=False)
    return dict(held.values_list("user__username", "office__key"))


def _password(kept: dict[str, str], role: Role) -> str:
    return kept.get(role) or secrets.token_urlsafe(PASSWORD_BYTES)


@transaction.atomic
def _create(wanted: list[DemoAccount]) -> list[DemoAccount]:
    """Create the administrator first: it is the one who appoints the others and itself."""
    desk = _a_desk()
    possible = [one for one in wanted if _seats(desk, Role(one.role))]
    first = next(one for one in possible if one.role == Role.ADMINISTRATOR)
    head = _account(first, by=None)
    for one in possible:
        person = head if one is first else _account(one, by=head)
        if not person.appointments.filter(role=one.role).exists():
            _appoint(person, Role(one.role), desk, by=head)
    return possible


def _account(wanted: DemoAccount, *, by: User | None) -> User:
    """Create the account, or give one that lost its file the new password."""
    found = User.objects.filter(username=wanted.username).first()
    if found is None:
        maker = by or User.objects.order_by("pk").first()
        return person_create(username=wanted.username, password=wanted.password, by=maker)
    found.set_password(wanted.password)
    found.is_active = True
    found.save(update_fields=["password", "is_active"])
    return found


def _seats(desk: Post, role: Role) -> bool:
    """Whether the register has the place the role is bound to."""
    if role in AT_AN_OFFICE:
        return desk.office is not None
    return role != Role.COUNTY_READER or desk.county is not None


def _a_desk() -> Post:
    """Choose an office that is open today: an invented one would be counted in the network."""
    today = clock.today()
    located = [o for o in network_on(today).offices if o.address.municipality_code]
    chosen = min(located, key=lambda office: (office.open != "yes", office.key), default=None)
    if chosen is None:
        return Post(county=County.objects.first())
    municipality = _municipality(chosen)
    return Post(
        office=Office.objects.get(key=chosen.key),
        municipality=municipality,
        county=municipality.county,
        authority=Authority.objects.filter(kind="municipality").first(),
    )


def _municipality(office: OfficeOnDay) -> Municipality:
    rows = Municipality.objects.select_related("county")
    return rows.get(code=office.address.municipality_code)


def _appoint(person: User, role: Role, desk: Post, *, by: User) -> None:
    at_desk = role in AT_AN_OFFICE
    municipal = role == Role.MUNICIPAL_DESK
    post = Post(
        office=desk.office if at_desk else None,
        county=desk.county if role == Role.COUNTY_READER else None,
        municipality=desk.municipality if municipal else None,
        authority=desk.authority if municipal else None,
    )
    appoint(person, role, by=by, post=post)


def _kept(path: Path) -> dict[str, str]:
    """Read the passwords by role; no file, no passwords."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {row[2]: row[1] for row in rows if len(row) == len(DemoAccount._fields)}


def _keep(path: Path, accounts: list[DemoAccount]) -> None:
    """Write a file that only its owner may read, from its first moment on."""
    text = "".join(f"{one.username} {one.password} {one.role}\n" for one in accounts)
    try:
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("# Demo accounts: username, password, role\n" + text)
    except OSError as error:
        raise DemoFolderUnwritable(path=str(path), reason=error.strerror or "unknown") from None
