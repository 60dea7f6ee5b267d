"""The plan of a programme for MS Project and whatever reads its XML, out and back in.

What comes back are actual starts and finishes. Whatever else was changed in the file is named in
the notes and left aside: durations are estimates with a basis, gates pass by decision.
"""

from __future__ import annotations

from datetime import date

from knutpunkt.core import clock
from knutpunkt.mandates.sentences import Both
from knutpunkt.network.models import CalendarDay
from knutpunkt.programme.exchange.applying import diff_apply
from knutpunkt.programme.exchange.comparing import FIRST_DAY, compare
from knutpunkt.programme.exchange.diff import ProgrammeDiff
from knutpunkt.programme.exchange.mspdi_reading import read_mspdi, tell
from knutpunkt.programme.exchange.mspdi_tasks import tasks_of
from knutpunkt.programme.exchange.mspdi_writing import write_mspdi
from knutpunkt.programme.exchange.plan import plan_of
from knutpunkt.programme.exchange.standing import standing
from knutpunkt.programme.exchange.words import Language
from knutpunkt.programme.models import Programme

MEDIA_TYPE = "application/xml"
ORIGIN = "mspdi"


def mspdi_export(
    programme: Programme, *, language: Language = "sv", as_of: date | None = None
) -> bytes:
    """Write the plan as MS Project XML: nine queries.

    Outline: programme, office, activities with the gates that close them as milestones. Text1
    carries our keys, Text2 the actual days at the export. Baseline 0 is the newest one adopted.

    Parameters
    ----------
    programme
        Of each slot the newest project is written, ended ones too.
    language
        Of names.
    as_of
        Day of the plan and status date; today, when none is given.

    Raises
    ------
    ScheduleRefused
        When the activities cannot be put in order.
    """
    state = standing(programme, under_way=False)
    plan = plan_of(state, as_of=as_of or clock.today())
    return write_mspdi(
        tasks_of(state, plan),
        plan.calendar,
        as_of=plan.as_of,
        names=_holidays(),
        language=language,
    )


def mspdi_diff(programme: Programme, content: bytes) -> ProgrammeDiff:
    """Read a file that was exported and edited, and say what it would change. Nothing is stored.

    Raises
    ------
    NotProjectXml, FileTooLarge, FileTooDeep, DeclarationsRefused
        When the file cannot be a project in XML that was exported here.
    FileOfAnotherProgramme
        When it is one of another programme.
    """
    read = read_mspdi(content, programme.key)
    state = standing(programme, under_way=False)
    plan = plan_of(state, as_of=max(FIRST_DAY, min(read.as_of, clock.today())))
    expected = {task.key: task for task in tasks_of(state, plan)}
    over = frozenset(
        project.slot.key
        for project in state.projects.values()
        if project.completed_on or project.stopped_on
    )
    told = tell(read, expected, over)
    return compare(
        state,
        told.found,
        origin=ORIGIN,
        problems=tuple(told.problems),
        notes=tuple(told.notes),
    )


def mspdi_apply(diff: ProgrammeDiff, *, by: str) -> int:
    """Take over the approved changes, all or none; see `applying.diff_apply`."""
    return diff_apply(diff, by=by)


def _holidays() -> dict[date, Both]:
    rows = CalendarDay.objects.values_list("on", "name_sv", "name_en")
    return {on: (name_sv, name_en) for on, name_sv, name_en in rows}
