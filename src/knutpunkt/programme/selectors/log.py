"""The log of a programme, a page at a time, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass

from knutpunkt.programme.log import LogBroken, log_verify
from knutpunkt.programme.models import Activity, Gate, LogEntry, Programme

ENTRIES = 50


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries from the newest asked for, and the numbers at which older ones begin.

    ``older`` is 0 on the last page; ``verified`` counts the entries that were found whole, and
    ``broken`` says what is wrong where one was not.
    """

    entries: tuple[LogEntry, ...]
    older: int
    newest: bool
    verified: int
    broken: str
    names: dict[str, tuple[str, str]]


def log_page(programme: Programme, *, before: int = 0) -> LogPage:
    """Read a page of the log and verify the whole of it: six queries.

    Parameters
    ----------
    before
        Entries with smaller numbers are wanted; 0 for the newest.
    """
    rows = programme.log.select_related("project__slot").order_by("-number")
    wanted = rows.filter(number__lt=before) if before else rows
    entries = tuple(wanted[:ENTRIES])
    verified, broken = _verified(programme)
    return LogPage(
        entries=entries,
        older=entries[-1].number if entries and entries[-1].number > 1 else 0,
        newest=not before,
        verified=verified,
        broken=broken,
        names=_names(programme),
    )


def _verified(programme: Programme) -> tuple[int, str]:
    try:
        return log_verify(programme), ""
    except LogBroken as found:
        return 0, str(found)


def _names(programme: Programme) -> dict[str, tuple[str, str]]:
    """What activities and gates are called, by their keys: two queries."""
    found: dict[str, tuple[str, str]] = {}
    for model in (Activity, Gate):
        rows = model.objects.filter(project__slot__programme=programme).order_by("key")
        for key, name_sv, name_en in rows.values_list("key", "name_sv", "name_en").distinct():
            found[key] = (name_sv, name_en)
    return found
