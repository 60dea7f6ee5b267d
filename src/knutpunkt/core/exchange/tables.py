"""How a table of text maps to a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django.db import models


@dataclass(frozen=True)
class Ref:
    """Columns that together name a row of another table.

    Parameters
    ----------
    attr
        The foreign key they fill.
    columns
        Names of the columns.
    known
        Reads what can be referred to: natural key as a tuple of texts to primary key.
    of
        The natural key of the row a given object refers to, for writing.
    target
        What is referred to.
    blank
        Texts that mean "none", where the reference may be missing.
    """

    attr: str
    columns: tuple[str, ...]
    known: Callable[[], Mapping[tuple[str, ...], Any]]
    of: Callable[[Any], tuple[str, ...]]
    target: type[models.Model]
    blank: tuple[str, ...] = ()


@dataclass(frozen=True)
class Many:
    """A column with several keys of another table, separated by semicolons."""

    attr: str
    column: str
    known: Callable[[], Mapping[tuple[str, ...], Any]]
    of: Callable[[Any], list[str]]
    target: type[models.Model]


@dataclass(frozen=True)
class Table:
    """A table of the exchange format.

    Parameters
    ----------
    name
        File name without ending, and key in JSON.
    model
        Where rows live.
    fields
        Column to attribute, for columns that hold plain values.
    identity
        Columns by which a changed row is recognised as a correction of a standing one.
    refs, many
        Columns that name rows of other tables.
    required
        Columns that may not be empty.
    natural_key
        What rows of this table are called by references to it; empty where nothing refers to it.
    means_empty
        Texts of a column that stand for "nothing is said", e.g. ``unknown`` in ``decided_by``.
    """

    name: str
    model: type[models.Model]
    fields: Mapping[str, str]
    identity: tuple[str, ...]
    refs: tuple[Ref, ...] = ()
    many: tuple[Many, ...] = ()
    required: tuple[str, ...] = ()
    natural_key: tuple[str, ...] = ()
    means_empty: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns, references first."""
        named = [column for ref in self.refs for column in ref.columns]
        return (*dict.fromkeys(named), *(m.column for m in self.many), *self.fields)

    @property
    def correctable(self) -> bool:
        """Whether a changed row becomes a new record rather than an update."""
        return any(f.name == "replaces" for f in self.model._meta.get_fields())

    def standing(self) -> list[Any]:
        """Rows that stand now, in the order they were recorded."""
        rows: models.QuerySet[Any] = self.model._default_manager.order_by("pk")
        if self.correctable:
            rows = rows.filter(replaced_by=None, retracts=False)
        related = [ref.attr for ref in self.refs]
        return list(rows.select_related(*related).prefetch_related(*(m.attr for m in self.many)))

    def row_of(self, instance: Any) -> dict[str, str]:
        """Write a row as text."""
        row: dict[str, str] = {}
        for ref in self.refs:
            row.update(zip(ref.columns, ref.of(instance), strict=True))
        for many in self.many:
            row[many.column] = ";".join(sorted(many.of(instance)))
        for column, attr in self.fields.items():
            row[column] = as_text(getattr(instance, attr))
        return {column: row[column] for column in self.columns}


def as_text(value: Any) -> str:
    """Write a value the way it is read back."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return repr(int(value)) if value.is_integer() else repr(value)
        case datetime() | date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
        case _:
            return str(value)
