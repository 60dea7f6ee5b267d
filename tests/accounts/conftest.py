"""One office in Ulricehamn, one in Borås, and a person for each role."""

import pytest

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import Post, appoint, person_create
from knutpunkt.network.models import Authority, County, Municipality, Office

PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """The slow hash is Django's to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def head(db):
    """The first account, which makes the others."""
    return person_create(username="head", password=PASSWORD, by=None)


@pytest.fixture
def places(db):
    """What roles can be bound to: ``own`` is the person's, ``other`` somebody else's."""
    found = {}
    for name, code in (("own", "14"), ("other", "06")):
        county = County.objects.create(code=code, name=f"{name} county")
        found[name] = Post(
            office=Office.objects.create(key=f"{name}-office", recorded_by="test"),
            county=county,
            municipality=Municipality.objects.create(
                code=f"{code}91", name=f"{name} municipality", county=county
            ),
            authority=Authority.objects.create(slug=f"{name}-kommun", name_sv=name, name_en=name),
        )
    return found


@pytest.fixture
def person(head, places):
    """A person with a role, bound to the own place."""

    def with_role(role, **days):
        made = person_create(username=f"the-{role}", password=PASSWORD, by=head)
        own = places["own"]
        bound = role in ("officer", "greeter", "municipal-desk", "office-manager")
        post = Post(
            office=own.office if bound else None,
            county=own.county if role == "county-reader" else None,
            municipality=own.municipality if role == "municipal-desk" else None,
            authority=own.authority if role == "municipal-desk" else None,
        )
        appoint(made, Role(role), by=head, post=post, **days)
        return made

    return with_role
