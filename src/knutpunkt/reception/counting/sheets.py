"""Months of offices, counted from the log and kept.

A sheet counts every visit that began in its month before the day it was made on, from all events
up to ``through_seq``: counted again with the same two limits it must come out the same.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection, transaction

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.engines.ledger.local_time import local_day_and_hour
from knutpunkt.reception.counting.blocks import packed
from knutpunkt.reception.counting.reading import first_seq_on, last_seqs, read_log, seq_of
from knutpunkt.reception.counting.table import ErrandTable, errand_table
from knutpunkt.reception.models import Event, MonthSheet
from knutpunkt.reception.models.visits import key_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A month of an office as counted now."""

    office: int
    month: date
    table: ErrandTable
    through_seq: int

    def block(self) -> tuple[bytes, str]:
        """Bytes and digest."""
        return packed(self.table, month=self.month)


def month_of(day: date) -> date:
    """First day of a day's month."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """Last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def counts_through(month: date, made_at: datetime) -> date:
    """The last day a sheet counts."""
    return min(month_end(month), made_at.astimezone(NETWORK_ZONE).date() - DAY)


def is_settled(month: date, made_at: datetime) -> bool:
    """Whether the sheet was made when nothing could happen to its visits any more."""
    return made_at.astimezone(NETWORK_ZONE).date() > month_end(month) + DAY


def count_month(
    office: int, month: date, *, through: date, through_seq: int | None = None
) -> Counted:
    """Count a month of an office from its events.

    Parameters
    ----------
    through
        Last day on which a visit may have begun.
    through_seq
        Last event to read; else the last of the day after ``through``, by which every errand is
        closed.
    """
    latest = last_seqs().get(office, 0)
    with connection.cursor() as cursor:
        first = first_seq_on(cursor, office, month, latest)
        if through_seq is None:
            through_seq = first_seq_on(cursor, office, through + 2 * DAY, latest) - 1
    log = read_log([(office, first, through_seq)])
    return Counted(office, month, errand_table(log, first=month, last=through), through_seq)


def count_months(office: int, months: Sequence[date], *, at: datetime) -> Iterator[Counted]:
    """Count months of an office, reading its events once: the same as each by itself."""
    latest = last_seqs().get(office, 0)
    with connection.cursor() as cursor:
        first = first_seq_on(cursor, office, months[0], latest)
    log = read_log([(office, first, latest)])
    days, _hours = local_day_and_hour(log.events.at, NETWORK_ZONE)
    days = np.maximum.accumulate(days) if len(days) else days
    for month in months:
        through = counts_through(month, at)
        start = int(np.searchsorted(days, month.toordinal()))
        end = int(np.searchsorted(days, (through + DAY).toordinal(), side="right"))
        part = log.part(start, end)
        last = seq_of(int(part.events.number[-1])) if end > start else first - 1
        yield Counted(office, month, errand_table(part, first=month, last=through), last)


def sheet_made(counted: Counted, *, at: datetime) -> MonthSheet:
    """Keep a month as counted, in place of what was kept before."""
    block, digest = counted.block()
    made, _new = MonthSheet.objects.update_or_create(
        office_id=counted.office,
        month=counted.month,
        defaults={
            "columns": block,
            "rows": len(counted.table),
            "digest": digest,
            "through_seq": counted.through_seq,
            "made_at": at,
        },
    )
    return made


def sheets_make(
    *, at: datetime, again: bool = False, disputed: AbstractSet[tuple[int, date]] = frozenset()
) -> int:
    """Count every month that has days before today and no settled sheet yet.

    Parameters
    ----------
    again
        Count the settled ones too.
    disputed
        Offices and months whose sheets an audit found to differ: they stay as they are, to be
        looked at.

    Returns
    -------
    int
        Sheets made.
    """
    today = at.astimezone(NETWORK_ZONE).date()
    settled = disputed if again else _settled() | disputed
    made = 0
    for office in sorted(last_seqs()):
        months = [m for m in _months_of(office, before=today) if (office, m) not in settled]
        if months:
            with transaction.atomic():
                for counted in count_months(office, months, at=at):
                    sheet_made(counted, at=at)
                    made += 1
    return made


def _settled() -> set[tuple[int, date]]:
    kept = MonthSheet.objects.values_list("office_id", "month", "made_at")
    return {
        (office, month)
        for office, month, made_at in kept
        if made_at is not None and is_settled(month, made_at)
    }


def _months_of(office: int, *, before: date) -> Iterator[date]:
    """Months with a day before the one given, from the office's first event on."""
    first = Event.objects.filter(pk__gt=key_of(office, 0)).order_by("pk").first()
    if first is None:
        return
    month = month_of(first.local_day)
    while month < before:
        yield month
        month = month_end(month) + DAY
