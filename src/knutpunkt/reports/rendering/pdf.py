"""The PDF: PDF/A-3a and PDF/UA-1, compiled by Typst from plain values, without system fonts."""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import Any

import typst

from knutpunkt import __version__
from knutpunkt.reports.rendering.hyphens import softly
from knutpunkt.reports.writing.document import (
    Block,
    Document,
    Heading,
    Items,
    Map,
    Paragraph,
    Runs,
)

STANDARDS = ["a-3a", "ua-1"]
MEDIA_TYPES = {"csv": "text/csv", "json": "application/json"}
PICTURE_PPI = 110.0


def pdf_of(document: Document) -> bytes:
    """Compile a document.

    Parameters
    ----------
    document
        What to draw; its attachments are put inside the file.

    Returns
    -------
    bytes
        A tagged PDF. The same document gives the same bytes on any machine: the fonts are those
        inside the compiler, and the date is the document's.

    References
    ----------
    PDF/UA-1 (ISO 14289-1), PDF/A-3 (ISO 19005-3); https://typst.app/docs/reference/pdf/
    """
    files = {"main.typ": layout(), "document.json": _plain(document)}
    files |= {f"map-{n}.svg": svg.encode() for n, svg in enumerate(_maps(document))}
    files |= dict(document.attachments)
    return _compiled(files, format="pdf", pdf_standards=STANDARDS)


def picture_of(svg: str) -> bytes:
    """Draw a map as PNG, for formats that hold no vectors."""
    main = b'#set page(width: 8cm, height: auto, margin: 0pt)\n#image("map.svg", width: 100%)'
    files = {"main.typ": main, "map.svg": svg.encode()}
    return _compiled(files, format="png", ppi=PICTURE_PPI)


def _compiled(files: dict[str, bytes], **options: Any) -> bytes:
    """Compile files held in memory, which the compiler takes though its signature omits it."""
    compile_: Any = typst.compile
    compiled: bytes = compile_(files, ignore_system_fonts=True, **options)
    return compiled


def layout() -> bytes:
    """The layout, as it lies in the package."""
    return (resources.files("knutpunkt.reports") / "texts" / "report.typ").read_bytes()


def layout_mark() -> str:
    """What decides the look of a report besides its content: part of its fingerprint."""
    style = (resources.files("knutpunkt.reports") / "texts" / "report.css").read_bytes()
    return f"{__version__} {hashlib.sha256(layout() + style).hexdigest()[:12]}"


def _plain(document: Document) -> bytes:
    """Spell a document as JSON for the layout."""
    language, counter = document.language, iter(range(1_000_000))
    content = {
        "language": language,
        "title": document.title,
        "subtitle": document.subtitle,
        "author": document.author,
        "dated": document.dated,
        "cover": document.cover,
        "imprint": [softly(line, language) for line in document.imprint],
        "contents": document.contents,
        "one_page": document.one_page,
        "chapters": [
            {
                "label": chapter.label,
                "title": softly(chapter.title, language),
                "breaks": chapter.begins_a_page,
                "blocks": [_block(block, language, counter) for block in chapter.blocks],
            }
            for chapter in document.chapters
        ],
        "attachments": [
            {"name": name, "type": MEDIA_TYPES[name.rpartition(".")[2]]}
            for name in document.attachments
        ],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def _block(block: Block, language: str, counter: Any) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "runs": _runs(block.runs, language)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "runs": _runs(block.runs, language)}
    if isinstance(block, Items):
        return {"kind": "items", "items": [_runs(item, language) for item in block.items]}
    if isinstance(block, Map):
        caption = _runs(block.caption, language)
        file = f"map-{next(counter)}.svg"
        return {"kind": "map", "file": file, "alt": block.alt, "caption": caption}
    return {
        "kind": "table",
        "caption": block.caption,
        "header": [softly(head, language) for head in block.header],
        "widths": block.widths,
        "rows": [[_runs(cell, language) for cell in row] for row in block.rows],
    }


def _runs(runs: Runs, language: str) -> list[dict[str, Any]]:
    return [
        {"text": run.text if run.code else softly(run.text, language), "link": run.link}
        | ({"code": True} if run.code else {})
        for run in runs
    ]


def _maps(document: Document) -> list[str]:
    return [
        block.svg
        for chapter in document.chapters
        for block in chapter.blocks
        if isinstance(block, Map)
    ]
