"""The question of a study: plain values that are checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.rules import WrittenRule

FORMAT = 1
OBJECTIVE = "mean_minutes"
TRAVEL = "straight_line"


@dataclass(frozen=True, slots=True)
class Travel:
    """How travel times are made: the method and its parameters."""

    method: str = TRAVEL
    detour: float = 1.3
    km_per_hour: float = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """What a planner asks.

    Parameters
    ----------
    on
        Day of the network.
    population_on
        Day of the population; nothing for every demand point on record.
    travel
        Source of the travel times.
    objective
        What is made least; ``mean_minutes`` is the p-median.
    open, close
        How many offices open and how many close, exactly.
    mandate
        Key of a mandate whose clauses about places are rules; nothing for none.
    adjacent_metres
        What counts as next to an area where a clause gives no distance.
    rules
        Rules written by the planner.
    savings
        What closing an office saves a year, by its key, in whatever unit the planner uses.
    seconds
        Time limit; ``None`` searches until there is a proof.
    """

    on: date
    population_on: date | None = None
    travel: Travel = field(default_factory=Travel)
    objective: str = OBJECTIVE
    open: int = 0
    close: int = 0
    mandate: str = ""
    adjacent_metres: float = 1000.0
    rules: tuple[WrittenRule, ...] = ()
    savings: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None

    def __post_init__(self) -> None:
        _refuse_counts(self)
        _refuse_numbers(self)
        for rule in self.rules:
            rule.refuse_nonsense()

    def with_rules(self, *rules: WrittenRule, **changes: Any) -> Question:
        """Return the question with more rules; one that says the same is kept once."""
        kept = tuple(dict.fromkeys((*self.rules, *rules)))
        return replace(self, rules=kept, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, for the database and for export."""
        plain = asdict(self)
        plain["on"] = self.on.isoformat()
        plain["population_on"] = self.population_on.isoformat() if self.population_on else ""
        plain["rules"] = [rule.as_json() for rule in self.rules]
        return {"format": FORMAT, **plain}


def question_of(kept: Mapping[str, Any]) -> Question:
    """Read a kept question.

    Raises
    ------
    QuestionRefused
        When a field is unknown or does not make sense.
    """
    known = {one.name for one in fields(Question)} | {"format"}
    unknown = sorted(set(kept) - known)
    if unknown:
        raise QuestionRefused(
            reason=_("The question has a field “%(name)s” that no study knows.")
            % {"name": unknown[0]},
            hint=_("Leave it out."),
        )
    words = {name: value for name, value in kept.items() if name != "format"}
    return Question(
        **words
        | {
            "on": _day("on", kept.get("on", "")),
            "population_on": _day("population_on", kept["population_on"])
            if kept.get("population_on")
            else None,
            "travel": Travel(**kept.get("travel", {})),
            "rules": tuple(WrittenRule.of_json(rule) for rule in kept.get("rules", ())),
        }
    )


def _day(name: str, text: Any) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise QuestionRefused(
            reason=_("“%(text)s” is not a day (%(name)s).") % {"text": text, "name": name},
            hint=_("Write it as 2025-06-30."),
        ) from None


def _refuse_counts(question: Question) -> None:
    for name in ("open", "close"):
        count = getattr(question, name)
        if not isinstance(count, int) or count < 0:
            raise QuestionRefused(
                reason=_("“%(count)s” is not a number of offices.") % {"count": count},
                hint=_("Give a whole number, 0 or more."),
            )
    if not (question.open or question.close):
        raise QuestionRefused(
            reason=_("The study neither opens nor closes an office."),
            hint=_("Say how many offices open, how many close, or both."),
        )
    if question.mandate and not question.open:
        raise QuestionRefused(
            reason=_("The clauses of a commission speak of new offices, but none opens."),
            hint=_("Open offices, or leave the commission out."),
        )


def _refuse_numbers(question: Question) -> None:
    if question.objective != OBJECTIVE:
        raise QuestionRefused(
            reason=_("“%(name)s” is not an objective a study knows.")
            % {"name": question.objective},
            hint=_("Use “mean_minutes”: the least travel in all."),
        )
    if question.travel.method != TRAVEL:
        raise QuestionRefused(
            reason=_("“%(name)s” is not a source of travel times that is held here.")
            % {"name": question.travel.method},
            hint=_("Use “straight_line”."),
        )
    limit = question.seconds
    if limit is not None and not (math.isfinite(limit) and limit > 0):
        raise QuestionRefused(
            reason=_("A time limit of %(seconds)s s leaves no time.") % {"seconds": limit},
            hint=_("Give seconds above 0, or none."),
        )
    for office, saving in question.savings.items():
        if not math.isfinite(saving):
            raise QuestionRefused(
                reason=_("The saving at “%(office)s” is not a number.") % {"office": office},
                hint=_("Give an amount a year, or leave the office out."),
            )
