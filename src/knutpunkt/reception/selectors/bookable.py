"""Which services can be booked at an office, for a visitor to choose from."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.selectors.opening import opening_of


@dataclass(frozen=True, slots=True)
class BookableService:
    """A service by its keys and its name in the language asked for."""

    authority: str
    service: str
    name: str


@dataclass(frozen=True, slots=True)
class BookableAuthority:
    """An authority with the services that can be booked."""

    name: str
    services: tuple[BookableService, ...]


def bookable_services(office: Office, *, english: bool = False) -> tuple[BookableAuthority, ...]:
    """Services of pools in force that the office offers, by authority: one query and the menu.

    What needs broken equipment is left out, because the menu leaves it out.
    """
    today = clock.today()
    lasting = Q(booking_pools__valid_to=None) | Q(booking_pools__valid_to__gte=today)
    pooled = Service.objects.filter(lasting, booking_pools__office=office).distinct()
    wanted = set(pooled.values_list("pk", flat=True))
    by_authority: dict[str, list[BookableService]] = {}
    for one in menu_of(office.key):
        if one.service_id in wanted:
            authority = one.authority_en if english else one.authority_sv
            name = one.service_en if english else one.service_sv
            found = BookableService(one.authority, one.service, name)
            by_authority.setdefault(authority, []).append(found)
    return tuple(BookableAuthority(name, tuple(some)) for name, some in by_authority.items())


def hours_known(office: Office) -> bool:
    """Whether the register says when the office is open, now or at some later time."""
    found = opening_of(office)
    return found.open is not None or found.next_opening is not None
