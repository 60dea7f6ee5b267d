"""Rules in a TOML file: what stays, what must not open, and how many of which.

``[keep]`` and ``[exclude]`` give the reason for each key. Each ``[[rule]]`` has a ``name``, and
``sites`` (keys) or ``where`` (columns and their values; nothing is all sites), ``at_least`` and
``at_most``; with ``column`` the values of that column are added up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knutpunkt.engines.location.errors import FileUnfit
from knutpunkt.engines.location.question import Rule
from knutpunkt.engines.tables import Row

#: Tables of a file of rules, as they are written.
WORDS = ("[keep]", "[exclude]", "[[rule]]")
RULE_WORDS = frozenset({"name", "sites", "where", "column", "at_least", "at_most"})
#: Rules are written by hand; a larger file is something else.
LARGEST = 50_000_000
MOST = 1e12


def words_in(file: Path | None, known: Sequence[str] = WORDS) -> Mapping[str, Any]:
    """What a file of rules, or of other known tables, says; nothing where there is none.

    Raises
    ------
    FileUnfit
        When it cannot be read, is not TOML, or has tables that are no rules.
    """
    if file is None:
        return {}
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as problem:
        said = problem.strerror or str(problem)
        why = "it is a folder, not a file" if file.is_dir() else f"it cannot be read ({said})"
        raise FileUnfit(file=file.name or str(file), line=0, why=why) from problem
    if len(content) > LARGEST:
        raise FileUnfit(file=file.name, line=0, why="it is too large for a file of rules")
    try:
        written = tomllib.loads(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as problem:
        raise FileUnfit(file=file.name, line=0, why=f"it is not TOML ({problem})") from problem
    strange = sorted(set(written) - {word.strip("[]") for word in known})
    if strange:
        why = f"{strange[0]!r} is not known; there are {', '.join(known)}"
        raise FileUnfit(file=file.name, line=0, why=why)
    return written


def reasons_in(
    written: Mapping[str, Any], word: str, keys: Sequence[str], file: Path | None
) -> dict[str, str]:
    """Reason by key of ``[keep]`` or ``[exclude]``.

    Raises
    ------
    FileUnfit
        When it is no table, or names what is no site.
    """
    if file is None:
        return {}
    table = _table(written.get(word, {}), f"[{word}]", file)
    found = {key: str(reason) for key, reason in table.items()}
    _refuse_unknown(found, keys, f"[{word}]", file)
    return found


def rules_in(
    written: Mapping[str, Any], offered: Sequence[Row], keys: Sequence[str], file: Path | None
) -> list[Rule]:
    """Every ``[[rule]]``.

    Raises
    ------
    FileUnfit
        Names the rule that speaks of unknown sites or columns, or says what is no number.
    """
    if file is None:
        return []
    tables = written.get("rule", [])
    if not isinstance(tables, list):
        raise FileUnfit(file=file.name, line=0, why="rules begin with [[rule]]")
    return [
        _rule(_table(table, f"rule {number}", file), number, offered, keys, file)
        for number, table in enumerate(tables, 1)
    ]


def _rule(
    table: Mapping[str, Any], number: int, offered: Sequence[Row], keys: Sequence[str], file: Path
) -> Rule:
    name = str(table.get("name", f"rule {number}"))
    strange = sorted(set(table) - RULE_WORDS)
    if strange:
        raise FileUnfit(file=file.name, line=0, why=f"rule {name!r} says {strange[0]!r}")
    if "sites" in table and "where" in table:
        raise FileUnfit(file=file.name, line=0, why=f"rule {name!r} has both sites and where")
    chosen = (
        _named(table["sites"], name, keys, file) if "sites" in table
        else _where(_table(table.get("where", {}), f"where of rule {name!r}", file), name, offered,
                    file)
    )  # fmt: skip
    factors = None
    if "column" in table:
        column = str(table["column"])
        _refuse_column(column, name, offered, file)
        values = [offered[place].number(column, -MOST, MOST) for place in chosen]
        factors = np.array(values, np.float64)
    low, high = (_bound(table, word, name, file) for word in ("at_least", "at_most"))
    return Rule(name, np.array(chosen, np.intp), low, high, factors)


def _named(sites: object, name: str, keys: Sequence[str], file: Path) -> list[int]:
    if not isinstance(sites, list):
        why = f"sites of rule {name!r} is not a list of keys in brackets"
        raise FileUnfit(file=file.name, line=0, why=why)
    asked = [str(key) for key in sites]
    _refuse_unknown(asked, keys, f"rule {name!r}", file)
    number = {key: place for place, key in enumerate(keys)}
    return [number[key] for key in asked]


def _where(
    where: Mapping[str, Any], name: str, offered: Sequence[Row], file: Path
) -> list[int]:  # fmt: skip
    for column in where:
        _refuse_column(column, name, offered, file)
    return [
        place for place, row in enumerate(offered)
        if all(row.cells[column] == str(value) for column, value in where.items())
    ]  # fmt: skip


def _bound(table: Mapping[str, Any], word: str, name: str, file: Path) -> float | None:
    value = table.get(word)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124  # only NaN differs from itself
        why = f"{word} of rule {name!r} is {value!r}, not a number"
        raise FileUnfit(file=file.name, line=0, why=why)
    if not -MOST <= value <= MOST:
        raise FileUnfit(file=file.name, line=0, why=f"{word} of rule {name!r} is beyond {MOST:g}")
    return value


def _table(value: object, what: str, file: Path) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FileUnfit(file=file.name, line=0, why=f"{what} is not a table of names and values")
    return value


def _refuse_column(column: str, name: str, offered: Sequence[Row], file: Path) -> None:
    if column not in offered[0].cells:
        why = f"rule {name!r} asks for column {column!r}, which the sites do not have"
        raise FileUnfit(file=file.name, line=0, why=why)


def _refuse_unknown(
    asked: Sequence[str] | Mapping[str, str], keys: Sequence[str], who: str, file: Path
) -> None:
    unknown = sorted(set(asked) - set(keys))
    if unknown:
        why = f"{who} names {unknown[0]!r}, which is no site"
        raise FileUnfit(file=file.name, line=0, why=why)
