"""Tables for people and JSON for programs."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from knutpunkt.core import clock, edtf
from knutpunkt.core.errors import RoughDateUnreadable
from knutpunkt.errors import KnutpunktError

FIRST_YEAR, LAST_YEAR = 1900, 2999


def print_json(content: Any) -> None:
    """Print facts as JSON; a number that is none or infinite is null, since JSON has neither."""
    plain = _finite(content)
    json.dump(plain, sys.stdout, ensure_ascii=False, indent=2, default=_plain, allow_nan=False)
    print()


def print_refusal(error: KnutpunktError) -> None:
    """Say what was refused and what to do, to people."""
    print(f"error: {error}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)


def print_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table; numbers stand to the right."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [
        max(len(name), *(len(row[k]) for row in texts)) if texts else len(name)
        for k, name in enumerate(header)
    ]
    numeric = [
        all(isinstance(row[k], int | float | None) for row in rows) for k in range(len(header))
    ]
    print(_line(header, widths, [False] * len(header)))
    print("  ".join("─" * width for width in widths))
    for row in texts:
        print(_line(row, widths, numeric))


def day_of(text: str, *, otherwise: date | None = None) -> date:
    """Read a day given on the command line.

    Raises
    ------
    RoughDateUnreadable
        When it is not one exact day.
    """
    if not text:
        return otherwise or clock.today()
    try:
        return _one_day(text).earliest
    except RoughDateUnreadable as error:
        error.hint = "Write one day, for example 2022-06-27."
        raise


def _one_day(text: str) -> edtf.RoughDate:
    rough = edtf.parse(text)
    if not rough.exact:
        raise RoughDateUnreadable(text=text, reason="one exact day is needed here")
    if not FIRST_YEAR <= rough.earliest.year <= LAST_YEAR:
        reason = f"only days from {FIRST_YEAR} to {LAST_YEAR} can be asked for"
        raise RoughDateUnreadable(text=text, reason=reason)
    return rough


def known_day(text: str) -> date | None:
    """Read the day as of which things are known; empty means now."""
    return day_of(text) if text else None


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if to_right else cell.ljust(width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_finite(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _finite(asdict(value))
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form.")
