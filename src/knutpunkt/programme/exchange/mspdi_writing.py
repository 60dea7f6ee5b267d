"""Tasks and working days as MS Project XML (MSPDI).

Elements stand in the order the schema asks for.

References
----------
https://learn.microsoft.com/en-us/office-project/xml-data-interchange/xml-schema-for-project
(LinkLag in tenths of minutes, https://learn.microsoft.com/en-us/previous-versions/office/
developer/office-2007/bb968712(v=office.12)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from knutpunkt.core import clock
from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.exchange.mspdi_tasks import MINUTES_PER_DAY, Task
from knutpunkt.programme.exchange.words import Language, said

NAMESPACE = "http://schemas.microsoft.com/project"
SAVE_VERSION = "14"
#: Fields Text1 and Text2 of a task.
KEY_FIELD, BASE_FIELD = "188743731", "188743734"
CALENDAR_UID = "1"
FRIDAY = 4
OVER_A_WEEKEND = timedelta(days=3)
LINK_TYPES = {"FF": "0", "FS": "1", "SF": "2", "SS": "3"}
LINK_CODES = {code: name for name, code in LINK_TYPES.items()}
AS_SOON_AS_POSSIBLE, START_NO_EARLIER = "0", "4"
IN_DAYS = "7"
TENTHS = 10
LONG_STOP = timedelta(days=14)

CALENDAR_NAMES: Both = ("Svenska arbetsdagar", "Swedish working days")
HOLIDAYS: Both = ("Helgdagar", "Holidays")
STOP: Both = ("Semesterstopp", "Summer stop")
FIELD_NAMES: Mapping[str, Both] = {
    KEY_FIELD: ("Knutpunkt nyckel", "Knutpunkt key"),
    BASE_FIELD: ("Knutpunkt vid export", "Knutpunkt at export"),
}


def write_mspdi(
    tasks: list[Task],
    calendar: Calendar,
    *,
    as_of: date,
    names: Mapping[date, Both],
    language: Language,
) -> bytes:
    """Write the file; the same plan in the same minute gives the same bytes.

    Parameters
    ----------
    tasks
        In order; the first is the programme.
    calendar
        Working days of all of them.
    as_of
        Day of the plan, kept as the status date.
    names
        Names of holidays.
    language
        Of calendar and field names.
    """
    root = Element("Project", xmlns=NAMESPACE)
    _head(root, tasks[0], as_of, language)
    fields = SubElement(root, "ExtendedAttributes")
    for number, (field, texts) in enumerate(FIELD_NAMES.items(), start=1):
        own = SubElement(fields, "ExtendedAttribute")
        _say(own, FieldID=field, FieldName=f"Text{number}", Alias=said(texts, language))
    first, last = tasks[0].start.date(), tasks[0].finish.date()
    _calendar(root, calendar, _stops(calendar, first, last, names, language), language)
    uids = {task.key: str(number) for number, task in enumerate(tasks, start=1)}
    listed = SubElement(root, "Tasks")
    for task in tasks:
        _task(SubElement(listed, "Task"), task, uids, language)
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def duration_text(minutes: int) -> str:
    """Working time as MS Project writes it: ``PT200H0M0S``."""
    hours, rest = divmod(minutes, 60)
    return f"PT{hours}H{rest}M0S"


def _say(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text


def _yes(condition: object) -> str:
    return "1" if condition else "0"


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def _head(root: Element, whole: Task, as_of: date, language: Language) -> None:
    now = clock.now().replace(tzinfo=None)
    _say(
        root,
        SaveVersion=SAVE_VERSION,
        Title=said(whole.names, language),
        CreationDate=_at(now),
        ScheduleFromStart="1",
        StartDate=_at(whole.start),
        FinishDate=_at(whole.finish),
        CriticalSlackLimit="0",
        CalendarUID=CALENDAR_UID,
        DefaultStartTime="08:00:00",
        DefaultFinishTime="17:00:00",
        MinutesPerDay=str(MINUTES_PER_DAY),
        MinutesPerWeek=str(5 * MINUTES_PER_DAY),
        DaysPerMonth="20",
        DefaultTaskType="1",
        DurationFormat=IN_DAYS,
        HonorConstraints="1",
        MultipleCriticalPaths="1",
        NewTasksEffortDriven="0",
        WeekStartDay="1",
        StatusDate=f"{as_of}T17:00:00",
        CurrentDate=_at(now),
        NewTasksAreManual="0",
    )


def _calendar(
    root: Element, calendar: Calendar, stops: Iterator[tuple[date, date, str]], language: Language
) -> None:
    own = SubElement(SubElement(root, "Calendars"), "Calendar")
    _say(own, UID=CALENDAR_UID, Name=said(CALENDAR_NAMES, language), IsBaseCalendar="1")
    _say(own, BaseCalendarUID="-1")
    week = SubElement(own, "WeekDays")
    for number in range(1, 8):  # 1 is Sunday
        weekday = (number - 2) % 7
        day = SubElement(week, "WeekDay")
        _say(day, DayType=str(number), DayWorking=_yes(weekday in calendar.week))
        if weekday in calendar.week:
            times = SubElement(day, "WorkingTimes")
            for begin, end in (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00")):
                _say(SubElement(times, "WorkingTime"), FromTime=begin, ToTime=end)
    exceptions = SubElement(own, "Exceptions")
    for first, last, name in stops:
        _exception(SubElement(exceptions, "Exception"), first, last, name)


def _exception(own: Element, first: date, last: date, name: str) -> None:
    _say(own, EnteredByOccurrences="0")
    period = SubElement(own, "TimePeriod")
    _say(period, FromDate=f"{first}T00:00:00", ToDate=f"{last}T23:59:00")
    days = (last - first).days + 1
    _say(own, Occurrences=str(days), Name=name, Type="1", Period="1", DayWorking="0")


def _stops(
    calendar: Calendar, first: date, last: date, names: Mapping[date, Both], language: Language
) -> Iterator[tuple[date, date, str]]:
    """Stretches of weekdays off, a year before the plan to three after, joined over weekends."""
    begins, ends = first.toordinal() - 366, last.toordinal() + 3 * 366
    off = [
        date.fromordinal(day)
        for day in range(begins, ends)
        if (day - 1) % 7 in calendar.week and float(calendar.between(day, day + 1)) == 0
    ]
    stretch: list[date] = []
    for day in off:
        if stretch and not _follows(stretch[-1], day):
            yield _stretch(stretch, names, language)
            stretch = []
        stretch.append(day)
    if stretch:
        yield _stretch(stretch, names, language)


def _follows(before: date, day: date) -> bool:
    gap = day - before
    return gap.days == 1 or (before.weekday() == FRIDAY and gap == OVER_A_WEEKEND)


def _stretch(
    days: list[date], names: Mapping[date, Both], language: Language
) -> tuple[date, date, str]:
    known = [said(names[day], language) for day in days if day in names]
    if len(days) == len(known):
        name = ", ".join(known)
    else:
        name = said(STOP if days[-1] - days[0] > LONG_STOP else HOLIDAYS, language)
    return days[0], days[-1], name


def _task(own: Element, task: Task, uids: Mapping[str, str], language: Language) -> None:
    uid, name = uids[task.key], said(task.names, language)
    _say(own, UID=uid, ID=uid, Name=name, Manual="0", Type="1", IsNull="0")
    _say(own, OutlineLevel=str(task.level), Start=_at(task.start), Finish=_at(task.finish))
    if not task.summary:
        _say(own, Duration=duration_text(task.minutes), DurationFormat=IN_DAYS)
    _say(own, EffortDriven="0", Estimated="0")
    _say(own, Milestone=_yes(task.milestone), Summary=_yes(task.summary))
    _reckoned(own, task)
    _actual(own, task)
    _limits(own, task, said(task.note, language))
    for link in task.links:
        _link(SubElement(own, "PredecessorLink"), uids[link.before], link.type, link.lag)
    _say(SubElement(own, "ExtendedAttribute"), FieldID=KEY_FIELD, Value=task.key)
    if task.base:
        _say(SubElement(own, "ExtendedAttribute"), FieldID=BASE_FIELD, Value=task.base)
    for number, day in task.baselines:
        baseline = SubElement(own, "Baseline")
        _say(baseline, Number=str(number), Start=_at(day), Finish=_at(day))
        _say(baseline, Duration=duration_text(0), DurationFormat=IN_DAYS)


def _reckoned(own: Element, task: Task) -> None:
    if task.dates is None:
        return
    early_start, early_finish, late_start, late_finish = map(_at, task.dates)
    _say(own, Critical=_yes(task.critical), EarlyStart=early_start, EarlyFinish=early_finish)
    _say(own, LateStart=late_start, LateFinish=late_finish)
    slack = (task.free_slack, task.total_slack)
    free, total = (str(round(days * MINUTES_PER_DAY * TENTHS)) for days in slack)
    _say(own, FreeSlack=free, TotalSlack=total)


def _actual(own: Element, task: Task) -> None:
    if task.summary:
        return
    _say(own, PercentComplete="100" if task.actual_finish else "0")
    if task.actual_start:
        _say(own, ActualStart=_at(task.actual_start))
    if task.actual_finish:
        _say(own, ActualFinish=_at(task.actual_finish))
    done, left = (task.minutes, 0) if task.actual_finish else (0, task.minutes)
    _say(own, ActualDuration=duration_text(done), RemainingDuration=duration_text(left))


def _limits(own: Element, task: Task, note: str) -> None:
    kind = AS_SOON_AS_POSSIBLE if task.not_before is None else START_NO_EARLIER
    _say(own, ConstraintType=kind, CalendarUID="-1")
    if task.not_before is not None:
        _say(own, ConstraintDate=_at(task.not_before))
    if task.deadline is not None:
        _say(own, Deadline=_at(task.deadline))
    if note:
        _say(own, Notes=note)


def _link(own: Element, uid: str, kind: str, minutes: int) -> None:
    _say(own, PredecessorUID=uid, Type=LINK_TYPES[kind], CrossProject="0")
    _say(own, LinkLag=str(minutes * TENTHS), LagFormat=IN_DAYS)
