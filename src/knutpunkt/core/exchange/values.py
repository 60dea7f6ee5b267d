"""From text to values of a model's fields, and from refusals to sentences."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models

TRUE, FALSE = ("yes", "true", "1", "ja"), ("no", "false", "0", "nej")


def parts(text: str) -> list[str]:
    """Split a list of keys."""
    return [part.strip() for part in text.split(";") if part.strip()]


def value_of(field_: Any, text: str) -> Any:
    """Read a value as the model field does; an empty text is its default."""
    if isinstance(field_, models.BooleanField):
        return _yes_or_no(text, default=field_.get_default())
    if text == "":
        if field_.has_default():
            return field_.get_default()
        return None if field_.null else field_.clean("", None)
    value = field_.clean(text, None)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"“{text}” is not a number")
    return value


def _yes_or_no(text: str, *, default: Any) -> Any:
    if text == "":
        return default
    if text.casefold() in TRUE:
        return True
    if text.casefold() in FALSE:
        return False
    raise ValueError(f"“{text}” is neither yes nor no")


def sentence(error: Exception, field_: Any, text: str) -> str:
    """Say why a value is refused."""
    choices = getattr(field_, "choices", None)
    if choices and text:
        allowed = ", ".join(str(value) for value, _ in field_.flatchoices)
        return f"“{text}” is none of {allowed}"
    if isinstance(error, ValidationError):
        return " ".join(str(message) for message in error.messages)
    return str(error)


def constraint(error: IntegrityError) -> str:
    """Name the constraint that the database kept."""
    return str(error).splitlines()[0].replace("CHECK constraint failed: ", "")
