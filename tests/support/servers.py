"""Real server processes on databases of their own, which can be killed and started again.

An installation is a data folder and a database; servers are started on it as anybody would start
them. Nothing here imports the product: it is met over HTTP and by its commands only. What is
checked afterwards is read from the database over a connection that can only read.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: A Tuesday on which every office with published hours is open; servers stand still at it.
TUESDAY = "2022-09-13T11:00"
PROGRAMS = Path(sys.executable).parent
THREADS = 20
START_WITHIN = 60.0
#: Asks the interface for programs without a token: it is there as soon as it refuses.
READY = (
    b"POST /api/reception/nowhere/calls HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
)

_TOKENS = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "knutpunkt.web.settings"
import django
django.setup()
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import token_issue
office = Office.objects.get(key=sys.argv[1])
asked = json.loads(sys.argv[2])
print(json.dumps([
    token_issue(office=office, role=role, by="a test", name=name, authority=authority)[1]
    for role, name, authority in asked
]))
"""
_ROOM = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "knutpunkt.web.settings"
import django
django.setup()
from knutpunkt.network.models import Office
from knutpunkt.reception.services.rooms import room_change
office = Office.objects.get(key=sys.argv[1])
room_change(office=office, by="a test", **json.loads(sys.argv[2]))
"""
_EMBEDDED = """
import sys
from knutpunkt.web import serving
serving.serve(serving.listening_socket("127.0.0.1", int(sys.argv[1])))
"""


class DidNotAnswer(RuntimeError):
    """A server did not come up in time."""


# --- databases -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Installation:
    """A data folder with its database: a file in it, or the PostgreSQL database of the address."""

    home: Path
    url: str = ""

    @property
    def kind(self) -> str:
        """``sqlite`` or ``postgres``."""
        return "postgres" if self.url else "sqlite"

    def environment(self, **more: str) -> dict[str, str]:
        """What a process of this installation finds around it."""
        ours = ("DATABASE_URL", "KNUTPUNKT_HOME", "KNUTPUNKT_SECRET", "KNUTPUNKT_NOW")
        around = {name: value for name, value in os.environ.items() if name not in ours}
        around |= {
            "KNUTPUNKT_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "knutpunkt.web.settings",
            "PYTHONUNBUFFERED": "1",
        }
        return around | ({"DATABASE_URL": self.url} if self.url else {}) | more

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run ``knutpunkt`` with the words."""
        return subprocess.run(
            [PROGRAMS / "knutpunkt", *words], env=self.environment(**more), cwd=self.home,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def tokens(self, office: str, *asked: str) -> list[str]:
        """Issue tokens: each asked for as ``role``, ``role=name`` or ``role=name@authority``."""
        wanted = [_role_name_authority(one) for one in asked]
        return json.loads(self._python(_TOKENS, office, json.dumps(wanted)))

    def room(self, office: str, **values: Any) -> None:
        """Change settings of an office's room."""
        self._python(_ROOM, office, json.dumps(values))

    def _python(self, script: str, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", script, *words], env=self.environment(), cwd=self.home,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def read(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read rows; ``?`` stands for a value. Nothing can be written this way."""
        if self.url:
            with psycopg.connect(self.url, options="-c default_transaction_read_only=on") as link:
                rows = link.execute(sql.replace("?", "%s"), values).fetchall()
            return [tuple(map(_plain, row)) for row in rows]
        file = f"file:{self.home / 'knutpunkt.sqlite3'}?mode=ro"
        link = sqlite3.connect(file, uri=True, timeout=20)
        try:
            return link.execute(sql, values).fetchall()
        finally:
            link.close()


def _plain(value: Any) -> Any:
    """Days as both databases can say them: as text."""
    return value.isoformat() if isinstance(value, date) else value


def _role_name_authority(text: str) -> tuple[str, str, str]:
    role, _, rest = text.partition("=")
    name, _, authority = rest.partition("@")
    return role, name, authority


def loaded_once(shared: Path) -> Path:
    """An SQLite file with the embedded network, made once for all processes of a test run."""
    made = shared / "loaded.sqlite3"
    shared.mkdir(parents=True, exist_ok=True)
    with (shared / "loaded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            home = shared / "loading"
            home.mkdir(exist_ok=True)
            _load(Installation(home))
            with sqlite3.connect(home / "knutpunkt.sqlite3") as link:
                link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            link.close()
            shutil.move(home / "knutpunkt.sqlite3", made)
    return made


def _load(empty: Installation) -> None:
    done = empty.command("migrate", "--load")
    assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def sqlite_installation(folder: Path, loaded: Path) -> Iterator[Installation]:
    """An installation on a copy of a loaded SQLite file."""
    home = folder / "home"
    home.mkdir()
    shutil.copy(loaded, home / "knutpunkt.sqlite3")
    yield Installation(home)


def other_database(url: str, name: str) -> str:
    """The address of another database of the same cluster."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def loaded_in_cluster(url: str, folder: Path) -> str:
    """Load the embedded network into a database of a cluster, once; the name of that database."""
    name = "loaded"
    with psycopg.connect(other_database(url, "postgres"), autocommit=True) as link:
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return name
        link.execute(f"CREATE DATABASE {name}")
    folder.mkdir(parents=True, exist_ok=True)
    _load(Installation(folder, other_database(url, name)))
    return name


@contextmanager
def postgres_installation(folder: Path, url: str, loaded: str) -> Iterator[Installation]:
    """An installation on a copy of a loaded database, in the same cluster; dropped afterwards."""
    name = f"copy_{os.getpid()}_{time.monotonic_ns()}"
    home = folder / "home"
    home.mkdir()
    admin = other_database(url, "postgres")
    with psycopg.connect(admin, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {loaded}")
    yield Installation(home, other_database(url, name))
    with suppress(psycopg.OperationalError), psycopg.connect(admin, autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)")


# --- servers -------------------------------------------------------------------------------------


@dataclass
class Server:
    """A server process: the pages and the interface behind granian, or all with the live hub.

    Attributes
    ----------
    program
        ``granian`` (as behind a proxy in production) or ``embedded`` (as ``knutpunkt run`` starts
        it, with live streams, without the worker).
    now
        The instant its clock stands still at; empty lets it go.
    """

    at: Installation
    program: str = "granian"
    now: str = TUESDAY
    around: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Server:
        """Start it on its port, a free one the first time, and wait until it answers."""
        self.port = self.port or free_port()
        more = dict(self.around) | ({"KNUTPUNKT_NOW": self.now} if self.now else {})
        with (self.at.home / f"server-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(), env=self.at.environment(**more), cwd=self.at.home,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._await_answer()
        return self

    def _command(self) -> Sequence[str | Path]:
        if self.program == "embedded":
            return [sys.executable, "-c", _EMBEDDED, str(self.port)]
        return [
            PROGRAMS / "granian", "--interface", "wsgi", "knutpunkt.web.wsgi:application",
            "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
            "--blocking-threads", str(THREADS), "--log-level", "warning",
        ]  # fmt: skip

    def _await_answer(self) -> None:
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as link:
                link.sendall(READY)
                if link.recv(1):
                    return
            assert self.process is not None
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise DidNotAnswer(self.said())

    def said(self) -> str:
        """The last of what the process wrote."""
        return (self.at.home / f"server-{self.port}.log").read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """End it as a power cut would: every process of it at once, with no word."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it tidily."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def servers_running(
    at: Installation, *, count: int = 1, program: str = "granian", now: str = TUESDAY, **around: str
) -> Iterator[list[Server]]:
    """Run servers on one installation for the length of the block."""
    running = [Server(at, program=program, now=now, around=around) for _ in range(count)]
    try:
        yield [server.start() for server in running]
    finally:
        for server in running:
            server.stop()
