"""The words that come with a report: its sections, tables and lists in one language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from knutpunkt.reports.facts import FactTable
from knutpunkt.reports.writing.markup import standing


@dataclass(frozen=True, slots=True)
class SectionWords:
    """A section: ``place`` is ``front`` (no number), ``chapter`` or ``appendix``."""

    key: str
    place: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TableWords:
    """A table over a group: per column a heading, what it shows, and its share of the width.

    What begins with ``@`` shows the sources of that fact instead of the fact.
    """

    group: str
    caption: str
    empty: str
    columns: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True)
class ListWords:
    """A list over a group: the first form whose facts are known is taken."""

    group: str
    empty: str
    forms: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything a report says of itself in one language."""

    language: str
    words: Mapping[str, str]
    sections: Mapping[str, SectionWords]
    tables: Mapping[str, TableWords]
    lists: Mapping[str, ListWords]

    @property
    def standing(self) -> str:
        """Everything that comes with the report, in one text."""
        return "\n".join(f"{section.title}\n{section.text}" for section in self.sections.values())


@lru_cache(maxsize=8)
def wording(language: str, kind: str = "report") -> Wording:
    """Read the words of a report, or of an ``answer``, in a language."""
    folder = resources.files("knutpunkt.reports") / "texts"
    kept = tomllib.loads((folder / f"{kind}_{language}.toml").read_text(encoding="utf-8"))
    return Wording(
        language=language,
        words=kept["words"],
        sections={key: _section(key, row) for key, row in kept["sections"].items()},
        tables={key: _table(row) for key, row in kept["tables"].items()},
        lists={key: _list(row) for key, row in kept["lists"].items()},
    )


def standing_text(section: SectionWords, facts: FactTable) -> str:
    """The text that comes with a section, for the facts there are."""
    return standing(section.text, facts)


def _section(key: str, row: Mapping[str, Any]) -> SectionWords:
    return SectionWords(key, row["place"], row["title"], row["text"])


def _table(row: Mapping[str, Any]) -> TableWords:
    columns = tuple((head, what, float(width)) for head, what, width in row["columns"])
    return TableWords(row["group"], row["caption"], row["empty"], columns)


def _list(row: Mapping[str, Any]) -> ListWords:
    forms = tuple((tuple(form["when"]), form["text"]) for form in row["forms"])
    return ListWords(row["group"], row["empty"], forms)
