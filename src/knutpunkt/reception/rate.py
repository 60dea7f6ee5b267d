"""How often somebody may ask: a small bucket of tokens for each, kept in this process.

It guards against a stuck key and a loop in somebody's script, not against a determined crowd;
that is the work of the proxy in front. Each process counts for itself, so with two of them twice
as much gets through.
"""

from __future__ import annotations

import threading
import time

from django.conf import settings
from django.http import HttpRequest

MOST_KEPT = 10_000

_lock = threading.Lock()
#: What is left in each bucket, and when it was last looked at (seconds of a steady clock).
_buckets: dict[str, tuple[float, float]] = {}


def allowed(key: str, *, per_minute: int) -> bool:
    """Whether one more is allowed, and count it.

    Parameters
    ----------
    key
        Who asks for what, such as ``"follow 192.0.2.7"``.
    per_minute
        How many are allowed in a minute: so many at once at first, later one each time
        ``60 / per_minute`` seconds have passed.

    References
    ----------
    The token bucket of RFC 2697, section 3, with one colour.
    """
    now = time.monotonic()
    with _lock:
        left, seen = _buckets.pop(key, (float(per_minute), now))
        left = min(float(per_minute), left + (now - seen) * per_minute / 60)
        goes = left >= 1
        _buckets[key] = (left - 1 if goes else left, now)
        if len(_buckets) > MOST_KEPT:
            del _buckets[next(iter(_buckets))]  # the one not asked about for longest
    return goes


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: the address the proxy noted last, where there is a proxy."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.SECURE_PROXY_SSL_HEADER:
        return direct
    passed_on = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    return passed_on.rpartition(",")[2].strip() or direct


def forget() -> None:
    """Fill every bucket again."""
    with _lock:
        _buckets.clear()
