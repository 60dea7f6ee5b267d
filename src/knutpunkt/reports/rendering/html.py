"""The report as HTML: a fragment for the pages of the site, and a page that stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources

from knutpunkt.reports.rendering.hyphens import softly
from knutpunkt.reports.writing.document import (
    Block,
    Chapter,
    Document,
    Heading,
    Items,
    Map,
    Paragraph,
    Runs,
    Table,
)


def page_of(document: Document) -> bytes:
    """A page that stands alone: no script, no address of another host is needed to read it."""
    style = (resources.files("knutpunkt.reports") / "texts" / "report.css").read_text("utf-8")
    title = escape(f"{document.title} – {document.subtitle}")
    page = (
        f'<!doctype html>\n<html lang="{document.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f"{fragment_of(document)}</main>\n</body>\n</html>\n"
    )
    return page.encode()


def fragment_of(document: Document) -> str:
    """The report as part of a page; every text is escaped here."""
    return "".join(_Drawing(document).parts())


class _Drawing:
    def __init__(self, document: Document) -> None:
        self.document, self.language = document, document.language

    def parts(self) -> Iterator[str]:
        document = self.document
        yield f'<article class="report" lang="{self.language}">\n<header>\n'
        yield f'<p class="quiet">{escape(document.subtitle)}</p>\n'
        yield f"<h1>{escape(document.title)}</h1>\n<dl>\n"
        for name, value in document.cover:
            yield f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n"
        yield "</dl>\n"
        for line in document.imprint:
            yield f'<p class="imprint">{escape(line)}</p>\n'
        yield "</header>\n"
        if document.contents:
            yield from self._contents()
        for chapter in document.chapters:
            yield from self._chapter(chapter)
        yield "</article>\n"

    def _contents(self) -> Iterator[str]:
        yield f'<nav aria-label="{escape(self.document.contents)}"><ul>\n'
        for chapter in self.document.chapters:
            yield f'<li><a href="#{chapter.key}">{escape(chapter.heading)}</a></li>\n'
        yield "</ul></nav>\n"

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        yield f'<section aria-labelledby="{chapter.key}">\n'
        yield f'<h2 id="{chapter.key}">{self._text(chapter.heading)}</h2>\n'
        for block in chapter.blocks:
            yield from self._block(block)
        yield "</section>\n"

    def _block(self, block: Block) -> Iterator[str]:
        if isinstance(block, Heading):
            yield f"<h3>{self._runs(block.runs)}</h3>\n"
        elif isinstance(block, Paragraph):
            yield f"<p>{self._runs(block.runs)}</p>\n"
        elif isinstance(block, Items):
            items = "".join(f"<li>{self._runs(item)}</li>\n" for item in block.items)
            yield f"<ul>\n{items}</ul>\n"
        elif isinstance(block, Map):
            yield self._map(block)
        else:
            yield from self._table(block)

    def _map(self, block: Map) -> str:
        label = escape(block.alt)
        svg = block.svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
        caption = self._runs(block.caption)
        return f'<figure class="drawn">{svg}<figcaption>{caption}</figcaption></figure>\n'

    def _table(self, block: Table) -> Iterator[str]:
        yield '<div class="scrolls" tabindex="0" role="group" '
        yield f'aria-label="{escape(block.caption)}"><table>\n'
        yield f"<caption>{escape(block.caption)}</caption>\n<thead><tr>"
        yield "".join(f'<th scope="col">{self._text(head)}</th>' for head in block.header)
        yield "</tr></thead>\n<tbody>\n"
        for row in block.rows:
            first, *rest = (self._runs(cell) for cell in row)
            cells = "".join(f"<td>{cell}</td>" for cell in rest)
            yield f'<tr><th scope="row">{first}</th>{cells}</tr>\n'
        yield "</tbody></table></div>\n"

    def _runs(self, runs: Runs) -> str:
        said = []
        for run in runs:
            text = self._text(run.text)
            if run.link:
                text = f'<a href="{escape(run.link)}" rel="noreferrer">{text}</a>'
            elif run.fact:
                text = f'<span data-fact="{escape(run.fact)}">{text}</span>'
            said.append(text)
        return "".join(said)

    def _text(self, text: str) -> str:
        return escape(softly(text, self.language))
