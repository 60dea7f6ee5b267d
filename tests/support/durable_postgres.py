"""A PostgreSQL cluster that keeps what it has acknowledged, to be killed and started again.

Unlike the cluster of the suite it runs with ``fsync`` and everything else a production server
relies on.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from support import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

LASTING = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
START_WITHIN = 60.0


class DurableCluster:
    """A cluster whose server can be killed outright and started anew on the same files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.password = folder, secrets.token_hex(16)
        self.port = postgres._free_port()
        self._programs, self._who = postgres.binaries(), postgres._unprivileged()
        postgres._initialise(self._programs, folder, self.password, self._who)
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = postgres.OWNER) -> str:
        """Address of a database of this cluster."""
        return f"postgres://{postgres.OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server; it first recovers whatever a kill left behind."""
        settings = {
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
            "shared_buffers": "64MB", "max_connections": "80", **LASTING,
        }  # fmt: skip
        options = [f"--{name}={value}" for name, value in settings.items()]
        leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*leash, self._programs / "postgres", "-D", self.folder / "data",
                 "-p", str(self.port), *options],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._who,
            )  # fmt: skip
        self._await_answer()

    def _await_answer(self) -> None:
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError), psycopg.connect(self.url("postgres")):
                return
            assert self._process is not None
            assert self._process.poll() is None, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.05)
        raise postgres.ClusterDidNotStart(step="restart", reason="it did not answer.")

    def kill(self) -> None:
        """End the server and each of its processes at once, as a power cut would."""
        assert self._process is not None
        first = self._process.pid
        os.kill(first, signal.SIGSTOP)  # from here on it starts nobody who would be overlooked
        # Every process of the server leads a session of its own, so the group alone is not enough.
        ended = (first, *children(first))
        for pid in ended:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        until = time.monotonic() + START_WITHIN
        while any(map(_lives, ended)) and time.monotonic() < until:
            time.sleep(0.01)  # whoever is still going holds the memory a new server asks for

    def stop(self) -> None:
        """End the server tidily."""
        if self._process is not None:
            postgres._stop(self._process)


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def children(parent: int) -> list[int]:
    """Processes started by a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # Behind the name in brackets come the state and the parent.
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


@contextmanager
def durable_cluster() -> Iterator[DurableCluster]:
    """Run such a cluster for the length of the block and leave nothing behind.

    Raises
    ------
    PostgreSQLMissing
        When the server programs are not installed.
    """
    folder = Path(tempfile.mkdtemp(prefix="knutpunkt-durable-"))
    try:
        cluster = DurableCluster(folder)
        try:
            cluster.start()
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as link:
                link.execute(f"CREATE DATABASE {postgres.OWNER}")
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
