"""What a study makes best: its value, recounted from minutes alone, and its words and units.

Every objective is a value that is made least. Those in residents count whom the network fails, so
that plan and bound close in on each other in the same way whatever is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

if TYPE_CHECKING:  # for annotations alone; the question asks for its objective when it is made
    from knutpunkt.planning.pages import Reader
    from knutpunkt.planning.studies.question import Question

Floats = NDArray[np.float64]

MEAN = "mean_minutes"
LIMITED = "limited_mean"
FARTHEST = "farthest"
WORST = "worst_share"
WITHIN = "within"
DECAY = "decay"
#: Objectives that need a number of minutes.
WITH_MINUTES = (LIMITED, WITHIN)

WORST_SHARE = 0.05
HOUR = 60.0


@dataclass(frozen=True, slots=True)
class Objective:
    """Words of an objective, still to be translated.

    Parameters
    ----------
    title
        Its name where one is chosen.
    sentence
        What is asked, in the question; ``%(minutes)s`` stands for its minutes.
    proved, gap
        How sure the answer is; ``%(value)s``, ``%(gap)s``, ``%(seconds)s``.
    unit, decimals
        Of the value as it is drawn.
    per_person
        Whether the value is drawn per resident.
    counts
        What the value counts, for programs.
    price_unit, price_divisor, price_decimals
        Of a difference between two plans.
    """

    title: str
    sentence: str
    proved: str
    gap: str
    unit: str
    decimals: int
    per_person: bool
    counts: str
    price_unit: str
    price_divisor: float = 1.0
    price_decimals: int = 0


OBJECTIVES: dict[str, Objective] = {
    MEAN: Objective(
        gettext_noop("Least travel in all (mean minutes)"),
        gettext_noop("Least travel in all, to the nearest office."),
        gettext_noop(
            "Proved: no other choice under these rules gives less travel in all (%(value)s "
            "person-hours, found in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: a better choice could save up to %(gap)s per cent of the travel "
            "(%(value)s person-hours, found in %(seconds)s s)."
        ),
        gettext_noop("minutes per resident"), 2, True, "person-minutes",
        gettext_noop("person-hours"), HOUR,
    ),
    LIMITED: Objective(
        gettext_noop("Least travel in all, nobody further than a limit"),
        gettext_noop(
            "Least travel in all, to the nearest office; nobody further than %(minutes)s minutes."
        ),
        gettext_noop(
            "Proved: no other choice under these rules that keeps everybody within %(minutes)s "
            "minutes gives less travel in all (%(value)s person-hours, found in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: a better choice could save up to %(gap)s per cent of the travel "
            "(%(value)s person-hours, found in %(seconds)s s)."
        ),
        gettext_noop("minutes per resident"), 2, True, "person-minutes",
        gettext_noop("person-hours"), HOUR,
    ),
    FARTHEST: Objective(
        gettext_noop("Shortest way for those who have furthest, then least travel"),
        gettext_noop(
            "The furthest way as short as possible; of the plans that are as good there, the one "
            "with least travel in all."
        ),
        gettext_noop(
            "Proved: under no other choice is the furthest way shorter (%(value)s minutes, found "
            "in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: under a better choice the furthest way could be up to %(gap)s per cent "
            "shorter (%(value)s minutes, found in %(seconds)s s)."
        ),
        gettext_noop("minutes for those who have furthest"), 1, False, "minutes",
        gettext_noop("minutes"),
        1.0, 1,
    ),
    WORST: Objective(
        gettext_noop("Least travel for the share who have furthest"),
        gettext_noop("Least travel for the %(share)s per cent of residents who have furthest."),
        gettext_noop(
            "Proved: no other choice under these rules gives the %(share)s per cent who have "
            "furthest less travel (%(value)s minutes each, found in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: a better choice could save the %(share)s per cent who have furthest up to "
            "%(gap)s per cent of their travel (%(value)s minutes each, found in %(seconds)s s)."
        ),
        gettext_noop("minutes for the %(share)s per cent who have furthest"), 2, False, "minutes",
        gettext_noop("minutes"), 1.0, 2,
    ),
    WITHIN: Objective(
        gettext_noop("Most residents within a number of minutes"),
        gettext_noop("As many residents as possible within %(minutes)s minutes of an office."),
        gettext_noop(
            "Proved: no other choice under these rules leaves fewer residents further than "
            "%(minutes)s minutes (%(value)s residents, found in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: a better choice could bring up to %(gap)s per cent of those who have "
            "further than %(minutes)s minutes within them (%(value)s residents have, found in "
            "%(seconds)s s)."
        ),
        gettext_noop("residents further than %(minutes)s minutes"), 0, False, "residents",
        gettext_noop("residents"),
    ),
    DECAY: Objective(
        gettext_noop("Most residents who would go, fewer the further they have"),
        gettext_noop("As many residents as possible who would go, by their way: %(decay)s."),
        gettext_noop(
            "Proved: under no other choice would fewer residents stay at home (%(value)s residents "
            "would, found in %(seconds)s s)."
        ),
        gettext_noop(
            "Not proved: a better choice could win over up to %(gap)s per cent of those who would "
            "stay at home (%(value)s residents would, found in %(seconds)s s)."
        ),
        gettext_noop("residents who would not go"), 0, False, "residents",
        gettext_noop("residents"),
    ),
}  # fmt: skip


def lost_share(question: Question, minutes: Floats) -> Floats:
    """Share of residents who would not go, by the way they have.

    Between two minutes that are given the share changes evenly; beyond the last it stays.

    Parameters
    ----------
    question
        Holds the shares who would go, by minutes.
    minutes
        Of any shape.

    Returns
    -------
    ndarray
        From 0 to 1, of the same shape; it never falls with the way.

    References
    ----------
    Berman, Krass and Drezner (2003), European Journal of Operational Research 151(3): 474-480,
    doi:10.1016/S0377-2217(02)00604-5 (gradual covering).
    """
    ways, going = np.array(question.decay, dtype=np.float64).T
    lost: Floats = 1.0 - np.interp(minutes, ways, going)
    return lost


def worst_share_mean(minutes: Floats, persons: Floats, share: float = WORST_SHARE) -> float:
    """Mean minutes of the share of residents who travel longest.

    Parameters
    ----------
    minutes, persons
        Per demand point, shape ``(points,)`` each.
    share
        Above 0, at most 1. A point on the edge counts with the part that belongs to it.

    References
    ----------
    Rockafellar and Uryasev (2000), Journal of Risk 2(3): 21-41, doi:10.21314/JOR.2000.038.
    """
    worst_first = np.argsort(-minutes, kind="stable")
    wanted = share * persons.sum()
    ahead = np.cumsum(persons[worst_first]) - persons[worst_first]
    counted = np.clip(wanted - ahead, 0.0, persons[worst_first])
    return float(counted @ minutes[worst_first] / wanted)


def value_of(question: Question, minutes: Floats, persons: Floats) -> float:
    """Recount what a study makes least from the way everybody has.

    Parameters
    ----------
    question
        Says what counts.
    minutes, persons
        Per demand point, shape ``(points,)`` each.

    Returns
    -------
    float
        Person-minutes, minutes or residents, by the objective.
    """
    if question.objective == FARTHEST:
        return float(minutes[persons > 0].max())
    if question.objective == WORST:
        return worst_share_mean(minutes, persons, question.share)
    if question.objective == WITHIN:
        assert question.minutes is not None
        return float(persons[minutes > question.minutes].sum())
    if question.objective == DECAY:
        return float(persons @ lost_share(question, minutes))
    return float(persons @ minutes)


def drawn(question: Question, value: float | None, persons: float) -> float | None:
    """Turn a value into what charts and sentences show: per resident where that says more."""
    if value is None or not OBJECTIVES[question.objective].per_person:
        return value
    return value / persons


def words_of(question: Question, reader: Reader) -> dict[str, str]:
    """Return the numbers that the words of an objective ask for."""
    steps = (
        _("%(share)s per cent at %(minutes)s minutes")
        % {"share": reader.number(100 * share), "minutes": reader.number(way)}
        for way, share in question.decay
    )
    minutes = "" if question.minutes is None else reader.number(question.minutes)
    percent = 100 * question.share
    share = reader.number(percent, 0 if percent == round(percent) else 1)
    return {"minutes": minutes, "share": share, "decay": ", ".join(steps)}


def unit_of(question: Question, reader: Reader) -> str:
    """Name the unit in which the objective is drawn."""
    return _(OBJECTIVES[question.objective].unit) % words_of(question, reader)


def price_unit_of(question: Question) -> str:
    """Name the unit of a difference between two plans."""
    return _(OBJECTIVES[question.objective].price_unit)


def is_travel(question: Question) -> bool:
    """Whether the objective is the travel itself, so that one price says all."""
    return question.objective in (MEAN, LIMITED)
