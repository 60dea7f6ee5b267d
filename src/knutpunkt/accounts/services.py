"""Writes about people and devices. Each is one transaction and names the account that made it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from knutpunkt.accounts.errors import (
    AppointmentEndsBeforeItBegins,
    AppointmentIncomplete,
    AppointmentOver,
    DeviceNameTaken,
    NobodyToAnswer,
    PasswordTooWeak,
    UsernameTaken,
)
from knutpunkt.accounts.models import AT_AN_OFFICE, Appointment, Device, Role, User
from knutpunkt.accounts.selectors import forget_appointments, token_hash
from knutpunkt.core import clock
from knutpunkt.network.models import Authority, County, Municipality, Office

TOKEN_BYTES = 32
"""256 random bits."""

AT_THE_DESK_OF_THE_HOUSE = (
    Role.MUNICIPAL_DESK, Role.OFFICE_MANAGER, Role.PLANNER, Role.PROGRAMME_MANAGER,
    Role.ADMINISTRATOR,
)  # fmt: skip
"""Roles that work in the admin. What they may do there is decided object by object."""


@dataclass(frozen=True, slots=True)
class Post:
    """Where a role holds; empty means in the whole network."""

    office: Office | None = None
    county: County | None = None
    municipality: Municipality | None = None
    authority: Authority | None = None


EVERYWHERE = Post()


@transaction.atomic
def person_create(
    *, username: str, password: str, by: User | None, email: str = "", full_name: str = ""
) -> User:
    """Create an account.

    Parameters
    ----------
    by
        Who creates it. Only the very first account may name nobody: it is then its own maker.

    Raises
    ------
    UsernameTaken, PasswordTooWeak, NobodyToAnswer
        When it cannot be created as asked.
    """
    if by is None and User.objects.exists():
        raise NobodyToAnswer(username=username)
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    first, _, last = full_name.partition(" ")
    person = User(username=username, email=email, first_name=first, last_name=last)
    try:
        validate_password(password, person)
    except ValidationError as refused:
        raise PasswordTooWeak(reasons=refused.messages) from None
    person.set_password(password)
    person.save()
    _note(by or person, person, ADDITION, "created")
    return person


@transaction.atomic
def appoint(
    user: User,
    role: Role,
    *,
    by: User,
    post: Post = EVERYWHERE,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Appointment:
    """Appoint a person to a role from a day on; both ends are inclusive.

    Raises
    ------
    AppointmentIncomplete
        When the role is bound to a place that is not named.
    AppointmentEndsBeforeItBegins
        When the last day lies before the first.
    """
    begins = valid_from or clock.today()
    refuse_incomplete(role, post)
    if valid_to is not None and valid_to < begins:
        raise AppointmentEndsBeforeItBegins(first=str(begins), last=str(valid_to))
    appointment = Appointment.objects.create(
        user=user,
        role=role,
        office=post.office,
        county=post.county,
        municipality=post.municipality,
        authority=post.authority,
        valid_from=begins,
        valid_to=valid_to,
        appointed_by=by.username,
    )
    _open_the_admin(user)
    _note(by, appointment, ADDITION, f"appointed {role} from {begins}")
    return appointment


def refuse_incomplete(role: Role, post: Post) -> None:
    """Refuse a role without the place it is bound to.

    Raises
    ------
    AppointmentIncomplete
        With what is missing.
    """
    if role in AT_AN_OFFICE and post.office is None:
        raise AppointmentIncomplete(role=role, missing="an office")
    if role == Role.COUNTY_READER and post.county is None:
        raise AppointmentIncomplete(role=role, missing="a county")
    if role == Role.MUNICIPAL_DESK and post.municipality is None:
        raise AppointmentIncomplete(role=role, missing="a municipality")


@transaction.atomic
def appointment_end(appointment: Appointment, *, last_day: date, by: User) -> Appointment:
    """Let an appointment end; its last day is inclusive.

    Raises
    ------
    AppointmentOver
        When it has ended before today: what was so remains so.
    AppointmentEndsBeforeItBegins
        When the last day lies before the first.
    """
    refuse_ending(appointment, last_day)
    still_running = Q(valid_to=None) | Q(valid_to__gte=clock.today())
    mine = Appointment.objects.filter(still_running, pk=appointment.pk)
    if not mine.update(valid_to=last_day):
        raise AppointmentOver(last=str(appointment.valid_to))
    appointment.valid_to = last_day
    _open_the_admin(appointment.user)
    _note(by, appointment, CHANGE, f"ends on {last_day}")
    return appointment


def refuse_ending(appointment: Appointment, last_day: date | None) -> None:
    """Refuse a last day that cannot be given to an appointment.

    Raises
    ------
    AppointmentOver
        When it has ended before today.
    AppointmentEndsBeforeItBegins
        When there is no last day, or it lies before the first.
    """
    if appointment.valid_to is not None and appointment.valid_to < clock.today():
        raise AppointmentOver(last=str(appointment.valid_to))
    if last_day is None or last_day < appointment.valid_from:
        said = str(last_day) if last_day else "no day"
        raise AppointmentEndsBeforeItBegins(first=str(appointment.valid_from), last=said)


@transaction.atomic
def device_issue(office: Office, kind: str, name: str, *, by: User) -> tuple[Device, str]:
    """Register a device and make its token, which is shown this once and never kept.

    Returns
    -------
    tuple of Device and str
        The device, and the token it has to send (43 letters, 256 random bits).

    Raises
    ------
    DeviceNameTaken
        When the office has a device of that name.
    """
    if Device.objects.filter(office=office, name=name).exists():
        raise DeviceNameTaken(office=office.key, name=name)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device = Device.objects.create(
        office=office,
        kind=Device.Kind(kind),
        name=name,
        token_hash=token_hash(token),
        issued_by=by.username,
    )
    _note(by, device, ADDITION, "token issued")
    return device, token


@transaction.atomic
def device_revoke(device: Device, *, by: User) -> Device:
    """Take a device out of service: its token opens nothing from now on. Twice is as once."""
    now = clock.now()
    if Device.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=now):
        _note(by, device, CHANGE, "token revoked")
    device.refresh_from_db(fields=["revoked_at"])
    return device


def device_seen(device: Device, *, at_most_every: timedelta = timedelta(minutes=1)) -> None:
    """Note that a device called, but not at every call: a kiosk calls often."""
    now = clock.now()
    long_ago = Q(seen_at=None) | Q(seen_at__lt=now - at_most_every)
    Device.objects.filter(long_ago, pk=device.pk).update(seen_at=now)


def _open_the_admin(user: User) -> None:
    """Let in whoever has, or will have, a role that works in the admin, and nobody else."""
    works = user.appointments.filter(role__in=AT_THE_DESK_OF_THE_HOUSE)
    inside = user.is_superuser or works.exclude(valid_to__lt=clock.today()).exists()
    if user.is_staff != inside:
        user.is_staff = inside
        user.save(update_fields=["is_staff"])
    forget_appointments(user)


def _note(by: User, about: models.Model, flag: int, message: str) -> None:
    """Write in the change log, which the admin shows as the history of the thing."""
    LogEntry.objects.log_actions(by.pk, [about], flag, message, single_object=True)
