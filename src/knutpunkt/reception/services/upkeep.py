"""What falls due by itself, done by the worker again and again, and safe in two at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Container
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import close_old_connections, connections

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.reception.errors import OwnedByNode
from knutpunkt.reception.ledger import acting_as
from knutpunkt.reception.models import Audit, CounterSession, OfficeDay, OfficeSequence, Visit
from knutpunkt.reception.services.booking_ends import bookings_missed, holds_expire
from knutpunkt.reception.services.closing import closings_followed_up
from knutpunkt.reception.services.house import day_end
from knutpunkt.reception.services.outbox import outbox_send
from knutpunkt.reception.services.purging import purge

log = logging.getLogger(__name__)

#: How many days back a day is ended that nobody ended.
DAYS_BACK = 3
BY = "upkeep"
FAILED = "failed; the log says more"


def days_end() -> int:
    """End days that are over at offices this process owns; how many there were."""
    ended = 0
    for office, day in sorted(_days_over()):
        try:
            day_end(office=office, by=BY, day=day)
            ended += 1
        except OwnedByNode:
            continue  # the node ends the days of its office
    return ended


def _days_over() -> set[tuple[int, date]]:
    """Offices and days before today with visits and no end, or with a counter left open.

    What is open from days longer ago is swept with the next day that ends.
    """
    today = clock.today()
    midnight = datetime.combine(today, time.min, NETWORK_ZONE)
    ours = set(OfficeSequence.objects.filter(owner=acting_as()).values_list("office_id", flat=True))
    days = [today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    ended = OfficeDay.objects.filter(local_day__in=days, ended_at__isnull=False)
    over = set(ended.values_list("office_id", "local_day"))
    sitting = CounterSession.objects.filter(closed_at=None, opened_at__lt=midnight)
    left = ours & set(sitting.values_list("office_id", flat=True))
    not_ended = {(office, day) for office in ours for day in days} - over
    return {
        (office, day)
        for office, day in not_ended
        if (office in left and day == days[0])
        or Visit.objects.filter(office=office, local_day=day).exists()
    }


def audit_of_yesterday() -> dict[str, Any] | None:
    """Recount yesterday from the log, once a night; nothing where no reception has begun."""
    from knutpunkt.reception.counting.audit import nightly

    now = clock.now()
    yesterday = now.date() - timedelta(days=1)
    made = Audit.objects.filter(first_day=yesterday, last_day=yesterday).exists()
    if made or not OfficeSequence.objects.exists():
        return None
    return nightly(now)


#: Each step by the name it has in the report, in the order they are done.
STEPS: dict[str, Callable[[], Any]] = {
    "holds": holds_expire,
    "closings": closings_followed_up,
    "days": days_end,
    "missed": bookings_missed,
    "messages": outbox_send,
    "purged": purge,
    "audited": audit_of_yesterday,
}


#: Steps that read much and are never urgent.
SELDOM = ("days", "missed", "purged", "audited")
SELDOM_SECONDS = 600.0


def tend(now: datetime | None = None, *, without: Container[str] = ()) -> dict[str, Any]:
    """Do everything that is due; one step that fails does not keep back the others.

    Parameters
    ----------
    now
        Do it as of this instant; the clock's, when none is given.
    without
        Steps to leave out.

    Returns
    -------
    dict
        What each step did; a step that failed says so, and the log says why.
    """
    if now is not None:
        with clock.said_to_be(now):
            return tend(without=without)
    return {name: _done(name, step) for name, step in STEPS.items() if name not in without}


def _done(name: str, step: Callable[[], Any]) -> Any:
    try:
        return step()
    except Exception:
        log.exception("The step “%s” of the upkeep failed; it is tried again.", name)
        return FAILED


def tend_every(seconds: float, stop: threading.Event) -> None:
    """Tend again and again until told to stop, the steps that read much every ten minutes.

    A database that is away is waited for.
    """
    since_all = SELDOM_SECONDS
    while not stop.is_set():
        close_old_connections()
        all_due = since_all >= SELDOM_SECONDS
        tend(without=() if all_due else SELDOM)
        since_all = seconds if all_due else since_all + seconds
        stop.wait(seconds)
    connections.close_all()
