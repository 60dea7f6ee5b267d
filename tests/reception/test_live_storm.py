"""Every display of the network comes back at once after the server was away."""

import asyncio
import json
import time

import pytest

from knutpunkt.reception.actors import Actor
from knutpunkt.reception.services.visits import visit_open
from knutpunkt.web.live.lines import open_files_made_enough
from support.network import made_office
from support.serving import server_running

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

DISPLAYS = 1_500
OFFICES = 30
WITHIN = 30.0  # seconds, with client and server in one process


class Display(asyncio.Protocol):
    """One display: keeps its first event, and says when it has it."""

    def __init__(self, office, last):
        self.office, self.last = office, last
        self.text = b""
        self.first = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        seen = f"Last-Event-ID: {self.last}\r\n" if self.last else ""
        asked = f"GET /live/offices/{self.office} HTTP/1.1\r\nHost: localhost\r\n{seen}\r\n"
        transport.write(asked.encode())

    def data_received(self, content):
        self.text += content
        for line in self.text.split(b"\n"):
            if line.startswith(b"data: ") and line.endswith(b"}") and not self.first.done():
                self.first.set_result(json.loads(line[6:]))


async def all_at_once(port, last_of):
    """Connect every display at once; the first event of each, by office, and the seconds."""
    loop, begun = asyncio.get_running_loop(), time.monotonic()
    keys = [f"office-{n % OFFICES}" for n in range(DISPLAYS)]
    links = await asyncio.gather(*(
        loop.create_connection(lambda key=key: Display(key, last_of.get(key)), "127.0.0.1", port)
        for key in keys
    ))  # fmt: skip
    found = await asyncio.gather(*(display.first for _, display in links))
    took = time.monotonic() - begun
    for transport, _ in links:
        transport.abort()
    return list(zip(keys, found, strict=True)), took


def test_1500_displays_come_back_and_each_gets_exactly_what_it_missed(django_db_setup):
    open_files_made_enough(2 * DISPLAYS)
    kiosks = {}
    for n in range(OFFICES):
        office = made_office(f"office-{n}")
        kiosks[office.key] = Actor(office.pk, office.key, "kiosk", "kiosk")
        visit_open(by=kiosks[office.key])
    with server_running() as port:
        shown, _ = asyncio.run(asyncio.wait_for(all_at_once(port, {}), WITHIN))
        assert all(told["waiting"] == 1 and "recent" in told for _, told in shown)
    last = {key: told["seq"] for key, told in shown}
    missed = {key: visit_open(by=kiosk).office_seq for key, kiosk in kiosks.items()}
    with server_running() as port:
        told, took = asyncio.run(asyncio.wait_for(all_at_once(port, last), WITHIN))
        assert len(told) == DISPLAYS
        assert all(event["seq"] == missed[key] for key, event in told)
        assert all((event["number"], event["waiting"]) == ("A2", 2) for _, event in told)
        assert took < WITHIN
