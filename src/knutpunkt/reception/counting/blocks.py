"""A table of errands as bytes: each column by itself, as narrow as its values allow.

A page asks for few columns, so each can be read without the others. The digest is taken of the
values, not of their packing.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np

from knutpunkt.engines.ledger.facts import UNKNOWN
from knutpunkt.reception.counting import RULES
from knutpunkt.reception.counting.table import COLUMNS, DURATIONS, WORDED, Column, ErrandTable

_LEVEL = 6
#: A column that does not get this much smaller is kept as it is, which is quicker to read.
_WORTH = 0.7


def packed(table: ErrandTable, *, month: date) -> tuple[bytes, str]:
    """Bytes of a table of one office and month, and the SHA-256 of its values.

    The column ``office`` is left out, and days are counted within the month.
    """
    digest = hashlib.sha256(f"{RULES} {month:%Y-%m} {len(table)}".encode())
    described, blocks = [], []
    for name in COLUMNS[1:]:
        values, words = _narrow(name, table.columns[name], month), list(table.words.get(name, ()))
        raw = values.tobytes()
        digest.update(json.dumps([name, values.dtype.str, words]).encode() + raw)
        small = zlib.compress(raw, _LEVEL)
        is_smaller = len(small) < _WORTH * len(raw)
        blocks.append(small if is_smaller else raw)
        described.append([name, values.dtype.str, int(is_smaller), len(blocks[-1]), words])
    return _with_head(described, blocks), digest.hexdigest()


def laid_together(table: ErrandTable, *, month: date) -> bytes:
    """Bytes of a table of many offices, ready to be read without unpacking."""
    described, blocks = [], []
    for name in COLUMNS:
        values = _narrow(name, table.columns[name], month)
        blocks.append(values.tobytes())
        words = list(table.words.get(name, ()))
        described.append([name, values.dtype.str, 0, len(blocks[-1]), words])
    return _with_head(described, blocks)


def _with_head(described: list[list[Any]], blocks: list[bytes]) -> bytes:
    head = json.dumps({"rules": RULES, "columns": described}, ensure_ascii=False).encode()
    return b"".join([len(head).to_bytes(4, "little"), head, *blocks])


def _narrow(name: str, values: Column, month: date) -> Column:
    if name == "day":
        return (values - month.toordinal()).astype(np.uint8)
    wide = values.astype(np.int64)
    if name in DURATIONS:
        # Nothing below zero: an unknown duration is 0, one of no seconds 1.
        wide = wide - UNKNOWN
    most = int(wide.max(initial=0))
    kinds = (np.uint8, np.uint16, np.uint32)
    narrow = next(kind for kind in kinds if most <= np.iinfo(kind).max)
    return wide.astype(narrow)


def rules_of(block: bytes | memoryview) -> str:
    """By which rules the table was counted."""
    return str(_head(memoryview(block))[0]["rules"])


def unpacked(
    block: bytes | memoryview, *, month: date, names: Iterable[str], office: int | None = None
) -> ErrandTable:
    """Read the columns named out of the bytes.

    Parameters
    ----------
    office
        Whose they are, where the bytes are of one office.
    """
    view = memoryview(block)
    head, start = _head(view)
    wanted = set(names)
    columns: dict[str, Column] = {}
    words: dict[str, tuple[str, ...]] = {}
    rows = 0
    for name, kind, is_smaller, length, listed in head["columns"]:
        if name in wanted:
            raw = view[start : start + length]
            values = np.frombuffer(zlib.decompress(raw) if is_smaller else raw, dtype=kind)
            columns[name] = _wide(name, values, month)
            rows = len(values)
            if name in WORDED:
                words[name] = tuple(listed)
        start += length
    if office is not None:
        columns["office"] = np.full(rows, office, dtype=np.int32)
    return ErrandTable(columns, words)


def _head(block: memoryview) -> tuple[Any, int]:
    start = 4 + int.from_bytes(block[:4], "little")
    return json.loads(bytes(block[4:start])), start


def _wide(name: str, values: Column, month: date) -> Column:
    if name == "day":
        return values.astype(np.int32) + np.int32(month.toordinal())
    return values.astype(np.int32) + np.int32(UNKNOWN) if name in DURATIONS else values
