"""A document as PDF, HTML and DOCX, and its facts as open data: the same gives the same bytes."""

from knutpunkt.reports.rendering.docx import docx_of
from knutpunkt.reports.rendering.html import fragment_of, page_of
from knutpunkt.reports.rendering.open_data import open_data_of, zipped
from knutpunkt.reports.rendering.pdf import layout_mark, pdf_of, picture_of

__all__ = [
    "docx_of",
    "fragment_of",
    "layout_mark",
    "open_data_of",
    "page_of",
    "pdf_of",
    "picture_of",
    "zipped",
]
