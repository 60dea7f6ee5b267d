"""From texts with references to a document, and the check that the two agree."""

from knutpunkt.reports.writing.checking import Problem, problems_of
from knutpunkt.reports.writing.composing import composed
from knutpunkt.reports.writing.document import (
    Block,
    Chapter,
    Document,
    Heading,
    Items,
    Map,
    Paragraph,
    Run,
    Table,
)
from knutpunkt.reports.writing.wording import SectionWords, Wording, standing_text, wording

__all__ = [
    "Block",
    "Chapter",
    "Document",
    "Heading",
    "Items",
    "Map",
    "Paragraph",
    "Problem",
    "Run",
    "SectionWords",
    "Table",
    "Wording",
    "composed",
    "problems_of",
    "standing_text",
    "wording",
]
