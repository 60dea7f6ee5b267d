"""The status sheet of a programme: export, fill in, look at the changes, approve.

>>> content = sheet_export(programme, language="sv")     # doctest: +SKIP
>>> diff = sheet_diff(programme, filled_in)              # doctest: +SKIP
>>> sheet_apply(diff, by="the manager")                  # doctest: +SKIP
"""

from __future__ import annotations

from datetime import date

from knutpunkt.core import clock
from knutpunkt.programme.exchange.applying import diff_apply
from knutpunkt.programme.exchange.comparing import compare
from knutpunkt.programme.exchange.diff import ProgrammeDiff
from knutpunkt.programme.exchange.plan import plan_of
from knutpunkt.programme.exchange.sheet_reading import read_sheet
from knutpunkt.programme.exchange.sheet_writing import write_sheet
from knutpunkt.programme.exchange.standing import standing
from knutpunkt.programme.exchange.words import Language
from knutpunkt.programme.models import Programme

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORIGIN = "sheet"


def sheet_export(
    programme: Programme, *, language: Language = "sv", as_of: date | None = None
) -> bytes:
    """Write the status sheet of all projects under way: six queries.

    Parameters
    ----------
    programme
        Whose activities and offices are wanted.
    language
        ``sv`` or ``en``, of headings and names. The import reads both.
    as_of
        Day of the plan in the planned columns; today, when none is given.

    Returns
    -------
    bytes
        An XLSX workbook.

    Raises
    ------
    ScheduleRefused
        When the activities cannot be put in order.
    """
    state = standing(programme)
    plan = plan_of(state, as_of=as_of or clock.today())
    return write_sheet(state, plan, language=language)


def sheet_diff(programme: Programme, content: bytes) -> ProgrammeDiff:
    """Read a filled-in sheet and say what it would change. Nothing is stored.

    Problems with cells are listed in the answer; while there is any, `sheet_apply` refuses.

    Raises
    ------
    FileTooLarge, FileTooDeep, NotAWorkbook, NotAStatusSheet, DeclarationsRefused
        When the file cannot be a status sheet.
    FileOfAnotherProgramme
        When it is one of another programme.
    """
    state = standing(programme)
    filled = read_sheet(content, state)
    return compare(
        state,
        filled.found,
        origin=ORIGIN,
        problems=tuple(filled.problems),
        notes=tuple(filled.notes),
    )


def sheet_apply(diff: ProgrammeDiff, *, by: str) -> int:
    """Take over the approved changes, all or none; see `applying.diff_apply`."""
    return diff_apply(diff, by=by)
