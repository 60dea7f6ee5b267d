"""Tickets on their way to paper: claimed by one, marked by the same, and told in the event log.

A job goes ``queued`` to ``printing`` to ``printed`` (``reprinted`` from the second time on) or
``failed``. Each step compares and sets, so of two programs that see the same job one prints it.
Between the paper and the mark lies a moment: a program killed there leaves the job ``printing``,
and whoever finds it half a minute later prints it again. So a ticket is printed at least once and
after a kill perhaps twice; the number on it is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models import PER_OFFICE, PrintJob

QUEUED, PRINTING, PRINTED = "queued", "printing", "printed"
FAILED, REPRINTED = "failed", "reprinted"

#: A program that has not marked a job by then was killed.
LEFT_BEHIND = timedelta(seconds=30)
#: Paper that comes later than this after the press belongs to nobody any more.
TOO_LATE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of one program. ``since`` is the mark it is held by."""

    office: int
    visit: int
    since: int
    attempts: int

    @property
    def again(self) -> bool:
        """Whether the ticket was tried before."""
        return self.attempts > 0


def job_claim(office: int) -> Claim | None:
    """Claim the oldest job of an office that waits, or was left behind; nothing when none does."""
    while True:
        job = _waiting(office).order_by("changed_at").first()
        if job is None:
            return None
        claim = _claimed(office, job)
        if claim is not None:
            return claim


def _waiting(office: int) -> QuerySet[PrintJob]:
    first, last = office * PER_OFFICE, (office + 1) * PER_OFFICE
    left_behind = Q(state=PRINTING, changed_at__lt=clock.now() - LEFT_BEHIND)
    here = PrintJob.objects.filter(visit_id__gte=first, visit_id__lt=last)
    return here.filter(Q(state=QUEUED) | left_behind)


def _claimed(office: int, job: PrintJob) -> Claim | None:
    now = clock.now()
    seen = PrintJob.objects.filter(pk=job.pk, state=job.state, changed_at=to_ms(_asked_at(job)))
    if not seen.update(state=PRINTING, changed_at=now):
        return None  # another program was first
    claim = Claim(office, job.visit_id, to_ms(now), job.attempts)
    if _asked_at(job) < now - TOO_LATE:
        job_failed(claim, "printed-too-late")
        return None
    return claim


def _asked_at(job: PrintJob) -> datetime:
    assert job.changed_at is not None
    return job.changed_at


def job_printed(claim: Claim) -> bool:
    """Mark a claimed job as printed; false when another program has taken it over."""
    state = REPRINTED if claim.again else PRINTED
    return _marked(claim, state, kind=state, problem="")


def job_failed(claim: Claim, problem: str) -> bool:
    """Mark a claimed job as failed, with the code of what is wrong."""
    return _marked(claim, FAILED, kind="print-failed", problem=problem)


_MARK = """
UPDATE reception_printjob SET state = %s, attempts = attempts + 1, problem = %s, changed_at = %s
WHERE visit_id = %s AND state = 'printing' AND changed_at = %s
"""
_TICKET = "SELECT series, number, practice, simulated FROM reception_visit WHERE id = %s"


def _marked(claim: Claim, state: str, *, kind: str, problem: str) -> bool:
    with office_turn(claim.office) as turn:
        touched = turn.write(_MARK, state, problem, turn.now, claim.visit, claim.since)
        if touched:
            _told(turn, claim.visit, kind, problem)
        return touched == 1


def _told(turn: Turn, visit: int, kind: str, problem: str) -> None:
    series, number, practice, simulated = turn.row(_TICKET, visit)
    turn.event(
        kind,
        visit=visit,
        ticket=f"{series}{number}",
        practice=bool(practice),
        simulated=bool(simulated),
        data={"problem": problem} if problem else None,
    )
