"""The fields of a question in groups: what is always asked stands open, the rest can be opened."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.forms import BoundField, Form
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

#: Fields that wait behind a heading; every other field stands open.
FOLDED = {
    gettext_noop("More about the objective"): ("minutes", "share", "decay"),
    gettext_noop("Rounds, budget and costs"): (
        "rounds", "budget", "years", "opening_cost", "running_cost", "costs",
    ),
    gettext_noop("Rules and savings"): (
        "never_leave", "max_minutes", "must_open", "never_open", "keep", "must_close", "savings",
    ),
    gettext_noop("How it is worked out"): ("population_on", "detour", "km_per_hour", "seconds"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under a heading; ``is_open`` where something in it has to be read."""

    title: str
    fields: tuple[BoundField, ...]
    is_open: bool


def grouped(form: Form) -> tuple[Group, ...]:
    """Part the fields of a form; the first group has no heading."""
    hidden = {name for names in FOLDED.values() for name in names}
    open_ = tuple(field for field in form if field.name not in hidden)
    groups = [Group("", open_, is_open=True)]
    for title, names in FOLDED.items():
        fields = tuple(form[name] for name in names if name in form.fields)
        if fields:
            groups.append(Group(_(title), fields, _wants_reading(fields)))
    return tuple(groups)


def _wants_reading(fields: Iterable[BoundField]) -> bool:
    """Whether a field has an error, or was filled in with something of one's own."""
    return any(
        field.errors or (field.form.is_bound and field.form[field.name].value() and
                         str(field.value()) != str(field.initial or ""))
        for field in fields
    )  # fmt: skip
