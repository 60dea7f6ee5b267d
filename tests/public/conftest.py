"""Public pages on the embedded network, at a frozen minute; a template must know its variables."""

import pytest
from django.template import engines

from support.network import municipality, office, swedish_network

__all__ = ["municipality", "office", "swedish_network"]

NOW = "2022-06-28T11:00"


class UnknownVariable:
    """Takes the place of what a template shows for a variable that is not there."""

    def __contains__(self, text):
        return text == "%s"

    def __mod__(self, variable):
        pytest.fail(f"A template asks for “{variable}”, which is not there.")


@pytest.fixture(autouse=True)
def every_variable_is_there(monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", UnknownVariable())


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    """Tuesday 28 June 2022, eleven o'clock."""
    monkeypatch.setenv("KNUTPUNKT_NOW", NOW)


@pytest.fixture
def swedish(swedish_network, db, client):
    """A visitor who reads Swedish."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "sv"
    return client


@pytest.fixture
def english(swedish_network, db, client):
    """A visitor who reads English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
