"""Programmes to read and to change."""

import pytest

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from support.network import municipality, office, swedish_network
from support.programme import small_programme, swedish_programme

__all__ = ["municipality", "office", "small_programme", "swedish_network", "swedish_programme"]

PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture(autouse=True)
def english(settings):
    """Refusals follow the reader's language; here the reader reads English."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """Filed documents of a test lie in a folder of its own."""
    monkeypatch.setenv("KNUTPUNKT_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def signed_in(db, client):
    """Sign a client in with a role: ``signed_in("planner")``."""

    def sign_in(role):
        head = person_create(username=f"head-{role}", password=PASSWORD, by=None)
        appoint(head, Role.ADMINISTRATOR, by=head)
        person = person_create(username=f"the-{role}", password=PASSWORD, by=head)
        appoint(person, Role(role), by=head)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in
