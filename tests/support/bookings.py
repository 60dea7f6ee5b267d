"""An office that takes bookings, for tests that book: opening hours, two services, equipment.

The office ``north`` is open from Monday to Friday, 10 to 16, on whatever day a test stands still
at. Guidance needs nothing; an identity check needs biometric equipment.
"""

from datetime import date, datetime, timedelta

import pytest

from knutpunkt.core import clock
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    Equipment,
    HoursRule,
    OfficeEquipment,
    Service,
    ServiceAgreement,
    ServiceLevel,
)
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import TAKES_A_PLACE, Booking, SlotCapacity
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.services.bookings import booking_confirm, booking_hold
from knutpunkt.reception.services.pools import pool_set
from support.network import happened, made_office, municipality

__all__ = ["house", "municipality"]

TUESDAY = date(2022, 9, 13)
OPENED = "2022-01-03"


def at(monkeypatch, text):
    """Let it be a time."""
    monkeypatch.setenv("KNUTPUNKT_NOW", text)


def instant(text):
    return clock.instant(text)


class House:
    """An office with its services, and short words for what tests do with them."""

    def __init__(self, office, services):
        self.office = office
        self.guidance, self.identity = services

    def pool(self, *services, key="counter", **values):
        said = {"slot_minutes": 30, "staff": 1, "valid_from": TUESDAY - timedelta(days=30)}
        return pool_set(
            office=self.office, key=key, services=services or (self.guidance,), **said | values
        )

    def held(self, text, service=None, **more):
        booking, code = booking_hold(
            office=self.office,
            service=service or self.guidance,
            starts_at=instant(text),
            **more,
        )
        return booking, code

    def booked(self, text, service=None, email="", phone="", **more):
        _held, code = self.held(text, service, **more)
        return booking_confirm(code=code, email=email, phone=phone), code

    def actor(self, role="office-manager", name="p1"):
        return Actor(self.office.pk, self.office.key, role, name)

    def kinds(self):
        """Kinds of the office's events, in order."""
        from knutpunkt.reception.models import Event

        found = Event.objects.filter(office=self.office).order_by("id")
        return list(found.values_list("kind", flat=True))


@pytest.fixture
def house(municipality, monkeypatch):
    """The office at nine o'clock on a Tuesday in September."""
    at(monkeypatch, f"{TUESDAY}T09:00")
    return made_house(municipality)


def made_house(municipality, key="north"):
    office = made_office(
        key, municipality=municipality, street="Torget 1", locality="Northtown", lat=60.0, lon=15.0
    )
    happened(office, "opened", OPENED)
    hours_said(office, "Mo-Fr 10:00-16:00")
    forget_menus()
    return House(office, offered(office))


def hours_said(office, week, **more):
    said = {"layer": "weekly", "valid_from": OPENED, "published_on": OPENED, **more}
    rule = HoursRule(office=office, week=week, recorded_by="a test", **said)
    rule.full_clean(exclude=["known_from", "recorded_at"])
    rule.save()
    return rule


def offered(office):
    """Two services of the tax agency, offered by an agreement."""
    tax = Authority.objects.create(
        slug="skatteverket", name_sv="Skatteverket", name_en="Tax Agency"
    )
    kit = Equipment.objects.create(slug="biometrics", name_sv="Biometri", name_en="Biometrics")
    agreement = ServiceAgreement.objects.create(
        key="skv", title_sv="Avtal", title_en="Agreement", recorded_by="a test"
    )
    guidance = Service.objects.create(
        authority=tax, slug="guidance", name_sv="Vägledning", name_en="Guidance"
    )
    identity = Service.objects.create(
        authority=tax, slug="identity-check", name_sv="Id-kontroll", name_en="Identity check",
        needs_equipment=kit,
    )  # fmt: skip
    for service in (guidance, identity):
        task = AgreementTask.objects.create(agreement=agreement, service=service)
        ServiceLevel.objects.create(
            office=office, task=task, level="full", valid_from=OPENED, recorded_by="a test"
        )
    return guidance, identity


def equipped(office, **more):
    """Put biometric equipment into the office."""
    return OfficeEquipment.objects.create(
        office=office, equipment_id="biometrics", recorded_by="a test",
        **{"valid_from": OPENED, **more},
    )  # fmt: skip


def overfull():
    """Slots where more is taken than there is, or another number than bookings say."""
    return [
        (slot.pk, slot.taken, slot.cap)
        for slot in SlotCapacity.objects.all()
        if not Booking.objects.filter(slot=slot, status__in=TAKES_A_PLACE).count()
        == slot.taken
        <= slot.cap
    ]


def clock_of(slots):
    """Beginnings of slots as the clock on the wall shows them."""
    return [slot.starts_at.strftime("%H:%M") for slot in slots]


def in_minutes(minutes):
    return clock.now() + timedelta(minutes=minutes)


def day_of(text):
    return datetime.fromisoformat(text).date()
