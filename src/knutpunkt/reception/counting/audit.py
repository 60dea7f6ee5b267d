"""The recount: everything a figure or a row says is counted again from the log and compared.

A difference is recorded and shown. Nothing is put right by it: whoever looks at it has to find
what stands as it stood.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.counting import RULES
from knutpunkt.reception.counting.blocks import packed, unpacked
from knutpunkt.reception.counting.differences import MOST_KEPT, Difference
from knutpunkt.reception.counting.gather import network_sheets_make
from knutpunkt.reception.counting.reading import first_seq_on, last_seqs, seq_of
from knutpunkt.reception.counting.rereading import reread
from knutpunkt.reception.counting.sheets import (
    DAY,
    count_month,
    counts_through,
    month_of,
    sheets_make,
)
from knutpunkt.reception.counting.table import COLUMNS
from knutpunkt.reception.models import (
    TAKES_A_PLACE,
    Audit,
    Event,
    MonthSheet,
    SlotCapacity,
)
from knutpunkt.reception.models.visits import key_of


@dataclass
class _Findings:
    events: int
    differences: list[Difference]
    disputed: set[tuple[int, date]]


def audit(first: date, last: date) -> Audit:
    """Recount some days from the log and record what differs.

    Compared are: sheets of the months with what they counted; the office's sequence with the log;
    every event with those before it (transitions, one errand at a time for each session, numbers
    given once); visits and errands with what their events make of them; places taken with
    bookings.

    Parameters
    ----------
    first, last
        Days, both included.

    Returns
    -------
    Audit
        With ``differences`` (the first 500 as plain values); none is as it should be.
    """
    return _audited(first, last)[0]


def _audited(first: date, last: date) -> tuple[Audit, set[tuple[int, date]]]:
    began = time.perf_counter()
    keys = dict(Office.objects.values_list("pk", "key"))
    found = _Findings(0, [], set())
    latest = last_seqs()
    authorities = dict(Service.objects.values_list("pk", "authority_id"))
    for office in sorted(latest):
        _sheets_compared(office, keys[office], first, last, found)
        _sequence_compared(office, keys[office], latest[office], found)
        _log_compared(office, keys[office], (first, last), latest[office], authorities, found)
    found.differences += _slots_compared(first, last)
    made = Audit.objects.create(
        made_at=clock.now(),
        first_day=first,
        last_day=last,
        offices=len(latest),
        events=found.events,
        differences=_kept(found.differences),
        seconds=time.perf_counter() - began,
        version=RULES,
    )
    return made, found.disputed


def _kept(differences: list[Difference]) -> list[dict[str, str]]:
    kept = [one.as_dict() for one in differences[:MOST_KEPT]]
    if len(differences) > MOST_KEPT:
        kept[-1] |= {"and_more": str(len(differences) - MOST_KEPT)}
    return kept


def _sheets_compared(office: int, key: str, first: date, last: date, found: _Findings) -> None:
    months = MonthSheet.objects.filter(
        office=office, month__gte=month_of(first), month__lte=last
    ).order_by("month")
    for sheet in months:
        rule = _sheet_differs(sheet)
        if rule:
            found.differences.append(Difference(rule, key, f"{sheet.month:%Y-%m}"))
            found.disputed.add((office, sheet.month))


def _sheet_differs(sheet: MonthSheet) -> str:
    made_at = sheet.made_at
    assert made_at is not None  # the column is never empty
    month, office = sheet.month, sheet.office_id
    kept = unpacked(bytes(sheet.columns), office=office, month=month, names=COLUMNS)
    if packed(kept, month=month)[1] != sheet.digest:
        return "sheet-altered"
    through = counts_through(month, made_at)
    again = count_month(office, month, through=through, through_seq=sheet.through_seq)
    return "" if again.block()[1] == sheet.digest else "sheet"


def _sequence_compared(office: int, key: str, latest: int, found: _Findings) -> None:
    of_office = Event.objects.filter(pk__gte=key_of(office, 0), pk__lt=key_of(office + 1, 0))
    number = of_office.order_by("-pk").values_list("pk", flat=True).first()
    ends = 0 if number is None else seq_of(number)
    # Somebody may have acted since the sequence was read.
    if ends < latest:
        found.differences.append(Difference("sequence", key, "", row=str(latest), log=str(ends)))


def _log_compared(
    office: int, key: str, days: tuple[date, date], latest: int, authorities: dict[int, str],
    found: _Findings,
) -> None:  # fmt: skip
    with connection.cursor() as cursor:
        begin = first_seq_on(cursor, office, days[0], latest)
        # Rows stand as they are now: later events of these days' visits belong to them.
        end = first_seq_on(cursor, office, days[1] + 2 * DAY, latest) - 1
    if begin > end:
        return
    read = reread(office, key, seqs=(begin, end), days=days, authorities=authorities)
    found.events += read.events
    found.differences += read.differences


def _slots_compared(first: date, last: date) -> Iterator[Difference]:
    begin = datetime(first.year, first.month, first.day, tzinfo=NETWORK_ZONE)
    end = datetime(last.year, last.month, last.day, tzinfo=NETWORK_ZONE) + timedelta(days=1)
    slots = SlotCapacity.objects.filter(starts_at__gte=begin, starts_at__lt=end).annotate(
        booked=Count("bookings", filter=Q(bookings__status__in=TAKES_A_PLACE))
    )
    for slot in slots.select_related("pool__office"):
        booked: int = slot.booked
        if booked != slot.taken:
            office, about = slot.pool.office.key, f"{slot.starts_at:%Y-%m-%d %H:%M}"
            yield Difference("slot", office, about, row=str(slot.taken), log=str(booked))


def nightly(now: datetime) -> dict[str, Any]:
    """Audit yesterday, then count the months that have new days; for the upkeep.

    A sheet the audit disputes is not counted anew before somebody has looked at it.

    Returns
    -------
    dict
        ``differences``, ``events``, ``sheets`` and ``months`` laid together.
    """
    yesterday = now.astimezone(NETWORK_ZONE).date() - DAY
    made, disputed = _audited(yesterday, yesterday)
    return {
        "day": yesterday.isoformat(),
        "events": made.events,
        "differences": len(made.differences),
        "sheets": sheets_make(at=now, disputed=disputed),
        "months": network_sheets_make(at=now),
    }
