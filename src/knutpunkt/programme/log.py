"""The log of a programme: append-only, numbered without gaps, each entry chained to the last."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.models import LogEntry, Programme, Project


class LogBroken(KnutpunktError):
    """An entry of a log does not follow from the one before it."""

    code = "log-broken"
    hint = gettext_noop(
        "Somebody wrote into the database by hand. Compare with a backup from before that day."
    )
    status = 409

    def __init__(self, *, programme: str, number: int) -> None:
        super().__init__(f"Entry {number} in the log of programme “{programme}” was altered.")


def log_write(
    programme: Programme, kind: str, *, by: str, project: Project | None = None, **details: Any
) -> LogEntry:
    """Append an entry. Called inside the transaction of the change it tells of.

    The counter row is locked by its update, so two writers never share a number and none is
    skipped: whoever rolls back gives the number back.
    """
    Programme.objects.filter(pk=programme.pk).update(log_length=F("log_length") + 1)
    number = Programme.objects.values_list("log_length", flat=True).get(pk=programme.pk)
    last = LogEntry.objects.filter(programme=programme, number=number - 1).first()
    plain = json.loads(json.dumps(details, cls=DjangoJSONEncoder, ensure_ascii=False))
    entry = LogEntry(
        programme=programme,
        number=number,
        project=project,
        kind=kind,
        details=plain,
        at=clock.now(),
        by=by,
        previous=last.fingerprint if last else "",
    )
    entry.fingerprint = _fingerprint(entry)
    entry.save()
    return entry


def log_verify(programme: Programme) -> int:
    """Read the whole log again and return how many entries it has: one query.

    Raises
    ------
    LogBroken
        At the first entry that was altered, is missing or was put in.
    """
    previous, expected = "", 0
    for expected, entry in enumerate(programme.log.order_by("number"), start=1):
        whole = entry.number == expected and entry.previous == previous
        if not whole or entry.fingerprint != _fingerprint(entry):
            raise LogBroken(programme=programme.key, number=expected)
        previous = entry.fingerprint
    length = Programme.objects.values_list("log_length", flat=True).get(pk=programme.pk)
    if length != expected:
        raise LogBroken(programme=programme.key, number=expected + 1)
    return expected


def _fingerprint(entry: LogEntry) -> str:
    content: Mapping[str, Any] = {
        "programme": entry.programme_id,
        "number": entry.number,
        "project": entry.project_id,
        "kind": entry.kind,
        "details": entry.details,
        "at": entry.at.timestamp(),
        "by": entry.by,
        "previous": entry.previous,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
