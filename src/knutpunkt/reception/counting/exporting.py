"""Open data: visits, waits and outcomes by month, without small counts, and what they mean."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.core.exchange.exporting import FileUnwritable
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception import transitions
from knutpunkt.reception.counting.counted import figures_counted
from knutpunkt.reception.counting.definitions import DEFINITIONS
from knutpunkt.reception.counting.figure import Figure, Group
from knutpunkt.reception.counting.sheets import DAY, month_end, month_of
from knutpunkt.reception.counting.suppression import FEWEST, published

NUMBERS = (
    "visits", "errands", "people", "waited", "waited_median", "waited_p80", "waited_p95", "way",
    "way_median", "way_p80", "way_p95", "served", "served_median", "served_p80", "served_p95",
    "left_before_call", "no_show", "sent_on",
)  # fmt: skip
GROUPS = ("office", "authority", "level", "language", "hour")
COLUMNS = (
    "month", *NUMBERS, *(f"outcome_{code}" for code in transitions.OUTCOMES), "simulated",
    "suppressed",
)  # fmt: skip
TOGETHER = "all"

Row = list[str]

OF_THE_FILE = {
    "month": "The month in which the visit began, YYYY-MM; always a whole one that is over.",
    "office": "Key of the office.",
    "authority": "Key of the authority; empty where nobody has said what the errand was about.",
    "level": "Service level of the errand then; empty where nobody has said what it was about.",
    "language": "Language of the visit, ISO 639.",
    "hour": "Local hour in which the errand was made known, 00 to 23.",
    "cause": "Outcome because of which the errand was sent on.",
    "missing_level": "The service level that would have solved the errand.",
    "errands_sent_on": "See sent_on.",
    "errands_solvable": "See solvable.",
    "simulated": "1 when errands of the month are simulated; such figures say nothing of visitors.",
    "suppressed": "Columns of the row that are left out, by space: fewer than five are behind "
    "them, or they would tell such a number.",
}


class MonthsNotOver(KnutpunktError):
    """No month of the period has ended."""

    code = "months-not-over"
    exit_code = 2
    hint = gettext_noop("Choose months that have ended, such as --from 2026-01-01 --to 2026-03-31.")

    def __init__(self, *, first: date, last: date) -> None:
        told = _("Open data is by whole months, and none from %(first)s to %(last)s is over.")
        super().__init__(told % {"first": first.isoformat(), "last": last.isoformat()})


def whole_months(first: date, last: date) -> tuple[date, date]:
    """First and last day of the months of a period that are over.

    Days of choice could be subtracted from each other until few visits are left between them;
    whole months, which never overlap, cannot.

    Raises
    ------
    MonthsNotOver
        When there are none.
    """
    begin, end = month_of(first), month_end(last)
    end = min(end, month_of(clock.today()) - DAY)
    if end < begin:
        raise MonthsNotOver(first=first, last=last)
    return begin, end


def export(first: date, last: date, folder: Path) -> dict[str, int]:
    """Write the open data of a period into a folder: CSV files and their dictionary.

    Parameters
    ----------
    first, last
        Days; written are the whole months they fall in, of those that are over.
    folder
        Made if it is not there; files of the same names are replaced.

    Returns
    -------
    dict
        Rows of each file.

    Raises
    ------
    MonthsNotOver
        When no month of the period is over.
    FileUnwritable
        When the folder cannot be made or written.
    """
    first, last = whole_months(first, last)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = {}
        for by in GROUPS:
            header = (by, *COLUMNS)
            written[f"by_{by}.csv"] = _write(folder, f"by_{by}.csv", header, _rows(first, last, by))
        causes = ("month", "authority", "cause", "errands_sent_on", "suppressed")
        written["sent_on.csv"] = _write(folder, "sent_on.csv", causes, _causes(first, last))
        levels = ("month", "authority", "missing_level", "errands_solvable", "suppressed")
        written["solvable.csv"] = _write(folder, "solvable.csv", levels, _levels(first, last))
        written["dictionary.csv"] = _write(
            folder, "dictionary.csv", ("column", "unit", "meaning_sv", "meaning_en"), dictionary()
        )
        (folder / "dictionary.md").write_text(dictionary_text(), encoding="utf-8")
    except OSError as error:
        raise FileUnwritable(path=folder, reason=error.strerror or str(error)) from None
    return written


def _write(folder: Path, name: str, header: Sequence[str], rows: Iterator[Row]) -> int:
    count = 0
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def months(first: date, last: date) -> Iterator[tuple[date, date]]:
    """First and last day of every month of a period of whole months."""
    month = month_of(first)
    while month <= last:
        yield month, month_end(month)
        month = month_end(month) + DAY


def _rows(first: date, last: date, by: str) -> Iterator[Row]:
    for begin, end in months(first, last):
        shown = published(figures_counted(begin, end, group_by=by))
        simulated = str(int(shown.simulated > 0))
        for group in (*shown.groups, shown.total):
            key = group.key if group is not shown.total else TOGETHER
            yield [key, f"{begin:%Y-%m}", *_cells(group, simulated)]


def _cells(group: Group, simulated: str) -> Iterator[str]:
    outcomes = {
        code: group.outcomes.get(code, Figure("outcome", 0)) for code in transitions.OUTCOMES
    }
    named = {name: group.figures[name] for name in NUMBERS}
    named |= {f"outcome_{code}": figure for code, figure in outcomes.items()}
    for figure in named.values():
        yield "" if figure.value is None else str(figure.value)
    yield simulated
    yield " ".join(name for name, figure in named.items() if figure.suppressed)


def _causes(first: date, last: date) -> Iterator[Row]:
    for begin, end in months(first, last):
        for one in published(figures_counted(begin, end, group_by="authority")).sent_on:
            yield _pair(begin, one.authority, one.cause, one.errands, "errands_sent_on")


def _levels(first: date, last: date) -> Iterator[Row]:
    for begin, end in months(first, last):
        for one in published(figures_counted(begin, end, group_by="authority")).solvable:
            yield _pair(begin, one.authority, one.level, one.errands, "errands_solvable")


def _pair(begin: date, authority: str, other: str, figure: Figure, name: str) -> Row:
    value = "" if figure.value is None else str(figure.value)
    return [f"{begin:%Y-%m}", authority, other, value, name if figure.suppressed else ""]


def dictionary() -> Iterator[Row]:
    """Every column with its unit and meaning, in Swedish and English."""
    for name, meaning in OF_THE_FILE.items():
        yield [name, "", meaning, meaning]
    for one in DEFINITIONS.values():
        if one.key in ("outcome", "days_open"):
            continue
        yield [one.key, one.unit, _in("sv", one.key), _in("en", one.key)]
    for code in transitions.OUTCOMES:
        yield [f"outcome_{code}", "errands", _in("sv", "outcome"), _in("en", "outcome")]


def _in(language: str, key: str) -> str:
    with translation.override(language):
        return DEFINITIONS[key].meaning


def dictionary_text() -> str:
    """The dictionary for people, in English."""
    lines = [
        "# Figures of the reception",
        "",
        "Counted from the event log. Small counts, and those that would tell them, are left out:",
        f"1 to {FEWEST - 1}. Rows “{TOGETHER}” are the whole network.",
        "",
        "| column | unit | meaning |",
        "|---|---|---|",
    ]
    lines += [f"| `{name}` | {unit} | {english} |" for name, unit, _sv, english in dictionary()]
    return "\n".join(lines) + "\n"
