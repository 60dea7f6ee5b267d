"""The reception over HTTP: what is answered, what is refused, and that once is once."""

import asyncio
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.reception.api import visits
from knutpunkt.reception.api.answers import Answer, OfficeNow, Ticket
from knutpunkt.reception.api.asked import LARGEST_BODY
from knutpunkt.reception.api.house import TABLE
from knutpunkt.reception.api.problems import Problem
from knutpunkt.reception.rate import forget
from knutpunkt.web.fast import ShortWay, beside
from support.network import made_office
from support.programs import ROOT, asked, program

MOMENT = "2022-06-28T11:00:00+02:00"


@pytest.fixture
def office(db):
    """An office that nobody has described further; whoever comes says nothing."""
    return made_office("north")


@pytest.fixture
def clerk(office):
    """A service officer's program."""
    return program(office, "officer", name="one")


def refusal(response):
    """A refusal in its one shape."""
    return Problem.model_validate(response.json())


# --- a visit --------------------------------------------------------------------------------------


def test_a_whole_visit_is_four_requests_with_empty_bodies_but_for_the_outcome(clerk):
    ticket = clerk.post("{office}/visits")
    called = clerk.post("{office}/calls")
    begun = clerk.post(f"errands/{called['errand']}/begin")
    done = clerk.post(f"errands/{called['errand']}/finish", {"outcome": "solved_here"})
    assert [one["state"] for one in (ticket, called, begun, done)] == [
        "waiting", "called", "serving", "done",
    ]  # fmt: skip
    assert {one["number"] for one in (ticket, called, begun, done)} == {"A1"}
    assert [one["version"] for one in (ticket, called, begun, done)] == [1, 2, 3, 4]
    # The third event opened the counter by itself.
    assert [one["office_seq"] for one in (ticket, called, begun, done)] == [1, 3, 4, 5]
    assert called["counter"] == "1"


def test_a_ticket_is_created_and_an_action_is_done(clerk):
    assert clerk.ask("POST", "{office}/visits").status_code == 201
    assert clerk.ask("POST", "{office}/calls", {}).status_code == 200


def test_a_ticket_says_where_to_follow_it_and_where_to_wait(clerk):
    ticket = Ticket.model_validate(clerk.post("{office}/visits", {"language": "en"}))
    assert len(ticket.follow) >= 22  # 128 bits or more
    assert ticket.place == "inside"


def test_an_empty_queue_is_no_refusal(clerk):
    nobody = clerk.post("{office}/calls")
    assert nobody["number"] is None
    assert (nobody["state"], nobody["errand"], nobody["version"]) == ("empty", None, 0)
    assert nobody["office_seq"] >= 0


def test_a_counter_named_in_the_body_is_opened_and_used(clerk):
    clerk.post("{office}/visits")
    assert clerk.post("{office}/calls", {"counter": "7"})["counter"] == "7"
    assert clerk.post("{office}/visits")["number"] == "A2"
    assert clerk.post("{office}/calls", {"counter": 8})["counter"] == "8"


def test_two_clerks_without_counters_get_the_first_free_ones(clerk, office):
    other = program(office, "officer", name="two")
    for one in (clerk, other):
        one.post("{office}/visits")
    assert clerk.post("{office}/calls")["counter"] == "1"
    assert other.post("{office}/calls")["counter"] == "2"


def test_one_errand_can_be_called_out_of_its_order(clerk):
    clerk.post("{office}/visits")
    second = clerk.post("{office}/visits")
    assert clerk.post("{office}/calls", {"errand": second["errand"]})["number"] == "A2"


@pytest.mark.parametrize(
    ("before", "action", "state"),
    [
        (("begin",), "park", "parked"),
        (("begin", "park"), "resume", "serving"),
        (("begin", "park"), "release", "waiting"),
        ((), "recall", "called"),
        ((), "no-show", "missed"),
        (("no-show",), "reactivate", "waiting"),
        (("no-show",), "leave", "left"),
        (("begin",), "undo", "called"),
    ],
)
def test_each_action_leads_where_the_table_of_states_says(before, action, state, clerk):
    clerk.post("{office}/visits")
    errand = clerk.post("{office}/calls")["errand"]
    for one in before:
        clerk.post(f"errands/{errand}/{one}")
    assert clerk.post(f"errands/{errand}/{action}")["state"] == state
    assert clerk.get(f"errands/{errand}")["state"] == state


def test_a_transfer_answers_about_the_errand_that_waits_now(clerk):
    clerk.post("{office}/visits")
    errand = clerk.post("{office}/calls", {"counter": "1"})["errand"]
    clerk.post("{office}/sessions", {"counter": "4"})
    passed_on = clerk.post(f"errands/{errand}/transfer", {"to_counter": 4})
    assert (passed_on["state"], passed_on["number"]) == ("waiting", "A1")
    assert passed_on["errand"] != errand
    assert clerk.get(f"errands/{errand}")["state"] == "transferred"


def test_another_errand_of_the_visit_keeps_the_number(clerk):
    ticket = clerk.post("{office}/visits")
    added = clerk.post(f"errands/{ticket['errand']}/add")
    assert (added["number"], added["visit"]) == ("A1", ticket["visit"])
    assert added["errand"] != ticket["errand"]


# --- once is once ---------------------------------------------------------------------------------


def test_a_request_sent_again_under_its_key_is_carried_out_once(clerk):
    key = {"HTTP_IDEMPOTENCY_KEY": "press-1"}
    first = clerk.post("{office}/visits", **key)
    again = clerk.post("{office}/visits", **key)
    assert (first["number"], first["office_seq"]) == (again["number"], again["office_seq"])
    assert first["follow"] == again["follow"]
    assert clerk.post("{office}/visits")["number"] == "A2"


def test_who_saw_an_earlier_version_is_told_so(clerk):
    clerk.post("{office}/visits")
    called = clerk.post("{office}/calls")
    stale = clerk.ask("POST", f"errands/{called['errand']}/begin", {"version": 1})
    assert stale.status_code == 409
    assert refusal(stale).code == "changed-meanwhile"
    now = clerk.post(f"errands/{called['errand']}/begin", {"version": called["version"]})
    assert now["state"] == "serving"


@pytest.mark.parametrize("key", ["x" * 65, "å", "a\tb"])
def test_a_key_that_cannot_be_kept_is_refused(key, clerk):
    said = clerk.ask("POST", "{office}/visits", HTTP_IDEMPOTENCY_KEY=key)
    assert said.status_code == 422
    assert refusal(said).field == "Idempotency-Key"


# --- what is refused ------------------------------------------------------------------------------


def test_without_a_token_nothing_is_told(office):
    said = asked("POST", "north/visits")
    assert said.status_code == 401
    assert said["WWW-Authenticate"].startswith("Bearer")
    assert refusal(said).code == "token-unknown"


@pytest.mark.parametrize("token", ["x", "å", "", "a b", "x" * 5000])
def test_a_made_up_token_opens_nothing(token, office):
    said = asked("POST", "north/visits", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert said.status_code == 401


def test_an_errand_is_not_finished_without_an_outcome(clerk):
    clerk.post("{office}/visits")
    errand = clerk.post("{office}/calls")["errand"]
    said = clerk.ask("POST", f"errands/{errand}/finish")
    assert (said.status_code, refusal(said).code) == (422, "outcome-missing")
    assert "solved_here" in refusal(said).hint


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "body-unreadable"),
        (b"[]", "body-unreadable"),
        (b'"x"', "body-unreadable"),
        (b'{"party_size": NaN}', "body-unreadable"),
        (b"\xff\xfe", "body-unreadable"),
        (b"[" * 9000, "body-unreadable"),
        (b'{"party_size": ' + b"9" * 5000 + b"}", "body-unreadable"),
        (b'{"party_size": 99999999999999999999}', "value-unreadable"),
        (b'{"party_size": "many"}', "value-unreadable"),
        (b'{"language": "\\u0000"}', "value-unreadable"),
        (b'{"language": "\\ud800"}', "value-unreadable"),
        (b'{"at_device": "2022-06-28T11:00:00"}', "value-unreadable"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(body, code, clerk):
    said = clerk.ask("POST", "{office}/visits", body)
    assert (said.status_code, refusal(said).code) == (422, code)


def test_a_body_larger_than_any_action_needs_is_refused(clerk):
    said = clerk.ask("POST", "{office}/visits", b" " * (LARGEST_BODY + 1))
    assert (said.status_code, refusal(said).code) == (413, "body-too-large")


@pytest.mark.parametrize("path", ["", "north/nothing", "errands/1/begin/x", "north/visits/1"])
def test_an_address_that_leads_nowhere_says_so(path, clerk):
    said = clerk.ask("POST", path)
    assert said.status_code in (404, 405)
    assert refusal(said).hint


def test_an_address_asked_the_wrong_way_names_the_right_one(clerk):
    said = clerk.ask("GET", "{office}/visits")
    assert (said.status_code, said["Allow"]) == (405, "POST")


@pytest.mark.parametrize("errand", ["0", "-1", "x", "9" * 40, "１", "1.5"])
def test_an_errand_that_cannot_be_is_unknown(errand, clerk):
    said = clerk.ask("POST", f"errands/{errand}/begin")
    assert (said.status_code, refusal(said).code) == (404, "errand-unknown")


def test_refusals_speak_the_language_that_is_asked_for(clerk):
    english = clerk.ask("POST", "{office}/day/end")
    swedish = clerk.ask("POST", "{office}/day/end", HTTP_ACCEPT_LANGUAGE="sv-SE,sv;q=0.9,en;q=0.1")
    assert refusal(english).code == refusal(swedish).code == "not-allowed"
    assert refusal(english).message.startswith("The role")


def test_a_kiosk_that_is_stuck_is_stopped_and_staff_is_not(office, clerk, monkeypatch):
    monkeypatch.setattr(visits, "KIOSK_PER_MINUTE", 3)
    forget()
    kiosk = program(office, "kiosk")
    given = [kiosk.ask("POST", "{office}/visits") for _ in range(4)]
    assert [one.status_code for one in given] == [201, 201, 201, 429]
    assert refusal(given[-1]).code == "too-many-requests"
    assert [clerk.ask("POST", "{office}/visits").status_code for _ in range(5)] == [201] * 5


# --- another time ---------------------------------------------------------------------------------


def test_another_time_is_believed_only_where_a_simulation_runs(clerk, monkeypatch):
    said = clerk.ask("POST", "{office}/visits", HTTP_X_SIMULATED_AT=MOMENT)
    assert (said.status_code, refusal(said).code) == (403, "no-simulation-here")
    monkeypatch.setenv("KNUTPUNKT_SIMULATION", "1")
    assert clerk.ask("POST", "{office}/visits", HTTP_X_SIMULATED_AT=MOMENT).status_code == 201
    before = clock.now() - timedelta(days=365)
    assert clock.instant(MOMENT) < before


def test_a_time_that_cannot_be_read_is_refused(clerk, monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_SIMULATION", "1")
    said = clerk.ask("POST", "{office}/visits", HTTP_X_SIMULATED_AT="soon")
    assert (said.status_code, refusal(said).field) == (422, "X-Simulated-At")


# --- reading --------------------------------------------------------------------------------------


def test_the_office_now_tells_the_queue_in_order_and_why(clerk):
    first = clerk.post("{office}/visits", {"prio_class": "frail"})
    second = clerk.post("{office}/visits")
    waiting = clerk.get("{office}/waiting")["waiting"]
    assert [one["number"] for one in waiting] == ["A1", "A2"]
    said = clerk.get(f"errands/{first['errand']}/why?before={second['errand']}")
    assert said["is_before"]
    assert said["first"]["number"] == "A1"
    assert OfficeNow.model_validate(clerk.get("{office}")).office == "north"


def test_why_needs_the_other_errand(clerk):
    first = clerk.post("{office}/visits")
    said = clerk.ask("GET", f"errands/{first['errand']}/why")
    assert (said.status_code, refusal(said).field) == (422, "before")


def test_people_without_tickets_are_counted(clerk):
    assert clerk.post("{office}/people")["without_ticket"] == 1
    assert clerk.post("{office}/people", {"change": 3})["without_ticket"] == 4
    assert clerk.post("{office}/people", {"change": -2})["without_ticket"] == 2


def test_counters_are_opened_listed_and_closed(clerk):
    assert clerk.post("{office}/sessions")["counter"] == "1"
    assert clerk.post("{office}/sessions", {"counter": "Ö7"})["counter"] == "Ö7"
    assert [one["counter"] for one in clerk.get("{office}/sessions")["sessions"]] == ["1", "Ö7"]
    assert clerk.ask("DELETE", "{office}/sessions", {"counter": "Ö7"}).status_code == 200
    assert clerk.post("{office}/sessions/close")["sessions"] == []
    gone = clerk.ask("POST", "{office}/sessions/close")
    assert (gone.status_code, refusal(gone).code) == (409, "counter-not-open")


def test_the_day_ends_with_its_report(office, clerk):
    clerk.post("{office}/visits")
    chief = program(office, "office-manager")
    assert chief.post("{office}/day/end")["report"]["visits"] == 1
    closed = clerk.ask("POST", "{office}/visits")
    assert (closed.status_code, refusal(closed).code) == (409, "office-closed-now")


def test_head_is_a_get_without_its_body(clerk):
    said = clerk.ask("HEAD", "{office}")
    assert (said.status_code, said.content) == (200, b"")


# --- the short way --------------------------------------------------------------------------------


def test_the_short_way_answers_as_the_view_does(clerk, rf):
    taken = {}

    def start(status, headers):
        taken.update(status=status, headers=dict(headers))

    pages = beside(lambda _environ, _start: [b"pages"])
    around = {"HTTP_AUTHORIZATION": f"Bearer {clerk.token}"}
    environ = rf.get(f"{ROOT}north", **around).environ
    (content,) = pages(environ, start)
    view = clerk.ask("GET", "{office}")
    assert json.loads(content) == view.json()
    assert taken["status"] == "200 OK"
    assert taken["headers"]["Content-Type"] == view["Content-Type"]
    assert list(pages(rf.get("/api/offices").environ, start)) == [b"pages"]


@pytest.mark.django_db(transaction=True)
def test_the_one_process_server_has_the_same_short_way():
    clerk = program(made_office("west"), "officer")
    sent = []

    async def receive():
        return {"type": "http.request", "body": b'{"language": "en"}'}

    async def send(message):
        sent.append(message)

    async def pages(scope, _receive, _send):
        sent.append(scope["path"])

    way = ShortWay(pages, threads=1)
    scope = {
        "method": "POST", "path": f"{ROOT}west/visits", "query_string": b"",
        "headers": [(b"authorization", f"Bearer {clerk.token}".encode())],
    }  # fmt: skip
    asyncio.run(way(scope, receive, send))
    assert (sent[0]["status"], json.loads(sent[1]["body"])["number"]) == (201, "A1")
    asyncio.run(way({"path": "/api/offices"}, receive, send))
    assert sent[2] == "/api/offices"
    way.threads_end()


def test_every_address_is_described(client):
    described = client.get(f"{ROOT}openapi.json").json()["paths"]
    listed = {(path, method) for path, ways in described.items() for method in ways}
    assert listed == {(ROOT + row.path, row.method.lower()) for row in TABLE.rows}
    assert all(row.summary.endswith(".") for row in TABLE.rows)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(st.sampled_from(["call", "begin", "park", "resume", "undo", "no-show"])))
def test_whatever_is_asked_in_whatever_order_the_sequence_has_no_gap(actions, clerk):
    clerk.post("{office}/visits")
    seen = [clerk.get("{office}")["office_seq"]]
    errand = clerk.get("{office}")["errands"][-1]["errand"]
    for action in actions:
        path = "{office}/calls" if action == "call" else f"errands/{errand}/{action}"
        said = clerk.ask("POST", path)
        now = clerk.get("{office}")["office_seq"]
        acted = said.status_code == 200 and said.json()["errand"] is not None
        # Opening the counter by calling is an event of its own.
        assert now - seen[-1] in ((1, 2) if acted else (0, 1))
        if acted:
            assert Answer.model_validate(said.json()).office_seq == now
        seen.append(now)
