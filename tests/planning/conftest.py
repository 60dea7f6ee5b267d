"""The embedded network with its plan, small made-up cases, and people who look at them."""

import pytest
from django.test import Client

from knutpunkt.accounts.models import Role, User
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.planning.services import plan
from support.network import municipality, swedish_network

__all__ = ["municipality", "swedish_network"]

PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture(scope="module")
def swedish_plan(swedish_network, django_db_blocker):
    """The plan for the commission of May 2021."""
    with django_db_blocker.unblock():
        return plan("2021-05")


@pytest.fixture
def sign_in(db, settings):
    """A visitor with an account and a role."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def as_role(role):
        maker = User.objects.order_by("pk").first()
        person = person_create(username=f"the-{role}", password=PASSWORD, by=maker)
        appoint(person, Role(role), by=maker or person)
        client = Client()
        client.force_login(person)
        return client

    return as_role
