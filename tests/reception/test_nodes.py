"""What a node brings is judged as everything else is: nothing made up, nothing of others lost."""

import json
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception import ledger
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import (
    CounterSession,
    Errand,
    Event,
    Incident,
    NodeRequest,
    OfficeDay,
    OfficeSequence,
    Visit,
    key_of,
)
from knutpunkt.reception.nodes import batch as batches
from knutpunkt.reception.nodes.owning import node_attach, node_detach
from knutpunkt.reception.services import calls, happenings, house, sessions, visits
from support.network import made_office
from support.programs import program
from support.reception import contradictions_read

MORNING = clock.instant("2022-09-13T09:00")
NODE = "van"


@pytest.fixture
def kiruna(db):
    return made_office("kiruna")


@pytest.fixture
def boras(db):
    return made_office("boras")


@pytest.fixture(autouse=True)
def morning(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", MORNING.isoformat())


@pytest.fixture
def van(kiruna):
    """The node's program, attached."""
    found = program(kiruna, "node", name="n1")
    assert found.ask("POST", "{office}/node/attach", {"name": NODE}).status_code == 200
    return found


def actor(office, role="officer", name="p1"):
    return Actor(office.pk, office.key, role, name)


@contextmanager
def at_the_node():
    """Whatever happens inside happens in the node's own file: the centre knows nothing of it."""
    ledger.act_as(NODE)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        ledger.act_as(ledger.CENTRE)


def done_at_the_node(office, work, *, after=0, most=batches.MOST_EVENTS):
    """Work at the node; the batches it would send one after the other."""
    found = []
    with at_the_node():
        work()
        while not found or not found[-1]["complete"]:
            found.append(batches.batch_after(office, after, most=most))
            after = found[-1]["through"]
    return found


def brings(van, batch):
    return van.ask("POST", "{office}/node/exchange", {"name": NODE, "batch": batch})


def refused(van, batch, *, status=409, code="merge-refused"):
    events = Event.objects.count()
    said = brings(van, batch)
    assert (said.status_code, said.json().get("code")) == (status, code), said.content
    assert Event.objects.count() == events
    return said.json()["message"]


def whole(number):
    def read(sql, *values):
        with connection.cursor() as cursor:
            cursor.execute(sql.replace("?", "%s"), values)
            return cursor.fetchall()

    return contradictions_read(read, number)


def one_event(office, seq=1, **more):
    said = {
        "office": office.pk, "office_seq": seq, "kind": "people-counted", "people": 1,
        "at": MORNING.isoformat(), "local_day": "2022-09-13", "data": {"change": 1},
    }  # fmt: skip
    return {"model": "reception.event", "pk": key_of(office.pk, seq), "fields": said | more}


def batch_of(events, rows=(), *, complete=True):
    return {"complete": complete, "events": json.dumps(events), "rows": json.dumps(list(rows))}


def row_of(row):
    from django.core import serializers

    return json.loads(serializers.serialize("json", [row]))[0]


def a_working_day(office):
    """Everything a node does in a day."""
    by, greeter = actor(office), actor(office, "greeter", "g1")

    def work():
        house.people_count(by=greeter, change=2)
        sessions.session_open(by=by, counter="1")
        for language in ("sv", "ar", "so"):
            visits.visit_open(by=by, language=language, interpreter="ar", access_needs="quiet")
        visits.visit_open(by=by, practice=True)
        first = calls.errand_call_next(by=by)
        calls.errand_begin(by=by, errand=first.errand)
        calls.errand_park(by=by, errand=first.errand)
        second = calls.errand_call_next(by=by)
        calls.errand_miss(by=by, errand=second.errand)
        calls.errand_reactivate(by=by, errand=second.errand)
        calls.errand_resume(by=by, errand=first.errand)
        calls.errand_finish(by=by, errand=first.errand, outcome="solved_here")
        calls.errand_undo(by=by, errand=first.errand)
        calls.errand_finish(by=by, errand=first.errand, outcome="missing_document")
        visits.errand_add(by=by, visit=first.visit, begin=True)
        happenings.incident_report(by=by, kind="threat", account="Loud.", counter="1")
        calls.errand_leave(by=by, errand=second.errand)

    return work


# --- what a well-behaved node sends ---------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2, 5, 1_000])
def test_a_working_day_is_merged_in_batches_of_any_size(most, van, kiruna):
    with at_the_node():
        a_working_day(kiruna)()
        there = list(Errand.objects.order_by("pk").values())
        visits_there = list(Visit.objects.order_by("pk").values())
        sessions_there = list(CounterSession.objects.order_by("pk").values("staff", "closed_at"))
        log = list(Event.objects.order_by("pk").values())
    for batch in done_at_the_node(kiruna, a_working_day(kiruna), most=most):
        assert brings(van, batch).status_code == 200
        assert brings(van, batch).status_code == 200  # twice is as once
    assert list(Event.objects.order_by("pk").values("kind", "ticket", "state")) == [
        {name: event[name] for name in ("kind", "ticket", "state")} for event in log
    ]
    assert list(Visit.objects.order_by("pk").values()) == visits_there
    alike = [name for name in there[0] if name != "before"]
    assert list(Errand.objects.order_by("pk").values(*alike)) == [
        {name: errand[name] for name in alike} for errand in there
    ]
    found = CounterSession.objects.order_by("pk").values("staff", "closed_at")
    assert list(found) == sessions_there
    assert Incident.objects.get().account == "Loud."
    assert OfficeDay.objects.get().without_ticket == 2
    assert whole(kiruna.pk) == []


def test_who_took_an_action_at_the_node_takes_it_back_at_the_centre(van, kiruna):
    [batch] = done_at_the_node(kiruna, a_working_day(kiruna))
    assert brings(van, batch).status_code == 200
    node_detach(office=kiruna, name=NODE)
    left = Errand.objects.get(state="left")
    assert calls.errand_undo(by=actor(kiruna), errand=left.pk).state == "waiting"
    assert whole(kiruna.pk) == []


def test_a_day_ended_at_the_node_has_its_report_at_the_centre(van, kiruna):
    def work():
        visits.visit_open(by=actor(kiruna))
        house.day_end(office=kiruna.pk, by="m1")

    [batch] = done_at_the_node(kiruna, work)
    assert brings(van, batch).status_code == 200
    day = OfficeDay.objects.get(office=kiruna)
    assert (day.ended_at, day.without_ticket) == (MORNING, 0)
    assert day.report["visits"] == 1
    assert Errand.objects.get().outcome == "left_before_call"


ACTIONS = {
    "come": lambda by, _e: visits.visit_open(by=by),
    "call": lambda by, _e: calls.errand_call_next(by=by),
    "begin": lambda by, e: calls.errand_begin(by=by, errand=e),
    "finish": lambda by, e: calls.errand_finish(by=by, errand=e, outcome="solved_here"),
    "park": lambda by, e: calls.errand_park(by=by, errand=e),
    "resume": lambda by, e: calls.errand_resume(by=by, errand=e),
    "miss": lambda by, e: calls.errand_miss(by=by, errand=e),
    "leave": lambda by, e: calls.errand_leave(by=by, errand=e),
    "undo": lambda by, e: calls.errand_undo(by=by, errand=e),
    "close": lambda by, _e: sessions.session_close(by=by),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTIONS)), st.sampled_from(["p1", "p2"]))))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_node_could_do_the_centre_takes_in(van, kiruna, said):
    def work():
        for name, who in [("come", "p1"), ("come", "p1"), *said]:
            last = Errand.objects.order_by("-version", "pk").values_list("pk", flat=True).first()
            try:
                with transaction.atomic():
                    ACTIONS[name](actor(kiruna, name=who), last)
            except KnutpunktError:
                continue

    with transaction.atomic():
        for batch in done_at_the_node(kiruna, work, most=3):
            answer = brings(van, batch)
            assert answer.status_code == 200, answer.content
        assert whole(kiruna.pk) == []
        transaction.set_rollback(True)


# --- another office -------------------------------------------------------------------------------


def test_a_row_of_another_office_is_refused_whatever_office_it_names(van, kiruna, boras):
    waiting = visits.visit_open(by=actor(boras))
    row = row_of(Errand.objects.get(pk=waiting.errand))
    row["fields"] |= {"office": kiruna.pk, "state": "done", "version": 99}
    refused(van, batch_of([one_event(kiruna)], [row]))
    assert Errand.objects.get(pk=waiting.errand).state == "waiting"


@pytest.mark.parametrize("name", ["visit", "session", "parent"])
def test_a_key_of_another_office_is_refused_in_a_row(name, van, kiruna):
    [batch] = done_at_the_node(kiruna, lambda: visits.visit_open(by=actor(kiruna)))
    rows = json.loads(batch["rows"])
    errand = next(row for row in rows if row["model"] == "reception.errand")
    errand["fields"][name] = key_of(kiruna.pk + 1, 1)
    refused(van, batch | {"rows": json.dumps(rows)})


def test_a_row_that_no_event_speaks_of_is_refused(van, kiruna):
    node_detach(office=kiruna, name=NODE)
    waiting = visits.visit_open(by=actor(kiruna))
    node_attach(office=kiruna, name=NODE)
    row = row_of(Errand.objects.get(pk=waiting.errand))
    row["fields"] |= {"state": "done", "outcome": "solved_here", "version": 2}
    seq = OfficeSequence.objects.get(office=kiruna).last + 1
    assert "no event speaks" in refused(van, batch_of([one_event(kiruna, seq)], [row]))
    refused(van, batch_of([], [row]))


@pytest.mark.parametrize("model", ["reception.accesstoken", "accounts.user", "no.such"])
def test_a_row_of_a_kind_no_node_writes_is_refused(model, van, kiruna):
    row = {"model": model, "pk": 1, "fields": {"office": kiruna.pk}}
    refused(van, batch_of([one_event(kiruna)], [row]), status=422, code="batch-unreadable")


# --- what cannot have happened --------------------------------------------------------------------


def test_nothing_is_taken_back_that_was_not_done(van, kiruna):
    node_detach(office=kiruna, name=NODE)
    waiting = visits.visit_open(by=actor(kiruna))
    node_attach(office=kiruna, name=NODE)
    event = one_event(
        kiruna, 2, kind="undone", visit=waiting.visit, errand=waiting.errand, state="done",
        version=7, ticket="A1", people=1,
    )  # fmt: skip
    refused(van, batch_of([event], complete=False))


@pytest.mark.parametrize("complete", [True, False])
def test_what_an_event_says_is_done_also_where_no_row_comes(complete, van, kiruna):
    node_detach(office=kiruna, name=NODE)
    waiting = visits.visit_open(by=actor(kiruna))
    node_attach(office=kiruna, name=NODE)

    def work():
        calls.errand_leave(by=actor(kiruna), errand=waiting.errand)

    [batch] = done_at_the_node(kiruna, work, after=1)
    assert brings(van, batch | {"rows": "[]", "complete": complete}).status_code == 200
    errand = Errand.objects.get(pk=waiting.errand)
    assert (errand.state, errand.version, errand.outcome) == ("left", 2, "left_before_call")


@pytest.mark.parametrize(
    "at", [MORNING + timedelta(minutes=11), MORNING - timedelta(days=1), MORNING.replace(year=2099)]
)
def test_an_event_ahead_of_the_clock_or_from_before_the_node_is_refused(at, van, kiruna):
    visit = one_event(kiruna)
    wrong = one_event(kiruna, 2, at=at.isoformat(), local_day=str(at.date()))
    refused(van, batch_of([visit, wrong]))


def test_a_number_that_was_not_next_is_refused(van, kiruna):
    [batch] = done_at_the_node(kiruna, lambda: visits.visit_open(by=actor(kiruna)))
    assert "A1 was to follow" in refused(
        van, {"events": batch["events"].replace('"A1"', '"A99998"'), "rows": "[]"}
    )
    assert brings(van, batch).status_code == 200


def test_a_booking_nobody_checked_in_is_refused(van, kiruna):
    fields = {
        "office": kiruna.pk, "status": "checked_in", "visit": key_of(kiruna.pk, 1), "version": 2,
    }  # fmt: skip
    row = {"model": "reception.booking", "pk": "0" * 32, "fields": fields}
    refused(van, batch_of([one_event(kiruna)], [row]))


UNREADABLE = {
    "no JSON": "nonsense",
    "deep": "[" * 20_000,
    "no list": "{}",
    "no rows": "[1]",
    "a user": '[{"model": "accounts.user", "pk": 1, "fields": {}}]',
    "nothing in it": '[{"model": "reception.event"}]',
}


@pytest.mark.parametrize("events", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("part", ["events", "rows"])
def test_what_cannot_be_read_is_refused_in_a_sentence(events, part, van):
    refused(van, {part: events}, status=422, code="batch-unreadable")


@pytest.mark.parametrize(
    "wrong",
    [
        {"pk": "text"}, {"at": None}, {"at": "then"}, {"people": -1}, {"service": 10**30},
        {"data": {"a": "\x00"}}, {"data": {"a": 10**26}}, {"ticket": "A" * 40},
        {"language": "../../et"}, {"data": {"a": "\ud800"}},
    ],
    ids=str,
)  # fmt: skip
def test_a_column_that_cannot_be_kept_is_refused_in_a_sentence(wrong, van, kiruna):
    event = one_event(kiruna, **{name: said for name, said in wrong.items() if name != "pk"})
    event["pk"] = wrong.get("pk", event["pk"])
    refused(van, batch_of([event]), status=422, code="batch-unreadable")


def test_an_event_of_another_office_or_a_missing_instant_is_refused(van, kiruna):
    event = one_event(kiruna)
    event["fields"]["office"] = kiruna.pk + 9
    refused(van, batch_of([event]))
    event = one_event(kiruna)
    del event["fields"]["at"]
    refused(van, batch_of([event]), status=422, code="batch-unreadable")


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "day-ended", "data": {"day": "tomorrow"}},
        {"kind": "session-opened", "session": 1, "counter": "1"},
        {"kind": "never-heard-of"},
        {"kind": "came-in", "visit": "own"},
        {"kind": "interpreter-ordered", "errand": "own"},
        {"kind": "issued", "visit": "own", "errand": "own", "ticket": "A1",
         "data": {"due_at": 4 * 10**15}},
    ],
    ids=str,
)  # fmt: skip
def test_an_event_that_does_not_follow_is_refused(more, van, kiruna):
    own = key_of(kiruna.pk, 1)
    said = {name: own if value == "own" else value for name, value in more.items()}
    refused(van, batch_of([one_event(kiruna, **said)]))


# --- who the node is ------------------------------------------------------------------------------


def test_no_node_is_called_as_the_centre_is(kiruna):
    wrong = program(kiruna, "node", name="n1")
    said = wrong.ask("POST", "{office}/node/attach", {"name": "centre"})
    assert (said.status_code, said.json()["code"]) == (422, "node-name-reserved")
    visits.visit_open(by=actor(kiruna))
    for what in ("exchange", "detach"):
        said = wrong.ask("POST", f"{{office}}/node/{what}", {"name": "centre"})
        assert (said.status_code, said.json()["code"]) == (409, "not-the-owner")


def test_an_exchange_without_an_attached_node_is_refused(kiruna):
    OfficeSequence.objects.create(office=kiruna, owner=NODE)
    said = program(kiruna, "node", name="n1").ask("POST", "{office}/node/exchange", {"name": NODE})
    assert (said.status_code, said.json()["code"]) == (409, "not-the-owner")


def test_the_same_key_at_two_offices_is_two_requests(kiruna, boras):
    kept = []
    for office in (kiruna, boras):
        node_attach(office=office, name=NODE)
        clerk = program(office, "officer", name="p1")
        for path in ("{office}/visits", "{office}/visits", "{office}/calls"):
            said = clerk.ask("POST", path, {}, HTTP_IDEMPOTENCY_KEY="one-key")
            assert said.status_code == 202
            kept.append(said.json()["request"])
    assert len(set(kept)) == 4
    assert sorted(NodeRequest.objects.values_list("office", flat=True)) == sorted(
        [kiruna.pk, kiruna.pk, boras.pk, boras.pk]
    )
    NodeRequest.objects.filter(office=kiruna).update(state="done", answer={"number": "A1"})
    other = program(boras, "officer", name="p1")
    said = other.ask("POST", "{office}/visits", {}, HTTP_IDEMPOTENCY_KEY="one-key")
    assert said.json()["number"] is None


def test_two_clerks_with_one_key_never_share_an_answer(kiruna):
    node_attach(office=kiruna, name=NODE)
    told = [
        program(kiruna, "officer", name=name)
        .ask("POST", "{office}/visits", {}, HTTP_IDEMPOTENCY_KEY="one-key")
        .json()["request"]
        for name in ("p1", "p2")
    ]
    assert told[0] != told[1]
