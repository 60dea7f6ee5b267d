"""What a sheet is made of, in Swedish and English at once, and how it is written."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knutpunkt.mandates.sentences import Both
from knutpunkt.planning.figures import both

LANGUAGES = ("sv", "en")
WIDTH = 100
NOTHING: Both = ("–", "–")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; its level counts from 1."""

    text: Both
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: Both


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with what it shows."""

    title: Both
    header: tuple[Both, ...]
    rows: tuple[tuple[Both, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: the name of its file, what it shows, and how it is drawn in a language."""

    name: str
    text: Both
    svg: Callable[[int], str]


Block = Heading | Text | Grid | Drawing


def same(text: str) -> Both:
    """A name that is the same in both languages."""
    return text, text


def listed(names: Sequence[str]) -> Both:
    """Name several things."""
    if len(names) < 2:  # noqa: PLR2004  # one name needs no "and"
        return same("".join(names) or "–")
    head, last = ", ".join(names[:-1]), names[-1]
    return f"{head} och {last}", f"{head} and {last}"


def percent(share: float) -> Both:
    """Write a share with one decimal."""
    sv, en = both(100 * share, 1)
    return f"{sv}\N{NO-BREAK SPACE}%", f"{en}%"


def millions(number: float) -> Both:
    """Write person-minutes as millions, with two decimals."""
    return both(number / 1e6, 2)


def said(sv: str, en: str, **words: Both) -> Text:
    """A paragraph with words filled in, each in its own language."""
    return Text(
        (
            sv.format(**{name: word[0] for name, word in words.items()}),
            en.format(**{name: word[1] for name, word in words.items()}),
        )
    )


def markdown(blocks: Sequence[Block], language: int, file_of: Callable[[str], str]) -> str:
    """Write blocks as Markdown; ``file_of`` says where a drawing lies."""
    written = [_markdown(block, language, file_of) for block in blocks]
    return "\n\n".join(written) + "\n"


def _markdown(block: Block, language: int, file_of: Callable[[str], str]) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {block.text[language]}"
        case Text():
            return textwrap.fill(
                block.text[language], WIDTH, break_long_words=False, break_on_hyphens=False
            )
        case Grid():
            head = [cell[language] for cell in block.header]
            rows = [[cell[language] for cell in row] for row in block.rows]
            lines = [head, ["---"] * len(head), *rows]
            table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
            return f"{block.title[language]}:\n\n{table}"
        case Drawing():
            return f"![{block.text[language]}]({file_of(block.name)})"
