"""From an MS Project XML file to what it says about our activities, and what else is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.etree.ElementTree import Element

from knutpunkt.core import clock
from knutpunkt.mandates.sentences import Both
from knutpunkt.programme.exchange.comparing import Found
from knutpunkt.programme.exchange.diff import Remark
from knutpunkt.programme.exchange.errors import FileOfAnotherProgramme, NotProjectXml
from knutpunkt.programme.exchange.mspdi_tasks import FORMAT, Task, TaskLink
from knutpunkt.programme.exchange.mspdi_writing import BASE_FIELD, KEY_FIELD, LINK_CODES, TENTHS
from knutpunkt.programme.exchange.xml_reading import read_xml

DURATION = re.compile(r"PT(\d{1,7})H(\d{1,7})M(\d{1,7})(?:\.\d+)?S")
#: How MS Project writes that there is no date.
NOT_AVAILABLE = ("", "NA")


@dataclass(frozen=True, slots=True)
class ReadTask:
    """A task as the file has it: texts as they stand there, links by key of the predecessor."""

    place: str
    name: str
    key: str
    base: str
    summary: bool
    actual: Mapping[str, str]
    minutes: int | None
    links: tuple[TaskLink, ...] = ()


@dataclass(frozen=True)
class ReadPlan:
    """A file: its tasks, and the day of the plan in it."""

    as_of: date
    tasks: tuple[ReadTask, ...]


@dataclass
class Told:
    """What the tasks of a file say about the rows of a programme."""

    found: list[Found] = field(default_factory=list)
    problems: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)


def read_mspdi(content: bytes, programme: str) -> ReadPlan:
    """Read the tasks of a file that was exported from a programme.

    Raises
    ------
    NotProjectXml, FileTooLarge, FileTooDeep, DeclarationsRefused
        When it cannot be such a file.
    FileOfAnotherProgramme
        When it was exported from another programme.
    """
    root = read_xml(content)
    if root.tag != "Project":
        raise NotProjectXml(reason=f"its first element is “{root.tag}”, not “Project”")
    own = [task for task in root.iterfind("Tasks/Task") if _text(task, "IsNull") != "1"]
    keys = {_text(task, "UID"): _extra(task, KEY_FIELD) for task in own}
    tasks = tuple(_read(task, keys) for task in own)
    origins = [task.key.split(" ", 1)[1] for task in tasks if task.key.startswith(f"{FORMAT} ")]
    if not origins:
        raise NotProjectXml(reason=f"no task carries the key “{FORMAT}” in the field Text1")
    if origins[0] != programme:
        raise FileOfAnotherProgramme(found=origins[0], programme=programme)
    status = _day(_text(root, "StatusDate"))
    return ReadPlan(date.fromisoformat(status) if status else clock.today(), tasks)


def tell(plan: ReadPlan, expected: Mapping[str, Task], over: frozenset[str]) -> Told:
    """Hold the tasks of a file against the plan on record.

    Parameters
    ----------
    plan
        As read.
    expected
        What an export of the same day would hold now, by key.
    over
        Keys of offices whose project has ended: nothing is taken over for them.
    """
    told = Told()
    seen: set[str] = set()
    for task in plan.tasks:
        if task.key.startswith(f"{FORMAT} ") or (task.key in expected and task.summary):
            seen.add(task.key)
        elif not task.key:
            told.notes.append(_about(task, WITHOUT_KEY))
        elif task.key not in expected:
            _tell_unknown(task, told)
        elif task.key in seen:
            told.problems.append(_about(task, DOUBLE_KEY, key=task.key))
        else:
            seen.add(task.key)
            _tell_one(task, expected[task.key], over, told)
    told.notes += _missing(expected, seen)
    return told


def _tell_unknown(task: ReadTask, told: Told) -> None:
    """Say of a task that has left the programme whether anything was filled in for it."""
    days = "/".join(_day(text) or "" for text in task.actual.values())
    same = task.summary or days == (task.base or "/")
    told.notes += [_about(task, GONE)] if same else []
    told.problems += [] if same else [_about(task, UNKNOWN_KEY, key=task.key)]


def _tell_one(task: ReadTask, expected: Task, over: frozenset[str], told: Told) -> None:
    days = {name: _day(text) for name, text in task.actual.items()}
    wrong = [name for name, day in days.items() if day is None]
    told.problems += [_about(task, NO_DAY, found=task.actual[name]) for name in wrong]
    started, _, finished = (task.base or expected.base).partition("/")
    base = {"started": started, "finished": finished}
    values = {name: day for name, day in days.items() if day is not None}
    changed = any(base[name] != day for name, day in values.items())
    if expected.milestone:
        if values.get("finished", finished) != finished:
            told.notes.append(_about(task, GATE))
    elif task.key.partition("/")[0] in over:
        told.notes += [_about(task, OVER)] if changed else []
    elif not wrong:
        told.found.append(Found(task.key, task.place, values, base))
    told.notes += _left_aside(task, expected)


def _left_aside(task: ReadTask, expected: Task) -> Iterator[Remark]:
    unfinished = not expected.actual_finish and task.actual["finished"] in NOT_AVAILABLE
    if unfinished and task.minutes is not None and task.minutes != expected.minutes:
        days = {"file": f"{task.minutes / 480:g}", "here": f"{expected.minutes / 480:g}"}
        yield _about(task, OTHER_DURATION, **days)
    if sorted(map(repr, task.links)) != sorted(map(repr, expected.links)):
        yield _about(task, OTHER_LINKS)
    if task.name not in expected.names:
        yield _about(task, OTHER_NAME, here=expected.names[0])


WITHOUT_KEY: Both = (
    "Uppgiften finns inte i programmet och tas inte över; lägg till den där.",
    "The task is not in the programme and is not taken over; add it there.",
)
UNKNOWN_KEY: Both = (
    "Nyckeln “{key}” i fältet Text1 finns inte i programmet.",
    "The key “{key}” in the field Text1 is not in the programme.",
)
GONE: Both = (
    "Uppgiften finns inte längre i programmet; i filen är den orörd.",
    "The task is no longer in the programme; the file leaves it as it was.",
)
DOUBLE_KEY: Both = (
    "Nyckeln “{key}” i fältet Text1 står på två uppgifter; töm den på kopian.",
    "The key “{key}” in the field Text1 stands on two tasks; empty it on the copy.",
)
NO_DAY: Both = ("“{found}” är inget datum.", "“{found}” is no date.")
GATE: Both = (
    "En grind passeras genom ett beslut på sin sida; dagen i filen tas inte över.",
    "A gate is passed by a decision on its page; the day in the file is not taken over.",
)
OVER: Both = (
    "Projektet är avslutat; dagarna i filen tas inte över.",
    "The project has ended; the days in the file are not taken over.",
)
OTHER_DURATION: Both = (
    "Varaktigheten är {file} dagar i filen och {here} här; uppskattningar ändras på projektsidan.",
    "The duration is {file} days in the file, {here} here; estimates change on the project page.",
)
OTHER_LINKS: Both = (
    "Länkarna är andra i filen än här; de tas inte över.",
    "The links differ between the file and the programme; they are not taken over.",
)
OTHER_NAME: Both = (
    "Uppgiften heter “{here}” här; namnet tas inte över.",
    "The task is called “{here}” here; the name is not taken over.",
)
MISSING: Both = (
    "{number} av programmets uppgifter finns inte i filen; där ändras ingenting: {names}.",
    "{number} tasks of the programme are not in the file; nothing is changed there: {names}.",
)


def _about(task: ReadTask, sentence: Both, **facts: object) -> Remark:
    sv, en = (text.format(**facts) for text in sentence)
    return Remark(task.place, sv, en)


def _missing(expected: Mapping[str, Task], seen: set[str]) -> list[Remark]:
    gone = [task for key, task in expected.items() if key not in seen]
    if not gone:
        return []
    facts = {"number": len(gone), "names": ", ".join(task.key for task in gone)}
    return [Remark("", *(text.format(**facts) for text in MISSING))]


def _read(task: Element, keys: Mapping[str, str]) -> ReadTask:
    uid, name = _text(task, "UID"), _text(task, "Name")
    links = tuple(_link(link, keys) for link in task.iterfind("PredecessorLink"))
    return ReadTask(
        place=f"{name} (UID {uid})",
        name=name,
        key=_extra(task, KEY_FIELD),
        base=_extra(task, BASE_FIELD),
        summary=_text(task, "Summary") == "1",
        actual={"started": _text(task, "ActualStart"), "finished": _text(task, "ActualFinish")},
        minutes=_minutes(_text(task, "Duration")),
        links=links,
    )


def _link(link: Element, keys: Mapping[str, str]) -> TaskLink:
    uid, lag = _text(link, "PredecessorUID"), _text(link, "LinkLag")
    tenths = int(lag) if re.fullmatch(r"-?\d{1,9}", lag) else 0
    kind = LINK_CODES.get(_text(link, "Type"), "FS")
    return TaskLink(keys.get(uid) or f"UID {uid}", kind, round(tenths / TENTHS))


def _text(parent: Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _extra(task: Element, field_id: str) -> str:
    for extra in task.iterfind("ExtendedAttribute"):
        if _text(extra, "FieldID") == field_id:
            return _text(extra, "Value")
    return ""


def _day(text: str) -> str | None:
    """ISO date of an instant, empty where there is none, None where it cannot be read."""
    if text in NOT_AVAILABLE:
        return ""
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return None


def _minutes(text: str) -> int | None:
    found = DURATION.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else None
