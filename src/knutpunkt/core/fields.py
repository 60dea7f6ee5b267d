"""A rough date in the database: its text, and two day columns that queries can use.

The day columns are filled from the text whenever a row is written, also in bulk, so the two
cannot disagree.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property

from knutpunkt.core import clock, edtf
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.errors import RoughDateUnreadable
from knutpunkt.core.text import fold

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

LATITUDE = (MinValueValidator(-90), MaxValueValidator(90))
LONGITUDE = (MinValueValidator(-180), MaxValueValidator(180))


def validate_rough_date(text: str) -> None:
    """Refuse in a form what cannot be evaluated."""
    try:
        edtf.parse(text)
    except RoughDateUnreadable as error:
        raise ValidationError(f"{error} {error.hint}") from None


class RoughDateField(models.CharField[str, str]):
    """EDTF text. Empty means that nothing is said, where the model allows it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_rough_date)


class _BoundField(models.DateField[date | None, date | None]):
    """A day column computed from a rough date of the same row."""

    def __init__(self, text_field: str = "", **kwargs: Any) -> None:
        self.text_field = text_field
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.text_field, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> date | None:
        text = getattr(model_instance, self.text_field)
        bound = self.bound(edtf.parse(text)) if text else None
        setattr(model_instance, self.attname, bound)
        return bound

    def bound(self, rough: edtf.RoughDate) -> date | None:
        raise TypeError(f"{type(self).__name__} names no bound of {rough}.")


class EarliestField(_BoundField):
    """First day the rough date can mean; null when there is none."""

    def bound(self, rough: edtf.RoughDate) -> date | None:
        return None if rough.earliest == edtf.DAWN else rough.earliest


class LatestField(_BoundField):
    """Last day the rough date can mean; null when there is none."""

    def bound(self, rough: edtf.RoughDate) -> date | None:
        return None if rough.latest == edtf.DUSK else rough.latest


class KnownFromField(models.DateField[date, date]):
    """The day from which a claim counts as known: its publication, else the day it was recorded.

    A publication known only by month or year counts from its last day, so that nothing is called
    known before it surely was.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> date:
        published = getattr(model_instance, "published_on", "")
        recorded_at: datetime = model_instance.recorded_at  # type: ignore[attr-defined]  # every Claim has it
        recorded = recorded_at.astimezone(NETWORK_ZONE).date()
        rough = edtf.parse(published) if published else edtf.one_day(recorded)
        known = recorded if rough.latest == edtf.DUSK else rough.latest
        setattr(model_instance, self.attname, known)
        return known


class FoldedField(models.CharField[str, str]):
    """A name as people type it, computed from another column whenever the row is written."""

    def __init__(self, text_field: str = "", **kwargs: Any) -> None:
        self.text_field = text_field
        kwargs.setdefault("max_length", 200)
        kwargs.update(editable=False, db_index=True, blank=True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.text_field, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        folded = fold(getattr(model_instance, self.text_field))
        setattr(model_instance, self.attname, folded)
        return folded


class InstantField(models.BigIntegerField[datetime | None, datetime | None]):
    """An aware instant, kept as whole milliseconds since 1970-01-01T00:00Z.

    Both databases order and subtract it as a number, and plain SQL reads it without conversion.
    """

    def from_db_value(self, value: int | None, *_rest: Any) -> datetime | None:
        return None if value is None else from_ms(value)

    def get_prep_value(self, value: Any) -> int | None:
        return to_ms(value) if isinstance(value, datetime) else super().get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        """Read an instant, milliseconds, or an ISO 8601 text with its offset."""
        if value is None or isinstance(value, datetime):
            return value
        if isinstance(value, str) and not value.lstrip("-").isdigit():
            return clock.instant(value)
        return from_ms(super().to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    @cached_property
    def validators(self) -> list[Any]:
        """None: the bounds of a column of numbers say nothing about instants."""
        return []

    def formfield(self, **kwargs: Any) -> Any:
        return models.DateTimeField().formfield(**kwargs)


class KeyField(models.BigIntegerField[int, int]):
    """A primary key that is given, not counted. On SQLite it is the row's own place in the table,
    which only a column of the type "integer" can be; it holds 64 bits all the same.
    """  # noqa: D205  # one thought

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00Z of an aware instant."""
    return int((moment - EPOCH) / timedelta(milliseconds=1))


def from_ms(milliseconds: int | None) -> datetime | None:
    """The instant in the network's time zone."""
    if milliseconds is None:
        return None
    return (EPOCH + timedelta(milliseconds=milliseconds)).astimezone(NETWORK_ZONE)
