"""Long work in the background: asked for once, carried out by a worker, never lost, never stuck.

A run is a row. Whoever asks writes it; a worker takes it with a guarded update, beats while it
works and writes the result. A worker that is killed stops beating, and the sweep puts its run back
in the queue. Every write of a worker names the attempt it made, so one that was given up for lost
can no longer change anything.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.core.models import Run, RunState
from knutpunkt.errors import KnutpunktError

Report = Callable[[dict[str, Any]], object]
Cancelled = Callable[[], bool]
#: Takes the question, a way to report progress and a way to ask whether to break off.
Work = Callable[[Mapping[str, Any], Report, Cancelled], dict[str, Any]]

LOST_AFTER = timedelta(seconds=30)
ATTEMPTS = 3
LOST = gettext_noop("The worker stopped without a word three times, so the run was given up.")

_RUN_IDS = uuid.UUID("7b0d6b52-6f0e-4d0a-9d35-3f2f0a6f2d11")
_kinds: dict[str, Work] = {}


class KindUnknown(KnutpunktError):
    """Nobody has registered how to do this kind of work."""

    code = "run-kind-unknown"
    hint = "Register a function for it in the module “work” of an installed app."

    def __init__(self, *, kind: str) -> None:
        super().__init__(f"No work of the kind “{kind}” is known.")


class RunUnknown(NotFound):
    """No run has this number."""

    code = "run-unknown"

    def __init__(self, *, run: uuid.UUID) -> None:
        super().__init__(f"There is no run {run}.")


class Stopped(KnutpunktError):
    """Raised by work that was asked to break off, instead of half a result."""

    code = "stopped"
    status = 409

    def __init__(self) -> None:
        super().__init__("The work was broken off before it had a result.")


def kind(name: str) -> Callable[[Work], Work]:
    """Register a function as the way to do a kind of work.

    It gets plain values and gives a plain (JSON) result; it must ask often whether to break off,
    and then raise :class:`Stopped`. Apps register in a module ``work``, which is found by itself.
    """

    def register(work: Work) -> Work:
        _kinds[name] = work
        return work

    return register


def work_of(name: str) -> Work:
    """Return the function registered for a kind.

    Raises
    ------
    KindUnknown
        When there is none.
    """
    autodiscover_modules("work")
    if name not in _kinds:
        raise KindUnknown(kind=name)
    return _kinds[name]


def run_request(name: str, question: Mapping[str, Any], *, by: str, fingerprint: str = "") -> Run:
    """Ask for work. The same question about the same facts is one run, however often it is asked.

    Parameters
    ----------
    name
        A registered kind.
    question
        Plain values.
    by
        Who asks.
    fingerprint
        Stands for the facts the answer depends on; new facts make a new run.

    Returns
    -------
    Run
        One that waits, works or is done already; else a new one. A failed or cancelled one is
        asked anew.

    Raises
    ------
    KindUnknown
        When nobody can do it.
    """
    work_of(name)
    asked = inputs_hash(name, question, fingerprint)
    with transaction.atomic():
        # One look: between two, somebody else's run could appear in the second only.
        earlier = list(Run.objects.filter(kind=name, inputs_hash=asked))
        standing = [run for run in earlier if _still_answers(run)]
        if standing:
            return standing[0]
        # Two who ask at the same moment compute the same key: the database lets one of them in.
        run, _made = Run.objects.get_or_create(
            pk=uuid.uuid5(_RUN_IDS, f"{asked} {len(earlier)}"),
            defaults={
                "kind": name,
                "question": dict(question),
                "inputs_hash": asked,
                "requested_by": by,
                "requested_at": _present(),
            },
        )
        return run


def inputs_hash(name: str, question: Mapping[str, Any], fingerprint: str) -> str:
    """SHA-256 of what is asked and of the facts it is asked about."""
    text = json.dumps([name, question, fingerprint], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def run_get(run: uuid.UUID) -> Run:
    """Read a run: one query.

    Raises
    ------
    RunUnknown
        When there is none with this number.
    """
    found = Run.objects.filter(pk=run).first()
    if found is None:
        raise RunUnknown(run=run)
    return found


def run_cancel(run: uuid.UUID) -> None:
    """Call a run off: at once while it waits, within half a second while it works."""
    waiting = Run.objects.filter(pk=run, state=RunState.QUEUED)
    if not waiting.update(state=RunState.CANCELLED, cancel_asked=True, ended_at=_present()):
        Run.objects.filter(pk=run, state=RunState.RUNNING).update(cancel_asked=True)


def run_claim() -> Run | None:
    """Take the run that waits longest. Of several workers only one gets it."""
    queue = Run.objects.filter(state=RunState.QUEUED).order_by("requested_at", "pk")
    for waiting in queue.values_list("pk", flat=True)[:10]:
        now = _present()
        taken = Run.objects.filter(pk=waiting, state=RunState.QUEUED).update(
            state=RunState.RUNNING,
            attempts=F("attempts") + 1,
            started_at=now,
            beat_at=now,
            progress={},
        )
        if taken:
            return Run.objects.get(pk=waiting)
    return None


def run_beat(run: Run, progress: dict[str, Any]) -> bool:
    """Tell that the work goes on, and how far it is; false when the run is no longer ours."""
    return bool(_ours(run).update(beat_at=_present(), progress=progress))


def run_is_wanted(run: Run) -> bool:
    """Whether the run is still ours and nobody has called it off: one query."""
    return _ours(run).filter(cancel_asked=False).exists()


def run_done(run: Run, result: dict[str, Any]) -> None:
    """Keep the result, unless the run was taken from us."""
    _ours(run).update(state=RunState.DONE, result=result, ended_at=_present())


def run_failed(run: Run, problem: str) -> None:
    """Keep the sentence that says why there is no result."""
    _ours(run).update(state=RunState.FAILED, problem=problem, ended_at=_present())


def run_broken_off(run: Run) -> None:
    """Close a run that was called off; put one back that only its worker had to leave."""
    called_off = _ours(run).filter(cancel_asked=True)
    if not called_off.update(state=RunState.CANCELLED, ended_at=_present()):
        _ours(run).update(state=RunState.QUEUED, attempts=F("attempts") - 1)


def sweep(now: datetime | None = None, *, lost_after: timedelta = LOST_AFTER) -> int:
    """Free the runs whose worker has stopped beating, and tell how many there were.

    A run goes back to the queue, and is given up at the third loss. One that was called off is
    closed.
    """
    now = now or _present()
    silent = Run.objects.filter(state=RunState.RUNNING, beat_at__lt=now - lost_after)
    closed = silent.filter(cancel_asked=True).update(state=RunState.CANCELLED, ended_at=now)
    given_up = silent.filter(attempts__gte=ATTEMPTS).update(
        state=RunState.FAILED, problem=LOST, ended_at=now
    )
    return closed + given_up + silent.update(state=RunState.QUEUED)


def _still_answers(run: Run) -> bool:
    under_way = run.state in (RunState.QUEUED, RunState.RUNNING) and not run.cancel_asked
    return under_way or run.state == RunState.DONE


def _ours(run: Run) -> QuerySet[Run]:
    return Run.objects.filter(pk=run.pk, state=RunState.RUNNING, attempts=run.attempts)


def _present() -> datetime:
    # A heartbeat tells of processes, not of the network: a clock frozen for a demo must not
    # make a dead worker look alive.
    return timezone.now()
