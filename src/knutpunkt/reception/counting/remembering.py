"""Columns of sheets a process has read, remembered up to a bound of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from knutpunkt.reception.counting.table import Column, ErrandTable

#: Bytes of columns a process remembers at most: a year of a large network.
MOST_BYTES = 128 * 1024 * 1024

_Kept = tuple[Column, tuple[str, ...] | None]
_kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
_lock = Lock()


def columns_remembered(
    digest: str, names: tuple[str, ...], read: Callable[[tuple[str, ...]], ErrandTable]
) -> ErrandTable:
    """Columns of the sheets a digest stands for; those not remembered are read.

    Parameters
    ----------
    read
        Reads the columns named.
    """
    with _lock:
        found = {name: _kept[digest, name] for name in names if (digest, name) in _kept}
    missing = tuple(name for name in names if name not in found)
    if missing:
        table = read(missing)
        found |= {name: (table.columns[name], table.words.get(name)) for name in missing}
    with _lock:
        for name in names:
            _kept[digest, name] = found[name]
            _kept.move_to_end((digest, name))
        while sum(column.nbytes for column, _words in _kept.values()) > MOST_BYTES:
            _kept.popitem(last=False)
    columns = {name: found[name][0] for name in names}
    return ErrandTable(columns, {n: w for n in names if (w := found[n][1]) is not None})


def forget() -> None:
    """Forget everything, so that the next question reads it again."""
    with _lock:
        _kept.clear()
