"""A document ready to be drawn: plain values, without markup and without a database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text: ``fact`` names the fact it says, ``link`` where it leads.

    ``code`` marks what a program would write, which may be broken anywhere between its words.
    """

    text: str
    fact: str = ""
    link: str = ""
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: Runs


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing with what it shows in words, for those who do not see it."""

    caption: Runs
    alt: str
    svg: str


Block = Heading | Paragraph | Items | Table | Map


@dataclass(frozen=True, slots=True)
class Chapter:
    """``label`` is ``3``, ``Bilaga 2`` or empty."""

    key: str
    label: str
    title: str
    blocks: tuple[Block, ...]
    begins_a_page: bool = True

    @property
    def heading(self) -> str:
        """Label and title."""
        return f"{self.label} {self.title}" if self.label else self.title


@dataclass(frozen=True, slots=True)
class Document:
    """A report: cover, chapters, imprint, and the files attached to it."""

    language: str
    title: str
    subtitle: str
    author: str
    dated: str
    cover: tuple[tuple[str, str], ...]
    imprint: tuple[str, ...]
    contents: str
    chapters: tuple[Chapter, ...]
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    one_page: bool = False

    def runs(self) -> Iterator[tuple[Chapter, Block, Run]]:
        """Every stretch of text, with where it stands."""
        for chapter in self.chapters:
            for block in chapter.blocks:
                for run in runs_of(block):
                    yield chapter, block, run


def runs_of(block: Block) -> Iterator[Run]:
    """Every stretch of text of a block."""
    if isinstance(block, Heading | Paragraph):
        yield from block.runs
    elif isinstance(block, Items):
        for item in block.items:
            yield from item
    elif isinstance(block, Map):
        yield from block.caption
    else:
        for row in block.rows:
            for cell in row:
                yield from cell
