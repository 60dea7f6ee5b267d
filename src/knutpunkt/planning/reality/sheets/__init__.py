"""The comparison with reality as a sheet, in Swedish and English: printed, or written as a page."""

from knutpunkt.planning.reality.sheets.document import document_written, pages, sheet

__all__ = ["document_written", "pages", "sheet"]
