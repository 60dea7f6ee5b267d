"""A figure with its definition, groups of figures, and all figures of a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knutpunkt.reception.counting import RULES
from knutpunkt.reception.counting.definitions import DEFINITIONS, Definition

GROUPINGS = (
    "office", "authority", "service", "level", "language", "hour", "prio_class", "arrival", "day",
    "month",
)  # fmt: skip
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that knows what it means.

    ``value`` is nothing when there is none to tell, or when it is ``suppressed`` because so few
    are behind it that they could be recognised.
    """

    key: str
    value: int | None
    suppressed: bool = False

    @property
    def definition(self) -> Definition:
        """What it means."""
        return DEFINITIONS[self.key]

    @property
    def minutes(self) -> float | None:
        """A duration in minutes."""
        return None if self.value is None else self.value / MINUTE

    def hidden(self) -> Figure:
        """The same figure without its value."""
        return Figure(self.key, None, suppressed=True)

    def __str__(self) -> str:
        return ".." if self.suppressed else "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one office, authority, hour …, or of all together (key ``""``)."""

    key: str
    figures: Mapping[str, Figure]
    outcomes: Mapping[str, Figure]

    def value(self, key: str) -> int | None:
        """Value of one of its figures."""
        return self.figures[key].value


@dataclass(frozen=True, slots=True)
class SentOn:
    """Errands of an authority that had to be sent on for one cause."""

    authority: str
    cause: str
    errands: Figure


@dataclass(frozen=True, slots=True)
class Solvable:
    """Errands of an authority that the level named would have solved."""

    authority: str
    level: str
    errands: Figure


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a period. ``simulated`` says how many of the errands are made up."""

    first: date
    last: date
    offices: tuple[str, ...] | None
    group_by: str
    total: Group
    groups: tuple[Group, ...]
    sent_on: tuple[SentOn, ...]
    solvable: tuple[Solvable, ...]
    simulated: int
    rules: str = RULES
    suppressed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain values for programs, with the definitions of what is in it."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "offices": None if self.offices is None else list(self.offices),
            "group_by": self.group_by,
            "rules": self.rules,
            "simulated_errands": self.simulated,
            "small_counts_suppressed": self.suppressed,
            "total": _plain(self.total),
            "groups": [_plain(group) for group in self.groups],
            "sent_on": [
                {"authority": one.authority, "cause": one.cause, "errands": one.errands.value}
                for one in self.sent_on
            ],
            "solvable": [
                {"authority": one.authority, "level": one.level, "errands": one.errands.value}
                for one in self.solvable
            ],
            "definitions": {
                one.key: {"unit": one.unit, "name": one.name, "meaning": one.meaning}
                for one in DEFINITIONS.values()
            },
        }


@dataclass(frozen=True, slots=True)
class VisitCounts:
    """What one office had in a period. ``days_open`` are days with at least one visit."""

    visits: int
    errands: int
    people: int
    days_open: int


def _plain(group: Group) -> dict[str, Any]:
    return {
        "key": group.key,
        **{key: figure.value for key, figure in group.figures.items()},
        "outcomes": {key: figure.value for key, figure in group.outcomes.items()},
        "suppressed": sorted(
            key for key, one in {**group.figures, **group.outcomes}.items() if one.suppressed
        ),
    }
