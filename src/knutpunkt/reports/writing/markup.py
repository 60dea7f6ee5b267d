"""The markup of texts: paragraphs, ``## headings``, ``- items``, references and directives.

``{fact:openings.counted}`` says a fact; ``{fact:openings.counted=3}`` also claims its value, so
that a text written for one day cannot silently be carried to another. ``{table:clauses}``,
``{list:forecasts}`` and ``{map:offices}`` stand on a line of their own. A paragraph that begins
with a line ``?name`` stands only where the fact is known, with ``?!name`` only where it is not;
``?name=0`` asks for a value, ``?group:name`` whether there is any of a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.writing.document import Run, Runs

REFERENCE = re.compile(r"\{fact:([a-z0-9][a-z0-9._-]*)(?:=([^{}]*))?\}")
DIRECTIVE = re.compile(r"\{(table|list|map):([a-z0-9-]+)\}")


@dataclass(frozen=True, slots=True)
class Written:
    """A paragraph as somebody wrote it; ``number`` counts from one within its section."""

    kind: str
    text: str
    number: int

    @property
    def lines(self) -> list[str]:
        """Items of a list, else the text as one."""
        if self.kind != "items":
            return [self.text]
        return [line.removeprefix("- ").strip() for line in self.text.splitlines()]


def paragraphs(text: str) -> Iterator[Written]:
    """Read a text paragraph by paragraph."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())]
    for number, part in enumerate(filter(None, parts), start=1):
        yield Written(_kind(part), _joined(part), number)


def standing(text: str, facts: FactTable) -> str:
    """Keep of a text the paragraphs whose conditions hold, without the conditions."""
    kept = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = part.strip().splitlines()
        holds = True
        while lines and lines[0].startswith("?"):
            holds = _holds(lines.pop(0)[1:].strip(), facts) and holds
        if holds and lines:
            kept.append("\n".join(lines))
    return "\n\n".join(kept)


def runs_of_text(text: str, facts: FactTable) -> Runs:
    """Turn a text into stretches, each reference into what its fact says."""
    found: list[Run] = []
    end = 0
    for match in REFERENCE.finditer(text):
        if match.start() > end:
            found.append(Run(text[end : match.start()]))
        found.append(Run(facts.said(match[1]), fact=match[1]))
        end = match.end()
    if end < len(text):
        found.append(Run(text[end:]))
    return tuple(found)


def _holds(condition: str, facts: FactTable) -> bool:
    wanted = not condition.startswith("!")
    name = condition.removeprefix("!")
    if name.startswith("group:"):
        return bool(facts.groups.get(name.removeprefix("group:"))) is wanted
    name, asks_for_value, value = name.partition("=")
    if asks_for_value:
        return (str(facts.value(name)) == value) is wanted
    return (name in facts) is wanted


def _kind(part: str) -> str:
    if DIRECTIVE.fullmatch(part):
        return "directive"
    if part.startswith("## "):
        return "heading"
    return "items" if all(line.startswith("- ") for line in part.splitlines()) else "paragraph"


def _joined(part: str) -> str:
    if part.startswith("- "):
        return part
    return " ".join(part.removeprefix("## ").split("\n"))
