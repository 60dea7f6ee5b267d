"""Requests of pages, gathered before a thread is given to them; and short answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_WITHIN = 20.0
LARGEST_BODY = 10 * 2**20


async def whole_body(receive: Receive) -> bytes | None:
    """Gather the body of a request; None when it is larger than any of our forms."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def told_once(body: bytes, receive: Receive) -> Receive:
    """Give the body first, and then whatever else happens."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def tell() -> Message:
        return waiting.pop() if waiting else await receive()

    return tell


async def gone(receive: Receive) -> None:
    """Wait until the other side has left."""
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass


async def answer(send: Send, status: int, sentence: str, *more: tuple[bytes, bytes]) -> None:
    """Answer with a sentence."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode()})


async def pages(other: Any, scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to the pages once it is here whole: a slow sender holds no thread."""
    try:
        body = await asyncio.wait_for(whole_body(receive), BODY_WITHIN)
    except TimeoutError:
        await answer(send, 408, "The request took too long.")
        return
    if body is None:
        await answer(send, 413, "The request is too large.")
        return
    await other(scope, told_once(body, receive), send)
