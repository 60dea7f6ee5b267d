"""The short way to the reception's API: past sessions, cookies and forms, which it never uses.

A ticket costs about as much as Django's chain of middleware; there are hundreds a minute, and all
four calls of a visit come this way. Connections to the database stay open between requests: the
API itself notices a dead one at its first question and opens a new one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.db import connections

from knutpunkt.reception.api.asked import Asked
from knutpunkt.reception.api.house import USUAL_HEADERS, answer

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]
Application = Callable[[Environ, Any], Iterable[bytes]]

PREFIX = "/api/reception/"
STATUS_LINES: Mapping[int, str] = {
    status.value: f"{status.value} {status.phrase}" for status in HTTPStatus
}


def beside(pages: Application) -> Application:
    """Answer the reception's API at once and leave everything else to the pages."""

    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return pages(environ, start_response)
        return _answered(environ, start_response, _text(path[len(PREFIX) :]))

    return application


def _answered(environ: Environ, start_response: StartResponse, path: str) -> Iterable[bytes]:
    method = str(environ.get("REQUEST_METHOD", "GET"))
    told = answer(Asked(method, path, environ, environ["wsgi.input"].read))
    length = ("Content-Length", str(len(told.body)))
    start_response(STATUS_LINES[told.status], [*USUAL_HEADERS, length, *told.headers])
    return [b"" if method == "HEAD" else told.body]


def _text(path: str) -> str:
    """Decode what WSGI hands on as Latin-1 (PEP 3333)."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


# --- the one-process server -----------------------------------------------------------------------

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: What the API reads of a request's headers, as WSGI names it.
READ = {
    b"authorization": "HTTP_AUTHORIZATION",
    b"idempotency-key": "HTTP_IDEMPOTENCY_KEY",
    b"accept-language": "HTTP_ACCEPT_LANGUAGE",
    b"x-simulated-at": "HTTP_X_SIMULATED_AT",
}


class ShortWay:
    """The same for an ASGI server: on threads of its own, without a WSGI server in between.

    It stands behind whoever gathers the bodies of requests, and finds each of them whole.
    """

    def __init__(self, pages: Any, threads: int) -> None:
        self._pages = pages
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="reception")

    def threads_end(self) -> None:
        """Let the threads and their connections go."""
        self._threads.submit(connections.close_all).result()
        self._threads.shutdown()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if not path.startswith(PREFIX):
            await self._pages(scope, receive, send)
            return
        body = bytes((await receive()).get("body", b""))
        method = str(scope["method"])
        asked = Asked(method, path[len(PREFIX) :], _environ(scope, body), BytesIO(body).read)
        told = await asyncio.get_running_loop().run_in_executor(self._threads, answer, asked)
        length = ("Content-Length", str(len(told.body)))
        await send(
            {
                "type": "http.response.start",
                "status": told.status,
                "headers": [
                    (name.lower().encode(), value.encode())
                    for name, value in (*USUAL_HEADERS, length, *told.headers)
                ],
            }
        )
        said = b"" if method == "HEAD" else told.body
        await send({"type": "http.response.body", "body": said, "more_body": False})


def _environ(scope: Scope, body: bytes) -> Environ:
    environ: Environ = {
        "CONTENT_LENGTH": str(len(body)),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
    }
    for name, value in scope["headers"]:
        if name in READ:
            environ[READ[name]] = value.decode("latin-1")
    return environ
