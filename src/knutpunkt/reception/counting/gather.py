"""The errands of a period: from the sheets where there are some, else straight from the events."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from knutpunkt.core import clock
from knutpunkt.reception.counting.blocks import laid_together, unpacked
from knutpunkt.reception.counting.reading import first_seq_on, last_seqs, read_log
from knutpunkt.reception.counting.remembering import columns_remembered
from knutpunkt.reception.counting.sheets import (
    DAY,
    counts_through,
    is_settled,
    month_end,
    month_of,
)
from knutpunkt.reception.counting.table import COLUMNS, ErrandTable, errand_table, joined
from knutpunkt.reception.models import MonthSheet
from knutpunkt.reception.models.figures import NetworkSheet

AT_ONCE = 900  # values SQLite takes in one statement


@dataclass(frozen=True, slots=True)
class _Sheet:
    pk: int
    office: int
    month: date
    digest: str
    made_at: datetime

    @property
    def through(self) -> date:
        """The last day it counts."""
        return counts_through(self.month, self.made_at)


def errands_of(
    first: date,
    last: date,
    *,
    offices: Collection[int] | None = None,
    names: Iterable[str] = COLUMNS,
) -> ErrandTable:
    """Errands of visits that began from one day to another.

    Parameters
    ----------
    offices
        Their numbers; all when nothing is said.
    names
        The columns wanted; ``office`` and ``day`` always come with them.

    Returns
    -------
    ErrandTable
        Three queries where sheets cover the period, and some more for every office that has
        events they do not cover: those of today are always counted from the log.
    """
    asked = tuple(dict.fromkeys(("office", "day", *names)))
    sheets = _sheets(first, last, offices)
    parts = _from_sheets(sheets, asked, whole=offices is None)
    parts += _from_events(sheets, first, last, offices)
    table = parts[0] if len(parts) == 1 else joined(parts, asked)
    if first == month_of(first) and last == month_end(last):
        return table
    day = table.columns["day"]
    return table.rows((day >= first.toordinal()) & (day <= last.toordinal()))


def network_sheets_make(*, at: datetime) -> int:
    """Lay together the settled sheets of every month for which that is not done, or not so.

    Returns
    -------
    int
        Months laid together.
    """
    kept = dict(NetworkSheet.objects.values_list("month", "digest"))
    made = 0
    for month, sheets in _by_month(_sheets(date.min, date.max, None)).items():
        digest = _digest(sheets)
        if kept.get(month) == digest or not _all_settled(sheets):
            continue
        table = joined(list(_unpacked(sheets, COLUMNS)), COLUMNS)
        NetworkSheet.objects.update_or_create(
            month=month,
            defaults={
                "columns": laid_together(table, month=month),
                "rows": len(table),
                "digest": digest,
                "made_at": at,
            },
        )
        made += 1
    return made


def _sheets(first: date, last: date, offices: Collection[int] | None) -> list[_Sheet]:
    kept = MonthSheet.objects.filter(month__gte=first.replace(day=1), month__lte=last)
    if offices is not None:
        kept = kept.filter(office__in=list(offices))
    found = kept.order_by("month", "office_id").values_list(
        "pk", "office_id", "month", "digest", "made_at"
    )
    return [_Sheet(*row) for row in found]  # type: ignore[arg-type]  # made_at is never empty


def _by_month(sheets: Iterable[_Sheet]) -> dict[date, list[_Sheet]]:
    months: dict[date, list[_Sheet]] = {}
    for sheet in sheets:
        months.setdefault(sheet.month, []).append(sheet)
    return months


def _all_settled(sheets: Iterable[_Sheet]) -> bool:
    return all(is_settled(sheet.month, sheet.made_at) for sheet in sheets)


def _digest(sheets: Iterable[_Sheet]) -> str:
    """What a set of sheets is known by; one counted again makes it another set."""
    told = (f"{sheet.office} {sheet.month} {sheet.digest} {sheet.made_at}\n" for sheet in sheets)
    return hashlib.sha256("".join(told).encode()).hexdigest()


def _from_sheets(sheets: list[_Sheet], names: tuple[str, ...], *, whole: bool) -> list[ErrandTable]:
    if not sheets:
        return []

    def read(missing: tuple[str, ...]) -> ErrandTable:
        together, single = _laid_together(sheets, missing) if whole else ([], sheets)
        return joined([*together, *_unpacked(single, missing)], missing)

    return [columns_remembered(_digest(sheets), names, read)]


def _laid_together(
    sheets: list[_Sheet], names: tuple[str, ...]
) -> tuple[list[ErrandTable], list[_Sheet]]:
    """Months that are laid together as they stand, and the sheets of the others."""
    months = _by_month(sheets)
    kept = NetworkSheet.objects.filter(month__in=list(months))
    good = [
        month for month, digest in kept.values_list("month", "digest")
        if digest == _digest(months[month])
    ]  # fmt: skip
    blocks = kept.filter(month__in=good).order_by("month").values_list("month", "columns")
    tables = [
        unpacked(block, month=month, names=names) for month, block in blocks.iterator(chunk_size=1)
    ]
    return tables, [sheet for sheet in sheets if sheet.month not in good]


def _unpacked(sheets: list[_Sheet], names: tuple[str, ...]) -> Iterable[ErrandTable]:
    for start in range(0, len(sheets), AT_ONCE):
        some = {sheet.pk: sheet for sheet in sheets[start : start + AT_ONCE]}
        kept = MonthSheet.objects.filter(pk__in=list(some)).order_by("month", "office_id")
        for pk, block in kept.values_list("pk", "columns").iterator(chunk_size=100):
            sheet = some[pk]
            # The office is known without reading; another column says how many rows there are.
            wanted = (*names, "day")
            yield unpacked(block, office=sheet.office, month=sheet.month, names=wanted)


def _from_events(
    sheets: list[_Sheet], first: date, last: date, offices: Collection[int] | None
) -> list[ErrandTable]:
    """Days that no sheet covers, office by office."""
    covered: dict[int, list[_Sheet]] = {}
    for sheet in sheets:
        covered.setdefault(sheet.office, []).append(sheet)
    ends = last_seqs()
    wanted = sorted(ends if offices is None else set(offices) & ends.keys())
    last = min(last, clock.today())
    found = []
    for office in wanted:
        for begin, end in _uncovered(covered.get(office, []), first, last):
            found += _days(office, begin, end, ends[office])
    return found


def _uncovered(kept: list[_Sheet], first: date, last: date) -> Iterator[tuple[date, date]]:
    """Spans of days without a sheet. Sheets begin with the first event: before, there is none."""
    by_month = sorted(kept, key=lambda sheet: sheet.month)
    day = max(first, by_month[0].month) if by_month else first
    for sheet in by_month:
        if day < sheet.month:
            yield day, sheet.month - DAY
        day = max(day, sheet.through + DAY)
    if day <= last:
        yield day, last


def _days(office: int, begin: date, end: date, latest: int) -> list[ErrandTable]:
    with connection.cursor() as cursor:
        start = first_seq_on(cursor, office, begin, latest)
        if start > latest:
            return []
        stop = first_seq_on(cursor, office, end + 2 * DAY, latest) - 1
    table = errand_table(read_log([(office, start, stop)]), first=begin, last=end)
    return [table] if len(table) else []
