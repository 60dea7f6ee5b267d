"""XLSX workbooks from outside, opened with care: how large they are, and what is inside."""

from __future__ import annotations

import io
import lzma
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from xml.parsers import expat

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from knutpunkt.programme.exchange.errors import FileTooDeep, FileTooLarge, NotAWorkbook
from knutpunkt.programme.exchange.xml_reading import refuse_declarations

LARGEST_WORKBOOK = 5 * 2**20
LARGEST_UNPACKED = 64 * 2**20
MOST_PARTS = 200
MOST_ROWS = 100_000
MOST_COLUMNS = 50
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError)
#: What openpyxl raises, depending on what is wrong in which part.
UNREADABLE = (
    InvalidFileException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    SyntaxError,
    TypeError,
    ValueError,
    *DAMAGED,
)

#: Cells of a sheet row by row; a cell has ``value`` and ``data_type`` (``f`` formula, ``e`` error).
Rows = list[Sequence[Any]]


def workbook_rows(content: bytes) -> dict[str, Rows]:
    """Read the cells of all sheets by the sheets' names.

    Raises
    ------
    FileTooLarge, FileTooDeep
        When the file is or unpacks to more than a status sheet can be.
    NotAWorkbook
        When it is no XLSX workbook, damaged or encrypted.
    DeclarationsRefused
        When one of its parts declares a document type.
    """
    _refuse_unsafe(content)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and extensions it leaves out; only values matter here.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
            return {sheet.title: _rows(sheet) for sheet in book.worksheets}
    except UNREADABLE as error:
        raise NotAWorkbook(reason=str(error) or type(error).__name__) from None


def _rows(sheet: Any) -> Rows:
    rows: Rows = []
    for cells in sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS):
        if len(rows) == MOST_ROWS:
            raise FileTooDeep(what="rows", limit=MOST_ROWS)
        rows.append(cells)
    return rows


def _refuse_unsafe(content: bytes) -> None:
    if len(content) > LARGEST_WORKBOOK:
        raise FileTooLarge(size=len(content), limit=LARGEST_WORKBOOK)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name, part in _parts(archive).items():
                if name.endswith((".xml", ".rels", ".vml")):
                    refuse_declarations(name, part)
    except expat.ExpatError as error:
        raise NotAWorkbook(reason=f"one of its parts is not XML ({error})") from None
    except (*DAMAGED, RuntimeError, NotImplementedError) as error:
        # Damaged, encrypted, or packed in a way that cannot be unpacked here.
        raise NotAWorkbook(reason=str(error) or type(error).__name__) from None


def _parts(archive: zipfile.ZipFile) -> Mapping[str, bytes]:
    members = archive.infolist()
    if len(members) > MOST_PARTS:
        raise FileTooDeep(what="parts", limit=MOST_PARTS)
    # Reading never gives more than a part says it has, so what is said here is what counts.
    unpacked = sum(member.file_size for member in members)
    if unpacked > LARGEST_UNPACKED:
        raise FileTooLarge(size=unpacked, limit=LARGEST_UNPACKED, what="Unpacked, the file")
    if not any(member.filename == "xl/workbook.xml" for member in members):
        raise NotAWorkbook(reason="it holds no workbook")
    return {member.filename: archive.read(member) for member in members}
