"""Ways a message can go: into a folder (the usual one), by e-mail, or onto the console.

``KNUTPUNKT_EMAIL_URL`` says which: ``smtp://user:password@host:587?tls=1``, ``smtps://host:465``,
``console:`` or ``file:///folder``. Without it messages lie as files in the folder ``outbox`` below
``KNUTPUNKT_HOME``, for a mail program to fetch. ``KNUTPUNKT_EMAIL_FROM`` is the sender.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import EmailMessage, get_connection

from knutpunkt.core.home import home
from knutpunkt.reception.booking_errors import EmailUrlUnreadable

#: Number of the message, to whom, subject, body.
Way = Callable[[int, str, str, str], None]

_CONSOLE = "django.core.mail.backends.console.EmailBackend"
_SMTP = "django.core.mail.backends.smtp.EmailBackend"
_SECONDS = 20


def way_chosen() -> Way:
    """The way the environment names.

    Raises
    ------
    EmailUrlUnreadable
        When it names none.
    """
    url = os.environ.get("KNUTPUNKT_EMAIL_URL", "")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise EmailUrlUnreadable from None
    if not url or parts.scheme == "file":
        return into_folder(Path(unquote(parts.path)) if url else outbox_folder())
    if parts.scheme == "console":
        return _mailed(_CONSOLE)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise EmailUrlUnreadable
    return _mailed(
        _SMTP,
        host=parts.hostname,
        port=port or (465 if parts.scheme == "smtps" else 25),
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parse_qs(parts.query).get("tls") == ["1"],
        use_ssl=parts.scheme == "smtps",
        timeout=_SECONDS,
    )


def outbox_folder() -> Path:
    """Where messages lie when nothing else is set."""
    return home() / "outbox"


def into_folder(folder: Path) -> Way:
    """Write each message as a file of its own, readable by its owner alone."""

    def write(number: int, to: str, subject: str, body: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{number}.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_bytes(_letter(to, subject, body).message().as_bytes())
        draft.replace(folder / f"{number}.eml")

    return write


def files_removed(numbers: Iterable[int]) -> int:
    """Remove the files of messages; how many there were."""
    removed = 0
    for number in numbers:
        file = outbox_folder() / f"{number}.eml"
        removed += file.exists()
        file.unlink(missing_ok=True)
    return removed


def _mailed(backend: str, **how: Any) -> Way:
    def send(_number: int, to: str, subject: str, body: str) -> None:
        letter = _letter(to, subject, body)
        letter.connection = get_connection(backend, **how)
        letter.send()

    return send


def _letter(to: str, subject: str, body: str) -> EmailMessage:
    sender = os.environ.get("KNUTPUNKT_EMAIL_FROM", "knutpunkt@localhost")
    return EmailMessage(subject, body, sender, [to])
