"""Reads of people, appointments and devices."""

from __future__ import annotations

import hashlib
import hmac
from datetime import date

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Q, QuerySet

from knutpunkt.accounts.models import Appointment, Device, User
from knutpunkt.core import clock

_HELD = "_appointments_held"


def appointments_in_force(user: User, *, on: date) -> QuerySet[Appointment]:
    """Appointments a person holds on a day; the last day is inclusive. One query."""
    lasts = Q(valid_to=None) | Q(valid_to__gte=on)
    return user.appointments.filter(lasts, valid_from__lte=on).select_related("municipality")


def appointments_held(user: AbstractBaseUser | AnonymousUser) -> tuple[Appointment, ...]:
    """Appointments that count today: none for a visitor or an account that is switched off.

    Asked many times while one page is made, so the answer is kept with the user object, as Django
    keeps its own permissions. One query per user object and day.
    """
    if not isinstance(user, User) or not user.is_active:
        return ()
    today = clock.today()
    kept: tuple[date, tuple[Appointment, ...]] | None = getattr(user, _HELD, None)
    if kept is None or kept[0] != today:
        kept = (today, tuple(appointments_in_force(user, on=today)))
        setattr(user, _HELD, kept)
    return kept[1]


def forget_appointments(user: User) -> None:
    """Drop the kept answer after an appointment of this person has changed."""
    if hasattr(user, _HELD):
        delattr(user, _HELD)


def token_hash(token: str) -> str:
    """Return what is stored of a device token: SHA-256 in hexadecimal.

    A token has 256 random bits, so a fast hash is enough: there is nothing to guess.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def device_of_token(token: str) -> Device | None:
    """Find the device in service that holds a token: one query.

    The database is asked for the hash, and the comparison that decides takes the same time for
    every wrong token.
    """
    wanted = token_hash(token)
    in_service = Device.objects.filter(revoked_at=None).select_related("office")
    device = in_service.filter(token_hash=wanted).first()
    kept = device.token_hash if device else "0" * len(wanted)
    return device if hmac.compare_digest(kept, wanted) else None
