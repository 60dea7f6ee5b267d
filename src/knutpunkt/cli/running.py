"""Commands that start things and set them up."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from knutpunkt.cli.ready import ready

LOOK_EVERY = 0.2
RESTART_AFTER = 1.0
TEND_EVERY = 30.0


def run(chosen: Namespace) -> int:
    """Start the pages, the live hub and the worker, and stop them all together."""
    from knutpunkt.core.home import made_home

    made_home()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
    from knutpunkt.web import serving

    taken = serving.listening_socket(chosen.host, chosen.port)
    ready(bring_up=True)
    from knutpunkt.planning.first import first_plans_request

    first_plans_request()
    _welcome(chosen.host, chosen.port)
    # Both ways of stopping end the same way, after the server has said goodbye to its readers.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), _worker_beside():
        serving.serve(taken)
    print("Stopped.", file=sys.stderr)
    return 0


def worker(chosen: Namespace) -> int:
    """Carry out long computations until stopped."""
    ready(load=False)
    from knutpunkt.core.worker import work

    with _tending():
        work(_set_when_stdin_closes() if chosen.with_parent else None)
    return 0


@contextmanager
def _tending() -> Iterator[None]:
    """Do beside the work what falls due at receptions: holds, messages, ends of days."""
    from knutpunkt.reception.services.upkeep import tend_every

    stop = threading.Event()
    upkeep = threading.Thread(target=tend_every, args=(TEND_EVERY, stop), name="upkeep")
    upkeep.start()
    try:
        yield
    finally:
        stop.set()
        upkeep.join(timeout=10)


@contextmanager
def _worker_beside() -> Iterator[None]:
    """Keep a worker running: one that dies is replaced."""
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stopping,), name="worker keeper")
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join()


def _keep_worker(stopping: threading.Event) -> None:
    while not stopping.is_set():
        process = _start_worker()
        while process.poll() is None and not stopping.wait(LOOK_EVERY):
            pass
        if process.poll() is None:
            _stop_worker(process)
        elif not stopping.wait(RESTART_AFTER):
            print("The worker died and is started anew.", file=sys.stderr, flush=True)


def _start_worker() -> subprocess.Popen[bytes]:
    """Start the worker in a group of its own, so that it does not get our Ctrl-C.

    It holds the other end of a pipe: when we are gone, even by kill -9, it stops by itself.
    """
    command = [sys.executable, "-m", "knutpunkt.cli.main", "worker", "--with-parent"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603  # our own program


def _stop_worker(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _set_when_stdin_closes() -> threading.Event:
    stop = threading.Event()

    def wait() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=wait, name="parent watch", daemon=True).start()
    return stop


def migrate(chosen: Namespace) -> int:
    """Bring the database to this version."""
    ready(load=chosen.load, bring_up=True)
    print("The database is at this version.")
    return 0


def account(chosen: Namespace) -> int:
    """Create an account, or appoint somebody who has one."""
    ready()
    from knutpunkt.accounts.models import User
    from knutpunkt.accounts.naming import post_named, role_named
    from knutpunkt.accounts.services import appoint, person_create

    role, post = role_named(chosen.role), post_named(chosen.office, chosen.county)
    # Whoever may run commands on the server acts as its first account.
    operator = User.objects.order_by("pk").first()
    person = User.objects.filter(username=chosen.username).first()
    password = ""
    if person is None:
        password = secrets.token_urlsafe(12)
        person = person_create(username=chosen.username, password=password, by=operator)
    appoint(person, role, by=operator or person, post=post)
    print(f"{chosen.username} has the role {role}.")
    if password:
        print(f"The password is {password}; it is not kept anywhere.")
    return 0


def django(chosen: Namespace) -> int:
    """Run a management command of Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["knutpunkt django", *chosen.rest])
    return 0


def _welcome(host: str, port: int) -> None:
    from knutpunkt.accounts.demo import demo_accounts

    shown = f"[{host}]" if ":" in host else host
    print(f"Knutpunkt is at http://{shown}:{port}", flush=True)
    from django.db import connection

    from knutpunkt.core.home import made_home

    accounts = demo_accounts(made_home()) if connection.vendor == "sqlite" else []
    if accounts:
        from knutpunkt.accounts.demo import demo_offices

        print("Demo accounts (the public pages need none):")
        offices = demo_offices()
        for username, password, role in accounts:
            at = f" at {offices[username]}" if username in offices else ""
            print(f"  {username:<20} {password:<20} {role}{at}")
    print("Ctrl-C stops everything.", flush=True)
