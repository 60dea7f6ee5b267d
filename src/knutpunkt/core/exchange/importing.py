"""From tables of text to the database: all or nothing, every error reported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from knutpunkt.core.exchange.reading import SURPLUS, Problem, RawTable
from knutpunkt.core.exchange.tables import Ref, Table, as_text
from knutpunkt.core.exchange.values import constraint, parts, sentence, value_of
from knutpunkt.errors import KnutpunktError


class ImportRefused(KnutpunktError):
    """The file has errors; nothing of it was stored."""

    code = "import-refused"
    hint = "Correct the rows named and import the file again; nothing was stored."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{len(problems)} errors, nothing stored:\n{listed}")


@dataclass
class ImportReport:
    """What an import did, or with ``dry_run`` would do, per table."""

    dry_run: bool = False
    added: Counter[str] = field(default_factory=Counter)
    corrected: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)

    @property
    def changes(self) -> int:
        return self.added.total() + self.corrected.total()


@dataclass
class Written:
    """A row on its way into the database."""

    number: int
    instance: Any
    content: dict[str, str]
    many: dict[str, list[Any]]


#: Looks for contradictions between rows once all are in place; gets rows by table name.
Check = Callable[[Mapping[str, Sequence[Written]]], list[Problem]]


def import_tables(
    raws: Sequence[RawTable],
    tables: Sequence[Table],
    *,
    by: str,
    check: Check,
    dry_run: bool = False,
) -> ImportReport:
    """Import tables in one transaction.

    A row that stands already is left as it is; a changed row of a dated fact becomes a correction
    of the standing one; rows missing in the file are left alone.

    Parameters
    ----------
    raws
        What was read.
    tables
        The tables of the format, in the order in which they may refer to each other.
    by
        Who imports; written to every new record.
    check
        Finds contradictions between rows.
    dry_run
        Do everything, then undo it.

    Raises
    ------
    ImportRefused
        With all problems, when there is any; nothing is stored then.
    """
    report = ImportReport(dry_run=dry_run)
    by_name = {raw.name: raw for raw in raws}
    problems: list[Problem] = []
    written: dict[str, list[Written]] = {}
    with transaction.atomic():
        promised: dict[str, set[tuple[str, ...]]] = {}
        for table in tables:
            if table.name in by_name:
                raw = by_name[table.name]
                loader = _Loader(table, by=by, report=report, promised=promised)
                written[table.name] = loader.load(raw)
                problems += loader.problems
        problems += check(written)
        _refuse(problems)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ImportRefused(sorted(problems, key=lambda p: (p.table, p.row or 0, p.field)))


class _Loader:
    """Loads one table: read every row, then tell standing, changed and new ones apart."""

    def __init__(
        self,
        table: Table,
        *,
        by: str,
        report: ImportReport,
        promised: dict[str, set[tuple[str, ...]]],
    ) -> None:
        self.table = table
        self.by = by
        self.report = report
        self.promised = promised
        self.problems: list[Problem] = []

    def load(self, raw: RawTable) -> list[Written]:
        if not self._header_fits(raw):
            return []
        self._promise(raw)
        self._find_standing()
        rows: list[Written] = []
        waiting = list(raw.rows)
        while waiting:
            ready, left = self._ready(waiting)
            rows += ready
            self._store(ready)
            if len(left) == len(waiting):
                break
            waiting = left
        self._refuse_doubles(rows)
        return rows

    def _ready(
        self, numbered: Sequence[tuple[int, dict[str, str]]]
    ) -> tuple[list[Written], list[tuple[int, dict[str, str]]]]:
        """Build the rows that can be built, and keep those that wait for another row."""
        known = {ref.attr: dict(ref.known()) for ref in self.table.refs}
        known |= {many.attr: dict(many.known()) for many in self.table.many}
        ready: list[Written] = []
        waiting: list[tuple[int, dict[str, str]]] = []
        for number, row in numbered:
            built = self._row(number, row, known)
            if built is WAITS:
                waiting.append((number, row))
            elif built is not None:
                ready.append(built)
        return ready, waiting

    def _header_fits(self, raw: RawTable) -> bool:
        missing = [c for c in self.table.required if c not in raw.header]
        surplus = [c for c in raw.header if c not in self.table.columns]
        for column in missing:
            self._say(None, column, "the column is missing")
        for column in surplus:
            known = ", ".join(self.table.columns)
            self._say(None, column, f"there is no such column; known are {known}")
        return not missing

    def _promise(self, raw: RawTable) -> None:
        """Note what this file calls its rows, so that a faulty row causes only its own error."""
        if self.table.natural_key:
            self.promised[self.table.name] = {
                tuple(row.get(c, "") for c in self.table.natural_key) for _, row in raw.rows
            }

    def _row(
        self, number: int, row: dict[str, str], known: dict[str, dict[tuple[str, ...], Any]]
    ) -> Any:
        """Build a row: None when it is wrong, ``WAITS`` when it refers to one not there yet."""
        before = len(self.problems)
        row = self._without_placeholders(row)
        for column in self.table.required:
            if not row.get(column):
                self._say(number, column, "a value is required")
        if SURPLUS in row:
            self._say(number, "", f"more cells than columns: {row[SURPLUS]}")
        values = self._values(number, row)
        values |= {
            f"{ref.attr}_id": self._refer(ref, number, row, known[ref.attr])
            for ref in self.table.refs
        }
        many = self._many(number, row, known)
        if len(self.problems) > before:
            return None
        if any(value is WAITS for value in values.values()):
            return WAITS
        instance = self.table.model(**values)
        if hasattr(instance, "recorded_by"):
            instance.recorded_by = self.by
        content = self._content(row, instance)
        return Written(number, instance, content, many)

    def _without_placeholders(self, row: dict[str, str]) -> dict[str, str]:
        empty = self.table.means_empty
        return {c: "" if v in empty.get(c, ()) else v for c, v in row.items()}

    def _content(self, row: dict[str, str], instance: Any) -> dict[str, str]:
        """The row in the words it will be exported in."""
        content: dict[str, str] = {}
        for ref in self.table.refs:
            for column in ref.columns:
                content[column] = row.get(column, "")
            if all(not content[c] or content[c] in ref.blank for c in ref.columns):
                content |= dict.fromkeys(ref.columns, (ref.blank or ("",))[-1])
        for many in self.table.many:
            content[many.column] = ";".join(sorted(parts(row.get(many.column, ""))))
        for column, attr in self.table.fields.items():
            content[column] = as_text(getattr(instance, attr))
        return {column: content[column] for column in self.table.columns}

    def _values(self, number: int, row: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column, attr in self.table.fields.items():
            field_ = self.table.model._meta.get_field(attr)
            text = row.get(column, "")
            try:
                values[attr] = value_of(field_, text)
            except (ValidationError, ValueError, TypeError) as error:
                self._say(number, column, sentence(error, field_, text))
        return values

    def _refer(
        self, ref: Ref, number: int, row: dict[str, str], known: dict[tuple[str, ...], Any]
    ) -> Any:
        key = tuple(row.get(column, "") for column in ref.columns)
        if all(not part or part in ref.blank for part in key):
            if not ref.blank and all(column not in self.table.required for column in ref.columns):
                self._say(number, ref.columns[-1], "a value is required")
            return None
        if key in known:
            return known[key]
        if not any(key in keys for keys in self.promised.values()):
            self._say(number, ref.columns[-1], f"“{', '.join(key)}” is not known")
        return WAITS

    def _many(
        self, number: int, row: dict[str, str], known: dict[str, dict[tuple[str, ...], Any]]
    ) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for many in self.table.many:
            found[many.attr] = []
            for part in parts(row.get(many.column, "")):
                if (part,) in known[many.attr]:
                    found[many.attr].append(known[many.attr][(part,)])
                elif not any((part,) in keys for keys in self.promised.values()):
                    self._say(number, many.column, f"“{part}” is not known")
        return found

    def _refuse_doubles(self, rows: list[Written]) -> None:
        seen: dict[tuple[str, ...], int] = {}
        columns = self.table.natural_key or self.table.columns
        for row in rows:
            key = tuple(row.content[column] for column in columns)
            if key in seen:
                self._say(row.number, columns[0], f"the same row stands in row {seen[key]}")
            seen.setdefault(key, row.number)

    def _find_standing(self) -> None:
        """Read what stands before this file changes anything."""
        self.unmatched: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for found in self.table.standing():
            content = self.table.row_of(found)
            self.unmatched[tuple(content.values())].append((content, found))

    def _store(self, rows: list[Written]) -> None:
        changed = []
        for row in rows:
            same = self.unmatched.get(tuple(row.content.values()))
            if same:
                row.instance = same.pop(0)[1]
                self.report.unchanged[self.table.name] += 1
            else:
                changed.append(row)
        left: dict[tuple[str, ...], list[Any]] = defaultdict(list)
        for key, group in self.unmatched.items():
            for content, found in group:
                left[self._identity(content)].append((key, (content, found)))
        self._write(changed, left)

    def _write(self, rows: list[Written], left: dict[tuple[str, ...], list[Any]]) -> None:
        new = []
        for row in rows:
            candidates = left.get(self._identity(row.content))
            if candidates:
                key, pair = candidates.pop(0)
                self.unmatched[key].remove(pair)
                self._correct(row, pair[1])
                self.report.corrected[self.table.name] += 1
            else:
                new.append(row)
        try:
            with transaction.atomic():
                self.table.model._default_manager.bulk_create([row.instance for row in new])
        except IntegrityError:
            self._one_by_one(new)
        self.report.added[self.table.name] += len(new)
        for row in rows:
            for attr, keys in row.many.items():
                if row.instance.pk is not None:
                    getattr(row.instance, attr).set(keys)

    def _one_by_one(self, rows: list[Written]) -> None:
        """Find the rows that break a constraint of the database, and name it."""
        for row in rows:
            try:
                with transaction.atomic():
                    row.instance.pk = None
                    row.instance.save(force_insert=True)
            except IntegrityError as error:
                row.instance.pk = None
                self._say(row.number, "", f"breaks a rule of the register: {constraint(error)}")

    def _correct(self, row: Written, found: Any) -> None:
        if self.table.correctable:
            row.instance.replaces = found
        else:
            row.instance.pk = found.pk
        try:
            with transaction.atomic():
                row.instance.save()
        except IntegrityError as error:
            self._say(row.number, "", f"breaks a rule of the register: {constraint(error)}")

    def _identity(self, content: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(content[column] for column in self.table.identity)

    def _say(self, number: int | None, column: str, reason: str) -> None:
        self.problems.append(Problem(self.table.name, number, column, reason))


WAITS: Any = object()
"""Stands for a reference to a row that this file promises and that is not stored yet."""
