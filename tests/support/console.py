"""Reading the console blocks of a document, and comparing what they show with what happens.

A block is fenced as ``console``. A line that begins with ``$`` is a command, a trailing backslash
continues it, the lines below are its output. ``$ echo $?`` and the number below it state the exit
code of the command before; unstated means 0. ``…`` alone on a line stands for any lines, inside a
line for any characters. A command without output below it may say anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

GAP = "…"
BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A command of a document, where it stands and what it shows."""

    line: int
    command: str
    shown: tuple[str, ...] = ()
    exit_code: int = 0


def steps(document: str) -> Iterator[Step]:
    """Yield the commands of a document in their order."""
    for block in BLOCK.finditer(document):
        yield from _with_exit_codes(_steps_of(block, document))


def _steps_of(block: re.Match[str], document: str) -> Iterator[Step]:
    first = document.count("\n", 0, block.start(1)) + 1
    lines = block.group(1).splitlines()
    starts = [number for number, line in enumerate(lines) if line.lstrip().startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        command, below = _command_and_rest(lines[start:end])
        yield Step(first + start, command, tuple(line.rstrip() for line in below))


def _command_and_rest(lines: list[str]) -> tuple[str, list[str]]:
    command, rest = lines[0].lstrip()[2:], lines[1:]
    while command.endswith("\\") and rest:
        command = f"{command[:-1].rstrip()} {rest[0].strip()}"
        rest = rest[1:]
    return command, rest


def _with_exit_codes(found: Iterator[Step]) -> Iterator[Step]:
    before: Step | None = None
    for step in found:
        if step.command == "echo $?" and before is not None:
            yield Step(before.line, before.command, before.shown, int(step.shown[0]))
            before = None
            continue
        if before is not None:
            yield before
        before = step
    if before is not None:
        yield before


def agrees(shown: tuple[str, ...], happened: str) -> bool:
    """Whether an output is the one a document shows."""
    if not any(shown):
        return True
    return re.fullmatch(_pattern(shown), _tidy(happened)) is not None


def _pattern(shown: tuple[str, ...]) -> str:
    pattern = ""
    for line in _tidy("\n".join(shown)).splitlines():
        if line.strip() == GAP:
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.split(GAP))) + r"\n"
    return pattern


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join(lines) + "\n"
