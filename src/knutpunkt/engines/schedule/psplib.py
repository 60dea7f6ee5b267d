"""Benchmark instances of PSPLIB: the network of an instance, and its makespan without resources.

Read are ``.sm`` and ``.mm`` (ProGen; of several modes the shortest counts, as for the MPM-Time in
the header) and ``.sch`` (ProGen/max: lags from start to start, the negative ones maximum lags the
other way), and ``.rcp`` (Patterson).

References
----------
Kolisch and Sprecher (1996), https://doi.org/10.1016/S0377-2217(96)00170-1;
https://www.om-db.wi.tum.de/psplib/; Schwindt (1998), ProGen/max.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from knutpunkt.engines.schedule.errors import UnreadableInstance
from knutpunkt.engines.schedule.model import Activity, Duration, Link, Project
from knutpunkt.engines.schedule.network import network

SUFFIXES = (".sm", ".mm", ".sch", ".rcp")


@dataclass(frozen=True, eq=False)
class Instance:
    """One benchmark: its network, and the makespan its header states (only ProGen states one)."""

    name: str
    project: Project
    expected: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    """The whole numbers of a line, and where they stand."""

    line: int
    numbers: tuple[int, ...]


def read_instance(path: Path) -> Instance:
    """Read one file.

    Raises
    ------
    UnreadableInstance
        When it cannot be opened, is damaged or is of another format, with the line.
    """
    try:
        lines = path.read_text(encoding="latin-1").splitlines()
    except OSError as error:
        fact = f"it cannot be read ({error.strerror or error})"
        raise UnreadableInstance(path=str(path), line=0, fact=fact) from error
    if not any(line.strip() for line in lines):
        raise UnreadableInstance(path=str(path), line=0, fact="it is empty")
    readers = {".sch": _read_max, ".rcp": _read_patterson}
    return readers.get(path.suffix.lower(), _read_progen)(path, lines)


def _read_progen(path: Path, lines: Sequence[str]) -> Instance:
    header = _section(path, lines, "PROJECT INFORMATION")
    expected = _numbers(path, header[0], at_least=6).numbers[5]
    follows, modes = {}, {}
    for row in _rows(path, _section(path, lines, "PRECEDENCE RELATIONS"), at_least=3):
        job, modes[job], count, *after = row.numbers
        if len(after) != count:
            _refuse(path, row.line, f"job {job} has {len(after)} successors, not {count}")
        follows[job] = after
    durations = _durations(path, _section(path, lines, "REQUESTS/DURATIONS"))
    for job in follows:
        if job not in durations:
            _refuse(path, 0, f"job {job} has no duration")
    links = [Link(str(job), str(after)) for job, jobs in follows.items() for after in jobs]
    return Instance(path.stem, _project(path, durations, links), expected)


def _durations(path: Path, lines: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Shortest duration of each job; further modes of a job leave out its number."""
    shortest: dict[int, int] = {}
    job, width = 0, 0
    for row in _rows(path, lines, at_least=2):
        width = width or len(row.numbers)
        if len(row.numbers) == width:
            job, _, duration = row.numbers[:3]
        elif len(row.numbers) == width - 1:
            _, duration = row.numbers[:2]
        else:
            _refuse(path, row.line, f"{len(row.numbers)} figures stand where {width} belong")
        shortest[job] = min(duration, shortest.get(job, duration))
    return shortest


def _read_max(path: Path, lines: Sequence[str]) -> Instance:
    rows = list(_rows(path, [(k, line) for k, line in enumerate(lines, 1) if line.strip()], 1))
    jobs = rows[0].numbers[0] + 2
    if len(rows) < 1 + 2 * jobs:
        _refuse(path, len(lines), f"it ends before the durations of {jobs} jobs")
    durations, lags = {}, []
    for row in rows[1 : 1 + jobs]:
        job, _, count, *rest = _of_length(path, row, 3).numbers
        if len(rest) != 2 * count:
            _refuse(path, row.line, f"job {job} has not a lag for each of {count} successors")
        lags += [(job, after, lag) for after, lag in zip(rest[:count], rest[count:], strict=True)]
    for row in rows[1 + jobs : 1 + 2 * jobs]:
        job, _, duration = _of_length(path, row, 3).numbers[:3]
        durations[job] = duration
    return Instance(path.stem, _project(path, durations, _start_lags(path, durations, lags)), None)


def _read_patterson(path: Path, lines: Sequence[str]) -> Instance:
    """Read jobs of duration, demands, number of successors and successors, on any lines."""
    rows = _rows(path, [(k, line) for k, line in enumerate(lines, 1) if line.strip()], 1)
    numbers = [number for row in rows for number in row.numbers]
    try:
        jobs, resources = numbers[:2]
        at = 2 + resources
        durations, links = {}, []
        for job in range(1, jobs + 1):
            count = numbers[at + 1 + resources]
            durations[job] = numbers[at]
            at += 2 + resources
            links += [Link(str(job), str(numbers[k])) for k in range(at, at + count)]
            at += count
    except (IndexError, ValueError):
        _refuse(path, len(lines), "it ends in the middle of its jobs")
    return Instance(path.stem, _project(path, durations, links), None)


def _start_lags(
    path: Path, durations: dict[int, int], lags: Sequence[tuple[int, int, int]]
) -> list[Link]:
    """Turn lags from start to start into links.

    A negative lag from a later job to an earlier one is a maximum lag the other way.
    """
    forward = [Link(str(before), str(after)) for before, after, lag in lags if lag >= 0]
    order = network(_project(path, durations, forward)).order
    rank = {int(activity.key): place for place, activity in enumerate(order)}
    # So long a lead that it never binds: it only carries a maximum lag.
    free = float(sum(durations.values()) + sum(abs(lag) for _, _, lag in lags) + 1)
    links = []
    for before, after, lag in lags:
        if lag < 0 and rank[before] > rank[after]:
            links.append(Link(str(after), str(before), "SS", -free, max_lag=float(-lag)))
        else:
            links.append(Link(str(before), str(after), "SS", float(lag)))
    return links


def _project(path: Path, durations: dict[int, int], links: Sequence[Link]) -> Project:
    activities = tuple(
        Activity(str(job), Duration(days, days, days, "fixed")) for job, days in durations.items()
    )
    if not durations:
        _refuse(path, 0, "it has no job")
    return Project(path.stem, activities, tuple(links), finish=str(max(durations)))


def _section(path: Path, lines: Sequence[str], title: str) -> list[tuple[int, str]]:
    """Lines of a section with figures, up to the row of asterisks that ends it."""
    starts = [k for k, line in enumerate(lines) if line.strip().startswith(title)]
    if not starts:
        _refuse(path, 0, f"it has no section “{title}”")
    found = []
    for k in range(starts[0] + 1, len(lines)):
        text = lines[k].strip()
        if text.startswith("*"):
            break
        if text and not text.startswith("-") and not text[0].isalpha():
            found.append((k + 1, text))
    if not found:
        _refuse(path, starts[0] + 1, f"the section “{title}” is empty")
    return found


def _rows(path: Path, lines: Sequence[tuple[int, str]], at_least: int) -> Iterator[_Row]:
    return (_numbers(path, line, at_least=at_least) for line in lines)


def _numbers(path: Path, line: tuple[int, str], *, at_least: int) -> _Row:
    number, text = line
    try:
        words = text.replace("[", " ").replace("]", " ").split()
        row = _Row(number, tuple(int(word) for word in words))
    except ValueError:
        _refuse(path, number, f"“{text.strip()[:60]}” is not a row of whole numbers")
    return _of_length(path, row, at_least)


def _of_length(path: Path, row: _Row, at_least: int) -> _Row:
    if len(row.numbers) < at_least:
        _refuse(path, row.line, f"{len(row.numbers)} figures stand where {at_least} belong")
    return row


def _refuse(path: Path, line: int, fact: str) -> NoReturn:
    raise UnreadableInstance(path=str(path), line=line, fact=fact)
