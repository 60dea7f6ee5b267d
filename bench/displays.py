"""How long a call takes to reach the screens, and what the live hub costs meanwhile.

    python bench/displays.py [--displays 1500] [--offices 148] [--calls 20] [--seconds 30]
                             [--server embedded|apart] [--postgres URL] [--json]

Real server processes over a database of their own, made in a folder that is removed again, with
the embedded network and so many made-up offices more that there are as many as asked for:
``embedded`` is the one process that ``knutpunkt run`` starts (pages, API and hub), ``apart`` is
granian for the pages and the API with the hub beside it in a process of its own. With
``--postgres`` the address of an empty database is given. The displays are connections of one
client process, the calls come over the HTTP API from this one, at a steady pace whatever the
answers take; every call is followed by its finish. A call counts from the moment its request is
sent to the moment each display of the office has the event. Printed are the percentiles over all
displays, the processor time of the server process that has the hub, in percent of one core, and
for the embedded server that of the same load without any display, so that the difference is what
the displays cost. On SQLite the server writes with synchronous=NORMAL.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import os
import random
import re
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

MOMENT = "2022-09-13T11:00"  # a Tuesday on which offices are open
LIMITS = {("embedded", "sqlite"): 100, ("apart", "sqlite"): 250}  # ms; else 100
CORE_LIMIT = 8.0  # percent
CALLED = re.compile(rb'id: (\d+)\nevent: office\ndata: \{[^\n]*"kind":"called"')
PROGRAMS = Path(sys.executable).parent
TOKENS = """
import json, sys, django
django.setup()
from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.network.selectors import network_on
from knutpunkt.reception.actors import token_issue
from knutpunkt.reception.simulating.places import office_made
wanted = int(sys.argv[1])
keys = [office.key for office in network_on(clock.today()).open_offices(perhaps=True)][:wanted]
keys += [office_made(f"simulated-{n:04d}").key for n in range(1, wanted - len(keys) + 1)]
offices = Office.objects.in_bulk(keys, field_name="key")
print(json.dumps({key: token_issue(office=office, role="officer", by="bench", name="b")[1]
                  for key, office in offices.items()}))
"""
EMBEDDED = """
import sys
from knutpunkt.web import serving
serving.serve(serving.listening_socket("127.0.0.1", int(sys.argv[1])))
"""


def main() -> int:
    """Measure and print; 1 when a limit is passed."""
    asked = arguments()
    if asked.screens:
        asyncio.run(screens(asked.screens, json.loads(sys.stdin.readline())))
        return 0
    files_enough(asked.displays)
    with tempfile.TemporaryDirectory() as home:
        tokens = installed(home, asked)
        with servers(asked) as (api, live, hub):
            load = Load(api, tokens, asked)
            alone = load.measured(hub, None)
            found = load.measured(hub, live)
    row = {
        "server": asked.server,
        "database": "postgres" if asked.postgres else "sqlite",
        "offices": len(tokens),
        "displays": asked.displays,
        **found,
        "core_without_displays": alone["core"],
    }
    row["core_of_displays"] = round(found["core"] - alone["core"], 1)
    print(json.dumps(row) if asked.json else "\n".join(f"{k:24} {v}" for k, v in row.items()))
    limit = LIMITS.get((row["server"], row["database"]), 100)
    return int(row["p99_ms"] > limit or row["core_of_displays"] > CORE_LIMIT or row["lost"] > 0)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--displays", type=int, default=1500)
    parser.add_argument("--offices", type=int, default=148)
    parser.add_argument("--calls", type=float, default=20, help="a second, over all offices")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--server", choices=("embedded", "apart"), default="embedded")
    parser.add_argument("--postgres", default="", help="address of an empty database")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--screens", type=int, default=0, help=argparse.SUPPRESS)
    return parser.parse_args()


def files_enough(displays: int) -> None:
    """Raise the limit of open files, or stop and say so."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = displays + 300
    if allowed < wanted:
        if most != resource.RLIM_INFINITY and most < wanted:
            sys.exit(f"{displays} displays need {wanted} open files; raise it: ulimit -n {wanted}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


# --- the servers ---------------------------------------------------------------------------------


def installed(home: str, asked: argparse.Namespace) -> dict[str, str]:
    """Load the embedded network and issue a token for each office."""
    os.environ.update(
        KNUTPUNKT_HOME=home,
        KNUTPUNKT_NOW=MOMENT,
        DJANGO_SETTINGS_MODULE="knutpunkt.web.settings",
        KNUTPUNKT_STREAMS=str(asked.displays + 100),
    )
    os.environ.pop("DATABASE_URL", None)
    if asked.postgres:
        os.environ["DATABASE_URL"] = asked.postgres
    output([PROGRAMS / "knutpunkt", "migrate", "--load"])
    said = output([sys.executable, "-c", TOKENS, str(asked.offices)])
    tokens: dict[str, str] = json.loads(said)
    return tokens


def output(command: list[Any]) -> str:
    """Run one of our own programs and return what it says."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  # our own


@contextlib.contextmanager
def servers(asked: argparse.Namespace) -> Iterator[tuple[int, int, int]]:
    """Start the servers; gives the ports of API and hub, and the process that has the hub."""
    api, live = free_port(), free_port()
    if asked.server == "embedded":
        commands = [[sys.executable, "-c", EMBEDDED, str(api)]]
        live = api
    else:
        commands = [
            [PROGRAMS / "granian", "--interface", "wsgi", "knutpunkt.web.wsgi:application",
             "--host", "127.0.0.1", "--port", str(api), "--workers", "1",
             "--blocking-threads", "4", "--log-level", "warning"],
            [PROGRAMS / "uvicorn", "knutpunkt.web.asgi:application", "--lifespan", "on",
             "--port", str(live), "--log-level", "warning"],
        ]  # fmt: skip
    started = [subprocess.Popen(command) for command in commands]  # noqa: S603  # our own
    try:
        for port in {api, live}:
            until_open(port)
        yield api, live, started[-1].pid
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)


def free_port() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_open(port: int) -> None:
    """Wait until a server listens."""
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit("A server did not start.")


def processor_seconds(process: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- the calls -----------------------------------------------------------------------------------


class Load:
    """Tickets given out before, then calls at a steady pace, each from a thread of its own."""

    def __init__(self, port: int, tokens: dict[str, str], asked: argparse.Namespace) -> None:
        self.port, self.tokens, self.asked = port, tokens, asked
        self.lines: dict[int, http.client.HTTPConnection] = {}
        self.chance = random.Random(4)  # noqa: S311  # a repeatable choice
        self.sent: dict[str, float] = {}
        for office in tokens:
            self.post(office, f"{office}/sessions")

    def post(self, office: str, path: str, **body: Any) -> dict[str, Any]:
        """Ask the API."""
        import threading

        me = threading.get_ident()
        if me not in self.lines:
            self.lines[me] = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "Authorization": f"Bearer {self.tokens[office]}",
            "Content-Type": "application/json",
        }
        line = self.lines[me]
        line.request("POST", f"/api/reception/{path}", json.dumps(body), headers)
        answer = line.getresponse()
        said: dict[str, Any] = json.loads(answer.read())
        if answer.status >= 300:
            raise RuntimeError(f"{path}: {answer.status} {said}")
        return said

    def call(self, office: str) -> None:
        """Call the next visitor of an office and finish with them at once."""
        begun = time.monotonic()
        called = self.post(office, f"{office}/calls")
        self.sent[f"{office}/{called['office_seq']}"] = begun
        self.post(office, f"errands/{called['errand']}/finish", outcome="solved_here")

    def measured(self, hub: int, live: int | None) -> dict[str, Any]:
        """Call for as long as asked, with the displays open or, without a port, with none."""
        self.lines.clear()  # the server closes what is quiet for some seconds
        offices = self.chosen()
        for office in offices:
            self.post(office, f"{office}/visits")
        self.sent = {}
        watching = displays(live, list(self.tokens), self.asked.displays) if live else None
        before, begun = processor_seconds(hub), time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            for number, office in enumerate(offices):
                time.sleep(max(0.0, begun + number / self.asked.calls - time.monotonic()))
                pool.submit(self.call, office).add_done_callback(lambda done: done.result())
        spent = time.monotonic() - begun
        core = round(100 * (processor_seconds(hub) - before) / spent, 1)
        if watching is None:
            return {"core": core}
        return {"core": core, "calls_a_second": round(len(offices) / spent, 1)} | self.reached(
            watching
        )

    def chosen(self) -> list[str]:
        """Offices to call at: any, but none while its counter may still be busy."""
        count, keys, found = int(self.asked.calls * self.asked.seconds), list(self.tokens), []
        while len(found) < count:
            office = self.chance.choice(keys)
            if office not in found[-min(20, len(keys) // 2) :]:
                found.append(office)
        return found

    def reached(self, watching: subprocess.Popen[str]) -> dict[str, Any]:
        """Compare what was sent with what the displays saw."""
        time.sleep(2)
        heard = json.loads(watching.communicate("\n", timeout=60)[0])
        waits = [
            1000 * (at - self.sent[call])
            for call, instants in heard["calls"].items() if call in self.sent
            for at in instants
        ]  # fmt: skip
        expected = sum(heard["displays"].get(call.split("/")[0], 0) for call in self.sent)
        hundredths = statistics.quantiles(waits, n=100)
        return {
            "displays_connected": sum(heard["displays"].values()),
            "connected_within_s": heard["within"],
            "sightings": len(waits),
            "lost": expected - len(waits),
            "p50_ms": round(hundredths[49], 1),
            "p95_ms": round(hundredths[94], 1),
            "p99_ms": round(hundredths[98], 1),
            "max_ms": round(max(waits), 1),
        }


# --- the displays --------------------------------------------------------------------------------


def displays(port: int, offices: list[str], count: int) -> subprocess.Popen[str]:
    """Start the client process and wait until every display has its office."""
    command = [sys.executable, __file__, "--screens", str(count)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)  # noqa: S603  # our own
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"port": port, "offices": offices}) + "\n")
    process.stdin.flush()
    if process.stdout.readline() != "ready\n":
        sys.exit("The displays could not connect.")
    time.sleep(3)
    return process


class Screen(asyncio.Protocol):
    """One display: notes when it saw which call."""

    def __init__(self, office: str, seen: dict[str, list[float]], ready: asyncio.Semaphore) -> None:
        self.office, self.seen, self.ready = office, seen, ready
        self.begun = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        asked = f"GET /live/offices/{self.office} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        transport.write(asked.encode())  # type: ignore[attr-defined]  # a socket's can

    def data_received(self, content: bytes) -> None:
        at = time.monotonic()
        if not self.begun and content.startswith(b"HTTP/1.1 ") and b" 200 " not in content[:14]:
            sys.exit(f"A display was refused: {content[-80:].decode(errors='replace')}")
        for number in CALLED.findall(content):
            self.seen.setdefault(f"{self.office}/{int(number)}", []).append(at)
        if not self.begun and b"event: snapshot" in content:
            self.begun = True
            self.ready.release()


async def screens(count: int, asked: dict[str, Any]) -> None:
    """Keep all displays open until a line comes in, then tell what they saw."""
    files_enough(count)
    loop, seen, ready = asyncio.get_running_loop(), {}, asyncio.Semaphore(0)
    offices = [asked["offices"][n % len(asked["offices"])] for n in range(count)]
    begun = time.monotonic()
    for first in range(0, count, 100):
        await asyncio.gather(*(
            loop.create_connection(
                lambda office=office: Screen(office, seen, ready), "127.0.0.1", asked["port"]
            )
            for office in offices[first : first + 100]
        ))  # fmt: skip
    for _ in range(count):
        await asyncio.wait_for(ready.acquire(), 60)
    within = round(time.monotonic() - begun, 2)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    told = {office: offices.count(office) for office in set(offices)}
    print(json.dumps({"calls": seen, "displays": told, "within": within}))


if __name__ == "__main__":
    sys.exit(main())
