"""What a visitor can choose at the kiosk: authorities first, then what they do here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.network.models import Office
from knutpunkt.reception.kiosk.languages import MUNICIPALITY, Language
from knutpunkt.reception.models import Booking
from knutpunkt.reception.selectors.bookable import bookable_services
from knutpunkt.reception.selectors.bookings import bookings_of_day
from knutpunkt.reception.selectors.menu import Offered, is_municipal, menu_of

SWEDISH, ENGLISH = "sv", "en"


@dataclass(frozen=True, slots=True)
class Named:
    """A name of the register: the register has Swedish and English, the kiosk eight languages.

    ``lang`` says which one the name is in, ``gloss`` explains it in the visitor's language, and
    ``english`` stands beside a Swedish name where the visitor reads neither.
    """

    key: str
    name: str
    lang: str
    gloss: str = ""
    english: str = ""


def authorities_of(office: str, language: Language) -> list[Named]:
    """Authorities with something to offer at the office today, by name."""
    found: dict[str, Named] = {}
    for one in menu_of(office):
        if one.authority not in found:
            found[one.authority] = _authority(one, language)
    return sorted(found.values(), key=lambda named: named.name)


def services_of(office: str, authority: str, language: Language) -> list[Named]:
    """What an authority offers at the office today."""
    return [_service(one, language) for one in menu_of(office) if one.authority == authority]


def booked_times_at(office: Office) -> bool:
    """Whether anybody can come with a booked time: one can be booked, or one is for today."""
    if bookable_services(office):
        return True
    midnight = datetime.combine(clock.today(), time.min, NETWORK_ZONE)
    today = bookings_of_day(office.pk, midnight, midnight + timedelta(days=1))
    return today.filter(status=Booking.Status.CONFIRMED).exists()


def _authority(one: Offered, language: Language) -> Named:
    key = MUNICIPALITY if is_municipal(one.authority) else one.authority
    gloss = language.glosses.get(key, "")
    if language.tag == ENGLISH:
        return Named(one.authority, one.authority_en, ENGLISH, gloss)
    return Named(one.authority, one.authority_sv, SWEDISH, gloss)


def _service(one: Offered, language: Language) -> Named:
    if language.tag == ENGLISH:
        return Named(one.service, one.service_en, ENGLISH)
    english = "" if language.tag == SWEDISH else one.service_en
    return Named(one.service, one.service_sv, SWEDISH, english=english)
