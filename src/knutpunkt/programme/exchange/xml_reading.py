"""XML from outside, read with care: how large and deep it is, and what it declares."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from knutpunkt.programme.exchange.errors import (
    DeclarationsRefused,
    FileTooDeep,
    FileTooLarge,
    NotProjectXml,
)

LARGEST_XML = 32 * 2**20
MOST_ELEMENTS = 1_000_000
DEEPEST = 50


def read_xml(content: bytes) -> Element:
    """Read an XML file into elements without namespaces, as long as it is harmless.

    Raises
    ------
    FileTooLarge, FileTooDeep
        When it has more bytes, elements or levels than are read.
    DeclarationsRefused
        When it declares a document type, without which there are no entities.
    NotProjectXml
        When it is no XML.
    """
    if len(content) > LARGEST_XML:
        raise FileTooLarge(size=len(content), limit=LARGEST_XML)
    tree = _Tree()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = tree.refuse
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.builder.data
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotProjectXml(reason=str(error)) from None
    return tree.builder.close()


class _Tree:
    """Builds elements while counting them."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self._depth = self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST:
            raise FileTooDeep(what="levels", limit=DEEPEST)
        if self._count > MOST_ELEMENTS:
            raise FileTooDeep(what="elements", limit=MOST_ELEMENTS)
        self.builder.start(name.rpartition("}")[2], attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self.builder.end(name.rpartition("}")[2])

    def refuse(self, *_: object) -> None:
        raise DeclarationsRefused(part="The file")


def refuse_declarations(name: str, part: bytes) -> None:
    """Refuse a part of an archive that declares a document type, without which no entities are.

    Raises
    ------
    DeclarationsRefused
        When it does.
    xml.parsers.expat.ExpatError
        When it is no XML.
    """
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise DeclarationsRefused(part=f"The part “{name}”")

    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(part, True)
