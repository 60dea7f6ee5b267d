"""A PostgreSQL cluster of one's own for the length of a test run.

The cluster lives in a temporary folder, listens on a free loopback port only, is run by an
unprivileged user (PostgreSQL refuses root) and is stopped by the process that started it.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFERRED = 15
OWNER = "knutpunkt"
# Nothing of a test run has to survive a power cut.
#: Folder for sockets; their names hold the port, so that clusters do not meet.
SOCKETS = tempfile.gettempdir()
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
}


class PostgreSQLMissing(RuntimeError):
    """No server programs of PostgreSQL are installed."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL is not installed (initdb and postgres were not found); "
            "on Debian and Ubuntu: apt install postgresql."
        )


class ClusterDidNotStart(RuntimeError):
    """The private cluster could not be made or did not answer."""

    def __init__(self, *, step: str, reason: str) -> None:
        super().__init__(f"The private PostgreSQL cluster failed at {step}: {reason}")


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes
    ----------
    port
        Port on 127.0.0.1.
    password
        Password of the superuser ``knutpunkt``, made for this run.
    pid
        Process id of the server.
    folder
        Temporary folder that goes when the cluster stops.
    """

    port: int
    password: str
    pid: int
    folder: Path

    def url(self, database: str = OWNER) -> str:
        """Address of a database of this cluster, as ``DATABASE_URL`` takes it."""
        return self._url("127.0.0.1", database)

    def socket_url(self, database: str = OWNER) -> str:
        """The same through its socket, as a program on the same machine asks it.

        The cluster must have been started with ``QUICK["unix_socket_directories"] = SOCKETS``.
        """
        return self._url(quote(SOCKETS, safe=""), database)

    def _url(self, host: str, database: str) -> str:
        return f"postgres://{OWNER}:{self.password}@{host}:{self.port}/{database}"


def binaries() -> Path:
    """Folder of the server programs: version 15 where it is installed, else the newest.

    Raises
    ------
    PostgreSQLMissing
        When no folder holds both ``initdb`` and ``postgres``.
    """
    found = [folder for folder in _candidates() if _serves(folder)]
    if not found:
        raise PostgreSQLMissing
    return max(found, key=lambda folder: (version(folder) == PREFERRED, version(folder)))


def version(folder: Path) -> int:
    """Major version of the server programs in a folder."""
    shown = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    return int(re.findall(r"\d+", shown)[0])


def _candidates() -> list[Path]:
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    if asked := shutil.which("pg_config"):
        bindir = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(bindir.stdout.strip()))
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return folders


def _serves(folder: Path) -> bool:
    return all(os.access(folder / program, os.X_OK) for program in ("initdb", "postgres"))


def _unprivileged() -> dict[str, int | list[int]]:
    """Whom the server runs as: ourselves, or someone harmless when we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise ClusterDidNotStart(step="choosing a user", reason="there is no user postgres or nobody.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialise(programs: Path, folder: Path, password: str, who: dict) -> None:
    secret = folder / "password"
    secret.write_text(password + "\n")
    if who:
        os.chown(folder, who["user"], who["group"])
        os.chown(secret, who["user"], who["group"])
    made = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={OWNER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        **who,
    )
    if made.returncode:
        raise ClusterDidNotStart(step="initdb", reason=made.stderr.strip().splitlines()[-1])


def _start(programs: Path, folder: Path, port: int, who: dict) -> subprocess.Popen[bytes]:
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **QUICK}
    options = [f"--{name}={value}" for name, value in settings.items()]
    # Where it can be had, the kernel stops the server even if the tests are killed outright.
    leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*leash, programs / "postgres", "-D", folder / "data", "-p", str(port), *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            # Ctrl-C is for the tests; they stop the server when their connections are closed.
            start_new_session=True,
            **who,
        )


def _await_answer(server: subprocess.Popen[bytes], cluster: Cluster, *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {OWNER}")
                return
        except psycopg.OperationalError as unanswered:
            if server.poll() is not None or time.monotonic() > until:
                last = (cluster.folder / "log").read_text().strip().splitlines()[-1:]
                reason = last[0] if last else str(unanswered)
                raise ClusterDidNotStart(step="start", reason=reason) from unanswered
        time.sleep(0.05)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # "fast": open sessions are ended, files are left whole
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """Run a cluster for the length of the block and leave nothing behind.

    Yields
    ------
    Cluster
        Answering on its port, with an empty database ``knutpunkt``.

    Raises
    ------
    PostgreSQLMissing
        When the server programs are not installed.
    ClusterDidNotStart
        When ``initdb`` fails or the server does not answer within 30 s.
    """
    programs, who = binaries(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="knutpunkt-postgres-"))
    password = secrets.token_hex(16)
    try:
        _initialise(programs, folder, password, who)
        port = _free_port()
        server = _start(programs, folder, port, who)
        try:
            cluster = Cluster(port=port, password=password, pid=server.pid, folder=folder)
            _await_answer(server, cluster, seconds=30)
            yield cluster
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
