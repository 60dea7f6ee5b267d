"""Make the database ready before a command reads it."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from knutpunkt.errors import KnutpunktError

PREPARING = 0x6B6E7574
"""Number of the lock in PostgreSQL; any number will do that nobody else takes."""


class DatabaseBehind(KnutpunktError):
    """The database was made by another version."""

    code = "database-behind"
    hint = "Run: knutpunkt migrate"
    exit_code = 2


class DatabaseUnreachable(KnutpunktError):
    """There is no database where it should be."""

    code = "database-unreachable"
    hint = "Start the database, or correct DATABASE_URL."
    exit_code = 2


def ready(*, load: bool = True, bring_up: bool = False) -> None:
    """Set up Django, and the database where that can be done without asking.

    An empty database is brought up and gets the embedded network; one made by another version is
    only touched when ``bring_up`` says so, except an SQLite file of our own.

    Raises
    ------
    DatabaseBehind, DatabaseUnreachable
        When somebody has to act.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
    from knutpunkt.core.home import made_home

    own_file = not os.environ.get("DATABASE_URL")
    if own_file:
        made_home()
    import django

    django.setup()
    from django.utils import translation

    translation.activate("en")  # commands speak English
    with _one_at_a_time():
        _prepare(may_migrate=own_file or bring_up, load=load)


def _prepare(*, may_migrate: bool, load: bool) -> None:
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error, OperationalError

    try:
        with _alone_in_the_database():
            _migrate(may_migrate=may_migrate)
            if load:
                _load()
    except OperationalError as error:
        raise DatabaseUnreachable(f"The database does not answer: {str(error).strip()}.") from None
    except (Error, ImproperlyConfigured, ValueError) as error:
        raise DatabaseUnreachable(f"The database cannot be used: {str(error).strip()}.") from None


def _migrate(*, may_migrate: bool) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    empty = not executor.loader.applied_migrations
    if not (may_migrate or empty):
        raise DatabaseBehind("The database was made by another version of Knutpunkt.")
    _say("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def _alone_in_the_database() -> Iterator[None]:
    """On a server, also programs with other homes wait for each other."""
    from django.db import connection

    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def _load() -> None:
    from knutpunkt.network.models import Office
    from knutpunkt.planning.loading import embedded_network_load
    from knutpunkt.programme.templates_loading import templates_load

    if not Office.objects.exists():
        _say("Loading the embedded network, once …")
        embedded_network_load()
    templates_load()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one process at a time prepare; others wait for it."""
    from knutpunkt.core.home import home

    try:
        file = (home() / ".preparing").open("w")
    except OSError:
        # Where nothing can be written there is nothing to prepare either.
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
