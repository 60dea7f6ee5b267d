"""The report as DOCX, for registrars and ministries that work in it."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import docx
from docx.document import Document as DocxDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Cm

from knutpunkt.reports.rendering.open_data import zipped
from knutpunkt.reports.rendering.pdf import picture_of
from knutpunkt.reports.writing.document import (
    Block,
    Document,
    Heading,
    Items,
    Map,
    Paragraph,
    Runs,
    Table,
)

LOCALES = {"sv": "sv-SE", "en": "en-GB"}
PICTURE_WIDTH = Cm(7.5)
TEXT_WIDTH_TWIPS = 8900


def docx_of(document: Document) -> bytes:
    """Write a document; the same document gives the same bytes."""
    made = docx.Document()
    _properties(made, document)
    made.add_heading(document.title, level=0)
    made.add_paragraph(document.subtitle)
    for name, value in document.cover:
        made.add_paragraph(f"{name}: {value}")
    for line in document.imprint:
        made.add_paragraph(line)
    for chapter in document.chapters:
        made.add_heading(chapter.heading, level=1)
        for block in chapter.blocks:
            _add(made, block)
    held = io.BytesIO()
    made.save(held)
    return _steady(held.getvalue())


def _properties(made: DocxDocument, document: Document) -> None:
    at = datetime.fromisoformat(document.dated).replace(tzinfo=UTC)
    properties = made.core_properties
    properties.title = f"{document.title} – {document.subtitle}"
    properties.author = properties.last_modified_by = document.author
    properties.created = properties.modified = at
    properties.language = LOCALES[document.language]
    properties.comments = ""
    style: Any = made.styles["Normal"]
    run = style.element.get_or_add_rPr()
    run.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{LOCALES[document.language]}"/>'))


def _add(made: DocxDocument, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading("".join(run.text for run in block.runs), level=2)
    elif isinstance(block, Paragraph):
        made.add_paragraph("".join(run.text for run in block.runs))
    elif isinstance(block, Items):
        for item in block.items:
            made.add_paragraph("".join(run.text for run in item), style="List Bullet")
    elif isinstance(block, Map):
        _add_map(made, block)
    else:
        _add_table(made, block)


def _add_map(made: DocxDocument, block: Map) -> None:
    paragraph = made.add_paragraph()
    run: Any = paragraph.add_run()
    picture = run.add_picture(io.BytesIO(picture_of(block.svg)), width=PICTURE_WIDTH)
    picture._inline.docPr.set("descr", block.alt)  # noqa: SLF001  # python-docx has no other way
    made.add_paragraph("".join(run.text for run in block.caption), style="Caption")


def _add_table(made: DocxDocument, block: Table) -> None:
    """Add a table as XML: adding cells one by one takes time that grows with their square."""
    made.add_paragraph(block.caption, style="Caption")
    whole = sum(block.widths) or 1
    widths = [round(TEXT_WIDTH_TWIPS * width / whole) for width in block.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    header = "".join(
        _cell(head, width, bold=True) for head, width in zip(block.header, widths, strict=True)
    )
    rows = "".join(
        "<w:tr>" + "".join(map(_cell, map(_text, row), widths)) + "</w:tr>" for row in block.rows
    )
    table = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="0" w:type="auto"/><w:tblLook w:firstRow="1" w:firstColumn="1"/>'
        f"<w:tblCaption w:val={quoteattr(block.caption)}/></w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{header}</w:tr>{rows}</w:tbl>"
    )
    body: Any = made.element.body
    body.insert(len(body) - 1, parse_xml(table))
    made.add_paragraph()


def _cell(text: str, width: int, *, bold: bool = False) -> str:
    look = (
        '<w:rPr><w:b/><w:sz w:val="17"/></w:rPr>' if bold else '<w:rPr><w:sz w:val="17"/></w:rPr>'
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p><w:r>{look}'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p></w:tc>'
    )


def _text(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def _steady(content: bytes) -> bytes:
    """Write the archive anew with fixed times, in the order it has."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})
