"""What places cost and how much there is to spend: a budget over so many years."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused


@dataclass(frozen=True, slots=True)
class Spending:
    """What opening and running a place costs, in whatever unit the planner uses.

    A place that opens costs its opening once and its running every year. What closing an office
    saves a year stands in the question.

    Parameters
    ----------
    most
        No plan may cost more over the years; ``None`` is no budget.
    years
        How many years of running, and of savings, count.
    opening, running
        Of a place of which nothing else is said: once, and a year.
    opening_at, running_at
        Of single places, by their key.
    """

    most: float | None = None
    years: float = 1.0
    opening: float = 0.0
    running: float = 0.0
    opening_at: Mapping[str, float] = field(default_factory=dict)
    running_at: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether anything is said of money."""
        amounts = (self.opening, self.running, *self.opening_at.values(), *self.running_at.values())
        return self.most is not None or any(amounts)

    def once(self, key: str) -> float:
        """Cost of opening a place."""
        return self.opening_at.get(key, self.opening)

    def yearly(self, key: str) -> float:
        """Cost of running a place for a year."""
        return self.running_at.get(key, self.running)

    def of_place(self, key: str) -> float:
        """Cost of a place that opens, over the years."""
        return self.once(key) + self.years * self.yearly(key)

    def refuse_nonsense(self) -> None:
        """Refuse amounts nobody can mean.

        Raises
        ------
        QuestionRefused
            With what is wrong.
        """
        named = [("", self.opening), ("", self.running), *self.opening_at.items(),
                 *self.running_at.items()]  # fmt: skip
        for key, amount in named:
            if not (math.isfinite(amount) and amount >= 0):
                raise QuestionRefused(
                    reason=_("“%(amount)s” is not a cost (%(place)s).")
                    % {"amount": amount, "place": key or _("every place")},
                    hint=_("Give an amount of 0 or more."),
                )
        if self.most is not None and not math.isfinite(self.most):
            raise QuestionRefused(
                reason=_("“%(amount)s” is not a budget.") % {"amount": self.most},
                hint=_("Give an amount, or none."),
            )
        if not (math.isfinite(self.years) and self.years > 0):
            raise QuestionRefused(
                reason=_("A budget over %(years)s years makes no sense.") % {"years": self.years},
                hint=_("Give years above 0."),
            )


def spent(
    spending: Spending, savings: Mapping[str, float], opened: Sequence[str], closed: Sequence[str]
) -> dict[str, Any]:
    """Add up what a plan costs, as plain values.

    Parameters
    ----------
    spending, savings
        What places cost, and what closing an office saves a year, by its key.
    opened, closed
        Keys of the places that open and of the offices that close.

    Returns
    -------
    dict
        ``once``, ``yearly`` and ``saved`` a year; ``total`` over ``years``; ``most``, the budget or
        nothing; ``known``, for how many of the offices that close a saving is given.
    """
    once = sum(spending.once(key) for key in opened)
    yearly = sum(spending.yearly(key) for key in opened)
    saved = sum(savings.get(key, 0.0) for key in closed)
    return {
        "once": once,
        "yearly": yearly,
        "saved": saved,
        "years": spending.years,
        "total": once + spending.years * (yearly - saved),
        "most": spending.most,
        "known": sum(key in savings for key in closed),
    }


def spending_of(kept: Mapping[str, Any]) -> Spending:
    """Read kept spending.

    Raises
    ------
    QuestionRefused
        When it has a field that is unknown.
    """
    unknown = sorted(set(kept) - {one.name for one in fields(Spending)})
    if unknown:
        raise QuestionRefused(
            reason=_("The budget has a field “%(name)s” that no study knows.")
            % {"name": unknown[0]},
            hint=_("Leave it out."),
        )
    return Spending(**kept)
