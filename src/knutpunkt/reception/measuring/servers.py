"""Real server processes on free loopback ports, started and stopped here."""

from __future__ import annotations

import importlib.util
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from knutpunkt.errors import KnutpunktError

START_WITHIN = 60.0
STOP_WITHIN = 15.0
#: Threads that answer in the production server; on SQLite one writes at a time whatever there are.
THREADS = 8
#: The one-process server without the worker beside it, which would compute plans meanwhile.
EMBEDDED = """
import sys, django
django.setup()
from knutpunkt.web import serving
serving.serve(serving.listening_socket("127.0.0.1", int(sys.argv[1])))
"""


class ServerDidNotStart(KnutpunktError):
    """A server that was started to be measured does not answer."""

    code = "server-did-not-start"
    hint = "The lines above are what it said last."
    exit_code = 2

    def __init__(self, *, name: str, said: str) -> None:
        super().__init__(f"The server “{name}” did not answer. It said: {said[-2000:]}")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``pids`` are those whose work is its own."""

    name: str
    port: int
    pid: int


def names() -> tuple[str, ...]:
    """Servers that can be started here: the production server only where it is installed."""
    granian = ("granian",) if importlib.util.find_spec("granian") else ()
    return (*granian, "embedded")


@contextmanager
def running(name: str, environment: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """Run a server for the length of the block.

    Raises
    ------
    ServerDidNotStart
        With what it said last.
    """
    port = _free_port()
    log = folder / f"{name}-{port}.log"
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603  # our own program
            _command(name, port), env=_whole(environment), stdout=said, stderr=said,
            start_new_session=True,
        )  # fmt: skip
    try:
        _await_answer(name, process, port, log)
        yield Server(name, port, process.pid)
    finally:
        _stop(process)


def _command(name: str, port: int) -> list[str]:
    if name == "embedded":
        return [sys.executable, "-c", EMBEDDED, str(port)]
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1",
        "--blocking-threads", str(THREADS), "--host", "127.0.0.1", "--port", str(port),
        "--log-level", "warning", "knutpunkt.web.wsgi:application",
    ]  # fmt: skip


def _whole(environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "KNUTPUNKT_NOW"}
    return kept | {"DJANGO_SETTINGS_MODULE": "knutpunkt.web.settings"} | dict(environment)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(name: str, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
                asking.sendall(b"GET /api/reception/openapi.json HTTP/1.0\r\n\r\n")
                if asking.recv(12):
                    return
        except OSError:
            time.sleep(0.1)
    raise ServerDidNotStart(name=name, said=log.read_text(encoding="utf-8", errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=STOP_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
