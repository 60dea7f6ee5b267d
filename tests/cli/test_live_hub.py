"""The live hub behind a real server on a real port: every subscriber sees a run to its end."""

import http.client
import json
import time
import uuid
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from knutpunkt.core.models import Run
from knutpunkt.web import serving
from support.serving import server_running

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def port(django_db_setup):
    """Port of a running server over the test database."""
    with server_running() as port:
        yield port


class Listener:
    """A browser that follows a run."""

    def __init__(self, port, run):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self.line.request("GET", f"/live/runs/{run}")
        self.answer = self.line.getresponse()

    def next(self):
        """The next event; comments that only keep the line alive are passed over."""
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        pytest.fail("the stream ended")

    def close(self):
        self.answer.close()
        self.line.close()


@contextmanager
def listening(port, run):
    with closing(Listener(port, run)) as listener:
        yield listener


def asked():
    return Run.objects.create(kind="test", requested_by="siv")


def changed(run, **values):
    Run.objects.filter(pk=run.pk).update(**values)


def ended(run):
    changed(run, state="done", result={"answer": 42}, ended_at=timezone.now())


def status(port, path, method="GET"):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
        line.request(method, path)
        return line.getresponse().status


def test_a_subscriber_gets_the_state_then_each_change_then_the_end(port):
    run = asked()
    with listening(port, run.pk) as listener:
        assert listener.answer.status == 200
        assert listener.answer.getheader("content-type") == "text/event-stream"
        assert listener.answer.getheader("cache-control") == "no-store"
        assert listener.next() == {"state": "queued", "progress": {}}
        changed(run, state="running", progress={"gap": 0.5})
        assert listener.next() == {"state": "running", "progress": {"gap": 0.5}}
        ended(run)
        assert listener.next() == {"state": "done", "progress": {"gap": 0.5}}


def test_who_comes_later_gets_the_state_as_it_is(port):
    run = asked()
    ended(run)
    with listening(port, run.pk) as first, listening(port, run.pk) as second:
        assert first.next() == second.next() == {"state": "done", "progress": {}}


def test_a_run_that_is_asked_for_while_somebody_waits_is_told(port):
    key = uuid.uuid4()
    with listening(port, key) as listener:
        time.sleep(0.5)
        Run.objects.create(pk=key, kind="test")
        assert listener.next()["state"] == "queued"


@pytest.mark.parametrize(
    "path",
    [
        "/live/",
        "/live/runs/",
        "/live/runs/soon",
        "/live/runs/" + "-" * 36,
        "/live/runs/" + "0" * 36,
        "/live/runs/3F2F0A6F-6F0E-4D0A-9D35-7B0D6B520000",
        "/live/runs/3f2f0a6f-6f0e-4d0a-9d35-7b0d6b520000/events",
        "/live/offices/3f2f0a6f-6f0e-4d0a-9d35-7b0d6b520000",
    ],
)
def test_nonsense_is_not_found(port, path):
    assert status(port, path) == 404


def test_a_stream_can_only_be_read(port):
    assert status(port, f"/live/runs/{uuid.uuid4()}", "POST") == 405


def test_many_subscribers_of_several_runs_each_see_the_end_of_theirs(port):
    runs = [asked() for _ in range(4)]
    listeners = [Listener(port, runs[k % 4].pk) for k in range(60)]
    assert all(listener.next()["state"] == "queued" for listener in listeners)
    for number, run in enumerate(runs):
        changed(run, state="running", progress={"at": number})
        ended(run)
    for k, listener in enumerate(listeners):
        event = listener.next()
        while event["state"] != "done":
            event = listener.next()
        assert event["progress"] == {"at": k % 4}
        listener.close()


def test_the_hub_survives_subscribers_that_leave_without_a_word(port):
    run = asked()
    for _ in range(6):
        listener = Listener(port, run.pk)
        listener.next()
        listener.close()
    changed(run, state="running")
    with listening(port, run.pk) as listener:
        event = listener.next()
        while event["state"] != "running":
            event = listener.next()
        ended(run)
        assert listener.next()["state"] == "done"


def test_pages_answer_while_streams_are_open(port):
    run = asked()
    listeners = [Listener(port, run.pk) for _ in range(20)]
    assert status(port, "/nothing-here") == 404
    for listener in listeners:
        listener.close()


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only a server can end a session")
def test_the_hub_opens_a_new_connection_when_it_loses_its_own(port):
    run = asked()
    with listening(port, run.pk) as listener:
        assert listener.next()["state"] == "queued"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1
        changed(run, state="running", started_at=timezone.now() - timedelta(seconds=1))
        assert listener.next()["state"] == "running"


def test_a_port_that_is_taken_is_refused_in_a_sentence(port):
    with pytest.raises(
        serving.PortTaken, match=f"Port {port} on 127.0.0.1 cannot be used"
    ) as error:
        serving.listening_socket("127.0.0.1", port)
    assert error.value.exit_code == 2
    with pytest.raises(serving.PortTaken):
        serving.listening_socket("127.0.0.1", 99_999)
