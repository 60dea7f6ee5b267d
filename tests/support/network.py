"""The embedded Swedish network, and small made-up networks, for tests that read or change them."""

from datetime import date

import pytest
from django.db import transaction

from knutpunkt.network import services
from knutpunkt.network.models import (
    BalanceMember,
    County,
    Municipality,
    OpeningBalance,
)


@pytest.fixture(scope="module")
def swedish_network(django_db_setup, django_db_blocker):
    """The embedded network, loaded once per module and taken back after its last test.

    Ask also for ``db``: what a test changes is then undone after it.
    """
    from knutpunkt.planning.loading import embedded_network_load

    with django_db_blocker.unblock(), transaction.atomic():
        yield embedded_network_load()
        transaction.set_rollback(True)


@pytest.fixture
def municipality(db):
    """A municipality in the middle of a county, where a made-up office can stand."""
    county = County.objects.create(code="N1", name="North")
    return Municipality.objects.create(
        code="N1-1", name="Northtown", county=county, lat=60.0, lon=15.0
    )


@pytest.fixture
def office(municipality):
    """A made-up office with a name, a kind and an address; nothing has happened to it yet."""
    return made_office("north", municipality=municipality)


def made_office(key, **address):
    """Put an office on record."""
    return services.office_create(key=key, name=key.title(), by="a test", **address)


def made_balance(day, total, *members, **claim):
    """Record an opening balance with its named members."""
    found = OpeningBalance.objects.create(on=day, total=total, recorded_by="a test", **claim)
    for office in members:
        BalanceMember.objects.create(balance_on=day, office=office, recorded_by="a test", **claim)
    return found


def happened(office, kind, day, **claim):
    """Record an event."""
    text = day.isoformat() if isinstance(day, date) else day
    return services.event_record(office=office, kind=kind, happened_on=text, by="a test", **claim)
