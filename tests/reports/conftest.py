"""The embedded network, reports on it, and facts and texts made up for one rule."""

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.programme.templates_loading import templates_load
from knutpunkt.reports.building import forecasts
from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.services import report_build, report_draft, report_open
from support.network import swedish_network

__all__ = ["swedish_network"]

PASSWORD = "bänken-under-lindarna-7"
WINTER, SUMMER = date(2022, 1, 31), date(2022, 6, 30)


@pytest.fixture(autouse=True)
def english():
    """Refusals are read in English here, whatever language a page left active."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True, scope="module")
def few_runs():
    """Fewer runs of the forecast: what is tested here is what becomes of its answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forecasts, "RUNS", 200)
        yield


@pytest.fixture(scope="module")
def winter_report(swedish_network, few_runs, django_db_blocker):
    """The interim report on the commission of May 2021, as of the end of January 2022."""
    with django_db_blocker.unblock():
        templates_load()
        return report_open(mandate="2021-05", kind="interim", as_of=WINTER, by="a test")


@pytest.fixture(scope="module")
def winter_draft(winter_report, django_db_blocker):
    with django_db_blocker.unblock():
        return report_draft(winter_report)


@pytest.fixture(scope="module")
def winter_build(winter_report, django_db_blocker):
    with django_db_blocker.unblock():
        return report_build(report=winter_report, by="a test")


@pytest.fixture
def facts():
    """A few facts: 26 offices counted, one clause that is open."""
    table = FactTable("2022-01-31", "sv")
    table.put("openings.counted", 26, "offices", "a test")
    table.put("report.as_of", "2022-01-31", "day", "a test")
    name = table.member("clause", "total")
    table.put(f"{name}.verdict_key", "open", "text", "a test")
    table.put(f"{name}.verdict", "pågår", "text", "a test")
    table.put(f"{name}.paraphrase", "Minst 28 nya kontor.", "text", "a test")
    return table


@pytest.fixture
def sign_in(db, settings):
    """A visitor with an account and a role."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def as_role(role):
        person = person_create(username=f"the-{role}", password=PASSWORD, by=None)
        appoint(person, Role(role), by=person)
        client = Client()
        client.force_login(person)
        return client

    return as_role
