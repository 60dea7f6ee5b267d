"""An administrator, a reader and an office manager in front of a small register."""

import pytest
from django.test import Client

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import Post, appoint, person_create
from knutpunkt.network.models import (
    AgreementTask,
    Authority,
    County,
    Municipality,
    Office,
    OfficeAddress,
    Service,
    ServiceAgreement,
)
from knutpunkt.network.services import event_record, office_create

PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture(autouse=True)
def _plain_surroundings(settings):
    """The slow hash is Django's to test; texts are compared in English."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def boss(db):
    return person_create(username="boss", password=PASSWORD, by=None)


@pytest.fixture
def sign_in(boss):
    def as_role(role, post=None):
        person = boss if role == "administrator" else None
        person = person or person_create(username=f"the-{role}", password=PASSWORD, by=boss)
        appoint(person, Role(role), by=boss, post=post or Post())
        client = Client()
        client.force_login(person)
        return client

    return as_role


@pytest.fixture
def administrator(sign_in):
    return sign_in("administrator")


@pytest.fixture
def municipality(db):
    county = County.objects.create(code="14", name="Västra Götalands län")
    return Municipality.objects.create(code="1491", name="Ulricehamn", county=county)


@pytest.fixture
def ulricehamn(municipality):
    """An office with an address that opened on 2020-11-02."""
    office = office_create(
        key="ulricehamn", name="Ulricehamn", by="loader", municipality=municipality, street="Torget"
    )
    event_record(office=office, kind="opened", happened_on="2020-11-02", by="loader")
    return office


@pytest.fixture
def task(db):
    """Help with taxes, under an agreement in force from 2019-06-01 to 2024-12-31."""
    tax = Authority.objects.create(slug="tax", name_sv="Skatteverket", name_en="Tax Agency")
    service = Service.objects.create(
        authority=tax, slug="folkbokforing", name_sv="Folkbokföring", name_en="Registration"
    )
    agreement = ServiceAgreement.objects.create(
        key="tax-2019", valid_from="2019-06-01", valid_to="2024-12-31", recorded_by="loader"
    )
    return AgreementTask.objects.create(agreement=agreement, service=service)


@pytest.fixture
def many_offices(municipality):
    """More facts of each kind, to see whether a list asks the database once per line."""

    def made(number):
        for n in range(Office.objects.count(), Office.objects.count() + number):
            office = office_create(key=f"office-{n}", name=f"Office {n}", by="loader")
            event_record(office=office, kind="opened", happened_on="2021", by="loader")
            OfficeAddress.objects.create(
                office=office, street=f"Street {n}", municipality=municipality, recorded_by="loader"
            )

    return made
