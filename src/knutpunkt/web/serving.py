"""Pages, API and live hub in one process: Django runs on threads beside the event loop."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings

from knutpunkt.errors import KnutpunktError
from knutpunkt.web.live import Hub, LiveApplication, PostgresSource, Source, SqliteSource

THREADS = 4


class PortTaken(KnutpunktError):
    """Another program listens on the port."""

    code = "port-taken"
    hint = (
        "Stop the other program or choose another port (--port 8001; make run ARGS='--port 8001')."
    )
    exit_code = 2


def application() -> LiveApplication:
    """Put the pages and the live hub together."""
    from knutpunkt.web.wsgi import application as pages

    # Django's handler answers with an iterable response; its annotation says so less exactly.
    answering: Any = pages
    return LiveApplication(Hub(_source), WSGIMiddleware(answering, workers=THREADS))


def listening_socket(host: str, port: int) -> socket.socket:
    """Take the port before anything else is started.

    Raises
    ------
    PortTaken
        When it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
    except (OSError, OverflowError, TypeError, UnicodeError) as error:
        taken.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise PortTaken(f"Port {port} on {host} cannot be used: {reason}.") from None
    return taken


def serve(taken: socket.socket) -> None:
    """Serve on a socket until Ctrl-C or SIGTERM."""
    config = uvicorn.Config(
        application(),
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[taken])


def _source() -> Source:
    database: dict[str, Any] = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return SqliteSource(str(database["NAME"]))
    return PostgresSource(database)
