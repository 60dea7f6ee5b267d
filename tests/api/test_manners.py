"""How the API behaves, whatever is asked: refusals in one shape, no fault on rubbish, documents."""

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

QUESTIONS = (
    "/api/offices", "/api/offices/{key}", "/api/nearest", "/api/counts", "/api/published-counts",
    "/api/mandates", "/api/mandates/{slug}/check", "/api/areas", "/api/municipalities",
)  # fmt: skip
# Every published figure needs the network of two days: few examples say enough.
SLOW = {"/api/published-counts": 4}
SHAPE = {"code", "message", "hint", "field"}


def test_refusals_have_one_shape(client, db):
    for address, status in (
        ("/api/offices?on=yesterday", 422),
        ("/api/offices?on=1789-07-14", 422),
        ("/api/offices?limit=201", 422),
        ("/api/offices?state=asleep", 422),
        ("/api/offices?municipality=0000", 422),
        ("/api/offices?cursor=zzz", 422),
        ("/api/offices/no%00key", 422),
        ("/api/offices/nowhere", 404),
        ("/api/nowhere", 404),
        ("/api/mandates/nothing/check", 404),
    ):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert set(answer.json()) == SHAPE, address
        assert answer.json()["message"]


def test_nothing_can_be_written(client, db):
    for address in ("/api/offices", "/api/counts", "/api/openapi.json"):
        answer = client.post(address, {"name": "x"})
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
        assert set(answer.json()) == SHAPE


def test_head_answers_as_get_does(client, db):
    assert client.head("/api/mandates").status_code == 200


def test_an_answer_may_be_kept_and_is_not_sent_twice(client, db):
    first = client.get("/api/municipalities")
    assert first["Cache-Control"] == "public, max-age=60"
    again = client.get("/api/municipalities", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Cookie" not in first.get("Vary", "")


def test_a_refusal_is_not_kept(client, db):
    assert "Cache-Control" not in client.get("/api/offices?on=x")


def test_the_root_leads_to_the_documents(client):
    assert client.get("/api/")["Location"] == "/api/docs"


def test_the_documents_load_nothing_from_other_hosts(client):
    page = client.get("/api/docs").content.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert [a for a in addresses if not a.startswith(("/static/", "/api/openapi.json"))] == []
    # An inline script would be stopped by the content security policy.
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page) == []
    for address in addresses:
        assert client.get(address).status_code == 200, address


def test_without_javascript_the_documents_point_to_the_description(client):
    page = client.get("/api/docs").content.decode()
    (said,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert 'href="/api/openapi.json"' in said


def test_every_parameter_and_every_answer_is_described(client):
    document = client.get("/api/openapi.json").json()
    mute = [
        f"{path} {parameter['name']}"
        for path, item in document["paths"].items()
        for parameter in item["get"].get("parameters", [])
        if not (parameter.get("description") or parameter["schema"].get("description"))
    ]
    assert mute == []
    assert all(item["get"]["summary"] for item in document["paths"].values())
    assert tuple(document["paths"]) == QUESTIONS


@pytest.fixture
def connection_kept():
    """A server closes connections between requests; the test's transaction needs its own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def document(swedish_network, db, connection_kept):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
def test_rubbish_is_refused_and_answers_are_as_described(question, document):
    asking = document[question]["GET"]
    sense, nonsense = (asking.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(
        max_examples=SLOW.get(question, 40),
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(sense | nonsense)
    def asked(case):
        # Which days can be computed and which keys are on record no schema can say.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    asked()
