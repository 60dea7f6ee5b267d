"""Every display of the network comes back at once, after the server was killed.

The one place where the storm of 1,500 is tried (``make faults``; 300 in ``make test``).
"""

import resource

import pytest

from support.displays import Display, following, until
from support.faults import DISPLAYS, record
from support.reception import OFFICE, Asked, Line, contradictions
from support.servers import servers_running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OFFICES = 20
TICKETS = 10
WITHIN = 60.0


@pytest.fixture(autouse=True)
def _files_enough():
    """A process may open as many files as the system lets it; both ends of a line are ours."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < DISPLAYS + 300:
        pytest.skip(f"This system lets a process open {hard} files; {DISPLAYS + 300} are needed.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_all_displays_come_back_at_once_after_a_power_cut_and_miss_nothing(installation):
    (token,) = installation.tokens(OFFICE, "greeter=storm")
    others = installation.read("SELECT key FROM network_office ORDER BY key")[: OFFICES - 1]
    offices = [OFFICE, *(key for (key,) in others if key != OFFICE)]
    with servers_running(installation, program="embedded") as (server,):
        displays = [Display(offices[n % len(offices)], server.port) for n in range(DISPLAYS)]
        ours = [display for display in displays if display.office == OFFICE]

        def all_heard(seq):
            return lambda: all((display.last or 0) >= seq for display in ours)

        with following(displays):
            until(lambda: all(display.heard for display in displays), seconds=WITHIN)
            before = issue(server, token)
            until(all_heard(before[-1]), seconds=WITHIN)
            server.kill()
            until(lambda: not any(display.connected for display in displays), seconds=WITHIN)
            server.start()
            back = until(lambda: all(display.connected for display in displays), seconds=WITHIN)
            after = issue(server, token)
            late = until(all_heard(after[-1]), seconds=WITHIN)
    wrong = [why for display in displays for why in display.gaps()]
    wrong += [f"a display heard {heard}" for heard in map(numbers, ours) if heard != before + after]
    wrong += contradictions(installation)
    record(
        f"{DISPLAYS} displays come back at once", rounds=1, actions=len(displays) * 2,
        found=len(wrong), note=f"all back {back:.1f} s after the start, all told {late:.2f} s "
        "after the last of ten tickets",
    )  # fmt: skip
    assert not wrong, wrong[:10]


def issue(server, token):
    """Give out tickets; the numbers of their events."""
    line = Line(server.port)
    path = f"/api/reception/{OFFICE}/visits"
    replies = [line.ask(Asked("POST", path, {}, token)) for _ in range(TICKETS)]
    line.close()
    return [reply.said["office_seq"] for reply in replies]


def numbers(display):
    """Numbers of the tickets a display heard of."""
    return [seq for _, seq, words, _ in display.heard if words.get("kind") == "issued"]
