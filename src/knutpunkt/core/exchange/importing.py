"""From tables of text to the database: all or nothing, every error reported."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import translation

from knutpunkt.core.exchange.reading import Problem, RawTable
from knutpunkt.core.exchange.rows import WAITS, Key, Promises, RowReader, Written
from knutpunkt.core.exchange.tables import Table
from knutpunkt.core.exchange.values import constraint
from knutpunkt.errors import KnutpunktError


class ImportRefused(KnutpunktError):
    """The file has errors; nothing of it was stored."""

    code = "import-refused"
    hint = "Correct the rows named and import the file again; nothing was stored."

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(f"  {problem}" for problem in problems)
        errors = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
        super().__init__(f"{errors}, nothing stored:\n{listed}")


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
    promises = Promises()
    loaders = []
    with translation.override("en"), transaction.atomic():
        for table in tables:
            if table.name in by_name:
                promises.note(table, by_name[table.name])
                loader = _Loader(table, by=by, report=report, promises=promises)
                written[table.name] = loader.load(by_name[table.name])
                problems += loader.reader.problems
                loaders.append(loader)
        problems += check(written)
        _refuse(problems or _circles(loaders))
        if dry_run:
            transaction.set_rollback(True)
    return report


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ImportRefused(sorted(problems, key=lambda p: (p.table, p.row or 0, p.field)))


def _circles(loaders: list[_Loader]) -> list[Problem]:
    """Rows that wait for each other, where nothing else is wrong."""
    return [
        Problem(loader.table.name, number, "", "refers to a row that refers back to it")
        for loader in loaders
        for number in loader.left
    ]


class _Loader:
    """Loads one table: tells standing, changed and new rows apart, and stores what is needed."""

    def __init__(self, table: Table, *, by: str, report: ImportReport, promises: Promises) -> None:
        self.table = table
        self.reader = RowReader(table, by=by, promises=promises)
        self.report = report
        self.left: list[int] = []
        self._seen: dict[Key, int] = {}
        self._standing: dict[Key, list[tuple[dict[str, str], Any]]] = defaultdict(list)

    def load(self, raw: RawTable) -> list[Written]:
        """Read and store the rows; those that refer to rows of their own table come after them."""
        if not raw.rows or not self.reader.header_fits(raw):
            return []
        for found in self.table.standing():
            content = self.table.row_of(found)
            self._standing[tuple(content.values())].append((content, found))
        rows: list[Written] = []
        waiting = list(raw.rows)
        while waiting:
            ready, left = self._ready(waiting)
            rows += ready
            self._store([row for row in ready if not self._is_double(row)])
            if len(left) == len(waiting):
                self.left = [number for number, _ in left]
                break
            waiting = left
        return rows

    def _ready(
        self, numbered: Sequence[tuple[int, dict[str, str]]]
    ) -> tuple[list[Written], list[tuple[int, dict[str, str]]]]:
        """Build the rows that can be built, and keep those that wait for another row."""
        self.reader.look_up()
        ready: list[Written] = []
        waiting: list[tuple[int, dict[str, str]]] = []
        for number, row in numbered:
            built = self.reader.read(number, row)
            if built is WAITS:
                waiting.append((number, row))
            elif built is not None:
                ready.append(built)
        return ready, waiting

    def _is_double(self, row: Written) -> bool:
        columns = self.table.natural_key or self.table.columns
        key = tuple(row.content[column] for column in columns)
        first = self._seen.setdefault(key, row.number)
        if first != row.number:
            self.reader.say(row.number, columns[0], f"the same row stands in row {first}")
        return first != row.number

    def _store(self, rows: list[Written]) -> None:
        changed = [row for row in rows if not self._stands(row)]
        by_identity: dict[Key, list[tuple[Key, tuple[dict[str, str], Any]]]] = defaultdict(list)
        for key, group in self._standing.items():
            for pair in group:
                by_identity[self._identity(pair[0])].append((key, pair))
        new = []
        for row in changed:
            candidates = by_identity.get(self._identity(row.content))
            if candidates:
                key, pair = candidates.pop(0)
                self._standing[key].remove(pair)
                self._correct(row, pair[1])
            else:
                new.append(row)
        self._add(new)
        for row in changed:
            if row.stored:
                for attr, keys in row.many.items():
                    getattr(row.instance, attr).set(keys)

    def _stands(self, row: Written) -> bool:
        """Whether the very same row stands already."""
        same = self._standing.get(tuple(row.content.values()))
        if not same:
            return False
        row.instance = same.pop(0)[1]
        row.stored = row.unchanged = True
        self.report.unchanged[self.table.name] += 1
        return True

    def _add(self, rows: list[Written]) -> None:
        try:
            with transaction.atomic():
                self.table.model._default_manager.bulk_create([row.instance for row in rows])
        except IntegrityError:
            for row in rows:
                self._save(row, force_insert=True)
        else:
            for row in rows:
                row.stored = True
        self.report.added[self.table.name] += len(rows)

    def _correct(self, row: Written, found: Any) -> None:
        if self.table.correctable:
            row.instance.replaces = found
            found.give_way()
        else:
            row.instance.pk = found.pk
        self._save(row)
        self.report.corrected[self.table.name] += 1

    def _save(self, row: Written, *, force_insert: bool = False) -> None:
        """Save a row on its own; where it breaks a constraint of the database, name it."""
        try:
            with transaction.atomic():
                row.instance.save(force_insert=force_insert)
            row.stored = True
        except IntegrityError as error:
            reason = f"breaks a rule of the register: {constraint(error)}"
            self.reader.say(row.number, "", reason)

    def _identity(self, content: Mapping[str, str]) -> Key:
        return tuple(content[column] for column in self.table.identity)
