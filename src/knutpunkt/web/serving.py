"""Pages, API and live hub in one process: Django runs on threads beside the event loop."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings

from knutpunkt.errors import KnutpunktError

if TYPE_CHECKING:  # they need Django set up, and the port is taken before
    from knutpunkt.web.live import Hub, LiveApplication

THREADS = 4


class PortTaken(KnutpunktError):
    """Another program listens on the port."""

    code = "port-taken"
    hint = (
        "Stop the other program or choose another port (--port 8001; make run ARGS='--port 8001')."
    )
    exit_code = 2


def application() -> LiveApplication:
    """Put the pages and a live hub together."""
    from knutpunkt.web.wsgi import application as pages  # sets Django up

    from knutpunkt.web.fast import ShortWay  # isort: skip
    from knutpunkt.web.live import LiveApplication  # isort: skip

    # Django's handler answers with an iterable response; its annotation says so less exactly.
    answering: Any = pages
    whole = ShortWay(WSGIMiddleware(answering, workers=THREADS), THREADS)
    return LiveApplication(hub(), whole)


def hub() -> Hub:
    """Make the live hub over the database of the settings."""
    from knutpunkt.web.live import Hub
    from knutpunkt.web.live.sources import source_of

    return Hub(source_of(settings.DATABASES["default"]))


def listening_socket(host: str, port: int) -> socket.socket:
    """Take the port before anything else is started.

    Raises
    ------
    PortTaken
        When it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, asyncio lets every answer go at once; else its second part waits 40 ms for the
    # reader's acknowledgement of the first.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
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
    together = application()
    config = uvicorn.Config(
        together,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    _Server(config, together.hub).run(sockets=[taken])


class _Server(uvicorn.Server):
    """Ends the live streams before it waits for its connections to end."""

    def __init__(self, config: uvicorn.Config, live: Hub) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.say_goodbye()
        await super().shutdown(sockets)
