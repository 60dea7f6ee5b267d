"""Where data lives and which database is meant, read from the environment."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from knutpunkt.errors import KnutpunktError


class HomeUnusable(KnutpunktError):
    """The folder for data cannot be written."""

    code = "home-unusable"
    exit_code = 2
    hint = "Set KNUTPUNKT_HOME to a folder you may write to."


class DatabaseUrlUnreadable(KnutpunktError):
    """DATABASE_URL names no database we can use."""

    code = "database-url-unreadable"
    exit_code = 2
    hint = "Write postgresql://user:password@host:5432/name or sqlite:///path/to/file.sqlite3."


def home() -> Path:
    """Return the folder for data: ``KNUTPUNKT_HOME``, else ``./var``."""
    return Path(os.environ.get("KNUTPUNKT_HOME") or "var").absolute()


def made_home() -> Path:
    """Return the folder for data, made if need be.

    Raises
    ------
    HomeUnusable
        When it cannot be made or written.
    """
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeUnusable(f"The folder {folder} cannot be made: {error.strerror}.") from None
    if not os.access(folder, os.W_OK):
        raise HomeUnusable(f"The folder {folder} cannot be written to.")
    return folder


def database() -> dict[str, Any]:
    """Describe the database for Django.

    Raises
    ------
    DatabaseUrlUnreadable
        When ``DATABASE_URL`` is neither SQLite nor PostgreSQL.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return _sqlite(home() / "knutpunkt.sqlite3")
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError as error:
        raise DatabaseUrlUnreadable(f"DATABASE_URL cannot be read: {error}.") from None
    name = unquote(parts.path.removeprefix("/"))
    if not name or "\0" in name:
        raise DatabaseUrlUnreadable("DATABASE_URL names no database.")
    if parts.scheme in ("sqlite", "sqlite3"):
        return _sqlite(Path(name))
    if parts.scheme not in ("postgres", "postgresql"):
        begins = f"begins with “{parts.scheme}:”" if parts.scheme else "names no kind of database"
        raise DatabaseUrlUnreadable(f"DATABASE_URL {begins}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": _host(parts.netloc),
        "PORT": port,
        # What is prepared at a desk is asked alike thousands of times: it is planned once.
        "OPTIONS": {
            "options": "-c plan_cache_mode=force_generic_plan",
            **dict(parse_qsl(parts.query)),
        },
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _host(netloc: str) -> str:
    """The host as written: a name, an address, or the folder of a socket (``%2Frun%2Fpostgresql``).

    ``urlsplit`` would make small letters of it, and a folder is not found by those.
    """
    place = netloc.rpartition("@")[2]
    bracketed, _, rest = place.partition("]")
    return bracketed[1:] if rest or place.endswith("]") else unquote(place.partition(":")[0])


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # Opening the file and reading its schema costs more than most questions.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers queue at BEGIN instead of failing in the middle of a transaction.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
            ),
        },
    }


def secret_key() -> str:
    """Return the signing key: from the environment, else one made once and kept in the home."""
    given = os.environ.get("KNUTPUNKT_SECRET", "")
    if given:
        return given
    path = home() / "secret"
    kept = _read(path)
    if kept:
        return kept
    key = secrets.token_urlsafe(50)
    try:
        return _kept_once(made_home() / "secret", key)
    except (OSError, HomeUnusable):
        # A command that only reads needs no lasting key.
        return key


def _kept_once(path: Path, key: str) -> str:
    """Keep the key whole or not at all; of two programs that make one, the first one counts."""
    draft = path.with_name(f".secret-{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(key, encoding="ascii")
    try:
        os.link(draft, path)
    except FileExistsError:
        if not _read(path):
            draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return _read(path) or key


def _read(path: Path) -> str:
    """The kept key; nothing where there is none, or what is there cannot be one."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
