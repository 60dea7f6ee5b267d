"""Rounds of a study: how many offices have opened, or closed, by which day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.objectives import MEAN

if TYPE_CHECKING:  # for annotations alone; a question holds its rounds
    from knutpunkt.planning.studies.question import Question

#: Days for which the last round counts, because no other follows.
LAST_DAYS = 365
MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Round:
    """By a day so many offices have opened, or closed, since the beginning."""

    until: date
    offices: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {"until": self.until.isoformat(), "offices": self.offices}


def rounds_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Round, ...]:
    """Read kept rounds.

    Raises
    ------
    QuestionRefused
        When one is not understood.
    """
    try:
        return tuple(Round(date.fromisoformat(one["until"]), int(one["offices"])) for one in kept)
    except (KeyError, TypeError, ValueError):
        raise QuestionRefused(
            reason=_("A round has no day, or no number of offices."),
            hint=_("Write a number and a day, one round to a line: 12: 2021-12-31."),
        ) from None


def weights_of(rounds: Sequence[Round]) -> list[float]:
    """Share of the time for which each round counts: until the next, the last for a year.

    Parameters
    ----------
    rounds
        In the order in which they come.

    Returns
    -------
    list
        One share a round; together 1.
    """
    days = [(later.until - earlier.until).days for earlier, later in pairwise(rounds)]
    days.append(LAST_DAYS)
    return [one / sum(days) for one in days]


def refuse_rounds(question: Question) -> None:
    """Refuse rounds that make no order.

    Raises
    ------
    QuestionRefused
        With what is wrong.
    """
    rounds = question.rounds
    if not rounds:
        return
    number = question.open if question.opens else question.close
    if (question.opens and question.closes) or number is None or question.objective != MEAN:
        _refuse(_("Rounds need least travel in all, and a number of offices that open, or close."))
    if len(rounds) > MOST_ROUNDS:
        _refuse(_("%(n)s rounds are too many.") % {"n": len(rounds)})
    days, offices = [one.until for one in rounds], [one.offices for one in rounds]
    if not all(one < other for one, other in pairwise(days)) or days[0] < question.on:
        _refuse(_("The days of the rounds do not follow each other after the day of the network."))
    if not all(one <= other for one, other in pairwise(offices)) or offices[0] < 0:
        _refuse(_("The numbers of the rounds fall; they count from the beginning."))
    if offices[-1] != number:
        _refuse(
            _("The last round has %(last)s offices, but the study asks for %(number)s.")
            % {"last": offices[-1], "number": number}
        )


def rounds_moved(rounds: Sequence[Round], number: int | None) -> tuple[Round, ...]:
    """Let the last round follow the number asked for; none before it has more."""
    if not rounds or number is None:
        return tuple(rounds)
    kept = [Round(one.until, min(one.offices, number)) for one in rounds[:-1]]
    return (*kept, Round(rounds[-1].until, number))


def _refuse(reason: str) -> None:
    raise QuestionRefused(reason=reason, hint=_("Correct the rounds or leave them out."))
