"""Tickets that did not come out on paper, and printing one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from knutpunkt.core import clock
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ErrandUnknown
from knutpunkt.reception.models import PER_OFFICE, PrintJob, Visit
from knutpunkt.reception.printing.jobs import FAILED, PRINTING, QUEUED
from knutpunkt.reception.printing.spool import spool_wake
from knutpunkt.reception.services.asking import concerns

#: What keeps a ticket from the paper, as staff reads it, by the code of the job.
PROBLEMS: dict[str, StrOrPromise] = {
    "printer-not-set": _("no printer is named for the office"),
    "printer-address-unreadable": _("the address of the printer cannot be read"),
    "printer-unreachable": _("the printer is off or cannot be reached"),
    "printer-stopped-midway": _("the printer stopped in the middle"),
    "paper-out": _("the printer has no paper"),
    "printed-too-late": _("the program was stopped before the ticket came out"),
    "ticket-of-another-day": _("the ticket is of another day"),
}


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A ticket that is not on paper: whose number, since when, and why."""

    visit: int
    number: str
    state: str
    since: datetime
    problem: StrOrPromise


def tickets_unprinted(office: int) -> list[Unprinted]:
    """Tickets of today that failed or still wait for the printer, newest first: one query."""
    first, last = office * PER_OFFICE, (office + 1) * PER_OFFICE
    jobs = PrintJob.objects.filter(
        visit_id__gte=first,
        visit_id__lt=last,
        visit__local_day=clock.today(),
        visit__closed_at=None,
        state__in=(FAILED, QUEUED, PRINTING),
    ).select_related("visit")
    return [
        Unprinted(
            job.visit_id,
            job.visit.ticket,
            job.state,
            job.changed_at or clock.now(),
            PROBLEMS.get(job.problem, job.problem),
        )
        for job in jobs
    ]


def ticket_reprint(*, by: Actor, visit: int) -> str:
    """Have a ticket printed once more; one that is being printed already is left to it.

    Returns
    -------
    str
        State of the job: ``queued``, or ``printing`` where somebody was quicker.

    Raises
    ------
    NotAllowed
        When the role may not.
    ErrandUnknown
        When there is no such open visit at the office today, or it is none of theirs.
    """
    by.need("print")
    _refuse_strange(by, visit)
    now = clock.now()
    with transaction.atomic():
        job, made = PrintJob.objects.get_or_create(visit_id=visit, defaults={"changed_at": now})
        if not made:
            ended = PrintJob.objects.filter(pk=job.pk).exclude(state__in=(QUEUED, PRINTING))
            ended.update(state=QUEUED, problem="", changed_at=now)
            job.refresh_from_db(fields=["state"])
        transaction.on_commit(lambda: spool_wake(by.office))
    return job.state


def _refuse_strange(by: Actor, visit: int) -> None:
    here = Visit.objects.filter(
        pk=visit, office_id=by.office, local_day=clock.today(), closed_at=None
    ).first()
    concerned = here and any(concerns(by, errand.authority) for errand in here.errands.all())
    if not concerned:
        raise ErrandUnknown(errand=visit)
