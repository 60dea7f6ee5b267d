"""An office without a line: its node issues, calls and finishes alone, and merges afterwards."""

import json
import subprocess
import time
from contextlib import contextmanager

import pytest

from support.cut_line import CutLine
from support.reception import OFFICE, Asked, Line, contradictions, office_number
from support.servers import PROGRAMS, Installation, Server, servers_running

pytestmark = [pytest.mark.slow]

BASE = f"/api/reception/{OFFICE}"


@pytest.fixture
def centre(loaded_anew):
    with servers_running(loaded_anew) as [server]:
        yield loaded_anew, server


@pytest.fixture
def line(centre):
    cut = CutLine(centre[1].port)
    cut.start()
    yield cut
    cut.stop()


def node_command(home, *words):
    return [PROGRAMS / "knutpunkt", "reception", "node", "--office", OFFICE, *words]


class Node(Server):
    """The node's own process; met over HTTP as the centre is."""

    address, token_file = "", ""

    def _command(self):
        given = ("--centre", self.address, "--token-file", self.token_file)
        return node_command(self.at.home, "--port", str(self.port), *given)


@contextmanager
def node_running(home, address, token):
    home.mkdir(exist_ok=True)
    (home / "token").write_text(token)
    node = Node(Installation(home))
    node.address, node.token_file = address, str(home / "token")
    try:
        yield node.start()
    finally:
        node.stop()


def ask(port, path, body=None, *, token, key="", method="POST"):
    line = Line(port)
    try:
        return line.ask(Asked(method, path, body, token=token, key=key))
    finally:
        line.close()


def visit_served(port, token, *, counter):
    """One whole visit; its ticket."""
    ticket = ask(port, f"{BASE}/visits", token=token).said
    called = ask(port, f"{BASE}/calls", {"counter": counter}, token=token).said
    errand = f"/api/reception/errands/{called['errand']}"
    assert ask(port, f"{errand}/begin", token=token).done
    done = ask(port, f"{errand}/finish", {"outcome": "solved_here"}, token=token)
    assert done.said["state"] == "done", done.text
    return ticket["number"]


def merged(installation, number):
    rows = installation.read(
        "SELECT merged_through FROM reception_node WHERE office_id = ? AND detached_at IS NULL",
        number,
    )
    return rows[0][0] if rows else 0


def until(what, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


def test_an_office_works_through_a_cut_line_and_merges_everything_once(centre, line, tmp_path):
    at, server = centre
    officer, node_token = at.tokens(OFFICE, "officer=p1", "node=n1")
    number = office_number(at)
    before = [visit_served(server.port, officer, counter="1") for _ in range(2)]
    waiting = ask(server.port, f"{BASE}/visits", token=officer).said
    address = f"http://127.0.0.1:{line.port}"
    with node_running(tmp_path / "node", address, node_token) as node:
        # Who waited at the centre is served at the office, with the same number.
        line.state = "cut"
        called = ask(node.port, f"{BASE}/calls", {"counter": "1"}, token=officer).said
        assert called["number"] == waiting["number"]
        errand = f"/api/reception/errands/{called['errand']}"
        assert ask(node.port, f"{errand}/begin", token=officer).done
        assert ask(node.port, f"{errand}/finish", {"outcome": "solved_here"}, token=officer).done
        alone = [visit_served(node.port, officer, counter="2") for _ in range(3)]
        # The centre gives out nothing meanwhile: it leaves the wish to the node.
        left = ask(server.port, f"{BASE}/visits", token=officer, key="from-the-centre")
        assert (left.status, left.said["state"]) == (202, "left-to-node")
        local = node.at.read("SELECT last FROM reception_officesequence")[0][0]
        assert merged(at, number) < local
        line.state = "open"
        assert until(lambda: merged(at, number) > local), node.said()
        # The same wish again now gets the node's answer, and no second ticket.
        again = ask(server.port, f"{BASE}/visits", token=officer, key="from-the-centre")
        assert until(
            lambda: ask(server.port, f"{BASE}/visits", token=officer, key="from-the-centre").said[
                "number"
            ]
        ), again.text
    given = [*before, waiting["number"], *alone]
    assert len(set(given)) == len(given)
    back = subprocess.run(
        node_command(tmp_path / "node", "--hand-back", "--centre", address),
        env=node.at.environment(KNUTPUNKT_NOW=server.now), cwd=node.at.home,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert back.returncode == 0, back.stderr
    # Nothing lost, nothing doubled, order kept; and the centre goes on from there.
    ours = "SELECT office_seq, kind, ticket FROM reception_event WHERE office_id = ? ORDER BY id"
    assert at.read(ours, number) == node.at.read(ours, number)
    assert contradictions(at) == []
    next_one = ask(server.port, f"{BASE}/visits", token=officer)
    assert next_one.status == 201
    assert next_one.said["number"] not in given


def test_a_node_killed_in_the_middle_of_its_work_merges_what_it_acknowledged(
    centre, line, tmp_path
):
    at, _server = centre
    officer, token = at.tokens(OFFICE, "officer=p1", "node=n1")
    number, address = office_number(at), f"http://127.0.0.1:{line.port}"
    with node_running(tmp_path / "node", address, token) as node:
        line.state = "swallowing"  # the centre may do it and the node never hears
        given = [visit_served(node.port, officer, counter="1") for _ in range(3)]
        node.kill()
        line.state = "open"
        node.start()
        last = node.at.read("SELECT last FROM reception_officesequence")[0][0]
        assert until(lambda: merged(at, number) >= last), node.said()
    tickets = at.read(
        "SELECT ticket FROM reception_event WHERE office_id = ? AND kind = 'issued'", number
    )
    assert [ticket for (ticket,) in tickets] == given
    assert contradictions(at) == []


def test_a_second_node_is_refused_and_a_stranger_merges_nothing(centre, line, tmp_path):
    at, server = centre
    officer, token = at.tokens(OFFICE, "officer=p1", "node=n1")
    assert ask(server.port, f"{BASE}/node/attach", {"name": "van"}, token=token).done
    second = ask(server.port, f"{BASE}/node/attach", {"name": "other"}, token=token)
    assert (second.status, second.said["code"]) == (409, "owned-already")
    stranger = ask(server.port, f"{BASE}/node/exchange", {"name": "other"}, token=token)
    assert (stranger.status, stranger.said["code"]) == (409, "not-the-owner")
    assert ask(server.port, f"{BASE}/node/exchange", {"name": "van"}, token=officer).status == 403


def test_events_that_leave_a_gap_are_refused_whole(centre):
    at, server = centre
    (token,) = at.tokens(OFFICE, "node=n1")
    number = office_number(at)
    assert ask(server.port, f"{BASE}/node/attach", {"name": "van"}, token=token).done
    event = {
        "model": "reception.event",
        "pk": number * 2**36 + 2,
        "fields": {
            "office": number, "office_seq": 2, "kind": "people-counted",
            "at": "2022-09-13T11:00:00+02:00", "local_day": "2022-09-13",
        },
    }  # fmt: skip
    batch = {"events": json.dumps([event]), "rows": "[]", "after": 0, "through": 2}
    said = ask(server.port, f"{BASE}/node/exchange", {"name": "van", "batch": batch}, token=token)
    assert (said.status, said.said["code"]) == (409, "merge-refused")
    assert at.read("SELECT COUNT(*) FROM reception_event") == [(0,)]
