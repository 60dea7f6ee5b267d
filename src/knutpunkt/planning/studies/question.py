"""The question of a study: plain values that are checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.objectives import (
    DECAY,
    MEAN,
    OBJECTIVES,
    WITH_MINUTES,
    WORST_SHARE,
)
from knutpunkt.planning.studies.rounds import Round, refuse_rounds, rounds_of
from knutpunkt.planning.studies.rules import WrittenRule
from knutpunkt.planning.studies.spending import Spending, spending_of

FORMAT = 2
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
        What is made best, a key of ``OBJECTIVES``; ``mean_minutes`` is the p-median.
    minutes
        Of the objectives that have a limit: how far is near enough.
    share
        Of the objective ``worst_share``: which share of the residents counts, above 0, at most 1.
    decay
        Of the objective ``decay``: minutes, rising, and the share of residents who would go so far,
        falling from 1 or less to 0 or more.
    open, close
        How many offices open and how many close, exactly; nothing leaves the number to the budget.
    spending
        What places cost and how much there is to spend.
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
    rounds
        How many have opened, or closed, by which day; none lets everything happen at once.
    """

    on: date
    population_on: date | None = None
    travel: Travel = field(default_factory=Travel)
    objective: str = MEAN
    minutes: float | None = None
    share: float = WORST_SHARE
    decay: tuple[tuple[float, float], ...] = ()
    open: int | None = 0
    close: int | None = 0
    spending: Spending = field(default_factory=Spending)
    mandate: str = ""
    adjacent_metres: float = 1000.0
    rules: tuple[WrittenRule, ...] = ()
    savings: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None
    rounds: tuple[Round, ...] = ()

    def __post_init__(self) -> None:
        _refuse_counts(self)
        _refuse_numbers(self)
        _refuse_objective(self)
        self.spending.refuse_nonsense()
        _refuse_empty_budget(self)
        refuse_rounds(self)
        for rule in self.rules:
            rule.refuse_nonsense()

    @property
    def opens(self) -> bool:
        """Whether an office may open."""
        return self.open is None or self.open > 0

    @property
    def closes(self) -> bool:
        """Whether an office may close."""
        return self.close is None or self.close > 0

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
        plain["rounds"] = [one.as_json() for one in self.rounds]
        plain["decay"] = [list(step) for step in self.decay]
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
            "rounds": rounds_of(kept.get("rounds", ())),
            "spending": spending_of(kept.get("spending", {})),
            "decay": tuple((float(way), float(share)) for way, share in kept.get("decay", ())),
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
        if count is None and question.spending.most is None:
            raise QuestionRefused(
                reason=_("The study has neither a number of offices nor a budget."),
                hint=_("Say how many offices open and close, or how much there is to spend."),
            )
        if count is not None and (not isinstance(count, int) or count < 0):
            raise QuestionRefused(
                reason=_("“%(count)s” is not a number of offices.") % {"count": count},
                hint=_("Give a whole number, 0 or more."),
            )
    if not (question.opens or question.closes):
        raise QuestionRefused(
            reason=_("The study neither opens nor closes an office."),
            hint=_("Say how many offices open, how many close, or both."),
        )
    if question.mandate and not question.opens:
        raise QuestionRefused(
            reason=_("The clauses of a commission speak of new offices, but none opens."),
            hint=_("Open offices, or leave the commission out."),
        )


def _refuse_empty_budget(question: Question) -> None:
    spending = question.spending
    amounts = (spending.opening, spending.running, *spending.opening_at.values(),
               *spending.running_at.values(), *question.savings.values())  # fmt: skip
    if spending.most is not None and not any(amounts):
        raise QuestionRefused(
            reason=_("There is a budget, but no place costs and no office saves anything."),
            hint=_("Say what opening or running a place costs, or what closing saves."),
        )


def _refuse_objective(question: Question) -> None:
    if question.objective not in OBJECTIVES:
        raise QuestionRefused(
            reason=_("“%(name)s” is not an objective a study knows.")
            % {"name": question.objective},
            hint=_("Use one of these: %(names)s.") % {"names": ", ".join(OBJECTIVES)},
        )
    minutes = question.minutes
    asked = question.objective in WITH_MINUTES
    if (minutes is None and asked) or (
        minutes is not None and not (math.isfinite(minutes) and minutes > 0)
    ):
        raise QuestionRefused(
            reason=_("The objective has no number of minutes above 0."),
            hint=_("Say how many minutes are near enough."),
        )
    if not 0 < question.share <= 1:
        raise QuestionRefused(
            reason=_("“%(share)s” is not a share of the residents.") % {"share": question.share},
            hint=_("Give more than 0 and at most 100 per cent."),
        )
    if question.objective == DECAY or question.decay:
        _refuse_decay(question.decay)


def _refuse_decay(decay: tuple[tuple[float, float], ...]) -> None:
    """Refuse shares that rise with the way: more would go the further they have."""
    ways = [way for way, _share in decay]
    shares = [share for _way, share in decay]
    rising = all(one < other for one, other in pairwise(ways))
    falling = all(one >= other for one, other in pairwise(shares))
    if not decay or not all(map(math.isfinite, (*ways, *shares))) or ways[0] < 0:
        raise QuestionRefused(
            reason=_("The objective does not say how many would go how far."),
            hint=_("Give minutes and the per cent who would go, one pair to a line: 30: 80."),
        )
    if not rising or not falling or shares[0] > 1 or shares[-1] < 0:
        raise QuestionRefused(
            reason=_("The shares who would go do not fall from 100 to 0 per cent with the way."),
            hint=_("Let the minutes rise from line to line and the per cent never."),
        )


def _refuse_numbers(question: Question) -> None:
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
