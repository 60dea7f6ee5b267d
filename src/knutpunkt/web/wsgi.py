"""The WSGI application, for production servers: the pages, and the short way to the reception."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "knutpunkt.web.settings")
# Django's handler answers with an iterable response; its annotation says so less exactly.
pages: Any = get_wsgi_application()

# Models can be read only after the set-up.
from django.db import Error, connections  # noqa: E402

from knutpunkt.reception.printing.spool import spool_start  # noqa: E402
from knutpunkt.web.fast import beside  # noqa: E402


def _print_tickets() -> None:
    """Print tickets beside the requests; a database that is away must not keep the pages back."""
    try:
        spool_start()
    except Error:
        logging.getLogger(__name__).warning("Tickets left to print are taken up by the next one.")
    finally:
        connections.close_all()


_answering = beside(pages)
_first = threading.Lock()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer a request; with the first one the printing of tickets begins."""
    if _first.acquire(blocking=False):
        threading.Thread(target=_print_tickets, name="printing", daemon=True).start()
    return _answering(environ, start_response)
