"""From the texts of the sections and the facts to chapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from knutpunkt.reports.facts import Fact, FactTable
from knutpunkt.reports.facts.words import NBSP
from knutpunkt.reports.writing.document import (
    Block,
    Chapter,
    Heading,
    Items,
    Map,
    Paragraph,
    Run,
    Runs,
    Table,
    runs_of,
)
from knutpunkt.reports.writing.markup import DIRECTIVE, Written, paragraphs, runs_of_text
from knutpunkt.reports.writing.wording import ListWords, SectionWords, TableWords, Wording

CITED = "facts-cited"
SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map that texts may ask for: its drawing and what it shows, in words."""

    svg: str
    alt: str
    caption: str


def composed(
    words: Wording,
    texts: Mapping[str, str],
    facts: FactTable,
    maps: Mapping[str, Drawn],
) -> tuple[Chapter, ...]:
    """Compose the chapters of a report.

    Parameters
    ----------
    words
        Titles, tables and lists of the language.
    texts
        The text of each section, with references.
    facts
        The fact table.
    maps
        Drawings by name.

    Returns
    -------
    tuple of Chapter
        In the order of the wording; what a text asks for and is not there is left out here and
        named by :func:`~knutpunkt.reports.writing.checking.problems_of`.
    """
    composer = _Composer(words, facts, maps)
    labels = _labels(words)
    chapters = [
        Chapter(
            key, labels[key], section.title, composer.blocks(texts[key]), _breaks(section, labels)
        )
        for key, section in words.sections.items()
        if texts.get(key)
    ]
    return tuple(composer.with_lists_of_facts(chapter, chapters) for chapter in chapters)


def _labels(words: Wording) -> dict[str, str]:
    """Number the chapters and the appendices."""
    labels, chapter, appendix = {}, 0, 0
    for key, section in words.sections.items():
        labels[key] = ""
        if section.place == "chapter":
            chapter += 1
            labels[key] = str(chapter)
        elif section.place == "appendix":
            appendix += 1
            labels[key] = f"{words.words['appendix']} {appendix}"
    return labels


def _breaks(section: SectionWords, labels: Mapping[str, str]) -> bool:
    """Chapters after the first follow on the same page; the rest begin a page of their own."""
    return section.place != "chapter" or labels[section.key] == "1"


def label_of(words: Wording, section: SectionWords) -> str:
    """Say where a section is: ``Kapitel 4``, ``Bilaga 2`` or its title."""
    label = _labels(words)[section.key]
    if section.place == "chapter":
        return f"{words.words['chapter']} {label}"
    return label or section.title


class _Composer:
    """Blocks of one report; sources are numbered in the order they are met."""

    def __init__(self, words: Wording, facts: FactTable, maps: Mapping[str, Drawn]) -> None:
        self.words, self.facts, self.maps = words, facts, maps
        self.sources: dict[str, int] = {}

    def blocks(self, text: str) -> tuple[Block, ...]:
        found: list[Block] = []
        for part in paragraphs(text):
            found += self._block(part)
        return tuple(found)

    def with_lists_of_facts(self, chapter: Chapter, all_: list[Chapter]) -> Chapter:
        """Fill in the tables that only the finished text can give: facts cited, and sources."""
        blocks: list[Block] = []
        for block in chapter.blocks:
            if isinstance(block, Table) and block.caption == CITED:
                blocks.append(self._cited(all_))
            elif isinstance(block, Table) and block.caption == SOURCES:
                blocks.append(self._sources())
            else:
                blocks.append(block)
        return replace(chapter, blocks=tuple(blocks))

    def _block(self, part: Written) -> list[Block]:
        if part.kind == "directive":
            return self._directive(part.text)
        runs = [runs_of_text(line, self.facts) for line in part.lines]
        if part.kind == "items":
            return [Items(tuple(runs))]
        return [Heading(runs[0]) if part.kind == "heading" else Paragraph(runs[0])]

    def _directive(self, text: str) -> list[Block]:
        match = DIRECTIVE.fullmatch(text)
        assert match is not None
        what, name = match[1], match[2]
        if name in (CITED, SOURCES):
            return [Table(name, (), (), ())]
        if what == "table" and name in self.words.tables:
            return self._table(self.words.tables[name])
        if what == "list" and name in self.words.lists:
            return self._list(self.words.lists[name])
        if what == "map" and name in self.maps:
            drawn = self.maps[name]
            return [Map(runs_of_text(drawn.caption, self.facts), drawn.alt, drawn.svg)]
        return []

    def _table(self, words: TableWords) -> list[Block]:
        keys = self.facts.groups.get(words.group, [])
        if not keys:
            return [Paragraph((Run(words.empty),))]
        shown = [c for c in words.columns if self._any(words.group, keys, c[1])]
        rows = tuple(
            tuple(self._cell(f"{words.group}.{key}", what) for _, what, _ in shown) for key in keys
        )
        header = tuple(head for head, _, _ in shown)
        widths = tuple(width for _, _, width in shown)
        return [Table(words.caption, header, rows, widths)]

    def _any(self, group: str, keys: list[str], what: str) -> bool:
        """Whether a column says anything at all."""
        if what.startswith("@"):
            return any(self._sources_of(f"{group}.{key}.{what[1:]}") for key in keys)
        return any(f"{group}.{key}.{part}" in self.facts for key in keys for part in what.split())

    def _cell(self, member: str, what: str) -> Runs:
        if what.startswith("@"):
            return self._source_runs(f"{member}.{what[1:]}")
        found: list[Run] = []
        for part in what.split():
            name = f"{member}.{part}"
            if name in self.facts:
                found += [Run(" ")] if found else []
                found.append(Run(_short(self.facts.facts[name]), fact=name))
        return tuple(found) or (Run("–"),)

    def _sources_of(self, name: str) -> tuple[str, ...]:
        found = self.facts.facts.get(name)
        return found.sources if found else ()

    def _source_runs(self, name: str) -> Runs:
        runs: list[Run] = []
        for source in self._sources_of(name):
            number = self.sources.setdefault(source, len(self.sources) + 1)
            runs += [Run(" ")] if runs else []
            runs.append(Run(f"[{number}]", link=source if source.startswith("http") else ""))
        return tuple(runs) or (Run("–"),)

    def _list(self, words: ListWords) -> list[Block]:
        items = []
        for key in self.facts.groups.get(words.group, []):
            member = f"{words.group}.{key}"
            form = self._form(words, member)
            if form:
                text = form.replace("{.", f"{{fact:{member}.")
                items.append(runs_of_text(text, self.facts))
        if items:
            return [Items(tuple(items))]
        return [Paragraph((Run(words.empty),))] if words.empty else []

    def _form(self, words: ListWords, member: str) -> str:
        for when, text in words.forms:
            if all(f"{member}.{part}" in self.facts for part in when):
                return text
        return ""

    def _cited(self, chapters: list[Chapter]) -> Table:
        """Facts that stand in running text, in the order of their names."""
        said = {
            run.fact
            for chapter in chapters
            for block in chapter.blocks
            if not isinstance(block, Table)
            for run in runs_of(block)
            if run.fact in self.facts
        }
        words = self.words.words
        rows = tuple(
            (
                (Run(name),),
                (Run(fact.said, fact=name),),
                (Run(fact.query, code=True),),
            )
            for name in sorted(said)
            if (fact := self.facts.facts[name])
        )
        header = (words["fact"], words["value"], words["query"])
        return Table(words["facts cited"], header, rows, (3, 4, 5))

    def _sources(self) -> Table:
        for name in sorted(self.facts.facts):
            for source in self._sources_of(name):
                self.sources.setdefault(source, len(self.sources) + 1)
        words = self.words.words
        rows = tuple(
            ((Run(f"[{number}]"),), (Run(source, link=source if _is_link(source) else ""),))
            for source, number in self.sources.items()
        )
        return Table(words["sources"], (words["number"], words["source"]), rows, (1, 10))


def _short(fact: Fact) -> str:
    """How a fact stands in a table: days as ISO, and nothing that may not be broken."""
    return str(fact.value) if fact.unit == "day" else fact.said.replace(NBSP, " ")


def _is_link(source: str) -> bool:
    return source.startswith("http")
