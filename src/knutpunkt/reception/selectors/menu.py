"""What an office offers today: its services with their level, without what is out of order."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from knutpunkt.core import clock
from knutpunkt.network.models import Authority, Service
from knutpunkt.network.selectors import offers_on
from knutpunkt.reception.errors import ServiceNotOffered
from knutpunkt.reception.models import EquipmentFault

#: How long a process believes its last reading of the register, in seconds.
KEPT = 20.0
GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True)
class Offered:
    """A service as a visitor can choose it."""

    service_id: int
    authority: str
    authority_sv: str
    authority_en: str
    service: str
    service_sv: str
    service_en: str
    level: str
    needs_equipment: str | None

    @property
    def key(self) -> str:
        """Authority and service in one word."""
        return f"{self.authority}/{self.service}"


_menus: dict[tuple[str, date], tuple[float, tuple[Offered, ...]]] = {}
_kinds: dict[str, str] = {}
_broken: dict[str, tuple[float, frozenset[str]]] = {}


def menu_of(office_key: str, *, day: date | None = None) -> tuple[Offered, ...]:
    """Services the office offers on the day, without those whose equipment is broken.

    The register is read at most every 20 seconds for an office; broken equipment is forgotten at
    once in the process that hears of it.
    """
    asked = day or clock.today()
    broken = _broken_now(office_key)
    return tuple(
        one for one in _menu(office_key, asked) if (one.needs_equipment or "") not in broken
    )


def offered(office_key: str, authority: str, service: str, *, day: date) -> Offered | None:
    """The service asked for; nothing when nobody has said what it is about.

    Only an authority says: guidance, or the first thing it offers.

    Raises
    ------
    ServiceNotOffered
        When the office does not offer it today.
    """
    if not authority and "/" in service:
        authority, _, service = service.partition("/")
    if not authority and not service:
        return None
    of_authority = [one for one in menu_of(office_key, day=day) if one.authority == authority]
    wanted = service or _usual(of_authority)
    found = next((one for one in of_authority if one.service == wanted), None)
    if found is None:
        raise ServiceNotOffered(service=f"{authority}/{service}".strip("/"))
    return found


def _usual(of_authority: list[Offered]) -> str:
    services = [one.service for one in of_authority]
    return GUIDANCE if GUIDANCE in services else "".join(services[:1])


def is_municipal(authority: str) -> bool:
    """Whether the authority is a municipality, whose errands are its own."""
    if not authority:
        return False  # nobody has said what it is about: that is asked most often
    if authority not in _kinds:
        _kinds.update(Authority.objects.values_list("slug", "kind"))
    return _kinds.get(authority) == "municipality"


def equipment_of(service_id: int) -> str | None:
    """Equipment a service needs."""
    if service_id not in _needs:
        _needs.update(Service.objects.values_list("pk", "needs_equipment_id"))
    return _needs.get(service_id)


_needs: dict[int, str | None] = {}


def forget_menus() -> None:
    """Read everything anew at the next question: after the register or equipment changed."""
    _menus.clear()
    _broken.clear()
    _kinds.clear()
    _needs.clear()


def _menu(office_key: str, day: date) -> tuple[Offered, ...]:
    kept = _menus.get((office_key, day))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    pks = {(s.authority_id, s.slug): s.pk for s in Service.objects.all()}
    found: dict[str, Offered] = {}
    for offer in offers_on(day, office=office_key):
        one = Offered(
            pks[offer.authority, offer.service],
            offer.authority,
            offer.authority_sv,
            offer.authority_en,
            offer.service,
            offer.service_sv,
            offer.service_en,
            offer.level,
            offer.needs_equipment,
        )
        found.setdefault(one.key, one)
    menu = tuple(found.values())
    _menus[office_key, day] = (time.monotonic() + KEPT, menu)
    return menu


def _broken_now(office_key: str) -> frozenset[str]:
    kept = _broken.get(office_key)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    faults = EquipmentFault.objects.filter(office__key=office_key, mended_at=None)
    found = frozenset(faults.values_list("equipment_id", flat=True))
    _broken[office_key] = (time.monotonic() + KEPT, found)
    return found
