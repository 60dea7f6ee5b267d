"""From a row of text to an unsaved record, with a sentence for everything that is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from knutpunkt.core.exchange.reading import SURPLUS, Problem, RawTable
from knutpunkt.core.exchange.tables import Ref, Table, as_text
from knutpunkt.core.exchange.values import parts, sentence, value_of

Key = tuple[str, ...]

WAITS: Any = object()
"""Stands for a reference to a row that this file promises and that is not stored yet."""


@dataclass
class Written:
    """A row on its way into the database.

    ``stored`` once it stands there, ``unchanged`` when it did before.
    """

    number: int
    instance: Any
    content: dict[str, str]
    many: dict[str, list[Any]]
    stored: bool = False
    unchanged: bool = False


class Promises:
    """What a file calls its rows, so that a faulty row causes only its own error."""

    def __init__(self) -> None:
        self._keys: dict[type[models.Model], set[Key]] = {}

    def note(self, table: Table, raw: RawTable) -> None:
        """Note the keys of a table's rows."""
        if table.natural_key:
            self._keys[table.model] = {
                tuple(row.get(c, "") for c in table.natural_key) for _, row in raw.rows
            }

    def hold(self, model: type[models.Model], key: Key) -> bool:
        """Whether the file has a row of that key, sound or not."""
        return key in self._keys.get(model, ())


class RowReader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, *, by: str, promises: Promises) -> None:
        self.table = table
        self.by = by
        self.promises = promises
        self.problems: list[Problem] = []
        self._known: dict[str, Mapping[Key, Any]] = {}

    def look_up(self) -> None:
        """Read what can be referred to now."""
        self._known = {ref.attr: ref.known() for ref in self.table.refs}
        self._known |= {many.attr: many.known() for many in self.table.many}

    def header_fits(self, raw: RawTable) -> bool:
        """Whether the table has the columns it needs; says what is missing, double or surplus."""
        before = len(self.problems)
        for column in self.table.required:
            if column not in raw.header:
                self.say(None, column, "the column is missing")
        for column in sorted({c for c in raw.header if raw.header.count(c) > 1}):
            self.say(None, column, "the column stands twice")
        fits = len(self.problems) == before
        for column in raw.header:
            if column not in self.table.columns:
                known = ", ".join(self.table.columns)
                self.say(None, column, f"there is no such column; known are {known}")
        return fits

    def read(self, number: int, row: dict[str, str]) -> Any:
        """Read a row: None when it is wrong, ``WAITS`` when it refers to one not there yet."""
        before = len(self.problems)
        row = self._without_placeholders(row)
        self._refuse_gaps(number, row)
        values = self._values(number, row)
        values |= {f"{ref.attr}_id": self._refer(ref, number, row) for ref in self.table.refs}
        many = self._many(number, row)
        if len(self.problems) > before:
            return None
        if WAITS in values.values() or any(WAITS in keys for keys in many.values()):
            return WAITS
        instance = self.table.model(**values)
        if hasattr(instance, "recorded_by"):
            instance.recorded_by = self.by
        return Written(number, instance, self._content(row, instance), many)

    def say(self, number: int | None, column: str, reason: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.table.name, number, column, reason))

    def _refuse_gaps(self, number: int, row: dict[str, str]) -> None:
        for column in self.table.required:
            if not row.get(column):
                self.say(number, column, "a value is required")
        if SURPLUS in row:
            self.say(number, "", f"more cells than columns: {row[SURPLUS]}")

    def _without_placeholders(self, row: dict[str, str]) -> dict[str, str]:
        empty = self.table.means_empty
        return {c: "" if v in empty.get(c, ()) else v for c, v in row.items()}

    def _values(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column, attr in self.table.fields.items():
            text = row.get(column, "")
            if not text and column in self.table.required:
                continue  # said already
            field = self.table.model._meta.get_field(attr)
            try:
                values[attr] = value_of(field, text)
            except (ValidationError, ValueError, TypeError) as error:
                self.say(number, column, sentence(error, field, text))
        return values

    def _refer(self, ref: Ref, number: int, row: dict[str, str]) -> Any:
        key = tuple(row.get(column, "") for column in ref.columns)
        if all(not part or part in ref.blank for part in key):
            return None  # a required column has been named already
        if key in self._known[ref.attr]:
            return self._known[ref.attr][key]
        if not self.promises.hold(ref.target, key):
            self.say(number, ref.columns[-1], f"“{', '.join(key)}” is not known")
        return WAITS

    def _many(self, number: int, row: dict[str, str]) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for many in self.table.many:
            found[many.attr] = []
            for part in parts(row.get(many.column, "")):
                known = self._known[many.attr].get((part,), WAITS)
                found[many.attr].append(known)
                if known is WAITS and not self.promises.hold(many.target, (part,)):
                    self.say(number, many.column, f"“{part}” is not known")
        return found

    def _content(self, row: dict[str, str], instance: Any) -> dict[str, str]:
        """The row in the words it will be exported in."""
        content: dict[str, str] = {}
        for ref in self.table.refs:
            key = [row.get(column, "") for column in ref.columns]
            if all(not part or part in ref.blank for part in key):
                key = [(ref.blank or ("",))[-1]] * len(key)
            content |= dict(zip(ref.columns, key, strict=True))
        for many in self.table.many:
            content[many.column] = ";".join(sorted(parts(row.get(many.column, ""))))
        for column, attr in self.table.fields.items():
            content[column] = as_text(getattr(instance, attr))
        return {column: content[column] for column in self.table.columns}
